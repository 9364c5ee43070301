"""Terms of a loan whose instalments move, and what may happen to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from suixin.kernel.money import Rounding
from suixin.lending.cycle import Cycle

PartOfYear = Callable[[date, date, tuple[date, date]], Fraction]
"""The part of a year between two days that lie inside a period, whose own two days come third."""

PENALTY: Final = "penalty"
FEE: Final = "fee"
PRINCIPAL: Final = "principal"
INTEREST: Final = "interest"
BUCKETS: Final = (PENALTY, FEE, PRINCIPAL, INTEREST)


class Ahead(StrEnum):
    """Which instalments a payment ahead of its time goes to."""

    NEXT = "next"
    LAST = "last"
    NEXT_LAST = "next_last"  # The next one, then from the last.
    ALL_ALIKE = "all_alike"  # Each the same part.


class Extra(StrEnum):
    """What paying more than is due changes, where the current instalment takes it."""

    SHORTER = "shorter"
    LOWER = "lower"
    NEXT = "next"  # The next instalments ask for so much less principal.


@dataclass(frozen=True, slots=True)
class Orders:
    """The order of the buckets of an instalment: past due, due, and ahead of its day."""

    past_due: tuple[str, ...] = BUCKETS
    due: tuple[str, ...] = BUCKETS
    ahead: tuple[str, ...] = BUCKETS


@dataclass(frozen=True, slots=True)
class ProgressiveTerms:
    """A loan of `times` instalments at a yearly rate.

    `whole_periods`: money drawn inside a period bears interest from its start.

    `recalculates`: interest follows what is really owed, paid early or overdue; else it stays as
    scheduled. `to_period_end`: an early payment bears interest to the end of its period.
    `cumulative`: the instalment is reckoned from the first period's rate, no smoothing, and what is
    paid beyond what is due counts in the current instalment. `refunds_interest` names the kinds of
    receipt that also give back the interest their money has cost.
    """

    times: int
    cycle: Cycle
    rate: Fraction
    part: PartOfYear
    flat: bool = False
    cumulative: bool = False
    recalculates: bool = False
    to_period_end: bool = False
    whole_periods: bool = False
    multiple_fen: int = 1
    smoothing: int = 3
    rounding: Rounding = "half_even"
    down_payment_bps: int = 0
    down_payment_taken: bool = False
    orders: Orders = Orders()
    extra: Extra = Extra.SHORTER
    refunds_interest: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draw:
    """Money paid out; what was overpaid before pays for it first, `ahead` of its time as told."""

    day: date
    fen: int
    ahead: Ahead = Ahead.NEXT


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money paid in, of a kind, and where what is ahead of its time goes."""

    day: date
    fen: int
    kind: str = "repayment"
    ahead: Ahead = Ahead.NEXT


@dataclass(frozen=True, slots=True)
class PaidBack:
    """What was overpaid, paid back."""

    day: date
    fen: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee or penalty, known from `day` and due on `due`."""

    day: date
    due: date
    fen: int
    name: str
    penalty: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """No interest from `start` until `end`."""

    day: date
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class NewRate:
    """Another yearly rate from a day `since`, for instalments due after it."""

    day: date
    since: date
    rate: Fraction


@dataclass(frozen=True, slots=True)
class MoreTerms:
    """So many more instalments; those due after `since` are spread again."""

    day: date
    since: date
    times: int


@dataclass(frozen=True, slots=True)
class Chargeback:
    """A payment taken back by the payer's bank: owed again with the instalment it falls in."""

    day: date
    fen: int


@dataclass(frozen=True, slots=True)
class ChargeOff:
    """Given up as an asset; `interest_free`: no interest from that day."""

    day: date
    interest_free: bool = False


@dataclass(frozen=True, slots=True)
class WriteOff:
    """All that is owed is written off."""

    day: date


Event = (
    Draw
    | Receipt
    | PaidBack
    | Charge
    | Pause
    | NewRate
    | MoreTerms
    | Chargeback
    | ChargeOff
    | WriteOff
)
