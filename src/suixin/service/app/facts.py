"""Facts taken in: folders through the library's readers, single ones as a partner tells them.

What is wrong is set aside and told back row by row. A batch counts once its row is in the database;
its files were whole on the disk before. Sent again with its key, nothing is taken in twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from suixin.data import sql
from suixin.data.errors import InputError, shown
from suixin.data.feed import FEEDS, nearest
from suixin.data.files import find
from suixin.data.lake import Feeds, Limits, Loader
from suixin.data.parts import FeedCount
from suixin.data.quarantine import SetAside
from suixin.data.sources import read_export
from suixin.data.tables import Reader
from suixin.data.write import atomic_folder, is_disk_fault, no_room
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app import lake
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.due import SALE, note_due
from suixin.service.app.evidence import tell
from suixin.service.app.lake import WrittenFile, add_texts, fill, lake_folder
from suixin.service.app.permits import Act, check_may
from suixin.service.store import models
from suixin.service.store.session import Actor, acting, query

TOLD_MAX: Final = 200
ROWS_MAX: Final = 10_000
# Rows that were there before: of a batch, or out of the database. SQL over where a row is from.
_OURS: Final = "(regexp_matches({0}, '^(b-[0-9a-f]{{24}}/|(facts|consents|parties)(:|$))'))"
# These live in the database: who is a party, and what it allows.
_PEOPLE: Final = ("consents",)
_SALES: Final = frozenset(
    {"orders", "order_lines", "order_events", "refunds", "settlements", "shipments"}
)
_BATCH: Final = """
    insert into fact_batch (institution_id, batch, number, loaded_at, by_whom, feeds, files)
    values (%s, %s, %s, %s, %s, %s, %s)
"""
_NUMBER: Final = "select coalesce(max(number), 0) + 1 from fact_batch where institution_id = %s"
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.facts'), %s)"
_PARTIES: Final = """
    insert into party (institution_id, party_id, kind, village_code, household_id)
    select %s, * from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    on conflict (institution_id, party_id) do nothing
"""
_CONSENTS: Final = """
    insert into consent (institution_id, consent, party_id, purpose, receiver, kinds, since, until)
    select %s, c.consent, c.party, c.purpose, c.receiver, string_to_array(c.kinds, ';'), c.since,
           c.until
      from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[],
                  %s::date[]) as c(consent, party, purpose, receiver, kinds, since, until)
    on conflict (institution_id, consent) do nothing
"""
_REVOKED: Final = """
    update consent as c set revoked_at = told.at
      from unnest(%s::text[], %s::timestamptz[]) as told(consent, at)
     where c.institution_id = %s and c.consent = told.consent and c.revoked_at is null
