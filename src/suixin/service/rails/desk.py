"""The payments desk of an institution with one bank: the port over a register, books and files.

What is kept is durable before anything is noted, and noted before it is handed over. So a desk that
is killed anywhere, and does the same again, has sent the same bytes once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from suixin.data.errors import InputError
from suixin.lending.events import Event
from suixin.lending.ledger import Ledger
from suixin.service.rails import files, sending
from suixin.service.rails.cancel import cancel_id, take_answers, write_cancel
from suixin.service.rails.ledger import perform
from suixin.service.rails.message import AccountFile, Message, StatusFile
from suixin.service.rails.payment import Batch, Receipt, Status
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import CHINA, Source, digest_of
from suixin.service.rails.reconcile import reconcile
from suixin.service.rails.register import Changes, Register
from suixin.service.rails.statuses import take_statuses
from suixin.service.rails.verdict import Judged
from suixin.service.rails.working import Outcome, Received


class Transport(Protocol):
    """How files go to a bank and come from it; a real bank's is a class of this form."""

    def keep(self, name: str, content: bytes) -> None:
        """Make a file durable here; the same again is the same, other content raises KEPT."""
        ...

    def hand_over(self, name: str) -> None:
        """Give the bank a kept file; again, the same bytes. Raises `InputError` NOT_KEPT."""
        ...

    def kept(self) -> Sequence[str]:
        """The names of kept files, by name."""
        ...

    def fetch(self, since: str) -> Sequence[tuple[str, Source]]:
        """What the bank has sent after a file of that name ("" for all), by name."""
        ...


class Books(Register, Protocol):
    """A register that also takes."""

    def take(self, changes: Changes) -> None:
        """Take what a file or a decision changes, whole."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one file of the bank's: verdicts of its lines, or why it is refused.

    `events` and `receipts` are for the agreements; `new` is False where all was taken before. A
    file of several reports, one of them refused, is told as what was taken, then as the fault.
    """

    name: str
    judged: tuple[Judged, ...] = ()
    events: tuple[Event, ...] = ()
    receipts: tuple[Received, ...] = ()
    fault: InputError | None = None
    new: bool = True


@dataclass(slots=True)
class Desk:
    """Submits, asks, stops and fetches; see docs/rails.md."""

    register: Books
    ledger: Ledger
    transport: Transport
    profile: Profile
    schemas: Path | None = None
    last_on: date = date.min

    def submit(self, batch: Batch) -> Receipt:
        """See `Payments.submit`."""
        made = sending.prepare(batch, self.register, self.profile, schemas=self.schemas)
        if made.file:
            on = batch.made_at.astimezone(CHINA).date()
            self._hold_day(on)
            self.transport.keep(made.file, made.written)
            self.take(made.outcome, on)
        for name in made.hand_over:
            self.transport.hand_over(name)
        return made.receipt

    def resume(self) -> tuple[str, ...]:
        """Hand over again what is noted as sent and not yet answered; gives the files' names.

        A kept file that was never noted is left: nothing in it was sent, and it never will be.
        """
        waiting = {one.file for one in self.register.unseen() if one.open and not one.known}
        names = tuple(name for name in self.transport.kept() if name in waiting)
        for name in names:
            self.transport.hand_over(name)
        return names

    def query(self, id: str) -> Status:
        """See `Payments.query`; over files, what the bank has said by now is all there is."""
        return sending.status_of(self.register, id)

    def cancel(self, id: str, reason: str, *, at: datetime) -> None:
        """See `Payments.cancel`; asked twice, the bank is asked once."""
        outcome = sending.cancel_asked(self.register, self.profile, id, at=at)
        tracked = self.register.payment(id)
        if tracked is None:
            raise AssertionError(f"{id} was asked after and is not known.")
        name = cancel_id(id)
        if not tracked.cancel:
            of_file, payment = tracked.file, tracked.payment
            asked = write_cancel(payment, reason, self.profile, of_file=of_file, at=at)
            self.transport.keep(name, asked)
            self.take(outcome, at.astimezone(CHINA).date())
        self.transport.hand_over(name)

    def fetch(self, since: str = "") -> Sequence[tuple[str, Message]]:
        """See `Payments.fetch`; raises `InputError` as `files.read` does."""
        return [
            (name, files.read(content, self.profile))
            for name, content in self.transport.fetch(since)
        ]

    def take_in(self, booked_on: date, *, since: str = "") -> tuple[Taken, ...]:
        """Take every file of the bank's that is not yet taken, each whole or not at all.

        A statement that came before its turn is tried again after the others, and on the next call.
        """
        self._hold_day(booked_on)
        waiting = list(self.transport.fetch(since))
        done: list[Taken] = []
        while waiting:
            faults: dict[str, Taken] = {}
            for name, content in waiting:
                found = self._file(name, content, booked_on)
                if found.fault is None:
                    done.append(found)
                    continue
                if found.judged:
                    done.append(replace(found, fault=None))
                faults[name] = replace(found, judged=(), events=(), receipts=())
            if len(faults) == len(waiting):
                done += faults.values()
                break
            waiting = [one for one in waiting if one[0] in faults]
        return tuple(done)

    def take(self, outcome: Outcome, booked_on: date) -> None:
        """Take what a file or a decision gives; a store does both in one transaction.

        Raises `InputError` DATES for a day before one on which something was taken.
        """
        self._hold_day(booked_on)
        perform(self.ledger, outcome.acts, booked_on=booked_on)
        self.register.take(outcome.changes)

    def _hold_day(self, booked_on: date) -> None:
        # A ledger refuses such a day too, but in the middle of what a file gives.
        if booked_on < self.last_on:
            wrong = f"{booked_on} is before {self.last_on}, on which something was taken."
            raise InputError("DATES", wrong, "Book on that day or later.")
        self.last_on = booked_on

    def _file(self, name: str, content: Source, booked_on: date) -> Taken:
        mark = f"file/{name}"
        before = self.register.taken(mark)
        try:
            digest = digest_of(content, self.profile.limits)
            if before not in (None, digest):
                wrong = f"{name} was taken before, and held something else."
                raise InputError("CHANGED", wrong, "Ask the bank which holds; nothing was taken.")
            if before is not None:
                return Taken(name, new=False)
            found = self._message(name, files.read(content, self.profile), booked_on)
        except InputError as fault:
            return Taken(name, fault=fault)
        if found.fault is None:
            self.register.take(Changes(taken=((mark, digest),)))
        return found

    def _message(self, name: str, message: Message, on: date) -> Taken:
        if isinstance(message, AccountFile):
            return self._reports(name, message, on)
        if isinstance(message, StatusFile):
            outcome = take_statuses(message, self.register, self.profile, booked_on=on)
        else:
            outcome = take_answers(message, self.register, self.profile, on)
        self.take(outcome, on)
        return Taken(name, events=outcome.events)

    def _reports(self, name: str, message: AccountFile, on: date) -> Taken:
        """Each report in turn; those before a fault are taken, and the file stays open."""
        taken = Taken(name, new=False)
        for report in message.reports:
            try:
                found = reconcile(report, self.register, self.profile, booked_on=on)
            except InputError as fault:
                return replace(taken, fault=fault)
            self.take(found.outcome, on)
            taken = replace(
                taken,
                judged=taken.judged + found.judged,
                events=taken.events + found.outcome.events,
                receipts=taken.receipts + found.outcome.receipts,
                new=taken.new or found.new,
            )
        return taken
