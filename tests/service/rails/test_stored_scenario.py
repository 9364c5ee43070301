"""The shared scenario through the database: every verdict, and the same books as in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from bank_days import OPENING, Wire, simulated
from bank_store import RING, TWO, House, at
from scenario_files import (
    FIRST,
    IN_ORDER,
    by_reference,
    closed,
    hold_verdicts,
    payments,
    receipts,
)
from stored import url

from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.events import Event
from suixin.service.app.payees import PayeeTold, list_payee
from suixin.service.home import Home
from suixin.service.rails.desk import Desk, Taken
from suixin.service.rails.ledger import Pend, ledger_hash, pending, perform, suspense_fen
from suixin.service.rails.payment import PaymentState
from suixin.service.rails.reading import Source
from suixin.service.rails.register import Changes, MemoryRegister, Tracked
from suixin.service.rails.stored_desk import StoredDesk
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.store.people import Registered, register
from suixin.service.store.session import acting, query

BEFORE = FIRST - timedelta(days=1)


@dataclass(slots=True)
class Listening:
    """Agreements that take everything, and remember it."""

    told: dict[str, list[Event]] = field(default_factory=dict)

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """None."""
        return ""

    def receive(self, agreement: str, events: Sequence[Event]) -> None:
        """Remember."""
        self.told.setdefault(agreement, []).extend(events)


@dataclass(slots=True)
class Inbox:
    """A carrier in memory."""

    inbox: dict[str, bytes] = field(default_factory=dict)
    put_out: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> None:
        """See `Carrier.put`."""
        assert self.put_out.setdefault(name, content) == content

    def fetch(self, since: str) -> list[tuple[str, Source]]:
        """See `Carrier.fetch`."""
        return sorted((name, one) for name, one in self.inbox.items() if name > since)

    def done(self, name: str) -> None:
        """See `Carrier.done`."""
        del self.inbox[name]


@pytest.fixture
def scenario(shared: Path) -> Path:
    return shared / "data" / "bank" / "scenario"


@pytest.fixture
def truth(scenario: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((scenario / "truth.json").read_text("utf-8"))
    return said


@pytest.fixture
def desk(database: Home, scenario: Path) -> StoredDesk:
    """A desk that has sent the scenario's payments and expects its receipts."""
    house = House.opened()
    made = StoredDesk(house.actor, RING, simulated(), Inbox(), Listening())
    with acting(house.actor):
        known = StoredRegister(house.actor, RING)
        number = simulated().account.number
        known.begin(number, "simulated", closing_fen=OPENING, on=BEFORE, number=0)
        for receipt in receipts(scenario):
            known.expect(receipt)
        ordered = payments(scenario)
        for one in ordered:
            payee = one.payee
            register(house.actor, Registered(party_id=f"s-{payee.listed}", kind="business"))
            told = PayeeTold(listed=payee.listed, party=f"s-{payee.listed}", name=payee.name,
                             identity=payee.identity, account=payee.account,
                             bank_number=payee.bank_number)  # fmt: skip
            list_payee(house.actor, RING, told, by=TWO, at=at(FIRST))
        made._keep(known, "B7", "payments", b"<Document/>", {"P7": [one.id for one in ordered]})
        sent = (Tracked(closed(one), PaymentState.SENT, file="B7", sent_on=FIRST)
                for one in ordered)  # fmt: skip
        known.take(Changes(payments=tuple(sent)))
        perform(house.books, [Pend(pending(one, booked_on=FIRST)) for one in ordered],
                booked_on=FIRST)  # fmt: skip
    return made


def in_memory(scenario: Path) -> Books:
    """The same, without a database."""
    known, books, wire = MemoryRegister(), Books(chart_on(FIRST)), Wire()
    known.begin(simulated().account.number, closing_fen=OPENING, on=BEFORE, number=0)
    for receipt in receipts(scenario):
        known.expect(receipt)
    sent = [Tracked(one, PaymentState.SENT, file="B7", sent_on=FIRST) for one in payments(scenario)]
    files = {"B7": {"P7": tuple(one.payment.id for one in sent)}}
    known.take(Changes(payments=tuple(sent), files=files))
    perform(books, [Pend(pending(one.payment, booked_on=FIRST)) for one in sent], booked_on=FIRST)
    desk = Desk(known, books, wire, simulated())
    for number, name in enumerate(IN_ORDER):
        wire.inbox = {f"{number}-{name}": (scenario / name).read_bytes()}
        desk.take_in(FIRST + timedelta(days=1))
    return books


