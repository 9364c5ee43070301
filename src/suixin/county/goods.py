"""What is sold in the county, what a kilogram costs there, and when it may be sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from suixin.county.bits import Bools, Ints
from suixin.kernel.day import date_of
from suixin.kernel.policy import load_policy

# Fen a kilogram, and the share of a mean month (percent) in each month of the year.
_FLAT = (100,) * 12
_NEW_YEAR = (112, 108, 96, 96, 96, 96, 96, 96, 98, 100, 104, 106)
_PRICES: Mapping[str, tuple[int, tuple[int, ...]]] = MappingProxyType(
    {
        "rice": (900, _FLAT),
        "wheat_flour": (800, _FLAT),
        "rapeseed_oil": (2_200, _NEW_YEAR),
        "coffee_bean": (11_000, _FLAT),
        "egg": (2_400, _FLAT),
        "mushroom": (9_000, _NEW_YEAR),
        "honey": (6_000, _NEW_YEAR),
        "cured_pork": (8_000, _NEW_YEAR),
        "tofu_skin": (3_000, _FLAT),
        "noodle": (1_400, _FLAT),
        "apple": (800, _FLAT),
        "navel_orange": (800, _FLAT),
        "spring_tea": (40_000, _FLAT),
        "garlic": (1_000, _FLAT),
        "potato": (400, _FLAT),
        "sugar_cane": (400, _FLAT),
    }
)


@dataclass(frozen=True, slots=True)
class Good:
    """A category as the county sells it."""

    category: str
    zh: str
    crop: str | None
    group: str | None
    fen_kg: int
    months: tuple[int, ...]
    season: tuple[tuple[str, str], ...]  # MM-DD windows; none: sold all year
    yield_kg_mu: int | None  # goods a mu gives at most, after processing

    @property
    def flat(self) -> bool:
        """True for goods that sell alike all year."""
        return not self.season and self.months == _FLAT


def goods(on: date) -> tuple[Good, ...]:
    """The categories of the dated policy that the county sells.

    >>> [good.category for good in goods(date(2026, 6, 30)) if good.season][:2]
    ['apple', 'navel_orange']
    """
    rows: Sequence[Mapping[str, Any]] = load_policy("categories").on(on)["categories"]
    return tuple(_good(row) for row in rows if row["category"] in _PRICES)


def _good(row: Mapping[str, Any]) -> Good:
    fen_kg, months = _PRICES[row["category"]]
    most = row["yield_max_kg_mu"]
    return Good(
        category=row["category"],
        zh=row["zh"],
        crop=row["crop"],
        group=row["group"],
        fen_kg=fen_kg,
        months=months,
        season=tuple((first, last) for first, last in row["season"]),
        yield_kg_mu=None if most is None else most * row["processing_yield_bps"] // 10_000,
    )


def in_season(good: Good, days: Ints) -> Bools:
    """Which days (since 1970-01-01) a good may be sold on.

    >>> apple = next(g for g in goods(date(2026, 6, 30)) if g.category == "apple")
    >>> in_season(apple, np.array([20634, 20400])).tolist()  # 30 June 2026, 8 November 2025
    [False, True]
    """
    if not good.season:
        return np.ones(days.shape, dtype=np.bool_)
    dates = [date_of(day).strftime("%m-%d") for day in days.tolist()]
    return np.array(
        [any(a <= d <= b if a <= b else d >= a or d <= b for a, b in good.season) for d in dates],
        dtype=np.bool_,
    )
