"""What the life of an agreement always keeps, whatever happens to it and in whatever order.

`SUIXIN_NIGHTLY=1` draws 2,000 histories for each.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from histories import LENGTH, TERMS, after, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lives import AGREEMENT, START, booked, hold_together, rules, terms_of

from suixin.lending import events as kinds
from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.differences import differences
from suixin.lending.events import Event
from suixin.lending.ledger import Scope
from suixin.lending.replay import Replayed, replay

NIGHTLY = os.environ.get("SUIXIN_NIGHTLY") == "1"
few: Callable[[Any], Any] = settings(
    max_examples=2_000 if NIGHTLY else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _replayed(said: dict[str, Any], happened: list[Event], days: int = LENGTH) -> Replayed:
    return replay(terms_of(said), happened, on=after(days), rules=rules())


@pytest.mark.mechanism("C12")
@given(history=histories(), days=st.integers(0, LENGTH))
@few
def test_nothing_is_created_or_lost(history: tuple[dict[str, Any], list[Event]], days: int) -> None:
    said, happened = history
    made = _replayed(said, happened, days)
    ledger = booked(made)
    hold_together(ledger, made.state)
    cash = {
        one.key: sum(posting.fen for posting in one.postings if posting.account == "1001")
        for one in made.transactions
    }
    gone = {one.of for one in happened if isinstance(one, kinds.Reversal)}
    for event in happened:
        if isinstance(event, kinds.Receipt) and event.on <= made.state.on:
            came = cash.get(f"{AGREEMENT}/{event.key}", 0)
            assert came == event.fen or event.key in gone
    for day in range(0, days, 25):
        scope = Scope(agreement=AGREEMENT, valued_through=after(day))
        assert sum(ledger.balances(scope).values()) == 0


@pytest.mark.mechanism("E06")
@given(history=histories(), chance=st.integers(0, 2**32))
@few
def test_the_order_of_entry_is_nothing(
    history: tuple[dict[str, Any], list[Event]], chance: int
) -> None:
    said, happened = history
    shuffled = [*happened, *happened]
    Random(chance).shuffle(shuffled)
    assert _replayed(said, shuffled) == _replayed(said, happened)


@given(history=histories(), cut=st.integers(0, LENGTH - 1))
@few
def test_a_prefix_then_the_rest_is_all(
    history: tuple[dict[str, Any], list[Event]], cut: int
) -> None:
    said, happened = history
    gone = {one.of for one in happened if isinstance(one, kinds.Reversal)}
    happened = [one for one in happened if not isinstance(one, kinds.Reversal)]
    happened = [one for one in happened if one.key not in gone]
    day = after(cut)
    whole = _replayed(said, happened)
    first = _replayed(said, [one for one in happened if one.on <= day], cut)
    second = replay(
        terms_of(said),
        [one for one in happened if one.on > day],
        on=whole.state.on,
        rules=rules(),
        after=first.state,
    )
    assert second.state == whole.state
    assert first.transactions + second.transactions == whole.transactions


@pytest.mark.mechanism("B07")
@given(history=histories(), told=st.integers(0, LENGTH))
@few
def test_whatever_is_learned_late_the_ledger_ends_the_same(
    history: tuple[dict[str, Any], list[Event]], told: int
) -> None:
    said, happened = history
    middle, end = after(told), after(LENGTH)
    ledger = Books(chart_on(START))
    for on in (middle, end):
        made = replay(terms_of(said), happened, on=on, rules=rules(), known_on=on)
        for one in differences(ledger, made.transactions, agreement=AGREEMENT, booked_on=on):
            ledger.post(one)
        hold_together(ledger, made.state)
    again = [*differences(ledger, made.transactions, agreement=AGREEMENT, booked_on=end)]
    assert again == []
    fresh = booked(made)
    for day in range(0, LENGTH, 40):
        scope = Scope(agreement=AGREEMENT, valued_through=after(day))
        found, expected = ledger.balances(scope), fresh.balances(scope)
        assert {c: f for c, f in found.items() if f} == {c: f for c, f in expected.items() if f}


@given(history=histories())
@few
def test_interest_and_penalty_never_shrink_by_themselves(
    history: tuple[dict[str, Any], list[Event]],
) -> None:
    said, happened = history
    made = _replayed(said, happened)
    for one in made.transactions:
        if "/accrue/" in one.key:
            income = sum(p.fen for p in one.postings if p.account in ("1102", "1103", "9003"))
            assert income >= 0, one.key


def test_a_day_without_anything_changes_only_the_day() -> None:
    first = replay(terms_of(TERMS[0]), [], on=START, rules=rules())
    later = replay(terms_of(TERMS[0]), [], on=date(2026, 3, 9), rules=rules())
    assert first.transactions == later.transactions
