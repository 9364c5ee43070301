"""One whole day's end of many agreements, beside a row a loan and beside bare inserts.

`python -m bench.day_end [--agreements N] [--processes P] [--kill]` starts the embedded server in a
folder of its own, durable. Of 2,000 agreements 66 have a due day, 100 a sale to sweep and one
crosses 90 days; 2,000 are entered by the library itself and then copied by SQL until there are N.
The row-per-loan way computes each loan's interest of the day from where it stood and inserts a
transaction and two postings for it; its sum must be ours. The floor inserts the rows that we wrote
into tables without a rule.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import numpy as np
import psycopg

from bench import _day_end_killed, last_line, table
from bench._memory import Peak
from bench._time_spent import spent
from bench.ledger_database import owner, served
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementTerms, planned
from suixin.lending.events import Draw, Event, PlannedDue, Sale
from suixin.lending.schedule import Terms, schedule
from suixin.lending.sweep import SweepTerms
from suixin.lending.transaction import Dimensions, Transaction, pair_of

SMALL = ("--agreements", "4000", "--processes", "1")
TEMPLATES = 2_000
DUE, SWEPT, CROSSING = 66, 100, 1
DAY = date(2026, 6, 15)
EVE = DAY - timedelta(days=1)
OLD = 700

COPY = """
    set session_replication_role = replica;
    insert into agreement (institution_id, agreement, {agreement_names})
    select a.institution_id, a.agreement || '-' || g, {agreement}
      from agreement as a, generate_series(1, {copies}) as g where a.agreement <> 'old';
    insert into agreement_event (institution_id, agreement, key, kind, value_on, booked_on, content)
    select institution_id, agreement || '-' || g, key, kind, value_on, booked_on, content
      from agreement_event, generate_series(1, {copies}) as g where agreement <> 'old';
    insert into agreement_state (institution_id, agreement, {state_names})
    select s.institution_id, s.agreement || '-' || g, {state}
      from agreement_state as s, generate_series(1, {copies}) as g where s.agreement <> 'old';
    insert into agreement_past (institution_id, agreement, day, line, told)
    select institution_id, agreement || '-' || g, day, line, told
      from agreement_past, generate_series(1, {copies}) as g where agreement <> 'old';
    create table before as select * from agreement_state;
    set session_replication_role = origin;
    analyze;
"""
# A posting table as ours, its indexes too, and no rule.
BARE_TABLES = {
    "transaction": "transaction",
    "posting": "posting",
    "state": "agreement_state",
    "past": "agreement_past",
    "item": "day_item",
}
BARE = "\n".join(
    f"drop table if exists bare_{name};"
    f"create table bare_{name} (like {table} including defaults including indexes);"
    for name, table in BARE_TABLES.items()
)
# ACT/365, half up, as all of them are.
NAIVE = """
    with grown as (
        select agreement, sheet, mode,
               2 * (accrued_num + not_due_fen::numeric * rate_bps * ({day} - worked_through))
                 as due,
               2 * not_due_fen::numeric * rate_bps as a_day,
               2 * (penalty_num + overdue_fen::numeric * rate_bps * ({day} - worked_through))
                 * penalty_bps as penalty,
               2 * overdue_fen::numeric * rate_bps * penalty_bps as penalty_a_day
          from before),
    made as (
        select agreement, sheet, mode, row_number() over (order by agreement) as id,
               div(due + 3650000, 7300000) - div(due - a_day + 3650000, 7300000)
               + div(penalty + 36500000000, 73000000000)
               - div(penalty - penalty_a_day + 36500000000, 73000000000) as fen
          from grown),
    booked as (
        insert into bare_transaction (institution_id, id, key, step, standing, value_on, booked_on,
                                      text, lines)
        select 1, id, agreement || '/accrue/' || {day}, 0, 'posted', {day}, {day}, '', 2 from made)
    insert into bare_posting
    select 1, made.id, side.line, side.account, side.sign * made.fen, 'CNY', made.agreement, '',
           made.sheet, made.mode, '', {day}, {day}
      from made, (values (1, '1102', 1), (2, '4001', -1)) as side(line, account, sign)
"""
FLOOR = """
    insert into bare_transaction select * from transaction where booked_on = {day};
    insert into bare_posting select * from posting where booked_on = {day};
    insert into bare_state select * from agreement_state where worked_through = {day};
    insert into bare_past select * from agreement_past where day = {day};
    insert into bare_item select * from day_item where day = {day};
