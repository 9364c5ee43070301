"""Dividend first 销售分红优先还款: instalments on the days a co-operative distributes.

What is due is then paid from the member's dividend before the member brings a fen of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class DividendFirst:
    """`distributed` are the days of distribution; without them the cycle tells the due days.

    >>> DividendFirst((date(2026, 6, 30), date(2026, 12, 31))).due_days(
    ...     date(2026, 1, 5), Cycle(1, "M"), 12, None)
    (datetime.date(2026, 6, 30), datetime.date(2026, 12, 31))
    """

    distributed: tuple[date, ...] = ()

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The days of distribution after the start, or the cycle's."""
        after = tuple(day for day in self.distributed if day > start)
        return after or due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """Equal instalments."""
        return EqualInstalment().parts(span)
