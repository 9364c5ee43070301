"""The rows of a feed as the database holds them: typed tables, or files read in place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import duckdb

from suixin.data import sql
from suixin.data.clean import irregular
from suixin.data.feed import FEEDS
from suixin.data.quarantine import COLUMNS, TABLE
from suixin.data.schema import SQL_TYPE, Feed
from suixin.data.validate import Check, Reading, given, seen

# The nearest allowed value is named when it is at least this like the one found (Jaro-Winkler).
_ALIKE = 0.75
_TOLD = ("consent", "replaces")


@dataclass(frozen=True, slots=True)
class FeedCount:
    """What became of the rows of a feed: read = good + repeated + set_aside."""

    read: int
    good: int
    repeated: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a feed: a table of ours, or (`in_place`) a view of a file that stays."""

    name: str
    in_place: bool
    where: str = ""
    line: str = "_line"
    replaced: bool = False


@dataclass(slots=True)
class Store:
    """The connection, the parts of every feed, and the counts so far."""

    connection: duckdb.DuckDBPyConnection
    parts: dict[str, list[Part]] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    consented: set[str] = field(default_factory=set)
    made: int = 0

    def fresh(self, stem: str) -> str:
        """A table name not used before."""
        self.made += 1
        return f"{stem}_{self.made}"

    def one(self, query: str) -> tuple[int, ...]:
        """The single row of a query of counts."""
        [row] = self.connection.execute(query).fetchall()
        return tuple(int(number or 0) for number in row)

    def keep_in_place(self, reading: Reading, source: str, *, file: str, line: str) -> bool:
        """Keep a file where it is if one counting pass finds nothing wrong; say whether it did."""
        feed = reading.feed
        tells = {name: given(name) if name in reading.types else "false" for name in _TOLD}
        rows, faults, odd, consented, replacing = self.one(
            "SELECT count(*), count(fault), count_if(odd), count_if(consented), "
            "count_if(replacing) "
            f"FROM (SELECT {reading.fault} AS fault, {irregular(feed, reading.types)} AS odd, "
            f"{tells['consent']} AS consented, {tells['replaces']} AS replacing "
            f"FROM ({reading.seen_from(source)}))"
        )
        if faults or odd or replacing:
            return False
        view = self.fresh(f"view_{feed.name}")
        columns = ", ".join(f"{reading.typed(f)} AS {sql.name(f.name)}" for f in feed.columns)
        self.connection.execute(
            f"CREATE VIEW {view} AS SELECT {columns}, {file} AS _file, {line} AS _line "
            f"FROM {source}"
        )
        self._add(feed.name, Part(view, in_place=True), rows)
        if consented:
            self.consented.add(feed.name)
        return True

    def load(self, reading: Reading, source: str, *, file: str, line: str | None) -> None:
        """Read a source into a typed table; rows at fault are set aside.

        `file` and `line` are SQL over the source; without `line` the rows stand in file order
        under one header line.
        """
        feed, table = reading.feed, self.fresh(f"rows_{reading.feed.name}")
        columns = ", ".join(f"{seen(f.name)} AS {sql.name(f.name)}" for f in feed.columns)
        place = f"{file} AS _file" if line is None else f"{file} AS _file, {line} AS _line"
        self.connection.execute(
            f"CREATE TABLE {table} AS SELECT {columns}, {place}, fault, "
            f"CASE WHEN fault IS NOT NULL THEN {reading.wrong} END AS _wrong, "
            f"CASE WHEN fault IS NOT NULL THEN {reading.key} END AS _key "
            f"FROM (SELECT *, {reading.fault} AS fault FROM ({reading.seen_from(source)}))"
        )
        at = "rowid + 2" if line is None else "_line"
        rows, faults, consented = self.one(
            f"SELECT count(*), count(fault), count(consent) FROM {table}"
        )
        if faults:
            self._set_aside_faults(feed, table, at, reading.checks)
        self._add(
            feed.name,
            Part(table, in_place=False, where="WHERE fault IS NULL" if faults else "", line=at),
            rows,
        )
        self.aside[feed.name] += faults
        if consented:
            self.consented.add(feed.name)

    def _add(self, feed: str, part: Part, rows: int) -> None:
        self.parts.setdefault(feed, []).append(part)
        self.read[feed] += rows

    def _set_aside_faults(
        self, feed: Feed, table: str, line: str, checks: tuple[Check, ...]
    ) -> None:
        listed = ", ".join(
            f"({i}, {sql.value(c.field)}, {sql.value(c.code)}, {sql.value(c.expected)}, "
            f"[{sql.values(c.suggest)}]::VARCHAR[])"
            for i, c in enumerate(checks)
        )
        money = sql.name(feed.money) if feed.money else "NULL"
        alike = (
            "list_sort(list_transform(suggest, lambda v: {'s': "
            "jaro_winkler_similarity(lower(_wrong), lower(v)), 'v': v}), 'DESC')[1]"
        )
        self.connection.execute(
            f"INSERT INTO {TABLE} SELECT _file, placed, '{feed.name}', field, code, _wrong, "
            f"CASE WHEN alike.s >= {_ALIKE} THEN expected || '; nearest ' || alike.v "
            f"ELSE expected END, amount, nullif(_key, '') FROM ("
            f"SELECT _file, {line} AS placed, field, code, _wrong, expected, _key, "
            f"{money} AS amount, {alike} AS alike FROM {table} "
            f"JOIN (VALUES {listed}) AS checks(fault, field, code, expected, suggest) "
            f"USING (fault))"
        )

    def rows(self, feed: str, *, hidden: bool = False, current: bool = False) -> str:
        """SQL: the rows of a feed now; `current` leaves out those that a later row replaced.

        `hidden` adds _part and _row, which name a row of our own tables.
        """
        kind, selects = FEEDS[feed], []
        columns = sql.names(column.name for column in kind.columns)
        replaced = self.replaced(feed)
        for i, part in enumerate(self.parts.get(feed, ())):
            extra = f", {i} AS _part, rowid AS _row" if hidden else ""
            if replaced:
                extra += ", _replaced_at"
            selects.append(
                f"SELECT {columns}, _file, {part.line} AS _line{extra} "
                f"FROM {part.name} {part.where}"
            )
        every = " UNION ALL ".join(selects) or empty(kind)
        return (
            f"SELECT * FROM ({every}) WHERE _replaced_at IS NULL" if current and replaced else every
        )

    def replaced(self, feed: str) -> bool:
        """Whether the feed has rows that a later row replaced (column _replaced_at)."""
        return any(part.replaced for part in self.parts.get(feed, ()))

    def mark_replaced(self, feed: str, replaced: str) -> None:
        """Rebuild a feed with _replaced_at, which the table `replaced` gives by place and key."""
        table = self.fresh(f"rows_{feed}")
        by = sql.names(("_file", "_line", *FEEDS[feed].key))
        self.connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM ({self.rows(feed)}) "
            f"LEFT JOIN {replaced} USING ({by})"
        )
        self._become(feed, Part(table, in_place=False, replaced=True))

    def settle(self, feed: str) -> None:
        """Turn files read in place into tables, so that single rows can be named and left out."""
        for i, part in enumerate(self.parts[feed]):
            if part.in_place:
                table = self.fresh(f"rows_{feed}")
                self.connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {part.name}")
                self.parts[feed][i] = Part(table, in_place=False)

    def leave_out(self, feed: str, dead: str) -> None:
        """Rebuild a feed without the rows that the table `dead` (_part, _row) names."""
        table = self.fresh(f"rows_{feed}")
        self.connection.execute(
            f"CREATE TABLE {table} AS SELECT * EXCLUDE (_part, _row) "
            f"FROM ({self.rows(feed, hidden=True)}) ANTI JOIN {dead} USING (_part, _row)"
        )
        self._become(feed, Part(table, in_place=False, replaced=self.replaced(feed)))

    def _become(self, feed: str, part: Part) -> None:
        for old in self.parts[feed]:
            self.connection.execute(f"DROP TABLE {old.name}")
        self.parts[feed] = [part]

    def good(self, feed: str) -> int:
        """How many rows of a feed stand."""
        return self.read[feed] - self.repeated[feed] - self.aside[feed]

    def counts(self) -> dict[str, FeedCount]:
        """What became of each feed's rows."""
        return {
            feed: FeedCount(
                read=self.read[feed],
                good=self.good(feed),
                repeated=self.repeated[feed],
                set_aside=self.aside[feed],
            )
            for feed in sorted({*self.read, *self.aside})
        }


def empty(feed: Feed) -> str:
    """SQL: no rows, with a feed's columns and where they were read."""
    columns = ", ".join(
        f"CAST(NULL AS {SQL_TYPE[f.type]}) AS {sql.name(f.name)}" for f in feed.columns
    )
    return f"SELECT {columns}, NULL::VARCHAR AS _file, NULL::BIGINT AS _line WHERE false"


def insert_aside(connection: duckdb.DuckDBPyConnection, select: str) -> None:
    """Set rows aside by a query that gives the columns of `SetAside`, in order."""
    connection.execute(f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {select}")
