"""What there is to see on the auditor's pages: a loan's records, its books, a signed head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from people_of_desks import PARTY, People

from suixin.service.app import evidence, ledger, records
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.records import Search


def auditor(people: People) -> Caller:
    """The institution's auditor."""
    return people.world.caller("user:8", Duty.AUDITOR)


def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """A loan that was lent: the record of it, its first posting, today's head."""
    world = people.world
    loan = world.lent(PARTY, "sales_flow", 1_000_000)
    (found, *_) = records.records(auditor(people), Search(about=loan)).rows
    evidence.sign_head(world.institution, at=world.at)
    (posted, *_) = ledger.entries(auditor(people), agreement=loan).rows
    return {
        "auditor-record": {"record": found.record.hex()},
        "auditor-proof": {"record": found.record.hex()},
        "auditor-checkpoint": {"day": world.day.isoformat()},
        "auditor-sheet": {"sheet": "fund"},
        "auditor-transaction": {"key": posted.key},
    }
