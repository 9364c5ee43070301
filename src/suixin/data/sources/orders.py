"""Orders out of facts: every version and every file of one order, put together.

The latest version the interface gave wins; an older one, and then the merchant's own table, fill
what it leaves unknown. Source: the common rules in docs/mappings.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from suixin.data.sources.facts import Fact, Facts
from suixin.data.sources.mapping import Mapping
from suixin.data.sources.shape import STATUSES
from suixin.data.sources.values import iso

NEVER_PAID: Final = ("unpaid", "cancelled")
_PROGRESS: Final = {status: place for place, status in enumerate(STATUSES)}
# What a row of `orders` says: a version that says the same was known since the first that did.
_SAID: Final = ("gross", "freight", "channel", "live_session", "promised", "placed")


@dataclass
class Order:
    """One order: its facts from best to worst, and what they say together."""

    id: str
    merchant: str
    facts: Sequence[Fact]
    as_placed: bool = False
    all_back: bool = False  # all of it was paid back, whatever the status says
    signs: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        for fact in self.facts:
            value = fact.values.get(name)
            if value is not None:
                return value
        return None

    def of(self, name: str) -> list[dict[str, Any]]:
        """A list from the best fact that has one."""
        return next((fact.lists[name] for fact in self.facts if fact.lists.get(name)), [])

    @property
    def best(self) -> Fact:
        """The fact that counts first."""
        return self.facts[0]

    @cached_property
    def status(self) -> str:
        """Where the order stands, before its refunds are known."""
        return str(self.best["status"])

    @property
    def standing(self) -> str:
        """Where the order stands once its refunds are known."""
        return "refunded" if self.all_back else self.status

    @cached_property
    def zero(self) -> str | None:
        """Why an order is worth nothing to the merchant: a gift, a sample, a lottery."""
        lines = self.of("lines")
        if lines and all(line.get("zero") for line in lines):
            return str(lines[0]["zero"])
        reason: str | None = self["zero"]
        return reason

    @cached_property
    def stated(self) -> int | None:
        """Its worth in fen by the mapping's rule, whatever became of it; None where unknown."""
        return stated(self.facts)

    @cached_property
    def gross(self) -> int:
        """What is due to the merchant for goods: 0 unless paid for in money."""
        if self.zero or (self.status in NEVER_PAID and not self.as_placed):
            return 0
        return self.stated or 0

    @cached_property
    def placed(self) -> int | None:
        """When it was placed; when paid, where only that is known."""
        placed: int | None = self["placed"]
        paid: int | None = self["paid"]
        return paid if placed is None else placed

    def known_since(self, occurred: int, name: str) -> int:
        """When we learned a time that stands in field `name`: the first version that has it."""
        value = self[name]
        times = [_recorded(fact, occurred) for fact in self.facts if fact[name] == value]
        return max(occurred, min(times, default=occurred))

    @property
    def recorded(self) -> int:
        """When we learned the order as it now is: the first of its versions that says the same."""
        placed = self.placed or 0
        best = self.best
        since = _recorded(best, placed)
        for fact in self.facts[1:]:
            if fact.from_api != best.from_api or not _says_same(fact, best):
                break
            since = _recorded(fact, placed)
        return max(placed, since)

    @property
    def updated(self) -> int:
        """When its best fact was last changed; when placed, where the file does not say."""
        return _recorded(self.best, self.placed or 0)


def refunded(fact: Fact) -> int | None:
    """All paid back so far by one fact: stated for the order, or summed over its lines."""
    whole: int | None = fact["refunded"]
    parts: list[int] = [
        line["refunded"]
        for line in fact.lists.get("lines", ())
        if line.get("refunded") is not None and not line.get("zero")
    ]
    return sum(parts) if whole is None and parts else whole


def stated(facts: Iterable[Fact]) -> int | None:
    """What an order is worth by the first fact that says: for the whole, or summed over lines."""
    for fact in facts:
        if fact["gross"] is not None:
            return int(fact["gross"])
        if "gross" not in fact.values:
            lines = fact.lists.get("lines", ())
            parts: list[int | None] = [line.get("amount") for line in lines if not line.get("zero")]
            if lines and None not in parts:
                return sum(part or 0 for part in parts)
    return None


