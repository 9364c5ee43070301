"""Sheets of parties, agreements and receipts; and many proposals, made or agreed to at once.

A sheet is checked whole, and proposed only where every row is good. Once a second person agreed it
is worked row by row, each in a transaction of its own that notes what came of it: whoever is killed
goes on where he was, and a row sent again is known by its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any, Final, TypeVar

from suixin.data.errors import InputError, shown
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.day import CHINA
from suixin.service.app.import_kinds import Checked, Fault, Kind, Row, check_lines
from suixin.service.app.import_rows import ACTS, DUTIES, check_against_store, do_row
from suixin.service.app.keys import ring
from suixin.service.app.later import Queue, later
from suixin.service.app.permits import PERMITS, Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, confirm, propose
from suixin.service.app.sheets import read_sheet
from suixin.service.store.sealing import NONCE_BYTES, opened, sealed
from suixin.service.store.session import Actor, acting, query

TASK: Final = "run_import"
MANY_MAX: Final = 500
LISTED_MAX: Final = 200
_MESSAGE_MAX: Final = 300
_ENTER: Final = """
    insert into import_batch (institution_id, batch, kind, name, digest, rows, made_by, made_at,
                              sealed, sealed_by)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, batch) do nothing
"""
_AGREE: Final = "update import_batch set agreed = %s where institution_id = %s and batch = %s"
_COLUMNS: Final = """b.batch, b.kind, b.name, b.rows, b.made_by, b.made_at, b.agreed, b.done_at,
    (select count(*) from import_row as r where (r.institution_id, r.batch, r.outcome)
                                              = (b.institution_id, b.batch, 'done')),
    (select count(*) from import_row as r where (r.institution_id, r.batch, r.outcome)
                                              = (b.institution_id, b.batch, 'known')),
    (select count(*) from import_row as r where (r.institution_id, r.batch, r.outcome)
                                              = (b.institution_id, b.batch, 'refused'))"""
_ONE: Final = f"select {_COLUMNS} from import_batch as b where institution_id = %s and batch = %s"
_LISTED: Final = f"""
    select {_COLUMNS} from import_batch as b where institution_id = %s
     order by made_at desc, batch limit %s
"""
_SHEET: Final = """
    select kind, sealed, sealed_by, made_by from import_batch
     where institution_id = %s and batch = %s and agreed <> '' and done_at is null
"""
_WORKED: Final = "select row from import_row where institution_id = %s and batch = %s"
_CLAIM: Final = """
    insert into import_row (institution_id, batch, row, kind, key, outcome)
    values (%s, %s, %s, %s, %s, 'done') on conflict do nothing returning row
"""
_NOTE: Final = """
    insert into import_row (institution_id, batch, row, kind, key, outcome, code, message)
    values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (institution_id, batch, row) do nothing
"""
_DONE: Final = """
    update import_batch set done_at = %s, sealed = null
     where institution_id = %s and batch = %s and done_at is null
"""
_REFUSED: Final = """
    select row, key, code, message from import_row
     where institution_id = %s and batch = %s and outcome = 'refused' order by row limit %s
"""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a sheet would do: nothing of it was kept. `faults` are told up to a limit."""

    kind: Kind
    rows: int
    good: int
    bad: int
    fen: int
    faults: tuple[Fault, ...]
    faults_more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Where an import stands: of its rows, how many were done, known already, or refused."""

    batch: str
    kind: Kind
    name: str
    rows: int
    made_by: str
    made_at: datetime
    agreed: bool
    done_at: datetime | None
    done: int
    known: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that could not be done when its turn came, and why."""

    row: int
    key: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one of many: done where `code` is empty."""

    item: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was sent; its name is for people and no path."""

    kind: Kind
    name: str
    content: bytes


def dry_run(caller: Caller, sheet: Sheet, *, at: datetime) -> DryRun:
    """Check a sheet, every row of it, against its form and the store; nothing is kept.

    Raises `InputError` NOT_PERMITTED, and as `read_sheet` does.
    """
    _check_may_import(caller, sheet.kind)
    read = _read(sheet, at)
    faults = list(read.faults)
    actor = caller.actor("checked a sheet")
    day = at.astimezone(CHINA).date()
    faults += check_against_store(actor, sheet.kind, read.rows, day)
    bad = {fault.row for fault in faults}
    told = load_policy("imports").on(day)["sheet.faults_max"]
    faults.sort(key=lambda fault: (fault.row, fault.column))
    return DryRun(
        kind=sheet.kind,
        rows=read.read,
        good=sum(row.row not in bad for row in read.rows),
        bad=len(bad),
        fen=sum(row.values.get("fen", 0) for row in read.rows if row.row not in bad),
        faults=tuple(faults[:told]),
        faults_more=max(len(faults) - told, 0),
    )


