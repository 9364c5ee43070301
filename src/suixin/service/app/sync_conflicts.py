"""Two things told of one household: both are kept and shown; a person who told neither picks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.app import parties
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.commissions import give_back
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may, may
from suixin.service.app.sync_ops import Operation, opened, operation_of, seal_key
from suixin.service.store import people
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting, query

SAME_HOUSEHOLD, SAME_PHONE, EDIT = "same_household", "same_phone", "edit"
LISTED_MAX: Final = 100
_RAISE: Final = """
    insert into station_conflict (institution_id, conflict, kind, village_code, party_id,
                                  other_party, op_id, first_op, agents, raised_at)
    select %s, %s, %s, coalesce(p.village_code, ''), %s, %s, %s, coalesce(e.op_id, ''),
           array(select distinct one from unnest(array[%s, e.agent]) as one where one is not null),
           %s
      from (select 1) as always
      left join party as p on p.institution_id = %s and p.party_id = %s
      left join station_entity as e on e.institution_id = p.institution_id
                                   and e.party_id = p.party_id and e.entity = p.party_id
    on conflict do nothing
"""
_COLUMNS: Final = """conflict, kind, village_code, party_id, other_party, op_id, first_op, agents,
                     raised_at, standing, verdict, settled_by, settled_at, settled_why"""
_ONE: Final = f"select {_COLUMNS} from station_conflict where institution_id = %s and conflict = %s"
_LISTED: Final = f"""
    select {_COLUMNS} from station_conflict
     where institution_id = %s and (standing = 'open' or not %s) and (%s = '' or %s = any (agents))
     order by raised_at desc, conflict limit %s
"""
_OPERATION: Final = """
    select told, sealed, agent, received_at from station_operation
     where institution_id = %s and op_id = %s
"""
_SETTLE: Final = """
    update station_conflict set standing = 'settled', verdict = %s, settled_by = %s,
                                settled_at = %s, settled_why = %s
     where institution_id = %s and conflict = %s
"""
_CLOSE: Final = """
    update station_operation set outcome = 'applied', code = %s, words = %s, sealed = ''
     where institution_id = %s and op_id = %s and outcome = 'conflict'
"""
_VERSION: Final = """
    select sealed from personal_field where institution_id = %s and party_id = %s and name = %s
