"""scores.csv, scores.parquet and Arrow: the same columns, unknown as nothing."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt

from suixin.data.write import atomic_path, csv_safe

if TYPE_CHECKING:
    import pyarrow

Columns = Mapping[str, npt.NDArray[Any]]

CSV_COLUMNS = (
    "subject", "as_of", "status", "engagement", "stability", "reputation", "weight_version",
    "composite", "score", "grade", "pd", "calibration", "limit_fen", "rate_bps", "product",
    "reason_1", "reason_2", "reason_3", "reason_4", "raise_1",
)  # fmt: skip
_WHOLE = ("score", "limit_fen", "rate_bps")
_DECIMALS = {"engagement": 4, "stability": 4, "reputation": 4, "composite": 4, "pd": 6}


def write_csv(table: Columns, path: Path) -> None:
    """One line a subject in the order of ids; formula text is disarmed, unknown is empty."""
    shown = [_shown(name, table[name]) for name in CSV_COLUMNS]
    with atomic_path(path) as fresh, fresh.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(zip(*shown, strict=True))


def write_parquet(table: Columns, path: Path) -> None:
    """The columns of scores.csv, typed, in the order of ids."""
    with duckdb.connect() as connection, atomic_path(path) as fresh:
        target = str(fresh).replace("'", "''")
        connection.execute("SET threads = 1")  # Row groups in one order: the same bytes each time.
        connection.register("scores", _plain(table))
        connection.execute(f"COPY ({_typed()}) TO '{target}' (FORMAT parquet)")


def arrow_table(table: Columns) -> pyarrow.Table:
    """The columns as Arrow; pyarrow is not among our dependencies, so it may be missing."""
    with duckdb.connect() as connection:
        connection.register("scores", _plain(table))
        return connection.sql(_typed()).to_arrow_table()


def _shown(name: str, column: npt.NDArray[Any]) -> list[str]:
    if column.dtype == object:
        return [csv_safe(word) for word in column]
    digits = 0 if name in _WHOLE else _DECIMALS[name]
    return ["" if np.isnan(value) else f"{value:.{digits}f}" for value in column]


def _plain(table: Columns) -> dict[str, npt.NDArray[Any]]:
    return {name: table[name] for name in CSV_COLUMNS}


def _typed() -> str:
    """The select that turns NaN and empty words into nulls of the right type."""
    columns = []
    for name in CSV_COLUMNS:
        if name in _WHOLE:
            columns.append(f"CASE WHEN NOT isnan({name}) THEN {name}::BIGINT END AS {name}")
        elif name in _DECIMALS:
            columns.append(f"CASE WHEN NOT isnan({name}) THEN {name} END AS {name}")
        elif name == "as_of":
            columns.append("as_of::DATE AS as_of")
        else:
            columns.append(f"nullif({name}, '') AS {name}")
    return f"SELECT {', '.join(columns)} FROM scores ORDER BY subject"
