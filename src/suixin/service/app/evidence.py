"""What is told to an institution's log, and what proves it.

`tell` costs the use case nothing: what a transaction told is numbered, signed and appended as its
last step, so the log's head, at which all meet, is locked last and shortly. Entries and what they
are about stand or fall together. Heads are signed afterwards, each second or when a proof is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from secrets import token_bytes
from threading import local
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence import checkpoint as heads
from suixin.evidence import entry, log, note
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import SALT_BYTES, Body, Kind, Opening
from suixin.evidence.merkle import inclusion
from suixin.evidence.policy import Policy
from suixin.evidence.proof import Proof
from suixin.evidence.quorum import in_force
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.day import CHINA
from suixin.service.app.keys import LogKeys, log_keys, make_keys, ring
from suixin.service.app.permits import Act, check_may, may
from suixin.service.database import OWNER_ALIAS
from suixin.service.home import Home
from suixin.service.store import models
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.openings import StoredOpenings
from suixin.service.store.session import Actor, acting, at_last, query, reading

_TOLD: Final = """
    insert into log_record (institution_id, record, leaf, kind, told_at)
    select %s, * from unnest(%s::bytea[], %s::bytea[], %s::text[], %s::timestamptz[])
"""
_ONE: Final = """
    select record, leaf, kind, told_at from log_record where institution_id = %s
"""
_HEAD: Final = """
    insert into log_day_head (institution_id, on_day, kind, size, note, signed_at)
    values (%s, %s, %s, %s, %s, %s)
    on conflict (institution_id, on_day, kind)
    do update set size = excluded.size, note = excluded.note, signed_at = excluded.signed_at
"""
_PERSON: Final = "select party_id from opening where institution_id = %s and leaf = %s"
_known: Final = local()


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is to be logged as its transaction ends."""

    kind: Kind
    opening: Opening
    at: datetime
    party_id: str
    refs: tuple[bytes, ...]
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """An entry with all that `suixin verify` wants, as the contents of its files.

    `opening` is there for who may see what the entry hides, and not erased.
    """

    record: bytes
    leaf: bytes
    kind: Kind
    told_at: datetime
    index: int
    entry: bytes
    proof: str
    policy: str
    opening: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """The last head of a day: as it was signed, may be proceeded on, or is final; and by whom."""

    on: date
    kind: str
    size: int
    note: str
    signed_at: datetime
    signers: tuple[str, ...]


def open_log(institution: int, domain: str, home: Home) -> LogKeys:
    """Give an institution its log's name and the keys it lacks; the owner's act, and repeatable.

    Raises `InputError` ORIGIN where it has a log of another name, NO_INSTITUTION.
    """
    rows = models.Institution.objects.using(OWNER_ALIAS).filter(id=institution)
    known = rows.values_list("origin", flat=True).first()
    if known is None:
        raise InputError("NO_INSTITUTION", f"There is no institution {institution}.", "Open it.")
    made = make_keys(home, institution, domain)
    if known not in ("", made.origin):
        wrong = f"The log of institution {institution} is {known}, not {made.origin}."
        raise InputError("ORIGIN", wrong, "Put back the keys of that log.")
    rows.update(origin=made.origin)
    return made


def tell(
    actor: Actor,
    kind: Kind,
    content: Mapping[str, object],
    *,
    at: datetime,
    party_id: str = "",
    refs: Sequence[bytes] = (),
    policy: str = "",
) -> bytes:
    """Have the log record this as the transaction ends; the record's name, of 32 bytes.

    The name is the entry's commitment: it says nothing of the content, and `proof` finds by it.
    With `party_id` the content is that person's and goes with him. Raises `CanonicalFault` where
    the content cannot be written exactly; what the log refuses (NO_KEY, ERASED, NO_PARTY) is
    raised as the transaction ends, and takes it back whole.
    """
    opening = Opening(token_bytes(SALT_BYTES), entry_bytes(plain(content)))
    with reading(actor):
        at_last(_append, _Telling(kind, opening, at, party_id, tuple(refs), policy))
    return opening.commitment


