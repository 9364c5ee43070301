"""`suixin monitor`: scores at work, held against an earlier scoring and against what happened."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Out, Policies, faults_exit, print_json


@faults_exit
def monitor(
    before: Annotated[Path, typer.Option("--before", help="Scores of the earlier day.")],
    after: Annotated[Path, typer.Option("--after", help="Scores of the later day.")],
    out: Out,
    outcomes: Annotated[
        Path | None, typer.Option(help="Folder of feeds with loan performance and person facts.")
    ] = None,
    challenger: Annotated[
        Path | None, typer.Option(help="Scores of the earlier day by another model.")
    ] = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Drift, calibration by month, fairness and champion against challenger: HTML and JSON.

    Example: suixin monitor --before march/ --after june/ --outcomes county/ --out watch/
    """
    from suixin.credit.monitor.accounts import read_accounts
    from suixin.credit.monitor.page import write_watch
    from suixin.credit.monitor.watch import watch
    from suixin.credit.sheets import policy_on
    from suixin.data.errors import InputError
    from suixin.data.read import read_feeds, today_in_china
    from suixin.tables import steps

    was, now = read_accounts(before), read_accounts(after)
    if now.on < was.on:
        raise InputError(
            "DAYS_TURNED", f"--before is of {was.on}, after {now.on}.", "Exchange the two."
        )
    other = None if challenger is None else read_accounts(challenger)
    with steps(2, quiet=as_json) as step, ExitStack() as stack:
        step("reading")
        known = None
        if outcomes is not None:
            day = max(now.on, today_in_china())
            known = stack.enter_context(read_feeds(outcomes, today=day)).on(now.on)
        step("watching")
        found = watch(was, now, policy_on(now.on, policies), known=known, challenger=other)
    write_watch(found, out)
    if as_json:
        print_json({"out": out, **found.told()})
        return
    for one in found.drifts:
        psi = "–" if one.drift.psi is None else f"{one.drift.psi:.3f}"
        typer.echo(f"{one.drift.column:<14}{psi:>8}  {one.verdict}")
    typer.echo(f"known ends {found.outcomes}, bad {found.bad}")
    typer.echo(f"written: {out / 'monitor.html'}")
