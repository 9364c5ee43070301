"""Group: households that stand in for one another, calls on them, and distributions of sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from suixin.evidence.chain.calls.value import NO_DAY, NOTHING, Act, Event, Parts, Question, told_in

FIVE: Final = (0,) * 5


class Status(IntEnum):
    """Where a group stands."""

    UNKNOWN = 0
    FORMING = 1
    SIGNED = 2
    RELEASED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it stands: five seats in signing order, `size` of them taken."""

    status: Status = Status.UNKNOWN
    on: date = NO_DAY
    until: date = NO_DAY
    size: int = 0
    commitments: tuple[bytes, ...] = (NOTHING,) * 5
    caps: tuple[int, ...] = FIVE
    left: tuple[int, ...] = FIVE
    consents: tuple[bytes, ...] = (NOTHING,) * 5
    open: tuple[bytes, ...] = (NOTHING,) * 5


@dataclass(frozen=True, slots=True)
class Call:
    """What the guarantors of an agreement were asked, paid and had back, by seat."""

    group: bytes = NOTHING
    debtor: int = 0
    on: date = NO_DAY
    due_on: date = NO_DAY
    asked: tuple[int, ...] = FIVE
    paid: tuple[int, ...] = FIVE
    back: tuple[int, ...] = FIVE
    failed: int = 0
    uncovered: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What a seller brought in, in fen; `group` is `NOTHING` for one who stands in none."""

    group: bytes
    member: int
    sales: int


class _Group(Act):
    __slots__ = ()
    contract = "Group"


@dataclass(frozen=True, slots=True)
class Form(_Group):
    """The cooperative forms a group, in signing order."""

    function = "form"
    id: bytes
    commitments: tuple[bytes, ...]
    caps: tuple[int, ...]
    until: date
    on: date


@dataclass(frozen=True, slots=True)
class Consent(_Group):
    """The cooperative enters a member's consent by its hash."""

    function = "consent"
    id: bytes
    member: int
    consent: bytes
    on: date


@dataclass(frozen=True, slots=True)
class CallOn(_Group):
    """The bank asks the other members."""

    function = "call"
    agreement: bytes
    amount: int
    due_on: date
    on: date


@dataclass(frozen=True, slots=True)
class CallAgain(_Group):
    """The bank asks those who paid for what the others did not."""

    function = "again"
    agreement: bytes
    due_on: date
    on: date


@dataclass(frozen=True, slots=True)
class WithdrawCall(_Group):
    """The bank ends an open call."""

    function = "withdraw"
    agreement: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Pay(_Group):
    """A member paid of what he was asked."""

    function = "pay"
    agreement: bytes
    member: int
    receipt: bytes
    parts: Parts
    on: date


@dataclass(frozen=True, slots=True)
class Distribute(_Group):
    """The cooperative shares a distribution by sales, loans first."""

    function = "distribute"
    receipt: bytes
    total: int
    lines: tuple[Line, ...]
    prepay_bps: int
    on: date


@dataclass(frozen=True, slots=True)
class Release(_Group):
    """The bank lets a group go."""

    function = "release"
    id: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopt(_Group):
    """Take over a group from the predecessor."""

    function = "adopt"
    id: bytes


@dataclass(frozen=True, slots=True)
class AdoptCall(_Group):
    """Take over a call from the predecessor."""

    function = "adopt_call"
    agreement: bytes


@dataclass(frozen=True, slots=True)
class Formed(Event):
    """A group is forming."""

    id: bytes
    commitments: tuple[bytes, ...]
    caps: tuple[int, ...]
    until: date
    on: date


@dataclass(frozen=True, slots=True)
class Consented(Event):
    """A member consented."""

    id: bytes
    member: int
    consent: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Bound(Event):
    """A group stands behind an agreement."""

    agreement: bytes
    id: bytes
    debtor: int
    on: date


@dataclass(frozen=True, slots=True)
class Unbound(Event):
    """A group stands behind it no more, and nobody is asked for it."""

    agreement: bytes


@dataclass(frozen=True, slots=True)
class Called(Event):
    """Members were asked; `uncovered` is all that no cap of this call could bear."""

    agreement: bytes
    again: bool
    amount: int
    asked: tuple[int, ...]
    uncovered: int
    due_on: date
    on: date


@dataclass(frozen=True, slots=True)
class CallWithdrawn(Event):
    """A call ended unpaid."""

    agreement: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Paid(Event):
    """A member paid."""

    agreement: bytes
    member: int
    receipt: bytes
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Returned(Event):
    """Guarantors had something back."""

    agreement: bytes
    parts: tuple[int, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Shared(Event):
    """One line of a distribution: own dues, recovered, called and prepaid, and what he gets."""

    receipt: bytes
    group: bytes
    line: int
    seat: int
    part: int
    own: Parts
    recovered: int
    called: int
    prepaid: int
    member: int
    on: date


@dataclass(frozen=True, slots=True)
class Released(Event):
    """A group is no more."""

    id: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopted(Event):
    """A group was taken over as it stood."""

    id: bytes
    group: Group


@dataclass(frozen=True, slots=True)
class CallAdopted(Event):
    """A call was taken over as it stood."""

    agreement: bytes
    call: Call


EVENTS: Final = told_in(__name__)


def group(id: bytes) -> Question[Group]:
    """A group as it stands."""
    return Question("Group", "group", (id,), Group)


def call_of(agreement: bytes) -> Question[Call]:
    """What the guarantors of an agreement were asked and paid."""
    return Question("Group", "call_of", (agreement,), Call)


def uncovered(agreement: bytes) -> Question[int]:
    """What no cap could bear; nothing while a share is asked for."""
    return Question("Group", "uncovered", (agreement,), int)


def distributed(receipt: bytes) -> Question[bool]:
    """Whether a distribution was made already."""
    return Question("Group", "distributed", (receipt,), bool)
