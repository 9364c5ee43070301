"""`suixin experiment …`: seeded experiments on the demonstration county."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Households, faults_exit, print_json

Seed = Annotated[int, typer.Option(min=0, help="Same seed, same figures.")]


@faults_exit
def experiment_closed_loop(
    households: Households = 300, seed: Seed = 1, as_json: AsJson = False
) -> None:
    """Lend for one cycle and score again: a metric at each arrow, against likes without a loan.

    Example: suixin experiment closed-loop --households 300 --seed 1
    """
    from dataclasses import asdict

    from suixin.county.make import UNTIL
    from suixin.experiments.closed_loop import closed_loop
    from suixin.kernel.policy import load_policy
    from suixin.tables import steps

    with steps(1, quiet=as_json) as step, tempfile.TemporaryDirectory() as folder:
        step("one cycle of the loop")
        policy = load_policy("experiments").on(UNTIL)
        found = closed_loop(households, seed, Path(folder), policy=policy)
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(
        f"{found.start} to {found.end}: {found.pairs} pairs, {found.lent_fen / 100:,.2f} lent, "
        f"{found.repaid_fen / 100:,.2f} repaid, {found.defaulted} defaulted"
    )
    for arrow in found.arrows:
        typer.echo(
            f"{arrow.zh} {arrow.metric:<41} borrowers {arrow.borrowers:.3f}  likes "
            f"{arrow.likes:.3f}  gap {arrow.gap.told()}"
        )
    for one in found.next_limits:
        typer.echo(
            f"{one.group}: of {one.households} limits {one.rose} rose, {one.fell} fell; "
            f"next / first {one.ratio:.3f}, gap {one.gap.told()}"
        )
    typer.echo("Simulated: what a loan does is assumed, not measured (policy `experiments`).")


@faults_exit
def experiment_learning_curve(
    households: Households = 3_000, seed: Seed = 1, as_json: AsJson = False
) -> None:
    """AUC on one hold-out against how many participants a score learned from.

    Example: suixin experiment learning-curve --households 3000 --seed 1
    """
    from dataclasses import asdict
    from functools import partial

    from suixin.county.make import UNTIL
    from suixin.experiments.ablation import fitted_score
    from suixin.experiments.learning_curve import learning_curve
    from suixin.experiments.panel import county_panel
    from suixin.kernel.policy import load_policy
    from suixin.tables import steps

    policy = load_policy("experiments").on(UNTIL)
    rule = policy["experiment.learning"]
    with steps(2, quiet=as_json) as step, tempfile.TemporaryDirectory() as folder:
        step("making and scoring")
        panel = county_panel(households, seed, Path(folder), policy=policy)
        step("learning")
        columns, ridge = list(range(len(panel.loans.names))), policy["experiment.panel"]["ridge"]
        curve = learning_curve(
            panel.loans, panel.held_out, partial(fitted_score, columns=columns, ridge=ridge),
            sizes=rule["sizes"], draws=rule["draws"], seed=seed,
        )  # fmt: skip
    if as_json:
        print_json({**asdict(curve), "rises": curve.rises})
        return
    for one in curve.points:
        typer.echo(f"{one.n:>6,} participants  AUC {one.auc.told()}")
    word = "rises" if curve.rises else "does not surely rise"
    typer.echo(f"each doubling adds {curve.slope.told()}: the curve {word}")
    typer.echo(f"held out: {curve.held_out} loans, {curve.bad} bad; ends are planted, not real")


@faults_exit
def experiment_ablation(
    households: Households = 3_000, seed: Seed = 1, as_json: AsJson = False
) -> None:
    """Scene, data and social columns each on and off: AUC out of time, and what each adds.

    Example: suixin experiment ablation --households 3000 --seed 1
    """
    from dataclasses import asdict

    from suixin.county.make import UNTIL
    from suixin.experiments.ablation import ablate
    from suixin.experiments.panel import county_panel
    from suixin.kernel.policy import load_policy
    from suixin.tables import steps

    policy = load_policy("experiments").on(UNTIL)
    rule = policy["experiment.panel"]
    with steps(2, quiet=as_json) as step, tempfile.TemporaryDirectory() as folder:
        step("making and scoring")
        panel = county_panel(households, seed, Path(folder), policy=policy)
        step("eight settings")
        found = ablate(panel, ridge=rule["ridge"], draws=rule["draws"], seed=seed)
    if as_json:
        settings = [{**asdict(one), "on": sorted(one.on)} for one in found.settings]
        print_json({**asdict(found), "settings": settings})
        return
    for one in found.settings:
        typer.echo(f"{' + '.join(sorted(one.on)) or 'nothing':<22} AUC {one.auc.told()}")
    typer.echo(f"{'composite, untrained':<22} AUC {found.composite.told()}")
    typer.echo(f"{'the planted truth':<22} AUC {found.ceiling.told()}")
    for name, lift in found.lift.items():
        typer.echo(f"{name} adds {lift.told()} to the other two")
    typer.echo(f"held out: {found.n} loans, {found.bad} bad; ends are planted, not real")
