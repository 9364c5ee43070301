"""Day counts: the part of a year between two days, as an exact fraction.

The first day counts and the last does not. Every convention gives whole numbers, a count and the
basis it is counted on, so that interest is one multiplication and one rounding.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from suixin.data.errors import InputError


class DayCount(StrEnum):
    """How days are counted, as a sheet names it; each is said in `docs/cost.md`."""

    ACT_365 = "ACT/365"
    ACT_360 = "ACT/360"
    ACT_ACT = "ACT/ACT"  # ISDA: every day belongs to its own calendar year.
    ACT_ACT_YEAR_END = "ACT/ACT-31DEC"  # The same, but 31 December opens the next year.
    THIRTY_360 = "30/360"  # Bond basis (ISDA 2006, 4.16 f).
    THIRTY_E_360 = "30E/360"  # Eurobond basis (4.16 g).
    THIRTY_E_360_ISDA = "30E/360-ISDA"  # The end of every month is a 30th (4.16 h).


# The dictionary names of the ACTUS standard for the same conventions.
ACTUS_NAMES: Final = {
    "AA": DayCount.ACT_ACT,
    "A360": DayCount.ACT_360,
    "A365": DayCount.ACT_365,
    "30E360": DayCount.THIRTY_E_360,
    "30E360ISDA": DayCount.THIRTY_E_360_ISDA,
}
# Known, and refused by name: 252 counts Brazil's working days, 28E/336 months of 28 days.
_NOT_KEPT: Final = ("B252", "BUS/252", "28E336", "28E/336")

_ONE_DAY: Final = timedelta(days=1)


def day_count(name: str) -> DayCount:
    """The convention of that name, ours or the ACTUS one; raises `InputError` DAY_COUNT.

    >>> day_count("ACT/365"), day_count("30E360")
    (<DayCount.ACT_365: 'ACT/365'>, <DayCount.THIRTY_E_360: '30E/360'>)
    >>> day_count("B252")
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: The day count B252 is known but not kept here. Use one of ...
    """
    if name in ACTUS_NAMES:
        return ACTUS_NAMES[name]
    if name in tuple(DayCount):
        return DayCount(name)
    wrong = "is known but not kept here" if name in _NOT_KEPT else "is unknown"
    known = ", ".join([*DayCount, *ACTUS_NAMES])
    raise InputError("DAY_COUNT", f"The day count {name} {wrong}.", f"Use one of {known}.")


def counted(
    convention: DayCount, start: date, end: date, *, maturity: date | None = None
) -> tuple[int, int]:
    """Days and basis (their quotient is the part of a year) from `start` to `end`.

    `maturity` matters to 30E/360-ISDA alone, where the end of February is a 30th unless the loan
    ends on it. Days counted backwards are negative. Source: ISDA 2006 definitions, 4.16.

    >>> counted(DayCount.ACT_365, date(2026, 3, 10), date(2026, 11, 16))
    (251, 365)
    >>> counted(DayCount.THIRTY_360, date(2026, 1, 31), date(2026, 3, 31))
    (60, 360)
    >>> counted(DayCount.ACT_ACT, date(2023, 12, 30), date(2024, 1, 2))
    (1097, 133590)
    """
    if end < start:
        days, basis = counted(convention, end, start, maturity=maturity)
        return -days, basis
    basis = _ACTUAL_BASIS.get(convention, 0)
    if basis:
        return end.toordinal() - start.toordinal(), basis
    if convention is DayCount.ACT_ACT:
        return _by_year(start, end)
    if convention is DayCount.ACT_ACT_YEAR_END:
        return _by_year(start + _ONE_DAY, end + _ONE_DAY)
    return _thirty(convention, start, end, maturity), 360


def year_fraction(
    convention: DayCount, start: date, end: date, *, maturity: date | None = None
) -> Fraction:
    """The part of a year from `start` to `end`, exactly.

    >>> year_fraction(DayCount.THIRTY_E_360, date(2026, 1, 1), date(2026, 7, 1))
    Fraction(1, 2)
    """
    return Fraction(*counted(convention, start, end, maturity=maturity))


_ACTUAL_BASIS: Final = {DayCount.ACT_365: 365, DayCount.ACT_360: 360}


def _by_year(start: date, end: date) -> tuple[int, int]:
    """Days of ordinary and of leap years, each on its own basis, as one fraction."""
    if start.year == end.year:
        return end.toordinal() - start.toordinal(), 366 if isleap(start.year) else 365
    on_leap = on_ordinary = 0
    for year in range(start.year, end.year + 1):
        opens, closes = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        days = closes.toordinal() - opens.toordinal()
        if isleap(year):
            on_leap += days
        else:
            on_ordinary += days
    if not on_leap:
        return on_ordinary, 365
    if not on_ordinary:
        return on_leap, 366
    return on_ordinary * 366 + on_leap * 365, 365 * 366


def _thirty(convention: DayCount, start: date, end: date, maturity: date | None) -> int:
    """Days with every month counted as thirty."""
    first, last = start.day, end.day
    if convention is DayCount.THIRTY_E_360_ISDA:
        first = 30 if _ends_month(start) else first
        last = 30 if _ends_month(end) and not (end == maturity and end.month == 2) else last
    elif convention is DayCount.THIRTY_E_360:
        first, last = min(first, 30), min(last, 30)
    else:
        first = min(first, 30)
        last = 30 if last == 31 and first == 30 else last
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
