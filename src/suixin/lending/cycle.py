"""Cycles: the days a loan falls due, month ends kept, moved off days on which banks rest."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.calendar import is_working_day

_MONTHS: Final = {"M": 1, "Q": 3, "H": 6, "Y": 12}
_DAYS: Final = {"D": 1, "W": 7}
_CYCLE: Final = re.compile(r"P?([1-9]\d{0,4})([DWMQHY])")
_ONE_DAY: Final = timedelta(days=1)

IsWorking = Callable[[date], bool]


class Shift(StrEnum):
    """Where a day goes that falls on a day of rest."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"  # Following, unless that is in the next month.
    PRECEDING = "preceding"
    MODIFIED_PRECEDING = "modified_preceding"  # Preceding, unless that is in the month before.


@dataclass(frozen=True, slots=True)
class Cycle:
    """Every so many days (D, W) or months (M, Q, H, Y).

    >>> Cycle.parse("1M"), Cycle.parse("P2W").days
    (Cycle(times=1, unit='M'), 14)
    """

    times: int
    unit: str

    def __post_init__(self) -> None:
        if self.times < 1 or self.unit not in _MONTHS | _DAYS:
            wrong = f"A cycle of {self.times} {self.unit} is none."
            raise InputError("CYCLE", wrong, "Write a whole number ≥ 1 and one of D W M Q H Y.")

    @classmethod
    def parse(cls, text: str) -> Cycle:
        """Read "1M", "2W" or, with the P of ISO 8601, "P1Q"; raises `InputError` CYCLE."""
        found = _CYCLE.fullmatch(text)
        if found is None:
            wrong = f"{text!r} is no cycle."
            raise InputError("CYCLE", wrong, "Write a number and one of D W M Q H Y, such as 1M.")
        return cls(int(found[1]), found[2])

    @property
    def months(self) -> int:
        """Months of one turn; 0 where it is counted in days."""
        return self.times * _MONTHS.get(self.unit, 0)

    @property
    def days(self) -> int:
        """Days of one turn; 0 where it is counted in months."""
        return self.times * _DAYS.get(self.unit, 0)

    def __str__(self) -> str:
        return f"{self.times}{self.unit}"


def add_months(day: date, months: int, *, to_end: bool = False) -> date:
    """The same day so many months on, held to the month's length; `to_end`: that month's last day.

    >>> add_months(date(2026, 1, 31), 1).isoformat(), add_months(date(2026, 3, 15), -4).isoformat()
    ('2026-02-28', '2025-11-15')
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, length if to_end else min(day.day, length))


def ends_month(day: date) -> bool:
    """Whether a day is the last of its month.

    >>> ends_month(date(2026, 2, 28)), ends_month(date(2024, 2, 28))
    (True, False)
    """
    return day.day == monthrange(day.year, day.month)[1]


def turn(anchor: date, cycle: Cycle, n: int, *, end_of_month: bool = False) -> date:
    """The n-th day of a cycle from its anchor (n = 0), so that a month held short never drags.

    `end_of_month`: an anchor on the last day of its month keeps to last days (ACTUS EOM).

    >>> [turn(date(2026, 1, 31), Cycle(1, "M"), n).isoformat() for n in (1, 2)]
    ['2026-02-28', '2026-03-31']
    >>> turn(date(2026, 2, 28), Cycle(1, "M"), 1, end_of_month=True).isoformat()
    '2026-03-31'
    """
    if cycle.days:
        return anchor + timedelta(days=cycle.days * n)
    return add_months(anchor, cycle.months * n, to_end=end_of_month and ends_month(anchor))


def turns(anchor: date, cycle: Cycle, *, end_of_month: bool = False) -> Iterator[date]:
    """The days of a cycle after its anchor, without end.

    >>> from itertools import islice
    >>> [day.isoformat() for day in islice(turns(date(2026, 1, 30), Cycle(1, "M")), 2)]
    ['2026-02-28', '2026-03-30']
    """
    return (turn(anchor, cycle, n, end_of_month=end_of_month) for n in count(1))


def due_dates(
    start: date, cycle: Cycle, times: int, *, first: date | None = None, end_of_month: bool = False
) -> tuple[date, ...]:
    """So many due dates: from `first` where it is given, else one turn after `start`.

    >>> [day.isoformat() for day in due_dates(date(2026, 3, 15), Cycle(1, "M"), 2)]
    ['2026-04-15', '2026-05-15']
    >>> first = date(2026, 4, 20)
    >>> [day.isoformat() for day in due_dates(date(2026, 3, 15), Cycle(1, "M"), 2, first=first)]
    ['2026-04-20', '2026-05-20']
    """
    if first is not None and first <= start:
        wrong = f"The first due date {first} is not after the start {start}."
        raise InputError("FIRST_DUE", wrong, "Give a later one, or none.")
    anchor, from_n = (start, 1) if first is None else (first, 0)
    return tuple(
        turn(anchor, cycle, n, end_of_month=end_of_month) for n in range(from_n, from_n + times)
    )


def cycle_dates(
    anchor: date, cycle: Cycle, end: date, *, end_of_month: bool = False, long_stub: bool = False
) -> tuple[date, ...]:
    """The days of a cycle from its anchor to `end`, both in; a last period that is not whole stays.

    `long_stub` joins that last period to the one before it (ACTUS cycles "…L0"; "…L1" is short).

    >>> days = cycle_dates(date(2026, 1, 1), Cycle(1, "M"), date(2026, 3, 15))
    >>> [day.isoformat() for day in days]
    ['2026-01-01', '2026-02-01', '2026-03-01', '2026-03-15']
    >>> len(cycle_dates(date(2026, 1, 1), Cycle(1, "M"), date(2026, 3, 15), long_stub=True))
    3
    """
    if end < anchor:
        return ()
    days = [anchor]
    for day in turns(anchor, cycle, end_of_month=end_of_month):
        if day >= end:
            break
        days.append(day)
    if days[-1] == end:  # The anchor is the end.
        return (end,)
    whole = turn(anchor, cycle, len(days), end_of_month=end_of_month) == end
    if long_stub and not whole and len(days) > 1:
        days.pop()
    return (*days, end)


def shifted(day: date, shift: Shift, is_working: IsWorking = is_working_day) -> date:
    """The day, moved off a day of rest as the convention says.

    `is_working` is China's calendar unless another is given, and an unknown year refuses there.

    >>> shifted(date(2026, 11, 14), Shift.FOLLOWING).isoformat()
    '2026-11-16'
    >>> shifted(date(2026, 10, 31), Shift.MODIFIED_FOLLOWING).isoformat()
    '2026-10-30'
    """
    if shift is Shift.NONE or is_working(day):
        return day
    forward = shift in (Shift.FOLLOWING, Shift.MODIFIED_FOLLOWING)
    moved = _worked(day, _ONE_DAY if forward else -_ONE_DAY, is_working)
    modified = shift in (Shift.MODIFIED_FOLLOWING, Shift.MODIFIED_PRECEDING)
    if modified and moved.month != day.month:
        return _worked(day, -_ONE_DAY if forward else _ONE_DAY, is_working)
    return moved


def monday_to_friday(day: date) -> bool:
    """Whether a day is no weekend, holidays unheeded (ACTUS calendar MF).

    >>> monday_to_friday(date(2026, 10, 1))
    True
    """
    return day.weekday() < 5


def _worked(day: date, step: timedelta, is_working: IsWorking) -> date:
    while not is_working(day):
        day += step
    return day
