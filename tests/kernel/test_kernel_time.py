"""Days, the working calendar against another library, and values over time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
import yaml

from suixin.kernel.calendar import (
    UnknownYear,
    add_working_days,
    is_working_day,
    known_years,
    next_working_day,
)
from suixin.kernel.day import date_of, day_end, day_start, epoch_day, local_day
from suixin.kernel.parameter import NotInForce, Parameter, Setting

CASES = Path(__file__).parents[1] / "cases"
CALENDAR = yaml.safe_load((CASES / "kernel_calendar.yaml").read_text("utf-8"))

# Where our calendar and `holidays` part. The notice for New Year 2006 moved this Saturday to a
# weekday, so it was worked and our source is wrong; facts so old count in no window.
DISAGREE = {date(2005, 12, 31)}


@pytest.mark.parametrize("case", CALENDAR, ids=lambda case: case["name"])
def test_calendar(case: dict[str, Any]) -> None:
    assert is_working_day(case["day"]) is case["worked"]
    assert next_working_day(case["day"]) == case["next"]
    for n, expected in case["after"].items():
        assert add_working_days(case["day"], n) == expected


def test_calendar_agrees_with_another_library_on_every_known_day() -> None:
    first, last = known_years()
    china = holidays.country_holidays("CN", years=range(first, last + 1))
    days = (
        date_of(n) for n in range(epoch_day(date(first, 1, 1)), epoch_day(date(last + 1, 1, 1)))
    )
    assert {day for day in days if is_working_day(day) != china.is_working_day(day)} == DISAGREE


def test_a_year_not_announced_is_refused_with_what_to_do() -> None:
    first, last = known_years()
    todo = "Once the State Council has announced that year, install a newer chinesecalendar"
    for day in (date(first - 1, 12, 31), date(last + 1, 1, 1)):
        with pytest.raises(UnknownYear, match=rf"knows {first} to {last}, not {day}\. {todo}"):
            is_working_day(day)
    with pytest.raises(UnknownYear):
        add_working_days(date(last, 12, 31), 1)


def test_working_days_are_counted_forward() -> None:
    with pytest.raises(ValueError, match="counted forward; got n = -1"):
        add_working_days(date(2026, 6, 1), -1)


def test_a_day_runs_from_its_first_to_its_last_second_in_china() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    for day in (date(2000, 1, 1), date(2024, 2, 29), date(2026, 6, 30)):
        start = datetime(day.year, day.month, day.day, tzinfo=shanghai)
        assert day_start(day) == start.timestamp()
        assert datetime.fromtimestamp(day_end(day), tz=UTC) == start + timedelta(
            hours=24, seconds=-1
        )
        assert date_of(local_day(day_start(day))) == date_of(local_day(day_end(day))) == day
        assert date_of(local_day(day_end(day) + 1)) == day + timedelta(days=1)


def test_a_value_starts_on_its_day_and_not_before() -> None:
    settings = (
        Setting(date(2026, 1, 1), 180, "pilot rules", "house"),
        Setting(date(2027, 3, 1), 365, "county notice", "S"),
    )
    term = Parameter("term_days_max", "Longest term", "days", settings)
    assert term.on(date(2026, 1, 1)).value == 180
    assert term.on(date(2027, 2, 28)).value == 180
    assert term.on(date(2027, 3, 1)) is settings[1]
    with pytest.raises(
        NotInForce, match="term_days_max has no value on 2025-12-31; it starts on 2026-01-01"
    ):
        term.on(date(2025, 12, 31))


@pytest.mark.parametrize("days", [[], [date(2027, 1, 1), date(2026, 1, 1)], [date(2026, 1, 1)] * 2])
def test_settings_come_oldest_first_each_on_its_own_day(days: list[date]) -> None:
    with pytest.raises(ValueError, match="term needs settings, oldest first, each on its own day"):
        Parameter("term", "", "", tuple(Setting(day, 1, "r", "S") for day in days))