"""
STANDING = ("1101", "1102", "1103", "1104", "9003")
STOOD = """
    select sum(principal_fen)::bigint, sum(interest_fen)::bigint, sum(penalty_fen)::bigint,
           sum(fee_fen)::bigint, sum(suspended_fen)::bigint
      from agreement_state where agreement <> 'old'
"""
OURS = """
    select coalesce(sum(fen), 0)::bigint from posting
     where booked_on = {day} and account in ('1102', '1103', '9003') and fen > 0 and agreement = ''
       and party = '' and transaction_id <> (select id from transaction where key = 'opening')
"""


def main(arguments: Sequence[str]) -> str:
    """Print each part; the last line has the whole, its two peers and the memory of all of it."""
    parser = argparse.ArgumentParser(prog="bench.day_end")
    parser.add_argument("--agreements", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the server keeps its data")
    parser.add_argument("--kill", action="store_true", help="kill it midway, and start it again")
    given = parser.parse_args(arguments)
    if given.kill:
        return with_a_kill(given)
    with served(given.folder), TemporaryDirectory() as folder:
        count = portfolio(max(0, given.agreements // TEMPLATES - 1), Path(folder))
        from suixin.service.day_end.ending import end_days
        from suixin.service.store.session import Actor

        actor, steps = Actor(institution=1), Steps()
        with Peak() as peak:
            worked_before, began = spent(), perf_counter()
            (day,) = end_days(
                actor, DAY, lake=Path(folder), processes=given.processes, told=steps.told
            )
            seconds, processors = perf_counter() - began, spent() - worked_before
        read_ms = reading(actor)
        naive, naive_processors = timed(BARE, NAIVE)
        same = fen(OURS) == fen("select sum(fen)::bigint from bare_posting where fen > 0")
        floor, floor_processors = timed(BARE, FLOOR)
        rows = sum(fen(f"select count(*) from bare_{name}") for name in BARE_TABLES)
    if not same:
        raise RuntimeError("The row-per-loan way gives another sum of interest.")
    print(
        table(
            ["what", "seconds", "of processors"],
            [
                [f"our day: {day.worked} agreements worked in", steps.worked - began, ""],
                [
                    f"our day: interest of {count}, checks, digest in",
                    began + seconds - steps.worked,
                    "",
                ],
                ["our day", seconds, processors],
                ["a row a loan, no rule, nothing else of the day", naive, naive_processors],
                [f"bare inserts of the {rows} rows that we wrote", floor, floor_processors],
                [f"reading one agreement of {OLD} days (p95, ms)", read_ms, ""],
            ],
        )
    )
    line = last_line(
        "bench.day_end",
        seconds=round(seconds, 2),
        per_second=round(count / seconds),
        naive_seconds=round(naive, 2),
        floor_ratio=round(seconds / floor, 2),
        processor_seconds=round(processors, 2),
        processor_ratio=round(processors / floor_processors, 2),
        peak_mb=round(peak.mb),
    )
    print(line)
    return line


def with_a_kill(given: argparse.Namespace) -> str:
    """The same day killed midway and started again, and undisturbed: both leave the same."""
    with served(given.folder), TemporaryDirectory() as folder:
        count = portfolio(max(0, given.agreements // TEMPLATES - 1), Path(folder))
        from django.db import connections

        connections.close_all()
        _day_end_killed.copied()
        broken = _day_end_killed.killed(DAY, Path(folder) / "broken", given.processes)
        _day_end_killed.turned()
        whole = _day_end_killed.undisturbed(DAY, Path(folder) / "whole", given.processes)
    return _day_end_killed.compared(count, broken, whole)


class Steps:
    """When the last batch of agreements was worked."""

    def __init__(self) -> None:
        self.worked = perf_counter()

    def told(self, day: date, done: int, of: int) -> None:
        """What the day's end tells of its progress."""
        self.worked = perf_counter()


