"""Crop calendar 按农时还款: nothing is due before harvest; all is due once it can be sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.lending.cycle import Cycle
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class CropCalendar:
    """`due` is the harvest's last day and the days to sell it, as `harvest_due` finds it.

    >>> CropCalendar(date(2026, 11, 14)).due_days(date(2026, 3, 10), Cycle(1, "M"), 1, None)
    (datetime.date(2026, 11, 14),)
    """

    due: date

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The one day."""
        return (self.due,)

    def parts(self, span: Span) -> Parts:
        """Principal with the interest of all its days. Source: formulas §17."""
        return Parts((span.principal_fen,), (span.interest(span.principal_fen, 0),))
