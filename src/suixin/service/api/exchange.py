"""Exchange by field: a reader is shown the fields it was granted, for a purpose, of whom agreed.

A grant is made by two people. The household's own consent, to this reader and for this purpose,
is asked besides. Who asked for what and what he was shown is noted before anything is shown, and
what was refused is noted too.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final
from uuid import uuid4

from suixin.data.errors import InputError, shown
from suixin.data.feed import COMMON, FEEDS
from suixin.service.api.masks import Mask, Value, least, masked
from suixin.service.api.secret import secrets_for
from suixin.service.app.caller import Caller, service_caller
from suixin.service.app.day import CHINA
from suixin.service.app.facts import rows_about
from suixin.service.app.permits import Act, check_may, check_own
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.session import acting, query

DAYS_MAX: Final = 365
ROWS_MAX: Final = 500
_READERS: Final = b"suixin/exchange-reader/1"
_GRANT: Final = """
    insert into exchange_grant (institution_id, id, reader, feed, field, purpose, subjects,
                                valid_from, valid_until, mask, granted_by)
    select %s, %s || '/' || field, %s, %s, field, %s, %s, %s, %s, mask, %s
      from unnest(%s::text[], %s::text[]) as f (field, mask) on conflict do nothing
"""
_IN_FORCE: Final = """
    select field, mask from exchange_grant
     where institution_id = %s and reader = %s and feed = %s and purpose = %s and ended_at is null
       and valid_from <= %s and valid_until >= %s
       and (cardinality(subjects) = 0 or %s = any (subjects))
"""
_CONSENT: Final = """
    select 1 from consent
     where institution_id = %s and party_id = %s and purpose = any (%s) and receiver = %s
       and %s = any (kinds) and since <= %s and until >= %s and revoked_at is null limit 1
"""
_NOTE: Final = """
    insert into exchange_read (institution_id, id, reader, feed, subject, purpose, shown, masked,
                               refused, rows, lag_seconds)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_READ_COLUMNS: Final = """id, reader, feed, subject, purpose, shown, masked, refused, rows,
    lag_seconds, at"""


class Purpose(StrEnum):
    """For what a reader may read."""

    CREDIT = "credit"
    CLAIM = "claim"
    SUBSIDY = "subsidy"
    SANDBOX = "sandbox"
    COMPLAINT = "complaint"


