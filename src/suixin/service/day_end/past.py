"""What an agreement remembers of its orders, receipts and draws: lines that only add up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from suixin.lending.agreement import AgreementState
from suixin.service.day_end.state_rows import past_of
from suixin.service.store.session import Actor, query

_LINES: Final = """
    select agreement, told::text from agreement_past
     where institution_id = %s and agreement = any (%s::text[])
     order by agreement, day, line
"""
_CLEAR: Final = """
    delete from agreement_past where institution_id = %s and agreement = any (%s::text[])
"""
_WRITE: Final = """
    insert into agreement_past (institution_id, agreement, day, line, told)
    select %s, u.agreement, %s, 0, u.told::jsonb
      from unnest(%s::text[], %s::text[]) as u(agreement, told)
"""


def read(actor: Actor, names: Sequence[str]) -> dict[str, list[Any]]:
    """The lines of these agreements, each list in its order. A part of a transaction."""
    found: dict[str, list[Any]] = {}
    for name, told in query(_LINES, [actor.institution, names]) if names else ():
        found.setdefault(name, []).append(json.loads(told))
    return found


def write(actor: Actor, day: date, states: Mapping[str, AgreementState]) -> None:
    """Put what these states remember in the place of all lines that stood."""
    if states:
        names = list(states)
        query(_CLEAR, [actor.institution, names])
        query(_WRITE, [actor.institution, day, names, [past_of(one) for one in states.values()]])
