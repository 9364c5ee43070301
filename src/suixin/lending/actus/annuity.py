"""The annuity payment: the same each time, and nothing left after the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from suixin.data.errors import InputError
from suixin.lending.actus.state import Contract, State
from suixin.lending.actus.times import calendar_day


def refixed(contract: Contract, state: State, when: datetime, *, with_today: bool = False) -> State:
    """The state with its payment fixed anew, over the payments after a time (or from it on)."""
    times = [time for time in contract.annuities if time > when or (with_today and time == when)]
    if not times:
        return state
    days = [calendar_day(time) for time in times]
    return replace(state, redemption=level_payment(contract, state, days))


def level_payment(contract: Contract, state: State, days: Sequence[date]) -> Decimal:
    """The payment at each of `days` that repays principal with its interest, without a sign.

    What is owed grows by its interest from day to day and falls by each payment, so it is linear
    in the payment: grown without payments, divided by what one unit each time grows to. Interest
    already accrued falls due with the first and bears none itself.
    """
    owed, due = contract.terms.sign * state.notional, contract.terms.sign * state.accrued
    units, before = Decimal(0), state.since
    for day in days:
        growth = 1 + state.rate * contract.part_of_year(before, day)
        owed, units, before = owed * growth + due, units * growth + 1, day
        due = Decimal(0)
    if not units:
        wrong = f"No payment repays a loan at a rate of {state.rate}."
        raise InputError("ACTUS_TERM", wrong, "Give a rate above -1.")
    return owed / units
