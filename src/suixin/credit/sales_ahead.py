"""What a month sells, what the coming months may sell, and how long a seasonal loan must run."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from suixin.credit.terms_rules import UNIT, TermsRules
from suixin.kernel.money import round_half_even

MonthDay: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sales:
    """Clean sales of the complete months before `on`, in fen, oldest first, since the first sale.

    `season` holds the calendar months (1–12) in which the category sells; empty: all year round.

    >>> Sales(date(2026, 6, 30), (100_00, 300_00), frozenset({5})).month(1)
    5
    """

    on: date
    monthly_fen: tuple[int, ...]
    season: frozenset[int] = frozenset()

    def month(self, index: int) -> int:
        """The calendar month (1–12) at a place of `monthly_fen`; places past its end lie ahead."""
        return (self.on.month - 1 + index - len(self.monthly_fen)) % 12 + 1

    def in_season(self, index: int) -> bool:
        """Whether the month at that place is one of the season's."""
        return self.month(index) in self.season

    @property
    def lived_a_season(self) -> bool:
        """Whether every month of the season has been lived through since the first sale."""
        lived = len(self.monthly_fen)
        return bool(self.season) and (
            lived >= 12 or self.season <= {self.month(index) for index in range(lived)}
        )


def season_months(windows: Iterable[tuple[MonthDay, MonthDay]]) -> frozenset[int]:
    """The calendar months that hold a day of these windows, each first and last (month, day).

    A window may run over the end of the year; one that comes back to its own month is all year.

    >>> sorted(season_months([((9, 25), (1, 31))]))
    [1, 9, 10, 11, 12]
    """
    months: set[int] = set()
    for first, last in windows:
        around = first[0] == last[0] and last < first
        count = 12 if around else (last[0] - first[0]) % 12 + 1
        months.update((first[0] - 1 + i) % 12 + 1 for i in range(count))
    return frozenset(months)


def base_month(sales: Sales, rules: TermsRules) -> int:
    """Base S in fen: the lesser of the median month and the mean month; 0 with no complete month.

    A seasonal grower's, once a season is over, is the year's sum over twelve: a median of six
    months would be zero for half the year. Source: formulas §7.

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> base_month(Sales(day, (900_00, 600_00, 0)), rules)
    50000
    """
    if not sales.monthly_fen:
        return 0
    year = sales.monthly_fen[-rules.mean_months :]
    if sales.lived_a_season:
        return round_half_even(sum(year), rules.mean_months)
    median = median_fen(sales.monthly_fen[-rules.median_months :])
    return min(median, round_half_even(sum(year), len(year)))


def median_fen(values: Sequence[int]) -> int:
    """The middle value; of an even count the mean of the middle two, rounded half-even.

    >>> median_fen([8, 1, 2]), median_fen([1, 2, 4, 8]), median_fen([2, 3])
    (2, 3, 2)
    """
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return round_half_even(ordered[middle - 1] + ordered[middle], 2)


def expected_months(sales: Sales, months: int, rules: TermsRules) -> tuple[int, ...]:
    """Clean sales expected of the coming months in fen, the month of `sales.on` first.

    The same month last year times growth; under a year of months, their median (for a seasonal
    grower after a season, the base). Source: formulas §7.
    """
    year = rules.year_months
    if len(sales.monthly_fen) < year:
        if sales.lived_a_season:
            return (base_month(sales, rules),) * months
        last = sales.monthly_fen[-rules.median_months :]
        return (median_fen(last) if last else 0,) * months
    last_year = sales.monthly_fen[-year:]
    above, below = growth(sales, rules)
    return tuple(round_half_even(last_year[ahead % year] * above, below) for ahead in range(months))


def growth(sales: Sales, rules: TermsRules) -> tuple[int, int]:
    """Growth as an exact fraction: the last months over the same a year before, held to its ends.

    A seasonal grower's are the last months *in season*, as its few other sales say nothing. Where
    the year before was not lived, or sold nothing, growth is not known and is 1.
    """
    places = [
        place
        for place in range(len(sales.monthly_fen))
        if not sales.season or sales.in_season(place)
    ][-rules.growth_months :]
    if not places or places[0] < rules.year_months:
        return 1, 1
    now = sum(sales.monthly_fen[place] for place in places)
    then = sum(sales.monthly_fen[place - rules.year_months] for place in places)
    if then == 0:
        return 1, 1
    if now * UNIT < then * rules.growth_min:
        return rules.growth_min, UNIT
    if now * UNIT > then * rules.growth_max:
        return rules.growth_max, UNIT
    return now, then


def months_begun(days: int, rules: TermsRules) -> int:
    """How many months a tenor counts.

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> [months_begun(days, rules) for days in (30, 31, 180, 365)]
    [1, 2, 6, 13]
    """
    return -(-days // rules.month_days)


def reaching_tenor(sales: Sales, days: int, rules: TermsRules) -> int:
    """Days a loan of a seasonal grower runs, so that it ends after the sales that repay it.

    Where the months of the product's tenor sold, last year, less than an even seller's would, it
    runs on month by month until they did; then to the end of that season and the days to settle;
    at most the longest seasonal tenor, never less than the product's own. Source: the decision
    record on the seasonal tenor.

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2027, 2, 1)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> apples = tuple(30_000_00 if m in {10, 11, 12, 1} else 0 for m in [*range(2, 13), 1])
    >>> reaching_tenor(Sales(day, apples, frozenset({10, 11, 12, 1})), 180, rules)
    365
    >>> reaching_tenor(Sales(day, (10_000_00,) * 12), 180, rules)
    180
    """
    year, months = rules.year_months, months_begun(days, rules)
    if not sales.season or len(sales.monthly_fen) < year or months > year:
        return days
    last_year = sales.monthly_fen[-year:]
    reach, sold, wanted = months, sum(last_year[:months]), months * sum(last_year)
    while sold * year < wanted:
        sold += last_year[reach]
        reach += 1
    if reach == months:
        return days
    here = len(sales.monthly_fen)
    while reach <= year and sales.in_season(here + reach - 1) and sales.in_season(here + reach):
        reach += 1
    ends = _month_end(sales.on, reach - 1)
    return max(days, min((ends - sales.on).days + rules.settle_days, rules.seasonal_tenor_max))


def _month_end(on: date, months_ahead: int) -> date:
    years, month = divmod(on.month - 1 + months_ahead, 12)
    year = on.year + years
    return date(year, month + 1, monthrange(year, month + 1)[1])
