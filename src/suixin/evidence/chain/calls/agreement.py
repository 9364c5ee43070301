"""Agreement: who decided, what is owed, what came, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, IntFlag
from typing import Final

from suixin.evidence.chain.calls.value import NO_DAY, NOTHING, Act, Event, Parts, Question, told_in


class Status(IntEnum):
    """Where an agreement stands on the chain."""

    UNKNOWN = 0
    APPLIED = 1
    FLAGGED = 2
    APPROVED = 3
    DISBURSED = 4
    WRITTEN_OFF = 5
    CLOSED = 6
    REFUSED = 7


class Kind(IntEnum):
    """Who brings money; the group brings dividends and guarantors' money, the pool its two."""

    BORROWER = 1
    SWEEP = 2
    PLEDGE = 3
    INSURER = 4
    SUBSIDY = 5
    DIVIDEND = 6
    GUARANTOR = 7
    FUND = 8
    RECOVERY = 9


class Flag(IntFlag):
    """Why a decision waits for a person."""

    ABOVE_LIMIT = 1
    ABOVE_RATE = 2
    EXPIRED = 4
    REVIEW = 8


@dataclass(frozen=True, slots=True)
class Bounds:
    """Inside what a decision may approve itself, and the hash of the policy that says so."""

    limit: int = 0
    rate_bps_max: int = 0
    until: date = NO_DAY
    policy: bytes = NOTHING


@dataclass(frozen=True, slots=True)
class Terms:
    """What is applied for: `payee` a commitment, `terms` a hash, `debtor` a member of `group`."""

    principal: int = 0
    rate_bps: int = 0
    due_on: date = NO_DAY
    payee: bytes = NOTHING
    terms: bytes = NOTHING
    group: bytes = NOTHING
    debtor: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What the scorer says, by the hash of its decision."""

    limit: int = 0
    rate_bps_max: int = 0
    until: date = NO_DAY
    review: bool = False
    decision: bytes = NOTHING


@dataclass(frozen=True, slots=True)
class Record:
    """An agreement as it stands; `outstanding` is all principal owed, `due` what is due by part."""

    status: Status = Status.UNKNOWN
    on: date = NO_DAY
    terms: Terms = Terms()
    decision: Decision = Decision()
    outstanding: int = 0
    due: Parts = field(default_factory=Parts)
    paid: Parts = field(default_factory=Parts)
    claimed: bool = False


class _Agreement(Act):
    __slots__ = ()
    contract = "Agreement"


@dataclass(frozen=True, slots=True)
class SetBounds(_Agreement):
    """The bank says inside what a decision may approve itself."""

    function = "set_bounds"
    bounds: Bounds
    on: date


@dataclass(frozen=True, slots=True)
class Apply(_Agreement):
    """The bank enters an application under a random id."""

    function = "apply"
    id: bytes
    terms: Terms
    on: date


@dataclass(frozen=True, slots=True)
class Decide(_Agreement):
    """The scorer decides."""

    function = "decide"
    id: bytes
    decision: Decision
    on: date


@dataclass(frozen=True, slots=True)
class Approve(_Agreement):
    """The bank approves what waits for a person."""

    function = "approve"
    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Refuse(_Agreement):
    """The bank ends what was never paid out."""

    function = "refuse"
    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Disburse(_Agreement):
    """All principal went out to the payee that was committed to."""

    function = "disburse"
    id: bytes
    payee: bytes
    on: date


@dataclass(frozen=True, slots=True)
class TakeBack(_Agreement):
    """The money came back unspent."""

    function = "take_back"
    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Charge(_Agreement):
    """So much falls due, once by each name of a charge."""

    function = "charge"
    id: bytes
    charge: bytes
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class Waive(_Agreement):
    """So much is no longer due, once by each name of a waiver."""

    function = "waive"
    id: bytes
    waiver: bytes
    parts: Parts
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Receive(_Agreement):
    """Money came, once by each receipt."""

    function = "receive"
    id: bytes
    receipt: bytes
    kind: Kind
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class GiveBack(_Agreement):
    """Money that had come is given back, as after a refund."""

    function = "give_back"
    id: bytes
    receipt: bytes
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class WriteOff(_Agreement):
    """Out of the lender's books."""

    function = "write_off"
    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Close(_Agreement):
    """Nothing is owed to anybody."""

    function = "close"
    id: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopt(_Agreement):
    """Take over a record from the predecessor."""

    function = "adopt"
    id: bytes


@dataclass(frozen=True, slots=True)
class BoundsSet(Event):
    """The bounds of automation changed."""

    bounds: Bounds
    on: date


@dataclass(frozen=True, slots=True)
class Applied(Event):
    """An application was entered."""

    id: bytes
    terms: Terms
    on: date


@dataclass(frozen=True, slots=True)
class Decided(Event):
    """A decision fell; without flags it approved itself."""

    id: bytes
    decision: Decision
    flags: Flag
    on: date


@dataclass(frozen=True, slots=True)
class Approved(Event):
    """A person approved."""

    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """It ended before it was paid out."""

    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Disbursed(Event):
    """All principal went out."""

    id: bytes
    payee: bytes
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class TakenBack(Event):
    """It came back."""

    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Charged(Event):
    """So much fell due."""

    id: bytes
    charge: bytes
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class Waived(Event):
    """So much is no longer due."""

    id: bytes
    waiver: bytes
    parts: Parts
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Received(Event):
    """Money came."""

    id: bytes
    receipt: bytes
    kind: Kind
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class GivenBack(Event):
    """Money went back."""

    id: bytes
    receipt: bytes
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class Claimed(Event):
    """The fund accepted a claim."""

    id: bytes
    on: date


@dataclass(frozen=True, slots=True)
class WrittenOff(Event):
    """It left the lender's books."""

    id: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """It ended with nothing owed."""

    id: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopted(Event):
    """A record was taken over as it stood."""

    id: bytes
    record: Record


EVENTS: Final = told_in(__name__)


def record(id: bytes) -> Question[Record]:
    """An agreement as it stands."""
    return Question("Agreement", "record", (id,), Record)


def bounds() -> Question[Bounds]:
    """The bounds of automation."""
    return Question("Agreement", "bounds", (), Bounds)


def used(receipt: bytes) -> Question[bool]:
    """Whether the name of a receipt, a charge or a waiver came already."""
    return Question("Agreement", "used", (receipt,), bool)
