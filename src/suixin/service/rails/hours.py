"""When the bank works: which system carries an amount, and on which day it will be paid.

Small amounts go through the bulk system (BEPS), which never stops; large ones through the
large-value system (HVPS) on working days, weekends worked in exchange for a holiday among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from suixin.data.errors import InputError
from suixin.kernel.calendar import is_working_day, next_working_day
from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.service.rails.reading import CHINA

_ONE_DAY = timedelta(days=1)


class Channel(StrEnum):
    """The clearing system that carries a payment."""

    BEPS = "beps"
    HVPS = "hvps"


@dataclass(frozen=True, slots=True)
class Route:
    """How and on which day an amount is paid, and why on that day, told to whoever waits."""

    channel: Channel
    on: date
    told: Wording


def route(fen: int, at: datetime, rails: PolicyOn, *, cut_off: time) -> Route:
    """The way an amount takes when it is handed to the bank at an instant.

    `rails` are the rules of the day of `at`; `cut_off` is the bank's own last minute for the same
    day. Raises `InputError` NAIVE_TIME, and `UnknownYear` where the year is not announced.

    >>> from suixin.kernel.policy import load_policy
    >>> rails = load_policy("rails").on(date(2026, 2, 13))
    >>> friday = datetime(2026, 2, 13, 17, 0, tzinfo=CHINA)
    >>> small, large = (route(fen, friday, rails, cut_off=time(16, 30)) for fen in (1, 10**9))
    >>> small.channel.value, str(small.on), large.channel.value, str(large.on)
    ('beps', '2026-02-14', 'hvps', '2026-02-14')
    """
    if at.tzinfo is None:
        wrong = "An instant without an offset has no day in China."
        raise InputError("NAIVE_TIME", wrong, "Give it with its offset.")
    local = at.astimezone(CHINA)
    day, clock = local.date(), local.time()
    if fen <= rails["beps.most"]:
        on = day if clock <= cut_off else day + _ONE_DAY
        return Route(Channel.BEPS, on, _told(fen, Channel.BEPS, on, late=on != day))
    hours = rails["hvps.hours"]
    opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
    if is_working_day(day) and clock <= min(closes, cut_off):
        return Route(Channel.HVPS, day, _told(fen, Channel.HVPS, day, late=False))
    on = next_working_day(day + _ONE_DAY)
    at_night = clock >= opens and on == day + _ONE_DAY
    return Route(Channel.HVPS, on, _told(fen, Channel.HVPS, on, late=not at_night))


def takes_large(at: datetime, rails: PolicyOn) -> bool:
    """Whether the large-value system is open at an instant: also in the evening before.

    >>> from suixin.kernel.policy import load_policy
    >>> rails = load_policy("rails").on(date(2026, 2, 13))
    >>> evening = datetime(2026, 2, 13, 21, 0, tzinfo=CHINA)  # Saturday the 14th is worked.
    >>> takes_large(evening, rails), takes_large(evening + timedelta(days=2), rails)
    (True, False)
    """
    local = at.astimezone(CHINA)
    hours = rails["hvps.hours"]
    opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
    today = is_working_day(local.date()) and local.time() <= closes
    tonight = local.time() >= opens and is_working_day(local.date() + _ONE_DAY)
    return today or tonight


def working_days_between(first: date, last: date) -> int:
    """How many working days have passed since a day: those after it, to the last one.

    >>> working_days_between(date(2026, 9, 30), date(2026, 10, 10))
    3
    """
    days = range(1, (last - first).days + 1)
    return sum(is_working_day(first + timedelta(days=ahead)) for ahead in days)


def _told(fen: int, channel: Channel, on: date, *, late: bool) -> Wording:
    amount = Money(fen)
    zh, en = ("小额支付系统", "the bulk system") if channel is Channel.BEPS else (
        "大额支付系统", "the large-value system")  # fmt: skip
    why_zh = "已过当日受理时间，" if late else ""
    why_en = ", since the bank takes no more of it today" if late else ""
    return Wording(
        f"{why_zh}{amount} 将于 {on} 通过{zh}支付。",
        f"{amount} will be paid on {on} through {en}{why_en}.",
    )
