"""What was seen, in the columns a person can hold against the platform's own page."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from suixin.data.sources.canonical import Mapped, order_signs
from suixin.data.sources.parcels import delivered_at
from suixin.data.sources.values import iso
from suixin.data.write import csv_safe

ORDERS: Final = (
    "order", "status", "gross_fen", "refund_fen", "channel", "live_session",
    "placed", "paid", "shipped", "delivered", "note",
)  # fmt: skip
SHIPMENTS: Final = ("waybill", "carrier", "handed_over", "delivered", "returned", "state")
MESSAGES: Final = ("group", "sender", "sent_at", "in_reply_to", "kind")


def write_seen(mapped: Mapped, out: Path) -> tuple[str, ...]:
    """Write orders_seen.csv, shipments_seen.csv and messages_seen.csv, each where there is any."""
    written = []
    for name, header, rows in (
        ("orders_seen.csv", ORDERS, list(orders_seen(mapped))),
        ("shipments_seen.csv", SHIPMENTS, list(shipments_seen(mapped))),
        ("messages_seen.csv", MESSAGES, list(messages_seen(mapped))),
    ):
        if rows:
            _write(out / name, header, rows)
            written.append(name)
    return tuple(written)


def orders_seen(mapped: Mapped) -> Iterator[Sequence[str]]:
    """Orders by time, in the columns `ORDERS`."""
    orders = sorted(mapped.book.orders.values(), key=lambda order: (order.placed or 0, order.id))
    for order in orders:
        back = sum(back.amount for back in mapped.backs.get(order.id, ()))
        notes = [text for text in (order.zero, *order_signs(order)) if text]
        yield (
            order.id,
            order.standing,
            str(order.gross),
            str(back),
            order["channel"] or "",
            order["live_session"] or "",
            _time(order.placed),
            _time(order["paid"]),
            _time(order["shipped"]),
            _time(delivered_at(order, mapped.tracks)),
            "; ".join(notes),
        )


def shipments_seen(mapped: Mapped) -> Iterator[Sequence[str]]:
    """Waybills as their carrier tells them, in the columns `SHIPMENTS`."""
    for track in mapped.tracks.by_waybill.values():
        yield (
            track.waybill,
            track.carrier or "",
            _time(track.handed_over),
            _time(track.delivered),
            _time(track.returned),
            track.state,
        )


def messages_seen(mapped: Mapped) -> Iterator[Sequence[str]]:
    """Messages by time, in the columns `MESSAGES`."""
    for message in sorted(mapped.messages, key=lambda message: message.at or 0):
        yield message.group, message.sender, _time(message.at), "", message.kind


def _time(at: int | None) -> str:
    return "" if at is None else iso(at)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([csv_safe(cell) for cell in row] for row in rows)
