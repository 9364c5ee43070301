"""The books as they are read: the trial balance of a day, transactions, and one with its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.lending.accounts import Account
from suixin.lending.ledger import Scope, Standing
from suixin.lending.transaction import Transaction
from suixin.service.app.caller import Caller
from suixin.service.app.permits import Act, check_may
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import acting, query

LISTED_MAX: Final = 200
_LISTED: Final = """
    select t.key, t.text, t.value_on, t.booked_on, t.entered_at, t.reverses, t.corrects, t.pair,
           (select coalesce(sum(p.fen) filter (where p.fen > 0), 0)::bigint from posting as p
             where (p.institution_id, p.transaction_id) = (t.institution_id, t.id))
      from transaction as t
     where t.institution_id = %(of)s and t.standing = 'posted'
       and (%(on)s::date is null or t.booked_on = %(on)s)
       and (%(agreement)s = '' or exists (
            select from posting as p
             where (p.institution_id, p.transaction_id) = (t.institution_id, t.id)
               and p.agreement = %(agreement)s))
     order by t.id desc limit %(limit)s offset %(skip)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """An account on a day (fen): what stands in it, on the side where it stands."""

    account: Account
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """Every account that was posted to by the end of a day; both sides are equal."""

    on: date
    accounts: tuple[AccountBalance, ...]
    debit_fen: int
    credit_fen: int

    @property
    def holds(self) -> bool:
        """Whether both sides are equal, to the fen."""
        return self.debit_fen == self.credit_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A posted transaction in a list; `fen` is the sum of its debits."""

    key: str
    text: str
    value_on: date
    booked_on: date
    entered_at: datetime
    reverses: str
    corrects: str
    pair: str
    fen: int


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """Newest first, and whether there are more."""

    rows: tuple[Entered, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A transaction with its lines, how it stands, and the names of its accounts."""

    transaction: Transaction
    standing: Standing
    accounts: tuple[Account, ...]


def trial_balance(caller: Caller, *, on: date) -> TrialBalance:
    """The books by value at the end of a day. Raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_LEDGER)
    books = StoredBooks(caller.actor("looked at the trial balance"))
    found = sorted(books.balances(Scope(valued_through=on)).items())
    accounts = tuple(
        AccountBalance(
            account=books.chart[code],
            debit_fen=max(fen, 0),
            credit_fen=max(-fen, 0),
        )
        for code, fen in found
    )
    return TrialBalance(
        on=on,
        accounts=accounts,
        debit_fen=sum(one.debit_fen for one in accounts),
        credit_fen=sum(one.credit_fen for one in accounts),
    )


def entries(
    caller: Caller,
    *,
    on: date | None = None,
    agreement: str = "",
    number: int = 1,
    limit: int = 25,
) -> EntriesPage:
    """Posted transactions, of a day or an agreement. Raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_LEDGER)
    limit = min(limit, LISTED_MAX)
    with acting(caller.actor("looked at the books")):
        given = {
            "of": caller.institution,
            "on": on,
            "agreement": agreement,
            "limit": limit + 1,
            "skip": (number - 1) * limit,
        }
        rows = query(_LISTED, given)
    return EntriesPage(tuple(_entered(row) for row in rows[:limit]), len(rows) > limit)


def transaction(caller: Caller, key: str) -> Whole:
    """One transaction by its key. Raises `InputError` NOT_PERMITTED, NO_TRANSACTION."""
    check_may(caller, Act.SEE_LEDGER)
    books = StoredBooks(caller.actor("looked at a transaction"))
    found = books.find(key)
    if found is None:
        raise InputError("NO_TRANSACTION", f"There is no transaction {key}.", "Check the key.")
    accounts = tuple(books.chart[one.account] for one in found.postings)
    return Whole(found, books.standing(key), accounts)


def _entered(row: tuple[Any, ...]) -> Entered:
    key, text, value_on, booked_on, entered_at, reverses, corrects, pair, fen = row
    return Entered(
        key=key,
        text=text,
        value_on=value_on,
        booked_on=booked_on,
        entered_at=entered_at,
        reverses=reverses,
        corrects=corrects,
        pair=pair,
        fen=fen,
    )
