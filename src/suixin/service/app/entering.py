"""Entering what happens to an agreement, whether or not its institution ends days.

Where it ends days the event is posted at the day's end; whether the agreement takes it is looked at
now, so that whoever enters it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.events import Event
from suixin.service.app.applications import refused_by
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.standings import Standing, servicing_rules, standing_of
from suixin.service.day_end.receiving import receive
from suixin.service.store import agreements
from suixin.service.store.session import Actor, acting, query

_PARTY: Final = "select party_id from agreement where institution_id = %s and agreement = %s"
_ENDS_DAYS: Final = "select from day_end where institution_id = %s limit 1"


def enter(actor: Actor, agreement: str, events: Sequence[Event], *, on: date) -> Standing:
    """Enter events of a day; where the agreement then stands. Sent again they change nothing.

    Raises `InputError` by the name of a refusal of the agreement's, and nothing is entered; as
    `receive` and `record` do.
    """
    with acting(actor):
        known = {event.key: event for event in agreements.history_of(actor, agreement)}
        events = [_as_known(known, event) for event in events]
        new = tuple(event for event in events if event.key not in known)
        after = standing_of(actor, agreement, on=on, also=new)
        for key, refusal in after.replayed.refused:
            if key not in known:
                raise refused_by(refusal)
        if query(_ENDS_DAYS, [actor.institution]):
            receive(actor, agreement, events)
            return after
        rules = servicing_rules(after.terms.start)
        made = agreements.record(actor, agreement, events, through=on, rules=rules)
        for _, refusal in made.refused:
            raise refused_by(refusal)
        return after


def actor_for(caller: Caller, agreement: str, why: str) -> Actor:
    """For whom an act on an agreement works: the service, once the caller is seen to reach it.

    Raises `InputError` NO_AGREEMENT, in the same words whether it is another's or never was.
    """
    with acting(caller.actor(why)):
        rows = query(_PARTY, [caller.institution, agreement])
    own = caller.duties != {Duty.HOUSEHOLD} or rows == [(caller.party,)]
    if not rows or not own:
        raise InputError("NO_AGREEMENT", f"There is no agreement {agreement}.", "Check the id.")
    return Actor(institution=caller.institution, by=caller.by, why=why)


def _as_known(known: Mapping[str, Event], event: Event) -> Event:
    """What was entered before, on whatever day, where it says the same."""
    stands = known.get(event.key)
    if stands is not None and replace(event, booked_on=stands.booked_on) == stands:
        return stands
    return event
