"""Facts exchanged by field: what is shared with whom, reading it, and who read what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from annotated_types import MaxLen, MinLen
from ninja import Query, Router

from suixin.service.api import exchange
from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.endpoints.fields import (
    Body,
    Code,
    CursorAsked,
    Id,
    IdInPath,
    LimitAsked,
    Words,
)
from suixin.service.api.exchange import Lag, Noted, Purpose, Share, Shared
from suixin.service.api.masks import Mask
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal

router = Router(tags=["Exchange"])


class Sharing(Body):
    """What a reader shall be shown."""

    reader: Code
    feed: Code
    fields: Annotated[dict[Code, Mask], MinLen(1), MaxLen(100)]
    purpose: Purpose
    subjects: Annotated[tuple[Id, ...], MaxLen(1_000)] = ()
    since: date
    until: date
    why: Words


class Ending(Body):
    """Which sharing ends."""

    reader: Code
    feed: Code


@dataclass(frozen=True, slots=True)
class SharesEnded:
    """How many fields are shared no more."""

    ended: int


@writes(router, "/exchange/grants", Proposal, Act.SHARE_FIELDS)
def share_fields(asked: Asked, body: Sharing) -> Proposal:
    """Propose to show a reader fields of a feed; another person confirms it."""
    wanted = Share(
        reader=body.reader,
        feed=body.feed,
        fields=dict(body.fields),
        purpose=body.purpose,
        subjects=tuple(body.subjects),
        since=body.since,
        until=body.until,
    )
    return exchange.share(asked.caller, wanted, key=asked.key, why=body.why, at=asked.at)


@writes(router, "/exchange/grants/end", SharesEnded, Act.SHARE_FIELDS, status=200)
def end_sharing(asked: Asked, body: Ending) -> SharesEnded:
    """Show a reader nothing of a feed any more."""
    return SharesEnded(exchange.end_shares(asked.caller, body.reader, body.feed, at=asked.at))


@reads(router, "/exchange/facts/{feed}/{party}", Shared, Act.READ_SHARED)
def read_shared_facts(
    asked: Asked, feed: IdInPath, party: IdInPath, purpose: Annotated[Purpose, Query()]
) -> Shared:
    """A party's facts as they are shared with you; that you read them is noted first."""
    return exchange.read(asked.caller, feed, party, purpose, at=asked.at)


@reads(router, "/exchange/reads/{party}", Listed[Noted], Act.SEE_PARTY)
def list_reads(
    asked: Asked, party: IdInPath, cursor: CursorAsked, limit: LimitAsked
) -> Listed[Noted]:
    """Who read a party's facts, newest first: a household sees who read its own."""
    place = asked.place(cursor, str)
    after = None if place is None else datetime.fromisoformat(place[0])
    found = exchange.reads_of(asked.caller, party, after=after, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.at.isoformat(),))


@reads(router, "/exchange/lag", Lag, Act.SHARE_FIELDS)
def see_exchange_lag(
    asked: Asked, since: Annotated[date, Query()], until: Annotated[date, Query()]
) -> Lag:
    """How old the facts were that were read, over days."""
    return exchange.lag(asked.caller, since=since, until=until)
