"""Clean sales, by the table a credit officer can read (cases/sales_netting.yaml)."""

from __future__ import annotations

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


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def fen(yuan: float) -> int:
    return round(yuan * 100)


@pytest.mark.mechanism("B04")
@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worth_of_orders(case: dict[str, Any], folder: Any, telltale: Any) -> None:
    people(folder, telltale)
    for session in case.get("sessions", ()):
        opens, closes = (datetime.fromisoformat(session[k]) for k in ("opens", "closes"))
        folder.add(
            "live_sessions", opens, session="live", merchant="shop", streamer="shop",
            opens_at=opens, closes_at=closes,
        )  # fmt: skip
    for buyer in case.get("invoices", ()):
        folder.add(
            "purchase_orders", date(2026, 4, 1), po="po", buyer=buyer, supplier="shop",
            amount=1, deliver_by=date(2026, 6, 1), invoice_hash=telltale("invoice"),
        )  # fmt: skip
    expected = {}
    for order in case["orders"]:
        expected |= happen(folder, order)
    assert worth(folder.write()) == expected


def people(folder: Any, telltale: Any) -> None:
    folder.connect("refunds", "order_events", "shipments", "settlements")
    folder.party("shop", "household", device_hash=telltale("telephone"))
    folder.party("wife", household_id="shop")
    folder.party("owner")
    folder.party("friend")
    folder.party("agent", "station")
    folder.party("same-telephone", device_hash=telltale("telephone"))
    link = {"from": "owner", "to": "shop", "kind": "owner", "confidence": 10_000}
    folder.add("party_links", date(2024, 1, 2), **link)


def happen(folder: Any, order: dict[str, Any]) -> dict[str, tuple[int, str | None]]:
    """Write an order and what followed; return what each should be worth, in fen, and its cut."""
    count = order.get("count", 1)
    expected = {}
    for k in range(count):
        name = order["id"] if count == 1 else f"{order['id']}-{k:02d}"
        placed = noon(order["placed"]) + timedelta(minutes=k * order.get("minutes_apart", 0))
        gross = fen(order["gross"])
        folder.order(name, placed, gross, buyer=order.get("buyer", f"buyer-{name}"))
        at = {
            event: None if order.get(event) == "never" else placed + timedelta(days=days)
            for event, days in (("handed", 1), ("delivered", 3))
        }
        folder.carried(name, at["handed"], at["delivered"])
        pay(folder, name, order, placed, gross)
        cut = k >= order.get("beyond", 0)
        worth = 0 if cut and "beyond" in order else fen(order["worth"])
        expected[name] = (worth, order.get("cut") if cut else None)
    return expected


def pay(folder: Any, name: str, order: dict[str, Any], placed: datetime, gross: int) -> None:
    netted = fen(order.get("netted", 0))
    for k, refund in enumerate(order.get("refunds", ())):
        late = timedelta(hours=refund.get("hours", 0), seconds=refund.get("seconds", 0))
        at = noon(refund["day"]) if "day" in refund else placed + late
        folder.add(
            "refunds", at,
            refund_id=f"r-{name}-{k}", order_id=name, amount=fen(refund["amount"]), refunded_at=at,
        )  # fmt: skip
    settled = order.get("settled")
    if settled != "never":
        at = noon(settled) if settled else placed + timedelta(days=10)
        fee = gross // 20
        folder.settlement(name, at, gross - fee - netted, netted=netted, commission=fee)
    if "confirmed_by" in order:
        at = placed + timedelta(days=2)
        folder.add(
            "order_events", at,
            order_id=name, event="picked_up", at=at, confirmed_by=order["confirmed_by"],
        )  # fmt: skip


def worth(path: Path) -> dict[str, tuple[int, str | None]]:
    with read_feeds(path) as feeds:
        known = feeds.on(DAY)
        subjects = subjects_of(known, feeds.connection)
        rules = CleanRules.of(load_policy("stability").on(DAY))
        sales = subjects.engine.fetch(
            clean_sales(known, subjects, rules).select("order_id", "q", "cut")
        )
    rows = zip(sales["order_id"], sales["q"], sales["cut"], strict=True)
    return {order: (int(q), cut) for order, q, cut in rows}
