"""What lending refuses by name: flows, suppliers, sources, prices; limits over time; dividends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from lending_world import World, good_file

from suixin.data.errors import InputError
from suixin.service.app import accepting, arrears, deciding, dividends, limits, loans, paying
from suixin.service.app.accepting import ReadBack
from suixin.service.app.applications import Backer
from suixin.service.app.applying import Applied


def epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def seconds(day: date) -> int:
    return epoch(day) * 86_400


def traded(world: World, party: str, orders: int, without_goods: int) -> None:
    """Orders of a shop in the last weeks, some of whose goods nobody saw move."""
    day = world.day - timedelta(days=20)
    rows: dict[str, list[dict[str, Any]]] = {"orders": [], "settlements": [], "shipments": []}
    for number in range(orders):
        name = f"o-{number}"
        rows["orders"].append(
            {
                "order_id": name,
                "merchant": party,
                "buyer": "b-1",
                "gross": 10_000,
                "freight": 0,
                "placed_at": seconds(day),
            }
        )
        rows["settlements"].append(
            {
                "order_id": name,
                "merchant": party,
                "gross": 10_000,
                "settled_at": seconds(day + timedelta(days=5)),
            }
        )
        if number >= without_goods:
            rows["shipments"].append(
                {
                    "order_id": name,
                    "subject": party,
                    "event": "delivered",
                    "at": seconds(day + timedelta(days=3)),
                }
            )
    for feed, found in rows.items():
        world.rows.setdefault(feed, []).extend(found)


@pytest.mark.mechanism("C02")
@pytest.mark.parametrize(("without", "refused"), [(1, []), (2, ["too_few_match"])])
def test_orders_without_goods_bear_no_loan(world: World, without: int, refused: list[str]) -> None:
    world.register("h-1")
    traded(world, "h-1", 10, without)
    made = world.applied("h-1", "sales_flow", 2_000_000)
    assert [one.why for one in made.refusals] == refused


def purchase(world: World, fen: int = 1_000_000, **said: Any) -> Applied:
    """A shop's loan for an order of seed; what the feed says of the order may be otherwise."""
    world.register("h-1")
    world.register("s-1", kind="business")
    row = {
        "po": "po-1",
        "buyer": "h-1",
        "supplier": "s-1",
        "amount": 2_000_000,
        "deliver_by": epoch(world.day + timedelta(days=30)),
        "paid_at": None,
        "invoice_hash": "i-1",
        "occurred_at": seconds(world.day - timedelta(days=2)),
    }
    world.rows["purchase_orders"] = [{**row, **said}]
    return world.applied("h-1", "purchase_order", fen, about={"order": "po-1", "supplier": "s-1"})


@pytest.mark.mechanism("E03")
def test_money_for_an_order_goes_to_the_listed_supplier_alone(world: World) -> None:
    name = purchase(world).application.application
    world.accepted(name)
    world.listed("h-1")
    with pytest.raises(InputError) as wrong:
        paying.disburse(world.officer, name, fen=1_000_000, key="k", why="w", at=world.at)
    assert wrong.value.code == "SUPPLIER_NOT_LISTED"
    world.listed("s-1", person=False)
    # Others buy of it too, so that it is no supplier for this borrower alone.
    world.rows["orders"] = [
        {
            "order_id": "x",
            "merchant": "s-1",
            "buyer": "b-9",
            "gross": 5_000,
            "placed_at": seconds(world.day - timedelta(days=200)),
        }
    ]
    world.paid(name, 1_000_000)
    (paid,) = paying.paid_out(world.officer, name)
    assert (paid.payee, paid.purpose) == ("s-1", "SUPP")


