"""People are invited, given duties and let go: one proposes each change, another agrees to it.

A change says what somebody was and what he becomes, so that who agrees reads all of it, and a
change that was overtaken by another is refused. Nobody proposes or agrees to his own duties.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth.hashers import make_password

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.kernel.signatory import signatory
from suixin.service.app.access import welcome_until
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.day import CHINA
from suixin.service.app.duties import EVERYWHERE, Scope, check_duties, check_scope
from suixin.service.app.people import Person, found_person
from suixin.service.app.permits import PERMITS, Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.session import acting, query

_SIGN_IN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NAME_MAX: Final = 60
_CODE: Final = "select code from institution where id = %s"
_ENTER: Final = """
    insert into "user" (institution_id, username, first_name, last_name, email, password, duties,
                        county, station, villages, party_id, agreed, is_active, is_staff,
                        is_superuser, date_joined)
    values (%s, %s, %s, '', '', %s, %s, %s, %s, %s, '', %s, true, false, false, %s) returning id
"""
_CHANGE: Final = """
    update "user" set duties = %s, county = %s, station = %s, villages = %s, is_active = %s,
                      agreed = %s
     where institution_id = %s and username = %s returning id
"""
_WELCOME: Final = """
    insert into welcome (user_id, institution_id, made_by, agreed_by, until, failures)
    values (%s, %s, %s, %s, %s, 0)
    on conflict (user_id) do update
       set made_by = excluded.made_by, agreed_by = excluded.agreed_by, until = excluded.until,
           link = null, code = null, failures = 0
"""
_HOUSEHOLD: Final = """
    select from "user" where institution_id = %s and username = %s and party_id <> ''
"""
_NO_PASSWORD: Final = """update "user" set password = %s where id = %s"""
_NO_FACTORS: Final = "delete from mfa_authenticator where user_id = %s"
# Or two who go at once would each see the other stay.
_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(hashtext('suixin.people'), %s)"
_OTHERS: Final = """
    select first_name, duties from "user"
     where institution_id = %s and is_active and username <> %s
       and duties <> array['household']::varchar[]
"""


class Do(StrEnum):
    """What may be done to a person's access."""

    INVITE = "invite"
    GIVE_DUTY = "give_duty"
    TAKE_DUTY = "take_duty"
    END_ACCESS = "end_access"
    RENEW_ACCESS = "renew_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One who is to sign in. His name to sign in with is `sign_in` and the institution's code."""

    sign_in: str
    name: str
    duties: frozenset[Duty]
    scope: Scope = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Request:
    """How a proposal is made: its key, which is new each time, why, and when."""

    key: str
    why: str
    at: datetime


def sign_in_name(code: str, sign_in: str) -> str:
    """The name one signs in with: two institutions never have the same.

    >>> sign_in_name("county-bank", "officer-7")
    'officer-7@county-bank'
    """
    if not _SIGN_IN.fullmatch(sign_in):
        wrong = "A name to sign in with has 1 to 40 small letters, digits, dots and dashes."
        raise InputError("SIGN_IN", wrong, "Take a staff number, or a name in Latin letters.")
    return f"{sign_in}@{code}"


def checked_name(name: str) -> str:
    """A person's name as it is shown; raises `InputError` NAME."""
    plain = " ".join(name.split())
    if not plain or len(plain) > _NAME_MAX or not plain.isprintable():
        wrong = f"A name has 1 to {_NAME_MAX} letters."
        raise InputError("NAME", wrong, "Write it as on the person's papers.")
    return plain


def invite(caller: Caller, newcomer: Newcomer, request: Request) -> Proposal:
    """Propose a person. When another agreed, each of the two tells him a half of his welcome.

    Raises `InputError` NOT_PERMITTED, SIGN_IN, NAME, DUTY, APART, SCOPE, KNOWN, and as `propose`.
    """
    check_may(caller, Act.MANAGE_PEOPLE)
    name = checked_name(newcomer.name)
    with acting(caller.actor("looked whom to invite")):
        ((code,),) = query(_CODE, [caller.institution])
        username = sign_in_name(code, newcomer.sign_in)
        becomes = _State(newcomer.duties, newcomer.scope, active=True)
        _check(caller, username, becomes, request.at)
        _check_new(caller, username, name)
    return _propose(caller, Do.INVITE, (username, name), (None, becomes), request)


