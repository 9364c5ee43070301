"""Pool: the risk-compensation fund, its tiers, claims on it, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NO_DAY, NOTHING, Act, Event, Question, told_in

FIVE: Final = (0,) * 5
NO_CAP: Final = 2**256 - 1


class Status(IntEnum):
    """Where a claim stands."""

    UNKNOWN = 0
    FILED = 1
    ACCEPTED = 2


@dataclass(frozen=True, slots=True)
class Share:
    """The fund's share of a loss, past how many days it may be claimed, and the leaf saying so."""

    fund_bps: int = 0
    past_due_min: int = 0
    leaf: bytes = NOTHING


@dataclass(frozen=True, slots=True)
class Fund:
    """The tiers in the order they pay, and the first and last of the claims that wait."""

    size: int = 0
    balances: tuple[int, ...] = FIVE
    left: tuple[int, ...] = (NO_CAP,) * 5
    year: int = 0
    share: Share = Share()
    claims: int = 0
    first: bytes = NOTHING
    last: bytes = NOTHING


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands: what lender and tiers have out of it, and what still waits."""

    status: Status = Status.UNKNOWN
    number: int = 0
    on: date = NO_DAY
    loss: int = 0
    asked: int = 0
    lender: int = 0
    tiers: tuple[int, ...] = FIVE
    queued: int = 0
    before: bytes = NOTHING
    after: bytes = NOTHING


class _Pool(Act):
    __slots__ = ()
    contract = "Pool"


@dataclass(frozen=True, slots=True)
class SetShare(_Pool):
    """The government sets the share."""

    function = "set_share"
    share: Share
    on: date


@dataclass(frozen=True, slots=True)
class BeginYear(_Pool):
    """The government begins a year; `NO_CAP` where a tier has none."""

    function = "begin_year"
    year: int
    caps: tuple[int, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Add(_Pool):
    """The government fills a tier, once by each receipt."""

    function = "add"
    tier: int
    receipt: bytes
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class FileClaim(_Pool):
    """The bank claims the fund's part of what is lost."""

    function = "claim"
    agreement: bytes
    principal: int
    interest: int
    past_due: int
    on: date


@dataclass(frozen=True, slots=True)
class Drop(_Pool):
    """The bank withdraws a claim, or the government refuses it."""

    function = "drop"
    agreement: bytes
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Accept(_Pool):
    """The government accepts a claim."""

    function = "accept"
    agreement: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Settle(_Pool):
    """Go on paying claims that wait."""

    function = "settle"
    on: date


@dataclass(frozen=True, slots=True)
class Recover(_Pool):
    """Bank or government share what came back."""

    function = "recover"
    agreement: bytes
    receipt: bytes
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class AdoptFund(_Pool):
    """Take over tiers and share from the predecessor."""

    function = "adopt_fund"


@dataclass(frozen=True, slots=True)
class Adopt(_Pool):
    """Take over a claim from the predecessor."""

    function = "adopt"
    agreement: bytes


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A pool of so many tiers began."""

    tiers: int


@dataclass(frozen=True, slots=True)
class ShareSet(Event):
    """The share changed."""

    share: Share
    on: date


@dataclass(frozen=True, slots=True)
class YearBegun(Event):
    """Caps are whole again."""

    year: int
    caps: tuple[int, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Funded(Event):
    """A tier was filled."""

    tier: int
    receipt: bytes
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Claimed(Event):
    """A claim was filed."""

    agreement: bytes
    number: int
    loss: int
    asked: int
    fund_bps: int
    on: date


@dataclass(frozen=True, slots=True)
class Dropped(Event):
    """A claim was taken away."""

    agreement: bytes
    by: Role
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """A claim was accepted, and waits."""

    agreement: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Paid(Event):
    """Tiers paid; so much still waits."""

    agreement: bytes
    tiers: tuple[int, ...]
    queued: int
    on: date


@dataclass(frozen=True, slots=True)
class Recovered(Event):
    """What came back was shared; `surplus` is the debtor's."""

    agreement: bytes
    receipt: bytes
    guarantors: tuple[int, ...]
    lender: int
    tiers: tuple[int, ...]
    surplus: int
    queued: int
    on: date


@dataclass(frozen=True, slots=True)
class PoolAdopted(Event):
    """Tiers and share were taken over as they stood."""

    fund: Fund


@dataclass(frozen=True, slots=True)
class Adopted(Event):
    """A claim was taken over as it stood."""

    agreement: bytes
    claim: Claim


EVENTS: Final = told_in(__name__)


def fund() -> Question[Fund]:
    """Tiers, share and those who wait."""
    return Question("Pool", "fund_state", (), Fund)


def claim_of(agreement: bytes) -> Question[Claim]:
    """A claim as it stands."""
    return Question("Pool", "claim_of", (agreement,), Claim)


def used(receipt: bytes) -> Question[bool]:
    """Whether money came under this name already."""
    return Question("Pool", "used", (receipt,), bool)
