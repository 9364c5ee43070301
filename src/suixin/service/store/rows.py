"""Transactions as rows and back, and the statements over them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from suixin.lending.ledger import Scope
from suixin.lending.transaction import Dimensions, Posting, Transaction

# The arguments of `post_transactions`: of transactions, then of their postings.
_TYPES: Final = (
    *("integer", "text[]", "smallint[]", "date[]", "date[]"),
    *("text[]", "text[]", "text[]", "text[]", "smallint[]"),
    *("integer[]", "smallint[]", "text[]", "bigint[]", "text[]"),
    *("text[]", "text[]", "text[]", "text[]", "text[]"),
)
POST: Final = f"select * from post_transactions({', '.join(f'%s::{one}' for one in _TYPES)})"

PEND: Final = """
    insert into transaction (institution_id, key, step, standing, value_on, booked_on, text,
                             reverses, corrects, pair, lines, held)
    values (%s, %s, 0, 'pending', %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
    on conflict (institution_id, key, step) do nothing returning id
"""
VOID: Final = """
    insert into transaction (institution_id, key, step, standing, value_on, booked_on, text,
                             reverses, corrects, pair, lines)
    select institution_id, key, 1, 'voided', value_on, %s::date, text, reverses, corrects, pair,
           lines
      from transaction where institution_id = %s and key = %s and step = 0
    on conflict (institution_id, key, step) do nothing returning id
"""
VOIDED_ON: Final = """
    select booked_on from transaction
     where institution_id = %s and key = %s and step = 1 and standing = 'voided'
"""

# A transaction as `transaction_of` reads it: number, key, days, texts, postings.
_TOLD: Final = """t.id, t.key, t.value_on, t.booked_on, t.text, t.reverses, t.corrects, t.pair,
    coalesce(t.held, held_of(t.institution_id, t.id))::text"""

# The last step of each key tells how it stands; one that was voided is told as it was entered.
BY_KEY: Final = f"""
    select l.standing, {_TOLD}
      from (select distinct on (key) key, standing, step, id from transaction
             where institution_id = %(institution)s and key = any (%(keys)s::text[])
             order by key, step desc) as l
      join transaction as t on t.institution_id = %(institution)s and t.key = l.key
       and t.step = case l.standing when 'voided' then 0 else l.step end
"""
BY_NUMBER: Final = f"""
    select {_TOLD} from transaction as t
     where t.institution_id = %(institution)s and t.id = any (%(numbers)s::bigint[]) order by t.id
"""
POSTED: Final = f"""
    select {_TOLD} from transaction as t
     where t.institution_id = %(institution)s and t.standing = 'posted' and t.id > %(last)s
     order by t.id limit %(chunk)s
"""
WAITING: Final = f"""
    select {_TOLD} from transaction as t
     where t.institution_id = %(institution)s and t.standing = 'pending'
       and not exists (select from transaction as e
                        where (e.institution_id, e.key, e.step) = (t.institution_id, t.key, 1))
     order by t.booked_on, t.id
"""
PAIRS: Final = """
    select distinct pair from transaction
     where institution_id = %(institution)s and pair <> '' and standing = 'posted'
"""

_IN_SCOPE: Final = """p.institution_id = %(institution)s and p.currency = %(currency)s
    and (%(agreement)s::text is null or p.agreement = %(agreement)s)
    and (%(party)s::text is null or p.party = %(party)s)
    and (%(valued_through)s::date is null or p.value_on <= %(valued_through)s)
    and (%(booked_through)s::date is null or p.booked_on <= %(booked_through)s)"""

IDS_IN_SCOPE: Final = f"""
    select distinct p.transaction_id from posting as p where {_IN_SCOPE} order by 1
"""
POSTED_IN_SCOPE: Final = f"""
    select {_TOLD} from transaction as t
     where t.institution_id = %(institution)s and t.standing = 'posted' and t.id > %(last)s
       and exists (select from posting as p where p.transaction_id = t.id and {_IN_SCOPE})
     order by t.id limit %(chunk)s
"""
BALANCE: Final = f"""
    select coalesce(sum(p.fen), 0) from posting as p where p.account = %(account)s and {_IN_SCOPE}
"""
BALANCES: Final = f"""
    select p.account, sum(p.fen) from posting as p where {_IN_SCOPE} group by p.account
"""
STATEMENT: Final = f"""
    select t.key, t.text, p.fen, p.value_on, p.booked_on, p.agreement, p.party, p.sheet, p.mode,
           p.tier
      from posting as p
      join transaction as t on (t.institution_id, t.id) = (p.institution_id, p.transaction_id)
     where p.account = %(account)s and {_IN_SCOPE}
     order by p.value_on, p.transaction_id, p.line
"""


def scope_values(scope: Scope) -> dict[str, Any]:
    """A scope as the statements take it."""
    return {
        "agreement": scope.agreement,
        "party": scope.party,
        "valued_through": scope.valued_through,
        "booked_through": scope.booked_through,
        "currency": scope.currency,
    }


def posted_values(
    institution: int, transactions: Sequence[Transaction], step: int = 0
) -> list[Any]:
    """Transactions as `post_transactions` takes them: column by column."""
    postings = [one for made in transactions for one in made.postings]
    return [
        institution,
        [one.key for one in transactions],
        [step] * len(transactions),
        [one.value_on for one in transactions],
        [one.booked_on for one in transactions],
        [one.text for one in transactions],
        [one.reverses for one in transactions],
        [one.corrects for one in transactions],
        [one.pair for one in transactions],
        [len(one.postings) for one in transactions],
        [place for place, made in enumerate(transactions, 1) for _ in made.postings],
        [line for made in transactions for line in range(1, len(made.postings) + 1)],
        [one.account for one in postings],
        [one.fen for one in postings],
        [one.currency for one in postings],
        [one.about.agreement for one in postings],
        [one.about.party for one in postings],
        [one.about.sheet for one in postings],
        [one.about.mode for one in postings],
        [one.about.tier for one in postings],
    ]


def pending_values(institution: int, made: Transaction) -> list[Any]:
    """A pending transaction as a row."""
    return [
        institution,
        made.key,
        made.value_on,
        made.booked_on,
        made.text,
        made.reverses,
        made.corrects,
        made.pair,
        len(made.postings),
        json.dumps([_held(one) for one in made.postings]),
    ]


def _held(one: Posting) -> list[Any]:
    """A posting as a pending transaction holds it."""
    about = one.about
    places = (about.agreement, about.party, about.sheet, about.mode, about.tier)
    return [one.account, one.fen, one.currency, *places]


def transaction_of(found: Sequence[Any], books: str) -> Transaction:
    """A transaction from its row, in books of that kind."""
    _, key, value_on, booked_on, text, reverses, corrects, pair, held = found
    postings = tuple(
        Posting(account, fen, Dimensions(*about), currency)
        for account, fen, currency, *about in json.loads(held)
    )
    return Transaction(
        key,
        value_on,
        booked_on,
        postings,
        text,
        books=books,
        reverses=reverses,
        corrects=corrects,
        pair=pair,
    )
