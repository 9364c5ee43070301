"""What a loan costs: the itemised table, the all-in yearly cost, and every cap it is held against.

Here alone floats touch money: a solver finds the yearly rate, and decimals of fifty digits then
hold its answer to 0.0001 of a percentage point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

from scipy.optimize import brentq

from suixin.data.errors import InputError
from suixin.lending.schedule import Schedule

_YEAR_DAYS: Final = 365
_RATE_MAX: Final = 1e6  # A yearly rate of a hundred million percent; dearer has no meaning.
_HELD_TO: Final = Decimal("0.000001")  # 0.0001 of a percentage point.
_DIGITS: Final = 50
_PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that comes to the borrower (above 0) or goes from the borrower (below), in fen."""

    day: date
    fen: int


def flows(schedule: Schedule, upfront_fen: int = 0, *, fees: bool = True) -> tuple[Flow, ...]:
    """The real flows of a loan as the borrower sees them, with or without its fees.

    >>> from suixin.lending.schedule import Terms, schedule
    >>> flows(schedule(Terms(100_00, 0), date(2026, 3, 15)), 3_00)
    ... # doctest: +NORMALIZE_WHITESPACE
    (Flow(day=datetime.date(2026, 3, 15), fen=9700),
     Flow(day=datetime.date(2026, 4, 15), fen=-10000))
    """
    start = schedule.principal_fen - (upfront_fen if fees else 0)
    rows = (
        Flow(row.due, -(row.total_fen if fees else row.principal_fen + row.interest_fen))
        for row in schedule.rows
    )
    return (Flow(schedule.start, start), *rows)


def annual_cost(flows: Sequence[Flow]) -> Decimal:
    """The effective yearly cost r in percent, to four decimals: Σ cash·(1 + r)^(−days/365) = 0.

    Raises `InputError` NO_COST where the flows have no such rate (nothing received, or nothing
    paid back). Source: formulas §10 (R-APR).

    >>> annual_cost([Flow(date(2026, 1, 1), 100_00), Flow(date(2027, 1, 1), -112_00)])
    Decimal('12.0000')
    """
    first = min(flow.day for flow in flows)
    if flows[0].fen <= 0 or sum(flow.fen for flow in flows) > 0:
        wrong = "The flows have no yearly cost: nothing is received first, or less is paid back."
        raise InputError("NO_COST", wrong, "Check fees against the principal.")
    dated = [((flow.day - first).days / _YEAR_DAYS, float(flow.fen)) for flow in flows]

    def worth(rate: float) -> float:
        return sum((fen * math.pow(1 + rate, -years) for years, fen in dated), 0.0)

    if worth(_RATE_MAX) < 0:
        raise InputError("NO_COST", "The yearly cost is beyond every measure.", "Check the fees.")
    found = Decimal(brentq(worth, 0.0, _RATE_MAX, xtol=1e-14, rtol=1e-14, maxiter=500))
    if not (
        worth_exactly(flows, max(Decimal(0), found - _HELD_TO))
        <= 0
        <= worth_exactly(flows, found + _HELD_TO)
    ):
        raise AssertionError(f"the solver's {found} does not hold for {flows}")
    return (found * _PERCENT).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def worth_exactly(flows: Sequence[Flow], rate: Decimal) -> Decimal:
    """What flows are worth on the first day at a yearly rate, in decimals of fifty digits.

    >>> day = date(2026, 1, 1)
    >>> int(worth_exactly([Flow(day, 100), Flow(date(2027, 1, 1), -110)], Decimal("0.1")))
    0
    """
    first = min(flow.day for flow in flows)
    with localcontext(prec=_DIGITS):
        base = 1 + rate
        return sum(
            (flow.fen * base ** (-Decimal((flow.day - first).days) / _YEAR_DAYS) for flow in flows),
            Decimal(0),
        )


def simple_rate(schedule: Schedule, upfront_fen: int = 0) -> Decimal:
    """All direct cost over the principal actually held and how long, in percent a year, simple.

    Source: R-APR, which asks that a simple rate be called one.

    >>> from suixin.lending.schedule import Terms, schedule
    >>> simple_rate(schedule(Terms(365_000_00, 1_000), date(2026, 3, 15)))
    Decimal('10.0000')
    """
    cost = schedule.interest_fen + schedule.fees_fen + upfront_fen
    held, balance = 0, schedule.principal_fen
    for row in schedule.rows:
        held += balance * row.days
        balance = row.balance_fen
    percent = Fraction(cost * _YEAR_DAYS * 100, held)
    with localcontext(prec=_DIGITS):
        exact = Decimal(percent.numerator) / Decimal(percent.denominator)
        return exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def band_figure(rate_bps: int, with_fees: Decimal, without_fees: Decimal) -> Decimal:
    """The contract rate with what fees add to it, twelve months compounded, in percent.

    Held against the mode's band: contract rate + 12((1 + r)^(1/12) − 1) with fees − without.
    Source: formulas §10.

    >>> band_figure(960, Decimal("13.8243"), Decimal("9.9642"))
    Decimal('13.0825')
    """

    def monthly(percent: Decimal) -> Decimal:
        return 12 * ((1 + percent / _PERCENT) ** (Decimal(1) / 12) - 1) * _PERCENT

    with localcontext(prec=_DIGITS):
        contract = Decimal(rate_bps) / _PERCENT
        figure = contract + monthly(with_fees) - monthly(without_fees)
        return figure.quantize(Decimal("0.0001"), ROUND_HALF_UP)
