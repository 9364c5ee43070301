"""The cases of an institution as a file: what stands open, what was closed, by whom and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from suixin.evidence.cases import Case, Cases
from suixin.evidence.disk import disk_faults, write_file
from suixin.evidence.reconcile import Fault, Finding
from suixin.evidence.shape import (
    ShapeFault,
    day_in,
    listed,
    members,
    parsed,
    read,
    text_in,
    whole_in,
)

_CASE: Final = ("of", "opened_on", "findings", "closed_on", "closed_by", "reason")
_FINDING: Final = ("fault", "of", "what", "found", "against", "differs_fen")


def text_of_cases(cases: Cases) -> str:
    """The file of the cases; `cases_of` reads it back.

    >>> cases = Cases("bank", differing=frozenset({"a-1"}))
    >>> cases_of(text_of_cases(cases)) == cases
    True
    """
    value = {
        "institution": cases.institution,
        "cases": [_told(case) for case in cases.cases],
        "differing": sorted(cases.differing),
    }
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def keep_cases(path: Path, cases: Cases) -> None:
    """Put the cases in their file, whole or not at all; raises `DiskError`."""
    with disk_faults(path):
        write_file(path, text_of_cases(cases).encode())


def read_cases(path: Path) -> Cases:
    """The cases of a file; raises `InputError` NO_FILE or BAD_CASES."""
    return read(path, "CASES", cases_of)


def cases_of(text: str) -> Cases:
    """The cases that a text tells; raises `ShapeFault`, which names the place."""
    told = members(
        parsed(text), "the whole", ("institution", "cases", "differing"), ("institution",)
    )
    return Cases(
        text_in(told["institution"], "institution"),
        tuple(_case(one, f"cases[{n}]") for n, one in enumerate(listed(told, "cases", "cases"))),
        frozenset(
            text_in(one, f"differing[{n}]")
            for n, one in enumerate(listed(told, "differing", "differing"))
        ),
    )


def _told(case: Case) -> dict[str, object]:
    return {
        "of": case.of,
        "opened_on": str(case.opened_on),
        "findings": [{name: getattr(one, name) for name in _FINDING} for one in case.findings],
        "closed_on": None if case.closed_on is None else str(case.closed_on),
        "closed_by": list(case.closed_by),
        "reason": case.reason,
    }


def _case(value: object, where: str) -> Case:
    told = members(value, where, _CASE, ("of", "opened_on", "findings"))
    closed_on = told.get("closed_on")
    return Case(
        text_in(told["of"], f"{where}.of"),
        day_in(told["opened_on"], f"{where}.opened_on"),
        tuple(
            _finding(one, f"{where}.findings[{n}]")
            for n, one in enumerate(listed(told, "findings", f"{where}.findings"))
        ),
        None if closed_on is None else day_in(closed_on, f"{where}.closed_on"),
        tuple(
            text_in(one, f"{where}.closed_by[{n}]")
            for n, one in enumerate(listed(told, "closed_by", f"{where}.closed_by"))
        ),
        text_in(told.get("reason", ""), f"{where}.reason"),
    )


def _finding(value: object, where: str) -> Finding:
    told = members(value, where, _FINDING, _FINDING)
    texts = {name: text_in(told[name], f"{where}.{name}") for name in _FINDING[:-1]}
    fault = texts.pop("fault")
    if fault not in set(Fault):
        raise ShapeFault(f"{where}.fault is none that reconciliation finds")
    return Finding(
        Fault(fault), **texts, differs_fen=whole_in(told["differs_fen"], f"{where}.differs_fen")
    )
