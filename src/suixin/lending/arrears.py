"""What is unpaid and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from suixin.lending.allocation import Bucket, Claim


@dataclass(frozen=True, slots=True)
class OpenDue:
    """What is still unpaid of a due day."""

    due_on: date
    principal_fen: int = 0
    interest_fen: int = 0
    fee_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.principal_fen + self.interest_fen + self.fee_fen


def oldest_unpaid(
    dues: Iterable[OpenDue], on: date, *, penalty_since: date | None = None
) -> date | None:
    """The oldest due day before `on` with something unpaid; unpaid penalty is as old as its cause.

    On the due day itself nothing is late. Source: day end.

    >>> dues = [OpenDue(date(2026, 4, 15), 100), OpenDue(date(2026, 3, 15), 0, 0, 0)]
    >>> oldest_unpaid(dues, date(2026, 4, 15)), oldest_unpaid(dues, date(2026, 4, 16))
    (None, datetime.date(2026, 4, 15))
    """
    days = [due.due_on for due in dues if due.total_fen and due.due_on < on]
    if penalty_since is not None and penalty_since < on:
        days.append(penalty_since)
    return min(days, default=None)


def claims(
    dues: Iterable[OpenDue],
    *,
    penalty: Claim,
    accrued_fen: int,
    not_due_fen: int,
) -> tuple[Claim, ...]:
    """Everything owed as claims of a receipt.

    >>> penalty = Claim(Bucket.PENALTY, date(2026, 3, 15), 0)
    >>> found = claims([OpenDue(date(2026, 3, 15), 100, 5)], penalty=penalty, accrued_fen=2,
    ...                not_due_fen=900)
    >>> [(claim.bucket.value, claim.fen) for claim in found]
    [('interest', 5), ('principal', 100), ('interest', 2), ('principal', 900)]
    """
    found = [penalty]
    for due in dues:
        found += [
            Claim(Bucket.FEE, due.due_on, due.fee_fen),
            Claim(Bucket.INTEREST, due.due_on, due.interest_fen),
            Claim(Bucket.PRINCIPAL, due.due_on, due.principal_fen),
        ]
    found += [
        Claim(Bucket.INTEREST, None, accrued_fen),
        Claim(Bucket.PRINCIPAL, None, not_due_fen),
    ]
    return tuple(claim for claim in found if claim.fen)
