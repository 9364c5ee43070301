"""Rows set aside: where each stood, what was wrong, what was expected, what money it carried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import overload

import duckdb

TABLE = "set_aside"
SORTED = "set_aside_sorted"
_FETCH = 10_000


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row set aside. `amount_fen` is the money it carried, None where unknown or none.

    >>> print(SetAside("orders.csv", 7, "orders", "gross", "OUT_OF_RANGE", "-5", "at least 0"))
    orders.csv:7: orders.gross OUT_OF_RANGE: got -5, expected at least 0
    """

    file: str
    line: int
    feed: str
    field: str
    code: str
    wrong: str | None
    expected: str
    amount_fen: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        found = "nothing" if self.wrong is None else self.wrong
        place = f"{self.file}:{self.line}: {self.feed}.{self.field}"
        return f"{place} {self.code}: got {found}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class SetAsideKind:
    """Rows of one feed set aside for the same field and code: how many, and the first of them."""

    rows: int
    first: SetAside


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(SetAside))
_ORDER = "feed, file, line, field, code, wrong, expected, amount_fen, key"


class Quarantine(Sequence[SetAside]):
    """The rows set aside, in order of feed, file and line; they stay in the database.

    Millions of rows cost nothing until they are asked for, one by one or by slice.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.table = connection, SORTED
        [(rows,)] = connection.execute(f"SELECT count(*) FROM {SORTED}").fetchall()
        self._length = int(rows)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> SetAside: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[SetAside, ...]: ...

    def __getitem__(self, index: int | slice) -> SetAside | tuple[SetAside, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            if step != 1:
                return tuple(self[i] for i in range(start, stop, step))
            return tuple(self._between(start, stop))
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(f"{self._length} rows were set aside; there is none at {index}")
        return next(self._between(place, place + 1))

    def __iter__(self) -> Iterator[SetAside]:
        return self._between(0, self._length)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The same rows as a relation: the fields of `SetAside` as columns, and their place `n`."""
        return self.connection.sql(f"SELECT * FROM {SORTED}")

    def kinds(self) -> tuple[SetAsideKind, ...]:
        """The rows by feed, field and code, in the order in which each kind first stands here."""
        found = self.connection.execute(
            f"SELECT count(*), min(n) FROM {SORTED} GROUP BY feed, field, code ORDER BY min(n)"
        ).fetchall()
        return tuple(SetAsideKind(int(rows), self[int(first)]) for rows, first in found)

    def _between(self, start: int, stop: int) -> Iterator[SetAside]:
        for first in range(start, stop, _FETCH):
            rows = self.connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM {SORTED} WHERE n >= ? AND n < ? ORDER BY n",
                [first, min(first + _FETCH, stop)],
            ).fetchall()
            for row in rows:
                yield SetAside(*row)


def lay_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table that rows are set aside into."""
    connection.execute(
        f"CREATE TABLE {TABLE} (file VARCHAR, line BIGINT, feed VARCHAR, field VARCHAR, "
        "code VARCHAR, wrong VARCHAR, expected VARCHAR, amount_fen BIGINT, key VARCHAR)"
    )


def sort_table(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Put the rows set aside in order, each once; gives how many of a feed stood there again."""
    connection.execute(
        f"CREATE TABLE {SORTED} AS SELECT row_number() OVER (ORDER BY {_ORDER}) - 1 AS n, * "
        f"FROM (SELECT DISTINCT * FROM {TABLE}) ORDER BY n"
    )
    again = connection.execute(
        f"SELECT feed, sum(rows) AS again FROM ("
        f"SELECT feed, count(*) AS rows FROM {TABLE} GROUP BY feed UNION ALL "
        f"SELECT feed, -count(*) FROM {SORTED} GROUP BY feed) GROUP BY feed HAVING again > 0"
    ).fetchall()
    return {feed: int(count) for feed, count in again}
