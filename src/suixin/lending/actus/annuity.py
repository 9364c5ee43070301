"""The annuity payment: the same each time, and nothing left after the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from suixin.lending.actus.state import Contract, State


def level_payment(contract: Contract, state: State, today: date, days: Sequence[date]) -> Decimal:
    """The payment at each of `days` that repays principal with its interest, without a sign.

    What is owed grows by its interest from day to day and falls by each payment, so it is linear
    in the payment: grown without payments, divided by what one unit each time grows to.
    """
    owed = contract.terms.sign * state.notional
    unit, before, due = Decimal(0), today, contract.terms.sign * state.accrued
    for day in days:
        growth = 1 + state.rate * contract.part_of_year(before, day)
        owed, unit, before = owed * growth + due, unit * growth + 1, day
        due = Decimal(0)
    return owed / unit
