"""Price: a table by mode, grade and store rating, inside the mode's band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class PriceRules:
    """The price table of one mode, in basis points; `store` rows are (rating at least, premium)."""

    mode: str
    base_bps: int
    grade_bps: Mapping[str, int]
    store: tuple[tuple[int, int], ...]
    guarantee_bps: int

    @property
    def worst_bps(self) -> int:
        """The dearest cell of the table."""
        return self.base_bps + max(self.grade_bps.values()) + max(bps for _, bps in self.store)

    @property
    def middle_bps(self) -> int:
        """The middle of the band, which a thin file pays."""
        return (self.base_bps + self.worst_bps) // 2


@dataclass(frozen=True, slots=True)
class Price:
    """A rate and what it is made of, in basis points."""

    base_bps: int
    grade_bps: int
    store_bps: int
    guarantee_bps: int
    rate_bps: int


def price_rules(terms: PolicyOn, law: PolicyOn) -> dict[str, PriceRules]:
    """Read `price.table`; raises ValueError where a mode leaves its band in law or its order.

    A price must not fall with a worse grade or a lower rating, or it would reward risk.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = price_rules(load_policy("terms").on(day), load_policy("law").on(day))
    >>> {mode: (found.base_bps, found.worst_bps) for mode, found in rules.items()}
    {'platform': (900, 1200), 'government': (600, 800), 'community': (1000, 1500)}
    """
    return {
        mode: _checked(_mode_rules(mode, row), law[f"band.{mode}"])
        for mode, row in terms["price.table"].items()
    }


def price(
    grade: str, rules: PriceRules, *, store_rating: int | None = None, guaranteed: bool = False
) -> Price:
    """The rate of a grade; `store_rating` in hundredths of a star, None where there is none.

    Source: formulas §8.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = price_rules(load_policy("terms").on(day), load_policy("law").on(day))
    >>> price("BBB", rules["platform"], store_rating=460, guaranteed=True).rate_bps
    1025
    """
    grade_bps = rules.grade_bps[grade]
    rating = 0 if store_rating is None else store_rating
    store_bps = next(bps for least, bps in rules.store if rating >= least)
    guarantee_bps = rules.guarantee_bps if guaranteed else 0
    rate = rules.base_bps + grade_bps + store_bps - guarantee_bps
    return Price(rules.base_bps, grade_bps, store_bps, guarantee_bps, max(rules.base_bps, rate))


def _mode_rules(mode: str, row: Mapping[str, Any]) -> PriceRules:
    return PriceRules(
        mode=mode,
        base_bps=row["base"],
        grade_bps=dict(row["grade"]),
        store=tuple((step["rating_min"], step["bps"]) for step in row["store"]),
        guarantee_bps=row["guarantee"],
    )


def _checked(rules: PriceRules, band: Mapping[str, int]) -> PriceRules:
    name = f"price.table.{rules.mode}"
    if rules.base_bps < band["min"] or rules.worst_bps > band["max"]:
        raise ValueError(
            f"{name}: {rules.base_bps}–{rules.worst_bps} bps leaves the mode's band in law, "
            f"{band['min']}–{band['max']}"
        )
    premiums = list(rules.grade_bps.values())
    ratings, stores = zip(*rules.store, strict=True)
    if premiums != sorted(premiums) or list(stores) != sorted(stores):
        raise ValueError(f"{name}: premiums should rise, or stay, with each row")
    if list(ratings) != sorted(ratings, reverse=True) or ratings[-1] != 0:
        raise ValueError(f"{name}: store ratings should fall row by row, the last from 0")
    if premiums[0] < 0 or stores[0] < 0 or rules.guarantee_bps < 0:
        raise ValueError(f"{name}: premiums and guarantee should not be below 0")
    return rules
