"""A purchase order as what a loan rests on: verified, not financed twice, and only in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE, Rate
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused


class OrderRefusal(StrEnum):
    """Why a purchase order bears no loan, in the order of the checks."""

    NOT_CONFIRMED = "order_not_confirmed"
    NO_INVOICE = "order_no_invoice"
    DELIVERED_ALREADY = "order_delivered_already"
    FINANCED_ALREADY = "order_financed_already"
    ABOVE_SHARE = "order_above_share"


ORDER_WORDING: Final[Mapping[OrderRefusal, Wording]] = MappingProxyType(
    {
        OrderRefusal.NOT_CONFIRMED: Wording(
            "买方尚未确认该采购订单。", "The buyer has not confirmed the order."
        ),
        OrderRefusal.NO_INVOICE: Wording("缺少发票凭证。", "There is no invoice."),
        OrderRefusal.DELIVERED_ALREADY: Wording("交货日期已过。", "Its day of delivery is past."),
        OrderRefusal.FINANCED_ALREADY: Wording(
            "该订单或发票已用于另一笔融资。", "The order or its invoice was financed already."
        ),
        OrderRefusal.ABOVE_SHARE: Wording(
            "贷款金额超过订单金额的允许比例。", "The loan is too large a part of the order."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """An order for inputs or goods: who buys, of whom, for how much (fen), by when."""

    order: str
    buyer: str
    supplier: str
    amount_fen: int
    deliver_by: date
    invoice_hash: str | None
    confirmed_on: date | None


def order_refusal(
    order: PurchaseOrder,
    *,
    loan_fen: int,
    grade: str,
    financed: Sequence[PurchaseOrder],
    policy: PolicyOn,
) -> Refused | None:
    """Why an order bears no loan of that size, or None. `financed` are orders already lent on.

    A grade that the table does not name bears nothing. Source: E01, formulas §7.

    >>> from suixin.kernel.policy import load_policy
    >>> rules, until = load_policy("origination").on(date(2026, 6, 30)), date(2026, 8, 1)
    >>> seed = PurchaseOrder("p-1", "h-1", "s-1", 1_000_000, until, "i-1", date(2026, 6, 1))
    >>> facts = {"grade": "BBB", "financed": (), "policy": rules}
    >>> order_refusal(seed, loan_fen=700_000, **facts)
    >>> order_refusal(seed, loan_fen=700_001, **facts).allowed
    '7,000.00 CNY: 70.00% of the order'
    """
    day, share = policy.day, policy["order.share"].get(grade, 0)
    most = order.amount_fen * share // BPS_PER_WHOLE
    same = [
        one.order
        for one in financed
        if one.order == order.order
        or (one.invoice_hash is not None and one.invoice_hash == order.invoice_hash)
    ]
    confirmed = order.confirmed_on is not None and order.confirmed_on <= day
    told = f"{Money(most)}: {Rate(share)} of the order"
    checks = (
        (not confirmed, OrderRefusal.NOT_CONFIRMED, order.order, "confirmed by the buyer"),
        (order.invoice_hash is None, OrderRefusal.NO_INVOICE, order.order, "an invoice"),
        (
            order.deliver_by < day,
            OrderRefusal.DELIVERED_ALREADY,
            order.deliver_by,
            f"{day} or later",
        ),
        (bool(same), OrderRefusal.FINANCED_ALREADY, ", ".join(same), "one loan an order"),
        (loan_fen > most, OrderRefusal.ABOVE_SHARE, Money(loan_fen), told),
    )
    for holds, why, found, allowed in checks:
        if holds:
            return Refused.by(why, policy, "order.share", found=found, allowed=allowed)
    return None
