"""Days and instants as whole numbers, in China's one civil time (UTC+8)."""

from __future__ import annotations

from datetime import date
from typing import Final

SECONDS_PER_DAY: Final = 86_400
# Facts before 2000 are refused, so the summer time of 1986-1991 never matters: one offset is exact.
LOCAL_OFFSET: Final = 28_800

_EPOCH: Final = date(1970, 1, 1).toordinal()


def epoch_day(day: date) -> int:
    """Days since 1970-01-01 of a calendar day.

    >>> epoch_day(date(1970, 1, 1)), epoch_day(date(2026, 6, 30))
    (0, 20634)
    """
    return day.toordinal() - _EPOCH


def date_of(days: int) -> date:
    """The calendar day that is so many days after 1970-01-01; undoes `epoch_day`.

    >>> date_of(20634)
    datetime.date(2026, 6, 30)
    """
    return date.fromordinal(days + _EPOCH)


def day_start(day: date) -> int:
    """Epoch seconds (UTC) of the first second of a day in Asia/Shanghai.

    >>> from datetime import UTC, datetime
    >>> datetime.fromtimestamp(day_start(date(2026, 6, 30)), tz=UTC).isoformat()
    '2026-06-29T16:00:00+00:00'
    """
    return epoch_day(day) * SECONDS_PER_DAY - LOCAL_OFFSET


def day_end(day: date) -> int:
    """Epoch seconds (UTC) of the last second of a day in Asia/Shanghai.

    >>> day_end(date(2026, 6, 30)) + 1 == day_start(date(2026, 7, 1))
    True
    """
    return day_start(day) + SECONDS_PER_DAY - 1


def local_day(seconds: int) -> int:
    """Days since 1970-01-01 of the Asia/Shanghai day in which an instant (epoch seconds) falls.

    >>> date_of(local_day(day_start(date(2026, 6, 30)) - 1))
    datetime.date(2026, 6, 29)
    """
    return (seconds + LOCAL_OFFSET) // SECONDS_PER_DAY
