"""What a case of the other system calls its terms, in our words: fractions, cycles, methods."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from suixin.lending.cycle import Cycle
from suixin.lending.day_count import DayCount, year_fraction

UNITS = {"DAYS": "D", "WEEKS": "W", "MONTHS": "M", "YEARS": "Y"}


@dataclass(frozen=True, slots=True)
class Counting:
    """Days in a year (360, 365, ACTUAL) and in a month (30, ACTUAL).

    `feb_29_only`: a leap year has 366 days only for the period with its 29 February.
    `by_period`: a month is a twelfth of the year and a week a 52nd, whatever their days.
    """

    year: str
    month: str
    feb_29_only: bool
    by_period: bool = False

    def part(self, start: date, end: date, within: tuple[date, date], cycle: Cycle) -> Fraction:
        """The part of a year from start to end, both inside one period of the cycle."""
        days, whole = (end - start).days, (within[1] - within[0]).days
        if self.by_period and cycle.unit in "MW":
            a_year = 12 if cycle.unit == "M" else 52
            return Fraction(cycle.times, a_year) * Fraction(days, whole or 1)
        feb_29 = _holds_feb_29(*within)
        if self.year == "ACTUAL" and start.year < end.year and (feb_29 or not self.feb_29_only):
            return year_fraction(DayCount.ACT_ACT_YEAR_END, start, end)
        year = self._days_in_year(start, feb_29=feb_29)
        if self.month == "DAYS30" and cycle.months:
            return Fraction(30 * cycle.months, year) * Fraction(days, whole or 1)
        return Fraction(days, year)

    def _days_in_year(self, day: date, *, feb_29: bool) -> int:
        if self.year != "ACTUAL":
            return int(self.year.removeprefix("DAYS"))
        leap = isleap(day.year) and (feb_29 or not self.feb_29_only)
        return 366 if leap else 365


def counting(year: str, month: str, custom: str | None) -> Counting:
    """Read the names of both conventions, with or without their type's name before them."""
    return Counting(
        year.rpartition(".")[2], month.rpartition(".")[2], (custom or "").startswith("FEB_29")
    )


def cycle_of(every: str, frequency: str) -> Cycle:
    """Every so many DAYS, WEEKS, MONTHS or YEARS."""
    return Cycle(int(every), UNITS[frequency])


def day_of(text: str) -> date:
    """A day as its cases write it: 01 January 2024, or 23 Jun 2024."""
    for form in ("%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no day such as 01 January 2024.")


def fen_of(text: Any) -> int:
    """An amount with at most two decimals, in minor units; nothing is 0."""
    exact = Fraction(str(text or "0")) * 100
    if exact.denominator != 1:
        raise ValueError(f"{text!r} is finer than two decimals.")
    return exact.numerator


def rate_of(percent: str) -> Fraction:
    """A yearly rate, exactly, from its percent."""
    return Fraction(percent) / 100


def _holds_feb_29(start: date, end: date) -> bool:
    leap = (date(year, 2, 29) for year in range(start.year, end.year + 1) if isleap(year))
    return any(start < day <= end for day in leap)


def terms_of(product: Mapping[str, Any]) -> Counting:
    """The counting of a product."""
    return counting(
        product["daysInYearType"],
        product["daysInMonthType"],
        product.get("daysInYearCustomStrategy"),
    )
