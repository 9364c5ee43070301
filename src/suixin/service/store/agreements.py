"""Agreements in the store: signed once, and then events, each booked with what it changes.

An event and its postings are one transaction. Where it comes late, the whole history is replayed
and only differences are posted, as `suixin.lending.differences` has them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.day_count import DayCount
from suixin.lending.differences import differences
from suixin.lending.events import Event
from suixin.lending.refused import Refused
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ServicingRules
from suixin.lending.sweep import SweepTerms
from suixin.lending.transaction import Transaction
from suixin.service.store import models
from suixin.service.store.books import StoredBooks
from suixin.service.store.event_rows import content_of, event_of, planned_of, rows_of
from suixin.service.store.session import Actor, acting, again, query, reading

_SIGN: Final = """
    insert into agreement (institution_id, agreement, party_id, sheet, mode, start_on, rate_bps,
                           rows, penalty_bps, day_count, rounding, limit_fen, sweep_share_bps,
                           sweep_floor_fen, ahead_last)
    values (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, agreement) do nothing returning agreement
"""
_ENTER: Final = """
    insert into agreement_event (institution_id, agreement, key, kind, value_on, booked_on, content)
    values (%s, %s, %s, %s, %s, %s, %s::jsonb)
    on conflict (institution_id, agreement, key) do nothing returning key
"""
# Whose interest is posted at the day's end, together with that of all others.
_DAY_ENDS: Final = "select day from day_end where institution_id = %s limit 1"
_HOLD_OPEN: Final = "select hold_day_open(%s)"
_EVENTS: Final = """
    select kind, key, value_on, booked_on, content::text from agreement_event
     where institution_id = %s and agreement = %s order by value_on, key
"""
# One at a time works on an agreement; two whose numbers are alike wait for one another, no more.
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.agreement'), hashtext(%s))"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was posted and where the agreement then stands, or why an event was refused."""

    state: AgreementState
    posted: tuple[Transaction, ...]
    refused: tuple[tuple[str, Refused], ...]


class _TakenBack(Exception):
    """Ends a transaction whose new events are refused."""

    def __init__(self, replayed: Replayed) -> None:
        super().__init__()
        self.replayed = replayed


def sign(actor: Actor, terms: AgreementTerms) -> bool:
    """Keep what was signed; whether it is new. The party must be registered.

    Raises `InputError` KEY_TAKEN where other terms were signed under that name, NO_PARTY.
    """
    sweep = terms.sweep
    given = [
        *(actor.institution, terms.agreement, terms.party, terms.sheet, terms.mode, terms.start),
        *(terms.rate_bps, json.dumps(rows_of(terms.rows)), terms.penalty_bps),
        *(terms.day_count.value, terms.rounding, terms.limit_fen),
        *(sweep and sweep.share_bps, sweep.floor_fen if sweep else 0, terms.ahead_last),
    ]
    with acting(actor):
        if not models.Party.objects.filter(
            institution=actor.institution, party_id=terms.party
        ).exists():
            wrong = f"There is no party {terms.party}."
            raise InputError("NO_PARTY", wrong, "Register it first.")
        if query(_SIGN, given):
            return True
        if terms_of(actor, terms.agreement) != terms:
            wrong = f"Other terms were signed as {terms.agreement}."
            raise InputError("KEY_TAKEN", wrong, "Use a new name, or send the same again.")
        return False


def terms_of(actor: Actor, agreement: str) -> AgreementTerms:
    """What was signed; raises `InputError` NO_AGREEMENT."""
    with reading(actor):
        for row in models.Agreement.objects.filter(
            institution_id=actor.institution, agreement=agreement
        ):
            return terms_from(row)
    raise InputError("NO_AGREEMENT", f"There is no agreement {agreement}.", "Sign it first.")


def history_of(actor: Actor, agreement: str) -> tuple[Event, ...]:
    """What happened to an agreement, by value date."""
    with reading(actor):
        found = query(_EVENTS, [actor.institution, agreement])
    return tuple(
        event_of(kind, key, value_on, booked_on, json.loads(content))
        for kind, key, value_on, booked_on, content in found
    )


def record(
    actor: Actor,
    agreement: str,
    events: Sequence[Event],
    *,
    through: date,
    rules: ServicingRules,
) -> Recorded:
    """Enter events and post what the ledger lacks to the end of the day `through`, or neither.

    The postings are booked on that day. An event sent again changes nothing; where a new one is
    refused, none is entered. Raises `InputError` as `replay` and the ledger do, NO_AGREEMENT,
    KEY_TAKEN, DAY_ENDS (the institution ends its days: `suixin.service.day_end` posts).
    """

    def work() -> Recorded:
        with acting(actor):
            query(_ALONE, [f"{actor.institution}/{agreement}"])
            query(_HOLD_OPEN, [actor.institution])
            if query(_DAY_ENDS, [actor.institution]):
                wrong = f"Institution {actor.institution} ends its days; events wait for the end."
                raise InputError("DAY_ENDS", wrong, "Enter them by day_end.receiving.receive.")
            terms = terms_of(actor, agreement)
            new = {event.key for event in events if _entered(actor, agreement, event)}
            known = history_of(actor, agreement)
            stands = {event.key: event for event in known}
            for event in events:
                if stands[event.key] != event:
                    wrong = f"Two events of {agreement} are called {event.key}."
                    raise InputError("KEY_TAKEN", wrong, "Rename one, or send the same again.")
            replayed = replay(terms, known, on=through, rules=rules)
            if any(key in new for key, _ in replayed.refused):
                raise _TakenBack(replayed)
            books = StoredBooks(actor)
            missing = differences(
                books,
                replayed.transactions,
                agreement=agreement,
                booked_on=through,
                books=books.name,
            )
            posted = books.post_all(tuple(missing))
            return Recorded(replayed.state, posted, replayed.refused)

    try:
        return again(work)
    except _TakenBack as refused:
        return Recorded(refused.replayed.state, (), refused.replayed.refused)


def _entered(actor: Actor, agreement: str, event: Event) -> bool:
    given = [event.key, type(event).__name__, event.on, event.booked_on]
    content = json.dumps(content_of(event))
    return bool(query(_ENTER, [actor.institution, agreement, *given, content]))


def terms_from(row: Any) -> AgreementTerms:
    """Terms from their row."""
    share = row.sweep_share_bps
    return AgreementTerms(
        agreement=row.agreement,
        party=row.party_id,
        sheet=row.sheet,
        mode=row.mode,
        start=row.start_on,
        rate_bps=row.rate_bps,
        rows=planned_of(row.rows),
        penalty_bps=row.penalty_bps,
        day_count=DayCount(row.day_count),
        rounding=row.rounding,
        limit_fen=row.limit_fen,
        sweep=None if share is None else SweepTerms(share, row.sweep_floor_fen),
        ahead_last=row.ahead_last,
    )
