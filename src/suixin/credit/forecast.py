"""Sales ahead with an interval: what the coming months may sell, and how far that was off before.

The interval is learned from past forecasts: each was made from what was known then, and its month
has passed since. The ratios of what came to what was forecast, pooled by category and by how far
ahead, give the bounds (split conformal prediction), so nothing is assumed of their distribution.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from suixin.credit.sales_ahead import Sales, expected_months, growth
from suixin.credit.terms_rules import UNIT, TermsRules, ten_thousandths
from suixin.kernel.money import round_half_even
from suixin.kernel.policy import PolicyOn

EVERY = ""
"""The group of all categories together."""


@dataclass(frozen=True, slots=True)
class AheadRules:
    """How months ahead are forecast, shares in ten-thousandths; see `forecast.ahead`."""

    terms: TermsRules
    growth: int
    seasonal_growth: int
    recent: int
    recent_months: int
    coverage: int
    errors_min: int

    @classmethod
    def from_policy(cls, policy: PolicyOn) -> AheadRules:
        """Read `forecast.*` and the terms of a policy that holds them, and law."""
        ahead, interval = policy["forecast.ahead"], policy["forecast.interval"]
        return cls(
            terms=TermsRules.from_policy(policy, policy),
            growth=ten_thousandths(ahead["growth"]),
            seasonal_growth=ten_thousandths(ahead["seasonal_growth"]),
            recent=ten_thousandths(ahead["recent"]),
            recent_months=ahead["recent_months"],
            coverage=interval["coverage"],
            errors_min=interval["errors_min"],
        )


def ahead(sales: Sales, months: int, rules: AheadRules) -> tuple[int, ...]:
    """Clean sales forecast for the coming months in fen, the month of `sales.on` first.

    >>> from suixin.credit.sheets import policy_on
    >>> rising = Sales(date(2026, 6, 30), (*[100_00] * 12, *[200_00] * 3))
    >>> [ahead(rising, 2, AheadRules.from_policy(policy_on(day, None)))
    ...  for day in (date(2026, 6, 30), date(2026, 11, 24))]
    [(15000, 15000), (17500, 17500)]
    """
    terms, sold = rules.terms, sales.monthly_fen
    if len(sold) < terms.year_months:
        return expected_months(sales, months, terms)
    last_year = sold[-terms.year_months :]
    above, below = growth(sales, terms)
    counted = rules.seasonal_growth if sales.season else rules.growth
    grown_by = UNIT * below + counted * (above - below)  # In units of 1/(UNIT·below).
    # A seasonal grower's last months say nothing of its next ones.
    recent = 0 if sales.season else rules.recent
    lately, unit = sum(sold[-rules.recent_months :]), rules.recent_months
    return tuple(
        round_half_even(
            (UNIT - recent) * last_year[k % terms.year_months] * grown_by * unit
            + recent * lately * UNIT * below,
            UNIT * UNIT * below * unit,
        )
        for k in range(months)
    )


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast whose month has passed: of which category, how far ahead, and both amounts.

    `month` is the calendar month it was of, counted as year × 12 + month − 1. `usual_fen` is the
    mean month of the year before the forecast, which a forecast of nothing is measured by.
    """

    category: str
    month: int
    horizon: int
    forecast_fen: int
    sold_fen: int
    usual_fen: int

    @property
    def unit_fen(self) -> int:
        """What the amount that came is measured by; 0 where there is nothing to measure by."""
        return self.forecast_fen or self.usual_fen


