"""Data, money and goods of each order side by side, each told by another hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from bank_branch import Branch
from bank_store import FIRST, at

from suixin.service.app import facts
from suixin.service.app.caller import service_caller
from suixin.service.app.order_flows import OrderFlow, order_flows
from suixin.service.app.payments import pay
from suixin.service.app.receiving import Due, expect, refund
from suixin.service.home import Home
from suixin.service.rails.reading import CHINA
from suixin.service.store import people
from suixin.service.store.people import Consent

PLACED = FIRST - timedelta(days=3)
ACCOUNT = "ab" * 32


def instant(day: date, hour: int = 8) -> str:
    return datetime.combine(day, time(hour), CHINA).isoformat()


def row(day: date, **own: str) -> dict[str, str]:
    common = {"source": "shop", "subject": "h-m", "consent": "c-1"}
    return {**common, "occurred_at": instant(day), "recorded_at": instant(day, 9), **own}


def told(branch: Branch, feed: str, *rows: dict[str, str]) -> None:
    caller = service_caller(branch.house.institution, "api")
    found = facts.tell_facts(caller, feed, rows, at=at(branch.day, 12))
    assert [one.set_aside for one in found] == [None] * len(rows), found


def order(number: int, gross: int) -> dict[str, str]:
    return row(PLACED, order_id=f"o-{number}", merchant="h-m", buyer="b-1", channel="live",
               gross=f"{gross}", freight="0", placed_at=instant(PLACED),
               buyer_kind="household")  # fmt: skip


def settlement(number: int, gross: int, net: int) -> dict[str, str]:
    return row(FIRST, settlement_id=f"s-{number}", merchant="h-m", order_id=f"o-{number}",
               gross=f"{gross}", commission=f"{gross - net}", refund_netted="0", net=f"{net}",
               payee_account_hash=ACCOUNT, settled_at=instant(FIRST))  # fmt: skip


def parcel(number: int) -> list[dict[str, str]]:
    return [row(PLACED, tracking=f"t-{number}", event=event, order_id=f"o-{number}", carrier="c-1",
                at=instant(PLACED)) for event in ("handed_over", "delivered")]  # fmt: skip


@pytest.fixture
def branch(database: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """A merchant with a loan that is repaid from sales, who consents to what is told of him."""
    monkeypatch.setenv("SUIXIN_HOME", str(tmp_path))
    made = Branch.opened(tmp_path)
    made.house.borrower("m", share_bps=2_000)
    consent = Consent(consent="c-1", party_id="h-m", purpose="credit", receiver="bank",
                      kinds=("orders", "settlements", "shipments", "refunds"), since=PLACED,
                      until=date(2027, 1, 1))  # fmt: skip
    people.grant(made.house.actor, consent)
    pay(made.house.actor, made.house.order("m", 50_000_00), key="m", at=at(FIRST))
    made.live()
    return made


def flows(branch: Branch) -> dict[str, OrderFlow]:
    found = order_flows(branch.house.cashier, "h-m", at=at(branch.day))
    return {one.order: one for one in found}


@pytest.mark.mechanism("B11")
def test_three_flows_of_each_order_reconcile_or_say_what_differs(branch: Branch) -> None:
    about = branch.house.agreements["a-m"].about
    told(branch, "orders", *(order(number, 1_000_00 * number) for number in range(1, 6)))
    told(branch, "settlements", *(settlement(number, 1_000_00 * number, 950_00 * number)
                                  for number in range(1, 5)))  # fmt: skip
    told(branch, "shipments", *(one for number in (1, 2, 4) for one in parcel(number)))
    for number, came in ((1, 950_00), (2, 1_000_00), (3, 950_00 * 3)):
        reference, fen = f"SET{number}", came
        expect(branch.house.actor, Due(reference=reference, about=about, fen=fen, on=branch.day,
                                       order=f"o-{number}"))  # fmt: skip
        branch.bank.pay_in(reference, fen, branch.day)
    expect(branch.house.actor, Due(reference="SET4", about=about, fen=950_00 * 4,
                                   on=branch.day, order="o-4"))  # fmt: skip
    branch.live()
    found = flows(branch)
    assert {name: one.differs for name, one in found.items()} == {
        "o-1": (),
        "o-2": ("bank_has_less",),  # The platform tells 1,900.00, the bank brought 1,000.00.
        "o-3": ("no_goods",),
        "o-4": ("money_not_there_yet",),
        "o-5": ("no_money",),
    }
    one = found["o-1"]
    assert one.agrees
    assert (one.ordered_fen, one.settled_fen, one.net_fen) == (1_000_00, 1_000_00, 950_00)
    assert (one.received_fen, one.received_on) == (950_00, branch.day - timedelta(days=1))
    assert (one.taken_fen, one.merchant_fen) == (190_00, 760_00)
    assert one.delivered
    branch.hold()


@pytest.mark.mechanism("B11")
def test_a_refund_is_seen_in_the_data_and_in_the_money(branch: Branch) -> None:
    about = branch.house.agreements["a-m"].about
    told(branch, "orders", order(1, 1_000_00))
    told(branch, "settlements", settlement(1, 1_000_00, 950_00))
    told(branch, "shipments", *parcel(1))
    expect(branch.house.actor, Due(reference="SET1", about=about, fen=950_00, on=branch.day,
                                   order="o-1"))  # fmt: skip
    branch.bank.pay_in("SET1", 950_00, branch.day)
    branch.live()
    told(branch, "refunds", row(branch.day, refund_id="r-1", order_id="o-1", amount="10000",
                                refunded_at=instant(branch.day)))  # fmt: skip
    refund(branch.house.actor, "a-m", "o-1", 100_00, key="r-1", on=branch.day, at=at(branch.day))
    branch.live()
    one = flows(branch)["o-1"]
    assert (one.refunded_fen, one.taken_fen, one.given_back_fen) == (100_00, 190_00, 20_00)
    assert one.merchant_fen == 950_00 - 190_00 + 20_00
    branch.hold()


def test_pages_go_on_from_an_order_and_others_orders_are_not_there(branch: Branch) -> None:
    told(branch, "orders", *(order(number, 1_00) for number in range(1, 4)))
    caller, day = branch.house.cashier, at(branch.day)
    assert [one.order for one in order_flows(caller, "h-m", at=day, most=2)] == ["o-1", "o-2"]
    assert [one.order for one in order_flows(caller, "h-m", at=day, after="o-2")] == ["o-3"]
    assert order_flows(caller, "h-none", at=day) == ()
