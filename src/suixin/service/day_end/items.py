"""What the end of a day found is to be done: reminders to send, and work for people.

The day's end only queues. A job sends what is for the debtor, a person proposes what moves money;
either then says that it is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.store.session import Actor, acting, query


class Kind(StrEnum):
    """What is to be done."""

    REMINDER = "reminder"  # To the debtor: so many days past due.
    GRADE = "grade"  # The grade changed.
    GUARANTEE_CALL = "guarantee_call"  # Guarantors may be called.
    FUND_CLAIM = "fund_claim"  # The fund may be asked.
    SUBSIDY = "subsidy"  # Interest that public money may pay.
    SUSPENSE = "suspense"  # Money that nobody placed for too long.


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to do, by its day, its agreement and its kind; `content` as its kind has it."""

    day: date
    agreement: str
    kind: Kind
    content: Mapping[str, Any]
    done_at: datetime | None = None


_PUT: Final = """
    insert into day_item (institution_id, day, agreement, kind, content)
    select %s, %s, u.agreement, u.kind, u.content::jsonb
      from unnest(%s::text[], %s::text[], %s::text[]) as u(agreement, kind, content)
"""
_OPEN: Final = """
    select day, agreement, kind, content::text, done_at from day_item
     where institution_id = %(institution)s and kind = any (%(kinds)s::text[])
       and done_at is null
       and (%(day)s::date is null or (day, agreement, kind) > (%(day)s, %(agreement)s, %(kind)s))
     order by day, agreement, kind limit %(limit)s
"""
_OF: Final = """
    select day, agreement, kind, content::text, done_at from day_item
     where institution_id = %s and agreement = %s order by day, kind
"""
_DONE: Final = """
    update day_item set done_at = %s, done_by = %s
     where institution_id = %s and day = %s and agreement = %s and kind = %s and done_at is null
 returning day
"""


def put(actor: Actor, day: date, items: Sequence[Item]) -> None:
    """Queue things to do. A part of the day's own transaction."""
    if items:
        given = [
            [one.agreement for one in items],
            [one.kind.value for one in items],
            [json.dumps(dict(one.content)) for one in items],
        ]
        query(_PUT, [actor.institution, day, *given])


def open_items(
    actor: Actor,
    kinds: Sequence[Kind] = tuple(Kind),
    *,
    after: Item | None = None,
    limit: int = 100,
) -> tuple[Item, ...]:
    """What is still to be done, the oldest first; `after` is the last that was had."""
    given = {
        "institution": actor.institution,
        "kinds": [kind.value for kind in kinds],
        "day": after and after.day,
        "agreement": after and after.agreement,
        "kind": after and after.kind.value,
        "limit": limit,
    }
    with acting(actor):
        return tuple(_item(*row) for row in query(_OPEN, given))


def items_of(actor: Actor, agreement: str) -> tuple[Item, ...]:
    """All that was ever queued of an agreement."""
    with acting(actor):
        return tuple(_item(*row) for row in query(_OF, [actor.institution, agreement]))


def done(actor: Actor, item: Item, *, at: datetime) -> bool:
    """Say that it is done; whether it was open. Raises `InputError` NO_ITEM."""
    place = [actor.institution, item.day, item.agreement, item.kind.value]
    with acting(actor):
        if query(_DONE, [at, actor.by, *place]):
            return True
        if any(
            one.day == item.day and one.kind is item.kind for one in items_of(actor, item.agreement)
        ):
            return False
    wrong = f"There is no {item.kind.value} of {item.agreement} on {item.day}."
    raise InputError("NO_ITEM", wrong, "Take one from the list of what is open.")


def _item(day: date, agreement: str, kind: str, content: str, done_at: datetime | None) -> Item:
    return Item(day, agreement, Kind(kind), json.loads(content), done_at)
