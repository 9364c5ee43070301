"""A day's end killed midway by `kill -9` and started again, beside one that nobody disturbed.

Both end the same day of the same agreements, each in a database that was copied from one. What is
compared afterwards is every posting of the day with its transaction, every state, all that was
found to be done, and both digests.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from bench import last_line, table
from bench.ledger_database import owner

COPY = "day_end_copy"
PARTS = {
    "postings": """
        select count(*), sum(hashtextextended(concat_ws('|', t.key, t.text, p.line, p.account,
               p.fen, p.agreement, p.party, p.sheet, p.mode, p.value_on), 0))
          from posting as p
          join transaction as t on (t.institution_id, t.id) = (p.institution_id, p.transaction_id)
         where p.booked_on = %(day)s""",
    "states": "select count(*), sum(hashtextextended(s::text, 0)) from agreement_state as s",
    "past": """
        select count(*), sum(hashtextextended(p::text, 0)) from agreement_past as p
         where day = %(day)s""",
    "to do": """
        select count(*), sum(hashtextextended(i::text, 0)) from day_item as i
         where day = %(day)s""",
    "digests": """
        select worked, digest || contributions_digest || counts from day_end
         where day = %(day)s and closed_at is not null""",
}


@dataclass(frozen=True, slots=True)
class Run:
    """How long the end of the day took, and what then stood, by part."""

    seconds: float
    stood: dict[str, Any]


def copied() -> None:
    """Another database with all that this one has; nobody may be connected meanwhile."""
    _administer(f"create database {COPY} template {_name()} strategy file_copy")


def turned() -> None:
    """From now on the copy is the database."""
    name = _name()
    _administer(f"alter database {name} rename to {name}_killed")
    _administer(f"alter database {COPY} rename to {name}")


def killed(day: date, lake: Path, processes: int) -> Run:
    """End the day in a process that is killed once half of the agreements are worked, and again."""
    began = perf_counter()
    _process(day, lake, processes, kill=True)
    _process(day, lake, processes, kill=False)
    return Run(perf_counter() - began, stood(day))


def undisturbed(day: date, lake: Path, processes: int) -> Run:
    """End the day in a process of its own that nobody disturbs."""
    began = perf_counter()
    _process(day, lake, processes, kill=False)
    return Run(perf_counter() - began, stood(day))


def compared(count: int, broken: Run, whole: Run) -> str:
    """Print both; the last line has loans a second with the kill and the restart within."""
    differing = [name for name in PARTS if broken.stood[name] != whole.stood[name]]
    print(
        table(
            ["how", "seconds", *PARTS],
            [
                [how, run.seconds, *(run.stood[name][0] for name in PARTS)]
                for how, run in (("killed midway, started again", broken), ("undisturbed", whole))
            ],
        )
    )
    if differing:
        raise RuntimeError(f"After the kill there are others: {', '.join(differing)}.")
    line = last_line(
        "bench.day_end",
        killed=1,
        agreements=count,
        seconds=round(broken.seconds, 2),
        per_second=round(count / broken.seconds),
        undisturbed_seconds=round(whole.seconds, 2),
        differing=len(differing),
    )
    print(line)
    return line


def stood(day: date) -> dict[str, Any]:
    """What stands after the end of the day, by part: how many rows, and a sum over them."""
    with psycopg.connect(owner()) as connection:
        return {
            name: connection.execute(statement, {"day": day}).fetchone()
            for name, statement in PARTS.items()
        }


def _process(day: date, lake: Path, processes: int, *, kill: bool) -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_end, args=(day, lake, processes, theirs))
    child.start()
    theirs.close()
    done = of = 0
    try:
        while kill and (not of or 2 * done < of):
            done, of = ours.recv()
        if kill and child.pid:
            os.kill(child.pid, signal.SIGKILL)
    except EOFError:
        pass
    child.join()
    if child.exitcode != (-signal.SIGKILL if kill else 0):
        raise RuntimeError(f"The day's end ended by {child.exitcode}.")


def _end(day: date, lake: Path, processes: int, told: Any) -> None:
    """The process that ends the day, and tells how far it is."""
    from suixin.service.day_end.ending import end_days
    from suixin.service.store.session import Actor

    def tell(day: date, done: int, of: int) -> None:
        with suppress(BrokenPipeError):  # Who asks only how far it is has heard enough.
            told.send((done, of))

    list(end_days(Actor(institution=1), day, lake=lake, processes=processes, told=tell))


def _name() -> str:
    with psycopg.connect(owner()) as connection:
        return connection.info.dbname


def _administer(statement: str) -> None:
    with psycopg.connect(owner(), dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)
