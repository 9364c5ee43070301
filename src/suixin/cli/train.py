"""`suixin train …` and `suixin model …`: an institution's own model, its card, its promotion."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suixin.cli.common import AsJson, On, Out, Policies, faults_exit, print_json

if TYPE_CHECKING:
    from suixin.credit.model.card import ModelCard
    from suixin.train.cases_file import Layout
    from suixin.train.run import Asking

CasesFile = Annotated[Path, typer.Argument(help="CSV or Parquet, one row a finished case.")]
Target = Annotated[str, typer.Option(help="Column of the outcome: 1 bad, 0 good, empty unknown.")]
Time = Annotated[str, typer.Option(help="Column of the day each case was decided on.")]
Name = Annotated[str, typer.Option(help="The model's name, small letters and hyphens.")]
Purpose = Annotated[str, typer.Option(help="What it is for, in a sentence; stands on the card.")]
Group = Annotated[
    list[str] | None, typer.Option("--group", help="Column to measure fairness by; not learned.")
]
LeaveOut = Annotated[
    list[str] | None, typer.Option("--leave-out", help="Column the model may not read.")
]
Code = Annotated[
    list[float] | None, typer.Option("--code", help="Number that is no measure, such as -9.")
]
Model = Annotated[Path, typer.Argument(help="Folder of a model, as training wrote it.")]
By = Annotated[str, typer.Option(help="Who does this.")]


@faults_exit
def train_scorecard(
    file: CasesFile,
    target: Target,
    time: Time,
    name: Name,
    purpose: Purpose,
    on: On,
    out: Out,
    group: Group = None,
    leave_out: LeaveOut = None,
    code: Code = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Train a scorecard on finished cases; test it on the latest; write it with its card.

    Example: suixin train scorecard cases.csv --target bad --time day --name shops
    --purpose "Default within 12 months" --on 2026-06-30 --out models/shops-1
    """
    layout = _layout(target, time, group, leave_out)
    asking = _asking("scorecard", layout, name=name, purpose=purpose, code=code)
    _train(file, asking, on, out, policies, as_json=as_json)


