"""Settlements: what the platform really paid out, each payment once, negative ones too."""

from __future__ import annotations

from dataclasses import dataclass

from suixin.data.sources.facts import Fact, Facts
from suixin.data.sources.orders import OrderBook
from suixin.data.sources.rows import Rows, short
from suixin.data.sources.values import keyed_hash


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment, or taking back, for an order."""

    id: str
    order: str
    net: int
    commission: int
    refund_netted: int
    at: int
    fact: Fact


def add_settlements(book: OrderBook, facts: Facts, rows: Rows) -> None:
    """Rows of `settlements`; gross is what net, fees and refunds taken off add up to."""
    for payment in _payments(facts, rows):
        fact = payment.fact
        merchant = book.merchant_of(payment.order, fact["shop"])
        account = fact["account"] or "account"
        rows.add(
            "settlements",
            fact,
            merchant,
            (payment.at, fact["updated"] or fact.exported or payment.at),
            {
                "settlement_id": short(payment.id),
                "merchant": merchant,
                "order_id": payment.order,
                "gross": payment.net + payment.commission + payment.refund_netted,
                "commission": payment.commission,
                "refund_netted": payment.refund_netted,
                "net": payment.net,
                "promoter": fact["promoter"],
                "payee_account_hash": keyed_hash(
                    rows.hash_key, rows.mapping.name, merchant, account
                ),
                "settled_at": payment.at,
            },
        )


def _payments(facts: Facts, rows: Rows) -> list[Payment]:
    """Payments in and payments back, each order's from the best kind of file that tells them."""
    orders: dict[str, list[Payment]] = {}
    running: dict[str, list[Fact]] = {}
    for fact in facts["settlement"]:
        if "running" in fact.values:
            running.setdefault(fact["order"], []).append(fact)
        elif fact["net"] is None or fact["at"] is None:
            field = "net" if fact["net"] is None else "settled_at"
            row = fact.aside("settlements", field, "MISSING_VALUE", None, "as every bill gives")
            rows.set_aside.append(row)
        else:
            orders.setdefault(fact["order"], []).append(_payment(fact))
    for order, versions in running.items():
        orders.setdefault(order, []).extend(_steps(order, versions))
    kept: dict[str, Payment] = {}
    for payments in orders.values():
        for sign in (True, False):
            same = [payment for payment in payments if (payment.net >= 0) is sign]
            best = min((payment.fact.kind.rank for payment in same), default=0)
            for payment in same:
                if payment.fact.kind.rank == best:
                    kept.setdefault(payment.id, payment)
    return list(kept.values())


def _payment(fact: Fact) -> Payment:
    net: int = fact["net"]
    # Fees given back with a refund make the taking smaller; then they are no fee any more.
    commission = max(fact["commission"] or 0, 0)
    netted = fact["refund_netted"] or 0
    if net < 0 and net + commission + netted < 0:
        netted = -net - commission
    if net + commission + netted < 0 or netted < 0:
        commission, netted = 0, max(-net, 0)
    id_ = "/".join((fact["order"], fact["part"] or "", str(fact["at"]), str(net)))
    return Payment(id_, fact["order"], net, commission, netted, fact["at"], fact)


def _steps(order: str, versions: list[Fact]) -> list[Payment]:
    """Payments out of an amount that grows from version to version."""
    found: list[Payment] = []
    paid = fees = netted = 0
    for fact in sorted(versions, key=lambda fact: (fact["running"] or 0, fact["at"] or 0)):
        step = (fact["running"] or 0) - paid
        if step <= 0 or fact["at"] is None:
            continue
        fee = max((fact["commission"] or 0) - fees, 0)
        back = max((fact["refund_netted"] or 0) - netted, 0)
        id_ = f"{order}/paid/{len(found) + 1}"
        found.append(Payment(id_, order, step - fee, fee, back, fact["at"], fact))
        paid, fees, netted = paid + step, fees + fee, netted + back
    return found
