"""A lender's agreements as its book counts them: from the day's end, or by replaying each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.lending.events import Draw
from suixin.service.app.fund_standing import bad_on
from suixin.service.app.loans import graded_of
from suixin.service.app.standings import Standing, standings
from suixin.service.store.session import Actor, acting, query

_CLOSED: Final = """
    select max(day) from day_end where institution_id = %s and closed_at is not null
"""
_BOOK: Final = """
    with drawn as (
        select e.agreement, sum((e.content ->> 'fen')::bigint)::bigint as fen,
               min(e.value_on) as first
          from agreement_event as e
         where e.institution_id = %(institution)s and e.kind = 'Draw' and e.booked_on <= %(on)s
         group by 1),
    bad as (
        select agreement, min(day) as day from (
            select e.agreement, e.value_on as day from agreement_event as e
             where e.institution_id = %(institution)s
               and e.kind in ('ClaimAccepted', 'WriteOff', 'Restructure')
            union all
            select split_part(t.key, '/', 1), t.value_on from transaction as t
             where t.institution_id = %(institution)s and t.text like 'age/%%') as found
         group by 1),
    lost as (
        select p.agreement, sum(p.fen)::bigint as fen from posting as p
         where p.institution_id = %(institution)s and p.account = '9004' group by 1)
    select a.agreement, a.party_id, y.village_code, a.sheet, a.mode, a.start_on, s.life, s.grade,
           coalesce(d.fen, 0), d.first, s.principal_fen, coalesce(l.fen, 0), b.day,
           least(s.due_ons[1], s.penalty_since) as oldest
      from agreement as a
      join party as y on (y.institution_id, y.party_id) = (a.institution_id, a.party_id)
      join agreement_state as s on (s.institution_id, s.agreement) = (a.institution_id, a.agreement)
      left join drawn as d on d.agreement = a.agreement
      left join bad as b on b.agreement = a.agreement
      left join lost as l on l.agreement = a.agreement
     where a.institution_id = %(institution)s and s.life <> ''
     order by a.agreement
"""
_VILLAGES: Final = "select party_id, village_code from party where institution_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """One agreement in the book, in fen; `bad_on` is the first day it was bad, if it ever was."""

    agreement: str
    party: str
    village_code: str
    product: str
    mode: str
    start: date
    life: str
    grade: int
    disbursed_fen: int
    disbursed_on: date | None
    principal_fen: int
    written_off_fen: int
    bad_on: date | None
    days_past_due: int


def book(actor: Actor, on: date) -> tuple[BookRow, ...]:
    """Every agreement on a day; where that day is the last that was ended, as its end left them."""
    with acting(actor):
        ((closed,),) = query(_CLOSED, [actor.institution])
        if closed == on:
            return tuple(_ended(row, on) for row in query(_BOOK, _given(actor, on)))
        villages = dict(query(_VILLAGES, [actor.institution]))
        return tuple(
            _replayed(actor, one, villages.get(one.terms.party, ""))
            for one in standings(actor, on=on)
        )


def _given(actor: Actor, on: date) -> dict[str, Any]:
    return {"institution": actor.institution, "on": on}


def _ended(row: tuple[Any, ...], on: date) -> BookRow:
    name, party, village, sheet, mode, start, life, grade, drawn, first, *rest = row
    principal, lost, bad, oldest = rest
    return BookRow(
        agreement=name,
        party=party,
        village_code=village,
        product=sheet,
        mode=mode,
        start=start,
        life=life,
        grade=grade,
        disbursed_fen=drawn,
        disbursed_on=first,
        principal_fen=principal,
        written_off_fen=lost,
        bad_on=bad,
        days_past_due=0 if oldest is None else max(0, (on - oldest).days),
    )


def _replayed(actor: Actor, one: Standing, village: str) -> BookRow:
    draws = [event for event in one.events if isinstance(event, Draw)]
    state = one.state
    return BookRow(
        agreement=one.terms.agreement,
        party=one.terms.party,
        village_code=village,
        product=one.terms.sheet,
        mode=one.terms.mode,
        start=one.terms.start,
        life=state.life.value,
        grade=int(graded_of(actor, one).grade),
        disbursed_fen=sum(event.fen for event in draws),
        disbursed_on=min((event.on for event in draws), default=None),
        principal_fen=state.principal_fen,
        written_off_fen=state.written_off_fen,
        bad_on=bad_on(one),
        days_past_due=state.days_past_due,
    )
