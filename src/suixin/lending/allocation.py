"""Where a receipt goes: past due, then due, then ahead; inside each by bucket, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from suixin.data.errors import InputError


class Bucket(StrEnum):
    """What a debtor may owe."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount owed in one bucket since a due day; None: not due yet, payable ahead."""

    bucket: Bucket
    due_on: date | None
    fen: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """How an amount was split, in the order in which it paid; `rest_fen` found nothing owed."""

    paid: tuple[Claim, ...]
    rest_fen: int

    def of(self, bucket: Bucket) -> int:
        """What one bucket got."""
        return sum(claim.fen for claim in self.paid if claim.bucket is bucket)


def allocate(fen: int, owed: Iterable[Claim], *, on: date, order: Sequence[str]) -> Allocation:
    """Split a receipt over what is owed on a day. Source: formulas §17 (E10).

    >>> owed = [Claim(Bucket.PRINCIPAL, date(2026, 5, 1), 100), Claim(Bucket.INTEREST, None, 7),
    ...         Claim(Bucket.INTEREST, date(2026, 5, 1), 5), Claim(Bucket.PRINCIPAL, None, 900)]
    >>> made = allocate(120, owed, on=date(2026, 6, 1), order=list(Bucket))
    >>> [(one.bucket.value, one.fen) for one in made.paid], made.rest_fen
    ([('interest', 5), ('principal', 100), ('interest', 7), ('principal', 8)], 0)
    """
    if fen < 0 or set(order) != set(Bucket):
        wrong = f"{fen} fen by the order {list(order)} cannot be allocated."
        raise InputError("ALLOCATION", wrong, "Give fen ≥ 0, and every bucket once.")
    rank = {bucket: number for number, bucket in enumerate(order)}

    def turn(claim: Claim) -> tuple[int, int, date]:
        due = claim.due_on
        group = 2 if due is None or due > on else int(due == on)
        return group, rank[claim.bucket], due or on

    rest, paid = fen, []
    for claim in sorted(owed, key=turn):
        part = min(rest, claim.fen)
        if part > 0:
            paid.append(Claim(claim.bucket, claim.due_on, part))
            rest -= part
    return Allocation(tuple(paid), rest)


def undone(
    made: Sequence[tuple[Claim, ...]], fen: int
) -> tuple[tuple[Claim, ...], tuple[tuple[Claim, ...], ...]]:
    """Take back an amount, the latest allocation first and in it what was paid last.

    Gives what is taken back and what is left of the allocations. Source: formulas §11.

    >>> first = (Claim(Bucket.INTEREST, None, 3), Claim(Bucket.PRINCIPAL, None, 10))
    >>> back, left = undone([first, (Claim(Bucket.PRINCIPAL, None, 5),)], 8)
    >>> [one.fen for one in back], [one.fen for one in left[0]]
    ([5, 3], [3, 7])
    """
    rest, back, left = fen, [], [list(one) for one in made]
    while rest > 0 and left:
        if not left[-1]:
            left.pop()
            continue
        last = left[-1].pop()
        part = min(rest, last.fen)
        back.append(Claim(last.bucket, last.due_on, part))
        rest -= part
        if part < last.fen:
            left[-1].append(Claim(last.bucket, last.due_on, last.fen - part))
    if rest:
        raise AssertionError(f"{rest} fen more are to be taken back than were ever allocated.")
    return tuple(back), tuple(tuple(one) for one in left if one)
