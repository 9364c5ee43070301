"""A household at the counter of each of the seven products: sheet, application, refusals, quote.

Every step is the one before an offer in the life of an agreement. The granted application rests on
what a platform knows alone where the mode allows it, else on the facts of the mode as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from suixin.kernel.money import Money
from suixin.kernel.policy import load_policy
from suixin.lending.application_rules import costs_found, sheet_rules
from suixin.lending.approval import Case, approval_route
from suixin.lending.floating_share import BadRate, floating_share
from suixin.lending.hold import Hold
from suixin.lending.joint_liability import GroupRefusal, Member, group_refusal
from suixin.lending.origination import Application, Exposure, LoanRefusal, refusals
from suixin.lending.product import product_on, products_on
from suixin.lending.purchase_order import OrderRefusal, PurchaseOrder, order_refusal
from suixin.lending.quote import Asked, quote
from suixin.lending.streamer_guarantee import StreamerOffer, StreamerRefusal, streamer_refusal
from suixin.lending.warehouse import (
    Margin,
    Quote,
    Stock,
    StockRefusal,
    price_kg,
    standing,
    stock_refusal,
    value_fen,
)

ON = date(2026, 6, 30)
RULES = load_policy("origination").on(ON)
GUARANTEES = load_policy("guarantee").on(ON)
FUND = load_policy("fund").on(ON)
AMOUNT = 1_000_000
PLATFORM = frozenset({"orders", "order_lines", "refunds", "settlements", "shipments", "reviews"})
BUREAU = "bureau_reports"
OWES_NOTHING = Exposure()


@dataclass(frozen=True)
class Counter:
    """What is asked of one product: for what, how long, on which facts, and by which rate."""

    purpose: str
    days: int
    also_read: frozenset[str] = frozenset()
    rate_bps: int = 1_100


COUNTERS = {
    "purchase_order": Counter("inputs", 90),
    "sales_flow": Counter("inputs", 180),
    "live_slot": Counter("stock", 30, frozenset({"live_sessions"})),
    "warehouse": Counter("stock", 180, frozenset({"warehouse_receipts", "price_quotes"})),
    "streamer_guaranteed": Counter("inputs", 180, frozenset({"endorsements"})),
    "village_live": Counter("inputs", 180, frozenset({"live_sessions", "parcels"}), 720),
    "community_chain": Counter("inputs", 180, frozenset({"messages", "memberships"}), 1_250),
}
PLATFORM_ALONE = ("purchase_order", "sales_flow")


def application(name: str, **changed: Any) -> Application:
    """A household's application: proved, consenting, scored today, with a limit of 10,000.00."""
    counter = COUNTERS[name]
    asked = Application(
        household="h-1",
        village_code="530826101201",
        amount_fen=AMOUNT,
        term_days=counter.days,
        purpose=counter.purpose,
        identity_proved=True,
        consents=frozenset({"credit"}),
        file_on=ON,
        sources_read=PLATFORM | counter.also_read,
        limit_left_fen=AMOUNT,
    )
    return replace(asked, **changed)


def refused(
    name: str,
    asked: Application,
    *,
    exposure: Exposure = OWES_NOTHING,
    holds: tuple[Hold, ...] = (),
    lender: str = "licensed",
) -> list[LoanRefusal]:
    """Every reason against an application under the sheet and the cost of a product."""
    rules = sheet_rules(product_on(name, ON), areas=frozenset({"5308"}))
    made = quote(name, Money(AMOUNT), ON, Asked(COUNTERS[name].rate_bps, lender=lender))
    found = refusals(
        asked, rules, exposure, costs=costs_found(made.caps), holds=holds, policy=RULES
    )
    return [LoanRefusal(no.why) for no in found]


def test_the_seven_products_are_those_of_the_sheets() -> None:
    assert set(COUNTERS) == set(products_on(ON))


@pytest.mark.mechanism("A01", "C05")
@pytest.mark.parametrize("name", COUNTERS)
def test_an_application_is_granted_and_quoted_to_the_fen(name: str) -> None:
    asked = application(name)
    assert BUREAU not in asked.sources_read
    assert refused(name, asked) == []
    made = quote(name, Money(asked.amount_fen), ON, Asked(COUNTERS[name].rate_bps))
    assert made.refusals == ()
    assert sum(row.principal_fen for row in made.schedule.rows) == AMOUNT
    assert approval_route(Case(AMOUNT, "BBB"), RULES).by == "automatic"


@pytest.mark.mechanism("A01")
@pytest.mark.parametrize("name", PLATFORM_ALONE)
def test_what_a_platform_knows_is_enough(name: str) -> None:
    assert refused(name, application(name, sources_read=PLATFORM)) == []


@pytest.mark.mechanism("E11")
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("purchase_order", "messages"),
        ("sales_flow", "parcels"),
        ("live_slot", "endorsements"),
        ("warehouse", "messages"),
        ("streamer_guaranteed", "registry_facts"),
        ("village_live", "messages"),
        ("community_chain", "registry_facts"),
    ],
)
def test_the_facts_of_another_mode_are_not_read(name: str, source: str) -> None:
    read = application(name).sources_read | {source}
    assert refused(name, application(name, sources_read=read)) == [LoanRefusal.SOURCE_NOT_ALLOWED]


