"""The register in the database: the port over its rows, within one transaction of an actor's.

A file asks the same things line after line, so what it may ask is read at once (`look_up`), and
remembered until something is taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.lending.events import Event
from suixin.service.rails import register_rows as rows
from suixin.service.rails.matching import words_of
from suixin.service.rails.message import AccountFile, Message, StatusFile
from suixin.service.rails.payment import Payee, attempt_of
from suixin.service.rails.reconcile import base_of
from suixin.service.rails.register import (
    Case,
    Changes,
    Expected,
    NoticeLine,
    Position,
    Tracked,
)
from suixin.service.rails.sealing import BankSeal, bank_seal, open_payees
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, query

_Objects = Callable[[str, Sequence[Event]], str]
_NAMES_AT_ONCE: Final = 20_000


class StoredRegister:
    """The register of an institution; see `Register` for what each question means.

    Names and numbers of payees are told only of those that were opened (`open`); without a ring of
    keys nothing that is sealed is told.
    """

    def __init__(self, actor: Actor, ring: KeyRing | None, objects: _Objects | None = None) -> None:
        self.actor = actor
        self.objects = objects
        self.ring = ring
        self._seal: BankSeal | None = None
        self.payees: dict[str, Payee] = {}
        self._forget()

    @property
    def seal(self) -> BankSeal:
        """What seals texts and names here; raises `InputError` NO_KEY where no keys were given."""
        if self._seal is None:
            if self.ring is None:
                raise InputError("NO_KEY", "No keys are given to seal by.", "Give the service's.")
            self._seal = bank_seal(self.actor, self.ring)
        return self._seal

    def begin(
        self, account: str, bank: str, *, closing_fen: int, on: date, number: int | None
    ) -> None:
        """Say with which balance, and after which statement, an account's books begin, once.

        The same again is the same; raises `InputError` BEGUN.
        """
        given = [self.actor.institution, account, bank, number, closing_fen, on, closing_fen, on]
        if query(rows.BEGIN, given):
            return
        if query(rows.BEGAN, [self.actor.institution, account]) != [(bank, closing_fen, on)]:
            raise InputError("BEGUN", "The account's books have begun.", "They go on from there.")

    def expect(self, receipt: Expected) -> bool:
        """Enter a receipt to come; whether it is new. Raises `InputError` KEY_TAKEN."""
        about, payer = receipt.about, receipt.payer
        told = self.seal.seal(payer.encode(), f"due/{receipt.reference}") if payer else None
        given = [
            *(self.actor.institution, receipt.reference, about.agreement, about.party),
            *(about.sheet, about.mode, about.tier, receipt.order, receipt.fen, receipt.on, told),
        ]
        if query(rows.ENTER_DUE, given):
            return True
        before = self.expected(receipt.reference)
        if before is None or (before.about, before.fen, before.on, before.order) != (
            about,
            receipt.fen,
            receipt.on,
            receipt.order,
        ):
            wrong = f"{receipt.reference} is expected already, as something else."
            raise InputError("KEY_TAKEN", wrong, "Use another reference.")
        return False

    def open(self, listed: Iterable[str]) -> None:
        """Open payees' names and numbers, for a file that is written or a line nobody knows."""
        wanted = [name for name in dict.fromkeys(listed) if name not in self.payees]
        if wanted and self.ring is not None:
            self.payees |= open_payees(self.actor, self.ring, wanted)
            self._payments.clear()

    def look_up(self, message: Message) -> None:
        """Read at once what a file may ask: numbers and references in it, and its lines' keys."""
        names: dict[str, None] = {}
        bases: dict[str, None] = {}
        if isinstance(message, StatusFile):
            names.update((one.id, None) for batch in message.batches for one in batch.payments)
        elif isinstance(message, AccountFile):
            for report in message.reports:
                for line in report.lines:
                    bases[base_of(report.account, line)] = None
                    for said in line.details:
                        names.update(dict.fromkeys((said.end_to_end, said.instruction)))
                        names.update(dict.fromkeys((*said.structured, *words_of(said.text))))
                    names.update(dict.fromkeys(words_of(line.text)))
        names.pop("", None)
        for chunk in _chunks(list(names)):
            self._read_payments(chunk)
            self._read_dues(chunk)
        for chunk in _chunks(list(bases)):
            found = dict(query(rows.SEEN, [self.actor.institution, chunk]))
            self._seen |= {base: found.get(base, 0) for base in chunk}
            self._read_notices(chunk)

    # What is asked --------------------------------------------------------------------------------

    def payment(self, id: str) -> Tracked | None:
        """See `Register.payment`."""
        if id not in self._payments:
            self._read_payments([id])
        return self._payments[id]

    def same_attempt(self, id: str) -> Tracked | None:
        """See `Register.same_attempt`."""
        found = query(rows.PAYMENTS_BY_WHAT, [self.actor.institution, [attempt_of(id)]])
        return next((rows.tracked_of(row, self.payees) for row in found), None)

    def blocks(self, payee: str) -> bool:
        """See `Register.blocks`."""
        found = query(rows.BLOCKED, [self.actor.institution, payee])
        return bool(found) and bool(found[0][0])

    def expected(self, reference: str) -> Expected | None:
        """See `Register.expected`."""
        if reference not in self._dues:
            self._read_dues([reference])
        return self._dues[reference]

    def file(self, id: str) -> Mapping[str, Sequence[str]] | None:
        """See `Register.file`."""
        found = query(rows.FILE, [self.actor.institution, id])
        return json.loads(found[0][0]) or None if found else None

    def candidates(self, fen: int, on: date, party: str) -> tuple[str, ...]:
        """See `Register.candidates`."""
        if fen > 0:
            found = query(rows.DUES_LIKE, [self.actor.institution, on, fen])
            dues = [self._due(row) for row in found]
            return tuple(one.reference for one in dues if _same(one.payer, party))
        alike = [
            one.payment
            for one in self.unseen()
            if one.open and one.payment.fen == -fen and one.payment.on == on
        ]
        self.open(one.payee.listed for one in alike)
        names = {one.id: self.payees[one.payee.listed].name for one in alike}
        return tuple(id for id, name in names.items() if _same(name, party))

    def position(self, account: str) -> Position | None:
        """See `Register.position`."""
        found = query(rows.POSITION, [self.actor.institution, account])
        return Position(*found[0]) if found else None

    def taken(self, key: str) -> str | None:
        """See `Register.taken`."""
        given = {"institution": self.actor.institution, "names": [key]}
        return dict(query(rows.TAKEN, given)).get(key)

    def count(self, base: str) -> int:
        """See `Register.count`."""
        if base not in self._seen:
            found = dict(query(rows.SEEN, [self.actor.institution, [base]]))
            self._seen[base] = found.get(base, 0)
        return self._seen[base]

    def notice(self, key: str) -> NoticeLine | None:
        """See `Register.notice`."""
        if key not in self._notices:
            self._read_notices([key])
        return self._notices[key]

    def unconfirmed(self, account: str, through: date) -> tuple[NoticeLine, ...]:
        """See `Register.unconfirmed`."""
        found = query(rows.NOTICES_EARLY, [self.actor.institution, account, through])
        return tuple(map(rows.notice_of, found))

    def unseen(self) -> tuple[Tracked, ...]:
        """See `Register.unseen`."""
        found = query(rows.PAYMENTS_UNSEEN, [self.actor.institution])
        return tuple(rows.tracked_of(row, self.payees) for row in found)

    def case(self, key: str) -> Case | None:
        """See `Register.case`."""
        found = query(rows.CASES_BY_KEY, [self.actor.institution, [key]])
        return self._case(found[0]) if found else None

    def open_cases(self) -> tuple[Case, ...]:
        """See `Register.open_cases`."""
        return tuple(map(self._case, query(rows.CASES_OPEN, [self.actor.institution])))

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """See `Register.objection`."""
        return "" if self.objects is None else self.objects(agreement, events)

    def pending(self, on: date, most: int) -> tuple[Tracked, ...]:
        """Payments that wait to be sent, the longest waiting first, their payees opened."""
        given = [self.actor.institution, on, most]
        found = query(rows.PAYMENTS_PENDING, given)
        closed = [rows.tracked_of(row, self.payees) for row in found]
        self.open(one.payment.payee.listed for one in closed)
        return tuple(rows.tracked_of(row, self.payees) for row in found)

    # What is taken --------------------------------------------------------------------------------

    def take(self, changes: Changes) -> None:
        """Take what a file or a decision changes. Files and reports are the desk's to keep."""
        ours = self.actor.institution
        if changes.payments:
            self._enter_payments(changes.payments)
            query(rows.NOTE_PAYMENTS, [*rows.noted_values(changes.payments), ours])
        if changes.expected:
            columns = zip(*((one.reference, one.received_fen) for one in changes.expected),
                          strict=True)  # fmt: skip
            query(rows.NOTE_DUES, [*map(list, columns), ours])
        for case in changes.cases:
            self._put_case(case)
        if changes.notices:
            told = [(one.key, one.account, one.fen, one.booked_on, one.value_on, one.confirmed,
                     one.withdrawn) for one in changes.notices]  # fmt: skip
            query(rows.NOTE_NOTICES, [ours, *map(list, zip(*told, strict=True))])
        if changes.counted:
            query(rows.COUNT, [ours, list(changes.counted), list(changes.counted.values())])
        back = {one.payment.payee.listed: one.returned_by for one in changes.payments}
        for listed in changes.blocked:
            query(rows.BLOCK, [back[listed], ours, listed])
        if changes.position is not None:
            account, at = changes.position
            query(rows.GO_ON, [at.number, at.closing_fen, at.closing_on, ours, account])
        self._forget()

    def _enter_payments(self, tracked: Sequence[Tracked]) -> None:
        """Those that are not in the register yet begin pending, under their own numbers as keys."""
        known = {id for id in (one.payment.id for one in tracked) if self.payment(id)}
        for one in tracked:
            if one.payment.id not in known:
                given = rows.payment_values(one.payment, one.payment.id)
                query(rows.ENTER_PAYMENT, [self.actor.institution, *given])

    def _put_case(self, case: Case) -> None:
        ours, about = self.actor.institution, f"case/{case.key}"
        sealed = None
        if case.payer or case.text:
            told = json.dumps([case.payer, case.text], ensure_ascii=False)
            sealed = self.seal.seal(told.encode(), about)
        query(
            rows.OPEN_CASE,
            [
                *(ours, case.key, case.why.value, case.fen, case.value_on, case.opened_on),
                *(case.payment, case.expected, case.candidate, case.note, sealed),
            ],
        )
        if not case.open:
            by = list(case.closed_by)
            query(rows.CLOSE_CASE, [case.closed_on, by, case.how, ours, case.key])

    # What is remembered ---------------------------------------------------------------------------

    def _forget(self) -> None:
        self._payments: dict[str, Tracked | None] = {}
        self._dues: dict[str, Expected | None] = {}
        self._seen: dict[str, int] = {}
        self._notices: dict[str, NoticeLine | None] = {}

    def _read_payments(self, ids: Sequence[str]) -> None:
        found = query(rows.PAYMENTS_BY_ID, [self.actor.institution, list(ids)])
        self._payments |= dict.fromkeys(ids)
        for row in found:
            tracked = rows.tracked_of(row, self.payees)
            self._payments[tracked.payment.id] = tracked

    def _read_dues(self, references: Sequence[str]) -> None:
        found = query(rows.DUES_BY_REFERENCE, [self.actor.institution, list(references)])
        self._dues |= dict.fromkeys(references)
        self._dues |= {due.reference: due for due in map(self._due, found)}

    def _read_notices(self, keys: Sequence[str]) -> None:
        found = query(rows.NOTICES_BY_KEY, [self.actor.institution, list(keys)])
        self._notices |= dict.fromkeys(keys)
        self._notices |= {one.key: one for one in map(rows.notice_of, found)}

    def _due(self, row: Sequence[Any]) -> Expected:
        reference, sealed = row[0], row[9]
        opens = sealed and self.ring is not None
        payer = self.seal.open(bytes(sealed), f"due/{reference}").decode() if opens else ""
        return rows.due_of(row, payer)

    def _case(self, row: Sequence[Any]) -> Case:
        key, sealed = row[0], row[9]
        opens = sealed and self.ring is not None
        told = json.loads(self.seal.open(bytes(sealed), f"case/{key}")) if opens else ("", "")
        return rows.case_of(row, told)


def _chunks(names: list[str]) -> Iterable[list[str]]:
    return (names[at : at + _NAMES_AT_ONCE] for at in range(0, len(names), _NAMES_AT_ONCE))


def _same(ours: str, theirs: str) -> bool:
    return not ours or not theirs or ours == theirs
