"""Weights fitted from outcomes: what was planted is found, what is absent moves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from suixin.credit.adoption import adopt, write_adoption
from suixin.credit.composite import composites
from suixin.credit.index import Index, Measures, PartRule, index
from suixin.credit.weights import Weighing, WeightRules, Weights
from suixin.credit.weights_adopted import adopted_weights, digest_of, industries_of
from suixin.credit.weights_fit import (
    Outcomes,
    auc,
    change_log,
    evidence_of,
    fitted_weights,
    gain_of,
    propose_weights,
)
from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy

NAMES = ("engagement", "stability", "reputation")
DAY = date(2026, 6, 30)
POLICY = load_policy("scoring").on(DAY)
RULES = WeightRules.from_policy(POLICY)
PLANTED = {
    "fruit": (0.20, 0.35, 0.45),  # What buyers say decides.
    "field_crops": (0.20, 0.55, 0.25),
    "workshop": (0.40, 0.30, 0.30),
}


def drawn(weights: tuple[float, ...], *, n: int, seed: int) -> Outcomes:
    """Outcomes whose odds follow the weighted indices; the indices lean on one another."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 6, (n, 1))
    x = np.clip(rng.normal([45, 60, 70], [18, 12, 9], (n, 3)) + common, 0, 100)
    logit = 0.11 * (x @ np.array(weights)) - 4.2
    bad = rng.random(n) < 1 / (1 + np.exp(logit))
    return Outcomes(NAMES, x, bad, np.arange(n))


@pytest.mark.mechanism("G04")
@pytest.mark.parametrize("industry", PLANTED)
def test_planted_weights_are_found_within_five_points(industry: str) -> None:
    found = evidence_of(drawn(PLANTED[industry], n=20_000, seed=7), ridge=1e-3)
    slope = np.array([found.beta[name] / found.sigma[name] for name in NAMES])
    assert slope / slope.sum() == pytest.approx(PLANTED[industry], abs=0.05)


@pytest.mark.mechanism("G04")
@pytest.mark.parametrize("industry", PLANTED)
def test_learned_weights_rank_later_outcomes_better(industry: str) -> None:
    outcomes = drawn(PLANTED[industry], n=80_000, seed=11)
    learned = fitted_weights(outcomes.take(outcomes.began < 40_000), RULES, ridge=1e-3, version="v")
    later = outcomes.take(outcomes.began >= 40_000)
    gain = gain_of(later, RULES.default, learned, draws=100)
    assert gain.after > gain.before
    assert gain.low > 0


@pytest.mark.mechanism("G04")
def test_learned_weights_stay_near_the_default_and_sum_to_one() -> None:
    only = fitted_weights(drawn((0, 1, 0), n=20_000, seed=3), RULES, ridge=1e-3, version="v")
    assert sum(only.share.values()) == pytest.approx(1, abs=1e-12)
    for name, share in only.share.items():
        assert abs(share - RULES.default.share[name]) <= RULES.bound + 1e-9
    assert only.share["stability"] == pytest.approx(0.55)


@pytest.mark.mechanism("G04")
@pytest.mark.parametrize(("n", "seed"), [(0, 1), (199, 1), (3_000, 2)])
def test_too_few_outcomes_leave_the_default_to_the_digit(n: int, seed: int) -> None:
    outcomes = drawn((0.3, 0.4, 0.3), n=n, seed=seed)
    few = replace(outcomes, bad=np.zeros(n, dtype=bool)) if n > 200 else outcomes
    found = fitted_weights(few, RULES, ridge=1e-3, version="v")
    assert found is RULES.default
    assert dict(found.share) == {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}


def test_an_index_that_counts_against_sense_counts_for_nothing() -> None:
    outcomes = drawn((0.5, 0.5, 0.0), n=8_000, seed=5)
    turned = outcomes.indices.copy()
    turned[:, 2] = 100 - turned[:, 0]
    found = evidence_of(Outcomes(NAMES, turned, outcomes.bad, outcomes.began), ridge=1e-3)
    assert found.beta["reputation"] == pytest.approx(0, abs=1e-4)
    assert found.beta["engagement"] > 0.1


