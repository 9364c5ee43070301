"""What each kind of event pays, and how it moves the state (the POF and STF of the standard).

Every function is given the state with interest and fees accrued to the event's day, and returns
what is paid and the state after. Source: ACTUS technical specification, contract types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from suixin.lending.actus.annuity import refixed
from suixin.lending.actus.events import PAYMENT_INCLUDES_INTEREST, Event, Kind
from suixin.lending.actus.state import Contract, State, exchanged
from suixin.lending.actus.terms import ZERO, ContractType, FeeBasis, Penalty
from suixin.lending.actus.times import calendar_day

Moved = tuple[Decimal, State]
Transition = Callable[[Contract, State, Event], Moved]


def exchange(contract: Contract, state: State, event: Event) -> Moved:
    """Principal and its premium or discount change hands."""
    terms = contract.terms
    after = exchanged(contract, state)
    anchor = terms.interest.anchor
    if terms.accrued is None and anchor is not None and anchor < event.when:
        part = contract.part_of_year(calendar_day(anchor), event.day)
        after = replace(after, accrued=part * after.rate * after.base)
    if contract.fixes_payment:
        after = refixed(contract, after, event.when, with_today=True)
    return -terms.sign * (terms.notional + terms.premium), after


def redemption(contract: Contract, state: State, event: Event) -> Moved:
    """Principal by its amount; where the payment includes interest, the rest of it. Never more
    than is left, and below zero where interest is more than the payment.
    """
    terms = contract.terms
    amount = state.redemption if event.value is None else event.value
    if terms.type is ContractType.UMP:
        return _withdrawn(contract, state, amount)
    if terms.type in PAYMENT_INCLUDES_INTEREST:
        amount -= terms.sign * state.accrued
    paid = terms.sign * min(amount, terms.sign * state.notional)
    return state.notional_scaling * paid, _less(contract, state, paid)


def increase(contract: Contract, state: State, event: Event) -> Moved:
    """More principal is paid out; of an open deposit, signed as observed."""
    amount = event.value or ZERO
    if contract.terms.type is ContractType.UMP:
        return _withdrawn(contract, state, -amount)
    amount *= contract.terms.sign
    return -state.notional_scaling * amount, _less(contract, state, -amount)


def prepayment(contract: Contract, state: State, event: Event) -> Moved:
    """Principal paid early: the amount observed, never more than is left."""
    terms = contract.terms
    amount = event.value
    if amount is None:
        amount = contract.observed.value(terms.early.market, event.observed_at)
    paid = terms.sign * min(amount, terms.sign * state.notional)
    return paid, _less(contract, state, paid)


def penalty(contract: Contract, state: State, event: Event) -> Moved:
    """What an early payment costs: a sum, or for the time since the event before it a rate, or
    the interest above the market's.
    """
    terms = contract.terms
    early = terms.early
    if early.penalty is Penalty.AMOUNT:
        return terms.sign * early.penalty_rate, state
    rate = early.penalty_rate
    if early.penalty is Penalty.INTEREST:
        market = contract.observed.value(terms.reset.market, event.observed_at)
        rate = max(ZERO, state.rate - market)
    part = contract.part_of_year(state.before, event.day)
    return part * state.notional * rate, state


def fee(contract: Contract, state: State, event: Event) -> Moved:
    """The fee: its sum, or what accrued."""
    terms = contract.terms
    amount = terms.fee.basis is FeeBasis.AMOUNT
    paid = terms.sign * terms.fee.rate if amount else state.fee_accrued
    return paid, replace(state, fee_accrued=ZERO)


def interest(contract: Contract, state: State, event: Event) -> Moved:
    """All interest accrued, scaled."""
    return state.interest_scaling * state.accrued, replace(state, accrued=ZERO)


def capitalised(contract: Contract, state: State, event: Event) -> Moved:
    """All interest accrued joins principal."""
    after = replace(state, notional=state.notional + state.accrued, accrued=ZERO)
    return ZERO, replace(after, base=contract.base_of(after))


def reset(contract: Contract, state: State, event: Event) -> Moved:
    """The market's rate, multiplied, spread added, its change and itself held in bounds."""
    terms = contract.terms.reset
    market = contract.observed.value(terms.market, event.observed_at)
    spread = terms.spread if event.value is None else event.value
    change = market * terms.multiplier + spread - state.rate
    change = _held(change, terms.period_floor, terms.period_cap)
    return ZERO, replace(state, rate=_held(state.rate + change, terms.life_floor, terms.life_cap))


