"""Times of ACTUS: cycles with their stub, days of rest, and the day a time counts as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.kernel.calendar import is_working_day
from suixin.lending.cycle import Cycle, IsWorking, Shift, monday_to_friday, shifted, turn

_EVERY: Final = re.compile(r"(P?\d+[DWMQHY])(?:L([01])|([-+]))?")
_DAY_ENDS: Final = time(23, 59, 59)
_ONE_DAY: Final = timedelta(days=1)

CALENDARS: Final[dict[str, IsWorking | None]] = {
    "": None,
    "NC": None,
    "MF": monday_to_friday,
    "CN": is_working_day,
}
"""Calendars by name: none, Monday to Friday, and China's (ours, outside the standard)."""

SHIFTS: Final = {
    "": Shift.NONE,
    "NOS": Shift.NONE,
    "F": Shift.FOLLOWING,
    "MF": Shift.MODIFIED_FOLLOWING,
    "P": Shift.PRECEDING,
    "MP": Shift.MODIFIED_PRECEDING,
}


@dataclass(frozen=True, slots=True)
class Every:
    """A cycle, and whether a last period that is not whole joins the one before (long stub).

    >>> Every.parse("P1ML0")
    Every(cycle=Cycle(times=1, unit='M'), long_stub=True)
    """

    cycle: Cycle
    long_stub: bool = False

    @classmethod
    def parse(cls, text: str) -> Every:
        """Read "P1ML0" (long stub), "P1ML1" (short) or, as once written, "1M+" and "1M-"."""
        found = _EVERY.fullmatch(text)
        if found is None:
            hint = "Write it as P1ML0 (last period long) or P1ML1 (last period short)."
            raise InputError("ACTUS_CYCLE", f"{shown(text)!r} is no cycle.", hint)
        return cls(Cycle.parse(found[1]), found[2] == "0" or found[3] == "+")


@dataclass(frozen=True, slots=True)
class Recurring:
    """When something recurs: from its anchor in its cycle; either may be absent."""

    anchor: datetime | None = None
    every: Every | None = None

    def start(self, exchanged: datetime | None, end_of_month: bool) -> datetime | None:
        """The anchor; without one, one turn after the first exchange; None without both."""
        if self.anchor is not None or self.every is None or exchanged is None:
            return self.anchor
        return step(exchanged, self.every.cycle, 1, end_of_month)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Which days are worked, where an event on a day of rest goes, and which day its sums take.

    >>> rule = BusinessDays.parse("SCF", "MF")
    >>> rule.moved(datetime(2013, 3, 31)).isoformat(), rule.sums_move
    ('2013-04-01T00:00:00', True)
    """

    shift: Shift
    working: IsWorking | None
    sums_move: bool = True

    @classmethod
    def parse(cls, convention: str, calendar: str) -> BusinessDays:
        """Read SCF, CSMP … and NC, MF; raises `InputError` ACTUS_CALENDAR, ACTUS_SHIFT."""
        if calendar not in CALENDARS:
            known = ", ".join(name for name in CALENDARS if name)
            wrong = f"The calendar {shown(calendar)} is not kept here."
            raise InputError("ACTUS_CALENDAR", wrong, f"Use one of {known}.")
        if convention in SHIFTS and convention in ("", "NOS"):
            return cls(Shift.NONE, CALENDARS[calendar])
        order, where = convention[:2], convention[2:]
        if order not in ("SC", "CS") or not where or where not in SHIFTS:
            wrong = f"The business day convention {shown(convention)} is unknown."
            raise InputError("ACTUS_SHIFT", wrong, "Use SC or CS with F, MF, P or MP.")
        return cls(SHIFTS[where], CALENDARS[calendar], order == "SC")

    def moved(self, when: datetime) -> datetime:
        """The time on the day worked; its hour stays."""
        if self.working is None:
            return when
        return datetime.combine(shifted(when.date(), self.shift, self.working), when.time())


def calendar_day(when: datetime) -> date:
    """The day a time counts as; the last second of a day is the next day's midnight.

    >>> calendar_day(datetime(2013, 12, 31, 23, 59, 59)).isoformat()
    '2014-01-01'
    """
    return when.date() + _ONE_DAY if when.time() >= _DAY_ENDS else when.date()


def step(anchor: datetime, cycle: Cycle, n: int, end_of_month: bool) -> datetime:
    """The n-th turn of a cycle, at the anchor's hour; a negative n goes back."""
    try:
        moved = turn(anchor.date(), cycle, n, end_of_month=end_of_month)
    except (ValueError, OverflowError):
        wrong = f"A turn of {cycle} from {anchor:%Y-%m-%d} leaves the calendar."
        raise InputError("ACTUS_CYCLE", wrong, "Use a shorter cycle or an earlier end.") from None
    return datetime.combine(moved, anchor.time())


def turning(anchor: datetime, cycle: Cycle, end_of_month: bool) -> Iterator[datetime]:
    """The anchor and its turns, without end."""
    return (step(anchor, cycle, n, end_of_month) for n in count())


def schedule(
    start: datetime | None, every: Every | None, end: datetime | None, end_of_month: bool
) -> tuple[datetime, ...]:
    """The schedule S(s, c, T) of the standard: start, turns and end, a long stub joined.

    Without a cycle only start and end; only the end where the start is not before it. Source:
    ACTUS technical specification, section on schedules.

    >>> days = schedule(datetime(2013, 1, 1), Every.parse("P1ML0"), datetime(2013, 3, 15), False)
    >>> [day.month for day in days]
    [1, 2, 3]
    >>> days[-1].day
    15
    """
    if start is None or end is None:
        return tuple(bound for bound in (start, end) if bound is not None)
    if start >= end:
        return (end,)
    if every is None:
        return (start, end)
    found: list[datetime] = []
    for when in turning(start, every.cycle, end_of_month):
        if when >= end:
            if every.long_stub and when != end and len(found) > 1:
                found.pop()
            break
        found.append(when)
    return (*found, end)