"""


class Verdict(StrEnum):
    """What a person picks: what stands already, or what came second.

    Of two households with one telephone: that they are one (`first`), or two (`second`).
    """

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two told one thing. `agents` are whom it concerns; `verdict` is empty while it is open."""

    conflict: str
    kind: str
    village: str
    party: str
    other_party: str
    op_id: str
    first_op: str
    agents: tuple[str, ...]
    raised_at: datetime
    standing: str
    verdict: str
    settled_by: str
    settled_at: datetime | None
    settled_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A conflict with both sides in clear, for who settles it."""

    conflict: Conflict
    first: Mapping[str, str]
    second: Mapping[str, str]
    second_by: str
    second_at: datetime


def raise_conflict(
    actor: Actor, kind: str, op: Operation, parties: tuple[str, str], *, at: datetime
) -> str:
    """Note a conflict of an operation with what stands of the first party; its name."""
    first, other = parties
    name = f"c-{sha256(op.op_id.encode()).hexdigest()[:20]}"
    given = [actor.institution, name, kind, first, other, op.op_id, actor.by, at]
    query(_RAISE, [*given, actor.institution, first])
    return name


def conflicts(caller: Caller, *, open_only: bool = True) -> tuple[Conflict, ...]:
    """Conflicts, the newest first, 100 at most: an agent those that concern him.

    Raises `InputError` NOT_PERMITTED.
    """
    if not (may(caller, Act.SYNC_DEVICE) or may(caller, Act.SETTLE_CONFLICT)):
        raise forbidden(caller, "To see what agents told differently is not yours.")
    own = caller.by if Duty.STATION_AGENT in caller.duties else ""
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at conflicts")
    with acting(actor):
        rows = query(_LISTED, [caller.institution, open_only, own, own, LISTED_MAX])
    return tuple(_conflict(row) for row in rows)


def sides(caller: Caller, conflict: str) -> Sides:
    """Both sides of a conflict; raises `InputError` NOT_PERMITTED, NO_CONFLICT, SEAL, ERASED."""
    check_may(caller, Act.SETTLE_CONFLICT)
    actor = caller.actor("looked at a conflict")
    with acting(actor):
        found = _found(actor, conflict)
        ((told, sealed, agent, received),) = query(_OPERATION, [actor.institution, found.op_id])
        first = _kept_of(actor, found.party)
        if found.other_party:
            second = _kept_of(actor, found.other_party)
        else:
            second = _sent(actor, operation_of(json.loads(told), sealed=sealed)) if sealed else {}
    return Sides(conflict=found, first=first, second=second, second_by=agent, second_at=received)


def settle(caller: Caller, conflict: str, verdict: Verdict, *, why: str, at: datetime) -> Conflict:
    """Pick a side; what came second is taken over, or is dropped, and the operation is done with.

    Raises `InputError` NOT_PERMITTED, NO_CONFLICT, SETTLED, SAME_PERSON, WHY, ERASED,
    IDENTITY_TAKEN.
    """
    check_may(caller, Act.SETTLE_CONFLICT)
    if not why.strip():
        raise InputError("WHY", "No reason is given.", "Say in a sentence why.")
    actor = caller.actor(why.strip())
    with acting(actor):
        found = _found(actor, conflict, locked=True)
        if found.standing != "open":
            wrong = f"The conflict {conflict} was settled by {found.settled_by}."
            raise InputError("SETTLED", wrong, "Look at it anew.")
        if caller.by in found.agents:
            wrong = "You told one of the two sides yourself."
            raise InputError("SAME_PERSON", wrong, "Let another person settle it.")
        _done(caller, actor, found, verdict, at)
        query(
            _SETTLE,
            [verdict.value, caller.by, at, why.strip()[:400], actor.institution, conflict],
        )
        words = f"A person settled it: the {verdict.value} stands."
        query(_CLOSE, ["SETTLED", words, actor.institution, found.op_id])
        return _found(actor, conflict)


def version_of(actor: Actor, party: str, name: Personal) -> str:
    """Which writing of a personal field this is: another with each change, and tells nothing."""
    for (sealed,) in query(_VERSION, [actor.institution, party, name.value]):
        return sha256(bytes(sealed)).hexdigest()[:16]
    return ""


def _done(caller: Caller, actor: Actor, found: Conflict, verdict: Verdict, at: datetime) -> None:
    if found.kind == SAME_PHONE:
        if verdict is Verdict.FIRST:
            give_back(actor, found.other_party, "one household, registered twice", at=at)
        return
    if verdict is Verdict.FIRST:
        return
    ((told, sealed, _, _),) = query(_OPERATION, [actor.institution, found.op_id])
    second = _sent(actor, operation_of(json.loads(told), sealed=sealed))
    fields = {Personal(name): text for name, text in second.items() if name in parties.OWN and text}
    if fields:
        why = f"conflict {found.conflict} settled"
        parties.correct_mine(caller, found.party, fields, why=why, at=at)


def _sent(actor: Actor, op: Operation) -> dict[str, str]:
    """What an operation told of a household, in clear."""
    told = opened(op, seal_key(ring(), actor.institution, op.key))
    if op.kind == "edit":
        return {str(told["field"]): str(told["value"])}
    return {name: str(told[name]) for name in (*Personal, "village") if told.get(name)}


def _kept_of(actor: Actor, party: str) -> dict[str, str]:
    if not party:
        return {}
    found = people.personal(actor, ring(), party)
    return {name.value: text for name, text in found.items()}


def _found(actor: Actor, conflict: str, *, locked: bool = False) -> Conflict:
    for row in query(_ONE + (" for update" if locked else ""), [actor.institution, conflict]):
        return _conflict(row)
    raise InputError("NO_CONFLICT", f"There is no conflict {conflict}.", "Check the id.")


def _conflict(row: tuple[Any, ...]) -> Conflict:
    name, kind, village, party, other, op_id, first, agents, raised, *ended = row
    standing, verdict, by, at, why = ended
    return Conflict(
        conflict=name,
        kind=kind,
        village=village,
        party=party,
        other_party=other,
        op_id=op_id,
        first_op=first,
        agents=tuple(agents),
        raised_at=raised,
        standing=standing,
        verdict=verdict,
        settled_by=by,
        settled_at=at,
        settled_why=why,
    )
