"""Checks that guard what no source proves about an export."""

from __future__ import annotations

from dataclasses import dataclass

from suixin.data.quarantine import SetAside
from suixin.data.sources.facts import Fact, Facts
from suixin.data.sources.mapping import Mapping
from suixin.data.sources.orders import NEVER_PAID, Order, OrderBook
from suixin.data.sources.rows import Rows
from suixin.data.sources.shape import FEED_OF

# A unit gone wrong is 100 times off; fees and coupons never are 10.
_FAR_OFF = 10
_HIGHEST_RATING = 5


@dataclass(slots=True)
class _Sum:
    told: int = 0
    known: int = 0
    orders: int = 0


def check_money(mapping: Mapping, book: OrderBook, facts: Facts, rows: Rows) -> None:
    """Set a whole file aside where its unit or scale cannot be what the mapping says."""
    for claim in mapping.unproven:
        if claim.check == "unit":
            _check_unit(claim.kind or "", book, facts, rows)
        elif claim.check == "scale":
            _check_scale(claim.kind or "", facts)


def _check_unit(kind: str, book: OrderBook, facts: Facts, rows: Rows) -> None:
    for name in ("settlement", "refund"):
        sums: dict[str, _Sum] = {}
        for fact in facts[name]:
            if fact.kind.name != kind or fact["order_total"] is None:
                continue
            found = sums.setdefault(fact.file, _Sum())
            order = book.orders.get(fact["order"])
            if order is not None and order.gross:
                found.told += abs(fact["order_total"])
                found.known += order.gross + (order["freight"] or 0)
                found.orders += 1
        for file, found in sums.items():
            if not found.orders:
                rows.notes.append(f"unit of {file} not checked: no order of it is known")
            elif found.told >= _FAR_OFF * found.known or found.known >= _FAR_OFF * found.told:
                expected = f"about {found.known} fen for {found.orders} orders known; wrong unit?"
                _drop(facts, name, (kind, file), str(found.told), expected)


def _check_scale(kind: str, facts: Facts) -> None:
    high: dict[str, int] = {}
    for fact in facts["review"]:
        if fact.kind.name == kind and (fact["rating"] or 0) > _HIGHEST_RATING:
            high[fact.file] = max(high.get(fact.file, 0), fact["rating"])
    for file, rating in high.items():
        _drop(facts, "review", (kind, file), str(rating), "ratings from 1 to 5; other scale?")


def _drop(facts: Facts, name: str, where: tuple[str, str], wrong: str, expected: str) -> None:
    """Set every row of one kind in one file aside, as one entry that carries all its money."""
    kept: list[Fact] = []
    money = 0
    for fact in facts[name]:
        if (fact.kind.name, fact.file) == where:
            money += fact["net"] or fact["amount"] or 0
        else:
            kept.append(fact)
    facts.of[name] = kept
    feed = FEED_OF[name]
    field = "rating" if name == "review" else "amount" if name == "refund" else "net"
    facts.set_aside.append(
        SetAside(where[1], 0, feed, field, "UNIT_IN_DOUBT", wrong, expected, money or None)
    )


def check_orders(mapping: Mapping, book: OrderBook, rows: Rows) -> None:
    """Say where the same worth, found by another way, differs."""
    if not any(claim.check == "again" for claim in mapping.unproven):
        return
    orders = [order for order in book.orders.values() if _differs(order)]
    if orders:
        total = sum(order.gross - order["gross_again"] for order in orders)
        rows.notes.append(
            f"gross of {len(orders)} orders differs by another way, in all {total} fen"
        )


def _differs(order: Order) -> bool:
    again = order["gross_again"]
    if again is None or order.zero or order.status in NEVER_PAID:
        return False
    return bool(again != order.gross)
