"""Equal principal 等额本金: the principal in equal parts, interest on what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.kernel.money import share
from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class EqualPrincipal:
    """Spare fen go one each to the first instalments.

    >>> EqualPrincipal().parts(Span(1_000_000, (0,) * 6, 3_600_000, "half_up")).principal_fen
    (166667, 166667, 166667, 166667, 166666, 166666)
    """

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """One a turn of the cycle."""
        return due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """Principal by the one rule of sharing. Source: formulas §10."""
        principal = share(span.principal_fen, [1] * len(span.weights))
        return Parts(principal, interest_on_rest(span, principal))


def interest_on_rest(span: Span, principal_fen: Sequence[int]) -> tuple[int, ...]:
    """The interest of each period on what the principals before it have left.

    >>> interest_on_rest(Span(100_00, (10, 10), 1000, "half_up"), [60_00, 40_00])
    (100, 40)
    """
    balance, interest = span.principal_fen, []
    for period, part in enumerate(principal_fen):
        interest.append(span.interest(balance, period))
        balance -= part
    return tuple(interest)