def give_duty(
    caller: Caller, username: str, duty: Duty, request: Request, *, scope: Scope | None = None
) -> Proposal:
    """Propose that a person has one duty more, and works in `scope` where one is given.

    Raises `InputError` NOT_PERMITTED, NO_PERSON, SELF, DUTY, APART, SCOPE, and as `propose`.
    """
    was, one = _now(caller, username)
    becomes = replace(was, duties=was.duties | {duty}, scope=scope or was.scope, active=True)
    return _checked_proposal(caller, Do.GIVE_DUTY, one, (was, becomes), request)


def take_duty(caller: Caller, username: str, duty: Duty, request: Request) -> Proposal:
    """Propose that a person has a duty no more; once it is agreed to, his sessions end at once.

    Raises `InputError` NOT_PERMITTED, NO_PERSON, SELF, LAST_ADMINISTRATOR, and as `propose`.
    """
    was, one = _now(caller, username)
    becomes = replace(was, duties=was.duties - {duty})
    return _checked_proposal(caller, Do.TAKE_DUTY, one, (was, becomes), request)


def end_access(caller: Caller, username: str, request: Request) -> Proposal:
    """Propose that a person signs in no more; raises as `take_duty`."""
    was, one = _now(caller, username, also_household=True)
    becomes = replace(was, active=False) if one.party else _GONE
    return _checked_proposal(caller, Do.END_ACCESS, one, (was, becomes), request)


def renew_access(caller: Caller, username: str, request: Request) -> Proposal:
    """Propose a new welcome for who lost his password or second factor: both count no more.

    Raises `InputError` NOT_PERMITTED, NO_PERSON, SELF, and as `propose`.
    """
    was, one = _now(caller, username, also_household=True)
    return _checked_proposal(caller, Do.RENEW_ACCESS, one, (was, was), request)


