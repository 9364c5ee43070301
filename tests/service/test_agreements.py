"""Agreements in the store: the lives of the case table, entered one event at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.db import connections
from lives import AGREEMENT, START, booked, events_of, rules, terms_of
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.lending import events as kinds
from suixin.lending.agreement import AgreementTerms
from suixin.lending.events import IN_A_DAY, Draw, Event, PlannedDue, Receipt, WriteOff
from suixin.lending.ledger import Scope
from suixin.lending.refused import Refused
from suixin.lending.replay import replay
from suixin.service.store import agreements, people
from suixin.service.store.books import StoredBooks
from suixin.service.store.event_rows import content_of, event_of
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor, Role

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_servicing.yaml").read_text("utf-8")
)
SAID = {"rate": 720, "limit": 10_000_000, "rows": [[date(2026, 4, 20), 0], [date(2026, 8, 20)]]}
DAY = date(2026, 3, 10)
VILLAGE = "440811100201"


@pytest.fixture
def books(stored_books: NewBooks) -> StoredBooks:
    made = stored_books()
    assert isinstance(made, StoredBooks)
    people.register(made.actor, Registered(party_id="h-1", kind="household", village_code=VILLAGE))
    return made


@pytest.fixture
def signed(books: StoredBooks) -> AgreementTerms:
    terms = terms_of(SAID)
    agreements.sign(books.actor, terms)
    return terms


def draw(key: str, fen: int, on: date = DAY, booked_on: date | None = None) -> Draw:
    return Draw(key=key, on=on, booked_on=booked_on or on, fen=fen)


def entered(books: StoredBooks, *events: Event, through: date = DAY) -> agreements.Recorded:
    return agreements.record(books.actor, AGREEMENT, events, through=through, rules=rules())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_life_entered_event_by_event_is_the_life_replayed(
    case: dict[str, Any], books: StoredBooks
) -> None:
    terms, through = terms_of(case["terms"]), case["through"]
    assert agreements.sign(books.actor, terms)
    assert not agreements.sign(books.actor, terms)
    refused: dict[str, Refused] = {}
    for event in sorted(events_of(case["events"]), key=lambda one: one.booked_on):
        day = max(event.booked_on, terms.start)
        made = agreements.record(books.actor, AGREEMENT, [event], through=day, rules=rules())
        refused |= dict(made.refused)
    last = max(through, *(one.booked_on for one in events_of(case["events"])))
    made = agreements.record(books.actor, AGREEMENT, [], through=last, rules=rules())
    known = agreements.history_of(books.actor, AGREEMENT)
    assert {one.key for one in known}.isdisjoint(refused)
    assert len(known) + len(refused) >= len(case["events"])
    expected = replay(terms, known, on=last, rules=rules())
    assert made.state == expected.state
    ledger = booked(expected)
    for scope in (Scope(), Scope(agreement=AGREEMENT), Scope(valued_through=through)):
        found = {code: fen for code, fen in books.balances(scope).items() if fen}
        assert found == {code: fen for code, fen in ledger.balances(scope).items() if fen}
    again = agreements.record(books.actor, AGREEMENT, known, through=last, rules=rules())
    assert again.posted == ()


def test_what_comes_late_is_a_difference_that_names_what_it_corrects(
    books: StoredBooks, signed: AgreementTerms
) -> None:
    entered(books, draw("d", 5_000_000, START), through=START)
    later = date(2026, 4, 25)
    entered(books, through=later)
    known_before = dict(books.balances(Scope(booked_through=later)))
    told = later + timedelta(days=1)
    paid = Receipt(key="r", on=date(2026, 3, 20), booked_on=told, fen=2_000_000)
    after = entered(books, paid, through=told)
    interest = round(5_000_000 * 0.072 * 19 / 365)  # To the day from which it counts: 187.40.
    assert after.state.principal_fen == 5_000_000 - (2_000_000 - interest)
    corrections = [one for one in after.posted if one.corrects]
    assert corrections
    assert all(one.booked_on == told for one in after.posted)
    assert dict(books.balances(Scope(booked_through=later))) == known_before


def test_an_event_is_entered_once(books: StoredBooks, signed: AgreementTerms) -> None:
    assert entered(books, draw("d", 500)).posted
    assert entered(books, draw("d", 500)).posted == ()
    with pytest.raises(InputError) as wrong:
        entered(books, draw("d", 501))
    assert wrong.value.code == "KEY_TAKEN"
    assert agreements.history_of(books.actor, AGREEMENT) == (draw("d", 500),)


def test_a_refused_event_is_not_entered_nor_what_came_with_it(
    books: StoredBooks, signed: AgreementTerms
) -> None:
    made = entered(books, draw("fits", 500), draw("more", 10_000_000))
    assert [key for key, _ in made.refused] == ["more"]
    assert made.posted == ()
    assert agreements.history_of(books.actor, AGREEMENT) == ()
    assert not books.balances()


def test_what_the_ledger_refuses_takes_the_event_back(
    books: StoredBooks, signed: AgreementTerms
) -> None:
    with psycopg.connect(url()) as owner:
        owner.execute(
            "update institution set closed_through = %s where id = %s",
            [DAY, books.actor.institution],
        )
    with pytest.raises(InputError) as wrong:
        entered(books, draw("d", 500))
    assert wrong.value.code == "DAY_CLOSED"
    assert agreements.history_of(books.actor, AGREEMENT) == ()
    later = DAY + timedelta(days=1)
    assert entered(books, draw("d", 500, DAY, later), through=later).posted


def test_what_cannot_be_is_the_inputs_fault(books: StoredBooks, signed: AgreementTerms) -> None:
    with pytest.raises(InputError) as wrong:
        agreements.record(books.actor, "a-2", [], through=DAY, rules=rules())
    assert wrong.value.code == "NO_AGREEMENT"
    with pytest.raises(InputError) as wrong:
        agreements.sign(books.actor, replace(signed, rate_bps=721))
    assert wrong.value.code == "KEY_TAKEN"
    with pytest.raises(InputError) as wrong:
        agreements.sign(books.actor, replace(signed, agreement="a-3", party="nobody"))
    assert wrong.value.code == "NO_PARTY"
    alone = WriteOff(key="w", on=DAY, booked_on=DAY, by=("officer", "officer"))
    with pytest.raises(InputError) as wrong:
        entered(books, alone)
    assert wrong.value.code == "TWO_PEOPLE"
    assert agreements.history_of(books.actor, AGREEMENT) == ()


def test_many_at_once_on_one_agreement_are_all_entered(
    books: StoredBooks, signed: AgreementTerms
) -> None:
    entered(books, draw("d", 5_000_000, START), through=START)

    def work(number: int) -> None:
        try:
            paid = Receipt(key=f"r-{number}", on=DAY, booked_on=DAY, fen=1_000 + number)
            entered(books, paid)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    known = agreements.history_of(books.actor, AGREEMENT)
    assert len(known) == 7
    ledger = booked(replay(signed, known, on=DAY, rules=rules()))
    assert dict(books.balances()) == dict(ledger.balances())


def test_an_agreement_is_seen_by_agents_of_its_village_and_stays(
    books: StoredBooks, signed: AgreementTerms
) -> None:
    entered(books, draw("d", 500))
    institution = books.actor.institution
    agent = Actor(institution=institution, role=Role.AGENT, villages=(VILLAGE,))
    assert agreements.terms_of(agent, AGREEMENT) == signed
    assert len(agreements.history_of(agent, AGREEMENT)) == 1
    other = replace(agent, villages=("440811100202",))
    with pytest.raises(InputError):
        agreements.terms_of(other, AGREEMENT)
    assert agreements.history_of(other, AGREEMENT) == ()
    with pytest.raises(InputError) as wrong:
        agreements.record(agent, AGREEMENT, [draw("e", 5)], through=DAY, rules=rules())
    assert wrong.value.code == "NOT_YOURS"
    for statement in (
        "update agreement set rate_bps = 0 where institution_id = %s",
        "delete from agreement_event where institution_id = %s",
    ):
        with psycopg.connect(url()) as owner, pytest.raises(psycopg.Error) as kept:
            owner.execute(statement, [institution])  # type: ignore[call-overload]
        assert kept.value.diag.constraint_name == "KEPT"


SAMPLES: dict[type[Event], dict[str, Any]] = {
    kinds.Unfreeze: {"hold": "disputed"},
    kinds.Freeze: {"hold": "disputed"},
    kinds.Restructure: {"rows": (PlannedDue(date(2027, 1, 1), 5, None, 7),), "rate_bps": 600},
    kinds.NewRate: {"rate_bps": 600},
    kinds.Holiday: {"until": date(2026, 12, 31)},
    kinds.Draw: {"fen": 5, "to": "supplier"},
    kinds.Sale: {"order": "o-1", "fen": 5},
    kinds.Refund: {"order": "o-1", "fen": 5},
    kinds.ClaimAccepted: {"fen": 5, "interest_fen": 2, "tier": "county"},
    kinds.Compensated: {"fen": 5, "tier": "county"},
    kinds.WriteOff: {"by": ("officer", "auditor")},
    kinds.Release: {"fen": 5, "by": ("officer", "auditor")},
    kinds.Recovery: {"fen": 5, "fund_fen": 1, "guarantors_fen": 2},
    kinds.Reversal: {"of": "e-1"},
}


@pytest.mark.parametrize("kind", IN_A_DAY, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_comes_back_as_it_was(kind: type[Event]) -> None:
    event = kind(key="e", on=DAY, booked_on=START, **SAMPLES.get(kind, {"fen": 5}))
    told = (kind.__name__, event.key, event.on, event.booked_on, content_of(event))
    assert event_of(*told) == event
