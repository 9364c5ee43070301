"""What must always hold of clean sales: nothing fake, unpaid or still to come moves a fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.credit.sales import CleanRules, clean_sales
from suixin.credit.subject import subjects_of
from suixin.data.lake import Loader
from suixin.kernel.day import day_end
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
END = day_end(DAY)
HOUR, DAYS = 3_600, 86_400
LONG_AGO = END - 900 * DAYS
RULES = CleanRules.of(load_policy("stability").on(DAY))
# An example costs a database; each holds the same shop in many variants at once.
few = settings(max_examples=5, deadline=None)


@dataclass(frozen=True)
class Order:
    """One order and what followed; times in seconds before the end of the day."""

    before: int
    gross: int
    buyer: str
    paid: int  # Of the gross, at settlement; the rest is commission.
    settled: bool
    delivered: bool
    refund: int  # Of the gross, a week after placing.


def order(draw: Any) -> Order:
    gross = draw(st.integers(1, 500_00))
    return Order(
        # Few days and hours, so that hours get crowded and buyers come back.
        before=draw(st.integers(1, 10)) * 20 * DAYS + draw(st.integers(0, 3)) * HOUR,
        gross=gross,
        buyer=f"buyer{draw(st.integers(0, 12))}",
        paid=draw(st.integers(0, gross)),
        settled=draw(st.booleans()) or draw(st.booleans()),
        delivered=draw(st.booleans()) or draw(st.booleans()),
        refund=draw(st.one_of(st.just(0), st.integers(1, gross))),
    )


shops = st.lists(st.composite(order)(), min_size=1, max_size=60)


def worth(variants: Sequence[Sequence[Order]]) -> list[dict[int, tuple[int, str | None]]]:
    """The clean value in fen and the cut of every order of every variant, by its place in it."""
    feeds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, orders in enumerate(variants):
        for party in ("shop", "wife"):
            household = f"shop@{number}" if party == "wife" else None
            feeds["parties"].append(
                row(
                    LONG_AGO, party_id=f"{party}@{number}", kind="household", household_id=household
                )
            )
        for place, one in enumerate(orders):
            happen(feeds, f"{place}@{number}", one, f"@{number}")
    loader = Loader()
    for name in ("refunds", "settlements", "shipments"):
        loader.connect(name)
    for name, rows in feeds.items():
        columns = {key: np.array([one[key] for one in rows], dtype=object) for key in rows[0]}
        loader.connection.register("columns", columns)
        loader.connection.execute(f"CREATE TABLE {name}_rows AS SELECT * FROM columns")
        loader.add(name, loader.connection.table(f"{name}_rows"))
    found: list[dict[int, tuple[int, str | None]]] = [{} for _ in variants]
    with loader.finish() as loaded:
        assert not len(loaded.quarantine), loaded.quarantine[0]
        known = loaded.on(DAY)
        subjects = subjects_of(known, loaded.connection)
        sales = subjects.engine.fetch(clean_sales(known, subjects, RULES))
    for name, q, cut in zip(sales["order_id"], sales["q"], sales["cut"], strict=True):
        place, number = str(name).split("@")
        found[int(number)][int(place)] = (int(q), cut)
    return found


def row(moment: int, /, **fields: Any) -> dict[str, Any]:
    common = {
        "source": "test", "subject": "somebody", "occurred_at": moment, "recorded_at": moment,
        "file": "rows", "line": 1, "identity_kind": "resident", "identity": "0" * 64,
    }  # fmt: skip
    return {**common, **fields}


def happen(feeds: dict[str, list[dict[str, Any]]], name: str, one: Order, shop: str) -> None:
    at = END - one.before
    feeds["orders"].append(
        row(
            at, order_id=name, merchant=f"shop{shop}", buyer=one.buyer + shop, channel="shelf",
            gross=one.gross, freight=0, placed_at=at, buyer_kind="household", live_session=None,
        )
    )  # fmt: skip
    if one.delivered:
        for event, late in (("handed_over", DAYS), ("delivered", 2 * DAYS)):
            scan = {"tracking": name, "order_id": name, "carrier": "post", "at": at + late}
            feeds["shipments"].append(row(at + late, event=event, **scan))
    if one.settled:
        money = {"commission": one.gross - one.paid, "refund_netted": 0, "net": one.paid}
        paid = {"settled_at": at + 9 * DAYS, "payee_account_hash": "0" * 64, "gross": one.gross}
        named = {"settlement_id": name, "merchant": f"shop{shop}", "order_id": name}
        feeds["settlements"].append(row(at + 9 * DAYS, **named, **paid, **money))
    if one.refund:
        back = {"refund_id": name, "order_id": name, "amount": one.refund}
        feeds["refunds"].append(row(at + 7 * DAYS, refunded_at=at + 7 * DAYS, **back))


@pytest.mark.mechanism("K10")
@few
@given(shops, st.data())
def test_nothing_fake_unpaid_or_still_to_come_moves_what_is_real(
    orders: list[Order], data: st.DataObject
) -> None:
    """As much again of the seller's own, of unpaid, of undelivered, of tomorrow: not one fen."""
    share = data.draw(st.lists(st.sampled_from(orders), min_size=1, max_size=30))
    fakes = {
        "own": [replace(one, buyer="wife", settled=True, delivered=True) for one in share],
        "unpaid": [replace(one, settled=False) for one in share],
        "undelivered": [replace(one, delivered=False) for one in share],
        "tomorrow": [replace(one, before=-1 - k, delivered=True) for k, one in enumerate(share)],
    }
    plain, *others = worth([orders, *([*orders, *fake] for fake in fakes.values())])
    for name, found in zip(fakes, others, strict=True):
        real = {place: one for place, one in found.items() if place < len(orders)}
        added = [q for place, (q, _) in found.items() if place >= len(orders)]
        assert real == plain, name
        assert sum(added) == 0, name
        if name == "tomorrow":
            assert added == []  # Not even known.


@few
@given(shops, st.randoms(use_true_random=False))
def test_neither_order_of_rows_nor_company_matters_and_no_order_is_worth_more_than_was_paid(
    orders: list[Order], chance: Any
) -> None:
    places = list(range(len(orders)))
    chance.shuffle(places)
    mixed, first, found = worth([[orders[k] for k in places], orders[:1] * 3, orders])
    for place, (q, cut) in found.items():
        one = orders[place]
        worth_at_most = max(0, one.paid - one.refund) if one.settled else 0
        assert 0 <= q <= worth_at_most
        assert cut is not None or q == worth_at_most
    assert len(found) == len(orders)
    assert len(first) == 3
    # Orders of one second are told apart by their ids, which the mixing changed: count by moment.
    assert by_moment(orders, found) == by_moment([orders[k] for k in places], mixed)


def by_moment(orders: Sequence[Order], found: dict[int, tuple[int, str | None]]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for place, (_, cut) in found.items():
        if cut not in ("BURST", "BUYER_CAP"):
            counts[f"{orders[place]} {cut}"] += 1
    return counts


@few
@given(shops)
def test_a_shop_alone_is_worth_what_it_is_in_a_crowd(orders: list[Order]) -> None:
    alone = worth([orders])[0]
    assert worth([orders[::-1], orders, orders[:5]])[1] == alone
