"""The ledger as it is read from outside: balances of a day, and transactions by the day's order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.lending.ledger import Scope
from suixin.service.app.caller import Caller
from suixin.service.app.permits import Act, check_may
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import chart_of
from suixin.service.store.session import acting, query

_LIST: Final = """
    select t.id, t.key, t.standing, t.value_on, t.booked_on, t.text, t.reverses, t.corrects,
           coalesce(json_agg(json_build_object('line', p.line, 'account', p.account, 'fen', p.fen,
               'currency', p.currency, 'agreement', p.agreement, 'party', p.party)
               order by p.line) filter (where p.line is not null), '[]')::text
      from (select * from transaction
             where institution_id = %(institution)s and id > %(after)s
               and (%(agreement)s = '' or exists (
                   select from posting as o
                    where o.institution_id = transaction.institution_id
                      and o.transaction_id = transaction.id and o.agreement = %(agreement)s))
             order by id limit %(limit)s) as t
      left join posting as p
        on (p.institution_id, p.transaction_id) = (t.institution_id, t.id)
     group by t.id, t.key, t.standing, t.value_on, t.booked_on, t.text, t.reverses, t.corrects
     order by t.id
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's balance, debits counted as positive."""

    account: str
    zh: str
    en: str
    fen: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The balance of every account that has one. `sum_fen` is zero, or the books are broken."""

    through: date | None
    balances: tuple[Balance, ...]
    sum_fen: int


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One posting of a transaction; debits are positive."""

    line: int
    account: str
    fen: int
    currency: str
    agreement: str
    party: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction as it was entered; `number` is its place in the books."""

    number: int
    key: str
    standing: str
    value_on: date
    booked_on: date
    text: str
    reverses: str
    corrects: str
    postings: tuple[PostedLine, ...]


def trial_balance(caller: Caller, *, through: date | None) -> TrialBalance:
    """Every account's balance by what was booked through a day."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("read the trial balance")
    with acting(actor):
        chart = chart_of(caller.institution)
        found = StoredBooks(actor).balances(Scope(booked_through=through))
    rows = tuple(
        Balance(code, chart[code].zh, chart[code].en, fen)
        for code, fen in sorted(found.items())
        if fen
    )
    return TrialBalance(through, rows, sum(row.fen for row in rows))


def transactions(caller: Caller, *, agreement: str, after: int, limit: int) -> tuple[Booked, ...]:
    """Transactions in the order they were entered, of all or of one agreement."""
    check_may(caller, Act.SEE_LEDGER)
    given = {
        "institution": caller.institution,
        "agreement": agreement,
        "after": after,
        "limit": limit,
    }
    with acting(caller.actor("read the books")):
        return tuple(_booked(row) for row in query(_LIST, given))


def transaction(caller: Caller, key: str) -> Booked:
    """One transaction by its key; raises `InputError` NO_TRANSACTION."""
    check_may(caller, Act.SEE_LEDGER)
    with acting(caller.actor("read the books")):
        rows = query(
            "select id from transaction where institution_id = %s and key = %s"
            " order by step desc limit 1",
            [caller.institution, key],
        )
        for (number,) in rows:
            for found in transactions(caller, agreement="", after=number - 1, limit=1):
                return found
    raise InputError("NO_TRANSACTION", f"There is no transaction {shown(key)}.", "Check the key.")


def _booked(row: tuple[Any, ...]) -> Booked:
    number, key, standing, value_on, booked_on, text, reverses, corrects, lines = row
    return Booked(
        number=number,
        key=key,
        standing=standing,
        value_on=value_on,
        booked_on=booked_on,
        text=text,
        reverses=reverses,
        corrects=corrects,
        postings=tuple(PostedLine(**line) for line in json.loads(lines)),
    )