@pytest.mark.mechanism("E03")
@pytest.mark.parametrize(
    ("feed", "row", "code"),
    [
        ("party_links", {"from": "s-1", "to": "h-1", "kind": "kin"}, "RELATED_PARTY"),
        ("party_links", {"from": "h-1", "to": "s-1", "kind": "owner"}, "RELATED_PARTY"),
        ("party_links", {"from": "s-1", "to": "h-1", "kind": "supplier"}, ""),
        ("parties", {"party_id": "s-1", "device_hash": "d-1"}, "RELATED_PARTY"),
    ],
)
def test_a_supplier_tied_to_the_borrower_is_not_paid(
    world: World, feed: str, row: dict[str, Any], code: str
) -> None:
    name = purchase(world).application.application
    world.accepted(name)
    world.listed("s-1", person=False)
    world.rows["orders"] = [
        {
            "order_id": "x",
            "merchant": "s-1",
            "buyer": "b-9",
            "gross": 5_000,
            "placed_at": seconds(world.day - timedelta(days=200)),
        }
    ]
    world.rows.setdefault(feed, []).append(row)
    if feed == "parties":
        world.rows[feed].append({"party_id": "h-1", "device_hash": "d-1"})
    if not code:
        assert paying.disburse(world.officer, name, fen=1_000_000, key="k", why="w", at=world.at)
        return
    with pytest.raises(InputError) as wrong:
        paying.disburse(world.officer, name, fen=1_000_000, key="k", why="w", at=world.at)
    assert wrong.value.code == code


@pytest.mark.mechanism("E03")
def test_a_new_supplier_whom_nobody_else_pays_is_not_paid(world: World) -> None:
    name = purchase(world).application.application
    world.accepted(name)
    world.listed("s-1", person=False)
    world.rows["orders"] = [
        {
            "order_id": "x",
            "merchant": "s-1",
            "buyer": "h-1",
            "gross": 5_000,
            "placed_at": seconds(world.day - timedelta(days=5)),
        }
    ]
    with pytest.raises(InputError, match="whom nobody else pays") as wrong:
        paying.disburse(world.officer, name, fen=1_000_000, key="k", why="w", at=world.at)
    assert wrong.value.code == "CASH_OUT"


@pytest.mark.parametrize(
    ("said", "fen", "why"),
    [
        ({"invoice_hash": None}, 1_000_000, "order_no_invoice"),
        ({"po": "other"}, 1_000_000, "order_not_confirmed"),
        ({}, 1_500_001, "order_above_share"),
    ],
)
def test_an_order_bears_a_part_of_itself_if_it_is_one(
    world: World, said: dict[str, Any], fen: int, why: str
) -> None:
    assert [one.why for one in purchase(world, fen, **said).refusals] == [why]


@pytest.mark.mechanism("E11")
def test_a_mode_that_may_not_read_a_source_lends_nothing_on_it(world: World) -> None:
    world.register("h-1")
    world.files["h-1"] = good_file(world.day, feeds=("orders", "registry_facts"))
    for product, why in (("community_chain", ["source_not_allowed"]), ("village_live", [])):
        made = world.applied("h-1", product, 1_000_000, times=3)
        assert [one.why for one in made.refusals] == why


@pytest.mark.mechanism("C05")
def test_the_price_is_the_files_inside_the_bands_and_caps(world: World) -> None:
    world.register("h-1")
    world.files["h-1"] = good_file(world.day, rate_bps=1130)
    name = world.applied("h-1", "sales_flow", 2_000_000).application.application
    made = deciding.ask_decision(world.officer, name, at=world.at).offer
    assert made is not None
    assert made.rate_bps == 1130
    assert 11 < float(made.all_in) < 24
    with pytest.raises(InputError) as wrong:
        deciding.decide(
            world.officer, name, approve=True, rate_bps=1201, why="w", key="k", at=world.at
        )
    assert wrong.value.code == "RATE"


