"""A transaction: postings that sum to zero in every currency, with their dates and their name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.accounts import LENDER_BOOKS


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What a posting is about: agreement, party, product sheet, mode, and a fund's tier."""

    agreement: str = ""
    party: str = ""
    sheet: str = ""
    mode: str = ""
    tier: str = ""


NO_DIMENSIONS: Final = Dimensions()


@dataclass(frozen=True, slots=True)
class Posting:
    """So many minor units to an account: above zero a debit, below zero a credit."""

    account: str
    fen: int
    about: Dimensions = NO_DIMENSIONS
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Transaction:
    """Postings booked together. `key` is its name and makes it happen once.

    `value_on` is the day it counts from, `booked_on` the day it was entered. `reverses` names the
    transaction it takes back whole, `corrects` one it adds a difference to, and `pair` the
    movement it shares with another institution's books.
    """

    key: str
    value_on: date
    booked_on: date
    postings: tuple[Posting, ...]
    text: str = ""
    books: str = LENDER_BOOKS
    reverses: str = ""
    corrects: str = ""
    pair: str = ""

    def __post_init__(self) -> None:
        sums: dict[str, int] = {}
        for posting in self.postings:
            fen, currency = posting.fen, posting.currency
            if type(fen) is not int:
                wrong = f"{self.key}: {fen!r} is not a whole number of minor units."
                raise InputError("NOT_WHOLE", wrong, "Round once, as the product says, before.")
            sums[currency] = sums.get(currency, 0) + fen
        if not self.key or not sums:
            raise InputError("EMPTY", "A transaction needs a key and postings.", "Give both.")
        if any(sums.values()):
            wrong = f"{self.key}: the postings sum to {sums}, not to 0 in each currency."
            raise InputError("NOT_ZERO", wrong, "Post every debit with its credit.")

    def same_content(self, other: Transaction) -> bool:
        """Whether both say the same, whatever day each was entered on."""
        return replace(self, booked_on=other.booked_on) == other


def pair_of(
    debit: str,
    credit: str,
    fen: int,
    about: Dimensions = NO_DIMENSIONS,
    *,
    currency: str = "CNY",
) -> tuple[Posting, ...]:
    """A debit and its credit; nothing where the amount is zero.

    >>> [(one.account, one.fen) for one in pair_of("1101", "1002", 500_00)]
    [('1101', 50000), ('1002', -50000)]
    """
    if not fen:
        return ()
    return (Posting(debit, fen, about, currency), Posting(credit, -fen, about, currency))


def reversal(
    of: Transaction, *, key: str, value_on: date, booked_on: date, text: str = ""
) -> Transaction:
    """The same accounts the other way, naming what it takes back.

    >>> day = date(2026, 6, 30)
    >>> drawn = Transaction("draw-1", day, day, pair_of("1101", "1002", 500_00))
    >>> back = reversal(drawn, key="back-1", value_on=day, booked_on=day)
    >>> back.reverses, [one.fen for one in back.postings]
    ('draw-1', [-50000, 50000])
    """
    return Transaction(
        key,
        value_on,
        booked_on,
        opposite(of.postings),
        text or f"takes back {of.key}",
        books=of.books,
        reverses=of.key,
        pair=of.pair,
    )


def opposite(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Every debit as a credit and every credit as a debit."""
    return tuple(replace(posting, fen=-posting.fen) for posting in postings)
