"""Revolving demands, the sweep's floor and long-stop, dividends first."""

from __future__ import annotations

from datetime import date

import pytest

from suixin.data.errors import InputError
from suixin.lending.cycle import Cycle
from suixin.lending.day_count import DayCount
from suixin.lending.methods.dividend_first import DividendFirst
from suixin.lending.methods.revolving import Revolving, demands
from suixin.lending.methods.sales_sweep import SalesSweep, floor_due
from suixin.lending.schedule import Terms, schedule

MOVED = [
    (date(2026, 3, 1), 50_000_00),
    (date(2026, 3, 11), 20_000_00),
    (date(2026, 3, 25), -30_000_00),
    (date(2026, 4, 10), -40_000_00),
]
ASKED = [date(2026, 3, 20), date(2026, 4, 20)]


@pytest.mark.mechanism("E06")
@pytest.mark.parametrize(
    ("convention", "asked"),
    [(DayCount.ACT_365, (222_90, 195_29)), (DayCount.ACT_360, (226_00, 198_00))],
)
def test_revolving_demands_to_the_fen(convention: DayCount, asked: tuple[int, ...]) -> None:
    assert demands(MOVED, ASKED, rate_bps=720, day_count=convention) == asked
    assert demands(MOVED[::-1], ASKED, rate_bps=720, day_count=convention) == asked


@pytest.mark.mechanism("E06")
def test_the_day_drawn_counts_and_the_day_repaid_does_not() -> None:
    one_day = [(date(2026, 3, 1), 365_00), (date(2026, 3, 2), -365_00)]
    assert demands(one_day, ASKED, rate_bps=10_000) == (100, 0)
    same_day = [(date(2026, 3, 1), -365_00), (date(2026, 3, 1), 365_00)]
    assert demands(same_day, ASKED, rate_bps=10_000) == (0, 0)


def test_demands_of_many_months_never_drift_from_the_whole() -> None:
    days = [date(2026, month, 20) for month in range(1, 13)]
    start, fen = date(2026, 1, 1), 1_234_56
    asked = demands([(start, fen)], days, rate_bps=733)
    whole = demands([(start, fen)], days[-1:], rate_bps=733)
    assert sum(asked) == sum(whole)


def test_more_repaid_than_drawn_is_refused() -> None:
    with pytest.raises(InputError, match="More is repaid"):
        demands([(date(2026, 3, 1), 100), (date(2026, 3, 2), -101)], ASKED, rate_bps=720)


def test_a_revolving_loan_drawn_whole_pays_interest_each_month_and_itself_at_the_end() -> None:
    terms = Terms(50_000_00, 720, method=Revolving(), times=3)
    made = schedule(terms, date(2026, 3, 1))
    assert [row.due for row in made.rows] == [
        date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20), date(2026, 6, 1),
    ]  # fmt: skip
    assert [row.principal_fen for row in made.rows] == [0, 0, 0, 50_000_00]
    assert made.interest_fen == 907_40  # 92 days of 7.20 %.
    with pytest.raises(InputError, match="from 1 to 28"):
        Revolving(demand_day=29)


@pytest.mark.mechanism("C12")
def test_a_sweep_owes_its_floor_each_period_and_all_at_the_long_stop() -> None:
    terms = Terms(20_000_00, 1_000, method=SalesSweep(floor_fen=500_00, share_bps=2_000), times=6)
    made = schedule(terms, date(2026, 1, 1))
    assert [row.total_fen for row in made.rows[:-1]] == [500_00] * 5
    assert made.rows[-1].balance_fen == 0
    assert made.end == date(2026, 7, 1)


def test_a_floor_below_the_interest_leaves_it_owed_without_interest_upon_it() -> None:
    small = schedule(Terms(20_000_00, 3_650, method=SalesSweep(100_00), times=3), date(2026, 1, 1))
    assert [row.total_fen for row in small.rows[:-1]] == [100_00, 100_00]
    assert small.rows[-1].principal_fen == 20_000_00
    assert small.interest_fen == 20_000_00 * 90 // 1000


@pytest.mark.mechanism("C12")
@pytest.mark.parametrize(
    ("owed", "net", "swept", "due"),
    [
        (19_283_24, 0, 0, 0),
        (19_083_24, 1_000_00, 200_00, 300_00),
        (19_083_24, 400_00, 80_00, 320_00),
        (19_083_24, 9_000_00, 1_800_00, 0),
        (150_00, 9_000_00, 0, 150_00),
        (150_00, -20_00, 0, 0),
    ],
)
def test_the_floor_never_asks_more_than_was_sold(owed: int, net: int, swept: int, due: int) -> None:
    assert floor_due(owed, 500_00, net_sales_fen=net, swept_fen=swept) == due


@pytest.mark.parametrize("wrong", [{"floor_fen": -1}, {"share_bps": 0}, {"share_bps": 10_001}])
def test_a_sweep_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        SalesSweep(**wrong)


def test_dividends_first_falls_due_on_the_days_of_distribution() -> None:
    days = (date(2025, 12, 31), date(2026, 6, 30), date(2026, 12, 31))
    made = schedule(Terms(10_000_00, 1_000, method=DividendFirst(days)), date(2026, 1, 5))
    assert [row.due for row in made.rows] == list(days[1:])
    cycled = Terms(10_000_00, 1_000, method=DividendFirst(), times=2, cycle=Cycle(1, "Q"))
    assert [row.due for row in schedule(cycled, date(2026, 1, 5)).rows] == [
        date(2026, 4, 5), date(2026, 7, 5),
    ]  # fmt: skip
