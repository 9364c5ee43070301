"""The ledger as a port: what every book of accounts answers, in memory or in a database.

It only adds. What is pending holds no balance until it is confirmed; what was wrong is taken back
by a transaction that names it. Every question may be asked as of a value date (what was true) and
as of a booking date (what was known).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from suixin.lending.transaction import Dimensions, Transaction


class Standing(StrEnum):
    """Where a transaction stands; only a pending one moves on, and once."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Line:
    """One posting as a statement shows it, with the balance after it."""

    key: str
    text: str
    account: str
    fen: int
    balance_fen: int
    value_on: date
    booked_on: date
    about: Dimensions


@dataclass(frozen=True, slots=True)
class Scope:
    """Which postings a question is about: None leaves a bound open.

    `valued_through` takes what was true by the end of that day, `booked_through` what was known by
    the end of that day.
    """

    agreement: str | None = None
    party: str | None = None
    valued_through: date | None = None
    booked_through: date | None = None
    currency: str = "CNY"


EVERYTHING = Scope()


class Ledger(Protocol):
    """Books of one institution. Faults raise `InputError` and change nothing.

    KEY_TAKEN: the key is known with other content. NO_ACCOUNT: not in the chart, or of other
    books. NO_TRANSACTION, NOT_PENDING, NOT_POSTED: what is named is not there, or does not stand
    so. ALREADY_REVERSED, REVERSAL: taken back already, or itself a taking back. DATES: booked
    before what it answers.
    """

    def post(self, transaction: Transaction) -> Transaction:
        """Book it, and give what stands under its key: itself, or the same booked before."""
        ...

    def pend(self, transaction: Transaction) -> Transaction:
        """Enter it as pending: it holds no balance until it is confirmed."""
        ...

    def confirm(self, key: str, *, value_on: date, booked_on: date) -> Transaction:
        """Post what is pending, on the days on which it came true and was learned."""
        ...

    def void(self, key: str, *, booked_on: date) -> None:
        """End what is pending; it never held a balance, and it stays on record."""
        ...

    def reverse(self, key: str, *, by: str, value_on: date, booked_on: date) -> Transaction:
        """Take back a posted transaction whole, under the key `by`."""
        ...

    def find(self, key: str) -> Transaction | None:
        """The transaction of that key, as it stands."""
        ...

    def standing(self, key: str) -> Standing:
        """Whether it is pending, posted or voided; raises `InputError` NO_TRANSACTION."""
        ...

    def transactions(self, scope: Scope = EVERYTHING) -> Iterator[Transaction]:
        """What is posted, in the order of entry."""
        ...

    def balance(self, account: str, scope: Scope = EVERYTHING) -> int:
        """Debits less credits of an account, in minor units."""
        ...

    def balances(self, scope: Scope = EVERYTHING) -> Mapping[str, int]:
        """The trial balance: every account that was posted to; the values sum to zero."""
        ...

    def statement(self, account: str, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
        """An account's postings by value date, then entry, each with the balance after it."""
        ...

    def waiting(self) -> tuple[Transaction, ...]:
        """What is pending, oldest first: day end lists it with its age."""
        ...

    def unpaired(self, other: Ledger) -> tuple[str, ...]:
        """Pairs that stand here and not in the other books, or there and not here."""
        ...

    def pairs(self) -> frozenset[str]:
        """The pairs that stand in these books."""
        ...
