"""From facts to canonical rows: the one place where all feeds of a mapping come together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from suixin.data.sources.chat import Message, add_memberships, add_messages
from suixin.data.sources.facts import Facts, gather
from suixin.data.sources.guards import check_money, check_orders
from suixin.data.sources.mapping import Mapping as SourceMapping
from suixin.data.sources.money_back import Back, add_refunds, money_back
from suixin.data.sources.orders import Order, OrderBook, order_book
from suixin.data.sources.parcels import Tracks, add_shipments, tracks_of
from suixin.data.sources.reading import Pull
from suixin.data.sources.rows import UNKNOWN, Rows
from suixin.data.sources.settled import add_settlements
from suixin.data.sources.shape import FEED_OF
from suixin.data.sources.values import keyed_hash
from suixin.kernel.money import Money

# What an order row tells of besides itself.
_WITH_ORDERS: Final = ("order_lines", "order_events", "parties")
_ONE_FEN: Final = 1


@dataclass(frozen=True, slots=True)
class Mapped:
    """Everything a folder became: rows, and what a person may hold against the platform's page."""

    rows: Rows
    book: OrderBook
    backs: dict[str, list[Back]]
    tracks: Tracks
    messages: list[Message]


def canonical(mapping: SourceMapping, folder: Path, hash_key: bytes) -> Mapped:
    """Turn a folder of an export into canonical rows; raises InputError where it holds none."""
    rows = Rows(mapping, hash_key)
    pulled, facts = gather(mapping, folder)
    book = order_book(mapping, facts)
    check_money(mapping, book, facts, rows)
    tracks = tracks_of(facts)
    backs = money_back(mapping, book, facts, rows)
    for order in book.orders.values():
        _add_order(order, rows)
        _add_lines(order, rows)
        _add_events(order, rows)
    add_shipments(book, tracks, rows)
    add_refunds(backs, book, rows)
    add_settlements(book, facts, rows)
    _add_reviews(book, facts, rows)
    _add_sessions(book, facts, rows)
    _add_traffic(book, rows)
    messages = add_messages(facts, rows)
    add_memberships(facts, rows, messages)
    _add_parties(book, rows)
    check_orders(mapping, book, rows)
    rows.set_aside += facts.set_aside
    _connect(pulled, mapping, rows)
    _notes(pulled, mapping, book, rows)
    return Mapped(rows, book, backs, tracks, messages)


def _add_order(order: Order, rows: Rows) -> None:
    merchant, placed = order.merchant, order.placed or 0
    buyer = rows.party(merchant, order["buyer"])
    if buyer is None:
        rows.counted["orders without a buyer id; each counts as a buyer of its own"] += 1
        buyer = keyed_hash(rows.hash_key, rows.mapping.name, merchant, "order", order.id)
    channel = order["channel"]
    if channel is None:
        rows.counted["orders without a channel, counted as shelf"] += 1
    promised = order["promised"]
    rows.add(
        "orders",
        order.best,
        merchant,
        (placed, order.recorded),
        {
            "order_id": order.id,
            "merchant": merchant,
            "buyer": buyer,
            "channel": channel or "shelf",
            "live_session": order["live_session"],
            "referrer": rows.party(merchant, order["referrer"]),
            "pool": order["pool"] or rows.mapping.pool,
            "gross": order.gross,
            "freight": order["freight"] or 0 if order.gross else 0,
            "placed_at": placed,
            "promised_at": promised,
            "promise": rows.mapping.promise if promised is not None else None,
            "buyer_kind": "household",
        },
    )


def _add_lines(order: Order, rows: Rows) -> None:
    """The lines of an order; what it is worth is shared over them by what each was sold for."""
    lines = order.of("lines") or [{}]
    weights = [0 if line.get("zero") else _weight(line) for line in lines]
    if sum(weights) == 0:
        weights = [1] * len(lines)
    shares = Money(order.gross, rows.mapping.currency).allocate(weights)
    for number, (line, share) in enumerate(zip(lines, shares, strict=True), start=1):
        rows.add(
            "order_lines",
            order.best,
            order.merchant,
            (order.placed or 0, order.recorded),
            {
                "order_id": order.id,
                "line_no": number,
                "item": line.get("item") or UNKNOWN,
                "category": line.get("category") or UNKNOWN,
                "quantity": max(line.get("quantity") or 1, 1),
                "amount": share.minor,
            },
        )


def _weight(line: Mapping[str, Any]) -> int:
    amount = line.get("amount")
    if amount is None:
        amount = (line.get("price") or 0) * (line.get("quantity") or 1)
    return max(int(amount), 0)


def _add_events(order: Order, rows: Rows) -> None:
    def add(event: str, at: int | None, known: int | None, by: str | None = None) -> None:
        if at is not None:
            own = {"order_id": order.id, "event": event, "at": at, "confirmed_by": by}
            rows.add("order_events", order.best, order.merchant, (at, known or at), own)

    paid, ended = order["paid"], order["ended"]
    if paid is not None and order.status != "unpaid":
        add("paid", paid, order.known_since(paid, "paid"))
    if order.status == "cancelled":
        at = ended if ended is not None else order.updated
        add("cancelled", at, order.updated)
    elif order.status in ("finished", "refunded"):
        at = ended if ended is not None else order.updated
        add("closed", at, order.updated)
    picked = order["picked_up"]
    if picked is not None:
        add("picked_up", picked, order.known_since(picked, "picked_up"), order["picked_up_at"])


