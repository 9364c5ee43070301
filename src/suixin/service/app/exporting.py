"""All that an institution has of a person, for that person, as one value of JSON (PIPL art. 45)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.data.feed import FEEDS
from suixin.service.app import lake
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.disputes import disputes
from suixin.service.app.due import subject_of
from suixin.service.app.evidence import plain
from suixin.service.app.keys import ring
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.store import people
from suixin.service.store.openings import StoredOpenings
from suixin.service.store.session import Actor, acting, query

# Where a party's rows are, and by which column.
_TABLES: Final = (
    ("party", "party_id"),
    ("onboarding", "party_id"),
    ("consent", "party_id"),
    ("application", "party_id"),
    ("agreement", "party_id"),
    ("limit_change", "party_id"),
    ("guarantee", "guarantor"),
    ("advice", "party_id"),
    ("live_slot", "party_id"),
    ("fact", "party_id"),
)
_ROWS: Final = """
    select to_jsonb(t) - 'institution_id' - 'usual' from {table} as t
     where institution_id = %s and {column} = %s order by 1
"""
_EVENTS: Final = """
    select to_jsonb(e) - 'institution_id' from agreement_event as e
      join agreement as a on (a.institution_id, a.agreement) = (e.institution_id, e.agreement)
     where e.institution_id = %s and a.party_id = %s order by e.agreement, e.booked_on, e.key
"""
_RECEIPTS: Final = """
    select to_jsonb(r) - 'institution_id' from consent_receipt as r
      join consent as c on (c.institution_id, c.consent) = (r.institution_id, r.consent)
     where r.institution_id = %s and c.party_id = %s order by r.consent
"""
_FILES: Final = """
    select to_jsonb(f) - 'institution_id' from credit_file as f
     where institution_id = %s and subject = %s order by version
"""
_RECORDS: Final = """
    select r.record, r.leaf, r.kind, r.told_at from opening as o
      join log_record as r on (r.institution_id, r.leaf) = (o.institution_id, o.leaf)
     where o.institution_id = %s and o.party_id = %s order by r.told_at, r.record
"""


def export_mine(caller: Caller, party_id: str, *, at: datetime) -> dict[str, Any]:
    """Everything kept of a party: its data in clear, consents, files, facts, loans and records.

    Raises `InputError` NOT_PERMITTED, NO_PARTY. Of who was erased there is nothing in clear.
    """
    check_may(caller, Act.SEE_PERSONAL)
    actor = acting_for(caller, party_id, "exported what is kept of a person")
    found: dict[str, Any] = {"party_id": party_id, "exported_at": at.isoformat()}
    with acting(actor):
        found["personal"] = _personal(actor, party_id)
        whose = [actor.institution, party_id]
        for table, column in _TABLES:
            found[table] = _told(_ROWS.format(table=table, column=column), whose)
        found["agreement_event"] = _told(_EVENTS, whose)
        found["consent_receipt"] = _told(_RECEIPTS, whose)
        found["credit_file"] = _told(_FILES, [actor.institution, subject_of(actor, party_id)])
        found["record"] = _records(actor, party_id)
        on = business_day(actor, at)
    found["dispute"] = [plain(asdict(one)) for one in disputes(caller, party_id=party_id)]
    facts = lake.rows_about(actor, tuple(FEEDS), party_id, on=on)
    found["facts"] = {feed: plain(list(rows)) for feed, rows in facts.items() if rows}
    return found


def _personal(actor: Actor, party_id: str) -> dict[str, str]:
    try:
        told = people.personal(actor, ring(), party_id)
    except InputError as fault:
        if fault.code == "ERASED":
            return {}
        raise
    return {name.value: text for name, text in told.items()}


def _records(actor: Actor, party_id: str) -> list[dict[str, Any]]:
    """What the log was told of a person, in clear, each with the name by which it is proved."""
    openings = StoredOpenings(actor, ring())
    return [
        {
            "record": bytes(record).hex(),
            "kind": kind,
            "told_at": told_at.isoformat(),
            "content": json.loads(openings.get(bytes(leaf)).private),
        }
        for record, leaf, kind, told_at in query(_RECORDS, [actor.institution, party_id])
    ]


def _told(statement: str, given: list[Any]) -> list[Any]:
    return [json.loads(row) for (row,) in query(statement, given)]
