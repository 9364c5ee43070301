"""Parcels: what carriers recorded, joined to the orders they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from suixin.data.sources.facts import Fact, Facts
from suixin.data.sources.orders import Order, OrderBook
from suixin.data.sources.rows import UNKNOWN, Rows, short

_SEVERAL: Final = re.compile(r"[,|;，；、\s]+")
_PREFIX: Final = re.compile(r"^No[:：]", re.IGNORECASE)


@dataclass(slots=True)
class Track:
    """What a carrier said of one waybill, over all its files."""

    waybill: str
    carrier: str | None
    order: str | None
    state: str
    handed_over: int | None
    delivered: int | None
    returned: int | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Tracks:
    """Every waybill's record, and those that name their order."""

    by_waybill: dict[str, Track]
    by_order: dict[str, list[Track]]

    def of(self, order: Order) -> list[Track]:
        """The records of an order's parcels; none unless every parcel has one."""
        parcels = parcels_of(order)
        found = {t.waybill: t for t in self.by_order.get(order.id, ())}
        for parcel in parcels:
            track = self.by_waybill.get(parcel["waybill"])
            if track is not None:
                found[track.waybill] = track
        return list(found.values()) if len(found) >= len(parcels) else []


def waybills(text: str | None) -> list[str]:
    """The waybills in a cell that may hold several.

    >>> waybills("JDVA1,JDVA2|JDX1"), waybills("No:ZTO1"), waybills(None)
    (['JDVA1', 'JDVA2', 'JDX1'], ['ZTO1'], [])
    """
    parts = (_PREFIX.sub("", part) for part in _SEVERAL.split(text or ""))
    return [part for part in parts if part not in ("", "0", "-")]


def tracks_of(facts: Facts) -> Tracks:
    """Every waybill's record; an unknown state is set aside."""
    found: dict[str, Track] = {}
    for fact in sorted(facts["track"], key=lambda fact: fact["at"] or 0):
        if fact.unknown is not None:
            wrong, expected = fact.unknown.wrong, fact.unknown.expected
            row = fact.aside("shipments", "state", "UNKNOWN_STATUS", wrong, expected)
            facts.set_aside.append(row)
            continue
        track = _track(fact)
        known = found.get(track.waybill)
        found[track.waybill] = track if known is None else _joined(known, track)
    by_order: dict[str, list[Track]] = {}
    for track in found.values():
        if track.order is not None:
            by_order.setdefault(track.order, []).append(track)
    return Tracks(found, by_order)


def _track(fact: Fact) -> Track:
    state = str(fact["state"] or _last_scan(fact))
    scans = fact.lists.get("scans", ())
    handed = [scan["at"] for scan in scans if scan.get("scan") == "handed_over" and scan["at"]]
    signed = [scan["at"] for scan in scans if scan.get("scan") == "delivered" and scan["at"]]
    times = [scan["at"] for scan in scans if scan.get("at") is not None]
    last = max(times, default=None) if times else fact["at"]
    return Track(
        waybill=fact["waybill"] or "",
        carrier=fact["carrier"],
        order=fact["order"],
        state=state,
        handed_over=min(handed, default=last if state == "handed_over" else None),
        delivered=min(signed, default=last) if state == "delivered" else None,
        returned=last if state == "returned" else None,
        fact=fact,
    )


def _last_scan(fact: Fact) -> str:
    """The state of a record that gives none: delivered once signed, else on its way."""
    scans = {scan.get("scan") for scan in fact.lists.get("scans", ())}
    return "delivered" if "delivered" in scans else "moving"


def _joined(old: Track, new: Track) -> Track:
    def earliest(one: int | None, other: int | None) -> int | None:
        return min((time for time in (one, other) if time is not None), default=None)

    return Track(
        waybill=new.waybill,
        carrier=new.carrier or old.carrier,
        order=new.order or old.order,
        state=new.state,
        handed_over=earliest(old.handed_over, new.handed_over),
        delivered=earliest(old.delivered, new.delivered),
        returned=earliest(old.returned, new.returned),
        fact=new.fact,
    )


