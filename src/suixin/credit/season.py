"""Seasons: which weeks a crop is sold in, and a category's usual year.

A harvest crop is not punished for its calendar: its season is taken out of its weekly sales, and
a category flagged seasonal is asked only about the weeks in its season.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt

from suixin.credit.engine import Columns, Frame
from suixin.credit.index import Bools, Floats, Ints
from suixin.kernel.day import date_of

WEEKS_OF_YEAR = 53
_YEARS_BACK = 2
_THURSDAY = 0  # 1970-01-01 was one; an ISO week belongs to the year of its Thursday.


@dataclass(frozen=True, slots=True)
class Calendar:
    """The windows, as (month, day) pairs, in which a seasonal category is sold."""

    windows: tuple[tuple[tuple[int, int], tuple[int, int]], ...]

    def holds(self, day: date) -> bool:
        """Whether a day is in season; a window may run over the new year.

        >>> winter = Calendar((((11, 1), (3, 31)),))
        >>> winter.holds(date(2026, 1, 5)), winter.holds(date(2026, 6, 1))
        (True, False)
        """
        at = (day.month, day.day)
        return any(
            first <= at <= last if first <= last else at >= first or at <= last
            for first, last in self.windows
        )


def calendars(categories: Sequence[Mapping[str, Any]]) -> dict[str, Calendar]:
    """The calendars of the categories that their policy flags seasonal.

    >>> calendars([{"category": "tea", "seasonal": True, "season": [["03-20", "05-10"]]}])
    {'tea': Calendar(windows=(((3, 20), (5, 10)),))}
    """
    return {
        row["category"]: Calendar(tuple((_at(first), _at(last)) for first, last in row["season"]))
        for row in categories
        if row.get("seasonal")
    }


def _at(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def weeks_in_season(calendar: Calendar, weeks: Ints) -> Bools:
    """Which ISO weeks (counted from 1970) have their Thursday in season."""
    return np.array([calendar.holds(date_of(int(week) * 7 + _THURSDAY)) for week in weeks])


def days_in_season(calendar: Calendar, since: Ints | int, to: int) -> Ints:
    """Days in season after one day (or each of many) and up to another (since 1970-01-01).

    >>> from suixin.kernel.day import epoch_day
    >>> tea = Calendar((((3, 20), (5, 10)),))
    >>> int(days_in_season(tea, epoch_day(date(2026, 5, 8)), epoch_day(date(2026, 9, 1))))
    2
    """
    back = np.maximum(0, to - np.asarray(since))
    held = [calendar.holds(date_of(to - n)) for n in range(int(back.max(initial=0)))]
    counts: Ints = np.concatenate([[0], np.cumsum(held, dtype=np.int64)])[back]
    return counts


def since_in_season(calendar: Calendar, day: int, days: int) -> int:
    """The day after which so many days in season have passed up to a day; at most two years back.

    >>> from suixin.kernel.day import epoch_day
    >>> tea = Calendar((((3, 20), (5, 10)),))
    >>> date_of(since_in_season(tea, epoch_day(date(2026, 6, 30)), 10)).isoformat()
    '2026-04-30'
    """
    left = days
    for back in range(_YEARS_BACK * 365):
        if left == 0:
            return day - back
        left -= calendar.holds(date_of(day - back))
    return day - _YEARS_BACK * 365


def by_category_week(weeks: Frame, category: Frame) -> Frame:
    """Columns category, week, total, n: log sales of the weeks with a sale, as sums to merge."""
    col = nw.col
    return (
        weeks.filter(col("q") > 0)
        .join(category, on="row")
        .with_columns(log=(col("q") / 100 + 1).log())
        .group_by("category", "week")
        .agg(total=col("log").sum(), n=nw.len())
    )


def usual_year(sums: Columns, *, weeks_min: int, smooth: int) -> dict[str, Floats]:
    """Each category's season by ISO week of the year (index 1–53), in log sales; NaN unsold.

    The mean log sales of that week over the years, less the yearly mean, as a circular mean of
    `smooth` weeks; a category with less than `weeks_min` weeks of history has none.
    Source: formulas §3.
    """
    seasons: dict[str, Floats] = {}
    names: npt.NDArray[Any] = sums["category"]
    for name in sorted(set(names.tolist())):
        mine = names == name
        weeks, total, n = (sums[key][mine] for key in ("week", "total", "n"))
        if weeks.max() - weeks.min() + 1 < weeks_min:
            continue
        of_year = np.array([week_of_year(int(week)) for week in weeks])
        sums_of = np.bincount(of_year, weights=total, minlength=WEEKS_OF_YEAR + 1)
        seen = np.bincount(of_year, weights=n, minlength=WEEKS_OF_YEAR + 1)
        with np.errstate(invalid="ignore"):
            mean = (sums_of / seen)[1 : WEEKS_OF_YEAR + 1]
        if np.isnan(mean[-1]):  # Most years end with week 52.
            mean = mean[:-1]
        seasons[name] = np.concatenate([[0.0], _circular(mean - np.nanmean(mean), smooth)])
    return seasons


def week_of_year(week: int) -> int:
    """The ISO week number of a week counted from 1970.

    >>> week_of_year(0), week_of_year(52)
    (1, 53)
    """
    return date_of(week * 7 + _THURSDAY).isocalendar().week


def _circular(values: Floats, width: int) -> Floats:
    reach = width // 2
    turns = np.stack([np.roll(values, shift) for shift in range(-reach, reach + 1)])
    seen = ~np.isnan(turns)
    total: Floats = np.where(seen, turns, 0.0).sum(axis=0)
    count = seen.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
