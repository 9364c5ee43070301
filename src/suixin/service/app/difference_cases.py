"""Cases of what ledger, log and chain tell differently, in the database. They take no chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.cases import Case, Cases, closed, found
from suixin.evidence.entry import Kind
from suixin.evidence.reconcile import FAULT_WORDING, Fault, Finding, Reconciled
from suixin.service.app.evidence import tell
from suixin.service.store.session import Actor, acting, query, reading

RULE: Final = "evidence, Reconcile"
_COLUMNS: Final = """case_name, of, opened_on, findings::text, differs, closed_on, closed_by,
           reason, proposal"""
_OPEN: Final = f"""
    select {_COLUMNS} from chain_case where institution_id = %s and closed_on is null order by id
"""
_ONE: Final = f"select {_COLUMNS} from chain_case where institution_id = %s and case_name = %s"
_ALL: Final = f"""
    select {_COLUMNS} from chain_case where institution_id = %s
     order by closed_on is not null, id desc limit %s
"""
_INSERT: Final = """
    insert into chain_case (institution_id, case_name, of, opened_on, findings, differs)
    values (%s, %s, %s, %s, %s::jsonb, %s)
"""
_FOUND: Final = """
    update chain_case set findings = %s::jsonb, differs = %s
     where institution_id = %s and case_name = %s
"""
_CLOSE: Final = """
    update chain_case set closed_on = %s, closed_by = %s, reason = %s, proposal = %s
     where institution_id = %s and case_name = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceFound:
    """One difference in a case: what of it, what stands on the chain, what in the ledger or log."""

    fault: str
    zh: str
    en: str
    what: str
    found: str
    against: str
    differs_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceCase:
    """What differs of an agreement, by its id on the chain, or of the chain; until two close it.

    `agreement` is its name in the books, where it is not erased. `differs`: it was still so when
    the three were last held together.
    """

    case: str
    of: str
    agreement: str
    opened_on: date
    findings: tuple[DifferenceFound, ...]
    differs: bool
    closed_on: date | None
    closed_by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case with the name by which people act on it."""

    name: str
    case: Case
    differs: bool


def open_cases(actor: Actor) -> tuple[KeptCase, ...]:
    """The cases that stand open, oldest first."""
    with reading(actor):
        return tuple(_kept(row) for row in query(_OPEN, [actor.institution]))


def all_cases(actor: Actor, *, limit: int) -> tuple[KeptCase, ...]:
    """Open cases first, then the closed, newest first."""
    with reading(actor):
        return tuple(_kept(row) for row in query(_ALL, [actor.institution, limit]))


def case_named(actor: Actor, name: str) -> KeptCase:
    """One case; raises `InputError` NO_CASE."""
    with reading(actor):
        for row in query(_ONE, [actor.institution, name]):
            return _kept(row)
    raise InputError("NO_CASE", f"There is no case {name}.", "Check the id.")


def as_cases(actor: Actor, kept: tuple[KeptCase, ...]) -> Cases:
    """Cases as the library works on them."""
    differing = frozenset(one.case.of for one in kept if one.differs)
    return Cases(str(actor.institution), tuple(one.case for one in kept), differing)


def note_found(
    actor: Actor, reconciled: Reconciled, *, on: date, at: datetime
) -> tuple[KeptCase, ...]:
    """What a reconciliation found opens cases or joins open ones; gives those that are new."""
    with acting(actor):
        known = {one.case.of: one for one in open_cases(actor)}
        after = found(as_cases(actor, tuple(known.values())), reconciled, on=on)
        new = []
        for case in after.open:
            differs, findings = case.of in after.differing, json.dumps(_plain(case.findings))
            if case.of in known:
                old = known[case.of]
                if (old.case.findings, old.differs) != (case.findings, differs):
                    query(_FOUND, [findings, differs, actor.institution, old.name])
                continue
            name = f"x-{token_hex(10)}"
            query(_INSERT, [actor.institution, name, case.of, on, findings, differs])
            said = {"case": name, "of": case.of, "on": on, "findings": len(case.findings)}
            tell(actor, Kind.AGREEMENT, said, at=at)
            new.append(KeptCase(name, case, differs))
        return tuple(new)


def close_case(
    actor: Actor, kept: KeptCase, *, by: tuple[str, str], proposal: str, reason: str, on: date
) -> None:
    """Note that two people closed a case; raises `InputError` as `evidence.cases.closed`."""
    after = closed(as_cases(actor, (kept,)), kept.case.of, by=by, reason=reason, on=on)
    (case,) = after.cases
    given = [case.closed_on, list(case.closed_by), case.reason, proposal]
    query(_CLOSE, [*given, actor.institution, kept.name])


def shown_case(kept: KeptCase, agreement: str) -> DifferenceCase:
    """A case as people read it."""
    case = kept.case
    return DifferenceCase(
        case=kept.name,
        of=case.of,
        agreement=agreement,
        opened_on=case.opened_on,
        findings=tuple(_shown(one) for one in case.findings),
        differs=kept.differs,
        closed_on=case.closed_on,
        closed_by=case.closed_by,
        reason=case.reason,
    )


def _shown(one: Finding) -> DifferenceFound:
    words = FAULT_WORDING[one.fault]
    return DifferenceFound(
        fault=one.fault.value,
        zh=words.zh,
        en=words.en,
        what=one.what,
        found=one.found,
        against=one.against,
        differs_fen=one.differs_fen,
    )


def _kept(row: tuple[Any, ...]) -> KeptCase:
    name, of, opened_on, findings, differs, closed_on, closed_by, reason, _ = row
    found_ = tuple(
        Finding(Fault(fault), of, what, seen, against, fen)
        for fault, what, seen, against, fen in json.loads(findings)
    )
    return KeptCase(name, Case(of, opened_on, found_, closed_on, tuple(closed_by), reason), differs)


def _plain(findings: tuple[Finding, ...]) -> list[list[Any]]:
    return [
        [one.fault.value, one.what, one.found, one.against, one.differs_fen] for one in findings
    ]
