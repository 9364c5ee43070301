"""The shared scenario of a bank account: what was sent, what is expected, and what is true."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bank_days import TWO

from suixin.lending.transaction import Dimensions
from suixin.service.rails.desk import Taken
from suixin.service.rails.payment import Payee, Payment
from suixin.service.rails.register import Expected
from suixin.service.rails.verdict import Judged

FIRST = date(2026, 3, 2)
IN_ORDER = ("pain.002.xml", "camt.053_day1.xml", "camt.053_day2.xml")
# What the truth calls a line, where it says more than whose it is.
_SAID = {"payment": "payment", "receipt": "expected", "candidate": "candidate", "left": "left_fen",
         "excess": "excess_fen", "reason": "reason"}  # fmt: skip


def payments(scenario: Path) -> list[Payment]:
    """What was sent."""
    return [_payment(row) for row in _rows(scenario / "payments.csv")]


def receipts(scenario: Path) -> list[Expected]:
    """What is expected."""
    return [
        Expected(
            row["reference"],
            Dimensions(row["agreement"]),
            int(row["amount_fen"]),
            date.fromisoformat(row["date"]),
        )
        for row in _rows(scenario / "receipts.csv")
    ]


def by_reference(taken: Iterable[Taken]) -> dict[str, Judged]:
    """What was found of each line, by the bank's reference."""
    return {one.key.partition("/")[2]: one for file in taken for one in file.judged}


def hold_verdicts(found: dict[str, Judged], truth: dict[str, Any]) -> None:
    """Every line is judged as the truth has it, and nothing else is.

    A line that waits is told with its status after its key.
    """
    told = {key: {_SAID[name]: value for name, value in line.items() if name in _SAID}
            for key, line in truth["lines"].items()}  # fmt: skip
    assert len(found) == len(told) == 68
    for key, line in truth["lines"].items():
        said = found[key]
        assert said.verdict == line["verdict"], key
        assert {name: getattr(said, name) for name in told[key]} == told[key], key
        assert bool(said.case) == (line.get("to") == "suspense"), key
        if "receipts" in line:
            assert [part.expected for part in said.parts] == line["receipts"]


def closed(payment: Payment) -> Payment:
    """A payment without what is sealed of its payee."""
    payee = payment.payee
    return replace(payment, payee=Payee(payee.listed, "", "", "", payee.bank_number, payee.person))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _payment(row: dict[str, str]) -> Payment:
    payee = Payee(row["payee_uscc"], row["payee"], row["payee_uscc"], row["account"], row["bank"])
    return Payment(row["end_to_end_id"], Dimensions(row["agreement"]), "1", int(row["amount_fen"]),
                   payee, "SUPP", date.fromisoformat(row["date"]), TWO)  # fmt: skip
