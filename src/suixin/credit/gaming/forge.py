"""Forged rows: copies of what a shop really did, at other times, for other buyers and amounts.

An attacker makes rows that look like his own, so that is how they are made here: an ordinary order
of the shop, with all that followed it, is the mould.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from suixin.data.errors import InputError, shown
from suixin.data.feed import FEEDS

Row = dict[str, str]
Rows = Mapping[str, tuple[Row, ...]]
"""Rows by feed."""

ORDER_FEEDS = ("orders", "order_lines", "order_events", "shipments", "settlements")
_SCALED = {
    "orders": ("gross",),
    "order_lines": ("amount",),
    "settlements": ("gross", "commission", "net"),
}


class Folder:
    """A folder of canonical CSV feeds, read feed by feed when asked.

    Columns that a file leaves out are empty, as for every reader of feeds.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / "orders.csv").is_file():
            raise InputError(
                "NO_FEEDS",
                f"{shown(path)} has no orders.csv.",
                "The lab works on canonical CSV feeds; suixin feeds map makes them.",
            )
        self._read = cache(self._rows)

    def rows(self, feed: str) -> tuple[Row, ...]:
        """The rows of a feed; none where it is not there."""
        return self._read(feed)

    def _rows(self, feed: str) -> tuple[Row, ...]:
        path = self.path / f"{feed}.csv"
        if not path.is_file():
            return ()
        with path.open(encoding="utf-8-sig", newline="") as file:
            empty = dict.fromkeys((column.name for column in FEEDS[feed].columns), "")
            return tuple(empty | row for row in csv.DictReader(file))


@dataclass(frozen=True, slots=True)
class Mould:
    """An ordinary order of a shop with all that followed it, and what the shop is known by."""

    merchant: str
    order: Row
    rows: Rows
    monthly_orders: float
    monthly_fen: int

    @property
    def gross_fen(self) -> int:
        """What the order was for."""
        return int(self.order["gross"])

    @property
    def placed(self) -> datetime:
        """When it was placed."""
        return datetime.fromisoformat(self.order["placed_at"])

    @property
    def commission_bps(self) -> int:
        """What the platform kept of it."""
        [settled] = self.rows["settlements"]
        return 10_000 * int(settled["commission"]) // max(1, int(settled["gross"]))


def mould_of(folder: Folder, merchant: str, *, until: datetime, days: int = 180) -> Mould:
    """The shop's largest ordinary order that was delivered and settled whole.

    Ordinary: not above the mean of its orders in these days. Raises `InputError` `NO_MOULD`.
    """
    since = until - timedelta(days=days)
    mine = {
        row["order_id"]: row
        for row in folder.rows("orders")
        if row["merchant"] == merchant and since < datetime.fromisoformat(row["placed_at"]) <= until
    }
    of = {feed: _by_order(folder.rows(feed), mine) for feed in ORDER_FEEDS[1:]}
    refunded = {row["order_id"] for row in folder.rows("refunds")}
    mean = sum(int(row["gross"]) for row in mine.values()) // max(1, len(mine))
    whole = [
        name
        for name, row in mine.items()
        if len(of["settlements"][name]) == 1
        and len({one["event"] for one in of["shipments"][name]}) == 2
        and name not in refunded
        and int(row["gross"]) <= mean
        and row["channel"] == "shelf"
    ]
    if not whole:
        raise InputError(
            "NO_MOULD",
            f"{shown(merchant)} has no shelf order of the last {days} days that was delivered and "
            "settled whole.",
            "Name a subject that sells by parcel.",
        )
    best = max(whole, key=lambda name: (int(mine[name]["gross"]), name))
    months = days / 30
    return Mould(
        merchant=merchant,
        order=mine[best],
        rows={"orders": (mine[best],), **{feed: tuple(of[feed][best]) for feed in of}},
        monthly_orders=len(mine) / months,
        monthly_fen=round(sum(int(row["gross"]) for row in mine.values()) / months),
    )


def _by_order(rows: Iterable[Row], wanted: Mapping[str, Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["order_id"] in wanted:
            found[row["order_id"]].append(row)
    return found


def forged_order(
    mould: Mould, name: str, *, placed: datetime, buyer: str, gross_fen: int, goods: bool = True
) -> Rows:
    """A copy of the mould's order under another name, day, buyer and amount (fen).

    Without goods no parcel is seen.
    """
    later, share = placed - mould.placed, (gross_fen, mould.gross_fen)
    made: dict[str, tuple[Row, ...]] = {}
    for feed, rows in mould.rows.items():
        if feed == "shipments" and not goods:
            continue
        copies = []
        for row in rows:
            copy = moved(feed, row, later)
            copy["order_id"] = name
            for column in _SCALED.get(feed, ()):
                copy[column] = str(int(row[column]) * share[0] // share[1])
            copies.append(copy | _named(feed, name, buyer, copy))
        made[feed] = tuple(copies)
    return made


def _named(feed: str, name: str, buyer: str, row: Row) -> Row:
    if feed == "orders":
        return {"buyer": buyer, "referrer": "", "gross": row["gross"]}
    if feed == "settlements":
        net = int(row["gross"]) - int(row["commission"]) - int(row["refund_netted"])
        return {"settlement_id": f"s-{name}", "net": str(net)}
    return {"tracking": f"t-{name}"} if feed == "shipments" else {}


def moved(feed: str, row: Row, later: timedelta) -> Row:
    """A copy of a row, every moment in it so much later."""
    moments = {"occurred_at", "recorded_at"} | {
        field.name for field in FEEDS[feed].fields if field.type == "ts"
    }
    return {
        name: (datetime.fromisoformat(value) + later).isoformat()
        if name in moments and value
        else value
        for name, value in row.items()
    }


def merged(parts: Iterable[Rows]) -> Rows:
    """Rows of several forgeries, feed by feed."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for part in parts:
        for feed, rows in part.items():
            found[feed].extend(rows)
    return {feed: tuple(rows) for feed, rows in found.items()}
