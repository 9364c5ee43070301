"""Refunds: money given back, from every file that tells of it, each yuan once.

Asked for, exchanged, resent or repaired is not refunded: a mapping's `done` says which is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from suixin.data.sources.facts import Fact, Facts
from suixin.data.sources.mapping import Mapping
from suixin.data.sources.orders import NEVER_PAID, Order, OrderBook, refunded
from suixin.data.sources.rows import Rows, short


@dataclass(frozen=True, slots=True)
class Back:
    """Money given back on an order."""

    id: str
    amount: int
    at: int | None
    fact: Fact
    line: str | None = None
    reason: str | None = None


def money_back(
    mapping: Mapping, book: OrderBook, facts: Facts, rows: Rows
) -> dict[str, list[Back]]:
    """The refunds of every order, as each file tells them, without counting any twice."""
    told: dict[str, list[Back]] = {}
    for id_, back in _told(facts):
        told.setdefault(id_, []).append(back)
    netted: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts["settlement"]:
        if fact["refund_netted"]:
            netted.setdefault(fact["order"], {}).setdefault(fact.kind.name, []).append(fact)
    found = {id_: backs for id_, backs in told.items() if id_ not in book.orders}
    for order in book.orders.values():
        backs = _each_once(order, told.get(order.id, []))
        backs += _running(order, sum(back.amount for back in backs))
        backs += _settled(order, netted.get(order.id, {}), sum(back.amount for back in backs))
        backs += _whole(order, backs, rows)
        if mapping.whole_refund and order.status not in NEVER_PAID:
            total, paid = sum(back.amount for back in backs), order["paid_total"]
            order.all_back |= 0 < (paid or order.gross) <= total
        if backs:
            found[order.id] = backs
    return found


def add_refunds(found: dict[str, list[Back]], book: OrderBook, rows: Rows) -> None:
    """Rows of `refunds`; what was given back on an order worth nothing is only counted."""
    for id_, backs in found.items():
        order = book.orders.get(id_)
        if order is not None and order.gross == 0:
            rows.counted["refunds of orders worth nothing to the merchant"] += len(backs)
            continue
        for back in backs:
            at = _time(back, order)
            if at is None:
                rows.set_aside.append(
                    back.fact.aside("refunds", "refunded_at", "MISSING_VALUE", None, "a time")
                )
                continue
            known = back.fact["updated"] or back.fact.exported or at
            shop = back.fact["shop"]
            rows.add(
                "refunds",
                back.fact,
                book.merchant_of(id_, shop),
                (at, known),
                {
                    "refund_id": short(back.id),
                    "order_id": id_,
                    "amount": back.amount,
                    "reason": back.reason,
                    "refunded_at": at,
                },
            )


def _time(back: Back, order: Order | None) -> int | None:
    if order is None:
        return back.at
    known = (back.at, order["ended"], order["updated"], order["paid"], order.placed)
    at = next((time for time in known if time is not None), None)
    return at if at is None or order.placed is None else max(at, order.placed)


def _told(facts: Facts) -> Iterable[tuple[str, Back]]:
    """Each refund once, in its latest version, if the money went back."""
    latest: dict[str, Fact] = {}
    for fact in facts["refund"]:
        id_ = fact["refund"] or f"{fact['order']}/{fact['at']}/{fact['amount']}"
        known = latest.get(id_)
        if known is None or _version(fact) > _version(known):
            latest[id_] = fact
    for id_, fact in latest.items():
        if fact["done"] and (fact["amount"] or 0) > 0:
            back = Back(id_, fact["amount"], fact["at"], fact, fact["line"], fact["reason"])
            yield fact["order"], back


def _version(fact: Fact) -> tuple[int, int]:
    return (fact["updated"] or 0, -fact.kind.rank)


def _each_once(order: Order, told: list[Back]) -> list[Back]:
    """Refunds of one order told by several kinds of file: equal amounts are the same money.

    Where the rest still exceeds what was paid, the kinds tell the same money in other words, and
    the one that tells most of it counts.
    """
    kinds: dict[str, list[Back]] = {}
    for back in told:
        kinds.setdefault(back.fact.kind.name, []).append(back)
    if len(kinds) < 2:
        return told
    once: list[Back] = []
    for backs in kinds.values():
        unmatched = [back.amount for back in once]
        for back in backs:
            if back.amount in unmatched:
                unmatched.remove(back.amount)
            else:
                once.append(back)
    if sum(back.amount for back in once) <= order.gross + (order["freight"] or 0):
        return once
    return max(kinds.values(), key=lambda backs: sum(back.amount for back in backs))


def _running(order: Order, covered: int) -> list[Back]:
    """What the order's own rows, version after version, say was paid back beyond that."""
    found: list[Back] = []
    for fact in reversed(order.facts):
        total = refunded(fact) or 0
        if total > covered:
            id_ = f"{order.id}/back/{len(found) + 1}"
            at = fact["updated"] or fact.exported
            found.append(Back(id_, total - covered, at, fact))
            covered = total
    return found


def _settled(order: Order, netted: dict[str, list[Fact]], covered: int) -> list[Back]:
    """What a bill took off for refunds that no other file tells of."""
    best = max(
        netted.values(),
        key=lambda facts: sum(fact["refund_netted"] for fact in facts),
        default=[],
    )
    total = sum(fact["refund_netted"] for fact in best)
    if total <= covered or not best:
        return []
    last = max(best, key=lambda fact: fact["at"] or 0)
    return [Back(f"{order.id}/netted", total - covered, last["at"], last)]


def _whole(order: Order, backs: list[Back], rows: Rows) -> list[Back]:
    """All of an order that is said to be refunded where no file gives the amount."""
    said = order["refund_said"] is not None or order.status == "refunded"
    if backs or not said or order.gross == 0:
        return []
    order.all_back = True
    rows.counted["orders said to be refunded without an amount, all of it taken as paid back"] += 1
    amount = order["paid_total"] or order.gross
    return [Back(f"{order.id}/back", amount, order["ended"] or order["updated"], order.best)]
