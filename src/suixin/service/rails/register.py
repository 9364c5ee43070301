"""What is known of payments, receipts to come, lines read and cases open: the port and its memory.

Reading a file changes nothing by itself: it gives `Changes`, which are taken whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from suixin.data.errors import InputError
from suixin.kernel.signatory import are_two_people
from suixin.lending.events import Event
from suixin.lending.transaction import Dimensions
from suixin.service.rails.payment import Payment, PaymentState, attempt_of


@dataclass(frozen=True, slots=True)
class Tracked:
    """A payment and what became of it.

    `pay_on` is the day it is to be paid, `told_on` that of the bank's word that it settled, `line`
    the key of the line that shows it, `value_on` the day it counts from; `missed` counts closed
    statements since `pay_on` that do not show it; `known` says that the bank called it a repeat;
    `cancel` is `asked`, or what the bank answered; `replaced_by` is the attempt in its place.
    """

    payment: Payment
    state: PaymentState = PaymentState.PENDING
    file: str = ""
    sent_on: date | None = None
    pay_on: date | None = None
    told_on: date | None = None
    value_on: date | None = None
    line: str = ""
    returned_by: str = ""
    reason: str = ""
    known: bool = False
    cancel: str = ""
    redated: bool = False
    missed: int = 0
    replaced_by: str = ""

    @property
    def open(self) -> bool:
        """Whether money may still leave for it."""
        return self.state in (PaymentState.SENT, PaymentState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Expected:
    """A receipt to come: its reference, what it is for, and how much of it has come.

    Of a settlement of sales, `swept_fen` is the part that repays the loan where it was agreed
    beforehand; with `order` the terms of the agreement say it when that order's money comes, sales
    and refunds together. With neither, all of it is the agreement's.
    """

    reference: str
    about: Dimensions
    fen: int
    on: date
    payer: str = field(default="", repr=False)
    swept_fen: int | None = None
    received_fen: int = 0
    order: str = ""

    @property
    def open_fen(self) -> int:
        """What is still to come."""
        return self.fen - self.received_fen


class CaseReason(StrEnum):
    """Why a person must look: with money in suspense, or without."""

    UNKNOWN = "unknown"
    AMOUNT_MISMATCH = "amount_mismatch"
    ALREADY_SETTLED = "already_settled"
    OVER = "over"  # More than was open.
    NOT_AWAITED = "not_awaited"
    SUM_MISMATCH = "sum_mismatch"
    REFERENCE_REUSED = "reference_reused"
    NOTICE_DIFFERS = "notice_differs"
    NOTICE_UNCONFIRMED = "notice_unconfirmed"
    NO_LINE = "no_line"  # Without money from here on.
    MOVE_REFUSED = "move_refused"
    STATUS_UNKNOWN = "status_unknown"


@dataclass(frozen=True, slots=True)
class Case:
    """Something a person must decide; `fen` is what it holds in suspense, money to us above 0."""

    key: str
    why: CaseReason
    fen: int
    value_on: date
    opened_on: date
    payment: str = ""
    expected: str = ""
    candidate: str = ""
    note: str = ""
    payer: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    closed_on: date | None = None
    closed_by: tuple[str, ...] = ()
    how: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has closed it."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an account's statements stand: the last one's number, and what it closed with."""

    number: int | None
    closing_fen: int
    closing_on: date


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A line that a notice told early; a statement confirms it, or it is withdrawn."""

    key: str
    account: str
    fen: int
    booked_on: date
    value_on: date
    confirmed: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a file or a decision changes in the register, taken whole or not at all."""

    payments: tuple[Tracked, ...] = ()
    expected: tuple[Expected, ...] = ()
    cases: tuple[Case, ...] = ()
    notices: tuple[NoticeLine, ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict)
    blocked: tuple[str, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    position: tuple[str, Position] | None = None


class Register(Protocol):
    """What reconciling asks; a database answers the same questions."""

    def payment(self, id: str) -> Tracked | None:
        """The payment of that number."""
        ...

    def same_attempt(self, id: str) -> Tracked | None:
        """The payment of the same attempt at the same, on whatever day it was numbered."""
        ...

    def blocks(self, payee: str) -> bool:
        """Whether a payee is blocked since a payment came back."""
        ...

    def expected(self, reference: str) -> Expected | None:
        """The receipt to come of that reference."""
        ...

    def file(self, id: str) -> Mapping[str, Sequence[str]] | None:
        """The payments of a file of ours, by batch."""
        ...

    def candidates(self, fen: int, on: date, party: str) -> tuple[str, ...]:
        """What has that open amount (signed), day and party, where both name one: no match yet."""
        ...

    def position(self, account: str) -> Position | None:
        """Where the account's statements stand; None where its books have not begun."""
        ...

    def taken(self, key: str) -> str | None:
        """The digest of a statement or notice taken before, by its key."""
        ...

    def count(self, base: str) -> int:
        """How many lines of that base key were taken from statements."""
        ...

    def notice(self, key: str) -> NoticeLine | None:
        """The line that a notice told early."""
        ...

    def unconfirmed(self, account: str, through: date) -> tuple[NoticeLine, ...]:
        """Lines told early, booked by that day, that no statement has confirmed or withdrawn."""
        ...

    def unseen(self) -> tuple[Tracked, ...]:
        """Payments sent, accepted or settled by the bank's word, that no line has shown yet."""
        ...

    def case(self, key: str) -> Case | None:
        """The case of that key."""
        ...

    def open_cases(self) -> tuple[Case, ...]:
        """Cases that nobody has closed, oldest first."""
        ...

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """Why an agreement would not take the last of these events, in words; "" where it would."""
        ...


@dataclass(slots=True)
class MemoryRegister:
    """The register in memory.

    >>> day = date(2026, 3, 2)
    >>> known = MemoryRegister()
    >>> known.begin("8010526018159083", closing_fen=1_000_000_000, on=day, number=0)
    >>> known.expect(Expected("SET1", Dimensions("a-1"), 13_698, day))
    >>> known.candidates(13_698, day, "")
    ('SET1',)
    """

    payments: dict[str, Tracked] = field(default_factory=dict)
    expecting: dict[str, Expected] = field(default_factory=dict)
    files: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    _attempts: dict[str, str] = field(default_factory=dict)
    _notices: dict[str, NoticeLine] = field(default_factory=dict)
    _counted: dict[str, int] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)
    _positions: dict[str, Position] = field(default_factory=dict)
    _unseen: dict[str, None] = field(default_factory=dict)
    _open_cases: dict[str, None] = field(default_factory=dict)
    _early: dict[str, None] = field(default_factory=dict)

    def begin(self, account: str, *, closing_fen: int, on: date, number: int | None) -> None:
        """Say with which balance, and after which statement, an account's books begin."""
        if account in self._positions:
            raise InputError("BEGUN", "The account's books have begun.", "They go on from there.")
        self._positions[account] = Position(number, closing_fen, on)

    def expect(self, receipt: Expected) -> None:
        """Enter a receipt to come; the same again is the same."""
        before = self.expecting.setdefault(receipt.reference, receipt)
        if before != receipt and replace(before, received_fen=0) != receipt:
            wrong = f"{receipt.reference} is expected already, as something else."
            raise InputError("KEY_TAKEN", wrong, "Use another reference.")

    def take(self, changes: Changes) -> None:
        """Take what a file or a decision changes."""
        for tracked in changes.payments:
            id = tracked.payment.id
            self.payments[id] = tracked
            self._attempts[attempt_of(id)] = id
            waits = tracked.open or (tracked.state is PaymentState.SETTLED and not tracked.line)
            self._note(self._unseen, id, waits)
        for receipt in changes.expected:
            self.expecting[receipt.reference] = receipt
        for case in changes.cases:
            self.cases[case.key] = case
            self._note(self._open_cases, case.key, case.open)
        for line in changes.notices:
            self._notices[line.key] = line
            self._note(self._early, line.key, not (line.confirmed or line.withdrawn))
        self._counted.update(changes.counted)
        self._taken.update(changes.taken)
        self.files.update(changes.files)
        self.blocked.update(changes.blocked)
        if changes.position is not None:
            account, position = changes.position
            self._positions[account] = position

    def unblock(self, payee: str, *, by: tuple[str, str]) -> None:
        """Two people let a payee be paid again; raises `InputError` TWO_PEOPLE."""
        two_people(by, f"Paying {payee} again")
        self.blocked.discard(payee)

    def payment(self, id: str) -> Tracked | None:
        """See `Register.payment`."""
        return self.payments.get(id)

    def same_attempt(self, id: str) -> Tracked | None:
        """See `Register.same_attempt`."""
        return self.payments.get(self._attempts.get(attempt_of(id), ""))

    def blocks(self, payee: str) -> bool:
        """See `Register.blocks`."""
        return payee in self.blocked

    def expected(self, reference: str) -> Expected | None:
        """See `Register.expected`."""
        return self.expecting.get(reference)

    def file(self, id: str) -> Mapping[str, Sequence[str]] | None:
        """See `Register.file`."""
        return self.files.get(id)

    def candidates(self, fen: int, on: date, party: str) -> tuple[str, ...]:
        """See `Register.candidates`."""
        if fen > 0:
            return tuple(
                one.reference
                for one in self.expecting.values()
                if one.open_fen == fen and one.on == on and _same(one.payer, party)
            )
        payments = (self.payments[id] for id in self._unseen)
        return tuple(
            one.payment.id
            for one in payments
            if one.open
            and one.payment.fen == -fen
            and one.payment.on == on
            and _same(one.payment.payee.name, party)
        )

    def position(self, account: str) -> Position | None:
        """See `Register.position`."""
        return self._positions.get(account)

    def taken(self, key: str) -> str | None:
        """See `Register.taken`."""
        return self._taken.get(key)

    def count(self, base: str) -> int:
        """See `Register.count`."""
        return self._counted.get(base, 0)

    def notice(self, key: str) -> NoticeLine | None:
        """See `Register.notice`."""
        return self._notices.get(key)

    def unconfirmed(self, account: str, through: date) -> tuple[NoticeLine, ...]:
        """See `Register.unconfirmed`."""
        early = (self._notices[key] for key in self._early)
        return tuple(one for one in early if one.account == account and one.booked_on <= through)

    def unseen(self) -> tuple[Tracked, ...]:
        """See `Register.unseen`."""
        return tuple(self.payments[id] for id in self._unseen)

    def case(self, key: str) -> Case | None:
        """See `Register.case`."""
        return self.cases.get(key)

    def open_cases(self) -> tuple[Case, ...]:
        """See `Register.open_cases`."""
        return tuple(self.cases[key] for key in self._open_cases)

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """See `Register.objection`; none is known here."""
        return ""

    def _note(self, among: dict[str, None], key: str, holds: bool) -> None:
        if holds:
            among.setdefault(key)
        else:
            among.pop(key, None)


def two_people(by: Sequence[str], what: str) -> None:
    """Hold to two people who are not one; raises `InputError` TWO_PEOPLE.

    >>> two_people(("u-1", " U-1"), "Releasing money")
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: Releasing money needs two people. Have another sign.
    """
    if not are_two_people(by):
        raise InputError("TWO_PEOPLE", f"{what} needs two people.", "Have another sign.")


def _same(ours: str, theirs: str) -> bool:
    return not ours or not theirs or ours == theirs
