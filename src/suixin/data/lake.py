"""The lake: rows of any source in, checked feeds out, seen as of a day.

`Loader` takes relations, sets bad rows aside and keeps the good ones; `Feeds` is what it leaves;
`FeedsOn` shows what was known, and may be used, on one day.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import narwhals as nw

from suixin.data import crossing, quarantine, sql
from suixin.data.clean import cleaned
from suixin.data.errors import InputError
from suixin.data.feed import FEEDS, nearest
from suixin.data.intake import keep_in_place, keep_written, load
from suixin.data.parts import FeedCount, Store, empty, insert_aside
from suixin.data.quarantine import Quarantine, SetAside
from suixin.data.schema import Feed
from suixin.data.validate import Bounds, Reading
from suixin.kernel.day import day_end, epoch_day

__all__ = ["FeedCount", "Feeds", "FeedsOn", "Limits", "Loader"]

_HELD_BACK = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What loading may use: memory, threads (None: every core), where to spill, longest line.

    `in_memory`: no database file is made, for a few rows that are asked about and forgotten.
    """

    memory: str = "4GB"
    threads: int | None = None
    folder: Path | None = None
    line_bytes: int = 2_000_000
    in_memory: bool = False


class Workplace:
    """A temporary database in a folder of its own; both go when it is closed or forgotten."""

    def __init__(self, limits: Limits) -> None:
        # A name that nobody guesses, and that reaches no result.
        name = f"suixin-{os.urandom(8).hex()}"
        self.folder = Path(limits.folder or tempfile.gettempdir()) / name
        # Said before the folder is there: whenever Ctrl-C comes, it goes.
        clear = weakref.finalize(self, _clear, self.folder)
        self.folder.mkdir(mode=0o700)
        config: dict[str, str | bool | int | float | list[str]] = {
            # What is not built in stays out: nothing is fetched at run time.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": limits.memory,
            "temp_directory": str(self.folder / "spill"),
        }
        if limits.threads is not None:
            config["threads"] = limits.threads
        place = ":memory:" if limits.in_memory else str(self.folder / "lake.duckdb")
        self.connection = duckdb.connect(place, config=config)
        self.connection.execute("SET TimeZone = 'Asia/Shanghai'")
        self.connection.execute("SET enable_progress_bar = false")
        self.close = weakref.finalize(self, _tidy, self.connection, self.folder)
        clear.detach()


