"""Feeds as columns, and how they are written: canonical CSV, or Parquet with whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from suixin.county.bits import Bools, Ints, Texts
from suixin.data.feed import FEEDS, Field
from suixin.data.schema import SQL_TYPE
from suixin.kernel.day import LOCAL_OFFSET

NONE = -(2**62)
"""Nothing there: null, in an array of whole numbers."""

Column = npt.NDArray[Any]

_CSV_SQL: Mapping[str, str] = {
    "ts": "strftime(make_timestamp(({0} + "
    f"{LOCAL_OFFSET}) * 1000000), '%Y-%m-%dT%H:%M:%S+08:00')",
    "day": "strftime(DATE '1970-01-01' + {0}::INTEGER, '%Y-%m-%d')",
    "flag": "CASE WHEN {0} THEN 'yes' ELSE 'no' END",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one feed as equally long columns, named as the feed names them; absent ones are null.

    Instants are epoch seconds, days are days since 1970-01-01, NONE and None are null.
    """

    feed: str
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return int(self.columns["subject"].size)

    def take(self, rows: Ints | Bools) -> Table:
        """The rows at some places."""
        return Table(self.feed, {name: column[rows] for name, column in self.columns.items()})


def same(value: str | None, n: int) -> Texts:
    """A column that says the same in every row."""
    return np.full(n, value, dtype=object)


def named(names: Texts | tuple[str, ...], at: Ints) -> Texts:
    """Names by their place; NONE gives None.

    >>> named(("a", "b"), np.array([1, NONE])).tolist()
    ['b', None]
    """
    held = np.array([*names, None], dtype=object)
    return held[np.where(at == NONE, len(names), at)]


def stacked(*tables: Table) -> Table:
    """Several tables of one feed under each other; a column that one lacks is null there."""
    feed, names = tables[0].feed, dict.fromkeys(n for table in tables for n in table.columns)
    types = {field.name: field.type for field in FEEDS[feed].columns}
    text = {"id", "ids", "hash", "text"}

    def column(table: Table, name: str) -> Column:
        if name in table.columns:
            return table.columns[name]
        return same(None, len(table)) if types[name] in text else np.full(len(table), NONE)

    return Table(feed, {n: np.concatenate([column(t, n) for t in tables]) for n in names})


def known_by(table: Table, end: int) -> Table:
    """What had been recorded by an instant, in the order it happened."""
    occurred, recorded = table.columns["occurred_at"], table.columns["recorded_at"]
    order = np.argsort(occurred, kind="stable")
    return table.take(order[recorded[order] <= end])


def write_tables(tables: Iterable[Table], folder: Path, *, parquet: bool) -> dict[str, int]:
    """Write each table as `folder/feed.csv` or `.parquet`; returns rows a feed."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    with duckdb.connect() as connection:
        for table in tables:
            connection.register("rows_to_write", dict(table.columns))
            columns = ", ".join(
                _sql(field, table, parquet=parquet) for field in FEEDS[table.feed].columns
            )
            target = folder / f"{table.feed}.{'parquet' if parquet else 'csv'}"
            form = "FORMAT parquet" if parquet else "FORMAT csv, HEADER"
            # A file name is a literal in COPY: an apostrophe in a path is doubled.
            name = str(target).replace("'", "''")
            connection.execute(f"COPY (SELECT {columns} FROM rows_to_write) TO '{name}' ({form})")
            connection.unregister("rows_to_write")
            rows[table.feed] = len(table)
    return rows


def _sql(field: Field, table: Table, *, parquet: bool) -> str:
    name = f'"{field.name}"'
    if field.name not in table.columns:
        return f"NULL::{SQL_TYPE[field.type]} AS {name}"
    numeric = table.columns[field.name].dtype == np.int64
    value = f"nullif({name}, {NONE})" if numeric else name
    form = None if parquet else _CSV_SQL.get(field.type)
    return f"{form.format(value) if form else value} AS {name}"
