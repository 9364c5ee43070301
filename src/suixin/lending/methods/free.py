"""Free schedule 自由还款: the days and principals that lender and borrower agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.data.errors import InputError
from suixin.lending.cycle import Cycle
from suixin.lending.methods.equal_principal import interest_on_rest
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class Free:
    """A day and its principal in fen each; 0 where only interest is due.

    >>> free = Free(((date(2026, 6, 30), 60_00), (date(2026, 11, 16), 40_00)))
    >>> free.parts(Span(100_00, (10, 10), 1000, "half_up"))
    Parts(principal_fen=(6000, 4000), interest_fen=(100, 40))
    """

    rows: tuple[tuple[date, int], ...]

    def __post_init__(self) -> None:
        if not self.rows or min(principal for _, principal in self.rows) < 0:
            raise InputError("FREE_ROWS", "A free schedule has no rows, or one below 0.")

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The days agreed."""
        return tuple(day for day, _ in self.rows)

    def parts(self, span: Span) -> Parts:
        """The principals agreed; raises `InputError` FREE_SUM unless they sum to the loan."""
        principal = tuple(part for _, part in self.rows)
        if len(principal) != len(span.weights):
            wrong = "Two due days fall on one working day."
            raise InputError("DUE_DAYS", wrong, "Move one of them, or do not shift days.")
        if sum(principal) != span.principal_fen:
            wrong = f"The principals sum to {sum(principal)} fen, the loan to {span.principal_fen}."
            raise InputError("FREE_SUM", wrong, "Change a row so that both are the same.")
        return Parts(principal, interest_on_rest(span, principal))