def take(desk: StoredDesk, scenario: Path, *names: str, on: date = FIRST) -> list[Taken]:
    """Files come in one after another; each is taken before the next is there."""
    taken: list[Taken] = []
    assert isinstance(desk.carrier, Inbox)
    for number, name in enumerate(names):
        desk.carrier.inbox = {f"{on}-{number}-{name}": (scenario / name).read_bytes()}
        taken += desk.take_in(on + timedelta(days=1))
    return taken


def known_of(desk: StoredDesk) -> StoredRegister:
    return StoredRegister(desk.actor, RING)


def test_every_verdict_every_last_state_and_every_balance(
    scenario: Path, truth: dict[str, Any], desk: StoredDesk
) -> None:
    hold_verdicts(by_reference(take(desk, scenario, *IN_ORDER)), truth)
    house = House.of(desk.actor)
    with acting(desk.actor):
        known = known_of(desk)
        for id, last in truth["payments"].items():
            tracked = known.payment(id)
            assert tracked is not None
            assert tracked.state == last["final"], id
            assert tracked.reason == last.get("reason", ""), id
        open_fen = query(
            "select reference, fen - received_fen from receipt_due"
            " where institution_id = %s and received_fen < fen",
            [desk.actor.institution],
        )
        position = known.position(truth["account"])
        in_cases = sum(case.fen for case in known.open_cases())
        texts = [case.payer + case.text for case in known.open_cases() if case.fen]
        lines = query("select count(*) from bank_line where institution_id = %s",
                      [desk.actor.institution])  # fmt: skip
    assert dict(open_fen) == truth["receipts_open_fen"]
    assert position is not None
    assert position.closing_fen == truth["balances_fen"]["close_day2"]
    assert house.books.balance("1001") == position.closing_fen - OPENING
    assert suspense_fen(house.books) == in_cases
    assert any(texts)
    assert lines == [(68 + 5,)]  # A batch is told with its parts.
    assert ledger_hash(house.books) == ledger_hash(in_memory(scenario))


def test_agreements_are_told_of_what_settled_and_what_came_back(
    scenario: Path, truth: dict[str, Any], desk: StoredDesk
) -> None:
    take(desk, scenario, *IN_ORDER)
    assert isinstance(desk.agreements, Listening)
    kinds = [type(one).__name__ for told in desk.agreements.told.values() for one in told]
    final = [one["final"] for one in truth["payments"].values()]
    settled, returned = final.count("settled"), final.count("returned")
    assert (kinds.count("Draw"), kinds.count("Reversal")) == (settled + returned, returned)


def test_a_file_that_comes_twice_adds_nothing(scenario: Path, desk: StoredDesk) -> None:
    take(desk, scenario, *IN_ORDER)
    before = ledger_hash(House.of(desk.actor).books)
    names = ("camt.053_day2_again.xml", *IN_ORDER)
    again = take(desk, scenario, *names, on=date(2026, 3, 9))
    assert not any(one.fault or one.events for one in again)
    assert {line.verdict for one in again for line in one.judged} == {"seen", "pending_ignored"}
    assert ledger_hash(House.of(desk.actor).books) == before


def test_a_statement_after_a_gap_waits_and_is_listed_with_what_is_wrong(
    scenario: Path, desk: StoredDesk
) -> None:
    (early,) = take(desk, scenario, "camt.053_day2.xml")
    assert early.fault is not None
    assert early.fault.code == "SEQUENCE"
    assert isinstance(desk.carrier, Inbox)
    with psycopg.connect(url()) as owner:
        told = owner.execute("select code from bank_fault where institution_id = %s",
                             [desk.actor.institution]).fetchall()  # fmt: skip
    assert told == [("SEQUENCE",)]
    desk.carrier.inbox["z.xml"] = (scenario / "camt.053_day1.xml").read_bytes()
    taken = desk.take_in(FIRST + timedelta(days=1))
    assert [(one.name[-5:], one.fault) for one in taken] == [("z.xml", None), ("2.xml", None)]
    with psycopg.connect(url()) as owner:
        told = owner.execute("select code from bank_fault where institution_id = %s",
                             [desk.actor.institution]).fetchall()  # fmt: skip
    assert told == []
    (gap,) = take(desk, scenario, "camt.053_day3_gap.xml")
    assert gap.fault is not None
    assert gap.fault.code == "SEQUENCE"


def test_what_payers_wrote_is_sealed(scenario: Path, desk: StoredDesk) -> None:
    take(desk, scenario, *IN_ORDER)
    names = [one.payee.name.encode() for one in payments(scenario)]
    with psycopg.connect(url()) as owner:
        kept = owner.execute(
            "select sealed from bank_in where institution_id = %s"
            " union all select sealed from suspense_case where institution_id = %s"
            " and sealed is not null",
            [desk.actor.institution] * 2,
        ).fetchall()
    assert len(kept) > len(IN_ORDER)
    assert not any(name in bytes(one) for (one,) in kept for name in names)
