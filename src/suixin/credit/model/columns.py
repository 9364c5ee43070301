"""Columns as a model takes them, by name; what is not there is told, not guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.data.errors import InputError, shown

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]
Table = Mapping[str, npt.NDArray[Any]]


def refuse_absent(table: Table, names: Iterable[str]) -> None:
    """Raise `InputError` MISSING_FEATURE where the table lacks a column that the model reads."""
    absent = [name for name in names if name not in table]
    if absent:
        raise InputError(
            "MISSING_FEATURE",
            f"The model reads {', '.join(absent)}, which the rows do not have.",
            "Give every column of the card; a value that is unknown may be empty, a column not.",
        )


def numbers(table: Table, name: str) -> Floats:
    """A column as numbers, NaN where unknown; infinity and text are refused by name.

    >>> numbers({"sales": np.array([1, 2])}, "sales").tolist()
    [1.0, 2.0]
    """
    column = table[name]
    if isinstance(column, np.ma.MaskedArray):
        column = np.ma.filled(column.astype(np.float64), np.nan)
    try:
        values = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise InputError(
            "NOT_A_NUMBER",
            f"{name} should hold numbers: {shown(wrong)}.",
            "Give numbers, or train a model that takes the column as categories.",
        ) from wrong
    endless = np.flatnonzero(np.isinf(values))
    if len(endless):
        raise InputError(
            "INFINITE_VALUE",
            f"{name} is infinite in row {endless[0] + 1} ({len(endless)} rows in all).",
            "A division by nothing makes infinity; leave the value empty where it is unknown.",
        )
    return values


def words(table: Table, name: str) -> Words:
    """A column as categories; None where unknown (empty, None or NaN).

    >>> words({"kind": np.array(["shop", ""])}, "kind").tolist()
    ['shop', None]
    """
    column: Any = table[name]
    if isinstance(column, np.ma.MaskedArray):
        column = np.ma.filled(column.astype(np.object_), None)
    return np.array([_word(value) for value in column.tolist()], dtype=np.object_)


def _word(value: object) -> str | None:
    if value is None or value == "" or value != value:
        return None
    # 2.0 and 2 are one category: a column of whole numbers with a gap is read as floats.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