@carries_out(Act.MANAGE_PEOPLE)
def change_person(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Do what two people agreed to; raises `InputError` MOVED where he is another by now."""
    told: Mapping[str, Any] = proposal.content
    username, becomes, do = proposal.subject, _state(told["becomes"]), Do(told["do"])
    query(_ONE_AT_A_TIME, [caller.institution])
    _check(caller, username, becomes, at)
    if do is Do.INVITE:
        _check_new(caller, username, told["name"])
        number = _entered(caller, proposal, becomes, at)
    else:
        one = found_person(caller.institution, username, locked=True)
        if _state_of(one) != _state(told["was"]):
            wrong = f"{username} is not what he was when this was proposed."
            raise InputError("MOVED", wrong, "Reject it and propose anew.")
        ((number,),) = query(
            _CHANGE,
            [*becomes.columns, proposal.proposal, caller.institution, username],
        )
    if do is Do.RENEW_ACCESS:
        query(_NO_PASSWORD, [make_password(None), number])
        query(_NO_FACTORS, [number])
    if do in {Do.INVITE, Do.RENEW_ACCESS}:
        by = [proposal.proposed_by, caller.by]
        query(_WELCOME, [number, caller.institution, *by, welcome_until(at)])


@dataclass(frozen=True, slots=True)
class _State:
    """What somebody may do, and where."""

    duties: frozenset[Duty]
    scope: Scope
    active: bool

    @property
    def told(self) -> dict[str, object]:
        """As it stands in a proposal."""
        return {
            "duties": sorted(self.duties),
            "county": self.scope.county,
            "station": self.scope.station,
            "villages": list(self.scope.villages),
            "active": self.active,
        }

    @property
    def columns(self) -> list[object]:
        """As it stands in a row."""
        scope = self.scope
        return [
            *(sorted(self.duties), scope.county, scope.station),
            *(list(scope.villages), self.active),
        ]


def _state(told: Mapping[str, Any]) -> _State:
    scope = Scope(county=told["county"], station=told["station"], villages=tuple(told["villages"]))
    return _State(frozenset(Duty(duty) for duty in told["duties"]), scope, told["active"])


def _state_of(one: Person) -> _State:
    return _State(frozenset(one.duties), one.scope, one.active)


_GONE: Final = _State(frozenset(), EVERYWHERE, active=False)


def _now(caller: Caller, username: str, *, also_household: bool = False) -> tuple[_State, Person]:
    check_may(caller, Act.MANAGE_PEOPLE)
    with acting(caller.actor("looked whose duties to change")):
        one = found_person(caller.institution, username)
    if one.party and not also_household:
        wrong = f"{username} is a household, which has no other duty."
        raise InputError("DUTY", wrong, "Invite the person who is to work here.")
    return _state_of(one), one


def _checked_proposal(
    caller: Caller, do: Do, one: Person, step: tuple[_State, _State], request: Request
) -> Proposal:
    with acting(caller.actor("looked whose duties to change")):
        _check(caller, one.username, step[1], request.at)
    return _propose(caller, do, (one.username, one.name), step, request)


def _propose(
    caller: Caller,
    do: Do,
    who: tuple[str, str],
    step: tuple[_State | None, _State],
    request: Request,
) -> Proposal:
    was, becomes = step
    content = {
        "do": do.value,
        "name": who[1],
        "was": None if was is None else was.told,
        "becomes": becomes.told,
    }
    return propose(
        caller,
        Act.MANAGE_PEOPLE,
        who[0],
        content,
        key=request.key,
        why=request.why,
        at=request.at,
    )


def _check(caller: Caller, username: str, becomes: _State, at: datetime) -> None:
    """What holds of every change, when it is proposed and when it is done."""
    for row in query('select id from "user" where username = %s', [username]):
        if caller.by == f"user:{row[0]}":
            wrong = "Nobody changes his own duties."
            raise InputError("SELF", wrong, "Let two others do it.")
    if becomes.duties:
        check_duties(becomes.duties, load_policy("access").on(_day(at)))
        if Duty.HOUSEHOLD in becomes.duties and not _is_household(caller, username):
            wrong = "A household's account is opened where the household is entered."
            raise InputError("DUTY", wrong, "Open its access from its own page.")
    check_scope(becomes.duties, becomes.scope)
    _check_administered(caller, username, becomes)


def _is_household(caller: Caller, username: str) -> bool:
    return bool(query(_HOUSEHOLD, [caller.institution, username]))


def _check_administered(caller: Caller, username: str, becomes: _State) -> None:
    """Two must remain who together give duties, or nobody ever could again."""
    permit = PERMITS[Act.MANAGE_PEOPLE]
    held = [frozenset(duties) for _, duties in query(_OTHERS, [caller.institution, username])]
    held += [becomes.duties] if becomes.active else []
    makers = [duties for duties in held if duties & permit.duties]
    either = [duties for duties in held if duties & (permit.duties | permit.second)]
    if not makers or len(either) < 2:
        wrong = "After this nobody could give duties: one proposes, another agrees."
        raise InputError("LAST_ADMINISTRATOR", wrong, "Invite another administrator first.")


def _check_new(caller: Caller, username: str, name: str) -> None:
    if query('select from "user" where username = %s', [username]):
        wrong = f"{username} signs in already."
        raise InputError("KNOWN", wrong, "Take another name to sign in with.")
    for other, _ in query(_OTHERS, [caller.institution, username]):
        if signatory(other) == signatory(name):
            wrong = f"Somebody called {name} works here already."
            hint = "Give him the duty instead; where it is another, add his staff number."
            raise InputError("KNOWN", wrong, hint)


def _entered(caller: Caller, proposal: Proposal, becomes: _State, at: datetime) -> int:
    *told, _ = becomes.columns
    given = [caller.institution, proposal.subject, proposal.content["name"], make_password(None)]
    ((number,),) = query(_ENTER, [*given, *told, proposal.proposal, at])
    return int(number)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
