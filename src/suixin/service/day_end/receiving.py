"""Events that the day's end will work: entered now, posted at the end of the day of booking."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementTerms
from suixin.lending.events import Event, Refund, Reversal, Sale, history
from suixin.service.store.agreements import history_of, terms_of
from suixin.service.store.event_rows import content_of
from suixin.service.store.session import Actor, acting, again, query

_ENTER: Final = """
    insert into agreement_event (institution_id, agreement, key, kind, value_on, booked_on, content)
    select %s, %s, u.key, u.kind, u.value_on, u.booked_on, u.content::jsonb
      from unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::text[])
           as u(key, kind, value_on, booked_on, content)
    on conflict (institution_id, agreement, key) do nothing returning key
"""


def receive(actor: Actor, agreement: str, events: Sequence[Event]) -> tuple[str, ...]:
    """Enter events for the end of the day that each is booked on; the keys that are new.

    Sent again, an event changes nothing. Whether the agreement takes one shows when it is worked.
    Raises `InputError` NO_AGREEMENT, KEY_TAKEN, NO_SWEEP, DATES, DAY_CLOSED, and as `history` does.
    """

    def work() -> tuple[str, ...]:
        with acting(actor):
            terms = terms_of(actor, agreement)
            for event in events:
                _check(terms, event)
            columns = [
                [event.key for event in events],
                [type(event).__name__ for event in events],
                [event.on for event in events],
                [event.booked_on for event in events],
                [json.dumps(content_of(event)) for event in events],
            ]
            entered = query(_ENTER, [actor.institution, agreement, *columns])
            known = history_of(actor, agreement)
            stands = {event.key: event for event in known}
            for event in events:
                if stands[event.key] != event:
                    wrong = f"Two events of {agreement} are called {event.key}."
                    raise InputError("KEY_TAKEN", wrong, "Rename one, or send the same again.")
                if isinstance(event, Reversal):
                    history(known, known_on=event.booked_on)
            history(known)
            return tuple(key for (key,) in entered)

    return again(work)


def _check(terms: AgreementTerms, event: Event) -> None:
    """What a replay would stop at, told to who sends the event."""
    if event.on < terms.start:
        wrong = f"{event.key} is of {event.on}, before {terms.agreement} began on {terms.start}."
        raise InputError("DATES", wrong, "Give it a day from its start on.")
    if isinstance(event, Sale | Refund) and terms.sweep is None:
        wrong = f"{event.key}: {terms.agreement} is not repaid from sales."
        raise InputError("NO_SWEEP", wrong, "Send receipts instead.")
