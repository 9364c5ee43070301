"""Due dates of a cycle, month ends, and days moved off days of rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.kernel.calendar import UnknownYear
from suixin.lending.cycle import (
    Cycle,
    Shift,
    add_months,
    cycle_dates,
    due_dates,
    monday_to_friday,
    shifted,
    turn,
)

MONTHLY = Cycle(1, "M")


def test_a_month_end_is_held_short_in_february_and_comes_back() -> None:
    days = due_dates(date(2024, 1, 31), MONTHLY, 3)
    assert days == (date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30))


def test_an_anchor_on_a_short_months_end_keeps_its_day_unless_the_sheet_says_month_ends() -> None:
    start = date(2026, 2, 28)
    assert due_dates(start, MONTHLY, 1) == (date(2026, 3, 28),)
    assert due_dates(start, MONTHLY, 1, end_of_month=True) == (date(2026, 3, 31),)
    assert turn(date(2026, 2, 27), MONTHLY, 1, end_of_month=True) == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("text", "second"),
    [("10D", "2026-01-21"), ("2W", "2026-01-29"), ("1Q", "2026-07-01"), ("P1Y", "2028-01-01")],
)
def test_every_unit(text: str, second: str) -> None:
    assert turn(date(2026, 1, 1), Cycle.parse(text), 2).isoformat() == second


@pytest.mark.parametrize("text", ["", "M", "0M", "1.5M", "-1M", "1X", "1M ", "P1ML0", "１M"])
def test_a_cycle_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        Cycle.parse(text)
    assert refused.value.code == "CYCLE"


def test_the_first_due_date_comes_after_the_start() -> None:
    start = date(2026, 3, 15)
    assert due_dates(start, MONTHLY, 1, first=start + timedelta(days=1)) == (date(2026, 3, 16),)
    with pytest.raises(InputError, match="not after the start"):
        due_dates(start, MONTHLY, 1, first=start)


def test_a_short_or_a_long_last_period() -> None:
    start, end = date(2026, 1, 1), date(2026, 3, 15)
    short = cycle_dates(start, MONTHLY, end)
    assert short == (start, date(2026, 2, 1), date(2026, 3, 1), end)
    assert cycle_dates(start, MONTHLY, end, long_stub=True) == (start, date(2026, 2, 1), end)
    whole = cycle_dates(start, MONTHLY, date(2026, 3, 1), long_stub=True)
    assert whole == (start, date(2026, 2, 1), date(2026, 3, 1))
    assert cycle_dates(start, MONTHLY, start) == (start,)
    assert cycle_dates(start, MONTHLY, start - timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("shift", "day", "moved"),
    [
        (Shift.NONE, "2026-10-01", "2026-10-01"),
        (Shift.FOLLOWING, "2026-10-01", "2026-10-08"),
        (Shift.FOLLOWING, "2026-10-10", "2026-10-10"),  # A Saturday worked in exchange.
        (Shift.FOLLOWING, "2026-10-31", "2026-11-02"),
        (Shift.MODIFIED_FOLLOWING, "2026-10-31", "2026-10-30"),
        (Shift.MODIFIED_FOLLOWING, "2026-11-14", "2026-11-16"),
        (Shift.PRECEDING, "2026-11-14", "2026-11-13"),
        (Shift.PRECEDING, "2026-10-01", "2026-09-30"),
        (Shift.MODIFIED_PRECEDING, "2026-10-01", "2026-10-08"),
    ],
)
def test_days_of_rest(shift: Shift, day: str, moved: str) -> None:
    assert shifted(date.fromisoformat(day), shift).isoformat() == moved


def test_a_year_whose_holidays_are_unknown_refuses_instead_of_guessing() -> None:
    far = date(2099, 5, 1)
    assert shifted(far, Shift.NONE) == far
    with pytest.raises(UnknownYear):
        shifted(far, Shift.FOLLOWING)
    assert shifted(date(2099, 5, 2), Shift.FOLLOWING, monday_to_friday) == date(2099, 5, 4)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(-600, 600))
def test_months_added_land_in_the_month_meant(day: date, months: int) -> None:
    there = add_months(day, months)
    assert (there.year - day.year) * 12 + there.month - day.month == months
    assert there.day <= day.day
