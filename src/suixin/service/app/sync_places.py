"""Where an operation belongs: which party it is about, and whether the village was the agent's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller
from suixin.service.app.sync_ops import Happened
from suixin.service.store.session import query

_VILLAGES: Final = """
    select villages from user_history
     where 'user:' || pgh_obj_id = %s and pgh_created_at <= %s order by pgh_id desc limit 1
"""
_ENTITY: Final = """
    select party_id from station_entity where institution_id = %s and entity = %s
"""
_REGISTERED: Final = """
    select outcome from station_operation
     where institution_id = %s and entity = %s and kind = 'register' order by received_at limit 1
"""
_VILLAGE: Final = "select village_code from party where institution_id = %s and party_id = %s"
_WAITS: Final = {"held": "DEPENDS_ON_HELD", "conflict": "DEPENDS_ON_CONFLICT"}


def check_place(when: Happened, caller: Caller, village: str) -> str:
    """Whether an operation in a village is the agent's: it is his now, or was when it was done.

    Where it may have been, but the time is not certain, it waits: the words why. Raises
    `InputError` NOT_YOURS.
    """
    if village in caller.villages or village in _villages_at(caller, when.at):
        return ""
    if when.uncertain and village in _villages_at(caller, when.after):
        return f"The village {village} went to another agent, and when this was done is uncertain."
    wrong = f"The village {village} is not yours."
    raise InputError("NOT_YOURS", wrong, "Its own agent does it.")


def caller_then(village: str, caller: Caller) -> Caller:
    """The agent with a village that was his when something was done; `check_place` comes first."""
    return replace(caller, villages=tuple(dict.fromkeys((*caller.villages, village))))


def party_for(when: Happened, caller: Caller, entity: str) -> tuple[str, str]:
    """The party that a device calls by a name, or the code of what it waits for.

    Raises `InputError` NO_PARTY, DEPENDS_ON_REFUSED.
    """
    rows = query(_ENTITY, [caller.institution, entity])
    party = rows[0][0] if rows else entity
    if not rows:
        for (outcome,) in query(_REGISTERED, [caller.institution, entity]):
            if outcome == "refused":
                wrong = "What this rests on was refused."
                raise InputError("DEPENDS_ON_REFUSED", wrong, "Register the household anew.")
            if outcome in _WAITS:
                return "", _WAITS[outcome]
    missing = InputError("NO_PARTY", f"There is no party {entity}.", "Check the id.")
    found = query(_VILLAGE, [caller.institution, party])
    if not found:
        raise missing
    try:
        waits = check_place(when, caller, found[0][0])
    except InputError as fault:
        # Of another's village: the same words as for one that never was.
        raise missing from fault
    return party, "VILLAGE_MOVED" if waits else ""


def _villages_at(caller: Caller, at: datetime) -> tuple[str, ...]:
    for (villages,) in query(_VILLAGES, [caller.by, at]):
        return tuple(villages)
    return ()
