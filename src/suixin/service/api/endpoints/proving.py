"""Proofs: of one record, the heads of the log, and the log's own static files."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import StringConstraints

from suixin.data.errors import InputError
from suixin.service.api import records
from suixin.service.api.asked import Asked, Endpoint, Listed, asked_by, fresh, part, reads, told
from suixin.service.api.endpoints.fields import Code, CursorAsked, DayAsked, Digest, LimitAsked
from suixin.service.api.records import RecordNamed
from suixin.service.app import evidence
from suixin.service.app.evidence import DayHead
from suixin.service.app.permits import Act, check_may
from suixin.service.store.log_store import DatabaseStore

router = Router(tags=["Proof"])
_LOG_PATH = r"^(checkpoint|tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[0-9]{1,3})?)$"
LogPath = Annotated[str, StringConstraints(pattern=_LOG_PATH), Path()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedRecord:
    """An entry and what proves it: the contents of the files that `suixin verify` takes.

    `entry_base64` and `opening_base64` are bytes; the opening is there for who may see it.
    """

    record: str
    leaf: str
    kind: str
    told_at: datetime
    index: int
    entry_base64: str
    proof: str
    policy: str
    opening_base64: str | None


@reads(router, "/evidence", Listed[RecordNamed], Act.SEE_EVIDENCE)
def list_records(
    asked: Asked,
    kind: Annotated[Code | None, Query(None)],
    cursor: CursorAsked,
    limit: LimitAsked,
) -> Listed[RecordNamed]:
    """What the log recorded, the last first: of what kind and when, not what it says."""
    place = asked.place(cursor, str, str)
    before = None if place is None else (datetime.fromisoformat(place[0]), place[1])
    found = records.records(asked.caller, kind=kind or "", before=before, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.told_at.isoformat(), one.record))


@reads(router, "/evidence/{record}", ProvedRecord, Act.SEE_EVIDENCE)
def prove_record(asked: Asked, record: Annotated[Digest, Path()]) -> ProvedRecord:
    """What proves a record, by its name or its leaf's hash."""
    found = evidence.proof(asked.caller, bytes.fromhex(record), at=asked.at)
    return ProvedRecord(
        record=found.record.hex(),
        leaf=found.leaf.hex(),
        kind=found.kind.value,
        told_at=found.told_at,
        index=found.index,
        entry_base64=_text(found.entry),
        proof=found.proof,
        policy=found.policy,
        opening_base64=None if found.opening is None else _text(found.opening),
    )


@reads(router, "/log/heads", tuple[DayHead, ...], Act.SEE_EVIDENCE)
def list_log_heads(asked: Asked, since: DayAsked, until: DayAsked) -> object:
    """The log's heads by day, and who signed each."""
    return evidence.checkpoints(asked.caller, since=since or date.min, until=until or date.max)


@router.get(
    "/log/{path:path}",
    operation_id="fetch_log_file",
    summary="A file of the log",
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
        }
    },
)
def fetch_log_file(request: HttpRequest, path: LogPath) -> HttpResponse:
    """The log's static files as C2SP tlog-tiles names them: `checkpoint`, `tile/...`."""
    asked = asked_by(request)
    check_may(asked.caller, Act.SEE_EVIDENCE)
    found = DatabaseStore(asked.caller.actor("fetched the log")).fetch(path)
    if found is None:
        raise InputError("NO_ENTRY", "The log has no such file.", "Ask for what its size allows.")
    return fresh(request, found, "application/octet-stream")


told("fetch_log_file", Endpoint(Act.SEE_EVIDENCE, "", False, 200))


def _text(found: bytes) -> str:
    return base64.b64encode(found).decode()
