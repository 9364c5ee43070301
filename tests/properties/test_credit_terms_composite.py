"""What must hold of weights, composite and grade for any subject."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.composite import composite, composites, weigh
from suixin.credit.grade import Calibration, GradeRules, standing
from suixin.credit.index import Index, Measures, PartRule, index
from suixin.credit.weights import Evidence, WeightRules, moving_weights
from suixin.kernel.policy import load_policy

SCORING = load_policy("scoring").on(date(2026, 6, 15))
GRADES = GradeRules.from_policy(SCORING)
WEIGHTS = WeightRules.from_policy(SCORING)
NAMES = ("engagement", "stability", "reputation")
PARTS = (PartRule("a", 55), PartRule("b", 30), PartRule("c", 15))

points = st.floats(0, 100)
presence = st.booleans()
rows = st.lists(
    st.tuples(*[st.tuples(points, presence)] * (len(NAMES) * len(PARTS))), min_size=1, max_size=8
)
shares = st.tuples(*[st.floats(0, 1)] * 3).filter(lambda three: sum(three) > 0.01)


def indices_of(rows: list[tuple[tuple[float, bool], ...]]) -> list[Index]:
    table = np.array([[x for x, _ in row] for row in rows])
    seen = np.array([[present for _, present in row] for row in rows])
    found = []
    for k, name in enumerate(NAMES):
        at = {rule.part: k * len(PARTS) + p for p, rule in enumerate(PARTS)}
        measures = Measures(
            name,
            True,
            {part: table[:, column] for part, column in at.items()},
            {part: np.ones(len(rows)) for part in at},
            {part: seen[:, column] for part, column in at.items()},
        )
        found.append(index(measures, PARTS))
    return found


@given(rows, st.floats(0, 5), st.sampled_from([-10.0, 0.0, 2.0]))
def test_contributions_with_social_and_crop_sum_to_the_composite_less_the_reference(
    rows: list[tuple[tuple[float, bool], ...]], social: float, crop: float
) -> None:
    size = len(rows)
    found = composites(
        indices_of(rows),
        WEIGHTS.default,
        social=np.full(size, social),
        crop=np.full(size, crop),
    )
    told = found.contributions.sum(axis=1) + found.social + found.crop
    known = ~np.isnan(found.value)
    assert np.abs(told - (found.value - 50))[known].max(initial=0) < 1e-9
    assert ((found.value >= 0) & (found.value <= 100))[known].all()
    assert np.isnan(found.contributions[~known]).all()


@given(rows)
def test_one_subject_is_judged_alone_as_among_others(
    rows: list[tuple[tuple[float, bool], ...]],
) -> None:
    zero = np.zeros(len(rows))
    many = composites(indices_of(rows), WEIGHTS.default, social=zero, crop=zero)
    for place, row in enumerate(rows):
        alone = composites(indices_of([row]), WEIGHTS.default, social=zero[:1], crop=zero[:1])
        assert np.array_equal(alone.value, many.value[place : place + 1], equal_nan=True)
        same = np.array_equal(alone.contributions[0], many.contributions[place], equal_nan=True)
        assert same


@given(points, points, points, st.sets(st.sampled_from(NAMES), max_size=2))
def test_silence_is_never_better_than_neutral(
    first: float, second: float, third: float, silent: set[str]
) -> None:
    values = dict(zip(NAMES, (first, second, third), strict=True))
    heard: dict[str, float | None] = {n: None if n in silent else v for n, v in values.items()}
    neutral = {name: 50.0 if name in silent else value for name, value in values.items()}
    assert composite({**heard}, WEIGHTS.default) <= composite({**neutral}, WEIGHTS.default) + 1e-4


@given(points, points, points, st.sampled_from(NAMES), st.floats(0, 20))
def test_a_better_index_never_lowers_the_composite(
    first: float, second: float, third: float, name: str, more: float
) -> None:
    values = dict(zip(NAMES, (first, second, third), strict=True))
    better = {**values, name: min(100.0, values[name] + more)}
    assert composite({**better}, WEIGHTS.default) >= composite({**values}, WEIGHTS.default)


@given(shares, st.integers(0, 100_000), st.integers(0, 5_000))
def test_moved_weights_sum_to_one_and_stay_within_their_bounds(
    share: tuple[float, float, float], outcomes: int, bad: int
) -> None:
    beta = dict(zip(NAMES, share, strict=True))
    evidence = Evidence(beta, dict.fromkeys(NAMES, 1.0), outcomes, bad)
    found = moving_weights(evidence, WEIGHTS, version="v").share
    assert abs(sum(found.values()) - 1) < 1e-9
    for name, weight in found.items():
        assert abs(weight - WEIGHTS.default.share[name]) <= 0.15 + 1e-9


@given(points, points, st.booleans())
def test_a_higher_composite_never_has_a_worse_grade(
    one: float, other: float, calibrated: bool
) -> None:
    calibration = Calibration(0.6, 0.06, "test") if calibrated else None
    low, high = (standing(round(c, 4), GRADES, calibration) for c in sorted((one, other)))
    order = GRADES.grades.index
    assert order(high.grade) <= order(low.grade)
    if high.score is not None and low.score is not None:
        assert high.score >= low.score


@given(st.lists(st.tuples(points, points), min_size=1, max_size=20))
def test_weighing_rounds_once_to_four_decimals(rows: list[tuple[float, float]]) -> None:
    found = weigh(np.array(rows), np.array([0.5, 0.5]), np.zeros(len(rows)))
    assert np.array_equal(found, found.round(4))