"""
_FACT: Final = """
    insert into fact (institution_id, feed, key, party_id, told_at, by_whom, content)
    values (%s, %s, %s, %s, %s, %s, %s) on conflict (institution_id, feed, key) do nothing
    returning id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a load: rows by feed, and those set aside, the first of them with their place.

    `again`: it was loaded before under this key, and nothing was done.
    """

    batch: str
    feeds: Mapping[str, FeedCount]
    set_aside: tuple[SetAside, ...]
    set_aside_rows: int
    notes: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """A fact that came by itself: its number, whether it is new, or why it was set aside."""

    number: int | None
    new: bool
    set_aside: SetAside | None = None


def load_feeds(
    caller: Caller, folder: Path, *, key: str, at: datetime, mapping: str | None = None
) -> Loaded:
    """Take in a folder of canonical feeds, or with `mapping` a platform's own export.

    Raises `InputError` NOT_PERMITTED, KEY, and as the readers do where a file cannot be used.
    """
    check_may(caller, Act.LOAD_FACTS)
    actor = Actor(institution=caller.institution, by=caller.by, why="loaded facts")
    batch = _name(caller, key)
    with acting(actor):
        query(_ALONE, [actor.institution])  # One load at a time: each is judged beside the last.
        known = _loaded(actor, batch)
        if known is not None:
            return known
        ((number,),) = query(_NUMBER, [actor.institution])
        with _read(actor, folder, mapping, at) as feeds:
            place = lake_folder(actor.institution) / batch
            if place.exists():  # A kill left it before its row was there.
                shutil.rmtree(place)
            with atomic_folder(place) as fresh:
                files = _write(feeds, fresh, batch, number)
            loaded = _told(feeds, batch)
            _enter_people(actor, feeds)
        counts = {name: asdict(count) for name, count in loaded.feeds.items()}
        told = [json.dumps(counts), json.dumps([asdict(file) for file in files])]
        query(_BATCH, [actor.institution, batch, number, at, caller.by, *told])
        content = {"what": "facts", "batch": batch, "files": [asdict(one) for one in files]}
        tell(actor, Kind.ORDER, content, at=at)
    return loaded


def tell_facts(
    caller: Caller, feed: str, rows: Sequence[Mapping[str, str]], *, at: datetime
) -> tuple[ToldFact, ...]:
    """Take in facts that come one by one or few at a time: rows of a feed, as text.

    Each has the feed's columns and `source`, `subject`, `occurred_at`, `recorded_at`. One that is
    told again is the same. A sale makes its seller's score due at once. Raises `InputError`
    NOT_PERMITTED, NO_FEED, MANY, NO_PARTY.
    """
    check_may(caller, Act.LOAD_FACTS)
    if feed not in FEEDS or feed in _PEOPLE:
        close = nearest(feed, FEEDS)
        hint = f"Nearest: {close}." if close else "docs/facts_service.md lists them."
        raise InputError("NO_FEED", f"Facts of {shown(feed)} are not told here.", hint)
    if not 0 < len(rows) <= ROWS_MAX:
        wrong = f"{len(rows)} rows; 1 to {ROWS_MAX} are taken at a time."
        raise InputError("MANY", wrong, "Load more as a file.")
    actor = Actor(institution=caller.institution, by=caller.by, why="told facts")
    aside = _checked(feed, rows, at)
    found = []
    with acting(actor):
        _check_parties(actor, {row.get("subject", "") for row in rows})
        for place, row in enumerate(rows, 1):
            if place in aside:
                found.append(ToldFact(number=None, new=False, set_aside=aside[place]))
                continue
            found.append(_enter(actor, feed, row, at))
            if feed in _SALES and found[-1].new:
                note_due(actor, row["subject"], why=SALE, at=at)
    return tuple(found)


def rows_about(
    actor: Actor, feed: str, party_id: str, *, on: date
) -> tuple[Mapping[str, Any], ...]:
    """The rows of a feed that name a party; see `lake.rows_about`, which reads several at once."""
    return lake.rows_about(actor, (feed,), party_id, on=on)[feed]


def _enter(actor: Actor, feed: str, row: Mapping[str, str], at: datetime) -> ToldFact:
    kept = {column.name: row[column.name] for column in FEEDS[feed].columns if row.get(column.name)}
    named = [kept.get(name, "") for name in FEEDS[feed].key]
    if "replaces" in kept:
        named.append(kept["recorded_at"])
    key = json.dumps(named, ensure_ascii=False)
    whose = [actor.institution, feed, key]
    made = query(_FACT, [*whose, kept["subject"], at, actor.by, json.dumps(kept)])
    if made:
        return ToldFact(number=made[0][0], new=True)
    asked = "select id, content from fact where institution_id = %s and feed = %s and key = %s"
    ((number, before),) = query(asked, whose)
    if json.loads(before) != kept:
        wrong = f"Fact {number} of {feed} has this key, and says otherwise."
        hint = f"Correct it by a later row with replaces = facts:{number}."
        raise InputError("KEY_TAKEN", wrong, hint)
    return ToldFact(number=number, new=False)


def _checked(feed: str, rows: Sequence[Mapping[str, str]], at: datetime) -> dict[int, SetAside]:
    """Which of the rows are at fault, by their place from 1."""
    columns = [column.name for column in FEEDS[feed].columns]
    unknown = {name for row in rows for name in row} - set(columns)
    if unknown:
        wrong = f"{feed} has no column {shown(min(unknown))}."
        raise InputError("NO_COLUMN", wrong, f"It has: {', '.join(columns)}.")
    loader = _loader(at, Limits(memory="512MB", threads=1, in_memory=True))
    try:
        texts = {name: [row.get(name) or None for row in rows] for name in columns}
        add_texts(loader, feed, texts, [(place, None) for place, _ in enumerate(rows, 1)])
        with loader.finish() as feeds:
            return {row.line: row for row in feeds.quarantine if row.code != "NO_SUCH_ROW"}
    except BaseException:
        loader.close()
        raise


def _check_parties(actor: Actor, parties: set[str]) -> None:
    asked = "select party_id from party where institution_id = %s and party_id = any (%s)"
    known = {party_id for (party_id,) in query(asked, [actor.institution, sorted(parties)])}
    for party_id in sorted(parties - known):
        wrong = f"There is no party {shown(party_id)}."
        raise InputError("NO_PARTY", wrong, "Take it on first, or load the feed parties.")


def _loader(at: datetime, limits: Limits | None = None) -> Loader:
    day = at.astimezone(CHINA).date()
    bureau = frozenset(load_policy("law").on(day)["via_bureau_feeds"])
    return Loader(today=day, via_bureau_feeds=bureau, limits=limits)


def _read(actor: Actor, folder: Path, mapping: str | None, at: datetime) -> Feeds:
    """What is known and what comes, judged together."""
    loader = _loader(at)
    try:
        if mapping is not None:
            read_export(mapping, folder, loader)
        else:
            files, notes = find(folder)
            for note in notes:
                loader.note(note)
            reader = Reader(loader)
            for file in files:
                reader.read(file)
        fill(loader, actor)
        return loader.finish()
    except duckdb.Error as error:
        loader.close()
        if is_disk_fault(error):
            raise no_room(error) from error
        raise
    except BaseException:
        loader.close()
        raise


def _write(feeds: Feeds, folder: Path, batch: str, number: int) -> tuple[WrittenFile, ...]:
    """The good rows that came, a file a feed, those of a subject side by side.

    They are called `<batch>/<file>:<line>` from now on; `_row` names each in the whole lake.
    """
    found, connection = [], feeds.connection
    for feed in sorted(feeds.present - set(_PEOPLE)):
        names = {column.name for column in FEEDS[feed].columns}
        columns = sql.names(sorted(names - {"replaces"}))
        prefix, path = sql.value(f"{batch}/"), folder / f"{feed}.parquet"
        replaces = (
            f"CASE WHEN {_OURS.format('replaces')} THEN replaces ELSE {prefix} || replaces END"
        )
        order = "subject, _file, _line"
        source = (
            f"SELECT * FROM ({feeds.placed(feed).sql_query()}) WHERE NOT {_OURS.format('_file')}"
        )
        rows = connection.execute(
            f"COPY (SELECT {columns}, {replaces} AS replaces, {prefix} || _file AS _file, _line, "
            f"{number} * 1000000000 + row_number() OVER (ORDER BY {order}) AS _row "
            f"FROM ({source}) ORDER BY {order}) "
            f"TO {sql.value(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()[0][0]
        if rows:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(WrittenFile(feed, path.name, int(rows), digest))
        else:
            path.unlink()
    return tuple(found)


def _told(feeds: Feeds, batch: str) -> Loaded:
    """What became of the rows that came, which is of no row that was there before."""
    aside = feeds.quarantine.relation().filter(f"NOT {_OURS.format('file')}")
    per_feed = dict(aside.aggregate("feed, count(*)").fetchall())
    counts = {}
    for feed in sorted(feeds.present):
        came = feeds.placed(feed).filter(f"NOT {_OURS.format('_file')}")
        [(good,)] = came.aggregate("count(*)").fetchall()
        repeated, wrong = feeds.counts[feed].repeated, int(per_feed.get(feed, 0))
        if good or repeated or wrong:
            counts[feed] = FeedCount(int(good) + repeated + wrong, int(good), repeated, wrong)
    names = ", ".join(field for field in SetAside.__slots__)
    first = aside.order("n").limit(TOLD_MAX).project(names).fetchall()
    return Loaded(
        batch=batch,
        feeds=counts,
        set_aside=tuple(SetAside(*row) for row in first),
        set_aside_rows=sum(count.set_aside for count in counts.values()),
        notes=feeds.notes,
    )


def _enter_people(actor: Actor, feeds: Feeds) -> None:
    """Parties that keep a file here or allow something, and what they allow, into the database."""
    came = f"NOT {_OURS.format('_file')}"
    consents = feeds.placed("consents").filter(came)
    allowing = "party_id IN (SELECT party FROM allowing)"
    consents.create_view("allowing", replace=True)
    parties = feeds.placed("parties").filter(f"{came} AND (kind <> 'person' OR {allowing})")
    rows = parties.project(
        "party_id, kind, coalesce(village_code, ''), coalesce(household_id, '')"
    ).fetchall()
    if rows:
        query(_PARTIES, [actor.institution, *map(list, zip(*rows, strict=True))])
    day = "DATE '1970-01-01' + CAST({} AS INTEGER)"
    given = consents.project(
        "consent, party, purpose, receiver, replace(kinds, ' ', ''), "
        f"{day.format(chr(34) + 'from' + chr(34))}, {day.format('until')}, revoked_at"
    ).fetchall()
    if given:
        columns = list(map(list, zip(*given, strict=True)))
        query(_CONSENTS, [actor.institution, *columns[:-1]])
        revoked = [
            (row[0], datetime.fromtimestamp(row[-1], UTC)) for row in given if row[-1] is not None
        ]
        if revoked:
            names, moments = map(list, zip(*revoked, strict=True))
            query(_REVOKED, [names, moments, actor.institution])


def _loaded(actor: Actor, batch: str) -> Loaded | None:
    """A load that was done before under this key."""
    rows = models.FactBatch.objects.filter(institution_id=actor.institution, batch=batch)
    for row in rows:
        counts = {name: FeedCount(**told) for name, told in row.feeds.items()}
        aside = sum(count.set_aside for count in counts.values())
        return Loaded(
            batch=batch, feeds=counts, set_aside=(), set_aside_rows=aside, notes=(), again=True
        )
    return None


def _name(caller: Caller, key: str) -> str:
    if not key:
        raise InputError("KEY", "A load has no key.", "Give a key of your own, new each time.")
    whole = entry_bytes([caller.institution, caller.by, key])
    return f"b-{hashlib.sha256(whole).hexdigest()[:24]}"
