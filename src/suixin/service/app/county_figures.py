"""What a lender tells the county: how public money arrived, whom it reached, how much is lent.

Figures alone leave the lender, counted over its own books and told to its log; where a figure is of
fewer households than the law of small cells lets be told, it is not told. A county reads what
lenders told it and nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from suixin.evidence.entry import Kind
from suixin.lending.events import ClawedBack, Draw, Subsidised
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import Standing, standings
from suixin.service.store.session import Actor, acting, query

FEWEST: Final = 5
"""Households of which a figure may be told (governance: statistics hide smaller cells)."""
_YEAR: Final = timedelta(days=365)
_FUNDS: Final = """
    select distinct c.institution_id from fund_cover as c
     where c.lender_id = %(of)s and c.since <= %(on)s and (c.until is null or c.until >= %(on)s)
       and not exists (select from county_figures as f
                        where (f.institution_id, f.lender_id, f.on_day)
                            = (c.institution_id, c.lender_id, %(on)s))
"""
_APPLIED: Final = """
    select count(distinct party_id) from application
     where institution_id = %s and applied_on > %s and applied_on <= %s
"""
_ROSTER: Final = """
    select p.party_id, p.village_code,
           exists (select from credit_file as f
                    where (f.institution_id, f.subject) = (p.institution_id, p.party_id))
      from party as p where p.institution_id = %s and p.kind = 'household'
"""
_TELL: Final = """
    insert into county_figures (institution_id, lender_id, on_day, content, record)
    values (%s, %s, %s, %s::jsonb, %s) on conflict do nothing returning on_day
"""
_TOLD: Final = """
    select distinct on (f.lender_id) f.lender_id, coalesce(nullif(i.name, ''), i.code), f.on_day,
           f.content::text, f.record
      from county_figures as f join institution as i on i.id = f.lender_id
     where f.institution_id = %s order by f.lender_id, f.on_day desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Interest subsidy by the lender's books (fen). The lag is from the day for which it is owed to
    the day on which it was booked to the household, in days, each weighted by its fen (None: none
    was paid)."""

    paid_fen: int
    back_fen: int
    payments: int
    lag_median: int | None
    lag_most: int | None

    @property
    def leakage_bps(self) -> int | None:
        """What had to come back, of what was paid, in basis points; None where none was paid."""
        return self.back_fen * 10_000 // self.paid_fen if self.paid_fen else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Households: known to the lender, of those with a credit file; that applied within a year, of
    those first lent to; ever lent to, and how much was lent to them in all (fen)."""

    known: int
    filed: int
    applied: int
    lent: int
    borrowers: int
    lent_fen: int


@dataclass(frozen=True, slots=True)
class Village:
    """Households of a village that the lender knows and has lent to; None: too few to tell."""

    code: str
    known: int | None
    lent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderFigures:
    """What a lender told of a day, and the record of it in the lender's log."""

    lender: int
    lender_name: str
    on: date
    delivery: Delivery
    reached: Reached
    villages: tuple[Village, ...]
    record: bytes


def publish_figures(caller: Caller, *, at: datetime) -> tuple[int, ...]:
    """Tell every fund that covers us our figures of today, once a day; the funds that were told.

    A job of the service does it. Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.RECEIVE)
    actor = caller.actor("told the county")
    told = []
    with acting(actor):
        day = business_day(actor, at)
        funds = [fund for (fund,) in query(_FUNDS, {"of": actor.institution, "on": day})]
        content = figures_of(actor, day) if funds else {}
        for fund in funds:
            said = {"what": "county figures", "fund": fund, "on": day, **content}
            record = tell(actor, Kind.DECISION, said, at=at)
            given = [fund, actor.institution, day, json.dumps(content), record]
            if query(_TELL, given):
                told.append(fund)
    return tuple(told)


def county_figures(caller: Caller) -> tuple[LenderFigures, ...]:
    """What each lender told last, by its number. Raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_FUND)
    with acting(caller.actor("looked at what lenders told")):
        rows = query(_TOLD, [caller.institution])
    return tuple(_figures(row) for row in rows)


def figures_of(actor: Actor, on: date) -> dict[str, Any]:
    """A lender's figures on a day, counted over its own books; nobody is named in them."""
    every = tuple(standings(actor, on=on))
    roster = query(_ROSTER, [actor.institution])
    ((applied,),) = query(_APPLIED, [actor.institution, on - _YEAR, on])
    events = [event for one in every for event in one.events]
    paid = [event for event in events if isinstance(event, Subsidised)]
    lags = weighted([((one.booked_on - one.on).days, one.fen) for one in paid])
    drawn = [one for one in every if _lent(one)]
    lent = {one.terms.party for one in drawn}
    first = {one.terms.party for one in drawn if _first(one) > on - _YEAR}
    known = Counter(village for _, village, _ in roster)
    reached = Counter(village for party, village, _ in roster if party in lent)
    return {
        "delivery": {
            "paid_fen": sum(one.fen for one in paid),
            "back_fen": sum(event.fen for event in events if isinstance(event, ClawedBack)),
            "payments": len(paid),
            "lag_median": lags[0],
            "lag_most": lags[1],
        },
        "reached": {
            "known": len(roster),
            "filed": sum(filed for _, _, filed in roster),
            "applied": applied,
            "lent": len(first),
            "borrowers": len(lent),
            "lent_fen": sum(_lent(one) for one in drawn),
        },
        "villages": [list(one) for one in _villages(known, reached)],
    }


def told(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts as they may leave: None where one is of too few, or would be known by subtraction.

    >>> told({"a": 4, "b": 9, "c": 30, "d": 0}), told({"a": 5, "b": 0})
    ({'a': None, 'b': None, 'c': 30, 'd': 0}, {'a': 5, 'b': 0})
    """
    found = {name: n if n == 0 or n >= FEWEST else None for name, n in counts.items()}
    if list(found.values()).count(None) == 1:
        others = [(n, name) for name, n in found.items() if n]
        if others:
            found[min(others)[1]] = None
    return found


def _villages(known: Counter[str], lent: Counter[str]) -> list[tuple[str, int | None, int | None]]:
    reached = told({village: lent[village] for village in known})
    return [(village, n, reached[village]) for village, n in sorted(told(known).items())]


def weighted(found: Sequence[tuple[int, int]]) -> tuple[int | None, int | None]:
    """The median and the 90th percentile of days, each weighted by its fen.

    >>> weighted([(5, 100), (9, 50), (40, 50)]), weighted([])
    ((5, 40), (None, None))
    """
    if not found:
        return None, None
    whole = sum(fen for _, fen in found)
    return _at(sorted(found), whole, 5), _at(sorted(found), whole, 9)


def _at(found: Iterable[tuple[int, int]], whole: int, tenths: int) -> int:
    below = 0
    for days, fen in found:
        below += fen
        if below * 10 >= whole * tenths:
            return days
    raise AssertionError("The weights do not sum to their whole.")


def _lent(one: Standing) -> int:
    return sum(event.fen for event in one.events if isinstance(event, Draw))


def _first(one: Standing) -> date:
    return min(event.on for event in one.events if isinstance(event, Draw))


def _figures(row: tuple[Any, ...]) -> LenderFigures:
    lender, name, on, content, record = row
    found: Mapping[str, Any] = json.loads(content)
    return LenderFigures(
        lender=lender,
        lender_name=name,
        on=on,
        delivery=Delivery(**found["delivery"]),
        reached=Reached(**found["reached"]),
        villages=tuple(Village(*one) for one in found["villages"]),
        record=bytes(record),
    )
