"""Postings a second into books in memory, beside the plainest list of rows there could be.

`python -m bench.ledger [--transactions N]` posts draws, accruals and receipts of many agreements,
asks both for every balance and compares. The floor checks no sum, no chart, no key and no date.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import numpy as np

from bench import last_line, table
from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.ledger import Scope
from suixin.lending.transaction import Dimensions, Posting, Transaction

SMALL = ("--transactions", "20000")
SEED = 20260630
DAY = date(2026, 6, 30)
AGREEMENTS = 2_000
DAYS = 365

Made = tuple[str, date, str, tuple[tuple[str, int], ...]]


def main(arguments: Sequence[str]) -> str:
    """Print both rates; the last line is that of the books, with checks, indices and history."""
    parser = argparse.ArgumentParser(prog="bench.ledger")
    parser.add_argument("--transactions", type=int, default=150_000)
    made = made_up(parser.parse_args(arguments).transactions)
    postings = sum(len(one[3]) for one in made)
    gc.collect()
    began = perf_counter()
    books = booked(made)
    seconds = perf_counter() - began
    gc.collect()
    began = perf_counter()
    rows = listed(made)
    floor = perf_counter() - began
    differing = unlike(books, rows)
    print(
        table(
            ["how", "postings", "seconds", "postings a second"],
            [
                ["books", postings, seconds, postings / seconds],
                ["list of dicts, unchecked", postings, floor, postings / floor],
            ],
        )
    )
    line = last_line(
        "bench.ledger",
        postings=postings,
        seconds=seconds,
        floor_per_second=round(postings / floor),
        differing=differing,
        per_second=round(postings / seconds),
    )
    print(line)
    return line


def made_up(count: int) -> list[Made]:
    """Movements as a portfolio makes them, from one seed."""
    chance = np.random.default_rng(SEED)
    kinds = chance.integers(0, 3, count).tolist()
    amounts = chance.integers(1, 10_000_00, count).tolist()
    agreements = chance.integers(0, AGREEMENTS, count).tolist()
    days = np.sort(chance.integers(0, DAYS, count)).tolist()
    found: list[Made] = []
    for number in range(count):
        fen = amounts[number]
        if kinds[number] == 0:
            sides: tuple[tuple[str, int], ...] = (("1101", fen), ("1002", -fen))
        elif kinds[number] == 1:
            sides = (("1102", fen), ("4001", -fen))
        else:
            interest = fen // 10
            sides = (("2001", fen), ("1102", -interest), ("1101", interest - fen))
        day = DAY + timedelta(days=days[number])
        found.append((f"t-{number}", day, f"a-{agreements[number]}", sides))
    return found


def booked(made: Sequence[Made]) -> Books:
    """Into books, from bare facts to posted."""
    books, of = Books(chart_on(DAY)), dict[str, Dimensions]()
    for key, day, agreement, sides in made:
        about = of.get(agreement)
        if about is None:
            about = of[agreement] = Dimensions(agreement, "h-1", "sales_flow", "platform")
        postings = tuple(Posting(account, fen, about) for account, fen in sides)
        books.post(Transaction(key, day, day, postings))
    return books


def listed(made: Sequence[Made]) -> list[dict[str, Any]]:
    """Into a list, one dict a posting."""
    rows = []
    for key, day, agreement, sides in made:
        for account, fen in sides:
            rows.append(
                {
                    "key": key,
                    "value_on": day,
                    "booked_on": day,
                    "account": account,
                    "fen": fen,
                    "agreement": agreement,
                    "party": "h-1",
                    "sheet": "sales_flow",
                    "mode": "platform",
                }
            )
    return rows


def unlike(books: Books, rows: Sequence[dict[str, Any]]) -> int:
    """How many balances differ: of every account today and mid-year, and of ten agreements."""
    middle = DAY + timedelta(days=DAYS // 2)
    wrong = 0
    scopes = [Scope(), Scope(valued_through=middle)]
    scopes += [Scope(agreement=f"a-{number}") for number in range(10)]
    for scope in scopes:
        sums: dict[str, int] = {}
        for row in rows:
            if scope.agreement in (None, row["agreement"]) and (
                scope.valued_through is None or row["value_on"] <= scope.valued_through
            ):
                sums[row["account"]] = sums.get(row["account"], 0) + row["fen"]
        wrong += dict(books.balances(scope)) != sums
        wrong += sum(sums.values()) != 0
    return wrong


if __name__ == "__main__":
    main(sys.argv[1:])
