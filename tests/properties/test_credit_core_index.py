"""What must always hold of scaling, shrinking, silence, medians and slopes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import theilslopes

from suixin.credit.index import Index, Measures, PartRule, index, scale, shrink
from suixin.credit.robust import median_of_rows, theil_sen

finite = st.floats(-1e6, 1e6, allow_nan=False, width=32)
points = st.floats(0, 100)
counts = st.integers(0, 10_000)
anchors = st.lists(st.integers(-100, 100), min_size=3, max_size=3, unique=True).map(sorted)
weights = st.lists(st.integers(1, 40), min_size=2, max_size=8)


@given(anchors, st.lists(finite, min_size=2, max_size=20))
def test_a_scale_rises_from_nought_to_a_hundred_and_its_mirror_falls(
    ends: list[int], x: list[float]
) -> None:
    low, middle, high = (float(one) for one in ends)
    values = np.sort(np.array(x, dtype=np.float64))
    rising = scale(values, (low, middle, high))
    falling = scale(values, (high, middle, low))
    assert (np.diff(rising) >= 0).all()
    assert (np.diff(falling) <= 0).all()
    for found in (rising, falling):
        assert ((found >= 0) & (found <= 100)).all()
    assert rising + falling == pytest.approx(np.full(len(x), 100.0))
    assert scale(np.array([low, middle, high]), (low, middle, high)).tolist() == [0.0, 50.0, 100.0]


@given(points, counts, st.integers(1, 100), points)
def test_shrinkage_stays_between_and_nears_what_was_seen(
    u: float, n: int, k: int, m: float
) -> None:
    one, more = (float(shrink(np.array([u]), np.array([float(c)]), k, m)[0]) for c in (n, n + 1))
    assert min(u, m) - 1e-9 <= one <= max(u, m) + 1e-9
    assert abs(more - u) <= abs(one - u) + 1e-9


def judged(weight: list[int], u: list[float], present: list[bool]) -> Index:
    names = [f"p{k}" for k in range(len(weight))]
    told = zip(names, u, present, strict=True)
    columns = {name: (np.array([value]), np.array([seen])) for name, value, seen in told}
    return index(
        Measures(
            "any",
            True,
            {name: value for name, (value, _) in columns.items()},
            {name: np.ones(1) for name in names},
            {name: seen for name, (_, seen) in columns.items()},
        ),
        [PartRule(name, float(w)) for name, w in zip(names, weight, strict=True)],
    )


@given(weights, st.data())
def test_silence_is_never_better_than_neutral_nor_than_the_mean_of_the_rest(
    weight: list[int], data: st.DataObject
) -> None:
    size = len(weight)
    u = data.draw(st.lists(points, min_size=size, max_size=size))
    present = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    assume(any(present))
    found = judged(weight, u, present)
    value, spoken = float(found.value[0]), sum(itertools.compress(weight, present))
    mean = sum(w * x for w, x, seen in zip(weight, u, present, strict=True) if seen) / spoken
    neutral = [x if seen else 50.0 for x, seen in zip(u, present, strict=True)]
    assert 0 <= value <= 100
    assert value <= float(judged(weight, neutral, [True] * size).value[0]) + 1e-4
    assert value <= mean + 1e-4
    assert found.coverage[0] == pytest.approx(spoken / sum(weight))


@given(weights, st.data())
def test_better_points_never_lower_an_index(weight: list[int], data: st.DataObject) -> None:
    """Also where other parts are silent, whose place moves with the mean of the rest."""
    size = len(weight)
    u = data.draw(st.lists(points, min_size=size, max_size=size))
    present = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    at = data.draw(st.integers(0, size - 1))
    present[at] = True
    better = [*u[:at], data.draw(st.floats(u[at], 100)), *u[at + 1 :]]
    one, other = (float(judged(weight, x, present).value[0]) for x in (u, better))
    assert other >= one - 1e-4


@given(weights, st.data())
def test_a_subject_is_judged_alike_whoever_stands_beside_it(
    weight: list[int], data: st.DataObject
) -> None:
    size, many = len(weight), data.draw(st.integers(2, 5))
    names = [f"p{k}" for k in range(size)]
    u = data.draw(arrays(np.float64, (many, size), elements=points))
    seen = data.draw(arrays(np.bool_, (many, size)))
    whole = index(
        Measures(
            "any",
            True,
            {name: u[:, k] for k, name in enumerate(names)},
            {name: np.ones(many) for name in names},
            {name: seen[:, k] for k, name in enumerate(names)},
        ),
        [PartRule(name, float(w)) for name, w in zip(names, weight, strict=True)],
    )
    alone = [judged(weight, list(u[row]), list(seen[row])).value[0] for row in range(many)]
    # A product of many rows may add in another order than that of one: a last digit, no more.
    assert whole.value.tolist() == pytest.approx(alone, abs=1.01e-4, nan_ok=True)


holes = st.one_of(st.just(np.nan), finite)


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 30)), elements=holes))
def test_medians_are_those_of_numpy(values: np.ndarray) -> None:
    for row, found in zip(values, median_of_rows(values), strict=True):
        known = row[~np.isnan(row)]
        wanted = np.median(known) if known.size else np.nan
        assert found == pytest.approx(wanted, nan_ok=True)


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 30)), elements=holes))
def test_slopes_are_those_of_scipy(values: np.ndarray) -> None:
    for row, found in zip(values, theil_sen(values), strict=True):
        weeks = np.flatnonzero(~np.isnan(row))
        if weeks.size < 2:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(theilslopes(row[weeks], weeks).slope, abs=1e-9)


@given(arrays(np.float64, st.tuples(st.just(3), st.integers(2, 20)), elements=holes), finite)
def test_a_slope_does_not_mind_the_level_and_turns_with_time(
    values: np.ndarray, lift: float
) -> None:
    slope = theil_sen(values)
    assert theil_sen(values + lift) == pytest.approx(slope, abs=1e-2, rel=1e-6, nan_ok=True)
    assert theil_sen(values[:, ::-1].copy()) == pytest.approx(-slope, nan_ok=True)
