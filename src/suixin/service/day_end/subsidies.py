"""Interest that public money pays: earned by day, entered as each month ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.events import Event, Reversal, Subsidised, history
from suixin.lending.replay import replay
from suixin.lending.running import ONE_DAY
from suixin.lending.states import Life
from suixin.lending.subsidy import Stretch, SubsidyRules, earned, split
from suixin.service.day_end import items
from suixin.service.day_end.batch import rules_on
from suixin.service.day_end.items import Item, Kind
from suixin.service.day_end.receiving import receive
from suixin.service.store.agreements import history_of, terms_of
from suixin.service.store.session import Actor, acting, query

_GRANT: Final = """
    insert into subsidy_grant (institution_id, agreement, since, until, granted_by)
    values (%s, %s, %s, %s, %s) on conflict (institution_id, agreement, since) do nothing
    returning agreement
"""
_OVERLAPS: Final = """
    select since, until from subsidy_grant
     where institution_id = %s and agreement = %s and since < %s and until > %s
"""
_GRANTED: Final = """
    select g.agreement, a.party_id, array_agg(g.since order by g.since),
           array_agg(g.until order by g.since)
      from subsidy_grant as g join agreement as a using (institution_id, agreement)
     where g.institution_id = %s and g.since <= %s and g.until > %s
     group by g.agreement, a.party_id order by g.agreement
"""
# What was entered of a year for each agreement of a party; an item stays, done or not.
_HAD: Final = """
    select i.agreement, sum((i.content ->> 'fen')::bigint)::bigint
      from day_item as i join agreement as a using (institution_id, agreement)
     where i.institution_id = %s and i.kind = 'subsidy' and a.party_id = %s
       and (i.content ->> 'year')::integer = %s
     group by i.agreement
"""


@dataclass(frozen=True, slots=True)
class _Granted:
    """An agreement with the days of a year on which its interest may be subsidised."""

    terms: AgreementTerms
    periods: tuple[tuple[date, date], ...]


def grant(actor: Actor, agreement: str, *, since: date, until: date) -> bool:
    """Let public money pay a part of the interest of the days from `since` to before `until`.

    Whether it is new. Raises `InputError` NO_AGREEMENT, DATES, OVERLAPS.
    """
    if until <= since:
        raise InputError("DATES", f"{until} is not after {since}.", "Give a later last day.")
    with acting(actor):
        terms_of(actor, agreement)
        known = query(_OVERLAPS, [actor.institution, agreement, until, since])
        if known == [(since, until)]:
            return False
        if known:
            wrong = f"{agreement} is granted from {known[0][0]} to {known[0][1]} already."
            raise InputError("OVERLAPS", wrong, "Give days that no other grant has.")
        return bool(query(_GRANT, [actor.institution, agreement, since, until, actor.by]))


def subsidise(actor: Actor, day: date) -> None:
    """As a month ends, enter for the next day what its days earned. A part of closing the day.

    The year is counted whole each time and what it had is taken off, so that it is rounded once.
    """
    if (day + ONE_DAY).month == day.month:
        return
    opens = date(day.year, 1, 1)
    rules = SubsidyRules.from_policy(load_policy("fiscal").on(day))
    made: list[tuple[Item, str]] = []
    for name, party, froms, tos in query(_GRANTED, [actor.institution, day, opens]):
        granted = _Granted(terms_of(actor, name), tuple(zip(froms, tos, strict=True)))
        had = dict(query(_HAD, [actor.institution, party, day.year]))
        of_others = sum(fen for other, fen in had.items() if other != name)
        of_others += sum(int(item.content["fen"]) for item, whose in made if whose == party)
        whole = earned(
            list(_stretches(actor, granted, day)),
            rate_bps=granted.terms.rate_bps,
            rules=rules,
            used_fen={day.year: of_others},
        )
        fen = whole.get(day.year, 0) - had.get(name, 0)
        if fen > 0:
            told = {"year": day.year, "fen": fen, "split": dict(split(fen, rules))}
            made.append((Item(day, name, Kind.SUBSIDY, told), party))
    items.put(actor, day, [item for item, _ in made])
    tomorrow = day + ONE_DAY
    for item, _ in made:
        paid = Subsidised(
            key=f"subsidy/{day:%Y-%m}", on=tomorrow, booked_on=tomorrow, fen=item.content["fen"]
        )
        receive(actor, item.agreement, [paid])


def _stretches(actor: Actor, granted: _Granted, day: date) -> Iterator[Stretch]:
    """The principal of each granted day of the year, and whether all that was due was paid."""
    first = max(date(day.year, 1, 1), granted.periods[0][0], granted.terms.start)
    known = history(history_of(actor, granted.terms.agreement), known_on=day)[0]
    for state in _states(granted.terms, known, first, day):
        if any(since <= state.on < until for since, until in granted.periods):
            in_order = state.life is Life.ACTIVE and state.oldest_unpaid_on is None
            yield Stretch(state.on, state.on + ONE_DAY, state.principal_fen, in_order)


def _states(
    terms: AgreementTerms, known: Sequence[Event], first: date, last: date
) -> Iterator[AgreementState]:
    """The state at the end of each day; what takes a receipt back needs all that was before it."""
    rules = rules_on(terms.start)
    whole = any(isinstance(event, Reversal) for event in known)
    state = None
    for number in range((last - first).days + 1):
        on = first + number * ONE_DAY
        if whole or state is None:
            state = replay(terms, known, on=on, rules=rules).state
        else:
            fresh = [event for event in known if event.on == on]
            state = replay(terms, fresh, on=on, rules=rules, after=state).state
        yield state
