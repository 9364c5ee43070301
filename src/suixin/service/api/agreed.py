"""Agreements as they are read from outside: what was signed, where each stands, what happened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import standing_of
from suixin.service.day_end import reading
from suixin.service.store.agreements import terms_of
from suixin.service.store.session import Actor, acting, query

_REACHED: Final = """
    select agreement from agreement
     where institution_id = %s and agreement = %s and (%s = '' or party_id = %s)
"""
_LIST: Final = """
    select agreement, party_id, sheet, mode, start_on, rate_bps, limit_fen from agreement
     where institution_id = %s and agreement > %s and (%s = '' or party_id = %s)
     order by agreement limit %s
"""
_EVENTS: Final = """
    select key, kind, value_on, booked_on, entered_at, content::text from agreement_event
     where institution_id = %s and agreement = %s and (booked_on, key) > (%s, %s)
     order by booked_on, key limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementNamed:
    """An agreement as a list names it."""

    agreement: str
    party: str
    product: str
    mode: str
    start_on: date
    rate_bps: int
    limit_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSeen:
    """What fell due on a day and is still open, in fen."""

    due_on: date
    principal_fen: int
    interest_fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSeen:
    """A row of the schedule that was signed, in fen; None: what is then left, or was used."""

    due_on: date
    principal_fen: int | None
    interest_fen: int | None
    fee_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSeen:
    """What was signed, and where it stands at the end of `as_of`; all in fen.

    `payoff_fen` settles it; `not_due_fen` is principal ahead of its day.
    """

    agreement: str
    party: str
    product: str
    mode: str
    start_on: date
    rate_bps: int
    penalty_bps: int
    limit_fen: int | None
    sweep_share_bps: int | None
    sweep_floor_fen: int
    planned: tuple[PlannedSeen, ...]
    as_of: date
    life: str
    principal_fen: int
    not_due_fen: int
    interest_fen: int
    penalty_fen: int
    fee_fen: int
    payoff_fen: int
    owed_fen: int
    written_off_fen: int
    suspense_fen: int
    days_past_due: int
    oldest_unpaid_on: date | None
    next_due_on: date | None
    dues: tuple[DueSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeen:
    """A fact about an agreement, as it was entered; `content` is what its kind alone has."""

    key: str
    kind: str
    value_on: date
    booked_on: date
    entered_at: datetime
    content: dict[str, Any]


def agreements(caller: Caller, *, party: str, after: str, limit: int) -> tuple[AgreementNamed, ...]:
    """Agreements by name; of one party where it is named, and for a household its own."""
    check_may(caller, Act.SEE_AGREEMENT)
    whose = _own(caller) or party
    if party and whose != party:
        return ()
    with acting(caller.actor("looked at agreements")):
        rows = query(_LIST, [caller.institution, after, whose, whose, limit])
        return tuple(
            AgreementNamed(
                agreement=name,
                party=party_id,
                product=sheet,
                mode=mode,
                start_on=start_on,
                rate_bps=rate_bps,
                limit_fen=limit_fen,
            )
            for name, party_id, sheet, mode, start_on, rate_bps, limit_fen in rows
        )


def agreement(caller: Caller, name: str, *, at: datetime) -> AgreementSeen:
    """One agreement; raises `InputError` NOT_PERMITTED, NO_AGREEMENT."""
    actor = reached(caller, name)
    with acting(actor):
        terms = terms_of(actor, name)
        return _seen(terms, _state(actor, terms, at))


def events(
    caller: Caller, name: str, *, after: tuple[date, str], limit: int
) -> tuple[EventSeen, ...]:
    """What happened to an agreement, by the day it was booked."""
    actor = reached(caller, name)
    with acting(actor):
        return tuple(
            EventSeen(
                key=key,
                kind=kind,
                value_on=value_on,
                booked_on=booked_on,
                entered_at=entered_at,
                content=json.loads(content),
            )
            for key, kind, value_on, booked_on, entered_at, content in query(
                _EVENTS, [actor.institution, name, *after, limit]
            )
        )


def reached(caller: Caller, name: str) -> Actor:
    """For whom a look at an agreement works, once the caller is seen to reach it.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT: the same for one that never was.
    """
    check_may(caller, Act.SEE_AGREEMENT)
    own = _own(caller)
    with acting(caller.actor("looked at an agreement")):
        found = query(_REACHED, [caller.institution, name, own, own])
    if not found:
        wrong = f"There is no agreement {shown(name)}."
        raise InputError("NO_AGREEMENT", wrong, "Check the id.")
    return Actor(institution=caller.institution, by=caller.by, why="looked at an agreement")


def _own(caller: Caller) -> str:
    return caller.party if caller.duties == {Duty.HOUSEHOLD} else ""


def _state(actor: Actor, terms: AgreementTerms, at: datetime) -> AgreementState:
    """Where it stood when the last day was closed; before any was, by its whole history."""
    try:
        return reading.standing(actor, terms.agreement)
    except InputError as fault:
        if fault.code != "NOT_WORKED":
            raise
    day = max(business_day(actor, at), terms.start)
    return standing_of(actor, terms.agreement, on=day).state


def _seen(terms: AgreementTerms, state: AgreementState) -> AgreementSeen:
    return AgreementSeen(
        agreement=terms.agreement,
        party=terms.party,
        product=terms.sheet,
        mode=terms.mode,
        start_on=terms.start,
        rate_bps=state.rate_bps,
        penalty_bps=terms.penalty_bps,
        limit_fen=terms.limit_fen,
        sweep_share_bps=None if terms.sweep is None else terms.sweep.share_bps,
        sweep_floor_fen=0 if terms.sweep is None else terms.sweep.floor_fen,
        planned=tuple(
            PlannedSeen(
                due_on=row.due_on,
                principal_fen=row.principal_fen,
                interest_fen=row.interest_fen,
                fee_fen=row.fee_fen,
            )
            for row in terms.rows
        ),
        as_of=state.on,
        life=state.life.value,
        principal_fen=state.principal_fen,
        not_due_fen=state.not_due_fen,
        interest_fen=state.interest_fen,
        penalty_fen=state.penalty_fen,
        fee_fen=state.fee_fen,
        payoff_fen=state.payoff_fen,
        owed_fen=state.owed_fen,
        written_off_fen=state.written_off_fen,
        suspense_fen=state.suspense_fen,
        days_past_due=state.days_past_due,
        oldest_unpaid_on=state.oldest_unpaid_on,
        next_due_on=state.next_due_on,
        dues=tuple(
            DueSeen(
                due_on=due.due_on,
                principal_fen=due.principal_fen,
                interest_fen=due.interest_fen,
                fee_fen=due.fee_fen,
            )
            for due in state.dues
        ),
    )
