"""Applications as they stand, and the steps by which they move; every act on one comes by here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.lending.refused import Refused
from suixin.lending.states import AGREEMENT, Happening
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.evidence import plain, tell
from suixin.service.store.session import Actor, acting, query

_COLUMNS: Final = """application, party_id, product, amount_fen, times, repays, purpose, "group",
           backers::text, about::text, of, wants_person, applied_on, applied_at, applied_by,
           standing, agreement"""
_ONE: Final = f"select {_COLUMNS} from application where institution_id = %s and application = %s"
_OF_PARTY: Final = f"""
    select {_COLUMNS} from application where institution_id = %s and party_id = %s
     order by id desc limit %s
"""
_STEPS: Final = """
    select number, happening, standing, on_day, at, by_whom, why, proposal, content::text
      from application_step where institution_id = %s and application = %s order by number
"""
_STEP: Final = """
    insert into application_step (institution_id, application, number, happening, standing, on_day,
                                  at, by_whom, why, proposal, content)
    select %s, %s, 1 + count(*), %s, %s, %s, %s, %s, %s, %s, %s::jsonb
      from application_step where institution_id = %s and application = %s
"""
_MOVE: Final = "update application set standing = %s where institution_id = %s and application = %s"
_PARTY: Final = "select village_code from party where institution_id = %s and party_id = %s"
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.lending'), hashtext(%s))"
_DECISIONS: Final = frozenset({Happening.OFFER, Happening.REFUSE, Happening.FACTS_CHANGED})
LISTED_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Backer:
    """Who shall stand for a loan, and for how much of it at most (fen)."""

    party: str
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Who asks for what, and where that stands; `about` is what its product alone needs."""

    application: str
    party: str
    product: str
    amount_fen: int
    times: int
    repays: str
    purpose: str
    group: str
    backers: tuple[Backer, ...]
    about: Mapping[str, Any]
    of: str
    wants_person: bool
    applied_on: date
    applied_at: datetime
    applied_by: str
    standing: str
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing done about an application: who, when, why, and what it was made of."""

    number: int
    happening: str
    standing: str
    on: date
    at: datetime
    by: str
    why: str
    proposal: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A refusal as its reader is told it: its name, what was found and allowed, by which rule."""

    why: str
    found: str
    allowed: str
    rule: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a step notes beside where it leads."""

    on: date
    at: datetime
    by: str
    why: str = ""
    proposal: str = ""
    content: Mapping[str, object] | None = None


def told(refusal: Refused) -> Told:
    """A refusal of the library's in its words.

    >>> from suixin.lending.origination import LoanRefusal
    >>> told(Refused(LoanRefusal.NO_LIMIT, "no limit", "a limit", "r", "text")).why
    'no_limit'
    """
    return Told(
        why=refusal.why.value,
        found=refusal.found,
        allowed=refusal.allowed,
        rule=refusal.rule,
        reference=refusal.reference,
    )


def refused_by(refusal: Told | Refused) -> InputError:
    """A refusal where an act cannot go on: its code is the refusal's name in capitals."""
    one = told(refusal) if isinstance(refusal, Refused) else refusal
    wrong = f"{one.why.replace('_', ' ').capitalize()}: {one.found}."
    return InputError(one.why.upper(), wrong, f"Allowed: {one.allowed} ({one.rule}).")


def digest_of(content: Mapping[str, object]) -> str:
    """SHA-256 of a content as it is written canonically, in hexadecimal.

    >>> digest_of({"fen": 5})[:8]
    '64a7e3cf'
    """
    return hashlib.sha256(entry_bytes(plain(content))).hexdigest()


def alone(actor: Actor, *what: str) -> None:
    """One at a time decides on the same money, to the end of the transaction: a party, a fund.

    Two whose names hash alike wait for one another, no more.
    """
    for one in sorted(what):
        query(_ALONE, [f"{actor.institution}/{one}"])


