"""Medians and slopes of many subjects at once, held against the plain way of finding them."""

from __future__ import annotations

import itertools
import statistics

import numpy as np
import pytest

from suixin.credit import robust
from suixin.credit.robust import median_of_rows, theil_sen

NAN = np.nan


def slope_by_hand(row: list[float]) -> float:
    """The median of all slopes between two known weeks, gaps counting as distance."""
    known = [(week, value) for week, value in enumerate(row) if not np.isnan(value)]
    pairs = itertools.combinations(known, 2)
    return statistics.median((b - a) / (t - s) for (s, a), (t, b) in pairs)


@pytest.mark.parametrize(
    ("row", "median"),
    [
        ([5.0], 5.0),
        ([NAN, 7.0, NAN], 7.0),
        ([3.0, 1.0, 2.0], 2.0),
        ([4.0, 1.0, NAN, 3.0, 2.0], 2.5),
        ([-1.0, -1.0, 9.0], -1.0),
        ([0.0, 0.0], 0.0),
    ],
)
def test_median_of_what_is_known(row: list[float], median: float) -> None:
    assert median_of_rows(np.array([row])).tolist() == [median]


def test_a_row_without_a_value_has_the_median_that_is_asked_for() -> None:
    nothing = np.array([[NAN, NAN]])
    assert median_of_rows(nothing, empty=0.0).tolist() == [0.0]
    assert np.isnan(median_of_rows(nothing)).all()


def test_no_rows_have_no_medians_and_no_slopes() -> None:
    assert median_of_rows(np.empty((0, 3))).shape == (0,)
    assert theil_sen(np.empty((0, 26))).shape == (0,)


@pytest.mark.parametrize(
    "row",
    [
        [0.0, 1.0, 2.0, 3.0],
        [0.0, NAN, NAN, 3.0],
        [5.0, 4.0, NAN, 1.0, 0.0],
        [1.0, 2.0, 3.0, 100.0, 5.0, 6.0],
        [NAN, NAN, 2.0, 2.0],
    ],
)
def test_slope_is_the_median_of_all_pairs(row: list[float]) -> None:
    assert theil_sen(np.array([row]))[0] == pytest.approx(slope_by_hand(row))


def test_one_odd_week_does_not_move_the_slope() -> None:
    even = [float(week) for week in range(26)]
    odd = [*even[:10], 1_000.0, *even[11:]]
    assert theil_sen(np.array([even, odd])).tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("row", [[NAN, NAN, NAN], [NAN, 1.0, NAN]])
def test_fewer_than_two_weeks_have_no_slope(row: list[float]) -> None:
    assert np.isnan(theil_sen(np.array([row]))).all()


def test_many_rows_are_worked_in_parts_that_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.sin(np.arange(40.0 * 6).reshape(40, 6))
    whole = theil_sen(values)
    monkeypatch.setattr(robust, "_CELLS_AT_ONCE", 31)  # Two rows of fifteen pairs at a time.
    assert theil_sen(values).tolist() == whole.tolist()
