"""Goods, animals, claims and streamers that stand behind a loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.policy import load_policy
from suixin.lending.circle import Guarantee
from suixin.lending.pledge import (
    MOVES,
    PLEDGE_WORDING,
    Pledge,
    PledgeRefusal,
    PledgeState,
    counts_fen,
    moved,
    offer_refusal,
)
from suixin.lending.refused import Refused
from suixin.lending.streamer_guarantee import (
    STREAMER_WORDING,
    StreamerOffer,
    StreamerRefusal,
    streamer_refusal,
)
from suixin.lending.warehouse import (
    STOCK_WORDING,
    Margin,
    Quote,
    Stock,
    StockRefusal,
    goods_kg,
    price_kg,
    standing,
    stock_refusal,
    value_fen,
)

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
RULES = load_policy("guarantee").on(DAY)
COW = Pledge("livestock", "ear 1330", "a-1", 1_200_000, date(2026, 6, 1))
STOCK = Stock("r-1", 20_000_000, "z-1", date(2026, 12, 31), date(2026, 6, 1))


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


@pytest.mark.mechanism("H04")
@pytest.mark.parametrize("case", cases("lending_warehouse"), ids=lambda case: case["name"])
def test_margin(case: dict[str, Any]) -> None:
    found = standing(
        case["debt"], case["goods"], on=DAY, policy=RULES, called_on=case.get("called")
    )
    assert found.margin is Margin(case["margin"])
    assert found.draw_left_fen == case.get("draw_left", 0)
    assert (found.pay_fen, found.add_fen) == (case.get("pay", 0), case.get("add", 0))
    assert found.until == case.get("until")


@pytest.mark.mechanism("H04")
@pytest.mark.parametrize("case", cases("lending_warehouse"), ids=lambda case: case["name"])
def test_paying_or_adding_what_is_asked_cures_and_a_fen_less_does_not(case: dict[str, Any]) -> None:
    if "pay" not in case:
        return
    debt, goods, called = case["debt"], case["goods"], DAY
    for paid, added in ((case["pay"], 0), (0, case["add"])):
        cured = standing(debt - paid, goods + added, on=DAY, policy=RULES, called_on=called)
        assert cured.margin in (Margin.FREE, Margin.FULL)
    short = standing(debt - case["pay"] + 1, goods, on=DAY, policy=RULES, called_on=called)
    assert short.margin in (Margin.CALL, Margin.SELL)


@pytest.mark.mechanism("H04")
def test_goods_are_worth_the_median_of_five_fresh_quotes() -> None:
    quotes = [
        Quote(DAY - timedelta(days=back), price)
        for back, price in enumerate((480, 470, 500, 490, 610))
    ]
    assert price_kg(quotes, on=DAY, policy=RULES) == 490
    assert price_kg(quotes[:4], on=DAY, policy=RULES) is None
    assert price_kg(quotes, on=DAY + timedelta(days=3), policy=RULES) == 490
    assert price_kg(quotes, on=DAY + timedelta(days=4), policy=RULES) is None
    ahead = [*quotes, Quote(DAY + timedelta(days=1), 9_999)]
    assert price_kg(ahead, on=DAY, policy=RULES) == 490
    assert value_fen([STOCK, replace(STOCK, weight_g=999)], 480) == 9_600_000 + 479
    assert goods_kg(1_661_539, 480) == 3_462


@pytest.mark.mechanism("H04")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"registry_no": None}, StockRefusal.NOT_REGISTERED),
        ({"expires_on": DAY}, None),
        ({"expires_on": date(2026, 6, 29)}, StockRefusal.EXPIRED),
        ({"inspected_on": None}, StockRefusal.NOT_INSPECTED),
        ({"inspected_on": DAY - timedelta(days=90)}, None),
        ({"inspected_on": DAY - timedelta(days=91)}, StockRefusal.NOT_INSPECTED),
        ({"inspected_on": DAY}, None),
        ({"inspected_on": DAY + timedelta(days=1)}, StockRefusal.NOT_INSPECTED),
        ({"registry_no": None, "inspected_on": None}, StockRefusal.NOT_REGISTERED),
    ],
)
def test_goods_that_back_no_draw(changed: dict[str, Any], expected: StockRefusal | None) -> None:
    quotes = [Quote(DAY, 480)] * 5
    assert stock_refusal(replace(STOCK, **changed), quotes, on=DAY, policy=RULES) is expected


@pytest.mark.mechanism("H04")
def test_without_a_price_nothing_is_drawn() -> None:
    found = stock_refusal(STOCK, [Quote(DAY, 480)] * 4, on=DAY, policy=RULES)
    assert found is StockRefusal.NO_PRICE


@pytest.mark.mechanism("L02", "H04")
@pytest.mark.parametrize("thing", ["ear 1330", "EAR-1330", " ear1330 ", "ｅａｒ１３３０"])
def test_the_same_thing_stands_behind_one_agreement(thing: str) -> None:
    again = replace(COW, thing=thing, agreement="a-2")
    found = offer_refusal(again, [COW], RULES)
    assert found is not None
    assert found.why is PledgeRefusal.PLEDGED_ALREADY
    assert found.found == f"{thing} behind a-1"


@pytest.mark.mechanism("L02")
@pytest.mark.parametrize("state", [PledgeState.RELEASED, PledgeState.SOLD])
def test_once_released_or_sold_it_may_stand_again(state: PledgeState) -> None:
    assert offer_refusal(replace(COW, agreement="a-2"), [replace(COW, state=state)], RULES) is None


@pytest.mark.mechanism("L02")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"kind": "house"}, PledgeRefusal.UNKNOWN_KIND),
        ({"thing": " - "}, PledgeRefusal.UNKNOWN_KIND),
        ({"value_fen": None}, PledgeRefusal.NOT_VALUED),
        ({"valued_on": DAY + timedelta(days=1)}, PledgeRefusal.NOT_VALUED),
        ({"valued_on": DAY - timedelta(days=180)}, None),
        ({"valued_on": DAY - timedelta(days=181)}, PledgeRefusal.VALUE_TOO_OLD),
    ],
)
def test_what_is_not_taken(changed: dict[str, Any], expected: PledgeRefusal | None) -> None:
    found = offer_refusal(replace(COW, **changed), (), RULES)
    assert (found and found.why) == expected


@pytest.mark.mechanism("L02")
@pytest.mark.parametrize("to", PledgeState)
@pytest.mark.parametrize("state", PledgeState)
def test_every_move_of_a_pledge(state: PledgeState, to: PledgeState) -> None:
    found = moved(replace(COW, state=state), to, RULES, registry_no="0731-22")
    if to in MOVES[state]:
        assert isinstance(found, Pledge)
        assert (found.state, found.registry_no) == (to, "0731-22")
    else:
        assert isinstance(found, Refused)
        assert (found.why, found.found) == (PledgeRefusal.MOVE_NOT_ALLOWED, f"{state} to {to}")


@pytest.mark.mechanism("L02")
def test_a_pledge_counts_while_held_and_freshly_valued() -> None:
    held = replace(COW, state=PledgeState.HELD)
    assert counts_fen(held, RULES) == 600_000
    assert counts_fen(replace(held, valued_on=DAY - timedelta(days=181)), RULES) == 0
    assert all(counts_fen(replace(COW, state=s), RULES) == 0 for s in PledgeState if s != "held")


@pytest.mark.mechanism("K11")
@pytest.mark.parametrize("case", cases("lending_streamer"), ids=lambda case: case["name"])
def test_streamer(case: dict[str, Any]) -> None:
    until = case.get("until", date(2027, 1, 31))
    read_back = case.get("read_back", [900_000, until])
    offer = StreamerOffer(
        streamer="s-1",
        debtor=case.get("debtor", "m-1"),
        cap_fen=case.get("cap", 900_000),
        last_due_on=date(2027, 1, 31),
        until=until,
        joint=case.get("joint", True),
        signed_on=case.get("signed", DAY),
        read_back=None if read_back is None else (read_back[0], read_back[1]),
    )
    found = streamer_refusal(
        offer,
        month_commission_fen=case.get("commission", 150_000),
        guarantees=[Guarantee(*one) for one in case.get("guarantees", ())],
        policy=RULES,
    )
    assert (found.why if found else "none") == case["expect"]
    if "found" in case:
        assert found is not None
        assert found.found == case["found"]


def test_a_guarantee_outlasts_the_loan() -> None:
    early = StreamerOffer("s-1", "m-1", 1, DAY, DAY - timedelta(days=1), True, DAY, None)
    with pytest.raises(ValueError, match="outlasts the loan"):
        streamer_refusal(early, month_commission_fen=1, guarantees=(), policy=RULES)


@pytest.mark.parametrize(
    ("wording", "refusals"),
    [
        (PLEDGE_WORDING, PledgeRefusal),
        (STREAMER_WORDING, StreamerRefusal),
        (STOCK_WORDING, StockRefusal),
    ],
)
def test_every_refusal_is_told_in_both_languages(wording: Any, refusals: Any) -> None:
    assert list(wording) == list(refusals)
    assert all(words.zh and words.en for words in wording.values())
