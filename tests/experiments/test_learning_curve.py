"""More participants, a better score: where there is something to learn, and only there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from suixin.credit.index import Bools
from suixin.credit.weights_fit import Outcomes
from suixin.data.errors import InputError
from suixin.experiments.ablation import fitted_score
from suixin.experiments.learning_curve import Curve, learning_curve
from suixin.experiments.panel import Panel

N, COLUMNS, SIZES = 3_000, 12, (50, 100, 200, 400, 800, 1_600, 100_000)


def curve(
    loans: Outcomes, held: Bools, *, sizes: Sequence[int] = SIZES, seed: int = 1, draws: int = 12
) -> Curve:
    fit = partial(fitted_score, columns=list(range(len(loans.names))), ridge=1.0)
    return learning_curve(loans, held, fit, sizes=sizes, draws=draws, seed=seed)


def loans(pull: float) -> tuple[Outcomes, Bools]:
    """Twelve columns, of which the first four bear on the end by so much."""
    rng = np.random.default_rng(4)
    x = rng.normal(0, 1, (N, COLUMNS))
    bad = rng.random(N) < 1 / (1 + np.exp(1.5 + pull * x[:, :4].sum(axis=1)))
    names = tuple(f"c{k}" for k in range(COLUMNS))
    return Outcomes(names, x, bad, np.arange(N)), np.arange(N) >= 2_000


@pytest.mark.mechanism("E15")
def test_the_curve_rises_where_there_is_something_to_learn() -> None:
    found = curve(*loans(0.5))
    assert found.rises
    means = [point.auc.value for point in found.points]
    assert means[-1] - means[0] > 0.05
    width = [point.auc.high - point.auc.low for point in found.points]
    assert width[-1] < width[0] / 2
    # What the participants at hand do not fill is left out.
    assert [point.n for point in found.points] == list(SIZES[:-1])
    assert found.held_out == 1_000


@pytest.mark.mechanism("E15")
def test_the_curve_is_flat_where_there_is_nothing() -> None:
    found = curve(*loans(0.0))
    assert not found.rises
    assert found.points[-1].auc.value == pytest.approx(0.5, abs=0.06)


def test_the_same_seed_gives_the_same_curve() -> None:
    one, two, other = (
        curve(*loans(0.5), sizes=(50, 100), seed=seed, draws=3) for seed in (1, 1, 2)
    )
    assert one == two != other


def test_too_few_to_learn_from_are_refused() -> None:
    few, held = loans(0.5)
    with pytest.raises(InputError) as refused:
        curve(few.take(np.arange(90)), held[:90])
    assert refused.value.code == "TOO_FEW_PARTICIPANTS"


@pytest.mark.mechanism("E15")
def test_the_county_teaches(panel: Panel) -> None:
    found = curve(panel.loans, panel.held_out)
    assert [point.n for point in found.points] == [50, 100]
    assert found.points[-1].auc.low > 0.5
