"""Fitted weights and adopted records: what must hold whatever the outcomes and figures."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.credit.adoption import (
    Proposal,
    adopt,
    adopted_on,
    read_proposal,
    write_adoption,
    write_proposal,
)
from suixin.credit.weights import WeightRules
from suixin.credit.weights_fit import Outcomes, evidence_of, fitted_weights
from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy

NAMES = ("engagement", "stability", "reputation")
RULES = WeightRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
N = 400


def drawn(seed: int, pull: tuple[float, float, float]) -> Outcomes:
    """Outcomes in which each index lowers the odds of a bad end, or raises them, by so much."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 100, (N, 3))
    logit = 1 + (x - 50) @ np.array(pull)
    return Outcomes(NAMES, x, rng.random(N) < 1 / (1 + np.exp(logit)), np.arange(N))


pulls = st.tuples(*[st.floats(-0.05, 0.05)] * 3)
seeds = st.integers(0, 10_000)


@settings(max_examples=25)
@given(seeds, pulls)
def test_fitted_weights_sum_to_one_within_their_bounds(
    seed: int, pull: tuple[float, float, float]
) -> None:
    share = fitted_weights(drawn(seed, pull), RULES, ridge=1e-3, version="v").share
    assert sum(share.values()) == pytest.approx(1, abs=1e-9)
    for name, weight in share.items():
        assert abs(weight - RULES.default.share[name]) <= RULES.bound + 1e-9


@settings(max_examples=15)
@given(seeds, pulls, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(
    seed: int, pull: tuple[float, float, float], chance: Random
) -> None:
    outcomes, rows = drawn(seed, pull), list(range(N))
    chance.shuffle(rows)
    one, other = (
        fitted_weights(found, RULES, ridge=1e-3, version="v").share
        for found in (outcomes, outcomes.take(np.array(rows)))
    )
    assert list(one.values()) == pytest.approx(list(other.values()), abs=1e-4)


@settings(max_examples=15)
@given(seeds, st.sampled_from(range(3)), st.floats(0.2, 5))
def test_an_index_told_in_other_units_says_the_same(seed: int, index: int, unit: float) -> None:
    """A slope on z-scores knows no unit; only the division by σ brings it back."""
    outcomes = drawn(seed, (0.03, 0.03, 0.03))
    other = outcomes.indices.copy()
    other[:, index] *= unit
    found = evidence_of(outcomes, ridge=1e-3)
    scaled = evidence_of(Outcomes(NAMES, other, outcomes.bad, outcomes.began), ridge=1e-3)
    assert list(scaled.beta.values()) == pytest.approx(list(found.beta.values()), abs=1e-3)
    name = NAMES[index]
    assert scaled.sigma[name] == pytest.approx(unit * found.sigma[name])


line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
figures = st.dictionaries(
    line,
    st.one_of(
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        line,
    ),
    max_size=5,
)
people = line.filter(lambda name: name.strip())


@settings(max_examples=60)
@given(figures, people)
def test_a_record_is_read_as_it_was_written(evidence: dict[str, float | str], by: str) -> None:
    day = date(2026, 6, 1)
    proposal = Proposal("weights", "fruit", "v1", evidence, "a" * 64, by, day)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proposal.yaml"
        write_proposal(path, proposal)
        assert read_proposal(path) == proposal
        adoption = adopt(proposal, approved_by=f"not {by}", on=day)
        write_adoption(Path(folder) / "adopted", adoption)
        assert adopted_on(Path(folder) / "adopted", "weights", "fruit", day) == adoption


@pytest.mark.parametrize("sign", ["\x85", "\n", "\u2028", "\x00", "\ud800"])
def test_what_a_record_would_not_give_back_is_refused(sign: str) -> None:
    day = date(2026, 6, 1)
    for evidence, by in (({}, f"risk{sign}officer"), ({"note": sign}, "risk officer")):
        with pytest.raises(InputError) as refused:
            Proposal("weights", "fruit", "v1", evidence, "a" * 64, by, day)
        assert refused.value.code == "BAD_TEXT"
