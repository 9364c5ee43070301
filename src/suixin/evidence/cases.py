"""What follows a difference: a case that people close, its agreement held, no anchor until then.

Nothing closes a case by itself. That a difference is gone the next day does not close it, and while
it is still there nobody can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from suixin.data.errors import InputError
from suixin.evidence.reconcile import CHAIN, Finding, Reconciled
from suixin.kernel.signatory import are_two_people


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that was found of one agreement, or of the chain, until two people close it."""

    of: str
    opened_on: date
    findings: tuple[Finding, ...]
    closed_on: date | None = None
    closed_by: tuple[str, ...] = ()
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of an institution, and what its last reconciliation still found.

    >>> from suixin.evidence.reconcile import Fault
    >>> day = date(2026, 6, 30)
    >>> less = Finding(Fault.AMOUNT_DIFFERS, "a-1", "paid", "400", "500", -100)
    >>> cases = found(Cases("bank"), Reconciled((less,)), on=day)
    >>> cases.may_anchor, cases.holds("a-1"), cases.holds("a-2")
    (False, True, False)
    >>> cases = found(cases, Reconciled(()), on=date(2026, 7, 1))
    >>> cases.may_anchor  # The difference is gone, and nobody has said why.
    False
    >>> closed(cases, "a-1", by=("officer", "auditor"), reason="booked late", on=day).may_anchor
    True
    """

    institution: str
    cases: tuple[Case, ...] = ()
    differing: frozenset[str] = frozenset()

    @property
    def open(self) -> tuple[Case, ...]:
        """The cases that stand open, oldest first."""
        return tuple(case for case in self.cases if case.open)

    @property
    def may_anchor(self) -> bool:
        """Whether the institution's log may be anchored: no case of it stands open."""
        return not self.open

    def holds(self, of: str) -> bool:
        """Whether an agreement is held: by a case of its own, or by one of the whole chain."""
        return any(case.of in (of, CHAIN) for case in self.open)


def found(cases: Cases, reconciled: Reconciled, *, on: date) -> Cases:
    """The cases after a reconciliation: new findings open a case or join the open one."""
    kept, fresh = list(cases.cases), dict(_by_agreement(reconciled))
    for number, case in enumerate(kept):
        if case.open and case.of in fresh:
            new = [one for one in fresh.pop(case.of) if one not in case.findings]
            kept[number] = replace(case, findings=(*case.findings, *new))
    kept += [Case(of, on, findings) for of, findings in fresh.items()]
    return replace(cases, cases=tuple(kept), differing=reconciled.held)


def closed(cases: Cases, of: str, *, by: tuple[str, str], reason: str, on: date) -> Cases:
    """The cases after two people closed one, with their reason.

    Raises `InputError`: NO_CASE, none of it stands open; STILL_DIFFERS, the last reconciliation
    found it still; TWO_PEOPLE; REASON, none is given; DATES, closed before it was opened.
    """
    at = next((n for n, case in enumerate(cases.cases) if case.of == of and case.open), None)
    if at is None:
        raise InputError("NO_CASE", f"No case of {of} stands open.", "Name one of those open.")
    case = cases.cases[at]
    if of in cases.differing:
        wrong = f"{of} still differs: {case.findings[-1]}."
        raise InputError("STILL_DIFFERS", wrong, "Correct what is wrong, and reconcile again.")
    if not are_two_people(by):
        raise InputError("TWO_PEOPLE", f"The case of {of} needs two people.", "Have another sign.")
    if not reason.strip():
        raise InputError("REASON", f"The case of {of} has no reason.", "Say what was wrong.")
    if on < case.opened_on:
        wrong = f"The case of {of} was opened on {case.opened_on}, after {on}."
        raise InputError("DATES", wrong, "Give the day on which it is closed.")
    done = replace(case, closed_on=on, closed_by=by, reason=reason)
    kept = (*cases.cases[:at], done, *cases.cases[at + 1 :])
    return replace(cases, cases=kept)


def _by_agreement(reconciled: Reconciled) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    for of in dict.fromkeys(one.of for one in reconciled.findings):
        yield of, tuple(one for one in reconciled.findings if one.of == of)
