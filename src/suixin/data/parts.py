"""The rows of a feed as the database holds them: typed tables, or files read in place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import duckdb

from suixin.data import sql
from suixin.data.feed import FEEDS
from suixin.data.quarantine import COLUMNS, TABLE
from suixin.data.schema import SQL_TYPE, Feed

# So many rows of a part are left out by a list beside it; for more the part is written anew.
FEW = 100_000


@dataclass(frozen=True, slots=True)
class FeedCount:
    """What became of the rows of a feed: read = good + repeated + set_aside."""

    read: int
    good: int
    repeated: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a feed: a table of ours, or (`in_place`) a view of a file that stays.

    `row` and `line` are SQL: what names a row inside the part, and its line. `faults`: rows with a
    fault are still in the table. `left_out` names a table of the rows (_row) that do not count.
    """

    name: str
    in_place: bool = False
    row: str = "rowid"
    line: str = "_line"
    faults: bool = False
    replaced: bool = False
    left_out: str | None = None

    def select(self, columns: str) -> str:
        """SQL: columns of the rows that count."""
        source = f"{self.name} AS part"
        if self.left_out is not None:
            source += f" ANTI JOIN {self.left_out} AS out ON part.{self.row} = out._row"
        return f"SELECT {columns} FROM {source}" + (" WHERE fault IS NULL" if self.faults else "")


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

    def add(self, feed: str, part: Part, *, rows: int, aside: int, consented: bool) -> None:
        """Take a part, of whose rows some were set aside already."""
        self.parts.setdefault(feed, []).append(part)
        self.read[feed] += rows
        self.aside[feed] += aside
        if consented:
            self.consented.add(feed)

    def rows(self, feed: str, *, hidden: bool = False, current: bool = False) -> str:
        """SQL: the rows of a feed now; `current` leaves out those that a later row replaced.

        `hidden` adds _part and _row, which name a row.
        """
        kind, selects = FEEDS[feed], []
        columns = sql.names(column.name for column in kind.columns)
        replaced = self.replaced(feed)
        for i, part in enumerate(self.parts.get(feed, ())):
            extra = f", {i} AS _part, {part.row} AS _row" if hidden else ""
            if replaced:
                extra += ", _replaced_at"
            selects.append(part.select(f"{columns}, _file, {part.line} AS _line{extra}"))
        every = " UNION ALL ".join(selects) or empty(kind)
        if current and replaced:
            return f"SELECT * FROM ({every}) WHERE _replaced_at IS NULL"
        return every

    def replaced(self, feed: str) -> bool:
        """Whether the feed has rows that a later row replaced (column _replaced_at)."""
        return any(part.replaced for part in self.parts.get(feed, ()))

    def mark_replaced(self, feed: str, replaced: str) -> None:
        """Write a feed anew with _replaced_at, which `replaced` gives by place and key."""
        table = self.fresh(f"rows_{feed}")
        by = sql.names(("_file", "_line", *FEEDS[feed].key))
        self.connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM ({self.rows(feed)}) "
            f"LEFT JOIN {replaced} USING ({by})"
        )
        for old in self.parts[feed]:
            self._drop(old)
        self.parts[feed] = [Part(table, replaced=True)]

    def leave_out(self, feed: str, dead: str) -> None:
        """Let the rows that the table `dead` (_part, _row) names count no longer."""
        for i, part in enumerate(self.parts[feed]):
            named = f"SELECT _row FROM {dead} WHERE _part = {i}"
            (count,) = self.one(f"SELECT count(*) FROM ({named})")
            if 0 < count <= FEW:
                self.parts[feed][i] = self._without_few(part, named)
            elif count:
                self.parts[feed][i] = self._without_many(feed, part, named)

    def _without_few(self, part: Part, named: str) -> Part:
        if part.left_out is not None:
            self.connection.execute(f"INSERT INTO {part.left_out} (_row) {named}")
            return part
        table = self.fresh("left_out")
        self.connection.execute(f"CREATE TABLE {table} AS {named}")
        return replace(part, left_out=table)

    def _without_many(self, feed: str, part: Part, named: str) -> Part:
        table = self.fresh(f"rows_{feed}")
        columns = sql.names(column.name for column in FEEDS[feed].columns)
        marked = ", _replaced_at" if part.replaced else ""
        rows = part.select(f"{columns}, _file, {part.line} AS _line{marked}, {part.row} AS _row")
        self.connection.execute(
            f"CREATE TABLE {table} AS SELECT * EXCLUDE (_row) FROM ({rows}) "
            f"ANTI JOIN ({named}) USING (_row)"
        )
        self._drop(part)
        return Part(table, replaced=part.replaced)

    def _drop(self, part: Part) -> None:
        self.connection.execute(f"DROP {'VIEW' if part.in_place else 'TABLE'} {part.name}")

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
