"""What is kept of each subject between scorings, so that it is scored again without its feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from suixin.credit.online import OnlineRules
from suixin.credit.subject_summary import Market, SubjectSummary
from suixin.data.errors import InputError
from suixin.service.app import due
from suixin.service.app.packing import (
    packed_market,
    packed_summary,
    unpacked_market,
    unpacked_summary,
)
from suixin.service.store.session import Actor, query, reading

_NUMBER: Final = "select coalesce(max(number), 0) + 1 from market where institution_id = %s"
_MARKET: Final = """
    insert into market (institution_id, number, as_of, made_at, content)
    values (%s, %s, %s, %s, %s)
"""
_SUMMARIES: Final = """
    insert into summary (institution_id, subject, market, as_of, made_at, content)
    select %s, subject, %s, %s, %s, content
      from unnest(%s::text[], %s::bytea[]) as t(subject, content)
    on conflict (institution_id, subject) do update
       set market = excluded.market, as_of = excluded.as_of, made_at = excluded.made_at,
           content = excluded.content
"""
_SUMMARY: Final = """
    select s.content, s.market, m.made_at, m.content from summary as s
      join market as m on (m.institution_id, m.number) = (s.institution_id, s.market)
     where s.institution_id = %s and s.subject = %s
"""
_OLD: Final = (
    "delete from summary where institution_id = %s and market < %s",
    "delete from market where institution_id = %s and number < %s",
)


@dataclass(frozen=True, slots=True)
class Ready:
    """What is kept of a subject, and of the market it was last scored in."""

    summary: SubjectSummary
    market: Market
    number: int


def keep_summaries(
    actor: Actor, market: Market, summaries: Mapping[str, SubjectSummary], on: date, at: datetime
) -> None:
    """What the next refresh of each subject needs; what an older scoring left is gone."""
    ((number,),) = query(_NUMBER, [actor.institution])
    query(_MARKET, [actor.institution, number, on, at, packed_market(market)])
    packed: list[Any] = [packed_summary(one) for one in summaries.values()]
    query(_SUMMARIES, [actor.institution, number, on, at, list(summaries), packed])
    for statement in _OLD:
        query(statement, [actor.institution, number])


def keep_summary(actor: Actor, one: SubjectSummary, market: int, on: date, at: datetime) -> None:
    """What the next refresh of one subject needs, in the market it was scored in."""
    kept: list[Any] = [[one.subject], [packed_summary(one)]]
    query(_SUMMARIES, [actor.institution, market, on, at, *kept])


def market_number(actor: Actor) -> int:
    """The number of the last scoring of all; 0 before the first."""
    ((following,),) = query(_NUMBER, [actor.institution])
    return int(following) - 1


def check_fresh(actor: Actor, subject: str, on: date) -> Ready:
    """What is kept of a subject; raises `InputError` BEING_SCORED, NOT_SCORED where nothing is."""
    ready = ready_of(actor, subject, on)
    if ready is None:
        if any(one.subject == subject and one.why in due.TAKES_BACK for one in due.due(actor)):
            wrong = f"Facts of {subject} were taken back, and it is being scored without them."
            raise InputError("BEING_SCORED", wrong, "Ask again in a minute.")
        raise not_scored(subject)
    return ready


def ready_of(actor: Actor, subject: str, on: date) -> Ready | None:
    """What is kept of a subject; None where nothing is, or what was may be used no more."""
    with reading(actor):
        for content, number, made_at, market in query(_SUMMARY, [actor.institution, subject]):
            place = (actor.institution, int(number), made_at)
            found = _MARKETS.get(place)
            if found is None:
                _MARKETS.clear()
                found = _MARKETS[place] = unpacked_market(bytes(market), rules_on(on).policy)
            return Ready(unpacked_summary(bytes(content)), found, int(number))
    return None


@lru_cache(maxsize=8)
def rules_on(on: date) -> OnlineRules:
    """The rules of a day, read once."""
    return OnlineRules.on(on)


# The last market that was read, by its institution, number and moment.
_MARKETS: Final[dict[tuple[int, int, datetime], Market]] = {}


def not_scored(party_id: str) -> InputError:
    """That a party has no credit file yet."""
    wrong = f"{party_id} was not scored yet."
    return InputError("NOT_SCORED", wrong, "Load its facts; the next scoring of all meets it.")
