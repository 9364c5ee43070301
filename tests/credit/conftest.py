"""A small folder of canonical feeds, built fact by fact."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from suixin.credit.book import ScoreBook
from suixin.credit.score import score
from suixin.data.feed import COMMON, FEEDS
from suixin.data.read import read_feeds

LOCAL = timezone(timedelta(hours=8))
HASH = "0" * 64
TODAY = date(2027, 6, 30)  # No fact of a test lies past it, whenever the test is run.


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
            _write(self.path / f"{feed}.csv", feed, rows)
        return self.path

    def write_known(self, day: date, path: Path) -> Path:
        """The folder as it stood at the end of a day: what was learned later is not in it."""
        end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)
        path.mkdir()
        for feed, rows in self.rows.items():
            known = [row for row in rows if moment(row["recorded_at"]) <= end]
            _write(path / f"{feed}.csv", feed, known)
        return path

    def write_torn(self, path: Path, tears: int) -> Path:
        """The same rows last first and in several files a feed, as another export may give them."""
        path.mkdir()
        for feed, rows in self.rows.items():
            for tear in range(tears):
                _write(path / f"{feed}-{tear}.csv", feed, rows[::-1][tear::tears])
        return path

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

    def weekly(
        self, merchant: str, first: date, weeks: int, gross: int, *, each: int = 1, **more: Any
    ) -> None:
        """So many clean sales a week, on days in a row from the weekday of the first, at noon.

        Each was promised to be handed over within two days, and was.
        """
        for k in range(weeks * each):
            week, place = divmod(k, each)
            placed = moment(first + timedelta(days=7 * week + place))
            promise = {"promise": "ship", "promised_at": placed + timedelta(days=2)}
            given = {"merchant": merchant, **promise, **more}
            self.sale(f"{merchant}-{len(self.rows['orders']):05d}", placed, gross, **given)

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


SPOKEN = ("收到了，很新鲜，味道好", "包装破了，坏了两个", "发货快，价格实惠", "不新鲜，退了")
CONSENTED = "messages;memberships;declarations;debts_elsewhere"


def village(folder: Folder, until: date, weeks: int = 40) -> None:
    """Two households that sell, talk, vouch and borrow, and the facts of every feed scoring reads.

    The last fact is of the day `until`. `home` sells through its member `man`, `next` itself.
    """
    first = until - timedelta(days=7 * weeks)
    for home in ("home", "next"):
        folder.party(home, "household")
        _consents(folder, home, first)
    for member in ("man", "wife"):
        folder.party(member, household_id="home")
    for k in range(8):
        folder.party(f"n{k}")
        _consents(folder, f"n{k}", first)
    _sell(folder, first, weeks)
    _speak(folder, first, weeks)
    link = {"kind": "spouse", "confidence": 10_000, "from": "wife", "to": "man"}
    folder.add("party_links", first, "man", **link)
    folder.add("endorsements", first, "next", endorser="home", liability_cap=1, **{"from": first})
    month = until - timedelta(days=35)
    for kind, fen in (("other_income", 1_000_00), ("living_cost", 1_200_00)):
        given = {"party": "wife", "kind": kind, "amount_month": fen, "from": month}
        folder.add("declarations", month, "wife", consent="k-home", **given)
    folder.add(
        "debts_elsewhere", month, "home", consent="k-home", via_bureau="bureau", lender="bank",
        as_of=month, balance=500_00, overdue=0, monthly_due=50_00,
    )  # fmt: skip
    for shop in ("man", "next"):
        given = {"merchant": shop, "on": month, "rating_hundredths": 470}
        folder.add("store_ratings", month, shop, **given)
    folder.add(
        "parcels", first, "home", parcel="field", holder="home", declared_crop="apple",
        polygon='{"type":"Polygon","coordinates":[[[110,35],[110.001,35],[110.001,35.001],[110,35]]]}',
        area_mu_hundredths=500, season="2025", polygon_source="drawn",
    )  # fmt: skip
    folder.add(
        "parcel_observations", month, "home", parcel="field", observed_on=month, sensor="sat",
        ndvi_ten_thousandths=7_000, clear_bps=10_000, pixels=33, planted_pixels=30,
    )  # fmt: skip


def _consents(folder: Folder, party: str, first: date) -> None:
    folder.add(
        "consents", first, party, consent=f"k-{party}", party=party, purpose="credit",
        receiver="bank", kinds=CONSENTED, until=date(2029, 1, 1), **{"from": first},
    )  # fmt: skip


def _sell(folder: Folder, first: date, weeks: int) -> None:
    """Sales of both shops until a fortnight before the end; some late, returned or unproved."""
    folder.connect("refunds", "order_events")
    for shop, category, gross in (("man", "apple", 600_00), ("next", "honey", 400_00)):
        folder.weekly(shop, first, weeks - 2, gross, each=2, category=category)
    for row in folder.rows["orders"][::9]:
        at, order_id = row["placed_at"], row["order_id"]
        row["promised_at"] = at
        folder.add(
            "refunds", at + timedelta(days=6), row["merchant"], refund_id=f"r-{order_id}",
            order_id=order_id, amount=30_00, refunded_at=at + timedelta(days=6),
        )  # fmt: skip
    for k, row in enumerate(folder.rows["orders"][:40]):
        folder.add(
            "reviews", row["placed_at"] + timedelta(days=9), row["merchant"], review_id=f"v{k}",
            merchant=row["merchant"], buyer=row["buyer"], item="jar", order_id=row["order_id"],
            rating=5 - k % 3, text=SPOKEN[k % 4], written_at=row["placed_at"] + timedelta(days=9),
        )  # fmt: skip
    show = moment(first + timedelta(days=14))
    given = {"session": "show", "merchant": "man", "streamer": "man", "opens_at": show}
    folder.add("live_sessions", show, "man", closes_at=show + timedelta(hours=2), **given)
    for k in range(30):
        at, seen = show + timedelta(minutes=k), {"viewer_day_hash": hash_of(str(k % 7))}
        folder.add(
            "live_events", at, "man", session="show", sequence=k, kind="click", at=at,
            device_day_hash=hash_of(str(k % 7)), **seen,
        )  # fmt: skip


def _speak(folder: Folder, first: date, weeks: int) -> None:
    """A village group of ten, in which the households write every other day and are answered."""
    members = {"wife": "home", "next": "next", **{f"n{k}": f"n{k}" for k in range(8)}}
    for party, home in members.items():
        given = {"group": "village", "party": party, "role": "member", "from": first}
        folder.add("memberships", first, party, consent=f"k-{home}", **given)
    names = list(members)
    for k in range(weeks * 7 // 2):
        at, who = moment(first + timedelta(days=2 * k)), names[k % 3]
        other = names[3 + k % 7] if k % 5 else names[1 - min(1, k % 3)]
        for sender, to, late in ((who, None, 0), (other, who, 5), (who, other, 9)):
            reply = {} if to is None else {"in_reply_to": f"g{k}-{to}", "reply_author": to}
            folder.add(
                "messages", at + timedelta(minutes=late), sender, group="village", kind="chat",
                message_id=f"g{k}-{sender}" + ("-again" if late == 9 else ""),
                consent=f"k-{members[sender]}", sender=sender,
                sent_at=at + timedelta(minutes=late), **reply,
            )  # fmt: skip


def moment(at: datetime | date) -> datetime:
    """Noon of a day, or the instant itself, in local time."""
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, 12, tzinfo=LOCAL)
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)


def hash_of(text: str) -> str:
    return text.encode().hex().ljust(64, "0")[:64]


def _write(path: Path, feed: str, rows: list[dict[str, Any]]) -> None:
    names = [f.name for f in COMMON if f.name not in ("batch", "line")]
    names += [f.name for f in FEEDS[feed].fields if f.name not in names]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            writer.writerow({k: _text(v) for k, v in row.items()})


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
def fill_village() -> Callable[..., None]:
    """Writes a village with facts of every feed that scoring reads into a folder."""
    return village


@pytest.fixture(scope="session")
def telltale() -> Any:
    """A keyed hash as a feed would hold it, of any text."""
    return hash_of


@pytest.fixture(scope="session")
def scored() -> Callable[..., ScoreBook]:
    """Read a folder and score it; no row of it may be at fault unless the test says so."""

    def run(path: Path, on: date, *, aside: int = 0, **more: Any) -> ScoreBook:
        with read_feeds(path, today=TODAY) as feeds:
            assert len(feeds.quarantine) == aside, feeds.quarantine[0]
            return score(feeds, on=on, **more)

    return run