def own_actor(caller: Caller, party: str, why: str) -> Actor:
    """For whom an act about a party works: the service, once the caller is seen to reach him.

    A household reaches itself, an agent those of his villages. Raises `InputError` NO_PARTY, in the
    same words whether the party is another's or never was.
    """
    own = caller.duties != {Duty.HOUSEHOLD} or caller.party == party
    with acting(caller.actor(why)):
        if not own or not query(_PARTY, [caller.institution, party]):
            raise InputError("NO_PARTY", f"There is no party {party}.", "Check the id.")
    return Actor(institution=caller.institution, by=caller.by, why=why)


def application_of(caller: Caller, application: str) -> Application:
    """One application, for who reaches its party; raises `InputError` NO_APPLICATION."""
    with acting(caller.actor("looked at an application")):
        found = _found(caller.institution, application)
    if found is None or (caller.duties == {Duty.HOUSEHOLD} and caller.party != found.party):
        wrong = f"There is no application {application}."
        raise InputError("NO_APPLICATION", wrong, "Check the id.")
    return found


def applications_of(caller: Caller, party: str, *, limit: int = LISTED_MAX) -> list[Application]:
    """What a party has applied for, newest first."""
    own_actor(caller, party, "looked at applications")
    with acting(caller.actor("looked at applications")):
        rows = query(_OF_PARTY, [caller.institution, party, min(limit, LISTED_MAX)])
    return [_application(row) for row in rows]


def steps_of(actor: Actor, application: str) -> tuple[Step, ...]:
    """Everything done about an application, in order."""
    with acting(actor):
        rows = query(_STEPS, [actor.institution, application])
    return tuple(
        Step(
            number=number,
            happening=happening,
            standing=standing,
            on=on,
            at=at,
            by=by,
            why=why,
            proposal=proposal,
            content=json.loads(content),
        )
        for number, happening, standing, on, at, by, why, proposal, content in rows
    )


def last(steps: tuple[Step, ...], happening: Happening) -> Step | None:
    """The last step of a kind, if there is one."""
    return next((one for one in reversed(steps) if one.happening == happening), None)


def moved(
    actor: Actor, application: Application, happening: Happening, noted: Noted
) -> Application:
    """The application after a step, which is noted and told to the log; within a transaction.

    Raises `InputError` MOVE_NOT_ALLOWED where the table of states has no such move.
    """
    found = AGREEMENT.move(application.standing, happening)
    if isinstance(found, Refused):
        raise refused_by(found)
    content = plain(noted.content or {})
    place = [actor.institution, application.application]
    query(
        _STEP,
        [
            *(*place, happening.value, found, noted.on, noted.at, noted.by, noted.why),
            *(noted.proposal, json.dumps(content, ensure_ascii=False), *place),
        ],
    )
    if found != application.standing:
        query(_MOVE, [found, *place])
    said = {
        "application": application.application,
        "happening": happening.value,
        "standing": found,
        "on": noted.on,
        "by": noted.by,
        "proposal": noted.proposal,
        "content": digest_of(content),
    }
    kind = Kind.DECISION if happening in _DECISIONS else Kind.AGREEMENT
    tell(actor, kind, said, at=noted.at, party_id=application.party)
    after = _found(actor.institution, application.application)
    if after is None:
        raise AssertionError(f"{application.application} was moved and is not there.")
    return after


def _found(institution: int, application: str) -> Application | None:
    for row in query(_ONE, [institution, application]):
        return _application(row)
    return None


def _application(row: tuple[Any, ...]) -> Application:
    name, party, product, fen, times, repays, purpose, group, backers, about, *rest = row
    of, wants_person, on, at, by, standing, agreement = rest
    return Application(
        application=name,
        party=party,
        product=product,
        amount_fen=fen,
        times=times,
        repays=repays,
        purpose=purpose,
        group=group,
        backers=tuple(Backer(party=who, cap_fen=cap) for who, cap in json.loads(backers)),
        about=json.loads(about),
        of=of,
        wants_person=wants_person,
        applied_on=on,
        applied_at=at,
        applied_by=by,
        standing=standing,
        agreement=agreement,
    )
