"""Bullet 到期还本付息: principal and all interest on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.lending.cycle import Cycle, turn
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class Bullet:
    """All is due once, after `times` turns of the cycle or on the day named as the first.

    >>> Bullet().due_days(date(2026, 3, 31), Cycle(1, "M"), 6, None)
    (datetime.date(2026, 9, 30),)
    """

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The one day."""
        return (first or turn(start, cycle, times),)

    def parts(self, span: Span) -> Parts:
        """Everything."""
        return Parts((span.principal_fen,), (span.interest(span.principal_fen, 0),))