@faults_exit
def train_challenger(
    file: CasesFile,
    target: Target,
    time: Time,
    name: Name,
    purpose: Purpose,
    on: On,
    out: Out,
    group: Group = None,
    leave_out: LeaveOut = None,
    code: Code = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Train boosted trees on the same cases, to challenge the scorecard; takes LightGBM.

    Example: suixin train challenger cases.csv --target bad --time day --name shops-trees
    --purpose "Challenger of shops" --on 2026-06-30 --out models/shops-trees-1
    """
    layout = _layout(target, time, group, leave_out)
    asking = _asking("challenger", layout, name=name, purpose=purpose, code=code)
    _train(file, asking, on, out, policies, as_json=as_json)


@faults_exit
def train_again(
    model: Model,
    data: Annotated[Path, typer.Option(help="The finished cases, now more of them.")],
    on: On,
    out: Out,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Train the next version of a model as its card records the last was trained.

    Example: suixin train again models/shops-1 --data cases.csv --on 2026-12-31 --out models/shops-2
    """
    from suixin.credit.model.folder import load_model
    from suixin.train.run import asked_again

    _train(data, asked_again(load_model(model)), on, out, policies, as_json=as_json)


@faults_exit
def train_calibration(
    file: CasesFile,
    target: Target,
    time: Time,
    version: Annotated[str, typer.Option(help="The version that every score will name.")],
    on: On,
    out: Annotated[Path, typer.Option(help="File of the calibration.")],
    composite: Annotated[str, typer.Option(help="Column of the composite.")] = "composite",
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Calibrate the composite on outcomes: logistic or isotonic, the nearer to the latest cases.

    Example: suixin train calibration outcomes.csv --target bad --time day --version 2026-06
    --on 2026-06-30 --out calibration.yaml
    """
    from suixin.train.calibrate import calibrate_file

    told = calibrate_file(
        file, out, target=target, time=time, composite=composite, version=version, on=on,
        policies=policies,
    )  # fmt: skip
    if as_json:
        print_json({"out": out, **told})
        return
    for what, value in told.items():
        typer.echo(f"{what}  {value}")


@faults_exit
def model_show(model: Model, as_json: AsJson = False) -> None:
    """Show a model's card: purpose, data, figures by time, bands, columns and their points.

    Example: suixin model show models/shops-1
    """
    from suixin.credit.model.seal import CARD, verified

    said = verified(model)
    if as_json:
        print_json(said)
        return
    typer.echo((model / CARD).read_text("utf-8"))


@faults_exit
def model_check(model: Model, as_json: AsJson = False) -> None:
    """Check that every byte of a model is as training wrote it.

    Example: suixin model check models/shops-1
    """
    from suixin.credit.model.folder import digest_of, load_model

    card, digest = load_model(model), digest_of(model)
    if as_json:
        print_json({"name": card.name, "version": card.version, "digest": digest})
        return
    typer.echo(f"{card.name} {card.version}, a {card.kind}: as it was written, {digest[:12]}…")


@faults_exit
def model_score(
    model: Model,
    file: Annotated[Path, typer.Argument(help="CSV or Parquet of cases to score.")],
    out: Annotated[Path, typer.Option(help="CSV to write: score, probability, band, reasons.")],
    as_json: AsJson = False,
) -> None:
    """Score cases by a model, each with the columns that cost it most points.

    Example: suixin model score models/shops-1 applications.csv --out scored.csv
    """
    from suixin.credit.model.apply import score_file

    rows = score_file(model, file, out)
    if as_json:
        print_json({"rows": rows, "out": out})
        return
    typer.echo(f"{rows} cases scored into {out}")


@faults_exit
def model_propose(
    model: Model,
    by: By,
    on: On,
    out: Annotated[Path, typer.Option(help="File of the proposal; never replaced.")],
    as_json: AsJson = False,
) -> None:
    """Propose a model for use, with its figures as evidence; another person promotes it.

    Example: suixin model propose models/shops-1 --by "risk officer" --on 2026-07-01
    --out proposals/shops-1.yaml
    """
    from suixin.credit.adoption import write_proposal
    from suixin.credit.model.promotion import proposal_of

    proposal = proposal_of(model, by=by, on=on)
    write_proposal(out, proposal)
    if as_json:
        print_json({"out": out, "digest": proposal.digest, **proposal.evidence})
        return
    typer.echo(f"{proposal.name} {proposal.version} proposed; another person may promote it")


@faults_exit
def model_promote(
    proposal: Annotated[Path, typer.Argument(help="The file of the proposal.")],
    model: Annotated[
        Path, typer.Option(help="The model (folder) or calibration (file) it proposes.")
    ],
    by: By,
    on: On,
    out: Annotated[Path, typer.Option(help="Folder of adopted models; added to, never changed.")],
    as_json: AsJson = False,
) -> None:
    """Promote a proposed model from a day on; the person who proposed it may not.

    Example: suixin model promote proposals/shops-1.yaml --model models/shops-1
    --by "head of credit" --on 2026-07-02 --out adopted/
    """
    from suixin.credit.adoption import read_proposal
    from suixin.credit.model.promotion import promote

    written = promote(read_proposal(proposal), model, by=by, on=on, adopted=out)
    if as_json:
        print_json({"adoption": written})
        return
    typer.echo(f"promoted; the record stands in {written}")


def _layout(target: str, time: str, group: list[str] | None, leave_out: list[str] | None) -> Layout:
    from suixin.train.cases_file import Layout

    return Layout(target, time, tuple(group or ()), tuple(leave_out or ()))


def _asking(
    kind: Literal["scorecard", "challenger"], layout: Layout, *, name: str, purpose: str,
    code: list[float] | None,
) -> Asking:  # fmt: skip
    from suixin.train.run import Asking

    return Asking(kind, layout, name=name, version=1, purpose=purpose, codes=tuple(code or ()))


def _train(
    file: Path, asking: Asking, on: date, out: Path, policies: Path | None, *, as_json: bool
) -> None:
    from suixin.credit.model.folder import write_model
    from suixin.tables import steps
    from suixin.train.run import train

    with steps(2, quiet=as_json) as step:
        step(f"training {asking.name} {asking.version}")
        card = train(file, asking, on=on, policies=policies)
        step("writing its card")
        digest = write_model(out, card)
    figures = _figures(card)
    if as_json:
        print_json({"name": card.name, "version": card.version, "digest": digest, "out": out,
                    **figures})  # fmt: skip
        return
    for what, value in figures.items():
        typer.echo(f"{what}  {value}")
    typer.echo(f"{card.name} {card.version} stands in {out}, with its card")


def _figures(card: ModelCard) -> dict[str, Any]:
    test = card.told["metrics"]["test"]
    return {name: test[name]["value"] for name in test} | {
        "tested_on": card.told["split"]["tested_on"],
        "bands": len(card.bands),
        "bands_rise_in_test": card.told["bands_in_test"]["strictly_rising"],
    }
