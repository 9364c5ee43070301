"""A batch of agreements worked in one transaction of the database: all of it, or nothing."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.classification import Grade
from suixin.lending.differences import differences
from suixin.lending.events import Event
from suixin.lending.merchant import merchants_part
from suixin.lending.running import ONE_DAY, ServicingRules
from suixin.lending.states import Life
from suixin.lending.transaction import Transaction
from suixin.service.day_end import items, past
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.day_end.grading import (
    Facts,
    grade_of,
    looked_at_on,
    reminded,
    thresholds,
)
from suixin.service.day_end.items import Item, Kind
from suixin.service.day_end.loading import histories_of, terms_of_all
from suixin.service.day_end.plain import work_plain
from suixin.service.day_end.quiet import after_quiet, wakes_on
from suixin.service.day_end.state_rows import COLUMNS, NAMES, row_of, state_of
from suixin.service.day_end.worked import Worked, goes_on, worked
from suixin.service.store.books import StoredBooks
from suixin.service.store.event_rows import event_of
from suixin.service.store.session import Actor, acting, again, query

_LOCKED: Final = f"""
    select agreement, {NAMES} from agreement_state
     where institution_id = %s and agreement = any (%s::text[]) and worked_through < %s
     order by agreement for update
"""
_FRESH: Final = """
    select agreement, kind, key, value_on, booked_on, content::text from agreement_event
     where institution_id = %s and agreement = any (%s::text[]) and booked_on = %s
     order by agreement, value_on, key
"""
# Lists within lists are sent as text; a text that no state has stands for none.
_NONE: Final = ""
_SENT: Final = ", ".join(
    f"%s::{'text' if kind == 'text' or kind.endswith('[]') else kind}[]" for _, kind in COLUMNS
)
_READ: Final = ", ".join(
    f"nullif(u.{name}, '{_NONE}')::{kind}"
    if kind.endswith("[]") or name == "other"
    else f"u.{name}"
    for name, kind in COLUMNS
)
_WRITE: Final = f"""
    update agreement_state as s set ({NAMES}) = row ({_READ})
      from unnest(%s::text[], {_SENT}) as u(agreement, {NAMES})
     where s.institution_id = %s and s.agreement = u.agreement
"""
_CONTRIBUTE: Final = """
    insert into day_contribution (institution_id, day, first, agreements, value_ons, debits,
                                  credits, fens, refused)
    values (%s, %s, %s, %s::text[], %s::date[], %s::text[], %s::text[], %s::bigint[], %s::jsonb)
"""


# New objects after which a worker looks for cycles, of which a batch makes none.
_LOOK_AFTER: Final = 200_000
_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>.


@dataclass(frozen=True, slots=True)
class _Stood:
    """An agreement before its day: its state, its grade, what was found of it, its events."""

    state: AgreementState | None
    grade: int
    facts: Facts
    fresh: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """The same after it."""

    terms: AgreementTerms
    worked: Worked
    wake_on: date | None
    grade: Grade
    items: tuple[Item, ...]
    past_changed: bool


def work_batch(actor: Actor, day: date, names: Sequence[str]) -> int:
    """Work those of these agreements that were not worked through the day yet; how many."""
    return again(partial(_work, actor, day, names))


def connect(settings: Mapping[str, Any], parent: int) -> None:
    """Point a process of its own, which does nothing but batches, at the database.

    It ends with its parent, however that ends: nobody else would give it work, or end it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    connections[DEFAULT_DB_ALIAS].settings_dict.update(settings)
    gc.set_threshold(_LOOK_AFTER)


def _work(actor: Actor, day: date, names: Sequence[str]) -> int:
    with acting(actor):
        plain = work_plain(actor, day, names, thresholds(day))
        locked = query(_LOCKED, [actor.institution, names, day])
        if not locked:
            return plain
        rows: dict[str, Sequence[Any]] = {name: row for name, *row in locked}
        books = StoredBooks(actor)
        fresh = _fresh(actor, day, list(rows))
        facts = facts_known(actor, day, list(rows))
        pasts = past.read(actor, list(fresh))
        signed = terms_of_all(actor, list(rows))
        stood = {
            name: _stood(
                terms,
                rows[name],
                pasts.get(name, ()),
                fresh.get(name, ()),
                facts.get(name, {}),
            )
            for name, terms in signed.items()
        }
        whole = [name for name, one in stood.items() if not goes_on(one.state, one.fresh, day)]
        known = histories_of(actor, whole)
        made, posted = [], []
        for name, terms in signed.items():
            was = stood[name]
            one = worked(
                terms,
                was.state,
                was.fresh,
                day,
                rules=rules_on(terms.start),
                known=known.get(name, ()),
            )
            made.append(_made(terms, one, was, day))
            own = _own(books, terms, one, day)
            posted += [*own, *merchants_part(own)]
        books.post_all(posted)
        write_rows(actor, [(one.terms.agreement, _row(one)) for one in made])
        past.write(
            actor, day, {one.terms.agreement: one.worked.state for one in made if one.past_changed}
        )
        items.put(actor, day, [item for one in made for item in one.items])
        _contribute(actor, day, sorted(made, key=lambda one: one.terms.agreement))
        return plain + len(made)