class Loader:
    """Takes rows feed by feed, then gives `Feeds`.

    `today` (None: not judged) is the last day a fact may bear; rows of `via_bureau_feeds` must
    name the licensed bureau they came through.

    >>> loader = Loader()
    >>> loader.connect("orders")
    >>> with loader.finish() as feeds:
    ...     sorted(feeds.present), len(feeds.relation("orders"))
    (['orders'], 0)
    """

    def __init__(
        self,
        *,
        today: date | None = None,
        via_bureau_feeds: frozenset[str] = frozenset(),
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.bounds = Bounds(today, via_bureau_feeds)
        self._workplace = Workplace(self.limits)
        self.folder, self.connection = self._workplace.folder, self._workplace.connection
        self._store = Store(self.connection)
        self._connected: set[str] = set()
        self._notes: set[str] = set()
        self._held: list[SetAside] = []
        quarantine.lay_table(self.connection)

    def add(self, feed: str, relation: duckdb.DuckDBPyRelation) -> None:
        """Take rows: columns of the feed as text or typed, and `file`, `line`; checked at once.

        Columns that may be null may be missing; others not, and those a feed has not are not read.
        """
        kind, types = self._columns(feed, relation)
        view = self._store.fresh("given")
        relation.create_view(view, replace=True)
        source, types = cleaned(kind, types, view)
        reading = Reading(kind, types, self.bounds)
        load(self._store, reading, source, file=sql.name("file"), line=sql.name("line"))
        self.connection.execute(f"DROP VIEW {view}")

    def add_file(self, feed: str, source: str, *, file: str, line: str | None) -> None:
        """Take a file by the SQL that reads it; one without fault is read in place if it can be.

        `file` and `line` are SQL over it; no `line` means file order under one header line, and
        a source that cannot be read in place.
        """
        kind, types = self._columns(feed, self.connection.sql(f"SELECT * FROM {source}"))
        as_it_is = Reading(kind, types, self.bounds)
        in_place = line is not None and as_it_is.canonical
        if in_place and keep_in_place(self._store, as_it_is, source, file=file, line=str(line)):
            return
        source, types = cleaned(kind, types, source)
        load(self._store, Reading(kind, types, self.bounds), source, file=file, line=line)

    def add_written(self, feed: str, source: str) -> None:
        """Take rows that `Feeds.placed` gave, written with _row, by the SQL that reads them.

        Only what lies across rows is judged again.
        """
        kind = _feed(feed)
        self._connected.add(feed)
        keep_written(self._store, kind, source)

    def _columns(self, feed: str, relation: duckdb.DuckDBPyRelation) -> tuple[Feed, dict[str, str]]:
        kind = _feed(feed)
        self._connected.add(feed)
        missing = [name for name in kind.required if name not in relation.columns]
        if missing:
            raise InputError(
                "MISSING_COLUMN",
                f"{feed} lacks the column {missing[0]}.",
                f"It has: {', '.join(relation.columns)}.",
            )
        return kind, dict(zip(relation.columns, map(str, relation.types), strict=True))

    def connect(self, feed: str) -> None:
        """Declare a feed connected, though perhaps no row of it came."""
        self._connected.add(_feed(feed).name)

    def note(self, text: str) -> None:
        """Remember what a reader should know of the load."""
        self._notes.add(text)

    def set_aside(self, row: SetAside) -> None:
        """Set one row aside that could not even be added; it counts as read."""
        self._connected.add(_feed(row.feed).name)
        self._store.read[row.feed] += 1
        self._store.aside[row.feed] += 1
        self._held.append(row)
        if len(self._held) >= _HELD_BACK:
            self._write_held()

    def set_aside_rows(self, feed: str, select: str) -> None:
        """Set aside what a query gives, in the columns of `SetAside`; each row counts as read."""
        before = self._store.one(f"SELECT count(*) FROM {quarantine.TABLE}")[0]
        insert_aside(self.connection, select)
        added = self._store.one(f"SELECT count(*) FROM {quarantine.TABLE}")[0] - before
        self._store.read[feed] += added
        self._store.aside[feed] += added

    def finish(self) -> Feeds:
        """Judge repeats, conflicts and references, and give the feeds; the loader is then done."""
        self._write_held()
        crossing.judge(self._store)
        for feed, again in quarantine.sort_table(self.connection).items():
            self._store.repeated[feed] += again
            self._store.aside[feed] -= again
        # One transaction: a view each would be a write to disk each.
        self.connection.begin()
        for feed in FEEDS:
            self._lay_view(feed)
        self.connection.commit()
        self.connection.execute("SET preserve_insertion_order = false")
        return Feeds(
            connection=self.connection,
            present=frozenset(self._connected),
            counts=self._counts(),
            quarantine=Quarantine(self.connection),
            notes=tuple(sorted(self._notes)),
            consented=frozenset(self._store.consented),
            replaced=frozenset(feed for feed in FEEDS if self._store.replaced(feed)),
            workplace=self._workplace,
        )

    def close(self) -> None:
        """Give the database and its disk space back."""
        self._workplace.close()

    def _counts(self) -> dict[str, FeedCount]:
        none = FeedCount(0, 0, 0, 0)
        return dict.fromkeys(sorted(self._connected), none) | self._store.counts()

    def _lay_view(self, feed: str) -> None:
        kind = FEEDS[feed]
        rows = self._store.rows(feed) if feed in self._store.parts else empty(kind)
        hidden = ", _replaced_at" if self._store.replaced(feed) else ""
        self.connection.execute(
            f"CREATE VIEW {_view(feed)} AS SELECT {_public(kind)}, _file, _line{hidden} "
            f"FROM ({rows})"
        )

    def _write_held(self) -> None:
        if self._held:
            marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(self._held))
            given = [getattr(row, name) for row in self._held for name in quarantine.COLUMNS]
            self.connection.execute(f"INSERT INTO {quarantine.TABLE} VALUES {marks}", given)
            self._held.clear()