def plain(value: Any) -> Any:
    """A value with days and moments as ISO text, enums as their value and bytes as hexadecimal.

    >>> plain({"on": date(2026, 6, 30), "kind": Kind.ORDER, "leaf": b"1"})
    {'on': '2026-06-30', 'kind': 'order', 'leaf': '31'}
    """
    match value:
        case Enum():
            return plain(value.value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {key: plain(found) for key, found in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(found) for found in _ordered(value)]
        case _:
            return value


def _ordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else value


def _append(actor: Actor, told: Sequence[_Telling]) -> None:
    """All that a transaction told, as its last step: persons' keys in one order, then the head."""
    keys, openings = log_keys(actor.institution), StoredOpenings(actor, ring())
    persons = openings.keys_of(one.party_id for one in told)
    store = _store(actor)
    with store.writing():
        seq = store.next_seq(keys.author.name)
        sealed = [_sealed(one, seq + place, keys) for place, one in enumerate(told)]
        enter(store, keys.origin, sealed)
        openings.put_all(
            [
                (made.leaf, one.opening, one.party_id)
                for one, made in zip(told, sealed, strict=True)
            ],
            persons,
        )
        rows = [
            [one.opening.commitment for one in told],
            [made.leaf for made in sealed],
            [one.kind.value for one in told],
            [one.at for one in told],
        ]
        query(_TOLD, [actor.institution, *rows])


def _sealed(one: _Telling, seq: int, keys: LogKeys) -> entry.Sealed:
    at, commit = int(one.at.timestamp()), one.opening.commitment
    return entry.seal(Body(one.kind, at, seq, commit, one.refs, one.policy), keys.author)


def enter(store: DatabaseStore, origin: str, sealed: Sequence[entry.Sealed]) -> tuple[int, ...]:
    """Log entries of whoever may write here; raises `EntryFault` KIND, `LogFault`."""
    for one in sealed:
        entry.check_enters(one, origin)
    return log.append(store, sealed)


def proof(caller: Caller, record: bytes, *, at: datetime) -> Proved:
    """What proves a record, named as `tell` did or by its leaf hash, under a head that counts it.

    Households see what is of them alone. Raises `InputError` NOT_PERMITTED, NO_RECORD, NO_KEY.
    """
    check_may(caller, Act.SEE_EVIDENCE)
    keys = log_keys(caller.institution)
    actor = service_caller(caller.institution, "proof").actor("proved a record")
    with acting(actor):
        found, leaf, kind, told_at, party_id = _recorded(actor, caller, record)
        index = _store(actor).find(leaf)
        if index is None:
            raise AssertionError(f"The record {found.hex()} has no entry.")
    if _signed_size(actor) <= index:
        sign_head(caller.institution, at=at)
    with acting(actor):
        store = _store(actor)
        made, policy = _best(store, keys, index, at)
        (raw,) = store.entries(index, index + 1)
        opening = _opening(actor, caller, leaf, party_id)
    return Proved(
        record=found,
        leaf=leaf,
        kind=Kind(kind),
        told_at=told_at,
        index=index,
        entry=raw,
        proof=str(made),
        policy=str(policy),
        opening=opening,
    )


def sign_head(institution: int, *, at: datetime) -> str | None:
    """Sign what the log has by now; the signed head, or None while it is empty.

    Each second where it grew, and at day's end. Raises `LogFault` BEHIND, FORK, `InputError`.
    """
    keys = log_keys(institution)
    actor = service_caller(institution, "log").actor("signed the log's head")
    store = _store(actor)
    with store.writing():
        size = store.size()
        if size == 0:
            return None
        if _signed_size(actor) == size:
            return store.published()
        told = log.checkpoint(store, keys.log)
        keep_head(actor, "signed", told, at)
    return told


def keep_head(actor: Actor, kind: str, told: str, at: datetime) -> None:
    """Keep a head as the day's last of its kind: `signed`, `proceed` or `final`."""
    size, on_day = heads.read(note.read(told).text).size, at.astimezone(CHINA).date()
    with acting(actor):
        query(_HEAD, [actor.institution, on_day, kind, size, told, at])


def checkpoints(
    caller: Caller, *, since: date = date.min, until: date = date.max
) -> tuple[DayHead, ...]:
    """The heads that are kept of these days, oldest first, each with the names that signed it."""
    check_may(caller, Act.SEE_EVIDENCE)
    with acting(service_caller(caller.institution, "proof").actor("looked at the log's heads")):
        rows = models.LogDayHead.objects.filter(
            institution_id=caller.institution, on_day__gte=since, on_day__lte=until
        ).order_by("on_day", "size", "kind")
        return tuple(
            DayHead(
                on=row.on_day,
                kind=row.kind,
                size=row.size,
                note=row.note,
                signed_at=row.signed_at,
                signers=tuple(one.name for one in note.read(row.note).signatures),
            )
            for row in rows
        )


def _recorded(
    actor: Actor, caller: Caller, record: bytes
) -> tuple[bytes, bytes, str, datetime, str]:
    """A record by its name or its leaf: both, its kind, when, and whose it is."""
    for by in ("record", "leaf"):
        for found, leaf, kind, told_at in query(
            f"{_ONE} and {by} = %s", [actor.institution, record]
        ):
            rows = query(_PERSON, [actor.institution, leaf])
            party_id = rows[0][0] if rows else ""
            if caller.duties != {Duty.HOUSEHOLD} or (party_id and party_id == caller.party):
                return found, leaf, kind, told_at, party_id
    wrong = f"There is no record {record.hex()}."
    raise InputError("NO_RECORD", wrong, "A record is named by 64 hexadecimal digits.")


def _opening(actor: Actor, caller: Caller, leaf: bytes, party_id: str) -> bytes | None:
    if party_id and not may(caller, Act.SEE_PERSONAL):
        return None
    try:
        return bytes(StoredOpenings(actor, ring()).get(leaf))
    except InputError as fault:
        if fault.code == "NO_OPENING":
            return None
        raise


def _best(store: DatabaseStore, keys: LogKeys, index: int, at: datetime) -> tuple[Proof, Policy]:
    """Under the first kept head that the other parties let proceed and that counts it, else the
    last that was signed; with the policy of the day on which that head was signed."""
    rows = models.LogDayHead.objects.filter(
        institution_id=store.actor.institution, kind="proceed", size__gt=index
    ).order_by("size")
    for row in rows[:1]:
        path = inclusion(index, row.size, store.node)
        return Proof(index, path, row.note), in_force(keys.policies, row.on_day)
    return log.prove(store, index), in_force(keys.policies, at.astimezone(CHINA).date())


def _signed_size(actor: Actor) -> int:
    with reading(actor):
        told = _store(actor).published()
    return 0 if told is None else heads.read(note.read(told).text).size


def _store(actor: Actor) -> DatabaseStore:
    """This thread's view of an institution's log: what it knows of the tree is worth keeping."""
    stores: dict[int, DatabaseStore] = _known.__dict__.setdefault("stores", {})
    found = stores.get(actor.institution)
    if found is None:
        found = stores[actor.institution] = DatabaseStore(actor)
    found.actor = actor
    return found