# Which purposes of a household's consent cover it.
_AGREED: Final = {
    Purpose.CREDIT: ["credit"],
    Purpose.CLAIM: ["loan_service", "insurance"],
    Purpose.SUBSIDY: ["subsidy"],
    Purpose.SANDBOX: ["credit", "research"],
    Purpose.COMPLAINT: ["loan_service"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a reader shall be shown: which fields of a feed, each masked how, of whom, until when.

    No `subjects` are all who consented.
    """

    reader: str
    feed: str
    fields: Mapping[str, Mask]
    purpose: Purpose
    subjects: tuple[str, ...]
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Facts of a subject as a reader is shown them; `hidden` names what it was not granted.

    `lag_seconds` is the middle of how long the rows took from happening to being known here.
    """

    read: str
    feed: str
    subject: str
    purpose: Purpose
    rows: tuple[Mapping[str, Value], ...]
    masks: Mapping[str, Mask]
    hidden: tuple[str, ...]
    whole: bool
    lag_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """That a reader asked for facts of a subject, and what he was shown."""

    read: str
    reader: str
    feed: str
    subject: str
    purpose: str
    shown: tuple[str, ...]
    masked: tuple[str, ...]
    refused: str
    rows: int
    lag_seconds: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How old facts were when they were read: the middle, and what 9 of 10 were at most."""

    reads: int
    refused: int
    median_seconds: int | None
    p90_seconds: int | None


def share(caller: Caller, wanted: Share, *, key: str, why: str, at: datetime) -> Proposal:
    """Propose that a reader be shown fields; another person confirms it.

    Raises `InputError` NOT_PERMITTED, NO_FEED, NO_FIELD, DATES.
    """
    check_may(caller, Act.SHARE_FIELDS)
    _check(wanted)
    content = {
        "reader": wanted.reader,
        "feed": wanted.feed,
        "fields": {name: mask.value for name, mask in sorted(wanted.fields.items())},
        "purpose": wanted.purpose.value,
        "subjects": sorted(wanted.subjects),
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
    }
    subject = f"{wanted.reader}/{wanted.feed}"
    return propose(caller, Act.SHARE_FIELDS, subject, content, key=key, why=why, at=at)


@carries_out(Act.SHARE_FIELDS)
def share_confirmed(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Grant what two people agreed to: a grant a field."""
    told = proposal.content
    query(
        _GRANT,
        [
            *(caller.institution, proposal.proposal, told["reader"], told["feed"]),
            *(told["purpose"], told["subjects"], told["since"], told["until"], caller.by),
            *(list(told["fields"]), list(told["fields"].values())),
        ],
    )


def end_shares(caller: Caller, reader: str, feed: str, *, at: datetime) -> int:
    """End every grant of a feed to a reader; how many. One person may: it shows less."""
    check_may(caller, Act.SHARE_FIELDS)
    with acting(caller.actor("ended an exchange")):
        rows = query(
            "update exchange_grant set ended_at = %s where institution_id = %s and reader = %s"
            " and feed = %s and ended_at is null returning id",
            [at, caller.institution, reader, feed],
        )
    return len(rows)


def read(caller: Caller, feed: str, subject: str, purpose: Purpose, *, at: datetime) -> Shared:
    """A subject's facts as this reader was granted them; noted before they are told.

    Whether the subject is not there, did not consent or nothing was granted, the answer is the
    same. Raises `InputError` NOT_PERMITTED, NOT_SHARED.
    """
    check_may(caller, Act.READ_SHARED)
    reader, on = reader_of(caller), at.astimezone(CHINA).date()
    service = service_caller(caller.institution, "exchange").actor(f"read for {reader}")
    name = str(uuid4())
    with acting(service):
        about = [caller.institution, reader, feed, purpose.value]
        granted: dict[str, list[Mask]] = {}
        for field, mask in query(_IN_FORCE, [*about, on, on, subject]):
            granted.setdefault(field, []).append(Mask(mask))
        agreed = query(
            _CONSENT, [caller.institution, subject, _AGREED[purpose], reader, feed, on, on]
        )
        if not granted or not agreed:
            note = [*(caller.institution, name, reader, feed, subject, purpose.value)]
            query(_NOTE, [*note, [], [], "NOT_SHARED", 0, None])
            found = None
        else:
            masks = {field: least(several) for field, several in granted.items()}
            rows = rows_about(service, feed, subject, on=on)
            found = _shown(caller, name, feed, subject, purpose, masks, rows)
            _note(caller.institution, reader, found)
    if found is None:
        wrong = f"Nothing of {shown(feed)} is shared with you about {shown(subject)}."
        raise InputError("NOT_SHARED", wrong, "Ask for a grant, and the household for its consent.")
    return found


def reads_of(
    caller: Caller, subject: str, *, after: datetime | None, limit: int
) -> tuple[Noted, ...]:
    """Who read a subject's facts, newest first; a household sees its own."""
    check_may(caller, Act.SEE_PARTY)
    check_own(caller, subject)
    service = service_caller(caller.institution, "exchange").actor("looked who read")
    with acting(service):
        rows = query(
            f"select {_READ_COLUMNS} from exchange_read where institution_id = %s"
            " and subject = %s and (%s::timestamptz is null or at < %s)"
            " order by at desc limit %s",
            [caller.institution, subject, after, after, limit],
        )
        return tuple(_noted(row) for row in rows)


def lag(caller: Caller, *, since: date, until: date) -> Lag:
    """How old what was read was, over days; and how often nothing was shown."""
    check_may(caller, Act.SHARE_FIELDS)
    with acting(caller.actor("looked at the exchange's lag")):
        rows = query(
            "select lag_seconds, refused <> '' from exchange_read where institution_id = %s"
            " and at >= %s and at < %s",
            [caller.institution, since, until + timedelta(days=1)],
        )
    known = sorted(seconds for seconds, _ in rows if seconds is not None)
    return Lag(
        reads=len(rows),
        refused=sum(refused for _, refused in rows),
        median_seconds=_rank(known, 0.5),
        p90_seconds=_rank(known, 0.9),
    )


def reader_of(caller: Caller) -> str:
    """As whom a caller reads: a partner's system by its name, an office by its duty."""
    if caller.by.startswith("client:"):
        return caller.by.removeprefix("client:")
    return min(caller.duties).value


def _shown(
    caller: Caller,
    name: str,
    feed: str,
    subject: str,
    purpose: Purpose,
    masks: Mapping[str, Mask],
    rows: Sequence[Mapping[str, object]],
) -> Shared:
    fields = {field.name: field.type for field in FEEDS[feed].fields}
    about = f"{caller.institution}/{reader_of(caller)}".encode()
    key = hmac.digest(secrets_for(_READERS)[0], about, "sha256")
    hidden = tuple(field for field in fields if masks.get(field, Mask.HIDDEN) is Mask.HIDDEN)
    return Shared(
        read=name,
        feed=feed,
        subject=subject,
        purpose=purpose,
        rows=tuple(
            {
                field: masked(
                    _typed(kind, row.get(field)), masks.get(field, Mask.HIDDEN), reader_key=key
                )
                for field, kind in fields.items()
            }
            for row in rows[:ROWS_MAX]
        ),
        masks=dict(masks),
        hidden=hidden,
        whole=len(rows) <= ROWS_MAX,
        lag_seconds=_rank(sorted(_age(row) for row in rows if _dated(row)), 0.5),
    )


def _note(institution: int, reader: str, found: Shared) -> None:
    seen = sorted(field for field, mask in found.masks.items() if mask is not Mask.HIDDEN)
    query(
        _NOTE,
        [
            *(institution, found.read, reader, found.feed, found.subject, found.purpose.value),
            *(seen, list(found.hidden), "", len(found.rows), found.lag_seconds),
        ],
    )


def _typed(kind: str, value: object) -> object:
    """A value as its feed's field means it: instants are kept as seconds, days as days of 1970."""
    if isinstance(value, int) and kind == "ts":
        return datetime.fromtimestamp(value, CHINA)
    if isinstance(value, int) and kind == "day":
        return date(1970, 1, 1) + timedelta(days=value)
    return value


def _dated(row: Mapping[str, object]) -> bool:
    return isinstance(row.get("occurred_at"), int) and isinstance(row.get("recorded_at"), int)


def _age(row: Mapping[str, Any]) -> int:
    return int(row["recorded_at"] - row["occurred_at"])


def _rank(values: Sequence[int], part: float) -> int | None:
    """The value at a part of the order, by nearest rank; None of none."""
    return values[max(0, ceil(part * len(values)) - 1)] if values else None


def _check(wanted: Share) -> None:
    feed = FEEDS.get(wanted.feed)
    if feed is None:
        raise InputError("NO_FEED", f"There is no feed {shown(wanted.feed)}.", "See docs/feeds.md.")
    fields = {field.name for field in (*feed.fields, *COMMON)}
    unknown = sorted(set(wanted.fields) - fields)
    if unknown or not wanted.fields:
        wrong = f"{wanted.feed} has no field {shown(unknown[0]) if unknown else '(none is named)'}."
        raise InputError("NO_FIELD", wrong, f"Its fields: {', '.join(sorted(fields))}.")
    if not wanted.since <= wanted.until <= wanted.since + timedelta(days=DAYS_MAX):
        wrong = f"From {wanted.since} to {wanted.until} is not 1 to {DAYS_MAX + 1} days."
        raise InputError("DATES", wrong, f"Share for {DAYS_MAX} days at most, then anew.")


def _noted(row: tuple[Any, ...]) -> Noted:
    name, reader, feed, subject, purpose, seen, hidden, refused, rows, seconds, at = row
    return Noted(
        read=name,
        reader=reader,
        feed=feed,
        subject=subject,
        purpose=purpose,
        shown=tuple(seen),
        masked=tuple(hidden),
        refused=refused,
        rows=rows,
        lag_seconds=seconds,
        at=at,
    )
