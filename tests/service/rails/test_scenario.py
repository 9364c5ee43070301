"""The shared scenario: two days of a bank account, and the verdict of every line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bank_days import OPENING, Wire, simulated
from scenario_files import FIRST, IN_ORDER, by_reference, hold_verdicts, payments, receipts

from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.service.rails.desk import Desk, Taken
from suixin.service.rails.ledger import Pend, ledger_hash, pending, perform, suspense_fen
from suixin.service.rails.payment import PaymentState
from suixin.service.rails.register import Changes, MemoryRegister, Tracked


@pytest.fixture
def scenario(shared: Path) -> Path:
    return shared / "data" / "bank" / "scenario"


@pytest.fixture
def truth(scenario: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((scenario / "truth.json").read_text("utf-8"))
    return said


@pytest.fixture
def desk(scenario: Path) -> Desk:
    """A desk that has sent the scenario's payments and expects its receipts."""
    register, books = MemoryRegister(), Books(chart_on(FIRST))
    number = simulated().account.number
    before = FIRST - timedelta(days=1)
    register.begin(number, closing_fen=OPENING, on=before, number=0)
    for receipt in receipts(scenario):
        register.expect(receipt)
    sent = tuple(
        Tracked(one, PaymentState.SENT, file="B7", sent_on=FIRST) for one in payments(scenario)
    )
    files = {"B7": {"P7": tuple(one.payment.id for one in sent)}}
    register.take(Changes(payments=sent, files=files))
    acts = [Pend(pending(one.payment, booked_on=FIRST)) for one in sent]
    perform(books, acts, booked_on=FIRST)
    return Desk(register, books, Wire(), simulated())


def _take(desk: Desk, scenario: Path, names: tuple[str, ...], on: date = FIRST) -> list[Taken]:
    """Files come in one after another; each is taken before the next is there."""
    taken: list[Taken] = []
    wire = desk.transport
    assert isinstance(wire, Wire)
    for number, name in enumerate(names):
        wire.inbox = {f"{number}-{name}": (scenario / name).read_bytes()}
        taken += desk.take_in(on + timedelta(days=1))
    return taken


def test_every_verdict_every_last_state_and_every_balance(
    scenario: Path, truth: dict[str, Any], desk: Desk
) -> None:
    found = by_reference(_take(desk, scenario, IN_ORDER))
    register = desk.register
    assert isinstance(register, MemoryRegister)
    hold_verdicts(found, truth)
    for id, last in truth["payments"].items():
        tracked = register.payment(id)
        assert tracked is not None
        assert tracked.state == last["final"], id
        assert tracked.reason == last.get("reason", ""), id
    still = {one.reference: one.open_fen for one in register.expecting.values() if one.open_fen}
    assert still == truth["receipts_open_fen"]
    position = register.position(truth["account"])
    assert position is not None
    assert position.closing_fen == truth["balances_fen"]["close_day2"]
    assert desk.ledger.balance("1001") == position.closing_fen - OPENING
    assert suspense_fen(desk.ledger) == sum(case.fen for case in register.open_cases())


def test_a_file_that_comes_twice_adds_nothing(scenario: Path, desk: Desk) -> None:
    _take(desk, scenario, IN_ORDER)
    before = ledger_hash(desk.ledger)
    again = _take(desk, scenario, ("camt.053_day2_again.xml", *IN_ORDER), date(2026, 3, 9))
    assert not any(one.fault or one.events for one in again)
    assert {line.verdict for one in again for line in one.judged} == {"seen", "pending_ignored"}
    assert ledger_hash(desk.ledger) == before


def test_a_statement_after_a_gap_is_refused_whole_and_says_both_faults(
    scenario: Path, desk: Desk
) -> None:
    _take(desk, scenario, IN_ORDER)
    before = ledger_hash(desk.ledger)
    (gap,) = _take(desk, scenario, ("camt.053_day3_gap.xml",))
    assert gap.fault is not None
    assert gap.fault.code == "SEQUENCE"
    assert "3 is missing" in gap.fault.message
    assert "opens with 123.45 CNY more than the last one closed with" in gap.fault.message
    assert ledger_hash(desk.ledger) == before


def test_a_day_that_comes_before_its_turn_waits_for_it(scenario: Path, desk: Desk) -> None:
    wire = desk.transport
    assert isinstance(wire, Wire)
    wire.inbox = {"a.xml": (scenario / "camt.053_day2.xml").read_bytes()}
    (early,) = desk.take_in(FIRST)
    assert early.fault is not None
    assert early.fault.code == "SEQUENCE"
    wire.inbox["b.xml"] = (scenario / "camt.053_day1.xml").read_bytes()
    assert [(one.name, one.fault) for one in desk.take_in(FIRST)] == [
        ("b.xml", None), ("a.xml", None)]  # fmt: skip