def propose_import(caller: Caller, sheet: Sheet, *, key: str, why: str, at: datetime) -> Proposal:
    """Propose a sheet whose every row is good; it is kept sealed until a second person has decided.

    Raises `InputError` NOT_PERMITTED, BAD_ROWS (with the first of them), and as `dry_run`.
    """
    found = dry_run(caller, sheet, at=at)
    if found.faults:
        first = found.faults[0]
        wrong = (
            f"{found.bad} rows are bad; the first fault is in row {first.row}, column"
            f" {first.column}: {first.wrong}."
        )
        raise InputError("BAD_ROWS", wrong, f"Expected: {first.expected}. Run it dry for all.")
    if not found.rows:
        raise InputError("EMPTY_FILE", "The sheet has no rows.", "Send one with rows.")
    digest = hashlib.sha256(sheet.content).hexdigest()
    whole = f"{caller.institution}/{caller.by}/{sheet.kind}/{digest}/{key}"
    batch = f"i-{hashlib.sha256(whole.encode()).hexdigest()[:24]}"
    named = shown(sheet.name.replace("\\", "/").rsplit("/", 1)[-1], 80)
    by = ring().current
    kept = sealed(
        by.of(_USE), sheet.content, about=_about(caller.institution, batch), nonce=_nonce()
    )
    content = {
        "batch": batch,
        "kind": sheet.kind.value,
        "file": named,
        "sha256": digest,
        "rows": found.rows,
        "fen": found.fen,
    }
    with acting(caller.actor(why)):
        given = [caller.institution, batch, sheet.kind.value, named, digest, found.rows]
        query(_ENTER, [*given, caller.by, at, kept, by.name])
        return propose(caller, Act.IMPORT, batch, content, key=key, why=why, at=at)


