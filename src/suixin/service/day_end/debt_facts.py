"""What is found of a debt beside its payments: entered as it is booked, graded at the day's end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.service.day_end.grading import FACTS, Facts
from suixin.service.store.agreements import terms_of
from suixin.service.store.session import Actor, acting, query

_ENTER: Final = """
    insert into debt_fact (institution_id, agreement, key, kind, since, booked_on, found)
    values (%s, %s, %s, %s, %s, %s, %s::jsonb)
    on conflict (institution_id, agreement, key) do nothing returning key
"""
_SAME: Final = """
    select kind, since, booked_on, found::text from debt_fact
     where institution_id = %s and agreement = %s and key = %s
"""
_ALL: Final = """
    select key, kind, since, booked_on, found::text from debt_fact
     where institution_id = %s and agreement = %s order by booked_on, since, key
"""
# The last that was found of each kind to a day.
_KNOWN: Final = """
    select distinct on (agreement, kind) agreement, kind, since, found::text from debt_fact
     where institution_id = %s and agreement = any (%s::text[]) and booked_on <= %s
     order by agreement, kind, booked_on desc, since desc, key desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtFact:
    """What was found of a debt, since when it is so, and the day it was booked on.

    `found` is True or False for technical, misused and renewed; bps for impaired; for claims, of a
    business, (bad here, overdue everywhere) in bps of all its claims.
    """

    key: str
    kind: str
    since: date
    booked_on: date
    found: bool | int | tuple[int, int]


def enter(actor: Actor, agreement: str, fact: DebtFact) -> bool:
    """Enter a fact for the end of the day it is booked on; whether it is new.

    Raises `InputError` NO_AGREEMENT, DEBT_FACT, KEY_TAKEN, DAY_CLOSED.
    """
    _check(fact)
    given = [fact.key, fact.kind, fact.since, fact.booked_on, json.dumps(fact.found)]
    with acting(actor):
        terms_of(actor, agreement)
        if query(_ENTER, [actor.institution, agreement, *given]):
            return True
        ((*same, told),) = query(_SAME, [actor.institution, agreement, fact.key])
        if (*same, json.loads(told)) != (*given[1:4], json.loads(json.dumps(fact.found))):
            wrong = f"Another fact of {agreement} is called {fact.key}."
            raise InputError("KEY_TAKEN", wrong, "Rename one, or send the same again.")
        return False


def of(actor: Actor, agreement: str) -> tuple[DebtFact, ...]:
    """All that was ever found of an agreement, in the order in which it was booked."""
    with acting(actor):
        rows = query(_ALL, [actor.institution, agreement])
    return tuple(
        DebtFact(
            key=key,
            kind=kind,
            since=since,
            booked_on=booked_on,
            found=tuple(found) if isinstance(found, list) else found,
        )
        for key, kind, since, booked_on, text in rows
        for found in (json.loads(text),)
    )


def facts_known(actor: Actor, day: date, names: Sequence[str]) -> dict[str, Facts]:
    """What was found of these agreements to a day. A part of a transaction."""
    found: dict[str, dict[str, tuple[date, Any]]] = {}
    for name, kind, since, told in query(_KNOWN, [actor.institution, names, day]):
        found.setdefault(name, {})[kind] = (since, json.loads(told))
    return dict(found)


def _check(fact: DebtFact) -> None:
    bps = {"impaired": 1, "claims": 2}.get(fact.kind, 0)
    told = fact.found if isinstance(fact.found, tuple) else (fact.found,)
    fits = (
        len(told) == bps and all(type(one) is int and 0 <= one <= BPS_PER_WHOLE for one in told)
        if bps
        else type(fact.found) is bool
    )
    if fact.kind not in FACTS or not fits or fact.booked_on < fact.since:
        wrong = f"{fact.key}: {fact.found!r} is nothing that {fact.kind} can be found to be."
        hint = (
            f"Kinds are {', '.join(FACTS)}; give yes or no, or bps up to 10000, and days in order."
        )
        raise InputError("DEBT_FACT", wrong, hint)
