"""Limit: what a grade is worth of the sales seen, held to what can be repaid and to every cap.

Whole fen and whole ten-thousandths throughout; what must be rounded is rounded half-even, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from suixin.credit.file import Status, Terms
from suixin.credit.price import Price, price
from suixin.credit.sales_ahead import (
    Sales,
    base_month,
    expected_months,
    median_fen,
    months_begun,
    reaching_tenor,
)
from suixin.credit.terms_rules import UNIT, ProductRules, TermsRules
from suixin.kernel.money import round_half_even
from suixin.kernel.refusal import Refusal

Step: TypeAlias = tuple[str, int | float | str]
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInput:
    """What is known of one subject when a limit is asked for; money in fen.

    `this_month_fen` is the running month, which counts only while no month is complete.
    `session_fen` are the clean nets of live sessions, oldest first; `backing_fen` is the verified
    order or the pledged goods; `caps` hold group, fund and sandbox caps by name. `store_rating` is
    in hundredths of a star. None is unknown.
    """

    product: str
    status: Status
    grade: str | None
    sales: Sales
    this_month_fen: int = 0
    session_fen: tuple[int, ...] = ()
    backing_fen: int = 0
    other_income_fen_month: int = 0
    living_cost_fen_month: int | None = None
    debt_service_fen_month: int = 0
    debt_elsewhere_fen: int = 0
    limit_30d_ago_fen: int | None = None
    drawn_fen: int = 0
    flags: frozenset[str] = frozenset()
    store_rating: int | None = None
    guaranteed: bool = False
    caps: Mapping[str, int] = field(default_factory=dict)


def limit(ask: LimitInput, rules: TermsRules) -> Terms:
    """Limit and price of one subject under one product, or the first refusal that applies.

    Raises KeyError on a product without a sheet. Source: formulas §1 (thin), §7, §8.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> even = Sales(day, (7_650_00,) * 12)
    >>> ask = LimitInput(product="sales_flow", status="scored", grade="BBB", sales=even)
    >>> found = limit(ask, rules)
    >>> found.limit_fen, found.binding, found.rate_bps
    (1140000, 'alpha', 1100)
    """
    sheet = rules.products[ask.product]
    if ask.status == "no_facts":
        return replace(_blank(sheet), refusal=Refusal.NO_FACTS)
    if not any(ask.sales.monthly_fen) and ask.this_month_fen <= 0:
        return replace(_blank(sheet), refusal=Refusal.NO_SALES_YET)
    days = sheet.tenor_days
    if sheet.reaches_harvest:
        days = reaching_tenor(ask.sales, days, rules)
    draft = replace(_blank(sheet), tenor_days=days)
    if ask.status == "thin_file":
        return _thin(ask, draft, rules)
    grade = ask.grade or ""
    if grade not in sheet.alpha:
        return replace(draft, refusal=Refusal.GRADE_TOO_LOW, steps=(("grade", grade),))
    return _scored(ask, draft, rules, grade=grade)


def capacity(ask: LimitInput, days: int, rate_bps: int, rules: TermsRules) -> int | None:
    """What can be repaid from the months of a tenor, in fen; None where a pledge repays.

    Repaid from sales: a share of the sales expected. By instalments: a share of what they leave
    after costs and debts, no month below 0, discounted by the interest. Source: formulas §7.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))
    >>> ask = LimitInput(product="community_chain", status="scored", grade="BBB",
    ...                  sales=Sales(day, (7_650_00,) * 12), other_income_fen_month=1_000_00)
    >>> capacity(ask, 180, 1000, rules)
    622549
    """
    method = rules.products[ask.product].capacity
    if method == "none":
        return None
    expected = expected_months(ask.sales, months_begun(days, rules), rules)
    if method == "sales":
        return round_half_even(rules.capacity_share * sum(expected), UNIT)
    living = ask.living_cost_fen_month
    beside = (
        ask.other_income_fen_month
        - (rules.living_cost_fen if living is None else living)
        - ask.debt_service_fen_month
    ) * UNIT
    free = sum(max(0, sold * rules.margin + beside) for sold in expected)
    interest = UNIT * YEAR_DAYS + rate_bps * days  # (1 + r·days/365) in units of 1/(UNIT·365)
    return round_half_even(rules.capacity_share * free * YEAR_DAYS, UNIT * interest)


def _scored(ask: LimitInput, draft: Terms, rules: TermsRules, *, grade: str) -> Terms:
    sheet = rules.products[ask.product]
    quoted = price(
        grade, rules.prices[sheet.mode], store_rating=ask.store_rating, guaranteed=ask.guaranteed
    )
    base, multiple = _base(ask, sheet, rules), sheet.alpha[grade]
    seen = rules.unseen_factor if ask.flags & rules.unseen_flags else UNIT
    by_alpha = round_half_even(base * multiple * sheet.tenor_factor * seen, UNIT**3)
    repayable = capacity(ask, draft.tenor_days, quoted.rate_bps, rules)
    steps: list[Step] = [
        ("grade", grade),
        (f"base_{sheet.base}", base),
        ("alpha", multiple / UNIT),
        ("tenor_days", draft.tenor_days),
        ("tenor_factor", sheet.tenor_factor / UNIT),
    ]
    if seen != UNIT:
        steps.append(("unseen_factor", seen / UNIT))
    steps.append(("by_alpha", by_alpha))
    bounds = {"alpha": by_alpha}
    if repayable is not None:
        bounds["capacity"] = repayable
        steps.append(("capacity", repayable))
    draft = replace(draft, base_fen=base, alpha=multiple / UNIT, capacity_fen=repayable)
    if repayable is not None and repayable < rules.least_fen:
        return replace(draft, refusal=Refusal.CAPACITY_TOO_SMALL, steps=tuple(steps))
    draft = replace(draft, rate_bps=quoted.rate_bps, steps=tuple(steps))
    return _settled(ask, draft, rules, bounds=bounds, price_steps=_price_steps(quoted))


def _thin(ask: LimitInput, draft: Terms, rules: TermsRules) -> Terms:
    """The small limit of a file with too few facts, at the middle of the price band."""
    year = ask.sales.monthly_fen[-rules.mean_months :] or (ask.this_month_fen,)
    share = round_half_even(sum(year) * rules.thin_share, len(year) * UNIT)
    mean = round_half_even(sum(year), len(year))
    middle = rules.prices[draft.mode].middle_bps
    bounds = {"thin_share": share, "thin_cap": rules.thin_cap_fen}
    draft = replace(
        draft, base_fen=mean, rate_bps=middle, steps=(("mean_month", mean), *bounds.items())
    )
    return _settled(ask, draft, rules, bounds=bounds, price_steps=(("rate_middle", middle),))


def _settled(
    ask: LimitInput,
    draft: Terms,
    rules: TermsRules,
    *,
    bounds: Mapping[str, int],
    price_steps: tuple[Step, ...],
) -> Terms:
    """The least bound less debt elsewhere, stepped from the limit before, in whole multiples."""
    caps = {"cap_product": rules.products[ask.product].cap_fen}
    caps |= {f"cap_{name}": fen for name, fen in ask.caps.items()}
    held = {**bounds, **caps}
    binding = min(held, key=lambda name: held[name])
    target = max(0, held[binding] - ask.debt_elsewhere_fen)
    moved, before = target, ask.limit_30d_ago_fen
    steps: list[Step] = list(caps.items())
    if ask.debt_elsewhere_fen:
        steps.append(("debt_elsewhere", ask.debt_elsewhere_fen))
    steps.append(("target", target))
    if before:  # None or 0: no limit was in force, so this is a first one and no step holds it.
        steps += [("limit_30d_ago", before), ("most_by_step", most_by_step(before, rules))]
        if moved > most_by_step(before, rules):
            moved, binding = most_by_step(before, rules), "step"
        # A cap holds at once, however small the move.
        if too_small(before, moved, rules) and before <= min(caps.values()):
            moved, binding = before, "unmoved"
    limit_fen = moved // rules.multiple_fen * rules.multiple_fen
    steps.append(("limit", limit_fen))
    found = replace(draft, target_fen=target, binding=binding)
    if limit_fen < rules.least_fen:
        refusal = Refusal.LIMIT_TOO_SMALL
        return replace(found, rate_bps=None, refusal=refusal, steps=(*found.steps, *steps))
    steps.append(("available", max(0, limit_fen - ask.drawn_fen)))
    return replace(found, limit_fen=limit_fen, steps=(*found.steps, *steps, *price_steps))


def most_by_step(before_fen: int, rules: TermsRules) -> int:
    """The most a limit may be that was so much 30 days ago."""
    return before_fen + before_fen * rules.rise // UNIT


def too_small(current_fen: int, moved_fen: int, rules: TermsRules) -> bool:
    """Whether a move of a limit in force is too small to be made."""
    return abs(moved_fen - current_fen) * UNIT < current_fen * rules.still


def _base(ask: LimitInput, sheet: ProductRules, rules: TermsRules) -> int:
    if sheet.base == "sales":
        return base_month(ask.sales, rules)
    if sheet.base == "sessions":
        last = ask.session_fen[-rules.sessions :]
        return max(0, median_fen(last)) if last else 0
    return ask.backing_fen


def _price_steps(quoted: Price) -> tuple[Step, ...]:
    return (
        ("rate_base", quoted.base_bps),
        ("rate_grade", quoted.grade_bps),
        ("rate_store", quoted.store_bps),
        ("rate_guarantee", -quoted.guarantee_bps),
        ("rate", quoted.rate_bps),
    )


def _blank(sheet: ProductRules) -> Terms:
    return Terms(
        product=sheet.product,
        mode=sheet.mode,
        tenor_days=sheet.tenor_days,
        base_fen=0,
        alpha=None,
        capacity_fen=None,
        target_fen=0,
        limit_fen=0,
        rate_bps=None,
        refusal=None,
        binding="",
        steps=(),
    )
