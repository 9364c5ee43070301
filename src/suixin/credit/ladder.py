"""The ladder of products: which one fits a household now, and what the next one asks of it.

A household begins with the small limit of a thin file and climbs as its facts grow. No amount is
suggested whose instalments would be above what the forecast leaves it to pay with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.credit.forecast import AheadRules, ahead
from suixin.credit.limit import YEAR_DAYS, LimitInput, limit
from suixin.credit.sales_ahead import months_begun
from suixin.credit.terms_rules import UNIT, CapacityMethod, TermsRules, open_products
from suixin.kernel.refusal import Refusal, Wording

LONGEST_MONTH_DAYS = 31


class Fit(StrEnum):
    """How a product fits, the best first."""

    FITS = "fits"
    STARTER = "starter"
    CUT_TO_CASH_FLOW = "cut_to_cash_flow"
    ABOVE_CASH_FLOW = "above_cash_flow"
    DRAWN = "drawn"
    REFUSED = "refused"
    NEEDS_MORE = "needs_more"


WORDING: Final[Mapping[Fit, Wording]] = MappingProxyType(
    {
        Fit.FITS: Wording("现在就合适。", "It fits now."),
        Fit.STARTER: Wording(
            "先从小额开始，多卖一阵就能往上走。",
            "A small one to begin with; more sales lead higher.",
        ),
        Fit.CUT_TO_CASH_FLOW: Wording(
            "按预测的收入，少借一些才还得起。",
            "Less than the limit, so that the forecast can pay it.",
        ),
        Fit.ABOVE_CASH_FLOW: Wording(
            "按预测的收入还不起，先不借。", "The forecast could not pay its instalments: not now."
        ),
        Fit.DRAWN: Wording("额度已经用完。", "Its limit is drawn already."),
        Fit.REFUSED: Wording("现在还不能给。", "It cannot be given now."),
        Fit.NEEDS_MORE: Wording("还缺条件。", "Something that it needs is missing."),
    }
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One product on the ladder: what may be borrowed (fen), and why no more.

    `due_fen` is the most that falls due in a month (of a product repaid from sales: on the whole),
    `cash_flow_fen` what the forecast leaves for it, None where a pledge repays. `missing` are the
    needs that are not met; `refusal` the lender's, where it refuses.
    """

    product: str
    fit: Fit
    amount_fen: int
    due_fen: int
    cash_flow_fen: int | None
    missing: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in order; the suggested one (None: none fits now); the next one up, with what for.

    The suggested is the largest amount that fits, the first of equals.
    """

    rungs: tuple[Rung, ...]

    @property
    def suggested(self) -> Rung | None:
        """The rung to stand on now."""
        fitting = [one for one in self.rungs if one.amount_fen > 0]
        return max(fitting, key=lambda one: one.amount_fen, default=None)

    @property
    def next(self) -> Rung | None:
        """The first rung above the suggested one that cannot be had yet."""
        stands = self.rungs.index(self.suggested) + 1 if self.suggested else 0
        return next((one for one in self.rungs[stands:] if not one.amount_fen), None)


def ladder(
    ask: LimitInput, rules: AheadRules, *, order: Sequence[str], had: Iterable[str] = ()
) -> Ladder:
    """How every product fits one subject; `had` is what it can bring (group, guarantor, …).

    The product that `ask` names does not matter. Names in `order` without a sheet are passed over.

    >>> from datetime import date
    >>> from suixin.credit.sales_ahead import Sales
    >>> from suixin.credit.sheets import policy_on
    >>> day = date(2026, 11, 24)
    >>> rules = AheadRules.from_policy(policy_on(day, None))
    >>> ask = LimitInput(product="", status="scored", grade="BBB",
    ...                  sales=Sales(day, (20_000_00,) * 12))
    >>> found = ladder(ask, rules, order=("sales_flow", "community_chain"), had=["group"])
    >>> [(one.product, one.amount_fen, one.fit.value) for one in found.rungs]
    [('sales_flow', 3000000, 'fits'), ('community_chain', 1540000, 'fits')]
    """
    sheets = rules.terms.products
    met = frozenset(had)
    opened = open_products(rules.terms, met)
    rungs = []
    for product in order:
        if product not in sheets:
            continue
        if product in opened:
            rungs.append(_rung(replace(ask, product=product), rules))
        else:
            missing = tuple(need for need in sheets[product].needs if need not in met)
            rungs.append(Rung(product, Fit.NEEDS_MORE, 0, 0, None, missing))
    return Ladder(tuple(rungs))


def cash_flow(ask: LimitInput, days: int, rules: AheadRules) -> int | None:
    """What the forecast leaves to pay with, in fen; None where a pledge repays.

    By instalments: what the poorest month of the tenor leaves of its sales after costs and debts,
    never below 0. Repaid from sales: the share of all its sales that may go to the loan.
    """
    terms = rules.terms
    method = terms.products[ask.product].capacity
    if method == "none":
        return None
    months = ahead(ask.sales, months_begun(days, terms), rules)
    if method == "sales":
        return terms.capacity_share * sum(months) // UNIT
    living = ask.living_cost_fen_month
    beside = (
        ask.other_income_fen_month
        - (terms.living_cost_fen if living is None else living)
        - ask.debt_service_fen_month
    )
    return max(0, min(months) * terms.margin // UNIT + beside)


def most_due(
    principal_fen: int, *, days: int, rate_bps: int, method: CapacityMethod, rules: TermsRules
) -> int:
    """The most that falls due in a month, rounded up; repaid from sales: principal and interest.

    Of instalments it is the first of equal principal parts with the interest of a long month, which
    no instalment of the usual methods is above.
    """
    year = UNIT * YEAR_DAYS
    if method != "instalment":
        return principal_fen + _up(principal_fen * rate_bps * days, year)
    months = months_begun(days, rules)
    interest = _up(principal_fen * rate_bps * LONGEST_MONTH_DAYS, year)
    return _up(principal_fen, months) + interest


def _rung(ask: LimitInput, rules: AheadRules) -> Rung:
    terms = limit(ask, rules.terms)
    rate = terms.rate_bps
    if terms.refusal is not None or rate is None:
        return Rung(ask.product, Fit.REFUSED, 0, 0, None, refusal=terms.refusal)
    free = cash_flow(ask, terms.tenor_days, rules)
    method = rules.terms.products[ask.product].capacity

    def due(amount: int) -> int:
        return most_due(
            amount, days=terms.tenor_days, rate_bps=rate, method=method, rules=rules.terms
        )

    available = max(0, terms.limit_fen - ask.drawn_fen)
    amount = available if free is None else _largest(available, free, due, rules.terms)
    if amount < rules.terms.least_fen:
        fit = Fit.ABOVE_CASH_FLOW if available >= rules.terms.least_fen else Fit.DRAWN
        return Rung(ask.product, fit, 0, due(rules.terms.least_fen), free)
    if amount < available:
        fit = Fit.CUT_TO_CASH_FLOW
    else:
        fit = Fit.STARTER if ask.status == "thin_file" else Fit.FITS
    return Rung(ask.product, fit, amount, due(amount), free)


def _largest(most: int, free: int, due: Callable[[int], int], rules: TermsRules) -> int:
    """The largest whole multiple, at most so much, whose due is within what is free."""
    low, high = 0, most // rules.multiple_fen
    while low < high:
        middle = (low + high + 1) // 2
        if due(middle * rules.multiple_fen) <= free:
            low = middle
        else:
            high = middle - 1
    # An available rest that is no whole multiple may be borrowed whole.
    return most if due(most) <= free else low * rules.multiple_fen


def _up(amount: int, by: int) -> int:
    return -(-amount // by)
