"""Warnings on credit files: whose newest file carries which sign, and what it left out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor, acting, query

WARNING: Final = ("WASH_TRADE", "ENDORSEMENT_RING", "REVIEW_FARM", "BOT_BURST", "FALLING")
"""Signs that call for a person, the gravest first."""
LISTED_MAX: Final = 200
_LAST: Final = """
    with last as (
        select distinct on (subject) subject, as_of, limit_fen, content -> 'file' as file
          from credit_file
         where institution_id = %(institution)s and as_of <= %(on)s
         order by subject, as_of desc, version desc)
"""
_WARNED: Final = f"""
    {_LAST}
    select subject, as_of, limit_fen, file -> 'signs', file -> 'facts' -> 'zeroed' from last
     where file -> 'signs' ?| %(signs)s::text[] and subject > %(after)s
     order by subject limit %(limit)s
"""
_COUNT: Final = f"""
    {_LAST} select count(*) from last where file -> 'signs' ?| %(signs)s::text[]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A subject with warnings: its signs, gravest first, and the sales that do not count (fen)."""

    subject: str
    as_of: date
    signs: tuple[str, ...]
    orders: int
    fen: int
    limit_fen: int


def warned(
    caller: Caller, *, on: date, sign: str = "", after: str = "", limit: int = LISTED_MAX
) -> tuple[Warned, ...]:
    """Subjects whose file in force on a day warns, by their ids, from the one `after`.

    Raises `InputError` NOT_PERMITTED.
    """
    actor = _actor(caller)
    given = {
        "institution": caller.institution,
        "on": on,
        "signs": [sign] if sign else list(WARNING),
        "after": after,
        "limit": max(1, min(limit, LISTED_MAX)),
    }
    with acting(actor):
        rows = query(_WARNED, given)
    return tuple(_warned(*row) for row in rows)


def warned_count(caller: Caller, *, on: date) -> int:
    """How many subjects have a file in force on a day that warns."""
    actor = _actor(caller)
    given = {"institution": caller.institution, "on": on, "signs": list(WARNING)}
    with acting(actor):
        ((count,),) = query(_COUNT, given)
    return int(count)


def _actor(caller: Caller) -> Actor:
    check_may(caller, Act.SEE_CREDIT_FILE)
    if caller.duties == {Duty.HOUSEHOLD} or Duty.PARTNER in caller.duties:
        raise forbidden(caller, "To see who is warned of is the lender's people's.")
    return Actor(institution=caller.institution, by=caller.by, why="looked at warnings")


def _warned(subject: str, as_of: date, limit_fen: int, signs: str, zeroed: str) -> Warned:
    known = json.loads(signs) if isinstance(signs, str) else signs
    out = json.loads(zeroed) if isinstance(zeroed, str) else zeroed
    return Warned(
        subject=subject,
        as_of=as_of,
        signs=tuple(sign for sign in WARNING if sign in known),
        orders=sum(orders for orders, _ in out.values()),
        fen=sum(fen for _, fen in out.values()),
        limit_fen=limit_fen,
    )
