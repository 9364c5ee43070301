"""What a replay gives away: rows, transactions and charges, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from suixin.lending.progressive.terms import Charge


@dataclass(frozen=True, slots=True)
class ProgressiveRow:
    """One due day after all that happened; amounts in fen, `paid_on` the day it was settled."""

    start: date
    due: date
    paid_on: date | None
    balance: int
    principal: int
    interest: int
    fee: int
    penalty: int
    paid: int
    early: int
    late: int
    left: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement, how it was split, and the principal left after it."""

    day: date
    kind: str
    fen: int
    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0
    balance: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A loan after its events: rows by due day, draws, transactions, charges and what was paid."""

    rows: tuple[ProgressiveRow, ...]
    draws: tuple[tuple[date, int], ...]
    transactions: tuple[Transaction, ...]
    charges: tuple[tuple[Charge, int], ...]
    overpaid: int

    @property
    def left(self) -> int:
        """All that is still owed."""
        return sum(row.left for row in self.rows)

    @property
    def status(self) -> str:
        """`overpaid`, `closed` when nothing is owed any more, else `active`."""
        if self.overpaid:
            return "overpaid"
        return "active" if self.left else "closed"
