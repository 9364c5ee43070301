"""The payments desk over the database: what is kept, noted and booked is one transaction.

A file's bytes are committed with the payments in it before anything is handed over, and that it was
handed over is noted after. Killed anywhere and done again, there is one payment. A file of the
bank's is taken whole, with all that it moves, or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from suixin.data.errors import InputError
from suixin.lending.events import Event
from suixin.service.rails import files, sending
from suixin.service.rails.cancel import cancel_id, take_answers, write_cancel
from suixin.service.rails.desk import Taken
from suixin.service.rails.ledger import Act, Post, perform
from suixin.service.rails.message import AccountFile, Kind, Message, Report, StatusFile
from suixin.service.rails.payment import Batch, Receipt, Status
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import CHINA, Source, digest_of
from suixin.service.rails.reconcile import Reconciled, reconcile
from suixin.service.rails.statuses import take_statuses
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.rails.verdict import Judged
from suixin.service.rails.working import Outcome
from suixin.service.store.books import StoredBooks
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, acting, again, query

MOST_AT_ONCE: Final = 5_000

# One desk of an institution works at a time; a second waits.
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.bank'), %s)"
_KEEP: Final = """
    insert into bank_out (institution_id, name, kind, digest, sealed, batches)
    values (%s, %s, %s, %s, %s, %s::jsonb) on conflict (institution_id, name) do nothing
"""
_NOT_HANDED: Final = """
    select o.name, o.sealed from bank_out as o
      left join bank_out_handed as h using (institution_id, name)
     where o.institution_id = %s and h.name is null order by o.kept_at, o.name
"""
_HANDED: Final = """
    insert into bank_out_handed (institution_id, name) values (%s, %s) on conflict do nothing
"""
_TAKE: Final = """
    insert into bank_in (institution_id, name, digest, sealed, taken_on) values (%s, %s, %s, %s, %s)
"""
_REPORT: Final = """
    insert into bank_report (institution_id, name, digest, account, number, closing_fen, closing_on,
                             lines, taken_on)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_LINES: Final = """
    insert into bank_line (institution_id, report, place, part, key, verdict, fen, value_on,
                           payment, expected, left_fen, excess_fen, "case", candidate, reason, note)
    select %s, %s, u.* from unnest(%s::integer[], %s::integer[], %s::text[], %s::text[],
                                   %s::bigint[], %s::date[], %s::text[], %s::text[], %s::bigint[],
                                   %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
                            as u
"""
_PART: Final = """
    insert into receipt_part (institution_id, key, reference, fen, value_on, booked_on)
    values (%s, %s, %s, %s, %s, %s)
"""
_FAULT: Final = """
    insert into bank_fault (institution_id, name, code, message, hint, since)
    values (%s, %s, %s, %s, %s, %s)
    on conflict (institution_id, name) do update
       set code = excluded.code, message = excluded.message, hint = excluded.hint
"""
_NO_FAULT: Final = "delete from bank_fault where institution_id = %s and name = %s"


class Carrier(Protocol):
    """How files go to a bank and come from it; a real bank's is a class of this form."""

    def put(self, name: str, content: bytes) -> None:
        """Give the bank a file, durably; again, the same bytes under the same name."""
        ...

    def fetch(self, since: str) -> Sequence[tuple[str, Source]]:
        """What the bank has sent after a file of that name ("" for all), by name."""
        ...

    def done(self, name: str) -> None:
        """A file of the bank's is taken and kept, so that it need not be offered again."""
        ...


class Agreements(Protocol):
    """Who is told what the bank's lines mean for agreements, in the transaction that takes them."""

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """See `Register.objection`."""
        ...

    def receive(self, agreement: str, events: Sequence[Event]) -> None:
        """Enter what happened to an agreement; raises `InputError`, and then nothing is taken."""
        ...


