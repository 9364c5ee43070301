"""A small folder of canonical feeds, built fact by fact."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from suixin.data.feed import COMMON, FEEDS

LOCAL = timezone(timedelta(hours=8))
HASH = "0" * 64


class Folder:
    """Feeds being written: add rows, then `write()`; an added feed is connected even if empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, feed: str, at: datetime | date, subject: str = "shop", /, **fields: Any) -> None:
        """One row; `at` is when it happened and when we learned it."""
        when = moment(at)
        common = {"source": "test", "subject": subject, "occurred_at": when, "recorded_at": when}
        self.rows[feed].append({**common, **fields})

    def connect(self, *feeds: str) -> None:
        for feed in feeds:
            self.rows[feed] = self.rows[feed]

    def write(self) -> Path:
        for feed, rows in self.rows.items():
            names = [f.name for f in COMMON if f.name not in ("batch", "line")]
            names += [f.name for f in FEEDS[feed].fields if f.name not in names]
            with (self.path / f"{feed}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                for row in rows:
                    writer.writerow({k: _text(v) for k, v in row.items()})
        return self.path

    def party(
        self, party: str, kind: str = "person", on: date = date(2024, 1, 1), **more: Any
    ) -> None:
        identity = {"identity_kind": "resident", "identity": f"{hash_of(party)}"}
        self.add("parties", on, party, party_id=party, kind=kind, **{**identity, **more})

    def order(self, order_id: str, placed: datetime, gross: int, **more: Any) -> None:
        """An order of one line, placed and nothing more; money in fen."""
        fields = {
            "merchant": "shop", "buyer": f"buyer-{order_id}", "channel": "shelf", "freight": 0,
            "buyer_kind": "household", "category": "honey", "item": "jar",
        } | more  # fmt: skip
        line = {name: fields.pop(name) for name in ("category", "item")}
        merchant = fields["merchant"]
        self.add(
            "orders", placed, merchant, order_id=order_id, gross=gross, placed_at=placed, **fields
        )
        self.add(
            "order_lines", placed, merchant,
            order_id=order_id, line_no=1, quantity=1, amount=gross, **line,
        )  # fmt: skip

    def sale(self, order_id: str, placed: datetime, gross: int, **more: Any) -> None:
        """A whole clean sale: carried, delivered after 3 days, paid out whole after 10."""
        self.order(order_id, placed, gross, **more)
        merchant = more.get("merchant", "shop")
        self.carried(order_id, placed + timedelta(days=1), placed + timedelta(days=3), merchant)
        self.settlement(order_id, placed + timedelta(days=10), gross, merchant=merchant)

    def carried(
        self, order_id: str, handed: datetime | None, delivered: datetime | None,
        merchant: str = "shop",
    ) -> None:  # fmt: skip
        for event, at in (("handed_over", handed), ("delivered", delivered)):
            if at is not None:
                self.add(
                    "shipments", at, merchant,
                    tracking=f"t-{order_id}", event=event, order_id=order_id, carrier="sf", at=at,
                )  # fmt: skip

    def settlement(
        self, order_id: str, at: datetime, net: int, *, merchant: str = "shop", netted: int = 0,
        commission: int = 0,
    ) -> None:  # fmt: skip
        self.add(
            "settlements", at, merchant,
            settlement_id=f"s-{order_id}-{at:%Y%m%d}", merchant=merchant, order_id=order_id,
            gross=net + netted + commission, commission=commission, refund_netted=netted, net=net,
            payee_account_hash=HASH, settled_at=at,
        )  # fmt: skip


def moment(at: datetime | date) -> datetime:
    """Noon of a day, or the instant itself, in local time."""
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, 12, tzinfo=LOCAL)
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)


def hash_of(text: str) -> str:
    return text.encode().hex().ljust(64, "0")[:64]


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def make_folder() -> type[Folder]:
    return Folder


@pytest.fixture(scope="session")
def telltale() -> Any:
    """A keyed hash as a feed would hold it, of any text."""
    return hash_of
