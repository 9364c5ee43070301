"""Terms and histories of many agreements, each in one statement. Parts of a transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from suixin.lending.agreement import AgreementTerms
from suixin.lending.events import Event
from suixin.service.store import models
from suixin.service.store.agreements import terms_from
from suixin.service.store.event_rows import event_of
from suixin.service.store.session import Actor, query

_EVENTS: Final = """
    select agreement, kind, key, value_on, booked_on, content::text from agreement_event
     where institution_id = %s and agreement = any (%s::text[]) order by agreement, value_on, key
"""


def terms_of_all(actor: Actor, names: Sequence[str]) -> dict[str, AgreementTerms]:
    """What was signed, by agreement."""
    rows = models.Agreement.objects.filter(
        institution_id=actor.institution, agreement__in=list(names)
    )
    return {row.agreement: terms_from(row) for row in rows}


def histories_of(actor: Actor, names: Sequence[str]) -> dict[str, list[Event]]:
    """What happened, by agreement, in the order of value dates; an empty list where nothing did."""
    found: dict[str, list[Event]] = {name: [] for name in names}
    for name, kind, key, value_on, booked_on, content in (
        query(_EVENTS, [actor.institution, list(names)]) if names else ()
    ):
        found[name].append(event_of(kind, key, value_on, booked_on, json.loads(content)))
    return found
