"""`suixin history …`: past scores kept, and what was in force and known on a day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, On, Policies, a_day, a_folder, faults_exit, print_json

History = Annotated[
    Path, typer.Option("--history", parser=a_folder, metavar="DIR", help="Folder of past scores.")
]


@faults_exit
def history_add(
    scores: Annotated[Path, typer.Argument(help="Folder that `suixin score` wrote.")],
    history: History,
    recorded: Annotated[
        date, typer.Option("--recorded", parser=a_day, metavar="DAY", help="Learned on this day.")
    ],
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Add the scores of a run to a history, which is only added to.

    Example: suixin history add scores/ --history past/ --recorded 2026-07-01
    """
    from suixin.credit.history import append_table

    table = scores / "scores.parquet"
    entry = append_table(history, table, recorded_on=recorded, policies=policies)
    if as_json:
        print_json(asdict(entry))
        return
    typer.echo(
        f"{entry.subjects:,} scores of {entry.as_of} ({entry.product}), learned {entry.recorded_on}"
    )


@faults_exit
def history_show(
    subject: Annotated[str, typer.Argument(help="Whose score.")],
    history: History,
    on: On,
    known_on: Annotated[
        date | None,
        typer.Option(
            "--known-on", parser=a_day, metavar="DAY", help="By what was known then; all otherwise."
        ),
    ] = None,
    product: Annotated[str | None, typer.Option(help="Of this product's books only.")] = None,
    as_json: AsJson = False,
) -> None:
    """What score was in force for a subject on a day, and by what it was made.

    Example: suixin history show m-0231 --history past/ --on 2026-06-30 --known-on 2026-07-05
    """
    from suixin.credit.history import as_of
    from suixin.data.errors import InputError

    found = as_of(history, subject, on, known_on=known_on, product=product)
    if found is None:
        by = "" if known_on is None else f", by what was known on {known_on}"
        raise InputError(
            "NO_PAST_SCORE", f"No score of {subject} was in force on {on}{by}.",
            "Add the scores of that day: suixin history add",
        )  # fmt: skip
    told = asdict(found)
    told.update(told.pop("entry"))
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        shown = ", ".join(value) if isinstance(value, tuple) else value
        typer.echo(f"{name.rstrip('_'):<16}{'' if shown is None else shown}")