@pytest.mark.mechanism("H05")
def test_a_limit_rises_in_steps_falls_at_once_and_stands_still_for_little(world: World) -> None:
    world.register("h-1")
    file = world.files["h-1"]
    moved: list[int | None] = []
    for days, target in ((0, 500_000), (1, 622_549), (2, 590_000), (3, 400_000), (4, 405_000)):
        change = limits.refreshed(
            world.actor,
            "h-1",
            "sales_flow",
            replace(file, target_fen=target),
            on=world.day + timedelta(days=days),
            at=world.at,
        )
        moved.append(None if change is None else change.to_fen)
    assert moved == [500_000, 600_000, None, 400_000, None]
    same_day = limits.refreshed(
        world.actor, "h-1", "sales_flow", file, on=world.day + timedelta(days=3), at=world.at
    )
    assert same_day is None
    path = limits.limits(world.household("h-1"), "h-1", "sales_flow")
    assert [one.move.value for one in path] == ["first", "raised_by_step", "lowered"]
    world.later(days=5)
    refused = world.applied("h-1", "sales_flow", 400_001)
    assert [one.why for one in refused.refusals] == ["above_limit"]
    with pytest.raises(InputError):
        limits.limits(world.household("h-2"), "h-1", "sales_flow")


@pytest.mark.mechanism("E10")
def test_a_dividend_pays_the_loan_then_the_group_then_the_member(world: World) -> None:
    members = ("h-1", "h-2", "h-3")
    for party in members:
        world.register(party)
    backers = tuple(Backer(party=party, cap_fen=2_000_000) for party in members[1:])
    name = world.applied(
        "h-1", "community_chain", 1_000_000, group="g", backers=backers, times=3
    ).application.application
    world.accepted(name)
    until = world.day + timedelta(days=700)
    for party in ("h-2", "h-3", "h-1"):
        said = ReadBack(cap_fen=2_000_000, until=until, read_fen=2_000_000, read_until=until)
        accepting.sign_guarantee(world.household(party), name, party, said, at=world.at)
    world.listed("h-1")
    world.paid(name, 1_000_000)
    world.later(days=200)
    before = loans.agreement(world.officer, name, at=world.at).row
    world.agreed(arrears.call_guarantors(world.officer, name, why="w", key="c", at=world.at))
    asked = {one.guarantor: one.asked_fen for one in arrears.calls_of(world.actor, name)}
    sold = {"h-1": 100, "h-2": 800, "h-3": 100}
    made = dividends.dividend(world.cashier, sold, total_fen=1_000_000, key="d", at=world.at)
    by = {one.party: one for one in made}
    assert by["h-1"].own == {name: 100_000}
    assert by["h-1"].member_fen == 0
    assert by["h-2"].called == {name: asked["h-2"]}
    assert by["h-2"].member_fen == 800_000 - asked["h-2"]
    assert by["h-3"].called == {name: 100_000}
    assert sum(one.dividend_fen for one in made) == 1_000_000
    after = loans.agreement(world.officer, name, at=world.at).row
    paid = 100_000 + asked["h-2"] + 100_000
    assert after.payoff_fen == before.payoff_fen - paid
    again = dividends.dividend(world.cashier, sold, total_fen=1_000_000, key="d", at=world.at)
    assert again == made
    assert loans.agreement(world.officer, name, at=world.at).row == after


def test_a_streamer_stands_for_it_to_his_own_cap(world: World) -> None:
    for party in ("h-1", "s-1"):
        world.register(party)
    world.rows["settlements"] = [
        {
            "promoter": "s-1",
            "commission": 1_800_000,
            "settled_at": seconds(world.day - timedelta(days=30)),
            "order_id": None,
        }
    ]
    backers = (Backer(party="s-1", cap_fen=900_001),)
    name = world.applied(
        "h-1", "streamer_guaranteed", 1_000_000, backers=backers, times=3
    ).application.application
    world.accepted(name)
    until = world.day + timedelta(days=150)
    said = ReadBack(cap_fen=900_001, until=until, read_fen=900_001, read_until=until)
    made = accepting.sign_guarantee(world.household("s-1"), name, "s-1", said, at=world.at)
    assert made.refusal is not None
    assert (made.refusal.why, made.refusal.allowed) == (
        "exposure_too_high",
        "9,000.00 CNY in all",
    )
