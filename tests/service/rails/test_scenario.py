"""The shared scenario: two days of a bank account, and the verdict of every line."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bank_days import OPENING, TWO, Wire, simulated

from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.transaction import Dimensions
from suixin.service.rails.desk import Desk, Taken
from suixin.service.rails.ledger import Pend, ledger_hash, pending, perform, suspense_fen
from suixin.service.rails.payment import Payee, Payment, PaymentState
from suixin.service.rails.register import Changes, Expected, MemoryRegister, Tracked
from suixin.service.rails.verdict import Judged

FIRST = date(2026, 3, 2)
IN_ORDER = ("pain.002.xml", "camt.053_day1.xml", "camt.053_day2.xml")
# What the truth calls a line, where it says more than whose it is.
_SAID = {"payment": "payment", "receipt": "expected", "candidate": "candidate", "left": "left_fen",
         "excess": "excess_fen", "reason": "reason"}  # fmt: skip


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
    payments = [_payment(row) for row in _rows(scenario / "payments.csv")]
    for row in _rows(scenario / "receipts.csv"):
        about, on = Dimensions(row["agreement"]), date.fromisoformat(row["date"])
        register.expect(Expected(row["reference"], about, int(row["amount_fen"]), on))
    sent = tuple(Tracked(one, PaymentState.SENT, file="B7", sent_on=FIRST) for one in payments)
    files = {"B7": {"P7": tuple(one.id for one in payments)}}
    register.take(Changes(payments=sent, files=files))
    acts = [Pend(pending(one, booked_on=FIRST)) for one in payments]
    perform(books, acts, booked_on=FIRST)
    return Desk(register, books, Wire(), simulated())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _payment(row: dict[str, str]) -> Payment:
    payee = Payee(row["payee_uscc"], row["payee"], row["payee_uscc"], row["account"], row["bank"])
    return Payment(row["end_to_end_id"], Dimensions(row["agreement"]), "1", int(row["amount_fen"]),
                   payee, "SUPP", date.fromisoformat(row["date"]), TWO)  # fmt: skip


def _take(desk: Desk, scenario: Path, names: tuple[str, ...], on: date = FIRST) -> list[Taken]:
    """Files come in one after another; each is taken before the next is there."""
    taken: list[Taken] = []
    wire = desk.transport
    assert isinstance(wire, Wire)
    for number, name in enumerate(names):
        wire.inbox = {f"{number}-{name}": (scenario / name).read_bytes()}
        taken += desk.take_in(on + timedelta(days=1))
    return taken


def _by_reference(taken: list[Taken]) -> dict[str, Judged]:
    return {one.key.partition("/")[2]: one for file in taken for one in file.judged}


def test_every_verdict_every_last_state_and_every_balance(
    scenario: Path, truth: dict[str, Any], desk: Desk
) -> None:
    found = _by_reference(_take(desk, scenario, IN_ORDER))
    register = desk.register
    assert isinstance(register, MemoryRegister)
    told = {key: {_SAID[name]: value for name, value in line.items() if name in _SAID}
            for key, line in truth["lines"].items()}  # fmt: skip
    # A line that waits is told with its status after its key, one without a reference by a hash.
    assert len(found) == len(told) == 68
    for key, line in truth["lines"].items():
        said = found[key]
        assert said.verdict == line["verdict"], key
        assert {name: getattr(said, name) for name in told[key]} == told[key], key
        assert bool(said.case) == (line.get("to") == "suspense"), key
        if "receipts" in line:
            assert [part.expected for part in said.parts] == line["receipts"]
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