def portfolio(copies: int, lake: Path) -> int:
    """The agreements as they stand on the eve, and what comes on the day; how many there are."""
    from suixin.service.day_end.ending import end_days
    from suixin.service.day_end.receiving import receive
    from suixin.service.store import agreements, models, people
    from suixin.service.store.books import StoredBooks
    from suixin.service.store.institutions import open_institution
    from suixin.service.store.people import Registered
    from suixin.service.store.session import Actor

    actor = Actor(institution=open_institution("bench", chart_on(DAY), opened_on=DAY))
    people.register(actor, Registered(party_id="h-1", kind="household", village_code="4" * 12))
    for terms, events in [*(made_up(number) for number in range(TEMPLATES)), old()]:
        agreements.sign(actor, terms)
        receive(actor, terms.agreement, events)
    list(end_days(actor, EVE, lake=lake))
    columns = {}
    for name, model in (("agreement", models.Agreement), ("state", models.AgreementState)):
        fields = [field.column for field in model._meta.concrete_fields if field.column]
        kept = [one for one in fields if one not in ("institution_id", "agreement")]
        columns[f"{name}_names"] = ", ".join(kept)
        columns[name] = ", ".join(f"{name[0]}.{one}" for one in kept)
    books = StoredBooks(actor)
    stood = rows_of(STOOD)[0]
    owned(COPY.format(copies=copies, **columns))
    about = Dimensions(sheet="bench", mode="platform")
    postings = [
        one
        for account, balance in zip(STANDING, stood, strict=True)
        for one in pair_of(account, "1001", balance * copies, about)
    ]
    # What the books would have of the copies, in one amount an account.
    books.post(Transaction("opening", DAY, DAY, (*postings, *pair_of("1001", "1002", 1, about))))
    return fen("select count(*) from agreement_state")


def made_up(number: int) -> tuple[AgreementTerms, list[Event]]:
    """One of the agreements that are copied, by its place: due, swept, crossing, or quiet."""
    if number < DUE:
        return loan(number, date(2026, 5, 15))
    if number < DUE + SWEPT:
        terms, events = swept(f"b-{number}", date(2026, 3, 1) + timedelta(days=number % 60), number)
        on = {"on": DAY, "booked_on": DAY}
        return terms, [*events, Sale(key="s-day", order="o-day", fen=20_000 + number, **on)]
    if number < DUE + SWEPT + CROSSING:
        # Its first row was due 91 days before the day, and nothing was paid.
        return loan(number, date(2026, 2, 16))
    return loan(number, DAY - timedelta(days=1 + number % 27))


def loan(number: int, start: date) -> tuple[AgreementTerms, list[Event]]:
    principal, rate = 1_000_000 + 37 * number, 600 + number % 7 * 60
    rows = planned(schedule(Terms(principal, rate, times=12), start))
    return agreement(f"b-{number}", start, rate, rows), [drawn(start, principal)]


def swept(name: str, start: date, number: int) -> tuple[AgreementTerms, list[Event]]:
    rows = (PlannedDue(date(2027, 12, 20)),)
    terms = agreement(name, start, 900, rows, SweepTerms(2_000))
    return terms, [drawn(start, 3_000_000 + 41 * number)]


def old() -> tuple[AgreementTerms, list[Event]]:
    """An agreement that swept an order on each of 700 days."""
    terms, events = swept("old", EVE - timedelta(days=OLD), 0)
    for number in range(OLD):
        day = terms.start + timedelta(days=number)
        events.append(
            Sale(key=f"s-{number}", on=day, booked_on=day, order=f"o-{number}", fen=9_000)
        )
    return terms, events


def agreement(
    name: str,
    start: date,
    rate_bps: int,
    rows: tuple[PlannedDue, ...],
    sweep: SweepTerms | None = None,
) -> AgreementTerms:
    return AgreementTerms(
        agreement=name,
        party="h-1",
        sheet="bench",
        mode="platform",
        start=start,
        rate_bps=rate_bps,
        rows=rows,
        penalty_bps=15_000,
        sweep=sweep,
    )


def drawn(on: date, fen: int) -> Draw:
    return Draw(key="d", on=on, booked_on=on, fen=fen)


def reading(actor: Any) -> float:
    """How long reading the agreement of 700 days takes, in milliseconds, of 95 in 100."""
    from suixin.service.day_end.reading import standing

    took = []
    for _ in range(100):
        began = perf_counter()
        standing(actor, "old")
        took.append(perf_counter() - began)
    return float(np.percentile(took, 95)) * 1_000


def timed(before: str, statement: str) -> tuple[float, float]:
    """How long a statement takes to be committed, and processors; another first is not counted."""
    owned(before)
    worked_before, began = spent(), perf_counter()
    owned(statement)
    seconds = perf_counter() - began
    sleep(0.2)  # Whose connection is closed is counted once it has ended.
    return seconds, spent() - worked_before


def owned(statements: str) -> None:
    """Statements of the owner in one transaction."""
    with psycopg.connect(owner()) as connection:
        connection.execute(statements.replace("{day}", f"date '{DAY}'"))


def rows_of(statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner()) as connection:
        return connection.execute(statement.replace("{day}", f"date '{DAY}'")).fetchall()


def fen(statement: str) -> int:
    """The one number that a query of the owner gives."""
    ((found,),) = rows_of(statement)
    return int(found)


if __name__ == "__main__":
    main(sys.argv[1:])
