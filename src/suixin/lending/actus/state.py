"""The state of a contract between events, and what accrues on it from day to day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from suixin.data.errors import InputError
from suixin.lending.actus.observed import Observed
from suixin.lending.actus.terms import ZERO, Base, ContractType, FeeBasis, Terms
from suixin.lending.actus.times import calendar_day
from suixin.lending.day_count import counted


@dataclass(frozen=True, slots=True)
class State:
    """Sums carry the sign of the role: a borrower's principal and interest are negative.

    `redemption` is the next payment without a sign; `since` the day up to which all is accrued,
    `before` that of the event before; after a call nothing more accrues (`stopped`).
    """

    since: date
    before: date
    notional: Decimal = ZERO
    rate: Decimal = ZERO
    accrued: Decimal = ZERO
    fee_accrued: Decimal = ZERO
    base: Decimal = ZERO
    redemption: Decimal = ZERO
    interest_scaling: Decimal = Decimal(1)
    notional_scaling: Decimal = Decimal(1)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """Terms with what follows from them: its end, and the times of redemption, interest, fees.

    `annuities` are the payments an annuity is spread over: to its amortization date where there
    is one, else to its end.
    """

    terms: Terms
    observed: Observed
    matures: datetime
    redemptions: tuple[datetime, ...] = ()
    annuities: tuple[datetime, ...] = ()
    interests: tuple[datetime, ...] = ()
    fees: tuple[datetime, ...] = ()

    @property
    def fixes_payment(self) -> bool:
        """Whether the payment follows from principal, rate and times, none being given."""
        return self.terms.type is ContractType.ANN and self.terms.next_redemption is None

    def part_of_year(self, start: date, end: date) -> Decimal:
        """The part of a year between two days by the contract's day count."""
        found = counted(self.terms.day_count, start, end, maturity=calendar_day(self.matures))
        return as_decimal(Fraction(*found))

    def base_of(self, state: State) -> Decimal:
        """What interest is counted on after the notional moved."""
        return state.notional if self.terms.base is Base.NOTIONAL else state.base


def as_decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal of the context's precision.

    >>> as_decimal(Fraction(1, 4))
    Decimal('0.25')
    """
    return Decimal(value.numerator) / value.denominator


def accrued_to(contract: Contract, state: State, day: date) -> State:
    """The state with interest and fees accrued up to a day."""
    if state.stopped:
        return state
    part = contract.part_of_year(state.since, day)
    return replace(
        state,
        since=day,
        before=state.since,
        accrued=state.accrued + part * state.rate * state.base,
        fee_accrued=_fee_accrued(contract, state, day, part),
    )


def _fee_accrued(contract: Contract, state: State, day: date, part: Decimal) -> Decimal:
    """A fee on the notional grows with it; a fee that is a sum, with the time to its payment."""
    fee = contract.terms.fee
    if not fee.rate:
        return ZERO
    if fee.basis is FeeBasis.NOTIONAL:
        return state.fee_accrued + part * state.notional * fee.rate
    paid = [calendar_day(when) for when in contract.fees]
    before = max((when for when in paid if when < day), default=None)
    after = min((when for when in paid if when >= day), default=None)
    if before is None or after is None:
        return ZERO
    whole = contract.part_of_year(before, after)
    passed = contract.part_of_year(before, day) / whole if whole else Decimal(1)
    return contract.terms.sign * fee.rate * passed


def first_state(contract: Contract) -> State:
    """The state at the status date; nothing is owed before the first exchange."""
    terms, today = contract.terms, calendar_day(contract.terms.status)
    scaling = terms.scaling
    state = State(
        since=today,
        before=today,
        redemption=first_redemption_amount(contract),
        interest_scaling=scaling.interest_multiplier,
        notional_scaling=scaling.notional_multiplier,
    )
    if terms.exchanged is not None and terms.exchanged > terms.status:
        return state
    state = exchanged(contract, state)
    if terms.accrued is None:
        before = [when for when in contract.interests if when < terms.status]
        since = calendar_day(max(before)) if before else today
        part = contract.part_of_year(since, today)
        state = replace(state, accrued=part * state.rate * state.base)
    return replace(state, fee_accrued=_first_fee(contract, state, today))


def _first_fee(contract: Contract, state: State, today: date) -> Decimal:
    """The fee accrued at the status date: as given, else since the payment before it."""
    fee = contract.terms.fee
    if fee.accrued is not None:
        return contract.terms.sign * fee.accrued
    before = [calendar_day(when) for when in contract.fees if when < contract.terms.status]
    part = contract.part_of_year(max(before), today) if before else ZERO
    return _fee_accrued(contract, state, today, part)


def first_redemption_amount(contract: Contract) -> Decimal:
    """The payment as given; without one, principal in equal parts up to maturity."""
    terms = contract.terms
    if terms.next_redemption is not None:
        return terms.next_redemption
    if terms.type is ContractType.NAM:
        wrong = "nextPrincipalRedemptionPayment is missing."
        raise InputError("ACTUS_TERM", wrong, "Add it to the terms of a NAM.")
    ahead = [when for when in contract.redemptions if when > terms.status]
    return terms.notional / (len(ahead) + 1)


def exchanged(contract: Contract, state: State) -> State:
    """The state once principal has changed hands."""
    terms = contract.terms
    notional = terms.sign * terms.notional
    lagged = terms.base is not Base.NOTIONAL and terms.base_amount is not None
    return replace(
        state,
        notional=notional,
        rate=terms.rate or ZERO,
        base=terms.sign * (terms.base_amount or ZERO) if lagged else notional,
        accrued=terms.sign * (terms.accrued or ZERO),
    )
