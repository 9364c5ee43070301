"""What a method is given: a principal, and the part of a year of every period at its rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Final, Protocol

from suixin.kernel.money import Rounding, round_by
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.cycle import Cycle
from suixin.lending.day_count import DayCount, counted

_MONTH_OF_THIRTY: Final = 30
THIRTIES: Final = (DayCount.THIRTY_360, DayCount.THIRTY_E_360, DayCount.THIRTY_E_360_ISDA)
_OF_LEAP_AND_ORDINARY: Final = 365 * 366


@dataclass(frozen=True, slots=True)
class Span:
    """A principal over periods: period i earns balance · `weights[i]` / `basis`."""

    principal_fen: int
    weights: tuple[int, ...]
    basis: int
    rounding: Rounding

    def interest(self, balance_fen: int, period: int) -> int:
        """The interest of one period on a balance, rounded once as the product says."""
        return round_by(self.rounding, balance_fen * self.weights[period], self.basis)


@dataclass(frozen=True, slots=True)
class Parts:
    """Principal and interest due at the end of each period, in fen."""

    principal_fen: tuple[int, ...]
    interest_fen: tuple[int, ...]


class Method(Protocol):
    """How a loan is repaid."""

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The days on which something falls due, before any is moved off a day of rest."""
        ...

    def parts(self, span: Span) -> Parts:
        """What falls due on each of them."""
        ...


def span_of(
    principal_fen: int,
    rate_bps: int,
    days: Sequence[date],
    *,
    convention: DayCount,
    rounding: Rounding,
    months: Sequence[int] = (),
) -> Span:
    """The span between days, the first of them the start.

    `months` tells which periods are so many whole months (0: not whole), for where every month
    counts thirty days a whole one is a twelfth of the year, however February cut it short.

    >>> span = span_of(3_000_000, 960, [date(2026, 1, 31), date(2026, 2, 28)],
    ...                convention=DayCount.THIRTY_360, rounding="half_up", months=[1])
    >>> span.weights, span.basis, span.interest(3_000_000, 0)
    ((28800,), 3600000, 24000)
    """
    whole = months if convention in THIRTIES and months else (0,) * (len(days) - 1)
    pairs = [
        (_MONTH_OF_THIRTY * month, 360)
        if month
        else counted(convention, days[period], days[period + 1], maturity=days[-1])
        for period, month in enumerate(whole)
    ]
    bases = {basis for _, basis in pairs}
    basis = bases.pop() if len(bases) == 1 else _OF_LEAP_AND_ORDINARY
    weights = tuple(rate_bps * number * (basis // own) for number, own in pairs)
    return Span(principal_fen, weights, basis * BPS_PER_WHOLE, rounding)


def span_of_factors(principal_fen: int, factors: Sequence[Fraction], rounding: Rounding) -> Span:
    """The span of periods whose rates are known as fractions, put on one basis.

    >>> span_of_factors(100_00, [Fraction(1, 100), Fraction(1, 150)], "half_even")
    Span(principal_fen=10000, weights=(3, 2), basis=300, rounding='half_even')
    """
    basis = lcm(*(factor.denominator for factor in factors))
    weights = tuple(factor.numerator * (basis // factor.denominator) for factor in factors)
    return Span(principal_fen, weights, basis, rounding)
