"""`suixin day-end`: a lender's days are ended, one after another, to a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

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
Rebuild = Annotated[
    list[str] | None,
    typer.Option(
        "--rebuild",
        metavar="AGREEMENT",
        help="First write this agreement's state anew from its history; may be given again.",
    ),
]


@faults_exit
def day_end(
    on: On,
    institution: Institution = None,
    home: HomeFolder = None,
    lake: Lake = None,
    processes: Processes = 1,
    rebuild: Rebuild = None,
    as_json: AsJson = False,
) -> None:
    """End every day to DAY that is not closed: work what came, post interest, check, close.

    Killed at any point, it goes on where it was. A difference stops it and leaves the day open;
    who has the machine may then have the states that it names rebuilt.

    Example: suixin day-end --on 2026-06-30 --home bank
    """
    with environment(home, as_json=as_json) as kept, ExitStack() as stack:
        from suixin.service.database import served

        stack.enter_context(served(kept))
        from suixin.service import clock
        from suixin.service.app.caller import service_caller
        from suixin.service.app.day_end import end_day

        number = _number(institution, as_json=as_json)
        caller = service_caller(number, "day-end")
        rebuilt = [_rebuilt(number, name, as_json=as_json) for name in rebuild or ()]
        with _bar(silent=as_json) as told:
            made = end_day(
                caller, on, at=clock.now(), lake=lake or kept.lake, processes=processes, told=told
            )
        if as_json:
            days = [{**asdict(one), "day": one.day.isoformat()} for one in made]
            print_json({"institution": number, "rebuilt": rebuilt, "days": days})
            return
        for one in made:
            refused = f", {len(one.refused)} events refused" if one.refused else ""
            typer.echo(f"{one.day} closed: {one.worked} agreements worked{refused}")
            typer.echo(f"  digest {one.digest}")
            for name, key in one.refused:
                typer.echo(f"  refused: {key} of {name}")
        if not made:
            typer.echo(f"The days to {on} are closed already.")


def _rebuilt(institution: int, name: str, *, as_json: bool) -> dict[str, Any]:
    """An agreement whose state is written anew, and what it had wrong."""
    from suixin.service.day_end.rebuilding import rebuild
    from suixin.service.store.session import Actor

    made = rebuild(Actor(institution=institution, by="owner", why="rebuilt by hand"), name)
    if not as_json:
        typer.echo(f"{name} rebuilt to {made.through}: {len(made.changed)} columns were wrong")
        for column, was, now in made.changed:
            typer.echo(f"  {column}: {was}, by its history {now}")
    return {**asdict(made), "through": made.through.isoformat()}


@contextmanager
def _bar(*, silent: bool) -> Iterator[Any]:
    """A line on the terminal that tells how far a day is; nothing where a machine reads."""
    if silent:
        yield lambda day, done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        tasks: dict[date, Any] = {}

        def told(day: date, done: int, of: int) -> None:
            if day not in tasks:
                tasks[day] = progress.add_task(str(day), total=of)
            progress.update(tasks[day], completed=done, total=of)

        yield told


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
