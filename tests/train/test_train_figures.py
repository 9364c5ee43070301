"""Figures, splits, calibration and bands against what can be worked out by hand or by others."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

from suixin.credit.grade import Calibration
from suixin.credit.model.calibration import Isotonic, default_probability
from suixin.credit.ranking import auc
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn
from suixin.train.bands import BandRules, fit_bands, realised, strictly_rising
from suixin.train.calibrate import (
    OutcomesNeeded,
    choose_calibration,
    fit_isotonic,
    fit_logistic,
    refuse_few,
)
from suixin.train.evaluate import brier, by_group, calibration_slope, interval, ks, psi
from suixin.train.splits import folds, latest, refuse_leak

NEEDED = OutcomesNeeded(500, 50)


@pytest.fixture(scope="module")
def scores() -> tuple[np.ndarray, np.ndarray]:
    """Composites and outcomes made so that logit PD = 1 − .06·C."""
    chance = np.random.default_rng(3)
    composite = chance.uniform(20, 90, 4000).round(4)
    bad = chance.random(4000) < 1 / (1 + np.exp(-(1 - 0.06 * composite)))
    return composite, bad.astype(np.float64)


def test_auc_ks_and_brier_are_those_of_scikit_learn() -> None:
    chance = np.random.default_rng(0)
    pd = chance.random(800).round(2)  # Many ties.
    bad = (chance.random(800) < pd).astype(np.float64)
    below, above, _ = roc_curve(bad, pd, drop_intermediate=False)
    assert auc(bad, pd) == pytest.approx(roc_auc_score(bad, pd), abs=1e-12)
    assert ks(bad, pd) == pytest.approx(np.max(np.abs(above - below)), abs=1e-12)
    assert brier(bad, pd) == pytest.approx(brier_score_loss(bad, pd), abs=1e-12)


def test_figures_of_one_kind_or_of_no_case_are_unknown() -> None:
    none = np.zeros(0)
    for measure in (auc, ks, brier, calibration_slope):
        assert np.isnan(measure(none, none))
    for measure in (auc, ks, calibration_slope):
        assert np.isnan(measure(np.ones(3), np.array([0.1, 0.2, 0.3])))


def test_probabilities_twice_too_extreme_have_half_the_slope(
    scores: tuple[np.ndarray, np.ndarray],
) -> None:
    composite, bad = scores
    logit = 1 - 0.06 * composite
    right, extreme = (calibration_slope(bad, 1 / (1 + np.exp(-k * logit))) for k in (1, 2))
    assert right == pytest.approx(1, abs=0.1)
    assert extreme == pytest.approx(right / 2, abs=1e-6)


def test_psi_by_hand() -> None:
    """Halves that become one fifth and four fifths: .3·ln(.8/.5) + (−.3)·ln(.2/.5)."""
    before, after = np.repeat([0.0, 1.0], 50), np.repeat([0.0, 1.0], [20, 80])
    expected = 0.3 * np.log(0.8 / 0.5) - 0.3 * np.log(0.2 / 0.5)
    assert psi(before, after, bins=2) == pytest.approx(expected, abs=1e-9)
    unknown = np.where(np.arange(100) < 50, np.nan, before)
    assert psi(before, unknown, bins=2) > 1
    with pytest.raises(InputError) as fault:
        psi(before, np.zeros(0))
    assert fault.value.code == "EMPTY_GROUP"


def test_an_interval_holds_its_figure_and_narrows_with_cases() -> None:
    chance = np.random.default_rng(1)
    pd = chance.random(2000)
    bad = (chance.random(2000) < pd).astype(np.float64)
    wide = interval(auc, bad[:200], pd[:200], seed=1, draws=200)
    narrow = interval(auc, bad, pd, seed=1, draws=200)
    assert narrow.low < narrow.value < narrow.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2
    assert interval(auc, bad, pd, seed=1, draws=200) == narrow


def test_an_empty_group_says_that_it_is_empty() -> None:
    found = by_group(np.ones(1), np.ones(1) / 2, {"nobody": np.zeros(1, bool)})["nobody"]
    assert found["n"] == 0
    assert np.isnan([found["bad_rate"], found["pd"], found["auc"]]).all()


def test_no_moment_stands_on_both_sides_of_a_split() -> None:
    time = np.array([5.0, 1, 1, 2, 2, 2, 3, 4, 4, 4])
    late = latest(time, 0.5)
    assert set(time[late]) & set(time[~late]) == set()
    assert late.sum() == 5
    refuse_leak(time[~late], time[late])
    with pytest.raises(InputError) as fault:
        refuse_leak(np.array([1.0, 3.0]), np.array([3.0, 4.0]))
    assert fault.value.code == "TIME_LEAK"


def test_a_case_without_a_time_is_refused() -> None:
    with pytest.raises(InputError) as fault:
        latest(np.array([1.0, np.nan]), 0.3)
    assert fault.value.code == "TIME_UNKNOWN"


def test_folds_deal_out_every_case_once_and_bad_ones_evenly() -> None:
    bad = (np.arange(103) % 4 == 0).astype(np.float64)
    fold = folds(bad, 4, seed=2)
    assert np.bincount(fold).sum() == 103
    assert np.ptp([bad[fold == k].sum() for k in range(4)]) <= 1
    assert (fold == folds(bad, 4, seed=2)).all()


def test_a_logistic_calibration_finds_the_line_that_made_the_outcomes(
    scores: tuple[np.ndarray, np.ndarray],
) -> None:
    found = fit_logistic(*scores, version="v")
    assert found.a == pytest.approx(1, abs=0.25)
    assert found.b == pytest.approx(0.06, abs=0.006)


def test_a_score_the_wrong_way_round_is_not_calibrated(
    scores: tuple[np.ndarray, np.ndarray],
) -> None:
    with pytest.raises(InputError) as fault:
        fit_logistic(scores[0], 1 - scores[1], version="v")
    assert fault.value.code == "WRONG_WAY"


def test_isotonic_pools_equal_scores_first_then_those_that_rise() -> None:
    """Of 10: 1 of 2 bad; of 20: 0 of 1; of 30: 1 of 1 → 20 and 30 pool to 1 of 2, as 10 has."""
    composite, bad = np.array([10.0, 10, 20, 30, 40]), np.array([1.0, 0, 0, 1, 0])
    found = fit_isotonic(composite, bad, version="v")
    assert found.pds[-1] == 0
    assert found.at[-1] == 40
    assert found.pd(np.array([5.0, 17.5, 50.0])).tolist() == [0.5, 0.5, 0.0]


@pytest.mark.mechanism("B08")
def test_the_calibration_with_the_lower_later_brier_is_kept(
    scores: tuple[np.ndarray, np.ndarray],
) -> None:
    composite, bad = scores
    late = np.arange(len(bad)) >= 2800
    line = choose_calibration(composite, bad, late, version="v", needed=NEEDED)
    assert isinstance(line.calibration, Calibration)
    assert line.brier_logistic <= line.brier_isotonic
    # Outcomes that fall in one step are no logistic's.
    chance = np.random.default_rng(4)
    stepped = (chance.random(len(bad)) < np.where(composite < 40, 0.6, 0.1)).astype(np.float64)
    steps = choose_calibration(composite, stepped, late, version="v", needed=NEEDED)
    assert isinstance(steps.calibration, Isotonic)
    assert steps.brier_isotonic < steps.brier_logistic
    assert (np.diff(default_probability(steps.calibration, np.arange(0.0, 100))) <= 0).all()


@pytest.mark.parametrize(("cases", "bad", "enough"), [(500, 50, True), (499, 50, False),
                                                      (500, 49, False)])  # fmt: skip
def test_how_many_outcomes_it_takes(cases: int, bad: int, enough: bool) -> None:
    outcomes = (np.arange(cases) < bad).astype(np.float64)
    if enough:
        refuse_few(outcomes, NEEDED)
        return
    with pytest.raises(InputError) as fault:
        refuse_few(outcomes, NEEDED)
    assert fault.value.code == "TOO_FEW_OUTCOMES"


@pytest.mark.mechanism("C03")
def test_bands_of_a_graded_book_rise_strictly_in_later_cases(
    scores: tuple[np.ndarray, np.ndarray], model_policy: PolicyOn
) -> None:
    composite, bad = scores
    rules, early = BandRules.from_policy(model_policy), np.arange(len(bad)) < 2800
    bands = fit_bands(composite[early], bad[early], rules)
    assert len(bands) >= 5
    assert min(band.cases for band in bands) >= rules.cases_min
    outcomes = realised(bands, composite[~early], bad[~early])
    assert strictly_rising(outcomes)
    assert min(one.cases for one in outcomes) >= 100
    assert sum(one.cases for one in outcomes) == 1200


def test_scores_that_say_nothing_are_one_band(model_policy: PolicyOn) -> None:
    chance = np.random.default_rng(6)
    bad = (chance.random(3000) < 0.2).astype(np.float64)
    bands = fit_bands(chance.random(3000), bad, BandRules.from_policy(model_policy))
    assert len(bands) <= 2
    same = fit_bands(np.full(3000, 600.0), bad, BandRules.from_policy(model_policy))
    assert [(band.band, band.score_min, band.cases) for band in same] == [(1, None, 3000)]