def past_forecasts(
    sales: Sales, category: str, *, horizon: int, rules: AheadRules, lived_min: int
) -> list[Past]:
    """Every forecast that could have been made of a seller since it had lived so many months."""
    found, sold = [], sales.monthly_fen
    now = sales.on.year * 12 + sales.on.month - 1
    for lived in range(lived_min, len(sold)):
        month = now - len(sold) + lived
        then = replace(sales, on=date(month // 12, month % 12 + 1, 1), monthly_fen=sold[:lived])
        year = sold[max(0, lived - rules.terms.year_months) : lived]
        usual = sum(year) // len(year) if year else 0
        seen = min(horizon, len(sold) - lived)
        for k, forecast in enumerate(ahead(then, seen, rules)):
            found.append(Past(category, month + k, k + 1, forecast, sold[lived + k], usual))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Bounds of what comes over what was forecast, by category, horizon, and whether any was.

    The group `EVERY` holds for categories with too few errors of their own.
    """

    bounds: Mapping[tuple[str, int, bool], tuple[float, float]]

    def of(self, category: str, horizon: int, *, some: bool) -> tuple[float, float]:
        """The bounds of one month ahead; none are known (0, infinity) where none were learned."""
        unknown = (0.0, math.inf)
        for group in (category, EVERY):
            found = self.bounds.get((group, horizon, some))
            if found is not None:
                return found
        return unknown


def learn_spread(past: Iterable[Past], rules: AheadRules) -> Spread:
    """The bounds that so large a share of past forecasts kept, by category and by horizon."""
    ratios: dict[tuple[str, int, bool], list[float]] = defaultdict(list)
    for one in past:
        if one.unit_fen:
            ratio = one.sold_fen / one.unit_fen
            for group in (one.category, EVERY):
                ratios[group, one.horizon, one.forecast_fen > 0].append(ratio)
    return Spread(
        {
            key: conformal_bounds(found, rules.coverage / UNIT)
            for key, found in ratios.items()
            if key[0] == EVERY or len(found) >= rules.errors_min
        }
    )


def conformal_bounds(ratios: Sequence[float], coverage: float) -> tuple[float, float]:
    """The order statistics between which a next one falls with at least this chance.

    Too few give no bound on that side. Source: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman 2018.

    >>> conformal_bounds([float(k) for k in range(1, 20)], 0.8)
    (2.0, 18.0)
    >>> conformal_bounds([1.0], 0.8)
    (0.0, inf)
    """
    ordered, tail = sorted(ratios), (1 - coverage) / 2
    # Rounded, for (19 + 1) × (1 − .8)/2 is a hair under 2 in binary.
    low = math.floor(round((len(ordered) + 1) * tail, 9))
    high = math.ceil(round((len(ordered) + 1) * (1 - tail), 9))
    return (
        ordered[low - 1] if low >= 1 else 0.0,
        ordered[high - 1] if high <= len(ordered) else math.inf,
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """Months ahead in fen: what is forecast, and the bounds of the interval; None is no bound."""

    low_fen: tuple[int, ...]
    forecast_fen: tuple[int, ...]
    high_fen: tuple[int | None, ...]


def forecast(
    sales: Sales, category: str, months: int, *, spread: Spread, rules: AheadRules
) -> Ahead:
    """The coming months of a seller with their interval, rounded outwards.

    >>> from suixin.credit.sheets import policy_on
    >>> rules = AheadRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> even = Sales(date(2026, 6, 30), (100_00,) * 12)
    >>> spread = Spread({(EVERY, 1, True): (0.5, 1.4)})
    >>> forecast(even, "tea", 2, spread=spread, rules=rules)
    Ahead(low_fen=(5000, 0), forecast_fen=(10000, 10000), high_fen=(14000, None))
    """
    expected = ahead(sales, months, rules)
    year = sales.monthly_fen[-rules.terms.year_months :]
    usual = sum(year) // len(year) if year else 0
    low: list[int] = []
    high: list[int | None] = []
    for k, fen in enumerate(expected):
        least, most = spread.of(category, k + 1, some=fen > 0)
        unit = fen or usual
        low.append(math.floor(unit * least))
        high.append(None if math.isinf(most) else math.ceil(unit * most))
    return Ahead(tuple(low), expected, tuple(high))