@carries_out(Act.IMPORT)
def begin_import(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """A second person agreed: the rows are worked by a job, which goes on if it is killed."""
    actor = caller.actor("agreed to an import")
    query(_AGREE, [proposal.proposal, caller.institution, proposal.subject])
    later(actor, TASK, lock=f"import:{proposal.subject}", queue=Queue.LONG, batch=proposal.subject)


def run_import(
    caller: Caller,
    batch: str,
    *,
    at: datetime,
    told: Callable[[int, int], None] | None = None,
) -> Import:
    """Work the rows of an import that are not worked yet; `told` hears how many of how many.

    Run again, or by two at once, it does nothing twice. Raises `InputError` NOT_PERMITTED,
    NO_IMPORT.
    """
    if not (caller.duties & {Duty.SERVICE} or PERMITS[Act.IMPORT].second & caller.duties):
        raise forbidden(caller, "To work an import is the service's.")
    actor = Actor(institution=caller.institution, by=caller.by, why="worked an import")
    with acting(actor):
        found = _found(actor, batch)
        sheets = query(_SHEET, [actor.institution, batch])
        worked = {row for (row,) in query(_WORKED, [actor.institution, batch])}
    for kind, kept, sealed_by, made_by in sheets:
        maker = Caller(
            institution=caller.institution, by=made_by, duties=frozenset({DUTIES[Kind(kind)]})
        )
        rows = _rows(actor, batch, Kind(kind), (kept, sealed_by), at)
        for place, row in enumerate(rows, 1):
            if row.row not in worked and not _work_row(maker, batch, Kind(kind), row, at):
                break  # Another came to the end meanwhile.
            if told is not None:
                told(place, len(rows))
        with acting(actor):
            query(_DONE, [at, actor.institution, batch])
            found = _found(actor, batch)
    return found


def import_of(caller: Caller, batch: str) -> Import:
    """Where an import stands; raises `InputError` NOT_PERMITTED, NO_IMPORT."""
    _check_sees_imports(caller)
    with acting(caller.actor("looked at an import")):
        return _found(caller.actor(), batch)


def imports(caller: Caller, *, limit: int = LISTED_MAX) -> tuple[Import, ...]:
    """The imports there were, newest first."""
    _check_sees_imports(caller)
    with acting(caller.actor("looked at imports")):
        rows = query(_LISTED, [caller.institution, min(limit, LISTED_MAX)])
    return tuple(_import(row) for row in rows)


def refused_rows(caller: Caller, batch: str, *, limit: int = LISTED_MAX) -> tuple[RefusedRow, ...]:
    """The rows of an import that could not be done, in their order."""
    _check_sees_imports(caller)
    with acting(caller.actor("looked at an import")):
        _found(caller.actor(), batch)
        rows = query(_REFUSED, [caller.institution, batch, limit])
    return tuple(
        RefusedRow(row=row, key=key, code=code, message=message) for row, key, code, message in rows
    )


def many(
    items: Sequence[Item], work: Callable[[Item], object], *, name: Callable[[Item], str] = str
) -> tuple[Outcome, ...]:
    """Do something to many, each in a transaction of its own; what came of each, in their order.

    Raises `InputError` TOO_MANY.
    """
    if len(items) > MANY_MAX:
        wrong = f"{len(items)} at once are too many."
        raise InputError("TOO_MANY", wrong, f"At most {MANY_MAX}; send them in parts.")
    found = []
    for item in items:
        try:
            work(item)
        except InputError as fault:
            found.append(Outcome(item=name(item), code=fault.code, message=fault.message))
        else:
            found.append(Outcome(item=name(item)))
    return tuple(found)


def confirm_many(
    caller: Caller, read: Iterable[tuple[str, str]], *, at: datetime
) -> tuple[Outcome, ...]:
    """Agree to many proposals, each by the digest of what was read: decisions, payments, any act.

    One that is refused leaves the others done. Raises `InputError` TOO_MANY.
    """

    def agree(one: tuple[str, str]) -> Proposal:
        return confirm(caller, one[0], digest=one[1], at=at)

    return many(tuple(read), agree, name=lambda one: one[0])


# Within ----------------------------------------------------------------------------------------

_USE: Final = b"suixin/import/1"


def _check_may_import(caller: Caller, kind: Kind) -> None:
    check_may(caller, Act.IMPORT)
    if DUTIES[kind] not in caller.duties:
        told = ACTS[kind].value.replace("_", " ")
        raise forbidden(caller, f"To import {kind} is for who may {told} by hand.")


def _check_sees_imports(caller: Caller) -> None:
    permit = PERMITS[Act.IMPORT]
    if not (permit.duties | permit.second | {Duty.SERVICE, Duty.AUDITOR}) & caller.duties:
        raise forbidden(caller, "To see imports is not yours.")


def _read(sheet: Sheet, at: datetime) -> Checked:
    policy = load_policy("imports").on(at.astimezone(CHINA).date())
    return check_lines(sheet.kind, read_sheet(sheet.content, policy))


def _rows(
    actor: Actor, batch: str, kind: Kind, kept: tuple[bytes, str], at: datetime
) -> tuple[Row, ...]:
    """The rows of a sheet that two people agreed to; all were good then."""
    content, by = kept
    plain = opened(ring().get(by).of(_USE), bytes(content), about=_about(actor.institution, batch))
    return _read(Sheet(kind, "", plain), at).rows


def _work_row(maker: Caller, batch: str, kind: Kind, row: Row, at: datetime) -> bool:
    """One row in one transaction: done and noted, or taken back and noted as refused.

    Its place is taken first, so that another who works the same row waits, and then leaves it.
    False where the import is over.
    """
    actor = Actor(institution=maker.institution, by=maker.by, why=f"imported {batch}")
    given: list[Any] = [actor.institution, batch, row.row, kind.value, row.key]
    noted = ["known", "", ""]
    try:
        with acting(actor):
            if query(_CLAIM, given) and do_row(maker, kind, row, at=at):
                return True
            raise _KnownAlready
    except _KnownAlready:
        pass
    except InputError as fault:
        noted = ["refused", fault.code, shown(fault.message, _MESSAGE_MAX)]
    try:
        with acting(actor):
            query(_NOTE, [*given, *noted])
    except InputError as fault:
        if fault.code != "NOT_AGREED":
            raise
        return False
    return True


class _KnownAlready(Exception):
    """Takes back the note that a row was done, where it changed nothing."""


def _found(actor: Actor, batch: str) -> Import:
    for row in query(_ONE, [actor.institution, batch]):
        return _import(row)
    raise InputError("NO_IMPORT", f"There is no import {batch}.", "Check the id.")


def _import(row: tuple[Any, ...]) -> Import:
    batch, kind, name, rows, made_by, made_at, agreed, done_at, done, known, refused = row
    return Import(
        batch=batch,
        kind=Kind(kind),
        name=name,
        rows=rows,
        made_by=made_by,
        made_at=made_at,
        agreed=bool(agreed),
        done_at=done_at,
        done=done,
        known=known,
        refused=refused,
    )


def _about(institution: int, batch: str) -> str:
    return f"{institution}/{batch}"


def _nonce() -> bytes:
    return token_bytes(NONCE_BYTES)
