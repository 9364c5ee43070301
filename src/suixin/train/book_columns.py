"""A score book as columns to train on: an institution's own outcomes joined to what we measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.credit.book import ScoreBook
from suixin.credit.index import Floats

Columns = dict[str, npt.NDArray[Any]]


def book_columns(book: ScoreBook) -> Columns:
    """One row a subject, in the order of ids: indices, the measures of their parts, and more.

    `subject` and `as_of` to join outcomes by; each index's value; each part's measure (of text,
    time and graph among them) and the observations behind it; social and crop points; how many
    flags and signs. NaN where nothing is known: a feed that is not connected gives columns of NaN,
    never of neutral values.
    """
    judged = book.judged
    columns: Columns = {
        "subject": np.array(judged.ids, dtype=object),
        "as_of": np.full(len(book), book.on.isoformat(), dtype=object),
    }
    for index in judged.indices:
        columns[index.name] = index.value
        for part, measure in index.measures.x.items():
            present = index.measures.present[part]
            columns[f"{index.name}_{part}"] = _known(measure, present)
            columns[f"{index.name}_{part}_n"] = _known(index.measures.n[part], present)
    columns |= {
        "social_points": judged.composite.social,
        "crop_points": judged.composite.crop,
        "flags": np.array([len(flags) for flags in judged.flags], dtype=np.float64),
        "signs": np.array([len(signs) for signs in judged.signs], dtype=np.float64),
    }
    return columns


def with_outcomes(columns: Columns, bad: Mapping[str, float]) -> Columns:
    """The subjects whose outcome is known (1 bad, 0 good), with the outcome as `bad`."""
    found = np.array([bad.get(one, np.nan) for one in columns["subject"]], dtype=np.float64)
    known = ~np.isnan(found)
    return {name: column[known] for name, column in columns.items()} | {"bad": found[known]}


def _known(value: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    return np.where(present & np.isfinite(value), value, np.nan)
