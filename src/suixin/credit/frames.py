"""Between the lake's lazy frames and the arrays that graphs and indices are made of.

Features are written once in Narwhals; only the acts of this module know that DuckDB runs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import duckdb

Frame = nw.LazyFrame[Any]
Ints = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]


def columns(frame: Frame) -> Columns:
    """A frame's columns as arrays, rows in no order; a null number is NaN, a null text None.

    >>> import duckdb
    >>> frame = nw.from_native(duckdb.sql("select 7 as row, null::bigint as liability_cap"))
    >>> {name: column.tolist() for name, column in columns(frame).items()}
    {'row': [7], 'liability_cap': [nan]}
    """
    relation: duckdb.DuckDBPyRelation = frame.to_native()
    return {name: _filled(column) for name, column in relation.fetchnumpy().items()}


def kept(frame: Frame, connection: duckdb.DuckDBPyConnection, name: str) -> Frame:
    """The frame computed once, as a temporary table of that name; what bore the name is gone."""
    relation: duckdb.DuckDBPyRelation = frame.to_native()
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {relation.sql_query()}')
    return nw.from_native(connection.table(f'temp."{name}"'))


def laid(columns: Columns, connection: duckdb.DuckDBPyConnection, name: str) -> Frame:
    """Arrays of equal length as a frame, kept as a temporary table of that name.

    >>> import duckdb
    >>> laid({"crate": np.array([1, 2])}, duckdb.connect(), "pears").to_native().fetchall()
    [(1,), (2,)]
    """
    arrays = f"{name}_arrays"
    connection.register(arrays, dict(columns))
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM "{arrays}"')
    connection.unregister(arrays)
    return nw.from_native(connection.table(f'temp."{name}"'))


def _filled(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if not isinstance(column, np.ma.MaskedArray):
        return column
    if column.dtype == object:
        return column.filled(None)
    return column.astype(np.float64).filled(np.nan)
