"""What the log recorded, by name: of what kind and when, and nothing of what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from suixin.service.app.caller import Caller, Duty, forbidden, service_caller
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import acting, query

_LIST: Final = """
    select encode(record, 'hex'), encode(leaf, 'hex'), kind, told_at from log_record
     where institution_id = %s and (%s = '' or kind = %s)
       and (%s::timestamptz is null or (told_at, encode(record, 'hex')) < (%s, %s))
     order by told_at desc, encode(record, 'hex') desc limit %s
"""


@dataclass(frozen=True, slots=True)
class RecordNamed:
    """A record: its name, its leaf in the log, its kind, and when it was told."""

    record: str
    leaf: str
    kind: str
    told_at: datetime


def records(
    caller: Caller, *, kind: str, before: tuple[datetime, str] | None, limit: int
) -> tuple[RecordNamed, ...]:
    """The records of an institution, the last first; raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_EVIDENCE)
    if caller.duties == {Duty.HOUSEHOLD}:
        raise forbidden(caller, "The list of all records is not yours to see.")
    at, name = before if before is not None else (None, "")
    with acting(service_caller(caller.institution, "proof").actor("looked at the records")):
        rows = query(_LIST, [caller.institution, kind, kind, at, at, name, limit])
    return tuple(RecordNamed(*row) for row in rows)
