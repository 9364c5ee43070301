"""Where frames run: keep a result, fetch it as arrays, lay arrays down as a frame.

Features are written once in Narwhals; only these three acts know the engine under them.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import numpy.typing as npt

Frame = nw.LazyFrame[Any]
Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Engine:
    """DuckDB as the engine.

    >>> import narwhals as nw, numpy as np
    >>> engine = Engine(duckdb.connect())
    >>> crates = engine.lay("pears", {"crate": np.array([1, 2, 3])})
    >>> engine.fetch(engine.keep("heavy", crates.filter(nw.col("crate") > 2)))["crate"].tolist()
    [3]
    """

    connection: duckdb.DuckDBPyConnection

    def keep(self, name: str, frame: Frame) -> Frame:
        """Compute once, as a temporary table, what is read more than once."""
        query = frame.to_native().sql_query()
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {query}')
        return nw.from_native(self.connection.table(f'temp."{name}"'))

    def fetch(self, frame: Frame) -> Columns:
        """The rows as one array a column, in no order; a null number is NaN, a null text None."""
        columns: Mapping[str, Any] = frame.to_native().fetchnumpy()
        return {name: _filled(column) for name, column in columns.items()}

    def lay(self, name: str, columns: Mapping[str, npt.NDArray[Any]]) -> Frame:
        """Arrays of equal length as a frame."""
        arrays = f"{name}_arrays"
        # Of fixed-width text DuckDB would make an enumeration, which it cannot fetch as an array.
        plain = {k: v.astype(object) if v.dtype.kind == "U" else v for k, v in columns.items()}
        self.connection.register(arrays, plain)
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM {arrays}')
        self.connection.unregister(arrays)
        return nw.from_native(self.connection.table(f'temp."{name}"'))


def _filled(column: Any) -> npt.NDArray[Any]:
    if not isinstance(column, np.ma.MaskedArray):
        return np.asarray(column)
    mask, data = np.ma.getmaskarray(column), np.asarray(column.data)
    if data.dtype.kind in "iuf":
        return np.where(mask, np.nan, data.astype(np.float64))
    words = data.astype(object)
    words[mask] = None
    return words


@atexit.register
def _forget_namespace() -> None:
    """Let go of DuckDB's types before the interpreter does, in an order of its own.

    Narwhals remembers its DuckDB namespace in a cache that outlives the database's module, which
    then prints its types as leaked at the end of a script that was right.
    """
    module = sys.modules.get("narwhals._namespace")
    remembered = getattr(module, "_builtin_namespace", None)
    if remembered is not None:
        remembered.cache_clear()
