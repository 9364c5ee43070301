"""People who work at an institution, as they are read: who, in which duties, since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.duties import Scope
from suixin.service.app.permits import PERMITS, Act
from suixin.service.store.session import acting, query

LISTED_MAX: Final = 200
_COLUMNS: Final = """u.id, u.username, u.first_name, u.duties, u.county, u.station, u.villages,
           u.party_id, u.is_active, u.last_login, w.user_id is not null,
           exists (select from mfa_authenticator as m where m.user_id = u.id and m.type = 'totp')"""
_FROM: Final = """from "user" as u left join welcome as w on w.user_id = u.id"""
_LISTED: Final = f"""
    select {_COLUMNS} {_FROM}
     where u.institution_id = %s and u.username > %s
       and (%s or u.duties <> array['household']::varchar[])
     order by u.username limit %s
"""
_ONE: Final = f"select {_COLUMNS} {_FROM} where u.institution_id = %s and u.username = %s"
_NAMES: Final = """
    select id, coalesce(nullif(first_name, ''), username) from "user"
     where institution_id = %s and id = any (%s)
"""
_CHANGES: Final = """
    select h.pgh_created_at, h.duties, h.county, h.station, h.villages, h.is_active, h.agreed,
           h.pgh_context ->> 'by', h.pgh_context ->> 'why'
      from user_history as h join "user" as u on u.id = h.pgh_obj_id
     where h.institution_id = %s and u.username = %s order by h.pgh_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who signs in. `by` is what stands in histories of what he did."""

    by: str
    username: str
    name: str
    duties: tuple[Duty, ...]
    scope: Scope
    party: str
    active: bool
    last_sign_in: datetime | None
    welcome_waits: bool
    second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person became, when, by whose hand and by which proposal (empty: the owner's)."""

    at: datetime
    duties: tuple[Duty, ...]
    scope: Scope
    active: bool
    agreed: str
    by: str
    why: str


def check_sees_people(caller: Caller) -> None:
    """Refuse who neither gives duties nor agrees to it; raises `InputError` NOT_PERMITTED."""
    permit = PERMITS[Act.MANAGE_PEOPLE]
    if not (permit.duties | permit.second) & caller.duties:
        raise forbidden(caller, "To see who has which duties is not yours.")


def people(
    caller: Caller, *, after: str = "", households: bool = False, limit: int = LISTED_MAX
) -> tuple[Person, ...]:
    """Who signs in here, by the name he signs in with; `after` goes on from one."""
    check_sees_people(caller)
    given = [caller.institution, after, households, min(limit, LISTED_MAX)]
    with acting(caller.actor("looked at people")):
        return tuple(_person(row) for row in query(_LISTED, given))


def person(caller: Caller, username: str) -> Person:
    """One who signs in here; raises `InputError` NO_PERSON."""
    check_sees_people(caller)
    with acting(caller.actor("looked at a person")):
        return found_person(caller.institution, username)


def found_person(institution: int, username: str, *, locked: bool = False) -> Person:
    """The same within a transaction, for use cases; raises `InputError` NO_PERSON."""
    tail = " for update of u" if locked else ""
    for row in query(_ONE + tail, [institution, username]):
        return _person(row)
    wrong = f"There is no person {username}."
    raise InputError("NO_PERSON", wrong, "Check the name that he signs in with.")


def changes(caller: Caller, username: str) -> tuple[Change, ...]:
    """What a person was and became, oldest first; raises `InputError` NO_PERSON."""
    check_sees_people(caller)
    with acting(caller.actor("looked at a person's duties")):
        found_person(caller.institution, username)
        rows = query(_CHANGES, [caller.institution, username])
    return tuple(
        Change(
            at=at,
            duties=tuple(Duty(duty) for duty in sorted(duties)),
            scope=Scope(county=county, station=station, villages=tuple(villages)),
            active=active,
            agreed=agreed,
            by=by or "",
            why=why or "",
        )
        for at, duties, county, station, villages, active, agreed, by, why in rows
    )


def names(caller: Caller, by: Iterable[str]) -> Mapping[str, str]:
    """How those who did something are called, for pages of staff; a system is its own id."""
    asked = tuple(dict.fromkeys(by))
    numbers = [int(one[5:]) for one in asked if one.startswith("user:") and one[5:].isdecimal()]
    if not caller.duties - {Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.PARTNER, Duty.AUDITOR}:
        return {one: one for one in asked}
    with acting(caller.actor("looked who did something")):
        known = {
            f"user:{number}": name for number, name in query(_NAMES, [caller.institution, numbers])
        }
    return {one: known.get(one, one) for one in asked}


def _person(row: tuple[Any, ...]) -> Person:
    number, username, name, duties, county, station, villages, party, active, *signs = row
    last_sign_in, welcome_waits, second_factor = signs
    return Person(
        by=f"user:{number}",
        username=username,
        name=name,
        duties=tuple(Duty(duty) for duty in sorted(duties)),
        scope=Scope(county=county, station=station, villages=tuple(villages)),
        party=party,
        active=active,
        last_sign_in=last_sign_in,
        welcome_waits=welcome_waits,
        second_factor=second_factor,
    )
