"""Clean sales, by the table a credit officer can read (cases/sales_netting.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.sales import CleanRules, clean_sales
from suixin.credit.subject import subjects_of
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

LOCAL = timezone(timedelta(hours=8))
DAY = date(2026, 6, 30)
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/sales_netting.yaml").read_text("utf-8"))
FEEDS = ("refunds", "order_events", "shipments", "settlements")

Worth = Mapping[str, tuple[int, str | None]]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def fen(yuan: float) -> int:
    return round(yuan * 100)


class Shop:
    """The shop of one case, set apart from those of the others by the end of its parties' ids."""

    def __init__(self, folder: Any, case: dict[str, Any], place: str, telltale: Any) -> None:
        self.folder, self.place, self.telltale = folder, place, telltale
        self.expected: dict[str, tuple[int, str | None]] = {}
        self.people()
        for session in case.get("sessions", ()):
            opens, closes = (
                datetime.fromisoformat(session[k]).replace(tzinfo=LOCAL)
                for k in ("opens", "closes")
            )
            folder.add(
                "live_sessions", opens, self.id("shop"), session=f"live{place}",
                merchant=self.id("shop"), streamer="streamer", opens_at=opens, closes_at=closes,
            )  # fmt: skip
        for buyer in case.get("invoices", ()):
            folder.add(
                "purchase_orders", date(2026, 4, 1), self.id("shop"), po=f"po{place}",
                buyer=self.id(buyer), supplier=self.id("shop"), amount=1,
                deliver_by=date(2026, 6, 1), invoice_hash=telltale("invoice"),
            )  # fmt: skip
        for order in case["orders"]:
            self.happen(order)

    def id(self, party: str) -> str:
        return party + self.place

    def people(self) -> None:
        telephone = self.telltale("telephone" + self.place)
        party, shop = self.folder.party, self.id("shop")
        party(shop, "household", device_hash=telephone)
        party(self.id("wife"), household_id=shop)
        party(self.id("owner"))
        party(self.id("friend"), household_id=self.id("friends"))
        party(self.id("friends-wife"), household_id=self.id("friends"))
        party(self.id("agent"), "station")
        party(self.id("same-telephone"), device_hash=telephone)
        link = {"from": self.id("owner"), "to": shop, "kind": "owner", "confidence": 10_000}
        self.folder.add("party_links", date(2024, 1, 2), shop, **link)

    def happen(self, order: dict[str, Any]) -> None:
        """Write an order and what followed, and what each should be worth, in fen, and its cut."""
        count = order.get("count", 1)
        for k in range(count):
            name = self.id(order["id"] if count == 1 else f"{order['id']}-{k:02d}")
            placed = noon(order["placed"]) + timedelta(minutes=k * order.get("minutes_apart", 0))
            gross, more = fen(order["gross"]), {}
            if "live_session" in order:
                more["live_session"] = order["live_session"]
            buyer = self.id(order.get("buyer", f"buyer-{name}"))
            self.folder.order(name, placed, gross, merchant=self.id("shop"), buyer=buyer, **more)
            at = {
                event: None if order.get(event) == "never" else placed + timedelta(days=days)
                for event, days in (("handed", 1), ("delivered", 3))
            }
            self.folder.carried(name, at["handed"], at["delivered"], self.id("shop"))
            self.pay(name, order, placed, gross)
            cut = k >= order.get("beyond", 0)
            worth = 0 if cut and "beyond" in order else fen(order["worth"])
            self.expected[name] = (worth, order.get("cut") if cut else None)

    def pay(self, name: str, order: dict[str, Any], placed: datetime, gross: int) -> None:
        shop = self.id("shop")
        for k, refund in enumerate(order.get("refunds", ())):
            late = timedelta(hours=refund.get("hours", 0), seconds=refund.get("seconds", 0))
            at = noon(refund["day"]) if "day" in refund else placed + late
            self.folder.add(
                "refunds", at, shop, refund_id=f"r-{name}-{k}", order_id=name,
                amount=fen(refund["amount"]), refunded_at=at,
            )  # fmt: skip
        settled, netted = order.get("settled"), fen(order.get("netted", 0))
        if settled != "never":
            at = noon(settled) if settled else placed + timedelta(days=10)
            fee, more = gross // 20, {"merchant": shop, "netted": netted}
            self.folder.settlement(name, at, gross - fee - netted, commission=fee, **more)
        for back in order.get("taken_back", ()):
            amount = fen(back["amount"])
            more = {"merchant": shop, "netted": amount}
            self.folder.settlement(name, noon(back["day"]), -amount, **more)
        if "confirmed_by" in order or "event" in order:
            at, agent = placed + timedelta(days=2), order.get("confirmed_by")
            self.folder.add(
                "order_events", at, shop, order_id=name, event=order.get("event", "picked_up"),
                at=at, confirmed_by=agent and self.id(agent),
            )  # fmt: skip


def worth(path: Path) -> dict[str, tuple[int, str | None]]:
    with read_feeds(path, today=date(2027, 6, 30)) as feeds:
        assert not len(feeds.quarantine), feeds.quarantine[0]
        known = feeds.on(DAY)
        subjects = subjects_of(known, feeds.connection)
        rules = CleanRules.of(load_policy("stability").on(DAY))
        sales = subjects.engine.fetch(
            clean_sales(known, subjects, rules).select("order_id", "q", "cut")
        )
    rows = zip(sales["order_id"], sales["q"], sales["cut"], strict=True)
    return {order: (int(q), cut) for order, q, cut in rows}


@pytest.fixture(scope="module")
def worths(
    make_folder: Any, telltale: Any, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Worth, Worth]]:
    """What each case's orders should be worth, and are: those with the same feeds in one county."""
    expected: list[Worth] = [{} for _ in CASES]
    found: dict[frozenset[str], Worth] = {}
    feeds = [frozenset(FEEDS) - set(case.get("without", ())) for case in CASES]
    for connected in set(feeds):
        folder = make_folder(tmp_path_factory.mktemp("county"))
        folder.connect("purchase_orders", "live_sessions", *FEEDS)
        for number, case in enumerate(CASES):
            if feeds[number] == connected:
                expected[number] = Shop(folder, case, f"@{number}", telltale).expected
        for feed in set(FEEDS) - connected:
            del folder.rows[feed]
        found[connected] = worth(folder.write())
    return [
        (expected[number], {order: found[feeds[number]].get(order) for order in expected[number]})
        for number in range(len(CASES))
    ]


@pytest.mark.mechanism("B04")
@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_worth_of_orders(number: int, worths: list[tuple[Worth, Worth]]) -> None:
    expected, found = worths[number]
    assert found == expected
