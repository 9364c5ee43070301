"""Acts that take two people: one proposes, another reads just that and agrees.

What is confirmed is what was proposed: its content is canonical JSON, and who agrees gives the
digest of what he read. The act is done in the transaction that notes his agreement; where it
refuses, the proposal still waits. The database holds the same rules, whoever writes to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, TypeVar

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.kernel.signatory import are_two_people
from suixin.service import app
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.permits import PERMITS, Act, check_may, check_may_confirm
from suixin.service.store.session import acting, again, query

_COLUMNS: Final = """proposal, act, subject, content, digest, proposed_by, proposed_at,
           proposed_why, standing, ended_by, ended_at, ended_why"""
_PROPOSE: Final = """
    insert into proposal (institution_id, proposal, act, subject, content, digest, proposed_by,
                          proposed_at, proposed_why)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, proposal) do nothing returning proposal
"""
_ONE: Final = f"select {_COLUMNS} from proposal where institution_id = %s and proposal = %s"
_ONE_LOCKED: Final = f"{_ONE} for update"
_ABOUT: Final = f"""
    select {_COLUMNS} from proposal
     where institution_id = %s and subject = %s and act = any (%s) order by id desc limit %s
"""
_WAITING: Final = f"""
    select {_COLUMNS} from proposal
     where institution_id = %s and standing = 'waiting' and act = any (%s) and proposed_by <> %s
       and (proposed_at, proposal) > (%s, %s)
     order by proposed_at, proposal limit %s
"""
_END: Final = """
    update proposal set standing = %s, ended_by = %s, ended_at = %s, ended_why = %s
     where institution_id = %s and proposal = %s
"""
# Before the first moment that any proposal was made at.
_FIRST: Final = ("-infinity", "")
LISTED_MAX: Final = 200
WORDS_MAX: Final = 2000


class Standing(StrEnum):
    """Where a proposal stands: it ends once."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An act that one person wants done, and whether another agreed. `subject` is what it is to."""

    proposal: str
    act: Act
    subject: str
    content: Mapping[str, Any]
    digest: str
    proposed_by: str
    proposed_at: datetime
    why: str
    standing: Standing
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_why: str = ""


Carrier = Callable[[Caller, Proposal, datetime], None]
_Carrier = TypeVar("_Carrier", bound=Carrier)

# Who carries out which act; a module that is written for an act adds itself as it is loaded.
_CARRIERS: Final[dict[Act, Carrier]] = {}


def carries_out(act: Act) -> Callable[[_Carrier], _Carrier]:
    """Mark the one function that does an act once it is confirmed, for who confirmed it."""

    def marked(carrier: _Carrier) -> _Carrier:
        known = _CARRIERS.setdefault(act, carrier)
        if known is not carrier:
            raise AssertionError(f"Two functions carry out {act}: {known} and {carrier}.")
        return carrier

    return marked


def propose(
    caller: Caller,
    act: Act,
    subject: str,
    content: Mapping[str, object],
    *,
    key: str,
    why: str,
    at: datetime,
) -> Proposal:
    """Propose an act for another person to agree to; sent again with its key it is the same one.

    Raises `InputError` NOT_PERMITTED, WHY (no reason is given), KEY_TAKEN (the key was used for
    something else), `CanonicalFault` where the content cannot be written exactly.
    """
    check_may(caller, act)
    if not PERMITS[act].second:
        raise AssertionError(f"{act} takes one person.")
    told = _reason(why)
    text = entry_bytes(dict(content)).decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    named = _name(caller, key)
    with acting(caller.actor(told)):
        query(
            _PROPOSE,
            [caller.institution, named, act.value, subject, text, digest, caller.by, at, told],
        )
        found = _found(caller, named)
    if (found.act, found.subject, found.digest) != (act, subject, digest):
        wrong = f"The key {key!r} was used for something else."
        raise InputError("KEY_TAKEN", wrong, "Use a new key, or send the same again.")
    return found


def confirm(caller: Caller, proposal_id: str, *, digest: str, at: datetime) -> Proposal:
    """Agree to what another proposed, and have it done. `digest` is of what the caller has read.

    Confirmed again by the same person it is done no second time. Raises `InputError` NOT_PERMITTED,
    NO_PROPOSAL, OTHER_CONTENT, SAME_PERSON, ENDED, and whatever the act itself refuses by.
    """
    _check_agrees_at_all(caller)

    def work() -> Proposal:
        with acting(caller.actor("agreed to a proposal")):
            found = _seen(caller, proposal_id, locked=True)
            check_may_confirm(caller, found.act)
            if found.digest != digest:
                wrong = f"The proposal {proposal_id} is not what you read."
                raise InputError("OTHER_CONTENT", wrong, "Read it again, then decide.")
            if found.standing is Standing.CONFIRMED and found.ended_by == caller.by:
                return found
            _check_waits(found)
            if not are_two_people((found.proposed_by, caller.by)):
                wrong = f"You made the proposal {proposal_id} yourself."
                raise InputError("SAME_PERSON", wrong, "Let another person confirm it.")
            ended = _ended(caller, found, Standing.CONFIRMED, "", at)
            _carrier(found.act)(caller, ended, at)
            return ended

    return again(work)