@dataclass(slots=True)
class OrderBook:
    """Every order of a folder in the order they were first met, and what was left out."""

    orders: dict[str, Order] = field(default_factory=dict)
    merchant: str = ""
    left_out: Counter[str] = field(default_factory=Counter)

    def merchant_of(self, order: str | None, shop: str | None) -> str:
        """Who sold: by the order, else by the row's own shop, else the folder's one."""
        if order is not None and order in self.orders:
            return self.orders[order].merchant
        return shop or self.merchant


def order_book(mapping: Mapping, facts: Facts) -> OrderBook:
    """Put the order facts of a folder together; those that cannot stand are set aside."""
    book = OrderBook(merchant=_only_shop(mapping, facts))
    groups = _grouped(facts)
    parents = {
        fact[name]
        for group in groups.values()
        for fact in group
        for name in ("parent", "direct_parent")
        if fact[name] is not None and fact[name] != fact["order"]
    }
    for id_, group in groups.items():
        if id_ in parents:
            book.left_out["split parents"] += 1
            continue
        ranked = _ranked(group)
        shop = next((fact["shop"] for fact in ranked if fact["shop"]), None)
        order = Order(id_, shop or book.merchant, ranked, mapping.as_placed)
        if _stands(order, facts):
            book.orders[id_] = order
    return book


def _stands(order: Order, facts: Facts) -> bool:
    """Whether an order can be told: its status known, its worth and its time given."""
    best, worth = order.best, order.stated
    if best.unknown is not None or best["status"] is None:
        unknown = best.unknown
        wrong = unknown.wrong if unknown else None
        expected = unknown.expected if unknown else "a status"
        row = best.aside("orders", "status", "UNKNOWN_STATUS", wrong, expected)
    elif worth is None and order.status not in NEVER_PAID and not order.zero:
        row = best.aside("orders", "gross", "MISSING_VALUE", None, "an amount")
    elif order.placed is None:
        row = best.aside("orders", "placed_at", "MISSING_VALUE", None, "a time")
    else:
        return True
    row = type(row)(
        row.file, row.line, row.feed, row.field, row.code, row.wrong, row.expected, worth, order.id
    )
    facts.set_aside.append(row)
    return False


def _only_shop(mapping: Mapping, facts: Facts) -> str:
    """The merchant of rows that name none: the folder's one shop, else the mapping's."""
    for names in (("order",), ("refund", "settlement", "review", "session")):
        shops = {fact["shop"] for name in names for fact in facts[name] if fact["shop"]}
        if len(shops) == 1:
            return str(shops.pop())
        if shops:
            break
    return mapping.shop


def _grouped(facts: Facts) -> dict[str, list[Fact]]:
    """Order facts by order; those without an id join one of the same number and payment time."""
    groups: dict[str, list[Fact]] = {}
    numbered: dict[tuple[str, int], str] = {}
    nameless = []
    for fact in facts["order"]:
        id_, number, paid = fact["order"], fact["number"], fact["paid"]
        if id_ is None:
            nameless.append(fact)
            continue
        groups.setdefault(id_, []).append(fact)
        if number is not None and paid is not None:
            numbered.setdefault((number, paid), id_)
    for fact in nameless:
        number, paid = fact["number"], fact["paid"]
        if number is None or paid is None:
            row = fact.aside("orders", "order_id", "MISSING_VALUE", None, "an order id")
            facts.set_aside.append(row)
            continue
        id_ = numbered.setdefault((number, paid), f"{number}@{iso(paid)}")
        groups.setdefault(id_, []).append(fact)
    return groups


def _ranked(group: list[Fact]) -> list[Fact]:
    """Facts of one order, best first: the interface before tables, later before earlier."""

    def rank(placed: tuple[int, Fact]) -> tuple[bool, int, int, int, int]:
        place, fact = placed
        return (
            fact.from_api,
            (fact["updated"] or 0) if fact.from_api else (fact.exported or 0),
            -fact.kind.rank if fact.from_api else 0,
            _PROGRESS.get(fact["status"] or "", -1),
            -place,
        )

    if len(group) == 1:
        return group
    return [fact for _, fact in sorted(enumerate(group), key=rank, reverse=True)]


def _recorded(fact: Fact, occurred: int) -> int:
    known = fact["updated"] if fact["updated"] is not None else fact.exported
    return max(occurred, known if known is not None else occurred)


def _says_same(one: Fact, other: Fact) -> bool:
    """Whether two versions say the same of an order as placed, and both or neither were paid."""
    if (one["status"] in NEVER_PAID) != (other["status"] in NEVER_PAID):
        return False
    return all(one[name] == other[name] for name in _SAID)
