"""The log's records as they are looked for: by day, by kind, by name, by what they are about.

What a record says of a person stays sealed: the service looks whether it is about what was asked
for, and tells no more than its place, its kind and its hour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.evidence.merkle import node_hash
from suixin.evidence.verifier import Verdict, read_proof, verify
from suixin.service.app.caller import Caller, service_caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import Proved
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may
from suixin.service.store.openings import StoredOpenings
from suixin.service.store.session import Actor, acting, query

LISTED_MAX: Final = 200
SUBJECT_MAX: Final = 120
_NAME: Final = re.compile(r"[0-9a-fA-F]{64}")
_LISTED: Final = """
    select r.record, r.leaf, r.kind, r.told_at, e.index, coalesce(o.party_id, '') <> '',
           o.leaf is not null
      from log_record as r
      join log_entry as e on (e.institution_id, e.leaf) = (r.institution_id, r.leaf)
      left join opening as o on (o.institution_id, o.leaf) = (r.institution_id, r.leaf)
     where r.institution_id = %(of)s and (%(kind)s = '' or r.kind = %(kind)s)
       and r.told_at >= %(since)s and r.told_at < %(until)s
       and (%(leaves)s::bytea[] is null or r.leaf = any (%(leaves)s))
     order by r.told_at desc, e.index desc limit %(limit)s offset %(skip)s
"""
_BY_NAME: Final = "select leaf from log_record where institution_id = %s and %s in (record, leaf)"
_SIZE: Final = "select size from log_head where institution_id = %s"
_WHOSE: Final = """
    select party_id from application where institution_id = %(of)s and application = %(what)s
     union select party_id from agreement where institution_id = %(of)s and agreement = %(what)s
     union select party_id from fund_claim where lender_id = %(of)s and claim = %(what)s
     union select party_id from party where institution_id = %(of)s and party_id = %(what)s
"""
_OPEN: Final = """
    select leaf, kept from opening
     where institution_id = %s and party_id = '' and position(convert_to(%s, 'UTF8') in kept) > 0
"""
_FIRST: Final = datetime(1970, 1, 1, tzinfo=CHINA)
_LAST: Final = datetime(9999, 12, 30, tzinfo=CHINA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for. `about` is an agreement's, an application's, a claim's or a party's id,
    or a record's name or leaf in 64 hexadecimal digits."""

    about: str = ""
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeen:
    """A record by its place in the log. `personal` is about a person; `kept` is not erased."""

    record: bytes
    leaf: bytes
    kind: Kind
    told_at: datetime
    index: int
    personal: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class Records:
    """Newest first; whether there are `more`, and how many entries the log has."""

    rows: tuple[RecordSeen, ...]
    more: bool
    size: int


@dataclass(frozen=True, slots=True)
class Climbed:
    """A neighbour on the way to the root, on which side, and the hash that it makes."""

    left: bool
    neighbour: bytes
    made: bytes


def records(caller: Caller, search: Search, *, number: int = 1, limit: int = 25) -> Records:
    """What the log was told, a page of it. Raises `InputError` NOT_PERMITTED, DATES, SUBJECT."""
    check_may(caller, Act.SEE_EVIDENCE)
    if search.since and search.until and search.until < search.since:
        wrong = f"{search.until} comes before {search.since}."
        raise InputError("DATES", wrong, "Give the earlier day first.")
    if len(search.about) > SUBJECT_MAX:
        wrong = f"What is looked for has {len(search.about)} letters."
        raise InputError("SUBJECT", wrong, f"An id has at most {SUBJECT_MAX}.")
    actor = service_caller(caller.institution, "proof").actor("looked for records")
    limit = min(limit, LISTED_MAX)
    with acting(actor):
        leaves = None if not search.about else list(_leaves_about(actor, search.about))
        size = query(_SIZE, [actor.institution])
        given = {
            "of": actor.institution,
            "kind": search.kind.value if search.kind else "",
            "since": _moment(search.since, time.min, _FIRST),
            "until": _moment(search.until, time.max, _LAST),
            "leaves": leaves,
            "limit": limit + 1,
            "skip": (number - 1) * limit,
        }
        found = query(_LISTED, given)
    rows = tuple(_seen(row) for row in found[:limit])
    return Records(rows, len(found) > limit, int(size[0][0]) if size else 0)


def climbed(proved: Proved) -> tuple[Climbed, ...]:
    """How a record leads to its root, step by step (RFC 9162 section 2.1.3.2)."""
    shown = read_proof(proved.proof.encode())
    here, place, last, steps = proved.leaf, shown.at, shown.size - 1, []
    for neighbour in shown.path:
        left = bool(place & 1) or place == last
        here = node_hash(neighbour, here) if left else node_hash(here, neighbour)
        steps.append(Climbed(left, neighbour, here))
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return tuple(steps)


def verdict_of(proved: Proved) -> Verdict:
    """What `suixin verify` says of what is handed out, checked here as anybody can check it."""
    return verify(proved.proof, proved.policy, entry=proved.entry, opening=proved.opening)


def opened_text(proved: Proved) -> str:
    """What an entry hides, as it was hashed, for who was given its opening; else empty."""
    return "" if proved.opening is None else proved.opening[32:].decode("utf-8", "replace")


def _leaves_about(actor: Actor, what: str) -> Iterator[bytes]:
    if _NAME.fullmatch(what):
        yield from (leaf for (leaf,) in query(_BY_NAME, [actor.institution, bytes.fromhex(what)]))
        return
    openings = StoredOpenings(actor, ring())
    for (party,) in query(_WHOSE, {"of": actor.institution, "what": what}):
        for leaf, opening in openings.of_person(party):
            if party == what or _says(opening.private, what):
                yield leaf
    for leaf, kept in query(_OPEN, [actor.institution, what]):
        if _says(bytes(kept)[32:], what):
            yield leaf


def _says(content: bytes, what: str) -> bool:
    """Whether a content names something, whole."""
    waiting: list[Any] = [json.loads(content)]
    while waiting:
        found = waiting.pop()
        if found == what:
            return True
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return False


def _moment(day: date | None, at: time, otherwise: datetime) -> datetime:
    return otherwise if day is None else datetime.combine(day, at, CHINA)


def _seen(row: tuple[Any, ...]) -> RecordSeen:
    record, leaf, kind, told_at, index, personal, kept = row
    return RecordSeen(
        record=record,
        leaf=leaf,
        kind=Kind(kind),
        told_at=told_at,
        index=index,
        personal=personal,
        kept=kept,
    )
