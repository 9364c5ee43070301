"""Revolving 随借随还: interest on the days used, demanded once a month, principal at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from suixin.data.errors import InputError
from suixin.kernel.money import Rounding, round_by
from suixin.lending.cycle import Cycle, add_months, turn
from suixin.lending.day_count import DayCount
from suixin.lending.methods.span import Parts, Span, span_of


@dataclass(frozen=True, slots=True)
class Revolving:
    """`demand_day`: the day of the month on which the interest used so far is demanded.

    >>> Revolving().due_days(date(2026, 3, 1), Cycle(1, "M"), 2, None)
    (datetime.date(2026, 3, 20), datetime.date(2026, 4, 20), datetime.date(2026, 5, 1))
    """

    demand_day: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.demand_day <= 28:
            wrong = f"Interest cannot be demanded on day {self.demand_day} of every month."
            raise InputError("DEMAND_DAY", wrong, "Name a day from 1 to 28.")

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """Every demand day after the start and before the end, then the end."""
        end = first or turn(start, cycle, times)
        days, day = [], start.replace(day=self.demand_day)
        while day < end:
            if day > start:
                days.append(day)
            day = add_months(day, 1)
        return (*days, end)

    def parts(self, span: Span) -> Parts:
        """Of a loan drawn whole at the start: cumulative demands, so roundings never drift."""
        used = accumulate(span.principal_fen * weight for weight in span.weights)
        interest = _newly_demanded([round_by(span.rounding, a, span.basis) for a in used])
        return Parts((0,) * (len(interest) - 1) + (span.principal_fen,), interest)


def demands(
    movements: Sequence[tuple[date, int]],
    days: Sequence[date],
    *,
    rate_bps: int,
    day_count: DayCount = DayCount.ACT_365,
    rounding: Rounding = "half_up",
) -> tuple[int, ...]:
    """Interest demanded on each day, for draws (above 0) and repayments (below) by day.

    The day drawn counts and the day repaid does not; a demand asks for all that was used before
    its day, less all demanded before. Raises `InputError` OVERPAID where more is repaid than drawn.
    Source: formulas §10.

    >>> moved = [(date(2026, 3, 1), 50_000_00), (date(2026, 3, 11), 20_000_00),
    ...          (date(2026, 3, 25), -30_000_00), (date(2026, 4, 10), -40_000_00)]
    >>> demands(moved, [date(2026, 3, 20), date(2026, 4, 20)], rate_bps=720)
    (22290, 19529)
    """
    moved = sorted(movements)
    balances = list(accumulate(fen for _, fen in _by_day(moved)))
    if min(balances, default=0) < 0:
        raise InputError("OVERPAID", "More is repaid than was drawn.", "Check the movements.")
    edges = sorted({day for day, _ in moved} | set(days))
    span = span_of(0, rate_bps, edges, convention=day_count, rounding=rounding)
    held = dict(zip([day for day, _ in _by_day(moved)], balances, strict=True))
    used, balance, used_by = 0, 0, {edges[0]: 0}
    for period, edge in enumerate(edges[1:]):
        balance = held.get(edges[period], balance)
        used += balance * span.weights[period]
        used_by[edge] = used
    return _newly_demanded([round_by(rounding, used_by[day], span.basis) for day in days])


def _by_day(movements: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    """Movements of one day as one, so that their order within it is nothing."""
    sums: dict[date, int] = {}
    for day, fen in movements:
        sums[day] = sums.get(day, 0) + fen
    return list(sums.items())


def _newly_demanded(in_all: Sequence[int]) -> tuple[int, ...]:
    """What each demand adds to those before it."""
    return tuple(now - before for now, before in zip(in_all, [0, *in_all[:-1]], strict=True))
