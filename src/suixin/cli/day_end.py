"""`suixin day-end`: a lender's days are ended, one after another, to a day."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, On, fail, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

Institution = Annotated[
    str | None,
    typer.Option(
        "--institution", metavar="CODE", help="Whose days; may be left out for one alone."
    ),
]
Processes = Annotated[int, typer.Option(min=1, help="How many work side by side.")]
Lake = Annotated[
    Path | None,
    typer.Option("--lake", metavar="DIR", help="Where contributions go; in the home if none."),
]


@faults_exit
def day_end(
    on: On,
    institution: Institution = None,
    home: HomeFolder = None,
    lake: Lake = None,
    processes: Processes = 1,
    as_json: AsJson = False,
) -> None:
    """End every day to DAY that is not closed: work what came, post interest, check, close.

    Killed at any point, it goes on where it was. A difference stops it and leaves the day open.

    Example: suixin day-end --on 2026-06-30 --home bank
    """
    with environment(home, as_json=as_json) as kept, ExitStack() as stack:
        from suixin.service.database import served

        stack.enter_context(served(kept))
        from suixin.service.day_end.ending import end_days
        from suixin.service.store.session import Actor

        number = _number(institution, as_json=as_json)
        actor = Actor(institution=number, by="day-end", why=f"day's end to {on}")
        to = lake or kept.lake
        days, tell = [], _silent if as_json else _progress
        for one in end_days(actor, on, lake=to, processes=processes, told=tell):
            days.append({**asdict(one), "day": one.day.isoformat()})
            if not as_json:
                refused = f", {len(one.refused)} events refused" if one.refused else ""
                typer.echo(f"{one.day} closed: {one.worked} agreements worked{refused}")
                typer.echo(f"  digest {one.digest}")
                for name, key in one.refused:
                    typer.echo(f"  refused: {key} of {name}")
        if as_json:
            print_json({"institution": number, "days": days})
        elif not days:
            typer.echo(f"The days to {on} are closed already.")


def _progress(day: date, done: int, of: int) -> None:
    if of:
        typer.echo(f"{day}: {done} of {of} agreements", err=True)


def _silent(day: date, done: int, of: int) -> None:
    """Nothing is told where a machine reads."""


def _number(code: str | None, *, as_json: bool) -> int:
    """The institution of a code, or the only one there is."""
    from suixin.service.store import models

    there_are = models.Institution.objects.order_by("code").values_list("code", "id")
    known: dict[str, int] = dict(there_are)
    if code is None and len(known) == 1:
        return next(iter(known.values()))
    if code not in known:
        wrong = "Name an institution." if code is None else f"There is no institution {code}."
        there = ", ".join(known) or "none; open one first"
        fail("INSTITUTION", wrong, f"There are: {there}.", INPUT_FAULT, as_json=as_json)
    return known[code]
