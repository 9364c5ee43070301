"""Interest first 先息后本: interest each period, the principal with the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.equal_principal import interest_on_rest
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class InterestFirst:
    """Nothing of the principal is due before the end.

    >>> InterestFirst().parts(Span(10_000_00, (28_800,) * 3, 3_600_000, "half_up"))
    Parts(principal_fen=(0, 0, 1000000), interest_fen=(8000, 8000, 8000))
    """

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """One a turn of the cycle."""
        return due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """Interest alone, then all."""
        principal = (0,) * (len(span.weights) - 1) + (span.principal_fen,)
        return Parts(principal, interest_on_rest(span, principal))