def parcels_of(order: Order) -> list[dict[str, Any]]:
    """The parcels of an order, each waybill once."""
    found: dict[str, dict[str, Any]] = {}
    for parcel in order.of("parcels"):
        for waybill in waybills(parcel.get("waybill")):
            found.setdefault(waybill, {**parcel, "waybill": waybill})
    return list(found.values())


def delivered_at(order: Order, tracks: Tracks) -> int | None:
    """When an order was delivered: by the platform's own record, else by the carrier's."""
    known: int | None = order["delivered"]
    if known is not None:
        return known
    times = [track.delivered for track in tracks.of(order)]
    if not times or None in times:
        return None
    shipped = order["shipped"] or order.placed or 0
    last = max(time for time in times if time is not None)
    # A parcel handed over without a carrier shows as signed the moment it is sent.
    return last if last > shipped else None


def add_shipments(book: OrderBook, tracks: Tracks, rows: Rows) -> None:
    """Rows of `shipments`: the carrier's scan where there is one, else the platform's record."""
    served: dict[str, str] = {}
    told: set[str] = set()
    for order in book.orders.values():
        parcels = parcels_of(order) or _unnumbered(order)
        for parcel in parcels:
            number = parcel["waybill"]
            if served.setdefault(number, order.id) != order.id:
                order.signs.append("waybill of another order too")
                number = f"{number}/{order.id}"
            track = tracks.by_waybill.get(parcel["waybill"])
            told.add(parcel["waybill"])
            _add(order, short(number), parcel, track, rows)
    for track in tracks.by_waybill.values():
        if track.waybill in told:
            continue
        if track.order is None:
            rows.counted["waybills that name no order; the waybill stands for it"] += 1
        order_id = track.order or track.waybill
        merchant = book.merchant_of(track.order, None) or rows.mapping.shop
        _scans(track, merchant, (order_id, track.waybill), rows)


def _unnumbered(order: Order) -> list[dict[str, Any]]:
    """An order sent without a waybill number: the order's own number stands for it."""
    if order["shipped"] is None and order["delivered"] is None:
        return []
    return [{"waybill": order.id}]


@dataclass(frozen=True, slots=True)
class Scan:
    """Something that happened to a parcel, and when that was learned."""

    event: str
    at: int | None
    known: int | None


def _add(
    order: Order, number: str, parcel: dict[str, Any], track: Track | None, rows: Rows
) -> None:
    if track is not None:
        _scans(track, order.merchant, (order.id, number), rows)
    found = []
    if track is None or track.handed_over is None:
        sent = parcel.get("shipped") or order["shipped"]
        found.append(
            Scan("handed_over", sent, order.known_since(sent, "shipped") if sent else None)
        )
    if track is None:
        came = order["delivered"]
        found.append(
            Scan("delivered", came, order.known_since(came, "delivered") if came else None)
        )
    own = _own(order.id, number, parcel.get("carrier"))
    for scan in found:
        _row(order.best, order.merchant, scan, own, rows)


def _scans(track: Track, merchant: str, ids: tuple[str, str], rows: Rows) -> None:
    known = track.fact["at"] or track.fact.exported
    for event, at in (
        ("handed_over", track.handed_over),
        ("delivered", track.delivered),
        ("returned", track.returned),
    ):
        _row(track.fact, merchant, Scan(event, at, known), _own(*ids, track.carrier), rows)


def _own(order: str, number: str, carrier: str | None) -> dict[str, Any]:
    return {"tracking": number, "order_id": order, "carrier": carrier or UNKNOWN}


def _row(fact: Fact, merchant: str, scan: Scan, own: dict[str, Any], rows: Rows) -> None:
    if scan.at is not None:
        when = (scan.at, scan.known or scan.at)
        rows.add("shipments", fact, merchant, when, {**own, "event": scan.event, "at": scan.at})
