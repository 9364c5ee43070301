"""A file of finished cases to train on: CSV or Parquet, one row a case."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from suixin.credit.index import Floats
from suixin.credit.model.columns import Words, words
from suixin.data import sql
from suixin.data.errors import InputError, shown

_TEXTS = ("VARCHAR", "UUID")
_TIMES = ("DATE", "TIMESTAMP")
_DAY_SECONDS = 86_400
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column is the outcome (1 bad, 0 good), which the time; groups and columns to leave out.

    Groups (sex, age band, distance to the village) are measured by, and no model reads them.
    """

    target: str
    time: str
    groups: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingCases:
    """Finished cases: columns, outcomes, time, groups, and where they came from.

    `time` is days since 1970 where `dated`, else the plain number the file gave.
    """

    table: Mapping[str, npt.NDArray[Any]]
    bad: Floats
    time: Floats
    dated: bool
    groups: Mapping[str, Words]
    file: str
    digest: str
    unfinished: int

    def moment(self, time: float) -> str | float:
        """A time as it is told: a date, or the plain number."""
        if not self.dated:
            return float(time)
        return (_EPOCH + timedelta(days=math.floor(time))).isoformat()


def read_cases(path: Path, layout: Layout) -> TrainingCases:
    """Read the finished cases of a file, by time; rows without an outcome are left out, counted.

    Raises `InputError`: NO_FILE, NOT_READ, NO_COLUMN, NO_FEATURES, NOT_AN_OUTCOME, TIME_UNKNOWN.
    """
    if not path.is_file():
        raise InputError("NO_FILE", f"{path} is no file.", "Name a CSV or Parquet file of cases.")
    with duckdb.connect() as connection:
        try:
            form = "parquet" if path.suffix == ".parquet" else "csv"
            read = connection.read_parquet if form == "parquet" else connection.read_csv
            found = read(str(path))
            types = dict(zip(found.columns, map(str, found.types), strict=True))
            _refuse_unknown(path, layout, tuple(types))
            order = f"{sql.name(layout.time)}, {', '.join(map(sql.name, types))}"
            rows: Mapping[str, Any] = found.order(order).fetchnumpy()
        except duckdb.Error as wrong:
            message = f"{path} cannot be read: {shown(wrong, 200)}."
            raise InputError("NOT_READ", message, "Give CSV with a header, or Parquet.") from wrong
    bad = _as_numbers(rows[layout.target], layout.target)
    finished = ~np.isnan(bad)
    aside = {layout.target, layout.time, *layout.groups, *layout.leave_out}
    table = {
        name: _feature(rows[name], kind)[finished]
        for name, kind in types.items()
        if name not in aside and not kind.startswith(_TIMES)  # A day is no measure by itself.
    }
    if not table:
        raise InputError("NO_FEATURES", f"{path} has no column to learn from.", "Add columns.")
    return TrainingCases(
        table=table,
        bad=bad[finished],
        time=_days(rows[layout.time])[finished],
        dated=types[layout.time].startswith(_TIMES),
        groups={name: words(rows, name)[finished] for name in layout.groups},
        file=path.name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        unfinished=int((~finished).sum()),
    )


def _refuse_unknown(path: Path, layout: Layout, columns: Sequence[str]) -> None:
    named = (layout.target, layout.time, *layout.groups, *layout.leave_out)
    absent = [name for name in named if name not in columns]
    if absent:
        raise InputError(
            "NO_COLUMN",
            f"{path} has no column {', '.join(absent)}.",
            f"Its columns: {', '.join(columns)}.",
        )


def _feature(column: Any, kind: str) -> npt.NDArray[Any]:
    return words({"": column}, "") if kind in _TEXTS else _as_numbers(column, "a column")


def _as_numbers(column: Any, name: str) -> Floats:
    try:
        return np.ma.filled(np.ma.asarray(column).astype(np.float64), np.nan)
    except (TypeError, ValueError) as wrong:
        raise InputError(
            "NOT_AN_OUTCOME",
            f"{name} should be 1 (bad), 0 (good) or empty: {shown(wrong)}.",
            "Write 1 for bad and 0 for good.",
        ) from wrong


def _days(column: Any) -> Floats:
    """Times as days since 1970, NaN where unknown; a plain number stays as it is."""
    masked = np.ma.asarray(column)
    if masked.dtype.kind == "M":
        seconds = masked.data.astype("datetime64[s]").astype(np.float64)
        unknown = np.isnat(masked.data) | np.ma.getmaskarray(masked)
        return np.where(unknown, np.nan, seconds / _DAY_SECONDS)
    if masked.dtype.kind in "iuf":
        return np.ma.filled(masked.astype(np.float64), np.nan)
    raise InputError(
        "TIME_UNKNOWN", "The time column holds text that is no day.", "Write days as YYYY-MM-DD."
    )