@pytest.mark.mechanism("A01", "B07")
@pytest.mark.parametrize("name", COUNTERS)
def test_the_first_refusal_decides_and_all_are_told_in_order(name: str) -> None:
    wrong = application(
        name,
        village_code="110101001001",
        identity_proved=False,
        consents=frozenset(),
        file_on=ON - timedelta(days=8),
        purpose="shares",
        term_days=4_000,
        limit_left_fen=AMOUNT - 1,
    )
    held = Hold("sandbox_paused", "p-1", ON, "breach", "K04")
    exposure = Exposure(
        household_fen=50_000_000, group_fen=1, group_cap_fen=AMOUNT, fund_lends=False,
        fund_left_fen=AMOUNT - 1,
    )  # fmt: skip
    assert refused(name, wrong, exposure=exposure, holds=(held,)) == [
        LoanRefusal.OUTSIDE_AREA,
        LoanRefusal.HELD,
        LoanRefusal.IDENTITY_UNPROVED,
        LoanRefusal.NO_CONSENT,
        LoanRefusal.FACTS_TOO_OLD,
        LoanRefusal.PURPOSE_NOT_ALLOWED,
        LoanRefusal.TERM_TOO_LONG,
        LoanRefusal.ABOVE_LIMIT,
        LoanRefusal.ABOVE_PERSON_CAP,
        LoanRefusal.ABOVE_GROUP_CAP,
        LoanRefusal.FUND_STOPPED,
        LoanRefusal.ABOVE_FUND_CAP,
    ]
    assert refused(name, application(name, limit_left_fen=None)) == [LoanRefusal.NO_LIMIT]


@pytest.mark.mechanism("E14")
def test_a_private_lender_may_not_charge_what_a_licensed_one_may() -> None:
    asked = application("community_chain")
    assert refused("community_chain", asked) == []
    assert refused("community_chain", asked, lender="private") == [LoanRefusal.COST_ABOVE_CAP]


@pytest.mark.mechanism("E01")
def test_a_purchase_order_bears_its_share_by_grade() -> None:
    until = ON + timedelta(days=60)
    order = PurchaseOrder("p-1", "h-1", "s-1", 1_428_572, until, "i-1", ON)
    facts: dict[str, Any] = {"loan_fen": AMOUNT, "financed": (), "policy": RULES}
    assert order_refusal(order, grade="BBB", **facts) is None
    for grade in ("BB", "CCC"):
        no = order_refusal(order, grade=grade, **facts)
        assert no is not None
        assert no.why is OrderRefusal.ABOVE_SHARE


@pytest.mark.mechanism("H04")
def test_goods_bear_a_draw_while_their_price_is_fresh() -> None:
    stock = Stock("r-1", 5_000_000, "z-1", None, ON - timedelta(days=1))
    quotes = [Quote(ON - timedelta(days=k), 480) for k in range(5)]
    price = price_kg(quotes, on=ON, policy=GUARANTEES)
    assert price == 480
    assert stock_refusal(stock, quotes, on=ON, policy=GUARANTEES) is None
    goods = value_fen([stock], price)
    free = standing(0, goods, on=ON, policy=GUARANTEES)
    assert (free.margin, free.draw_left_fen) == (Margin.FREE, 1_440_000)
    assert refused("warehouse", application("warehouse", limit_left_fen=free.draw_left_fen)) == []
    old = stock_refusal(stock, quotes[1:], on=ON, policy=GUARANTEES)
    assert old is StockRefusal.NO_PRICE


@pytest.mark.mechanism("K11")
def test_a_streamer_stands_for_the_whole_loan_or_not_at_all() -> None:
    due = ON + timedelta(days=180)
    offer = StreamerOffer("s-1", "h-1", AMOUNT, due, due, True, ON, (AMOUNT, due))
    facts: dict[str, Any] = {"guarantees": (), "policy": GUARANTEES}
    assert streamer_refusal(offer, month_commission_fen=166_667, **facts) is None
    no = streamer_refusal(offer, month_commission_fen=166_666, **facts)
    assert no is not None
    assert no.why is StreamerRefusal.EXPOSURE_TOO_HIGH


@pytest.mark.mechanism("E08")
def test_neighbours_stand_for_one_another_in_threes() -> None:
    until = ON + timedelta(days=365)
    three = [Member(f"h-{k}", AMOUNT, until, ON) for k in (1, 2, 3)]
    facts: dict[str, Any] = {"kin": frozenset(), "guarantees": (), "policy": GUARANTEES}
    assert group_refusal(three, **facts) is None
    no = group_refusal(three[:2], **facts)
    assert no is not None
    assert no.why is GroupRefusal.TOO_FEW
    capped = Exposure(group_fen=2_000_001, group_cap_fen=3_000_000)
    asked = application("community_chain")
    assert refused("community_chain", asked, exposure=capped) == [LoanRefusal.ABOVE_GROUP_CAP]


@pytest.mark.mechanism("H07")
@pytest.mark.parametrize(("bad", "expected"), [(500, []), (501, [LoanRefusal.FUND_STOPPED])])
def test_the_fund_lends_by_its_last_quarter(bad: int, expected: list[LoanRefusal]) -> None:
    lends = floating_share(BadRate(date(2026, 3, 31), bad, 10_000), FUND).lend
    asked = application("village_live")
    assert refused("village_live", asked, exposure=Exposure(fund_lends=lends)) == expected
