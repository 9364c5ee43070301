"""Moving weights by the case table: default exact, bounded, summing to one, with a version."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.weights import Evidence, WeightRules, Weights, bounded, moving_weights
from suixin.kernel.policy import load_policy

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/credit_weights.yaml").read_text(encoding="utf-8")
)
RULES = WeightRules.from_policy(load_policy("scoring").on(date(2026, 6, 15)))
ONE = dict.fromkeys(RULES.default.share, 1.0)


@pytest.mark.mechanism("G04")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_moving_weights(case: dict[str, Any]) -> None:
    found = moving_weights(
        Evidence(case["share"], ONE, case["n"], case["bad"]), RULES, version="2026-06"
    )
    if case["weights"] == "default":
        assert found is RULES.default
    else:
        assert found.version == "2026-06"
        assert {name: round(w, 4) for name, w in found.share.items()} == case["weights"]


@pytest.mark.mechanism("G04")
def test_the_default_is_exactly_the_papers() -> None:
    assert dict(RULES.default.share) == {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}
    assert RULES.default.version == "default-2000-01-01"


def test_a_slope_is_divided_by_the_spread_of_its_index() -> None:
    """Weights act on raw indices: half the spread makes a point of the index worth twice."""
    beta = {"engagement": 0.3, "stability": 0.8, "reputation": 0.6}
    sigma = {"engagement": 1.0, "stability": 2.0, "reputation": 2.0}
    found = moving_weights(Evidence(beta, sigma, 1000, 80), RULES, version="v")
    raw = {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}
    assert found.share == pytest.approx(raw)


@pytest.mark.parametrize(
    ("beta", "sigma"), [(-0.1, 1.0), (0.1, 0.0), (0.1, float("nan")), (0.1, -1.0)]
)
def test_evidence_that_cannot_be_is_refused(beta: float, sigma: float) -> None:
    evidence = Evidence(
        {**ONE, "stability": beta}, {**ONE, "stability": sigma}, outcomes=1000, bad=80
    )
    with pytest.raises(ValueError, match="stability: β should be ≥ 0 and σ > 0"):
        moving_weights(evidence, RULES, version="v")


@pytest.mark.parametrize("share", [{"a": 0.5, "b": 0.4}, {"a": 1.1, "b": -0.1}])
def test_weights_that_do_not_sum_to_one_are_refused(share: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="should be ≥ 0 and sum to 1"):
        Weights("v", share)


def test_one_index_that_takes_all_is_held_and_the_others_share_the_rest() -> None:
    held = bounded({"a": 1.0, "b": 0.0, "c": 0.0}, {"a": 0.3, "b": 0.4, "c": 0.3}, 0.15)
    assert sum(held.values()) == pytest.approx(1)
    assert held == pytest.approx({"a": 0.45, "b": 0.275, "c": 0.275})
