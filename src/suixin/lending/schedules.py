"""Many schedules at once: the engine of `schedule` over columns of whole numbers, fen for fen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from suixin.data.errors import InputError
from suixin.kernel.day import epoch_day
from suixin.kernel.money import Rounding
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.day_count import DayCount

Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[Any]  # Whole numbers of any size.

_INT64: Final = 2**62
_OF_LEAP_AND_ORDINARY: Final = 365 * 366
_YEARS: Final = range(1970, 2201)


@dataclass(frozen=True, slots=True)
class Loans:
    """One loan a row: principal in fen, yearly rate in bps, months, and days since 1970-01-01.

    Instalments are monthly, month ends kept short where they must be, and no day of rest moves one.
    """

    principal_fen: Ints
    rate_bps: Ints
    months: Ints
    start: Ints

    def __post_init__(self) -> None:
        columns = (self.principal_fen, self.rate_bps, self.months, self.start)
        if len({column.shape for column in columns}) != 1 or self.principal_fen.ndim != 1:
            raise InputError("LOANS", "The columns have not one length.", "Give a row to each.")
        if any(column.dtype != np.int64 for column in columns):
            raise InputError("LOANS", "A column is not of whole numbers.", "Give int64 columns.")
        if self.principal_fen.size and (
            self.principal_fen.min() < 1 or self.rate_bps.min() < 0 or self.months.min() < 1
        ):
            raise InputError("LOANS", "A row makes no loan.", "Principal and months from 1.")


@dataclass(frozen=True, slots=True)
class Schedules:
    """One row a loan and one column an instalment, 0 after a loan's last: fen, and epoch days."""

    due: Ints
    principal_fen: Ints
    interest_fen: Ints
    balance_fen: Ints


def schedules(
    loans: Loans,
    method: str = "equal_instalment",
    *,
    day_count: DayCount = DayCount.ACT_365,
    rounding: Rounding = "half_up",
) -> Schedules:
    """What `schedule` gives for each loan alone: equal_instalment, equal_principal, interest_first.

    Raises `InputError` for another method or day count, or where a product would not fit 64 bits.

    >>> loans = Loans(*(np.array([value]) for value in (3_000_000, 960, 6,
    ...                                                 epoch_day(date(2026, 3, 15)))))
    >>> made = schedules(loans, day_count=DayCount.THIRTY_360)
    >>> (made.principal_fen + made.interest_fen).tolist()
    [[514093, 514093, 514093, 514093, 514093, 514092]]
    """
    if method not in _PARTS:
        raise InputError("METHOD", f"{method} is not made in bulk.", f"Use {', '.join(_PARTS)}.")
    width = int(loans.months.max(initial=0))
    due = _due_days(loans.start, width)
    weights, basis = _weights(loans, due, day_count)
    _check_range(loans, weights)
    rounded = _ROUNDED[rounding]
    principal, interest = _PARTS[method](loans, weights, basis, rounded)
    balance = loans.principal_fen[:, None] - np.cumsum(principal, axis=1)
    open_ones = np.arange(width)[None, :] < loans.months[:, None]
    return Schedules(
        np.where(open_ones, due[:, 1:], 0), principal, interest, np.where(open_ones, balance, 0)
    )


def _due_days(start: Ints, width: int) -> Ints:
    """The start and the same day of each month after it, held to the month's length."""
    day = start.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    months = month[:, None] + np.arange(width + 1)[None, :]
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    days: Ints = first + np.minimum(of_month[:, None], length - 1)
    return days


def _weights(loans: Loans, due: Ints, day_count: DayCount) -> tuple[Ints, int]:
    """Rate times the days of each period, 0 after the last, and the basis they stand over."""
    if day_count in (DayCount.ACT_365, DayCount.ACT_360):
        days = np.diff(due, axis=1)
        basis = 365 if day_count is DayCount.ACT_365 else 360
    elif day_count in (DayCount.THIRTY_360, DayCount.THIRTY_E_360, DayCount.THIRTY_E_360_ISDA):
        days, basis = np.full((due.shape[0], due.shape[1] - 1), 30, np.int64), 360
    elif day_count in (DayCount.ACT_ACT, DayCount.ACT_ACT_YEAR_END):
        shift = 1 if day_count is DayCount.ACT_ACT_YEAR_END else 0
        days, basis = np.diff(_by_year(due + shift), axis=1), _OF_LEAP_AND_ORDINARY
    else:
        raise InputError("DAY_COUNT", f"{day_count} is not made in bulk.", "Use another.")
    open_ones = np.arange(days.shape[1])[None, :] < loans.months[:, None]
    return np.where(open_ones, days * loans.rate_bps[:, None], 0), basis * BPS_PER_WHOLE


