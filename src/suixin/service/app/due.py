"""Which subjects' scores no longer rest on what is known, so that they are computed anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from suixin.service.app.later import Queue, later
from suixin.service.store.session import Actor, acting, query, reading

# What is sold moves one score, from its own facts; what others say moves with a scoring of all. A
# consent that was given brings nothing yet; its facts will.
SALE, GIVEN, REVOKED, GONE = "sale", "consent_given", "consent_revoked", "erased"
TAKES_BACK: Final = (REVOKED, GONE)
_NOTE: Final = """
    insert into score_due (institution_id, subject, why, since) values (%s, %s, %s, %s)
    on conflict (institution_id, subject) do update
       set why = case when score_due.why = any (%s) then excluded.why else score_due.why end,
           since = greatest(excluded.since, score_due.since + interval '1 microsecond')
"""
_WAITING: Final = """
    select exists (select from score_due where institution_id = %s and subject = %s),
           exists (select from score_due where institution_id = %s and why = any (%s))
"""
_SUBJECT: Final = """
    select coalesce(nullif(household_id, ''), party_id) from party
     where institution_id = %s and party_id = %s
"""
_DUE: Final = """
    select subject, why, since from score_due where institution_id = %s order by since, subject
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A subject whose score is due, why, and since when."""

    subject: str
    why: str
    since: datetime


def subject_of(actor: Actor, party_id: str) -> str:
    """Whose file a party's facts belong in: its household's, else its own."""
    with reading(actor):
        rows = query(_SUBJECT, [actor.institution, party_id])
    return str(rows[0][0]) if rows else party_id


def note_due(actor: Actor, party_id: str, *, why: str, at: datetime) -> None:
    """Note that a party's score is due, and have it computed once this is committed.

    Where facts may be used no more, what was kept of them is dropped at once: until the score is
    computed anew no decision rests on it.
    """
    takes_back = list(TAKES_BACK)
    with acting(actor):
        subject = subject_of(actor, party_id)
        whose = [actor.institution, subject]
        ((waits, all_wait),) = query(_WAITING, [*whose, actor.institution, takes_back])
        query(_NOTE, [*whose, why, at, [SALE, GIVEN]])
        if why in TAKES_BACK:
            query("delete from summary where institution_id = %s and subject = %s", whose)
            if not all_wait:
                ask_for_all(actor)
        elif why == SALE and not waits:
            later(actor, "rescore", lock=f"score:{subject}", subject=subject)


def ask_for_all(actor: Actor) -> None:
    """Have all be scored, once this is committed."""
    later(actor, "rescore_all", lock="score", queue=Queue.LONG)


def due(actor: Actor) -> tuple[Due, ...]:
    """The subjects whose score is due, the longest waiting first."""
    with reading(actor):
        return tuple(Due(*row) for row in query(_DUE, [actor.institution]))
