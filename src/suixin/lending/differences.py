"""From what a history says to what the ledger lacks: only differences are posted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from suixin.lending.accounts import LENDER_BOOKS
from suixin.lending.ledger import Ledger, Scope
from suixin.lending.transaction import Posting, Transaction


@dataclass(slots=True)
class _Stands:
    """A transaction as the ledger has it, with every correction since: sums, and how many."""

    first: Transaction
    sums: dict[Posting, int] = field(default_factory=dict)
    corrections: int = 0


def differences(
    ledger: Ledger,
    wanted: Sequence[Transaction],
    *,
    agreement: str,
    booked_on: date,
    books: str = LENDER_BOOKS,
) -> Iterator[Transaction]:
    """What to post so that the ledger says what a replay of an agreement says; else nothing.

    What is new is posted as it is. What stands otherwise gets the difference, from the same value
    date, in a transaction that names it; what should not be there is taken back the same way.
    Source: formulas §17 (a backdated receipt replays; only differences are posted).

    >>> from suixin.lending.accounts import chart_on
    >>> from suixin.lending.books import Books
    >>> from suixin.lending.transaction import Dimensions, pair_of
    >>> day, about = date(2026, 6, 30), Dimensions("a-1")
    >>> ledger = Books(chart_on(day))
    >>> for fen in (500, 700, 700):
    ...     said = [Transaction("a-1/r", day, day, pair_of("1001", "2001", fen, about))]
    ...     for one in differences(ledger, said, agreement="a-1", booked_on=day):
    ...         print(ledger.post(one).key, ledger.balance("1001"))
    a-1/r 500
    a-1/r~1 700
    """
    stands = _standing(ledger, agreement)
    said = {one.key: one for one in wanted if one.books == books}
    for key, one in said.items():
        if key not in stands:
            yield replace(one, booked_on=booked_on)
    for key, found in stands.items():
        change = _summed(said[key].postings if key in said else ())
        for place, fen in found.sums.items():
            change[place] = change.get(place, 0) - fen
        postings = tuple(replace(place, fen=fen) for place, fen in change.items() if fen)
        if postings:
            yield replace(
                found.first,
                key=f"{key}~{found.corrections + 1}",
                booked_on=booked_on,
                postings=postings,
                text=f"corrects {found.first.text}",
                corrects=key,
            )


def _standing(ledger: Ledger, agreement: str) -> dict[str, _Stands]:
    found: dict[str, _Stands] = {}
    for one in ledger.transactions(Scope(agreement=agreement)):
        key = one.corrects or one.reverses or one.key
        stands = found.setdefault(key, _Stands(one))
        stands.corrections += one.key != key
        for place, fen in _summed(one.postings).items():
            stands.sums[place] = stands.sums.get(place, 0) + fen
    return found


def _summed(postings: Sequence[Posting]) -> dict[Posting, int]:
    """Amounts by everything else that a posting says."""
    sums: dict[Posting, int] = {}
    for one in postings:
        place = replace(one, fen=0)
        sums[place] = sums.get(place, 0) + one.fen
    return sums
