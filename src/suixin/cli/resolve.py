"""`suixin feeds resolve`: which records of several sources are one person or shop."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Policies, a_day, faults_exit, print_json

_HELP = "File of links to write; why each was made is written beside it."


@faults_exit
def feeds_resolve(
    folder: Annotated[
        Path, typer.Argument(help="Folder whose folder registers holds the records.")
    ],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="FILE", help=_HELP)],
    decisions: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What people decided: same, not_same."),
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=a_day, metavar="DAY", help="Default: today.")
    ] = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Which records are one person or shop, why, and which pairs wait for a person.

    Example: suixin feeds resolve county/ --out links.csv
    """
    from suixin.data.read import today_in_china
    from suixin.data.resolve.decisions import read_decisions
    from suixin.data.resolve.run import resolve_folder, write_links
    from suixin.tables import show_notes, steps

    day = today_in_china() if on is None else on
    with steps(2, quiet=as_json) as step:
        step("comparing")
        told = read_decisions(decisions) if decisions else ()
        found = resolve_folder(folder, on=day, decisions=told, policies=policies)
        step("writing")
        links, why = write_links(found, out, on=day)
    waiting = Counter(str(held.why) for held in found.held)
    if as_json:
        aside = [{"file": a.file, "line": a.line, "reason": a.reason} for a in found.aside[:1000]]
        print_json(
            {
                "out": links, "why": why, "records": found.records, "subjects": found.subjects,
                "links": len(found.links), "waiting": dict(sorted(waiting.items())),
                "set_aside": len(found.aside), "rows": aside, "notes": list(found.notes),
            }
        )  # fmt: skip
        return
    typer.echo(
        f"{found.records:,} records, {found.subjects:,} subjects, {len(found.links):,} links"
    )
    for reason, count in sorted(waiting.items()):
        typer.echo(f"  waiting for a person: {count:,} {reason}")
    for row in found.aside[:10]:
        typer.echo(f"  set aside: {row.file}:{row.line} {row.reason}")
    if len(found.aside) > 10:
        typer.echo(f"  set aside: {len(found.aside) - 10:,} more")
    show_notes(found.notes)
    typer.echo(f"written: {links} and {why}")
