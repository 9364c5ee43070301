"""Interest as a function of history: one whole number that grows by balance, rate and days."""

from __future__ import annotations

from datetime import date
from typing import Final

from suixin.kernel.money import Rounding, round_by
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.day_count import DayCount, counted

# Ordinary and leap years on one basis.
_BASES: Final = {DayCount.ACT_365: 365, DayCount.ACT_ACT: 365 * 366}
_YEAR_OF_THIRTIES: Final = 360


def basis_of(convention: DayCount) -> int:
    """What a year's weights are parts of.

    >>> basis_of(DayCount.ACT_365), basis_of(DayCount.THIRTY_360)
    (365, 360)
    """
    if convention is DayCount.ACT_ACT_YEAR_END:
        return _BASES[DayCount.ACT_ACT]
    return _BASES.get(convention, _YEAR_OF_THIRTIES)


def weight(convention: DayCount, start: date, end: date) -> int:
    """The part of a year between two days, in parts of `basis_of`.

    >>> weight(DayCount.ACT_365, date(2026, 3, 1), date(2026, 3, 11))
    10
    >>> weight(DayCount.ACT_ACT, date(2026, 3, 1), date(2026, 3, 11))  # Of 365 · 366.
    3660
    """
    days, own = counted(convention, start, end)
    return days * (basis_of(convention) // own)


def interest_fen(accrued_num: int, convention: DayCount, rounding: Rounding) -> int:
    """Whole fen of Σ balance · bps · weight, rounded once however long the history.

    Source: formulas §10, day end.

    >>> accrued_num = 720 * (50_000_00 * 19 + 20_000_00 * 9)
    >>> interest_fen(accrued_num, DayCount.ACT_365, "half_up")
    22290
    """
    return round_by(rounding, accrued_num, BPS_PER_WHOLE * basis_of(convention))


def penalty_fen(
    accrued_num: int, convention: DayCount, rounding: Rounding, *, penalty_bps: int
) -> int:
    """Whole fen of penalty on overdue principal: Σ overdue · bps · days at a share of the rate.

    Days are actual ones; the year has 360 only where the contract says so. Source: formulas §10.

    >>> penalty_fen(494_014 * 960 * 17, DayCount.ACT_365, "half_up", penalty_bps=15_000)
    3313
    """
    year = 360 if convention is DayCount.ACT_360 else 365
    return round_by(rounding, accrued_num * penalty_bps, BPS_PER_WHOLE * BPS_PER_WHOLE * year)
