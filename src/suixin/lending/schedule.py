"""The schedule engine: from a loan's terms to what is due, day by day, in whole fen."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.calendar import is_working_day
from suixin.kernel.money import Rounding
from suixin.lending.cycle import Cycle, IsWorking, Shift, shifted
from suixin.lending.day_count import DayCount
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.span import THIRTIES, Method, span_of

MONTHLY: Final = Cycle(1, "M")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a schedule is made from: an amount in fen, a yearly rate, and how it is repaid.

    `first_due` moves the whole cycle. `shift` moves a due day off a day of rest, and interest
    counted by actual days runs to the day so moved.
    """

    principal_fen: int
    rate_bps: int
    method: Method = field(default_factory=EqualInstalment)
    times: int = 1
    cycle: Cycle = MONTHLY
    day_count: DayCount = DayCount.ACT_365
    rounding: Rounding = "half_up"
    first_due: date | None = None
    shift: Shift = Shift.NONE

    def __post_init__(self) -> None:
        if self.principal_fen <= 0:
            raise InputError(
                "PRINCIPAL", f"A principal of {self.principal_fen} fen is none.", "Lend at least 1."
            )
        if self.rate_bps < 0 or self.times < 1:
            wrong = f"A rate of {self.rate_bps} bps over {self.times} instalments is none."
            raise InputError("TERMS", wrong, "Give a rate ≥ 0 and one instalment or more.")


@dataclass(frozen=True, slots=True)
class Row:
    """One due day: what falls due on it, in fen, and what is left owed of the principal after."""

    number: int
    due: date
    days: int
    principal_fen: int
    interest_fen: int
    fees_fen: int
    balance_fen: int

    @property
    def total_fen(self) -> int:
        """All that is due on the day."""
        return self.principal_fen + self.interest_fen + self.fees_fen


@dataclass(frozen=True, slots=True)
class Schedule:
    """A loan's due days from its start; the principals of its rows sum to what was lent."""

    start: date
    principal_fen: int
    rows: tuple[Row, ...]

    @property
    def interest_fen(self) -> int:
        """All interest."""
        return sum(row.interest_fen for row in self.rows)

    @property
    def fees_fen(self) -> int:
        """All fees due on the rows."""
        return sum(row.fees_fen for row in self.rows)

    @property
    def end(self) -> date:
        """The last due day."""
        return self.rows[-1].due


def schedule(
    terms: Terms,
    on: date,
    *,
    fees_fen: Sequence[int] = (),
    is_working: IsWorking = is_working_day,
) -> Schedule:
    """The schedule of a loan paid out on a day; `fees_fen` are due one each row, in order.

    Raises `InputError` where days do not rise, `UnknownYear` where a due day must be held against
    a working calendar that is not known yet. Source: formulas §10, §17.

    >>> made = schedule(Terms(3_000_000, 960, times=6, day_count=DayCount.THIRTY_360),
    ...                 date(2026, 3, 15))
    >>> made.rows[0]
    ... # doctest: +NORMALIZE_WHITESPACE
    Row(number=1, due=datetime.date(2026, 4, 15), days=31, principal_fen=490093,
        interest_fen=24000, fees_fen=0, balance_fen=2509907)
    >>> made.rows[-1].total_fen, made.rows[-1].balance_fen
    (514092, 0)
    """
    nominal = [on, *terms.method.due_days(on, terms.cycle, terms.times, terms.first_due)]
    if any(later <= earlier for earlier, later in pairwise(nominal)):
        raise InputError("DUE_DAYS", "The due days do not rise.", "Give each a later day.")
    days = nominal
    if terms.shift is not Shift.NONE:
        nominal, days = _moved(nominal, terms.shift, is_working)
    lengths = [later.toordinal() - earlier.toordinal() for earlier, later in pairwise(days)]
    span = span_of(
        terms.principal_fen,
        terms.rate_bps,
        days,
        convention=terms.day_count,
        rounding=terms.rounding,
        months=_whole_months(nominal, terms) if terms.day_count in THIRTIES else (),
    )
    parts = terms.method.parts(span)
    fees = fees_fen or (0,) * len(lengths)
    balance, rows = terms.principal_fen, []
    for number, due in enumerate(days[1:]):
        principal = parts.principal_fen[number]
        balance -= principal
        rows.append(
            Row(
                number + 1,
                due,
                lengths[number],
                principal,
                parts.interest_fen[number],
                fees[number],
                balance,
            )
        )
    if balance != 0:
        raise AssertionError(f"{terms.method} leaves {balance} fen of the principal unscheduled.")
    return Schedule(on, terms.principal_fen, tuple(rows))


def _moved(
    nominal: Sequence[date], shift: Shift, is_working: IsWorking
) -> tuple[list[date], list[date]]:
    """Nominal days and where each goes; those that meet on one working day are one.

    A day that would go back to the one before it, or to the start, goes forward instead.
    """
    kept, days = [nominal[0]], [nominal[0]]
    for day in nominal[1:]:
        moved = shifted(day, shift, is_working)
        if moved <= days[-1]:
            moved = max(days[-1], shifted(day, Shift.FOLLOWING, is_working))
        if moved == days[-1] and len(days) > 1:
            kept[-1] = day
            continue
        kept.append(day)
        days.append(moved)
    return kept, days


def _whole_months(nominal: Sequence[date], terms: Terms) -> list[int]:
    """How many whole months each period has, 0 where it begins or ends off the cycle's day."""
    anchor = (terms.first_due or nominal[0]).day
    on_day = [day.day == min(anchor, monthrange(day.year, day.month)[1]) for day in nominal]
    return [
        (later.year - earlier.year) * 12 + later.month - earlier.month
        if on_day[number] and on_day[number + 1]
        else 0
        for number, (earlier, later) in enumerate(pairwise(nominal))
    ]
