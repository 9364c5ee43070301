"""Flat interest 平息: interest on the amount first lent, whatever has been repaid of it.

No sheet of ours offers it, for its rate says less than half of what it costs; other people's loans
that are taken over may have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.kernel.money import round_by
from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class Flat:
    """Equal instalments of principal and flat interest, whole multiples of `multiple_fen`.

    >>> Flat().parts(Span(100_000, (100,) * 3, 10_000, "half_even"))
    Parts(principal_fen=(33333, 33333, 33334), interest_fen=(1000, 1000, 1000))
    """

    multiple_fen: int = 1

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """One a turn of the cycle."""
        return due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """Instalment = round((P + Σ interest)/n); the last takes what is left of the principal."""
        interest = tuple(span.interest(span.principal_fen, k) for k in range(len(span.weights)))
        whole = span.principal_fen + sum(interest)
        multiple = self.multiple_fen
        amount = multiple * round_by(span.rounding, whole, len(interest) * multiple)
        left, principal = span.principal_fen, []
        for part in interest[:-1]:
            principal.append(min(left, max(0, amount - part)))
            left -= principal[-1]
        return Parts((*principal, left), interest)
