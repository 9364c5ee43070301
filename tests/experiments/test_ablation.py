"""What a dimension carries is found, and what it does not carry is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from suixin.credit.weights_fit import Outcomes
from suixin.experiments.ablation import Ablation, ablate, fitted_score
from suixin.experiments.interval import drawn_again
from suixin.experiments.panel import DIMENSIONS, Panel

N = 4_000


def planted(pull: tuple[float, float, float], *, seed: int = 1) -> Panel:
    """Loans of three columns, one a dimension, whose ends follow them by so much."""
    rng = np.random.default_rng(seed)
    x = rng.normal(50, 10, (N, 3))
    logit = -2 - ((x - 50) / 10) @ np.array(pull)
    bad = rng.random(N) < 1 / (1 + np.exp(-logit))
    loans = Outcomes(("a", "b", "c"), x, bad, np.arange(N))
    return Panel(
        loans, DIMENSIONS, composite=x.mean(axis=1), pd=1 / (1 + np.exp(-logit)),
        held_out=np.arange(N) >= 0.7 * N,
    )  # fmt: skip


def of(pull: tuple[float, float, float]) -> Ablation:
    return ablate(planted(pull), ridge=1.0, draws=200)


@pytest.mark.mechanism("C13")
def test_a_social_component_that_is_there_lifts_and_one_that_is_not_does_not() -> None:
    there, absent = of((0.5, 0.5, 0.8)), of((0.5, 0.5, 0.0))
    assert there.lift["social"].low > 0.03
    assert absent.lift["social"].low <= 0 <= absent.lift["social"].high
    assert abs(absent.lift["social"].value) < 0.01


@pytest.mark.mechanism("C14")
def test_every_dimension_is_switched_on_and_off() -> None:
    found = of((0.4, 0.6, 0.8))
    assert len({setting.on for setting in found.settings}) == 8
    auc = {setting.on: setting.auc.value for setting in found.settings}
    assert auc[frozenset()] == 0.5
    alone = [auc[frozenset({name})] for name in DIMENSIONS]
    assert 0.5 < alone[0] < alone[1] < alone[2] < found.full.value
    assert found.full.value < found.ceiling.value + 0.01
    assert found.composite.value < found.full.value
    assert (found.learned_from, found.n) == (2_800, 1_200)
    for setting in found.settings:
        assert setting.auc.low <= setting.auc.value <= setting.auc.high


def test_the_last_loans_teach_nothing() -> None:
    """Ends of held-out loans turned round change what is measured, and no score."""
    panel = planted((0.5, 0.5, 0.5))
    held = panel.held_out
    turned = replace(panel.loans, bad=np.where(held, ~panel.loans.bad, panel.loans.bad))
    scores = [
        fitted_score(loans.take(~held), loans.take(held), [0, 1, 2], ridge=1.0)
        for loans in (panel.loans, turned)
    ]
    np.testing.assert_array_equal(*scores)


@pytest.mark.mechanism("C14")
def test_the_county_tells_its_columns_by_dimension(panel: Panel) -> None:
    found = [panel.columns(frozenset({name})) for name in DIMENSIONS]
    assert sorted(k for columns in found for k in columns) == list(range(len(panel.loans.names)))
    names = [{panel.loans.names[k] for k in columns} for columns in found]
    assert {"live_share", "crop", "reputation.taste"} <= names[0]
    assert {"stability.level", "stability.fulfilment"} <= names[1]
    assert {"engagement.recency", "endorsements"} <= names[2]
    # Cohorts by time, the last of them held out, and every shop at most once.
    assert len(set(panel.loans.began.tolist())) == 3
    assert panel.loans.began[panel.held_out].min() > panel.loans.began[~panel.held_out].max()
    assert panel.held_out.mean() == pytest.approx(0.3, abs=0.06)
    assert len(panel.loans.bad) < 300
    assert panel.loans.bad.mean() == pytest.approx(panel.pd.mean(), abs=0.05)


def test_cases_of_one_kind_have_no_interval() -> None:
    for good in (np.ones(5, dtype=bool), np.zeros(5, dtype=bool)):
        with pytest.raises(ValueError, match="one kind"):
            drawn_again(good, draws=3, seed=1)
