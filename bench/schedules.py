"""Schedules a second: one loan at a time, and a hundred thousand at once, the same to the fen.

`python -m bench.schedules [--loans N] [--months M]` makes N loans of 6 to 36 months at rates of
whole basis points, paid out on any day of three years, and holds a sample of them to the engine of
one loan and to an annuity in floats, which is what a spreadsheet would say.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from time import perf_counter

import numpy as np

from bench import last_line, table
from suixin.kernel.day import date_of, epoch_day
from suixin.lending.day_count import DayCount
from suixin.lending.schedule import Terms, schedule
from suixin.lending.schedules import Loans, Schedules, schedules

SMALL = ("--loans", "10000")
SEED = 20260630
SAMPLE = 1_000
TIMED = 2_000


def main(arguments: Sequence[str]) -> str:
    """Print times by day count; the last line holds those of ACT/365."""
    parser = argparse.ArgumentParser(prog="bench.schedules")
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=36)
    asked = parser.parse_args(arguments)
    loans = made_loans(asked.loans, asked.months)
    rows, seconds = [], {}
    for convention in (DayCount.ACT_365, DayCount.THIRTY_360, DayCount.ACT_ACT):
        began = perf_counter()
        found = schedules(loans, day_count=convention)
        seconds[convention] = perf_counter() - began
        differ = differing(loans, found, convention)
        rows.append([convention, seconds[convention], asked.loans / seconds[convention], differ])
    print(table(["day count", "seconds", "a second", "differing"], rows))
    single = one_by_one(asked.months)
    line = last_line(
        "bench.schedules",
        seconds=seconds[DayCount.ACT_365],
        per_second=asked.loans / seconds[DayCount.ACT_365],
        single_ms=single,
        annuity_ms=spreadsheet(asked.months),
        differing=sum(int(row[3]) for row in rows),
        loans=asked.loans,
    )
    print(line)
    return line


def made_loans(count: int, months: int) -> Loans:
    """Loans as a portfolio might hold them, from one seed."""
    chance = np.random.default_rng(SEED)
    first = epoch_day(date_of(20_000))
    return Loans(
        chance.integers(500_00, 300_000_00, count),
        chance.integers(600, 1_500, count),
        chance.integers(6, months + 1, count),
        first + chance.integers(0, 1_096, count),
    )


def differing(loans: Loans, found: Schedules, convention: DayCount) -> int:
    """How many of a sample the engine of one loan makes otherwise, in any day or fen."""
    wrong = 0
    for row in range(0, len(loans.months), max(1, len(loans.months) // SAMPLE)):
        months = int(loans.months[row])
        terms = Terms(
            int(loans.principal_fen[row]),
            int(loans.rate_bps[row]),
            times=months,
            day_count=convention,
        )
        alone = schedule(terms, date_of(int(loans.start[row]))).rows
        bulk = zip(
            found.due[row, :months].tolist(),
            found.principal_fen[row, :months].tolist(),
            found.interest_fen[row, :months].tolist(),
            found.balance_fen[row, :months].tolist(),
            strict=True,
        )
        one = [(epoch_day(r.due), r.principal_fen, r.interest_fen, r.balance_fen) for r in alone]
        wrong += one != list(bulk)
    return wrong


def one_by_one(months: int) -> float:
    """Milliseconds of one schedule alone."""
    terms, start = Terms(30_000_00, 960, times=months), date_of(20_500)
    began = perf_counter()
    for _ in range(TIMED):
        schedule(terms, start)
    return (perf_counter() - began) / TIMED * 1_000


def spreadsheet(months: int) -> float:
    """Milliseconds of the peer: a plain annuity in floats, without days, dates or fen."""
    began = perf_counter()
    for _ in range(TIMED):
        balance, monthly = 30_000.0, 0.096 / 12
        payment = balance * monthly / (1 - (1 + monthly) ** -months)
        rows = []
        for number in range(months):
            interest = balance * monthly
            balance -= payment - interest
            rows.append((number + 1, payment - interest, interest, balance))
    return (perf_counter() - began) / TIMED * 1_000


if __name__ == "__main__":
    main(sys.argv[1:])