def reject(caller: Caller, proposal_id: str, *, why: str, at: datetime) -> Proposal:
    """End a proposal without its being done: by who might agree to it, or by its own maker.

    Raises `InputError` NOT_PERMITTED, NO_PROPOSAL, ENDED, WHY.
    """
    told = _reason(why)
    with acting(caller.actor(told)):
        found = _seen(caller, proposal_id, locked=True)
        if found.proposed_by != caller.by:
            check_may_confirm(caller, found.act)
        if found.standing is Standing.REJECTED and found.ended_by == caller.by:
            return found
        _check_waits(found)
        return _ended(caller, found, Standing.REJECTED, told, at)


def waiting(
    caller: Caller, *, after: Proposal | None = None, limit: int = LISTED_MAX
) -> tuple[Proposal, ...]:
    """What others proposed and this caller may agree to, oldest first; `after` goes on from one."""
    acts = [act.value for act, permit in PERMITS.items() if permit.second & caller.duties]
    if not acts:
        return ()
    since = _FIRST if after is None else (after.proposed_at, after.proposal)
    given = [caller.institution, acts, caller.by, *since, min(limit, LISTED_MAX)]
    with acting(caller.actor("looked at what waits")):
        return tuple(_proposal(row) for row in query(_WAITING, given))


def proposed(caller: Caller, proposal_id: str) -> Proposal:
    """One proposal, for who may make or agree to its act; raises `InputError` NO_PROPOSAL."""
    with acting(caller.actor("looked at a proposal")):
        return _seen(caller, proposal_id)


def proposals_about(
    caller: Caller, subject: str, *, limit: int = LISTED_MAX
) -> tuple[Proposal, ...]:
    """What was ever proposed to a subject, newest first, of the acts the caller has to do with."""
    acts = [act.value for act in _acts(caller)]
    given = [caller.institution, subject, acts, min(limit, LISTED_MAX)]
    with acting(caller.actor("looked at proposals")):
        return tuple(_proposal(row) for row in query(_ABOUT, given))


def _acts(caller: Caller) -> tuple[Act, ...]:
    """The acts of two people that a caller has to do with, on either side."""
    return tuple(
        act
        for act, permit in PERMITS.items()
        if permit.second and (permit.duties | permit.second) & caller.duties
    )


def _seen(caller: Caller, proposal_id: str, *, locked: bool = False) -> Proposal:
    """A proposal that the caller has to do with; for anybody else it is not there."""
    found = _found(caller, proposal_id, locked=locked)
    if found.act not in _acts(caller):
        raise _not_there(proposal_id)
    return found


def _check_agrees_at_all(caller: Caller) -> None:
    """Who never agrees to anything is told so before any row is looked for."""
    if not any(permit.second & caller.duties for permit in PERMITS.values()):
        raise forbidden(caller, "To agree to what others propose is not yours.")


def _carrier(act: Act) -> Carrier:
    if act not in _CARRIERS:
        # A process that has done nothing but agree has not loaded the act's own module yet.
        for module in iter_modules(app.__path__):
            import_module(f"{app.__name__}.{module.name}")
    if act not in _CARRIERS:
        raise AssertionError(f"No function carries out {act}; is its module loaded?")
    return _CARRIERS[act]


def _name(caller: Caller, key: str) -> str:
    """A proposal's id: of its maker's key, so that keys of two people never meet."""
    if not key:
        raise InputError("KEY", "A proposal has no key.", "Give a key of your own, new each time.")
    whole = entry_bytes([caller.institution, caller.by, key])
    return f"p-{hashlib.sha256(whole).hexdigest()[:24]}"


def _reason(why: str) -> str:
    told = why.strip()
    if not told or len(told) > WORDS_MAX:
        wrong = f"A reason is wanted, of 1 to {WORDS_MAX} letters; this has {len(told)}."
        raise InputError("WHY", wrong, "Say in a sentence why.")
    return told


def _check_waits(found: Proposal) -> None:
    if found.standing is not Standing.WAITING:
        wrong = f"The proposal {found.proposal} was {found.standing} by {found.ended_by}."
        raise InputError("ENDED", wrong, "Make a new proposal where it is still wanted.")


def _ended(caller: Caller, found: Proposal, standing: Standing, why: str, at: datetime) -> Proposal:
    query(_END, [standing.value, caller.by, at, why, caller.institution, found.proposal])
    return _found(caller, found.proposal)


def _found(caller: Caller, proposal_id: str, *, locked: bool = False) -> Proposal:
    for row in query(_ONE_LOCKED if locked else _ONE, [caller.institution, proposal_id]):
        return _proposal(row)
    raise _not_there(proposal_id)


def _not_there(proposal_id: str) -> InputError:
    return InputError("NO_PROPOSAL", f"There is no proposal {proposal_id}.", "Check the id.")


def _proposal(row: tuple[Any, ...]) -> Proposal:
    proposal, act, subject, content, digest, by, at, why, standing, ended_by, ended_at, ended = row
    return Proposal(
        proposal=proposal,
        act=Act(act),
        subject=subject,
        content=json.loads(content),
        digest=digest,
        proposed_by=by,
        proposed_at=at,
        why=why,
        standing=Standing(standing),
        ended_by=ended_by,
        ended_at=ended_at,
        ended_why=ended,
    )
