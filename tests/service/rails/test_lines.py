"""What each line of an account is found to be, file by file, and what it does to the books."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_days import CALM, FIRST, OPENING, Days, at, payment, simulated

from suixin.lending.transaction import Dimensions
from suixin.service.rails.ledger import ledger_hash, suspense_fen
from suixin.service.rails.message import Detail, Kind, Line, LineStatus, Report
from suixin.service.rails.payment import Batch, Payment
from suixin.service.rails.register import Expected
from suixin.service.rails.simulated_files import write_report

_FOLDER = Path(__file__).parents[2] / "cases"
LINES: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "rails_lines.yaml").read_text("utf-8"))
CHAIN: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "rails_chain.yaml").read_text("utf-8"))
CODES = {"return": "PMNT/ICDT/RRTN", "charge": "PMNT/MDOP/CHRG", "": "PMNT/RCDT/DMCT"}


class Told:
    """A desk that sent and expects what a case says, and the bank's files, one after another."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.days = Days.begun(1, CALM)
        self.payments: dict[str, Payment] = {
            name: payment(number, fen)
            for number, (name, fen) in enumerate(case.get("sent", {}).items(), 1)
        }
        self.ids = {name: one.id for name, one in self.payments.items()}
        if self.payments:
            self.days.desk.submit(Batch(tuple(self.payments.values()), at(FIRST)))
        for number, (name, said) in enumerate(case.get("expects", {}).items(), 1):
            told = said if isinstance(said, dict) else {"fen": said}
            about = Dimensions(f"r-{number}")
            receipt = Expected(name, about, told["fen"], FIRST, told.get("payer", ""),
                               told.get("swept"))  # fmt: skip
            self.days.register.expect(receipt)
        self.number, self.closing, self.files = 0, OPENING, 0

    def read(self, told: dict[str, Any]) -> list[Any]:
        """Write a file, have it taken in, and give the verdicts, or the refusal's code."""
        self.files += 1
        day = told.get("day", FIRST)
        name = told.get("again", f"{self.files:02d}")
        self.days.wire.inbox = {f"{self.files:02d}.xml": self._written(told, day, name)}
        taken = self.days.desk.take_in(told.get("known", day))
        faults = [one.fault for one in taken if one.fault is not None]
        if faults:
            assert told.get("says", "") in faults[0].message, faults[0]
            return [faults[0].code]
        return [line.verdict.value for one in taken for line in one.judged]

    def _written(self, told: dict[str, Any], day: date, name: str) -> bytes:
        kind = Kind.NOTICE if "notice" in told else Kind.STATEMENT
        lines = tuple(self._line(one, day) for one in told[kind.value])
        made_at = datetime.fromisoformat(f"{day}T23:30:00+08:00")
        report = Report(kind, f"N{name}", told.get("account", simulated().account.number), made_at,
                        lines=lines)  # fmt: skip
        if kind is Kind.NOTICE:
            return write_report(report)
        number = told.get("number", self.number + 1)
        opening = told.get("opening", self.closing)
        closing = told.get("closing", opening + report.booked_fen)
        if "refused" not in told:
            self.number, self.closing = number, closing
        return write_report(
            Report(kind, f"S{number}", report.account, made_at, electronic=number or None,
                   opening_fen=opening, closing_fen=closing, closing_on=day, lines=lines)
        )  # fmt: skip

    def _line(self, told: dict[str, Any], day: date) -> Line:
        details = tuple(self._detail(one) for one in told.get("details", ()))
        if not details and told.keys() & {"for", "text", "payer", "structured", "reason"}:
            details = (self._detail({"fen": told["fen"], **told}),)
        return Line(
            told["fen"], "CNY", LineStatus(told.get("status", "BOOK")), told.get("booked", day),
            told.get("valued", told.get("booked", day)), told.get("ref", ""),
            CODES[told.get("kind", "")], told.get("reversal", False),
            batch_size=told.get("size"), details=details,
        )  # fmt: skip

    def _detail(self, told: dict[str, Any]) -> Detail:
        name = str(told.get("for", ""))
        text = str(told.get("text", ""))
        for one, id in self.ids.items():
            text = text.replace(f"<{one}>", id)
        payee = told.get("payer", "") if told["fen"] < 0 else ""
        return Detail(
            told["fen"], self.ids.get(name, name), text=text,
            structured=tuple(told.get("structured", ())), payee=payee,
            payer=told.get("payer", "") if told["fen"] > 0 else "",
            returned="reason" in told, return_code=told.get("reason", ""),
        )  # fmt: skip

    def named(self, id: str) -> str:
        """What a case calls a number."""
        return next((name for name, one in self.ids.items() if one == id), id)

    def holds(self, case: dict[str, Any]) -> None:
        """The states, open cases and balances that a case ends with."""
        register, books = self.days.register, self.days.books
        for name, state in case.get("states", {}).items():
            assert register.payments[self.ids[name]].state == state, name
        found = sorted([case.why.value, case.fen] for case in register.open_cases())
        assert found == sorted(case.get("cases", [])), found
        assert suspense_fen(books) == sum(fen for _, fen in found)
        assert books.balance("1001") == self.closing + case.get("told_early", 0) - OPENING
        for name, fen in case.get("open", {}).items():
            assert register.expecting[name].open_fen == fen, name
        for name in case.get("proposed", ()):
            assert name in {self.named(one.candidate) for one in register.open_cases()}
        balances = {code: fen for code, fen in books.balances().items() if fen}
        if "balances" in case:
            assert balances == case["balances"]


def _run(case: dict[str, Any]) -> Told:
    told = Told(case)
    for file in case["files"]:
        before = ledger_hash(told.days.books)
        expected = [file["refused"]] if "refused" in file else file["finds"]
        assert told.read(file) == expected, file
        if "refused" in file:
            assert ledger_hash(told.days.books) == before
    told.holds(case)
    return told


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["name"])
def test_lines(case: dict[str, Any]) -> None:
    _run(case)


@pytest.mark.parametrize("case", CHAIN, ids=lambda case: case["name"])
def test_files_that_follow_each_other(case: dict[str, Any]) -> None:
    _run(case)


def test_words_come_before_lines_and_count_from_the_day_they_name() -> None:
    """A notice's line settles at once, and the statement's other value day is no second booking."""
    told = Told({"sent": {"P1": 800_00}})
    line = {"fen": -800_00, "for": "P1", "ref": "B1"}
    assert told.read({"notice": [line]}) == ["exact"]
    later = FIRST + timedelta(days=1)
    assert told.read({"statement": [line], "day": later}) == ["confirmed"]
    assert told.days.register.payments[told.ids["P1"]].value_on == FIRST
