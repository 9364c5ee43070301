"""Days to weeks, months and totals: which week, which month, and what is complete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from suixin.credit.subject import Subjects
from suixin.credit.summary import MONTHS, WEEKS, Summary, daily, summarise
from suixin.kernel.day import epoch_day

TUESDAY = date(2026, 6, 30)  # The last day of its month.
SUNDAY = date(2017, 10, 1)

Sale = tuple[date, int]  # When it was placed, and its clean value in fen.


def subjects(*ids: str) -> Subjects:
    return Subjects(ids, duckdb.connect())


def summary(
    sales: Iterable[Sale], on: date = TUESDAY, *, row: int = 0, of: Subjects | None = None,
    gross: int = 100, refund: int = 0,
) -> Summary:  # fmt: skip
    """The summary of one subject's orders, each of the same gross and refund."""
    days, worth = zip(*sales, strict=True) if sales else ((), ())
    of = of or subjects("shop")
    n = len(days)
    clean = of.engine.lay(
        "orders",
        {
            "row": np.full(n, row, np.int64),
            "day": np.array([epoch_day(day) for day in days], np.int64),
            "q": np.array(worth, np.int64),
            "gross": np.full(n, gross, np.int64),
            "refund": np.full(n, refund, np.int64),
        },
    )
    lines = of.engine.lay(
        "lines",
        {
            "row": np.array([row], np.int64),
            "category": np.array(["egg"], dtype=object),
            "amount": np.array([1], np.int64),
        },
    )
    return summarise(clean, lines, of, on=on)


def sold_weeks(found: Summary) -> list[int]:
    """How many weeks before the last complete one each week with a sale lies."""
    return [WEEKS - 1 - int(at) for at in np.flatnonzero(found.weeks[0])]


def sold_months(found: Summary) -> list[int]:
    """How many months before the running one each month with a sale lies."""
    return [MONTHS - 1 - int(at) for at in np.flatnonzero(found.months[0])]


@pytest.mark.parametrize(
    ("sold", "weeks"),
    [
        (date(2026, 6, 30), []),  # The running week.
        (date(2026, 6, 29), []),  # Its Monday.
        (date(2026, 6, 28), [0]),  # The Sunday before.
        (date(2026, 6, 22), [0]),
        (date(2026, 6, 21), [1]),
        (date(2025, 12, 29), [25]),  # The first Monday of the last 26.
        (date(2025, 12, 28), [26]),
        (date(2025, 6, 30), [51]),  # The first Monday of the last 52.
        (date(2025, 6, 29), []),
    ],
)
def test_weeks_run_monday_to_sunday_and_end_before_the_day(sold: date, weeks: list[int]) -> None:
    assert sold_weeks(summary([(sold, 100)])) == weeks


@pytest.mark.parametrize(
    ("sold", "weeks"),
    [(SUNDAY, []), (date(2017, 9, 25), []), (date(2017, 9, 24), [0]), (date(2017, 9, 18), [0])],
)
def test_on_a_sunday_its_week_is_still_running(sold: date, weeks: list[int]) -> None:
    """Decision 0003."""
    assert sold_weeks(summary([(sold, 100)], SUNDAY)) == weeks


@pytest.mark.parametrize(
    ("sold", "months"),
    [
        (date(2026, 6, 30), [0]),  # The running month, on its last day too.
        (date(2026, 6, 1), [0]),
        (date(2026, 5, 31), [1]),
        (date(2026, 1, 1), [5]),
        (date(2025, 12, 31), [6]),
        (date(2024, 6, 1), [24]),
        (date(2024, 5, 31), []),
        (date(2024, 2, 29), []),
    ],
)
def test_months_are_those_of_the_calendar(sold: date, months: list[int]) -> None:
    assert sold_months(summary([(sold, 100)])) == months


def test_every_day_of_two_years_falls_into_its_own_month() -> None:
    """Leap day and turns of the year included: a fen a day counts the days of each month."""
    first = date(2024, 6, 1)
    days = [first + timedelta(days=k) for k in range((TUESDAY - first).days + 1)]
    found = summary([(day, 1) for day in days])
    by_hand = [sum((d.year, d.month) == month for d in days) for month in months_until(TUESDAY)]
    assert found.months[0].tolist() == found.month_orders[0].tolist() == by_hand
    assert found.weeks[0].tolist() == [7] * WEEKS


def months_until(day: date) -> list[tuple[int, int]]:
    index = day.year * 12 + day.month - 1
    return [(k // 12, k % 12 + 1) for k in range(index - MONTHS + 1, index + 1)]


def test_totals_of_all_orders_and_days_of_the_clean_ones() -> None:
    sales = [(date(2023, 1, 5), 0), (date(2023, 2, 6), 90), (date(2026, 6, 1), 90),
             (date(2026, 6, 2), 0)]  # fmt: skip
    found = summary(sales, gross=100, refund=10)
    assert (found.orders[0], found.clean_orders[0]) == (4, 2)
    assert (found.gross[0], found.refund[0], found.clean[0]) == (400, 40, 180)
    assert found.first_order[0] == epoch_day(date(2023, 1, 5))
    assert found.last_order[0] == epoch_day(date(2026, 6, 2))
    assert found.first_sale[0] == epoch_day(date(2023, 2, 6))
    assert found.last_sale[0] == epoch_day(date(2026, 6, 1))


def test_who_never_sold_has_zeros_and_no_days() -> None:
    found = summary([(date(2026, 5, 4), 0)], row=1, of=subjects("silent", "unsold"))
    assert found.orders.tolist() == [0, 1]
    assert found.clean.tolist() == [0, 0]
    assert np.isnan(found.first_sale).all()
    assert np.isnan(found.first_order).tolist() == [True, False]
    assert found.category.tolist() == [None, "egg"]


def test_one_day_is_one_row_however_many_orders() -> None:
    of, at = subjects("shop"), epoch_day(date(2026, 5, 4))
    orders = {
        "row": np.zeros(4, np.int64),
        "day": np.array([at, at, at, at + 1]),
        "q": np.array([90, 0, 60, 5]),
        "gross": np.array([100, 100, 70, 6]),
        "refund": np.array([0, 100, 10, 1]),
    }
    found = of.engine.fetch(daily(of.engine.lay("orders", orders)).sort("day"))
    assert {name: found[name].tolist() for name in found} == {
        "row": [0, 0],
        "day": [at, at + 1],
        "orders": [3, 1],
        "clean_orders": [2, 1],
        "gross": [270, 6],
        "refund": [110, 1],
        "q": [150, 5],
    }


def test_the_largest_category_is_the_subjects_and_the_first_by_name_of_equals() -> None:
    of = subjects("a", "b", "c")
    rows = [(0, "egg", 5), (0, "apple", 7), (1, "honey", 4), (1, "egg", 4)]
    row, category, amount = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    lines = of.engine.lay(
        "lines",
        {"row": row.astype(np.int64), "category": category, "amount": amount.astype(np.int64)},
    )
    nothing = {name: np.empty(0, np.int64) for name in ("row", "day", "q", "gross", "refund")}
    found = summarise(of.engine.lay("orders", nothing), lines, of, on=TUESDAY)
    assert found.category.tolist() == ["apple", "egg", None]
    assert found.categories == ({"apple": 7, "egg": 5}, {"egg": 4, "honey": 4}, {})