@dataclass(frozen=True, slots=True)
class StoredDesk:
    """Submits, asks, stops and fetches for an institution with one bank; see docs/rails.md."""

    actor: Actor
    ring: KeyRing
    profile: Profile
    carrier: Carrier
    agreements: Agreements
    schemas: Path | None = None

    def submit(self, at: datetime, *, on: date) -> Receipt:
        """Send what waits and is due by a day: its bytes and states in one transaction, then out.

        What is refused waits on, and is told. Raises `InputError` as `pain001.write` does.
        """
        receipt = again(partial(self._submit, at, on))
        self.resume()
        return receipt

    def resume(self) -> tuple[str, ...]:
        """Hand over every file that is kept and not noted as handed over; gives their names."""
        with acting(self.actor):
            seal = self._register().seal
            waiting = [
                (name, seal.open(bytes(kept), f"out/{name}"))
                for name, kept in query(_NOT_HANDED, [self.actor.institution])
            ]
        for name, content in waiting:
            self.carrier.put(name, content)
            with acting(self.actor):
                query(_HANDED, [self.actor.institution, name])
        return tuple(name for name, _ in waiting)

    def query(self, id: str) -> Status:
        """See `Payments.query`; over files, what the bank has said by now is all there is."""
        with acting(self.actor):
            return sending.status_of(self._register(), id)

    def cancel(self, id: str, reason: str, *, at: datetime, on: date) -> None:
        """Ask the bank to stop a payment; asked twice, the bank is asked once.

        Raises `InputError` NO_PAYMENT, NOT_OPEN, CANCEL_REASON.
        """

        def work() -> None:
            with self._alone() as register:
                outcome = sending.cancel_asked(register, self.profile, id, at=at)
                tracked = register.payment(id)
                if tracked is None or tracked.cancel:
                    return
                of_file = tracked.file
                asked = write_cancel(tracked.payment, reason, self.profile, of_file=of_file, at=at)
                self._keep(register, cancel_id(id), "cancel", asked)
                self._take(register, outcome, on)

        again(work)
        self.resume()

    def fetch(self, since: str = "") -> Sequence[tuple[str, Message]]:
        """See `Payments.fetch`; raises `InputError` as `files.read` does."""
        return [(name, files.read(told, self.profile)) for name, told in self.carrier.fetch(since)]

    def take_in(self, booked_on: date) -> tuple[Taken, ...]:
        """Take every file that the bank has sent, each whole or not at all.

        A statement that came before its turn is tried again after the others, and on the next call;
        meanwhile it is listed with what is wrong.
        """
        waiting = list(self.carrier.fetch(""))
        done: list[Taken] = []
        while waiting:
            faults: dict[str, Taken] = {}
            for name, content in waiting:
                found = self._file(name, content, booked_on)
                if found.fault is None:
                    self.carrier.done(name)
                    done.append(found)
                else:
                    faults[name] = found
            if len(faults) == len(waiting):
                for name, found in faults.items():
                    self._note_fault(name, found.fault, booked_on)
                return (*done, *faults.values())
            waiting = [one for one in waiting if one[0] in faults]
        return tuple(done)

    def decide(self, work: Callable[[StoredRegister], Outcome], booked_on: date) -> Outcome:
        """Take what people decide of a case or a payment, in the transaction under way or its own.

        `work` gives it from the register as it stands.
        """
        with self._alone() as register:
            outcome = work(register)
            self._take(register, outcome, booked_on)
        return outcome

    # Sending --------------------------------------------------------------------------------------

    def _submit(self, at: datetime, on: date) -> Receipt:
        with self._alone() as register:
            waiting = register.pending(on, MOST_AT_ONCE)
            batch = Batch(tuple(one.payment for one in waiting), at.astimezone(CHINA))
            made = sending.prepare(batch, register, self.profile, schemas=self.schemas)
            if made.file:
                batches = made.outcome.changes.files[made.file]
                self._keep(register, made.file, "payments", made.written, batches)
                self._take(register, made.outcome, on)
            return made.receipt

    def _keep(
        self, register: StoredRegister, name: str, kind: str, content: bytes, batches: Any = None
    ) -> None:
        sealed = register.seal.seal(content, f"out/{name}")
        told = json.dumps({id: list(ids) for id, ids in (batches or {}).items()})
        digest = digest_of(content, self.profile.limits)
        query(_KEEP, [self.actor.institution, name, kind, digest, sealed, told])

    # Taking in ------------------------------------------------------------------------------------

    def _file(self, name: str, content: Source, booked_on: date) -> Taken:
        try:
            digest = digest_of(content, self.profile.limits)
            whole = content if isinstance(content, bytes) else content.read_bytes()
            message = files.read(whole, self.profile)
            return again(partial(self._take_file, name, (digest, whole), message, booked_on))
        except InputError as fault:
            return Taken(name, fault=fault)

    def _take_file(
        self, name: str, kept: tuple[str, bytes], message: Message, booked_on: date
    ) -> Taken:
        digest, whole = kept
        with self._alone() as register:
            before = register.taken(f"file/{name}")
            if before not in (None, digest):
                wrong = f"{name} was taken before, and held something else."
                raise InputError("CHANGED", wrong, "Ask the bank which holds; nothing was taken.")
            if before is not None:
                return Taken(name, new=False)
            taken = self._message(register, name, message, booked_on)
            sealed = register.seal.seal(whole, f"in/{name}")
            query(_TAKE, [self.actor.institution, name, digest, sealed, booked_on])
            query(_NO_FAULT, [self.actor.institution, name])
            return taken

    def _message(self, register: StoredRegister, name: str, message: Message, on: date) -> Taken:
        if isinstance(message, AccountFile):
            taken = Taken(name, new=False)
            for report in message.reports:
                register.look_up(message)
                found = reconcile(report, register, self.profile, booked_on=on)
                self._take(register, found.outcome, on)
                self._keep_report(report, found, on)
                taken = _joined(taken, found)
            return taken
        register.look_up(message)
        if isinstance(message, StatusFile):
            outcome = take_statuses(message, register, self.profile, booked_on=on)
        else:
            outcome = take_answers(message, register, self.profile, on)
        self._take(register, outcome, on)
        return Taken(name, events=outcome.events)

    def _keep_report(self, report: Report, found: Reconciled, on: date) -> None:
        """A statement or notice with its lines, under the name it is taken by."""
        for name, digest in found.outcome.changes.taken:
            at = found.outcome.changes.position
            closing = (at[1].number, at[1].closing_fen, at[1].closing_on) if at else (None,) * 3
            account = report.account if report.kind is Kind.STATEMENT else ""
            told = [name, digest, account, *closing, len(report.lines), on]
            query(_REPORT, [self.actor.institution, *told])
            columns = [list(column) for column in zip(*_line_rows(found.judged), strict=True)]
            if columns:
                query(_LINES, [self.actor.institution, name, *columns])

    def _take(self, register: StoredRegister, outcome: Outcome, booked_on: date) -> None:
        """Register, ledger and agreements take what a file or a decision gives."""
        books = StoredBooks(self.actor)
        for acts in _grouped(outcome.acts):
            if isinstance(acts[0], Post):
                books.post_all([one.transaction for one in acts if isinstance(one, Post)])
            else:
                perform(books, acts, booked_on=booked_on)
        register.take(outcome.changes)
        for one in outcome.receipts:
            told = [one.key, one.expected.reference, one.fen, one.value_on, booked_on]
            query(_PART, [self.actor.institution, *told])
        of: dict[str, list[Event]] = {}
        for agreement, event in zip(outcome.agreements, outcome.events, strict=True):
            of.setdefault(agreement, []).append(event)
        for agreement, events in of.items():
            self.agreements.receive(agreement, events)

    def _note_fault(self, name: str, fault: InputError | None, on: date) -> None:
        if fault is not None:
            told = [name, fault.code, fault.message, fault.hint, on]
            with acting(self.actor):
                query(_FAULT, [self.actor.institution, *told])

    def _register(self) -> StoredRegister:
        return StoredRegister(self.actor, self.ring, self.agreements.objection)

    @contextmanager
    def _alone(self) -> Iterator[StoredRegister]:
        """A transaction in which no other desk of the institution works."""
        with acting(self.actor):
            query(_ALONE, [self.actor.institution])
            yield self._register()


def _joined(taken: Taken, found: Reconciled) -> Taken:
    return replace(
        taken,
        judged=taken.judged + found.judged,
        events=taken.events + found.outcome.events,
        receipts=taken.receipts + found.outcome.receipts,
        new=taken.new or found.new,
    )


def _grouped(acts: Iterable[Act]) -> Iterator[list[Act]]:
    """Acts in their order, bookings that follow one another together."""
    group: list[Act] = []
    for act in acts:
        if group and not (isinstance(act, Post) and isinstance(group[-1], Post)):
            yield group
            group = []
        group.append(act)
    if group:
        yield group


def _line_rows(judged: Sequence[Judged]) -> Iterator[tuple[Any, ...]]:
    """A row a line; the parts of a batch after it, numbered from 1."""
    for place, line in enumerate(judged, 1):
        for part, one in enumerate((line, *line.parts)):
            yield (
                *(place, part, one.key, one.verdict.value, one.fen, one.value_on, one.payment),
                *(one.expected, one.left_fen, one.excess_fen, one.case, one.candidate, one.reason),
                one.note,
            )
