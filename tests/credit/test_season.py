"""Seasons: the windows of a crop, and a category's usual year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from suixin.credit.season import (
    Calendar,
    calendars,
    days_in_season,
    usual_year,
    week_of_year,
    weeks_in_season,
)
from suixin.credit.subject import subjects_of
from suixin.credit.trade import Trade, trade_of
from suixin.data.read import read_feeds
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn, load_policy

DAY = date(2026, 6, 30)
ORANGES = Calendar((((11, 1), (2, 28)),))  # Over the new year.
TEA = Calendar((((3, 20), (5, 10)),))
TWICE = Calendar((((5, 1), (5, 31)), ((10, 1), (10, 31))))


def week(day: date) -> int:
    """The ISO week of a day, counted from the week of 1970-01-01."""
    return (epoch_day(day) + 3) // 7


@pytest.mark.parametrize(
    ("calendar", "day", "holds"),
    [
        (TEA, date(2026, 3, 19), False),
        (TEA, date(2026, 3, 20), True),
        (TEA, date(2026, 5, 10), True),
        (TEA, date(2026, 5, 11), False),
        (ORANGES, date(2025, 10, 31), False),
        (ORANGES, date(2025, 11, 1), True),
        (ORANGES, date(2025, 12, 31), True),
        (ORANGES, date(2026, 1, 1), True),
        (ORANGES, date(2026, 2, 28), True),
        (ORANGES, date(2028, 2, 29), False),
        (ORANGES, date(2026, 3, 1), False),
        (TWICE, date(2026, 5, 15), True),
        (TWICE, date(2026, 7, 15), False),
        (TWICE, date(2026, 10, 31), True),
    ],
)
def test_first_and_last_day_of_a_season_are_in_it(
    calendar: Calendar, day: date, holds: bool
) -> None:
    assert calendar.holds(day) is holds


def test_only_categories_flagged_seasonal_have_a_season() -> None:
    sheet = [
        {"category": "tea", "seasonal": True, "season": [["03-20", "05-10"]]},
        {"category": "rice", "seasonal": False, "season": []},
        {"category": "egg"},
    ]
    assert calendars(sheet) == {"tea": TEA}


def test_every_packaged_season_is_shorter_than_the_year() -> None:
    found = calendars(load_policy("categories").on(DAY)["categories"])
    assert {"apple", "navel_orange", "spring_tea"} <= found.keys()
    for name, calendar in found.items():
        in_season = days_in_season(calendar, epoch_day(date(2025, 6, 30)), epoch_day(DAY))
        assert 50 <= in_season <= 200, name


def test_a_week_is_in_season_when_its_thursday_is() -> None:
    """19 March 2026 is a Thursday, the day before the tea: the week of the 16th is out."""
    days = [date(2026, 3, 16), date(2026, 3, 23), date(2026, 5, 4), date(2026, 5, 11)]
    weeks = np.array([week(day) for day in days])
    assert weeks_in_season(TEA, weeks).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("calendar", "since", "to", "days"),
    [
        (TEA, date(2026, 5, 10), date(2026, 6, 30), 0),
        (TEA, date(2026, 5, 9), date(2026, 6, 30), 1),
        (TEA, date(2026, 3, 1), date(2026, 3, 20), 1),
        (TEA, date(2026, 3, 25), date(2026, 3, 25), 0),
        (TEA, date(2025, 5, 10), date(2026, 5, 10), 52),
        (ORANGES, date(2025, 12, 30), date(2026, 1, 2), 3),
        (ORANGES, date(2026, 2, 27), date(2026, 11, 2), 3),
    ],
)
def test_idle_days_count_only_in_season(
    calendar: Calendar, since: date, to: date, days: int
) -> None:
    assert days_in_season(calendar, epoch_day(since), epoch_day(to)) == days


# A category's usual year ---------------------------------------------------------------------


def sums(logs: Iterable[tuple[int, float]], category: str = "egg") -> dict[str, Any]:
    """Weeks (from 1970) and the log sales of the one shop that sold in each."""
    weeks, totals = zip(*logs, strict=True)
    return {
        "category": np.array([category] * len(weeks), dtype=object),
        "week": np.array(weeks, dtype=np.int64),
        "total": np.array(totals, dtype=np.float64),
        "n": np.ones(len(weeks), dtype=np.int64),
    }


FIRST = week(date(2024, 1, 1))  # Monday of ISO week 1; 2024 and 2025 have 52 weeks each.


def wave(at: int) -> float:
    return 6.0 + 0.3 * math.sin(2 * math.pi * week_of_year(at) / 52)


@pytest.mark.parametrize(("weeks", "known"), [(103, False), (104, True), (105, True)])
def test_a_season_is_known_from_104_weeks_of_history(weeks: int, known: bool) -> None:
    logs = [(FIRST + k, wave(FIRST + k)) for k in range(weeks)]
    assert ("egg" in usual_year(sums(logs), weeks_min=104, smooth=5)) is known


def test_history_runs_from_the_first_week_to_the_last_whatever_lies_between() -> None:
    logs = [(FIRST, 6.0), (FIRST + 103, 6.0)]
    assert "egg" in usual_year(sums(logs), weeks_min=104, smooth=5)


def test_the_usual_week_is_the_mean_over_years_and_shops_less_the_yearly_mean() -> None:
    """Without smoothing: week 10 sells e times as much, in two shops of three years in all."""
    peak = {10}
    logs = [(FIRST + k, 5.0 + (week_of_year(FIRST + k) in peak)) for k in range(104)]
    other = [(FIRST + k, 7.0 + (week_of_year(FIRST + k) in peak)) for k in range(104)]
    one, two = sums(logs), sums(other)
    both = {name: np.concatenate([one[name], two[name]]) for name in one}
    year = usual_year(both, weeks_min=104, smooth=1)["egg"]
    assert len(year) == 53  # Places 1 to 52; place 0 is no week.
    assert year[10] == pytest.approx(1 - 1 / 52)
    assert year[9] == pytest.approx(-1 / 52)
    assert year[1:].sum() == pytest.approx(0)


def test_smoothing_goes_round_the_new_year() -> None:
    """Only week 1 sticks out: it is shared by weeks 51, 52, 1, 2 and 3."""
    logs = [(FIRST + k, 5.0 + (week_of_year(FIRST + k) == 1)) for k in range(104)]
    year = usual_year(sums(logs), weeks_min=104, smooth=5)["egg"]
    shared = [place for place in range(1, 53) if year[place] > 0]
    assert shared == [1, 2, 3, 51, 52]
    assert year[[1, 2, 3, 51, 52]].tolist() == pytest.approx([1 / 5 - 1 / 52] * 5)


def test_a_long_year_has_a_week_53_of_its_own() -> None:
    """2020 has 53 ISO weeks; where history holds none, week 53 is no place of the year."""
    first = week(date(2019, 12, 30))
    logs = [(first + k, 5.0) for k in range(105)]
    assert len(usual_year(sums(logs), weeks_min=104, smooth=5)["egg"]) == 54


def test_a_week_never_sold_in_takes_what_its_neighbours_have() -> None:
    logs = [(FIRST + k, wave(FIRST + k)) for k in range(104)]
    gap = [one for one in logs if week_of_year(one[0]) != 13]
    year = usual_year(sums(gap), weeks_min=104, smooth=5)["egg"]
    assert not np.isnan(year).any()
    assert year[13] == pytest.approx(np.mean(year[[12, 14]]), abs=0.02)


# What a season takes out of the numbers -------------------------------------------------------


def traded(path: Any, on: date = DAY) -> tuple[Trade, Sequence[str]]:
    with read_feeds(path, today=date(2027, 6, 30)) as feeds:
        assert not len(feeds.quarantine), feeds.quarantine[0]
        known = feeds.on(on)
        subjects = subjects_of(known, feeds.connection)
        stability, categories = (load_policy(name).on(on) for name in ("stability", "categories"))
        policy = PolicyOn("both", on, {**stability.settings, **categories.settings})
        return trade_of(known, subjects, policy), subjects.ids


@pytest.mark.mechanism("G02")
def test_a_category_of_two_years_loses_its_wave_and_a_younger_one_does_not(folder: Any) -> None:
    """Two shops with the same half year and the same wave; one category is older."""
    for shop, category, weeks in (("old", "egg", 130), ("young", "noodle", 100)):
        folder.party(shop, "household")
        for k in range(weeks):
            placed = DAY - timedelta(days=7 * k + 12)
            amount = round(100_00 * math.exp(wave(week(placed)) - 6.0))
            folder.weekly(shop, placed, 1, amount, category=category)
    trade, ids = traded(folder.write())
    season = dict(zip(ids, trade.weeks.season, strict=True))
    assert not season["young"].any()
    last = [wave(week(DAY) - k) - 6.0 for k in range(52, 0, -1)]
    # Five weeks' smoothing takes a little off a wave and turns none of it round.
    assert season["old"] == pytest.approx(last, abs=0.03)
    assert set(trade.weeks.years) == {"egg"}


@pytest.mark.mechanism("G02")
def test_a_seasonal_category_is_asked_about_its_season_only(folder: Any) -> None:
    """A tea grower on 30 June: its fourteen weeks of the last 52, idle days until season's end."""
    for shop, category in (("grower", "spring_tea"), ("keeper", "honey")):
        folder.party(shop, "household")
        folder.weekly(shop, date(2026, 3, 23), 8, 100_00, category=category)
    trade, ids = traded(folder.write(), date(2026, 9, 30))
    grower, keeper = ids.index("grower"), ids.index("keeper")
    # Tea sells from 20 March to 30 June: the Thursdays from 26 March to 25 June.
    assert trade.weeks.possible[grower] == 14
    assert trade.weeks.counted[grower].sum() == 14
    assert trade.weeks.possible[keeper] == 26
    # The last sale was on 11 May: 50 days to the end of the season, 142 to the day.
    assert trade.idle_days[[grower, keeper]].tolist() == [50.0, 142.0]


@pytest.mark.mechanism("G02")
def test_a_shop_is_of_the_category_it_sells_most_of(folder: Any) -> None:
    folder.party("shop", "household")
    folder.weekly("shop", date(2026, 3, 23), 5, 60_00, category="honey")
    folder.weekly("shop", date(2026, 3, 24), 4, 80_00, category="spring_tea")
    folder.weekly("shop", date(2026, 3, 25), 1, 10_00, category="egg")
    trade, _ = traded(folder.write())
    assert trade.summary.category.tolist() == ["spring_tea"]
    assert trade.summary.categories == ({"honey": 300_00, "spring_tea": 320_00, "egg": 10_00},)
