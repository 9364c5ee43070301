"""The rules of limit and price on one day, read once from policy and held as whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from suixin.credit.price import PriceRules, price_rules
from suixin.kernel.policy import PolicyOn

UNIT = 10_000
"""A share or multiple of one, held as a whole number of ten-thousandths."""

BaseMethod = Literal["sales", "sessions", "order", "pledge"]
CapacityMethod = Literal["sales", "instalment", "none"]


@dataclass(frozen=True, slots=True)
class ProductRules:
    """One product sheet, as far as limit and price need it; multiples in ten-thousandths.

    `alpha` holds the grades that may borrow, best first, each with its multiple of the base.
    """

    product: str
    zh: str
    en: str
    mode: str
    alpha: Mapping[str, int]
    base: BaseMethod
    capacity: CapacityMethod
    tenor_days: int
    tenor_factor: int
    reaches_harvest: bool
    cap_fen: int
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermsRules:
    """Everything that limit and price depend on beside the subject; shares in ten-thousandths."""

    products: Mapping[str, ProductRules]
    prices: Mapping[str, PriceRules]
    unseen_factor: int
    unseen_flags: frozenset[str]
    median_months: int
    mean_months: int
    sessions: int
    capacity_share: int
    margin: int
    living_cost_fen: int
    growth_months: int
    growth_min: int
    growth_max: int
    year_months: int
    month_days: int
    settle_days: int
    seasonal_tenor_max: int
    rise: int
    still: int
    multiple_fen: int
    least_fen: int
    thin_cap_fen: int
    thin_share: int

    @classmethod
    def from_policy(cls, terms: PolicyOn, law: PolicyOn) -> TermsRules:
        """Read the terms in force; raises ValueError on a sheet or a price that breaks its rules.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> day = date(2026, 6, 30)
        >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
        >>> rules.products["sales_flow"].alpha["BBB"], rules.least_fen
        (15000, 50000)
        """
        unseen, base = terms["limit.alpha_unseen"], terms["limit.base"]
        capacity, forecast = terms["limit.capacity"], terms["limit.forecast"]
        seasonal, step, thin = terms["limit.seasonal"], terms["limit.step"], terms["limit.thin"]
        prices = price_rules(terms, law)
        return cls(
            products={row["product"]: _product(row, terms, prices) for row in terms["products"]},
            prices=prices,
            unseen_factor=ten_thousandths(unseen["factor"]),
            unseen_flags=frozenset(unseen["flags"]),
            median_months=base["median_months"],
            mean_months=base["mean_months"],
            sessions=base["sessions"],
            capacity_share=ten_thousandths(capacity["share"]),
            margin=ten_thousandths(capacity["margin"]),
            living_cost_fen=capacity["living_cost_fen"],
            growth_months=forecast["growth_months"],
            growth_min=ten_thousandths(forecast["growth_min"]),
            growth_max=ten_thousandths(forecast["growth_max"]),
            year_months=forecast["year_months"],
            month_days=forecast["month_days"],
            settle_days=seasonal["settle_days"],
            seasonal_tenor_max=seasonal["tenor_days_max"],
            rise=ten_thousandths(step["rise"]),
            still=ten_thousandths(step["still"]),
            multiple_fen=step["multiple_fen"],
            least_fen=step["least_fen"],
            thin_cap_fen=thin["cap_fen"],
            thin_share=ten_thousandths(thin["share"]),
        )


def ten_thousandths(value: float) -> int:
    """A share or multiple as written in policy, as a whole number of ten-thousandths.

    >>> ten_thousandths(1.75), ten_thousandths(0.3)
    (17500, 3000)
    >>> ten_thousandths(0.33333)
    Traceback (most recent call last):
    ...
    ValueError: 0.33333 is finer than four decimals
    """
    # repr gives back the digits that were written, so 0.3 is three tenths and no less.
    scaled = Decimal(repr(value)) * UNIT
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than four decimals")
    return int(scaled)


def open_products(rules: TermsRules, had: Iterable[str]) -> tuple[str, ...]:
    """The products whose needs are all met by what a subject can bring (collateral, guarantor, …).

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> open_products(rules, had=[])
    ('sales_flow',)
    """
    brought = frozenset(had)
    return tuple(name for name, sheet in rules.products.items() if brought.issuperset(sheet.needs))


def segment(*, collateral: bool, credit_record: bool) -> tuple[str, ...]:
    """The flags of the two usual grounds for refusal that a subject lacks; neither bars it here.

    >>> segment(collateral=False, credit_record=False)
    ('NO_COLLATERAL', 'NO_CREDIT_RECORD')
    """
    lacks = (("NO_COLLATERAL", not collateral), ("NO_CREDIT_RECORD", not credit_record))
    return tuple(flag for flag, lacking in lacks if lacking)


def _product(
    row: Mapping[str, Any], terms: PolicyOn, prices: Mapping[str, PriceRules]
) -> ProductRules:
    name = f"products.{row['product']}"
    if row["mode"] not in prices:
        raise ValueError(f"{name}: no price is given for the mode {row['mode']}")
    alpha = terms["limit.alpha"].get(row["alpha"])
    if alpha is None:
        raise ValueError(f"{name}: limit.alpha has no row {row['alpha']}")
    if set(alpha) != set(prices[row["mode"]].grade_bps):
        raise ValueError(f"{name}: the grades with a multiple are not those with a price")
    for method, known in (("base", get_args(BaseMethod)), ("capacity", get_args(CapacityMethod))):
        if row[method] not in known:
            raise ValueError(f"{name}: {method} {row[method]} is none of {', '.join(known)}")
    factor = _tenor_factor(row["tenor_days"], terms["limit.tenor_factor"])
    return ProductRules(
        product=row["product"],
        zh=row["zh"],
        en=row["en"],
        mode=row["mode"],
        alpha={grade: ten_thousandths(multiple) for grade, multiple in alpha.items()},
        base=row["base"],
        capacity=row["capacity"],
        tenor_days=row["tenor_days"],
        tenor_factor=factor if row["tenor_scaled"] else UNIT,
        reaches_harvest=row["reaches_harvest"],
        cap_fen=row["cap_fen"],
        needs=tuple(row["needs"]),
    )


def _tenor_factor(tenor_days: int, rows: Iterable[Mapping[str, Any]]) -> int:
    for row in rows:
        if row["days_max"] is None or tenor_days <= row["days_max"]:
            return ten_thousandths(row["factor"])
    raise ValueError(f"limit.tenor_factor has no row for {tenor_days} days")