def test_an_index_that_never_varies_says_nothing() -> None:
    outcomes = drawn((0.5, 0.5, 0.0), n=2_000, seed=5)
    flat = outcomes.indices.copy()
    flat[:, 1] = 50.0
    found = evidence_of(Outcomes(NAMES, flat, outcomes.bad, outcomes.began), ridge=1e-3)
    assert (found.beta["stability"], found.sigma["stability"]) == (0, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_outcome_without_an_index_is_refused_by_name(value: float) -> None:
    x = np.full((3, 3), 50.0)
    x[1, 1] = value
    with pytest.raises(InputError, match="The index stability is not a number"):
        Outcomes(NAMES, x, np.array([True, False, False]), np.arange(3))
    with pytest.raises(InputError, match="not of the same rows"):
        Outcomes(NAMES, x[:2], np.array([True, False, False]), np.arange(3))


def test_auc_counts_ties_half_and_needs_both_ends() -> None:
    assert auc(np.array([1.0, 1.0, 1.0]), np.array([True, False, True])) == 0.5
    assert np.isnan(auc(np.array([1.0]), np.array([True])))
    assert np.isnan(auc(np.array([]), np.array([], dtype=bool)))


@pytest.mark.mechanism("G04")
def test_from_proposal_to_scores_by_two_people(tmp_path: Path) -> None:
    outcomes = drawn(PLANTED["fruit"], n=6_000, seed=13)
    proposal = propose_weights(outcomes, "fruit", by="risk officer", on=DAY, policy=POLICY)
    told = proposal.evidence
    assert (told["n"], told["held_out_n"]) == (6_000, 1_800)
    assert told["gain_low"] <= told["auc_after"] - told["auc_before"] <= told["gain_high"]
    assert change_log([proposal])[0].startswith("2026-06-30 fruit: engagement 0.")
    with pytest.raises(InputError, match="may not approve it"):
        adopt(proposal, approved_by="risk officer", on=DAY)
    write_adoption(tmp_path, adopt(proposal, approved_by="head of credit", on=DAY))
    assert adopted_weights(tmp_path, date(2026, 6, 29)) == {}
    adopted = adopted_weights(tmp_path, DAY)
    assert adopted["fruit"].version == "fruit-2026-06-30"
    assert sum(adopted["fruit"].share.values()) == pytest.approx(1)

    industries = industries_of(["apple", "noodle", None], POLICY)
    weighing = Weighing.by_industry(industries, adopted, RULES.default)
    default = "default-2000-01-01"
    assert weighing.versions == ("fruit-2026-06-30", default, default)
    found = composites(
        [flat_index(name, points) for name, points in zip(NAMES, (20.0, 60.0, 90.0), strict=True)],
        weighing, social=np.zeros(3), crop=np.zeros(3),
    )  # fmt: skip
    by_hand = sum(adopted["fruit"].share[n] * p for n, p in zip(NAMES, (20, 60, 90), strict=True))
    assert found.value.tolist() == [round(by_hand, 4), 57.0, 57.0]
    assert (found.contributions.sum(axis=1) + 50).tolist() == pytest.approx(found.value.tolist())


def flat_index(name: str, points: float) -> Index:
    seen = np.ones(3, dtype=bool)
    measures = Measures(name, True, {"p": np.full(3, points)}, {"p": np.ones(3)}, {"p": seen})
    return index(measures, [PartRule("p", 100)])


@pytest.mark.mechanism("G04")
def test_a_record_of_other_weights_is_refused(tmp_path: Path) -> None:
    outcomes = drawn(PLANTED["fruit"], n=6_000, seed=13)
    proposal = propose_weights(outcomes, "fruit", by="risk officer", on=DAY, policy=POLICY)
    forged = replace(proposal, evidence={**proposal.evidence, "weight_stability": 0.5})
    write_adoption(tmp_path, adopt(forged, approved_by="head of credit", on=DAY))
    with pytest.raises(InputError, match="not those that were proposed"):
        adopted_weights(tmp_path, DAY)
    with pytest.raises(InputError, match="no folder of adopted weights"):
        adopted_weights(tmp_path / "nowhere", DAY)
    assert digest_of(RULES.default.share) != proposal.digest


@pytest.mark.parametrize(
    ("industry", "n", "code"),
    [("fruit", 250, "TOO_FEW_OUTCOMES"), ("steel", 6_000, "NO_SUCH_INDUSTRY")],
)
def test_no_proposal_without_ground(industry: str, n: int, code: str) -> None:
    outcomes = drawn(PLANTED["fruit"], n=n, seed=13)
    with pytest.RaisesExc(InputError, check=lambda fault: fault.code == code):
        propose_weights(outcomes, industry, by="risk officer", on=DAY, policy=POLICY)


def test_outcomes_of_one_day_are_not_parted_and_all_of_one_day_prove_nothing() -> None:
    outcomes = replace(drawn(PLANTED["fruit"], n=6_000, seed=13), began=np.zeros(6_000, dtype=int))
    with pytest.RaisesExc(InputError, check=lambda fault: fault.code == "TOO_FEW_OUTCOMES"):
        propose_weights(outcomes, "fruit", by="risk officer", on=DAY, policy=POLICY)


def test_weights_for_other_indices_are_refused() -> None:
    with pytest.raises(ValueError, match="are for"):
        Weighing.everywhere(Weights("w", {"stability": 1.0}), 1).shares(NAMES)


def test_outcomes_that_all_ended_alike_rank_nothing() -> None:
    some = drawn(PLANTED["fruit"], n=50, seed=3)
    for end in (True, False):
        with pytest.RaisesExc(InputError, check=lambda fault: fault.code == "ONE_END"):
            gain_of(replace(some, bad=np.full(50, end)), RULES.default, RULES.default, draws=10)
