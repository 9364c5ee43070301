"""What a station's device is told when it is on line: what changed in its agent's villages.

An agent's transaction reads it, so that row security has no row of another village in it. What is
told of a household is the least that the next visit needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.commissions import Commission, commissions
from suixin.service.app.day import CHINA
from suixin.service.app.devices import own_device, service_actor
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may
from suixin.service.app.sync_conflicts import Conflict, conflicts, version_of
from suixin.service.app.sync_tasks import Task, open_tasks
from suixin.service.store import people
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting, query

CHANGES_MAX: Final = 500
OUTCOMES_MAX: Final = 500
# What is below it is committed or taken back: nothing of it can still appear.
_HORIZON: Final = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_CHANGED: Final = """
    select written_by, number, party_id, gone from station_change
     where institution_id = %s and (written_by, number) > (%s, %s) and written_by < %s
     order by written_by, number limit %s
"""
_THERE: Final = """
    select party_id, village_code from party
     where institution_id = %s and kind in ('household', 'person') and party_id = any (%s)
"""
_ALL: Final = """
    select party_id, village_code from party as p
     where institution_id = %s and kind in ('household', 'person')
       and not exists (select from erasure as e
                        where (e.institution_id, e.party_id) = (p.institution_id, p.party_id))
     order by id desc limit %s
"""
_CONSENTS: Final = """
    select party_id, consent, purpose, until from consent
     where institution_id = %s and party_id = any (%s) and revoked_at is null and until >= %s
     order by consent
"""
_OUTCOMES: Final = """
    select op_id, seq, outcome, code, words, result from station_operation
     where institution_id = %s and device = %s order by seq desc limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The least of a household: what it is called, the end of its telephone, its consents.

    `versions` name the writing of each field that may be corrected.
    """

    party: str
    village: str
    name: str
    phone_end: str
    versions: Mapping[str, str]
    consents: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedOp:
    """What came of an operation by now."""

    op_id: str
    seq: int
    outcome: str
    code: str
    words: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What changed since a cursor. `reset`: what the device holds of households is replaced by it.

    `gone` are parties that left the villages or were erased: they are forgotten.
    """

    reset: bool
    households: tuple[Household, ...]
    gone: tuple[str, ...]
    tasks: tuple[Task, ...]
    outcomes: tuple[EndedOp, ...]
    conflicts: tuple[Conflict, ...]
    commissions: tuple[Commission, ...]
    villages: tuple[str, ...]
    server_at: datetime
    next: str
    more: bool


def pull(caller: Caller, device: str, cursor: str, *, at: datetime) -> Pulled:
    """What changed since a cursor; all there is where it is empty or the villages are others.

    Raises `InputError` NOT_PERMITTED, NO_DEVICE, DEVICE_REVOKED, CURSOR.
    """
    check_may(caller, Act.SYNC_DEVICE)
    own_device(caller, device)
    day = at.astimezone(CHINA).date()
    after = _after(cursor, caller.villages)
    actor = caller.actor("followed his villages")
    with acting(actor):
        ((horizon,),) = query(_HORIZON)
        rows: list[tuple[Any, ...]] = []
        if after is not None:
            rows = query(_CHANGED, [actor.institution, *after, horizon, CHANGES_MAX])
        more = len(rows) == CHANGES_MAX
        parties, gone = _parties(actor, after, rows, day)
        households = _households(actor, parties, day)
        gone |= {name for name, _ in parties} - {one.party for one in households}
        tasks = open_tasks(actor, at=at)
    last = rows[-1][:2] if more else (horizon - 1, 2**62)
    return Pulled(
        reset=after is None,
        households=households,
        gone=tuple(sorted(gone)),
        tasks=tasks,
        outcomes=_outcomes(caller, device),
        conflicts=conflicts(caller, open_only=False),
        commissions=commissions(caller, since=day.replace(day=1)),
        villages=caller.villages,
        server_at=at,
        next=f"{last[0]}.{last[1]}.{_mark(caller.villages)}",
        more=more,
    )


def _parties(
    actor: Actor,
    after: tuple[int, int] | None,
    rows: Sequence[tuple[Any, ...]],
    day: date,
) -> tuple[list[tuple[str, str]], set[str]]:
    """Parties to tell of, with their villages, and those that went."""
    if after is None:
        most = load_policy("stations").on(day)["device.households"]
        return [(name, village) for name, village in query(_ALL, [actor.institution, most])], set()
    changed = {party for _, _, party, _ in rows}
    found = [
        (name, village) for name, village in query(_THERE, [actor.institution, sorted(changed)])
    ]
    went = {party for _, _, party, gone in rows if gone}
    return found, went - {name for name, _ in found}


def _households(
    actor: Actor, parties: Sequence[tuple[str, str]], day: date
) -> tuple[Household, ...]:
    given: dict[str, list[tuple[str, str, date]]] = {name: [] for name, _ in parties}
    for party, consent, purpose, until in query(_CONSENTS, [actor.institution, list(given), day]):
        given[party].append((consent, purpose, until))
    keys, found = ring(), []
    for name, village in parties:
        try:
            told = people.personal(actor, keys, name)
        except InputError as fault:
            if fault.code != "ERASED":
                raise
            continue
        found.append(
            Household(
                party=name,
                village=village,
                name=told.get(Personal.NAME, ""),
                phone_end=told.get(Personal.PHONE, "")[-4:],
                versions={
                    field.value: version_of(actor, name, field)
                    for field in (Personal.PHONE, Personal.ADDRESS)
                },
                consents=tuple(given[name]),
            )
        )
    return tuple(found)


def _outcomes(caller: Caller, device: str) -> tuple[EndedOp, ...]:
    actor = service_actor("looked what came of his operations", caller)
    with acting(actor):
        rows = query(_OUTCOMES, [actor.institution, device, OUTCOMES_MAX])
    return tuple(
        EndedOp(
            op_id=op_id, seq=seq, outcome=outcome, code=code, words=words, result=json.loads(result)
        )
        for op_id, seq, outcome, code, words, result in rows
    )


def _after(cursor: str, villages: tuple[str, ...]) -> tuple[int, int] | None:
    """The place after which changes are told; None where all is told anew."""
    if not cursor:
        return None
    parts = cursor.split(".")
    if len(parts) != 3 or not all(one.isascii() and one.isdecimal() for one in parts[:2]):
        raise InputError("CURSOR", "That is no cursor of a sync.", "Begin without one.")
    place = (int(parts[0]), int(parts[1]))
    if max(place) >= 2**63:
        raise InputError("CURSOR", "That is no cursor of a sync.", "Begin without one.")
    return place if parts[2] == _mark(villages) else None


def _mark(villages: tuple[str, ...]) -> str:
    """Of which villages a device holds the households: where they change all is told anew."""
    return sha256(",".join(sorted(villages)).encode()).hexdigest()[:12]