@dataclass(frozen=True)
class Feeds:
    """Checked feeds: every good row, the rows set aside, and counts that add up.

    A context manager; closing it drops the temporary database.
    """

    connection: duckdb.DuckDBPyConnection
    present: frozenset[str]
    counts: Mapping[str, FeedCount]
    quarantine: Quarantine
    notes: tuple[str, ...]
    consented: frozenset[str]
    replaced: frozenset[str]
    workplace: Workplace = field(repr=False)

    def relation(self, name: str) -> duckdb.DuckDBPyRelation:
        """Every good row of a feed, replaced ones too; no rows where the feed is absent."""
        shown, none = _shown(_feed(name)), "" if name in self.present else " WHERE false"
        return self.connection.sql(f"SELECT {shown} FROM {_view(name)}{none}")

    def placed(self, name: str) -> duckdb.DuckDBPyRelation:
        """The same rows with the feed's columns alone, and _file and _line, where each was read."""
        columns = sql.names((*(column.name for column in _feed(name).columns), "_file", "_line"))
        return self.connection.sql(f"SELECT {columns} FROM {_view(name)}")

    def on(self, day: date) -> FeedsOn:
        """The feeds as they were known at the end of a day."""
        return FeedsOn(self, day)

    def only(self, names: Set[str]) -> Feeds:
        """The same feeds as if no others were connected; what is closed with these."""
        return replace(self, present=self.present & names)

    def close(self) -> None:
        """Give the database and its disk space back."""
        self.workplace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True)
class FeedsOn:
    """What was known at the end of a day, and may be used under a consent in force that day."""

    feeds: Feeds
    day: date

    @property
    def cutoff(self) -> int:
        """The last second of the day, in epoch seconds."""
        return day_end(self.day)

    @property
    def present(self) -> frozenset[str]:
        """The feeds connected."""
        return self.feeds.present

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database that holds the feeds."""
        return self.feeds.connection

    def relation(self, name: str) -> duckdb.DuckDBPyRelation:
        """The rows of a feed known by then whose consent is in force; none where it is absent."""
        return self.connection.sql(
            f"SELECT {_shown(_feed(name))} FROM {_view(name)} WHERE {self._known(name)}"
        )

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The same rows as a Narwhals frame."""
        return nw.from_native(self.relation(name)).lazy()

    def _known(self, name: str) -> str:
        if name not in self.present:
            return "false"
        known = f"occurred_at <= {self.cutoff} AND recorded_at <= {self.cutoff}"
        if name in self.feeds.replaced:
            known += f" AND (_replaced_at IS NULL OR _replaced_at > {self.cutoff})"
        if name in self.feeds.consented and name != "consents" and "consents" in self.present:
            day = epoch_day(self.day)
            known += (
                f" AND (consent IS NULL OR consent IN (SELECT consent FROM {_view('consents')} "
                f'WHERE {self._known("consents")} AND "from" <= {day} AND until >= {day} '
                f"AND (revoked_at IS NULL OR revoked_at > {self.cutoff}) "
                f"AND list_contains(string_split(replace(kinds, ' ', ''), ';'), '{name}')))"
            )
        return known


def _feed(name: str) -> Feed:
    if name not in FEEDS:
        close = nearest(name, FEEDS)
        raise KeyError(f"There is no feed {name}" + (f"; nearest {close}" if close else ""))
    return FEEDS[name]


def _view(feed: str) -> str:
    return sql.name(f"feed_{feed}")


def _own(feed: Feed) -> frozenset[str]:
    return frozenset(column.name for column in feed.fields)


def _public(feed: Feed) -> str:
    """The columns of a feed's view; an own field hides the common one of that name."""
    own, columns = _own(feed), [sql.name(column.name) for column in feed.columns]
    placed = {"batch": "_file", "line": "_line"}
    return ", ".join(
        columns + [f"{at} AS {name}" for name, at in placed.items() if name not in own]
    )


def _shown(feed: Feed) -> str:
    """The same columns by their own names: common ones, where it was read, then the feed's own."""
    own = _own(feed)
    common = [column.name for column in feed.columns if column.name not in own]
    places = [name for name in ("batch", "line") if name not in own]
    return sql.names((*common, *places, *(column.name for column in feed.fields)))


def _tidy(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    try:
        connection.close()
    finally:
        _clear(folder)


def _clear(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        # Asked to stop while clearing up: clear up all the same, then stop.
        shutil.rmtree(folder, ignore_errors=True)
        raise
