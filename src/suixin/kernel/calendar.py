"""The working calendar of mainland China, with its moved working weekends.

The State Council announces each year's holidays in the November before, so a year not announced is
not guessed: `UnknownYear` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count, islice
from typing import Final

import chinese_calendar

_ONE_DAY: Final = timedelta(days=1)


class UnknownYear(LookupError):
    """A day was asked for in a year whose holidays are not known here."""

    def __init__(self, day: date) -> None:
        first, last = known_years()
        super().__init__(
            f"The working calendar knows {first} to {last}, not {day}. Once the State Council has "
            f"announced that year, install a newer chinesecalendar."
        )


@cache
def known_years() -> tuple[int, int]:
    """The first and last year whose working days are known.

    >>> known_years()[0]
    2004
    """
    years = {day.year for day in chinese_calendar.holidays}
    return min(years), max(years)


def is_working_day(day: date) -> bool:
    """Whether banks work: weekdays but holidays, and the weekend days worked in exchange.

    >>> is_working_day(date(2026, 10, 1)), is_working_day(date(2026, 10, 10))
    (False, True)
    >>> is_working_day(date(1999, 10, 1))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    suixin.kernel.calendar.UnknownYear: ...
    """
    first, last = known_years()
    if not first <= day.year <= last:
        raise UnknownYear(day)
    return bool(chinese_calendar.is_workday(day))


def next_working_day(day: date) -> date:
    """The day itself when it is worked, else the first worked day after it.

    >>> next_working_day(date(2026, 10, 1))
    datetime.date(2026, 10, 8)
    """
    return next(later for later in _days_from(day) if is_working_day(later))


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day; for n = 0, `next_working_day`.

    >>> add_working_days(date(2026, 9, 30), 3)
    datetime.date(2026, 10, 10)
    """
    if n < 0:
        raise ValueError(f"Working days are counted forward; got n = {n}.")
    if n == 0:
        return next_working_day(day)
    worked = (later for later in _days_from(day + _ONE_DAY) if is_working_day(later))
    return next(islice(worked, n - 1, None))


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in count())
