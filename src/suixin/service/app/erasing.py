"""Erasing a person: by two people, at once and for good, but for what the law has kept.

Proofs stay valid: the log holds commitments, and what they hide goes. Who still owes, or stands for
another, is not erased before that ends; whose dealings the law keeps is used for nothing else, and
goes when its time is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA, business_day
from suixin.service.app.due import GONE, note_due
from suixin.service.app.evidence import tell
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.standings import standings
from suixin.service.store import people
from suixin.service.store.session import Actor, acting, query

_REFS_MAX: Final = 400
_STANDS_FOR: Final = """
    select guarantee from guarantee
     where institution_id = %s and guarantor = %s and until >= %s order by 1 limit 1
"""
_LEAVES: Final = """
    select o.leaf from opening as o
      join log_record as r on (r.institution_id, r.leaf) = (o.institution_id, o.leaf)
     where o.institution_id = %s and o.party_id = %s and (%s or r.kind in ('consent', 'decision'))
     order by r.told_at, o.leaf
"""
_FORGET: Final = "delete from opening where institution_id = %s and leaf = any (%s)"
_FIELDS: Final = """
    delete from personal_field
     where institution_id = %s and party_id = %s and not (name = any (%s))
"""
_CONSENTS: Final = """
    update consent set revoked_at = %s
     where institution_id = %s and party_id = %s and revoked_at is null
"""
_FACTS_GO: Final = (
    "delete from fact where institution_id = %s and party_id = %s",
    "delete from summary where institution_id = %s and subject = %s",
)
_GONE: Final = """
    insert into fact_gone (institution_id, party_id, since) values (%s, %s, %s)
    on conflict do nothing
"""
_WAITING: Final = """
    select g.party_id from fact_gone as g
     where g.institution_id = %s
       and not exists (select from erasure as e where e.institution_id = g.institution_id
                          and e.party_id = g.party_id)
     order by g.since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """What is kept of a person who is erased: until when, and by which text; `fields` in clear."""

    what: str
    until: date
    reference: str
    fields: tuple[str, ...]


def what_stays(caller: Caller, party_id: str, *, on: date) -> tuple[Stays, ...]:
    """What would be kept of a party were it erased on a day; nothing where it never borrowed.

    Raises `InputError` NOT_PERMITTED, NO_PARTY, OWES (an agreement or a guarantee has not ended).
    """
    check_may(caller, Act.ERASE)
    return _stays(acting_for(caller, party_id, "looked at an erasure"), party_id, on)


def propose_erasure(caller: Caller, party_id: str, *, key: str, why: str, at: datetime) -> Proposal:
    """Propose that a person be erased; another confirms it (`proposals.confirm`).

    Raises `InputError` as `what_stays` and `propose` do.
    """
    stays = what_stays(caller, party_id, on=at.astimezone(CHINA).date())
    content = {
        "party": party_id,
        "stays": [{"what": one.what, "until": one.until.isoformat()} for one in stays],
    }
    return propose(caller, Act.ERASE, party_id, content, key=key, why=why, at=at)


def erase_overdue(caller: Caller, *, at: datetime) -> int:
    """Erase wholly whose time of keeping is over, for a job each day; how many."""
    check_may(caller, Act.END_DAY)
    actor = Actor(institution=caller.institution, by=caller.by, why="time of keeping is over")
    with acting(actor):
        waiting = [party_id for (party_id,) in query(_WAITING, [actor.institution])]
    done = 0
    for party_id in waiting:
        with acting(actor):
            if not _stays(actor, party_id, business_day(actor, at)):
                _all_goes(actor, party_id, at)
                done += 1
    return done


@carries_out(Act.ERASE)
def _erase(caller: Caller, proposal: Proposal, at: datetime) -> None:
    party_id = proposal.subject
    actor = Actor(institution=caller.institution, by=caller.by, why=proposal.why)
    with acting(actor):
        on = business_day(actor, at)
        stays = _stays(actor, party_id, on)
        query(_CONSENTS, [at, actor.institution, party_id])
        query(_GONE, [actor.institution, party_id, at])
        note_due(actor, party_id, why=GONE, at=at)
        for statement in _FACTS_GO:
            query(statement, [actor.institution, party_id])
        if not stays:
            _all_goes(actor, party_id, at)
            return
        query(_FIELDS, [actor.institution, party_id, list(stays[0].fields)])
        leaves = _leaves(actor, party_id, everything=False)
        query(_FORGET, [actor.institution, leaves])
        _tell(actor, leaves, at)


def _all_goes(actor: Actor, party_id: str, at: datetime) -> None:
    leaves = _leaves(actor, party_id, everything=True)
    people.erase(actor, party_id)
    _tell(actor, leaves, at)


def _stays(actor: Actor, party_id: str, on: date) -> tuple[Stays, ...]:
    """What the law keeps: of who borrowed, his identity and dealings for so many days after."""
    ended: list[date] = []
    for one in standings(actor, on=on, party=party_id):
        if one.state.owed_fen or not one.events:
            raise _owes(party_id, f"the agreement {one.terms.agreement}")
        ended.append(max(event.on for event in one.events))
    with acting(actor):
        for (guarantee,) in query(_STANDS_FOR, [actor.institution, party_id, on]):
            raise _owes(party_id, f"the guarantee {guarantee}")
    if not ended:
        return ()
    policy, last = load_policy("people").on(on), max(ended)
    kept, reference = policy["erase.kept"], policy.setting("erase.kept").reference
    found = []
    for what, fields in (("identity", tuple(policy["erase.identity"])), ("dealings", ())):
        until = last + timedelta(days=kept[what])
        if until >= on:
            found.append(Stays(what=what, until=until, reference=reference, fields=fields))
    return tuple(found)


def _leaves(actor: Actor, party_id: str, *, everything: bool) -> list[bytes]:
    rows = query(_LEAVES, [actor.institution, party_id, everything])
    return [bytes(leaf) for (leaf,) in rows]


def _tell(actor: Actor, leaves: list[bytes], at: datetime) -> None:
    """The log is told which entries open no more, so many at a time."""
    for first in range(0, len(leaves), _REFS_MAX):
        refs = leaves[first : first + _REFS_MAX]
        tell(actor, Kind.ERASURE, {"entries": len(refs)}, at=at, refs=refs)


def _owes(party_id: str, what: str) -> InputError:
    wrong = f"{party_id} is not erased while {what} has not ended."
    return InputError("OWES", wrong, "End it first; its consents can be taken back at any time.")