def _add_reviews(book: OrderBook, facts: Facts, rows: Rows) -> None:
    for fact in facts["review"]:
        order = book.orders.get(fact["order"] or "")
        merchant = book.merchant_of(fact["order"], fact["shop"])
        buyer = order["buyer"] if order else None
        if fact["at"] is None:
            row = fact.aside("reviews", "written_at", "MISSING_VALUE", None, "a time")
            rows.set_aside.append(row)
            continue
        rows.add(
            "reviews",
            fact,
            merchant,
            (fact["at"], fact["at"]),
            {
                "review_id": fact["review"],
                "merchant": merchant,
                "buyer": rows.party(merchant, buyer if buyer is not None else fact["buyer"])
                or keyed_hash(rows.hash_key, rows.mapping.name, merchant, "review", fact["review"]),
                "item": fact["item"] or UNKNOWN,
                "order_id": order.id if order else None,
                "rating": fact["verdict"] or fact["rating"] or None,
                "text": fact["text"],
                "written_at": fact["at"],
            },
        )


def _add_sessions(book: OrderBook, facts: Facts, rows: Rows) -> None:
    speakers = {
        order["live_session"]: order["streamer"]
        for order in book.orders.values()
        if order["live_session"] is not None and order["streamer"] is not None
    }
    for fact in facts["session"]:
        merchant, opens = book.merchant_of(None, fact["shop"]), fact["opens"]
        if opens is None:
            row = fact.aside("live_sessions", "opens_at", "MISSING_VALUE", None, "a time")
            rows.set_aside.append(row)
            continue
        closes = None if fact["seconds"] is None else opens + fact["seconds"]
        streamer = fact["streamer"] or speakers.get(fact["session"]) or merchant
        own = {
            "session": fact["session"],
            "merchant": merchant,
            "streamer": streamer,
            "opens_at": opens,
            "closes_at": closes,
        }
        rows.add("live_sessions", fact, merchant, (opens, closes or opens), own)


def _add_traffic(book: OrderBook, rows: Rows) -> None:
    """The chain that led to an order of a group: who supplies, who helps to sell, who ordered."""
    first: dict[tuple[str, str], tuple[Order, str | None]] = {}
    for order in book.orders.values():
        activity, placed = order["activity"], order.placed or 0
        if activity is None:
            continue
        known = first.get((order.merchant, activity))
        if known is None or placed < (known[0].placed or 0):
            first[order.merchant, activity] = (order, order["upstream"])
        own = {"order_id": order.id, "referrer_touch": activity, "kind": "group_message"}
        _touch(order, order.id, own, rows)
    for (merchant, activity), (order, upstream) in list(first.items()):
        own = {"referrer_touch": upstream, "kind": "share" if upstream else "group_message"}
        _touch(order, activity, own, rows)
        if upstream is not None and (merchant, upstream) not in first:
            first[merchant, upstream] = (order, None)
            _touch(order, upstream, {"kind": "group_message"}, rows)


def _touch(order: Order, touch: str, own: Mapping[str, Any], rows: Rows) -> None:
    at = order.placed or 0
    given = {"touch_id": touch, "merchant": order.merchant, "pool": "private", "cost": 0, "at": at}
    rows.add("traffic", order.best, order.merchant, (at, order.recorded), {**given, **own})


def _add_parties(book: OrderBook, rows: Rows) -> None:
    """Every seller seen, as a business since its first order."""
    first: dict[str, Order] = {}
    for order in book.orders.values():
        known = first.get(order.merchant)
        if known is None or (order.placed or 0) < (known.placed or 0):
            first[order.merchant] = order
    for merchant, order in first.items():
        placed = order.placed or 0
        own = {
            "party_id": merchant,
            "kind": "business",
            # An export shows no credit code; the keyed shop id keeps its place and joins nothing.
            "identity_kind": "uscc",
            "identity": keyed_hash(rows.hash_key, rows.mapping.name, "shop", merchant),
        }
        rows.add("parties", order.best, merchant, (placed, placed), own)


def _connect(pulled: Pull, mapping: SourceMapping, rows: Rows) -> None:
    """A feed is connected once a file that tells of it was read, though it held no such row."""
    for name in pulled.read:
        kind = mapping.kind(name)
        for form in kind.forms:
            rows.connected.add(FEED_OF[form])
        order = kind.forms.get("order")
        if order is not None:
            rows.connected.update(_WITH_ORDERS)
            inner = {name for eaches in order.lists.values() for e in eaches for name in e.fields}
            if "refunded" in order.fields or "refunded" in inner:
                rows.connected.add("refunds")


def _notes(pulled: Pull, mapping: SourceMapping, book: OrderBook, rows: Rows) -> None:
    if mapping.currency != "CNY":
        rows.notes.append(f"currency {mapping.currency}")
    for name, files in sorted(pulled.read.items()):
        ignored = mapping.kind(name).ignored
        reason = f", not used: {ignored}" if ignored else ""
        rows.notes.append(f"read {files} file{'s' if files > 1 else ''} of {name}{reason}")
    for name in pulled.unread:
        rows.notes.append(f"not recognised: {name}")
    for claim in mapping.unproven:
        if claim.kind is None or claim.kind in pulled.read:
            rows.notes.append(f"unproven: {claim.says}")
    for what, count in (book.left_out + rows.counted).items():
        rows.notes.append(f"{count} {what}")
    signs = Counter(sign for order in book.orders.values() for sign in order_signs(order))
    for sign, count in sorted(signs.items()):
        rows.notes.append(f"{count} orders with a sign of wash trade: {sign}")


def order_signs(order: Order) -> list[str]:
    """Signs of wash trade in the export itself; they lower weight, they never accuse."""
    wash = order["wash"]
    signs = [] if wash is None else [str(wash)]
    if order.gross == _ONE_FEN:
        signs.append("price of 1 fen")
    return signs + order.signs
