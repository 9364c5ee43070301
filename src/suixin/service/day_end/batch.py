"""A batch of agreements worked in one transaction of the database: all of it, or nothing."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.differences import differences
from suixin.lending.events import Event
from suixin.lending.running import SERVED, ServicingRules
from suixin.lending.transaction import Transaction
from suixin.service.day_end.quiet import overdue_fen, wakes_on
from suixin.service.day_end.state_rows import past_of, state_of, text_of
from suixin.service.day_end.worked import Worked, worked
from suixin.service.store import models
from suixin.service.store.agreements import history_of, terms_from
from suixin.service.store.books import StoredBooks
from suixin.service.store.event_rows import event_of
from suixin.service.store.session import Actor, acting, again, query

_LOCKED: Final = """
    select agreement, state, past from agreement_state
     where institution_id = %s and agreement = any (%s::text[]) and worked_through < %s
     order by agreement for update
"""
_FRESH: Final = """
    select agreement, kind, key, value_on, booked_on, content::text from agreement_event
     where institution_id = %s and agreement = any (%s::text[]) and booked_on = %s
     order by agreement, value_on, key
"""
COLUMNS: Final = (
    *(("worked_through", "date"), ("wake_on", "date"), ("accrues", "boolean")),
    *(("non_accrual", "boolean"), ("rate_bps", "integer"), ("anchor_on", "date")),
    *(("accrued_num", "numeric"), ("interest_booked_fen", "bigint"), ("penalty_num", "numeric")),
    *(("penalty_booked_fen", "bigint"), ("not_due_fen", "bigint"), ("overdue_fen", "bigint")),
    *(("principal_fen", "bigint"), ("interest_fen", "bigint"), ("penalty_fen", "bigint")),
    *(("fee_fen", "bigint"), ("suspended_fen", "bigint"), ("state", "text"), ("past", "text")),
)
_NAMES: Final = ", ".join(name for name, _ in COLUMNS)
# No text of a state holds this sign; as one text they need no quoting, which takes longer than all
# else.
_BETWEEN: Final = "\x1e"
_GIVEN: Final = ", ".join(
    f"string_to_array(%s, '{_BETWEEN}')" if kind == "text" else f"%s::{kind}[]"
    for _, kind in COLUMNS
)
_WRITE: Final = f"""
    update agreement_state as s set ({_NAMES}) = row ({", ".join(f"u.{n}" for n, _ in COLUMNS)})
      from unnest(%s::text[], {_GIVEN}) as u(agreement, {_NAMES})
     where s.institution_id = %s and s.agreement = u.agreement
"""
_CONTRIBUTE: Final = """
    insert into day_contribution (institution_id, day, first, agreements, value_ons, debits,
                                  credits, fens, refused)
    values (%s, %s, %s, %s::text[], %s::date[], %s::text[], %s::text[], %s::bigint[], %s::jsonb)
"""


# New objects after which a worker looks for cycles, of which a batch makes none.
_LOOK_AFTER: Final = 200_000


@dataclass(frozen=True, slots=True)
class _Made:
    terms: AgreementTerms
    worked: Worked
    wake_on: date | None


def work_batch(actor: Actor, day: date, names: Sequence[str]) -> int:
    """Work those of these agreements that were not worked through the day yet; how many."""
    return again(partial(_work, actor, day, names))


def connect(settings: Mapping[str, Any]) -> None:
    """Point a process of its own, which does nothing but batches, at the database."""
    connections[DEFAULT_DB_ALIAS].settings_dict.update(settings)
    gc.set_threshold(_LOOK_AFTER)


def _work(actor: Actor, day: date, names: Sequence[str]) -> int:
    with acting(actor):
        books = StoredBooks(actor)
        locked = query(_LOCKED, [actor.institution, names, day])
        states = {name: told for name, *told in locked}
        if not states:
            return 0
        left = list(states)
        fresh: dict[str, list[Event]] = {}
        for agreement, kind, key, value_on, booked_on, content in query(
            _FRESH, [actor.institution, left, day]
        ):
            event = event_of(kind, key, value_on, booked_on, json.loads(content))
            fresh.setdefault(agreement, []).append(event)
        made, posted = [], []
        for row in models.Agreement.objects.filter(
            institution_id=actor.institution, agreement__in=left
        ):
            terms, (text, past) = terms_from(row), states[row.agreement]
            one = worked(
                terms,
                state_of(text, past) if text else None,
                fresh.get(row.agreement, []),
                day,
                rules=rules_on(terms.start),
                history=partial(history_of, actor, row.agreement),
            )
            made.append(_Made(terms, one, wakes_on(one.state, rules_on(terms.start))))
            posted += _own(books, terms, one, day)
        books.post_all(posted)
        _write(actor, made)
        _contribute(actor, day, sorted(made, key=lambda one: one.terms.agreement))
        return len(made)


@cache
def rules_on(start: date) -> ServicingRules:
    """The rules of an agreement that began on a day."""
    return ServicingRules.of(load_policy("servicing").on(start))


def _own(books: StoredBooks, terms: AgreementTerms, one: Worked, day: date) -> list[Transaction]:
    """What is posted for an agreement alone."""
    if one.rewritten:
        name = terms.agreement
        return list(
            differences(books, one.transactions, agreement=name, booked_on=day, books=books.name)
        )
    return [made for made in one.transactions if made.books == books.name]


def _write(actor: Actor, made: Sequence[_Made]) -> None:
    rows = [row_of(one.worked.state, one.wake_on) for one in made]
    columns = [
        _BETWEEN.join(column) if kind == "text" else list(column)
        for column, (_, kind) in zip(zip(*rows, strict=True), COLUMNS, strict=True)
    ]
    names = [one.terms.agreement for one in made]
    query(_WRITE, [names, *columns, actor.institution])


def row_of(state: AgreementState, wake_on: date | None) -> tuple[Any, ...]:
    """A state in the order of `COLUMNS`."""
    memory = state.memory
    return (
        *(state.on, wake_on, state.life in SERVED, state.non_accrual, state.rate_bps),
        *(memory.anchor, Decimal(memory.accrued_num), memory.interest_booked_fen),
        *(Decimal(memory.penalty_num), memory.penalty_booked_fen, state.not_due_fen),
        *(overdue_fen(state), state.principal_fen),
        state.interest_fen - state.suspended_interest_fen,
        state.penalty_fen - state.suspended_penalty_fen,
        *(state.fee_fen, state.suspended_interest_fen + state.suspended_penalty_fen),
        text_of(state),
        past_of(state),
    )


def _contribute(actor: Actor, day: date, made: Sequence[_Made]) -> None:
    rows = [
        (one.terms.agreement, *place, fen)
        for one in made
        for place, fen in sorted(one.worked.contributions.items())
    ]
    columns = [[row[at] for row in rows] for at in range(5)]
    refused = [[one.terms.agreement, key] for one in made for key in one.worked.refused]
    first = made[0].terms.agreement
    query(_CONTRIBUTE, [actor.institution, day, first, *columns, json.dumps(refused)])
