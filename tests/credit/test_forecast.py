"""Sales ahead: the formula and its successor by date, and intervals that hold."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.forecast import main as bench_forecast
from suixin.credit.forecast import (
    EVERY,
    AheadRules,
    Past,
    Spread,
    ahead,
    conformal_bounds,
    forecast,
    learn_spread,
    past_forecasts,
)
from suixin.credit.sales_ahead import Sales, expected_months
from suixin.credit.sheets import policy_on

DAY = date(2026, 6, 30)
BEFORE = AheadRules.from_policy(policy_on(date(2026, 11, 23), None))
SINCE = AheadRules.from_policy(policy_on(date(2026, 11, 24), None))
APPLES = frozenset({10, 11, 12, 1})

months = st.lists(st.integers(0, 90_000_00), max_size=30).map(tuple)
seasons = st.sampled_from([frozenset(), APPLES])


@pytest.mark.mechanism("H05")
@given(months, seasons, st.integers(1, 13))
def test_before_its_day_it_is_the_formula(
    sold: tuple[int, ...], season: frozenset[int], count: int
) -> None:
    sales = Sales(DAY, sold, season)
    assert ahead(sales, count, BEFORE) == expected_months(sales, count, BEFORE.terms)


def test_from_its_day_last_months_count_half_and_a_season_does_not_grow() -> None:
    year = (*[1_000_00] * 9, *[2_000_00] * 3)
    assert ahead(Sales(DAY, year), 2, SINCE) == (1_500_00, 1_500_00)
    grown = (*year, *[3_000_00] * 3)  # Growth 3,000 over 1,000, held to one and a half.
    assert ahead(Sales(DAY, grown), 1, SINCE) == ((1_500_00 + 3_000_00) // 2,)
    harvest = tuple(10_000_00 if month in APPLES else 0 for month in (*range(6, 13), *range(1, 6)))
    twice = (*harvest, *(2 * fen for fen in harvest))
    found = ahead(Sales(DAY, twice, APPLES), 12, SINCE)
    assert found == tuple(2 * fen for fen in harvest)
    assert ahead(Sales(DAY, twice, APPLES), 12, BEFORE)[4] == 30_000_00


def test_under_a_year_the_median_of_six_months_stays() -> None:
    assert ahead(Sales(DAY, (100_00, 900_00, 300_00)), 2, SINCE) == (300_00, 300_00)
    assert ahead(Sales(DAY, ()), 3, SINCE) == (0, 0, 0)


@pytest.mark.mechanism("H05")
@given(months, seasons, st.integers(0, 29), st.integers(0, 10**7))
def test_a_past_forecast_knows_nothing_of_later_months(
    sold: tuple[int, ...], season: frozenset[int], at: int, other: int
) -> None:
    changed = (*sold[:at], *(other for _ in sold[at:]))
    kept = [
        past_forecasts(Sales(DAY, one, season), "tea", horizon=3, rules=SINCE, lived_min=1)
        for one in (sold, changed)
    ]
    this = DAY.year * 12 + DAY.month - 1
    for one, two in zip(*kept, strict=True):
        made_with = one.month - one.horizon + 1 - (this - len(sold))  # Months known by then.
        if made_with <= at:
            assert one.forecast_fen == two.forecast_fen


def test_past_forecasts_name_their_month_and_what_came() -> None:
    sales = Sales(date(2026, 3, 15), (100_00, 200_00, 400_00))
    found = past_forecasts(sales, "tea", horizon=2, rules=SINCE, lived_min=1)
    told = [(one.month % 12 + 1, one.horizon, one.forecast_fen, one.sold_fen) for one in found]
    assert told == [(1, 1, 100_00, 200_00), (2, 2, 100_00, 400_00), (2, 1, 150_00, 400_00)]


@pytest.mark.mechanism("H05")
def test_four_fifths_of_months_fall_within_the_interval() -> None:
    """Sellers drawn alike: bounds learned from one half hold for the other."""
    rng = np.random.default_rng(4)
    past = [
        Past("tea", 0, 1, 1_000_00, int(100_000 * ratio), 1)
        for ratio in rng.lognormal(0, 0.6, 4_000)
    ]
    low, high = learn_spread(past[:2_000], SINCE).of("tea", 1, some=True)
    inside = [low * one.forecast_fen <= one.sold_fen <= high * one.forecast_fen for one in past]
    assert np.mean(inside[2_000:]) == pytest.approx(0.8, abs=0.03)


def test_a_category_with_few_errors_is_pooled() -> None:
    tea = [Past("tea", 0, 1, 100, 100 + k % 10, 1) for k in range(SINCE.errors_min)]
    eggs = [Past("egg", 0, 1, 100, 300, 1) for _ in range(SINCE.errors_min - 1)]
    found = learn_spread([*tea, *eggs], SINCE)
    assert found.of("tea", 1, some=True) == (1.0, 1.09)
    assert found.of("egg", 1, some=True) == found.of(EVERY, 1, some=True)
    assert found.of("tea", 2, some=True) == (0.0, math.inf)
    assert found.of("tea", 1, some=False) == (0.0, math.inf)


def test_a_forecast_of_nothing_is_measured_by_the_usual_month() -> None:
    sales = Sales(DAY, (0,) * 6 + (1_200_00,) + (0,) * 5)
    spread = Spread({(EVERY, 1, False): (0.0, 0.5), (EVERY, 2, False): (0.0, math.inf)})
    rules = replace(SINCE, recent=0)
    found = forecast(sales, "tea", 2, spread=spread, rules=rules)
    assert (found.low_fen, found.forecast_fen, found.high_fen) == ((0, 0), (0, 0), (50_00, None))
    nothing = forecast(Sales(DAY, ()), "tea", 1, spread=spread, rules=rules)
    assert (nothing.forecast_fen, nothing.high_fen) == ((0,), (0,))


@given(st.lists(st.floats(0, 100), max_size=60), st.sampled_from([0.5, 0.8, 0.9]))
def test_bounds_hold_the_share_they_promise(ratios: list[float], coverage: float) -> None:
    low, high = conformal_bounds(ratios, coverage)
    assert low <= high
    inside = sum(low <= one <= high for one in ratios)
    assert inside >= math.floor(coverage * len(ratios)) - 1


@pytest.mark.mechanism("H05")
def test_the_bench_beats_the_same_month_of_last_year(capsys: pytest.CaptureFixture[str]) -> None:
    line = bench_forecast(["--households", "60"])
    figures = dict(pair.split("=") for pair in line.partition(": ")[2].split())
    assert float(figures["mase"]) < float(figures["naive_mase"])
    assert "in 80 %" in capsys.readouterr().out
