"""`suixin weights …`: weights of the three indices, proposed by one person, adopted by another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Folder, On, Out, Policies, faults_exit, print_json

By = Annotated[str, typer.Option("--by", help="Who does this.")]


@faults_exit
def weights_outcomes(
    folder: Folder,
    on: On,
    out: Annotated[Path, typer.Option(help="CSV of finished agreements to write.")],
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Gather finished agreements: what was known when each began, and how it ended.

    Example: suixin weights outcomes county/ --on 2026-06-30 --out outcomes.csv
    """
    from suixin.credit.weights_outcomes import finished_agreements, write_outcomes
    from suixin.data.read import read_feeds
    from suixin.tables import steps

    with steps(2, quiet=as_json) as step:
        step("reading")
        with read_feeds(folder) as feeds:
            step("scoring each month")
            found = finished_agreements(feeds, on=on, policies=policies)
    write_outcomes(out, found)
    bad = sum(one.bad for one in found)
    if as_json:
        print_json({"out": out, "outcomes": len(found), "bad": bad})
        return
    typer.echo(f"{len(found):,} finished agreements of scored borrowers, {bad:,} bad")
    typer.echo(f"written: {out}")


@faults_exit
def weights_propose(
    outcomes: Annotated[
        Path,
        typer.Argument(
            help="CSV of finished agreements: began, industry, the three indices, bad (0 or 1)."
        ),
    ],
    industry: Annotated[str, typer.Option(help="Whose weights.")],
    by: By,
    on: On,
    out: Annotated[Path, typer.Option(help="File of the proposal; never replaced.")],
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Fit weights on outcomes, judge them on the latest, and write the proposal with its evidence.

    Example: suixin weights propose outcomes.csv --industry fruit --by "risk officer"
    --on 2026-06-30 --out fruit.yaml
    """
    from suixin.credit.adoption import write_proposal
    from suixin.credit.sheets import policy_on
    from suixin.credit.weights_fit import change_log, propose_weights, read_outcomes

    found = read_outcomes(outcomes, industry=industry, on=on)
    proposal = propose_weights(found, industry, by=by, on=on, policy=policy_on(on, policies))
    write_proposal(out, proposal)
    if as_json:
        print_json({"out": out, "industry": industry, **proposal.evidence})
        return
    typer.echo(change_log([proposal])[0])
    typer.echo(f"written: {out}")


@faults_exit
def weights_approve(
    proposal: Annotated[Path, typer.Argument(help="The file of the proposal.")],
    by: By,
    on: On,
    out: Out,
    as_json: AsJson = False,
) -> None:
    """Adopt a proposal from a day on; the person who proposed it may not.

    Example: suixin weights approve fruit.yaml --by "head of credit" --on 2026-07-01 --out adopted/
    """
    from suixin.credit.adoption import adopt, read_proposal, write_adoption

    written = write_adoption(out, adopt(read_proposal(proposal), approved_by=by, on=on))
    if as_json:
        print_json({"out": written})
        return
    typer.echo(f"written: {written}")


@faults_exit
def weights_show(
    folder: Annotated[Path, typer.Argument(help="Folder of adopted weights.")],
    on: On,
    as_json: AsJson = False,
) -> None:
    """List every adopted change, oldest first: weights, outcomes, what it gained, who.

    Example: suixin weights show adopted/ --on 2026-07-01
    """
    from suixin.credit.adoption import adoptions
    from suixin.credit.weights_adopted import KIND
    from suixin.credit.weights_fit import change_log
    from suixin.data.errors import InputError, shown

    if not folder.is_dir():
        raise InputError("NO_FOLDER", f"{shown(folder)} is no folder of adopted weights.")
    found = [one for one in adoptions(folder, KIND) if one.adopted_on <= on]
    lines = change_log([one.proposal for one in found])
    if as_json:
        print_json({"changes": [
            {"adopted_on": one.adopted_on, "approved_by": one.approved_by,
             "industry": one.proposal.name, **one.proposal.evidence}
            for one in found
        ]})  # fmt: skip
        return
    for one, line in zip(found, lines, strict=True):
        people = f"{shown(one.proposal.proposed_by)}, {shown(one.approved_by)}"
        typer.echo(f"{one.adopted_on}  {line}  ({people})")
    if not found:
        typer.echo("no change adopted; the default holds")