def _by_year(days: Ints) -> Ints:
    """Days since 1970, each weighing 1/365 or 1/366 of its year, over the basis of both."""
    opens = np.array([epoch_day(date(year, 1, 1)) for year in _YEARS])
    lengths = np.diff(opens)
    if days.size and (days.min() < opens[0] or days.max() >= opens[-1]):
        raise InputError("START", "A due day is not from 1970 to 2199.", "Check the starts.")
    weight = _OF_LEAP_AND_ORDINARY // lengths
    before = np.concatenate([[0], np.cumsum(lengths * weight)])
    year = np.searchsorted(opens, days, side="right") - 1
    found: Ints = before[year] + (days - opens[year]) * weight[year]
    return found


def _check_range(loans: Loans, weights: Ints) -> None:
    most = int(loans.principal_fen.max(initial=0)) * int(weights.max(initial=0))
    if 2 * most >= _INT64:
        raise InputError("RANGE", "A principal times a rate leaves 64 bits.", "Use `schedule`.")


# Rounding: numerators from 0 up, of 64 bits or of any size ---------------------------------------

Rounded = Callable[[Any, Any], Any]


def _half_up(numerator: Any, denominator: Any) -> Any:
    return (2 * numerator + denominator) // (2 * denominator)


def _half_even(numerator: Any, denominator: Any) -> Any:
    whole = numerator // denominator
    twice = 2 * (numerator - whole * denominator)
    return whole + ((twice > denominator) | ((twice == denominator) & (whole % 2 == 1)))


_ROUNDED: Final = MappingProxyType({"half_up": _half_up, "half_even": _half_even})


# Methods ----------------------------------------------------------------------------------------


def _equal_instalment(
    loans: Loans, weights: Ints, basis: int, rounded: Rounded
) -> tuple[Ints, Ints]:
    amount = _instalments(loans, weights, basis, rounded)
    principal, interest = np.zeros_like(weights), np.zeros_like(weights)
    balance = loans.principal_fen.copy()
    unpaid = np.zeros_like(balance)
    for period in range(weights.shape[1]):
        accrued = rounded(balance * weights[:, period], basis) + unpaid
        last = loans.months == period + 1
        interest[:, period] = np.where(last, accrued, np.minimum(accrued, amount))
        unpaid = accrued - interest[:, period]
        rest = np.minimum(balance, amount - interest[:, period])
        principal[:, period] = np.where(last, balance, rest)
        balance = balance - principal[:, period]
    return principal, interest


def _instalments(loans: Loans, weights: Ints, basis: int, rounded: Rounded) -> Ints:
    """The exact instalment of every loan; those of one rate, length and days are reckoned once."""
    amounts = np.zeros_like(loans.principal_fen)
    for months in np.unique(loans.months).tolist():
        rows = np.flatnonzero(loans.months == months)
        rates, places = _alike(weights[rows, :months])
        product: Objects = basis + rates[:, 0]
        total: Objects = np.full(len(rates), 1, object)
        power = 1
        for period in range(1, months):
            growth = basis + rates[:, period]
            power *= basis
            product = product * growth
            total = power + total * growth
        numerator = loans.principal_fen[rows].astype(object) * product[places]
        found = rounded(numerator, (total * basis)[places])
        amounts[rows] = found.astype(np.int64)
    return amounts


def _alike(weights: Ints) -> tuple[Objects, Ints]:
    """The different rows, as whole numbers of any size, and which of them each row is."""
    rows = np.ascontiguousarray(weights)
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    return rows[first].astype(object), places.astype(np.int64)


def _equal_principal(
    loans: Loans, weights: Ints, basis: int, rounded: Rounded
) -> tuple[Ints, Ints]:
    period = np.arange(weights.shape[1])[None, :]
    months = loans.months[:, None]
    floor, spare = np.divmod(loans.principal_fen[:, None], months)
    principal: Ints = np.where(period < months, floor + (period < spare), 0)
    return principal, _interest_on_rest(loans, principal, weights, basis, rounded)


def _interest_first(loans: Loans, weights: Ints, basis: int, rounded: Rounded) -> tuple[Ints, Ints]:
    period = np.arange(weights.shape[1])[None, :]
    last = period == loans.months[:, None] - 1
    principal: Ints = np.where(last, loans.principal_fen[:, None], 0)
    return principal, _interest_on_rest(loans, principal, weights, basis, rounded)


def _interest_on_rest(
    loans: Loans, principal: Ints, weights: Ints, basis: int, rounded: Rounded
) -> Ints:
    paid_before = np.cumsum(principal, axis=1) - principal
    found: Ints = rounded((loans.principal_fen[:, None] - paid_before) * weights, basis)
    return found


_PARTS: Final = MappingProxyType(
    {
        "equal_instalment": _equal_instalment,
        "equal_principal": _equal_principal,
        "interest_first": _interest_first,
    }
)