def fixed_reset(contract: Contract, state: State, event: Event) -> Moved:
    """A rate already known."""
    rate = contract.terms.reset.fixed_next if event.value is None else event.value
    return ZERO, replace(state, rate=rate or ZERO)


def amount_fixed(contract: Contract, state: State, event: Event) -> Moved:
    """The annuity's payment is fixed anew."""
    return ZERO, refixed(contract, state, event.when)


def scaling(contract: Contract, state: State, event: Event) -> Moved:
    """Interest, principal or both follow an index."""
    terms = contract.terms.scaling
    index = contract.observed.value(terms.market, event.observed_at)
    ratio = index / terms.index_at_start if terms.index_at_start else Decimal(1)
    return ZERO, replace(
        state,
        interest_scaling=ratio if terms.interest else state.interest_scaling,
        notional_scaling=ratio if terms.notional else state.notional_scaling,
    )


def base_fixed(contract: Contract, state: State, event: Event) -> Moved:
    """Interest is counted on what is owed now."""
    return ZERO, replace(state, base=state.notional)


def purchase(contract: Contract, state: State, event: Event) -> Moved:
    """Bought for a price and the interest accrued."""
    bought = contract.terms.bought
    price = bought.price if bought else ZERO
    return -contract.terms.sign * (price + state.accrued), state


def termination(contract: Contract, state: State, event: Event) -> Moved:
    """Sold for a price and the interest accrued; nothing is left."""
    sold = contract.terms.sold
    price = sold.price if sold else ZERO
    return contract.terms.sign * (price + state.accrued), _ended(state)


def end(contract: Contract, state: State, event: Event) -> Moved:
    """All that is left is paid: principal, and interest and fees no event has taken before."""
    paid = state.notional_scaling * state.notional + state.interest_scaling * state.accrued
    return paid + state.fee_accrued, _ended(state)


def call(contract: Contract, state: State, event: Event) -> Moved:
    """Called: nothing accrues after it."""
    return ZERO, replace(state, stopped=True)


def unchanged(contract: Contract, state: State, event: Event) -> Moved:
    """Looked at, nothing moved."""
    return ZERO, state


TRANSITIONS: Final[Mapping[Kind, Transition]] = {
    Kind.EXCHANGE: exchange,
    Kind.FEE: fee,
    Kind.REDEMPTION: redemption,
    Kind.INCREASE: increase,
    Kind.PENALTY: penalty,
    Kind.PREPAYMENT: prepayment,
    Kind.CALL: call,
    Kind.INTEREST: interest,
    Kind.CAPITALISED: capitalised,
    Kind.FIXED_RESET: fixed_reset,
    Kind.RESET: reset,
    Kind.AMOUNT_FIXED: amount_fixed,
    Kind.PURCHASE: purchase,
    Kind.TERMINATION: termination,
    Kind.SCALING: scaling,
    Kind.BASE: base_fixed,
    Kind.MATURITY: end,
    Kind.SETTLEMENT: end,
    Kind.ANALYSIS: unchanged,
}


def _held(value: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    """A number within bounds, where there are bounds."""
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def _less(contract: Contract, state: State, paid: Decimal) -> State:
    """Principal less what was paid of it, and the base of interest with it."""
    after = replace(state, notional=state.notional - paid)
    return replace(after, base=contract.base_of(after))


def _withdrawn(contract: Contract, state: State, amount: Decimal) -> Moved:
    """Principal of an open deposit in or out, signed as observed."""
    return amount, _less(contract, state, amount)


def _ended(state: State) -> State:
    return replace(state, notional=ZERO, accrued=ZERO, fee_accrued=ZERO, base=ZERO)