@cache
def rules_on(start: date) -> ServicingRules:
    """The rules of an agreement that began on a day."""
    return ServicingRules.of(load_policy("servicing").on(start))


def wake_on(state: AgreementState, rules: ServicingRules, day: date) -> date | None:
    """The next day on which more happens by itself than that interest grows; None: no such day."""
    days = (wakes_on(state, rules), looked_at_on(state, day))
    return min((one for one in days if one is not None), default=None)


def _fresh(actor: Actor, day: date, names: Sequence[str]) -> dict[str, tuple[Event, ...]]:
    """What was booked on the day, by agreement."""
    found: dict[str, tuple[Event, ...]] = {}
    for name, kind, key, value_on, booked_on, content in query(
        _FRESH, [actor.institution, names, day]
    ):
        event = event_of(kind, key, value_on, booked_on, json.loads(content))
        found[name] = (*found.get(name, ()), event)
    return found


def _stood(
    terms: AgreementTerms,
    row: Sequence[Any],
    lines: Sequence[Any],
    fresh: tuple[Event, ...],
    facts: Facts,
) -> _Stood:
    told = dict(zip((name for name, _ in COLUMNS), row, strict=True))
    state = state_of(terms, row, lines) if told["life"] else None
    return _Stood(state, told["grade"], facts, fresh)


def _made(terms: AgreementTerms, one: Worked, stood: _Stood, day: date) -> _Made:
    state = one.state
    grade = grade_of(state, stood.facts, day)
    before = 0
    if stood.state is not None and stood.state.on < day:
        before = after_quiet(terms, stood.state, day - ONE_DAY).days_past_due
    return _Made(
        terms,
        one,
        wake_on(state, rules_on(terms.start), day),
        grade,
        tuple(_items(terms, state, (stood.grade, grade), (before, day))),
        past_changed=bool(stood.fresh) or stood.state is None or one.rewritten,
    )


def _items(
    terms: AgreementTerms,
    state: AgreementState,
    grades: tuple[int, Grade],
    late: tuple[int, date],
) -> list[Item]:
    """What is to be done about an agreement whose day was worked."""
    before, day = late
    now, name, found = state.days_past_due, terms.agreement, []
    most = reminded(before, now, day) if state.life is not Life.CLOSED else None
    if most is not None:
        found.append(Item(day, name, Kind.REMINDER, {"days": now, "more_than": most}))
    if grades[0] != grades[1]:
        found.append(Item(day, name, Kind.GRADE, {"from": grades[0], "to": int(grades[1])}))
    owed = {"principal_fen": state.principal_fen, "interest_fen": state.suspended_interest_fen}
    if state.life is Life.DEFAULTED:
        called_after = rules_on(terms.start).default_days
        claimed_after = load_policy("fund").on(day)["fund.claim"]["past_due"]
        for kind, after in ((Kind.GUARANTEE_CALL, called_after), (Kind.FUND_CLAIM, claimed_after)):
            if before <= after < now:
                found.append(Item(day, name, kind, {"days": now, **owed}))
    return found


def _own(books: StoredBooks, terms: AgreementTerms, one: Worked, day: date) -> list[Transaction]:
    """What is posted for an agreement alone."""
    if one.rewritten:
        name = terms.agreement
        return list(
            differences(books, one.transactions, agreement=name, booked_on=day, books=books.name)
        )
    return [made for made in one.transactions if made.books == books.name]


def write_rows(actor: Actor, rows: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Write states by their agreements, each in the order of `COLUMNS`. A part of a transaction."""
    columns = [
        [_text(one) for one in column] if kind == "text" or kind.endswith("[]") else list(column)
        for column, (_, kind) in zip(
            zip(*(row for _, row in rows), strict=True), COLUMNS, strict=True
        )
    ]
    query(_WRITE, [[name for name, _ in rows], *columns, actor.institution])


def _row(one: _Made) -> tuple[Any, ...]:
    return row_of(one.terms, one.worked.state, wake_on=one.wake_on, grade=one.grade)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return _NONE if value is None else str(value)


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
