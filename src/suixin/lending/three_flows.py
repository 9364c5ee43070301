"""Order, money, goods: three flows that must tell one story before anything is lent on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE, Rate
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused


class Mismatch(StrEnum):
    """What one order's three flows do not agree on, in the order of the checks."""

    NO_ORDER = "no_order"
    NO_MONEY = "no_money"
    NO_GOODS = "no_goods"
    MONEY_ABOVE_ORDER = "money_above_order"
    GOODS_BEFORE_ORDER = "goods_before_order"
    OTHER_PAYEE = "other_payee"


MISMATCH_WORDING: Final[Mapping[Mismatch, Wording]] = MappingProxyType(
    {
        Mismatch.NO_ORDER: Wording(
            "有资金或物流但无订单。", "Money or goods moved without an order."
        ),
        Mismatch.NO_MONEY: Wording("订单未见结算资金。", "No money settled the order."),
        Mismatch.NO_GOODS: Wording("订单无物流或提货记录。", "No goods moved for the order."),
        Mismatch.MONEY_ABOVE_ORDER: Wording(
            "结算金额高于订单金额。", "More money came than was ordered for."
        ),
        Mismatch.GOODS_BEFORE_ORDER: Wording(
            "发货早于下单。", "The goods left before the order was placed."
        ),
        Mismatch.OTHER_PAYEE: Wording(
            "资金付给了他人账户。", "The money went to another's account."
        ),
    }
)


class FlowRefusal(StrEnum):
    """Why the flows of an applicant bear no loan."""

    TOO_FEW_MATCH = "too_few_match"


FLOW_WORDING: Final[Mapping[FlowRefusal, Wording]] = MappingProxyType(
    {
        FlowRefusal.TOO_FEW_MATCH: Wording(
            "订单、资金、货物三流相符的订单过少。",
            "Too few orders have order, money and goods in agreement.",
        )
    }
)


@dataclass(frozen=True, slots=True)
class Flows:
    """One order's three flows; a flow not seen is None.

    Amounts are fen and days local. `goods_on` is the hand-over (or pick-up) and `delivered` whether
    the goods arrived; `own_payee` whether the money went to the merchant's own account.
    """

    order: str
    ordered_on: date | None
    ordered_fen: int
    settled_on: date | None
    settled_fen: int
    goods_on: date | None
    delivered: bool
    own_payee: bool = True


def mismatch(flows: Flows) -> Mismatch | None:
    """What does not agree for one order, or None (C02).

    >>> day = date(2026, 6, 1)
    >>> mismatch(Flows("o-1", day, 10_000, day, 9_500, day, True))
    >>> mismatch(Flows("o-1", day, 10_000, day, 9_500, None, False)).value
    'no_goods'
    """
    ordered, goods = flows.ordered_on, flows.goods_on
    if ordered is None:
        return Mismatch.NO_ORDER
    if flows.settled_on is None or flows.settled_fen <= 0:
        return Mismatch.NO_MONEY
    if goods is None or not flows.delivered:
        return Mismatch.NO_GOODS
    if flows.settled_fen > flows.ordered_fen:
        return Mismatch.MONEY_ABOVE_ORDER
    if goods < ordered:
        return Mismatch.GOODS_BEFORE_ORDER
    return None if flows.own_payee else Mismatch.OTHER_PAYEE


@dataclass(frozen=True, slots=True)
class FlowsFound:
    """How an applicant's orders agree: counts and fen by mismatch ("" for those that agree)."""

    orders: Mapping[str, int]
    fen: Mapping[str, int]

    @property
    def total(self) -> int:
        """All orders looked at."""
        return sum(self.orders.values())

    @property
    def matched(self) -> int:
        """Orders whose three flows agree."""
        return self.orders.get("", 0)


def flows_found(orders: Sequence[Flows]) -> FlowsFound:
    """Count orders and money by what does not agree; the counts add up to the orders.

    >>> day = date(2026, 6, 1)
    >>> paid = Flows("o-1", day, 100, day, 90, day, True)
    >>> unpaid = Flows("o-2", day, 50, None, 0, day, True)
    >>> dict(flows_found([paid, unpaid]).orders)
    {'': 1, 'no_money': 1}
    """
    count: dict[str, int] = {}
    fen: dict[str, int] = {}
    for one in orders:
        wrong = mismatch(one)
        found = "" if wrong is None else wrong.value
        count[found] = count.get(found, 0) + 1
        fen[found] = fen.get(found, 0) + one.ordered_fen
    return FlowsFound(MappingProxyType(count), MappingProxyType(fen))


def flow_refusal(found: FlowsFound, policy: PolicyOn) -> Refused | None:
    """Why an applicant's flows bear no loan, or None; too few orders are not judged here.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("origination").on(date(2026, 6, 30))
    >>> flow_refusal(FlowsFound({"": 9, "no_goods": 1}, {}), rules)
    >>> flow_refusal(FlowsFound({"": 89, "no_goods": 11}, {}), rules).found
    '89 of 100 orders; no_goods 11'
    """
    rule = policy["flows.share"]
    if found.total < rule["orders"] or found.matched * BPS_PER_WHOLE >= rule["least"] * found.total:
        return None
    wrong = ", ".join(f"{name} {n}" for name, n in sorted(found.orders.items()) if name)
    return Refused.by(
        FlowRefusal.TOO_FEW_MATCH,
        policy,
        "flows.share",
        found=f"{found.matched} of {found.total} orders; {wrong}",
        allowed=f"{Rate(rule['least'])} of orders",
    )
