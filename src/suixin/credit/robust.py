"""Medians and slopes that one odd value cannot move, for many subjects at once."""

from __future__ import annotations

import numpy as np

from suixin.credit.index import Floats, Ints

_CELLS_AT_ONCE = 8_000_000  # Pairs held in memory at a time: 64 MB.


def median_of_rows(values: Floats, empty: float = np.nan) -> Floats:
    """The median of each row (rows, columns) over the cells that are not NaN.

    >>> median_of_rows(np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, np.nan]]), empty=0.0).tolist()
    [2.0, 0.0]
    """
    filled: Ints = (~np.isnan(values)).sum(axis=1)
    ordered = np.sort(values, axis=1)  # NaN sorts last.
    at = np.arange(len(values))
    low = ordered[at, np.maximum(filled - 1, 0) // 2]
    high = ordered[at, np.minimum(filled // 2, values.shape[1] - 1)]
    return np.where(filled > 0, (low + high) / 2, empty)


def theil_sen(values: Floats) -> Floats:
    """The median slope of each row over its columns, gaps (NaN) counting as distance.

    A row with fewer than two values has no slope (NaN). Source: Theil 1950, Sen 1968.

    >>> theil_sen(np.array([[1.0, np.nan, 5.0, 7.0], [1.0, np.nan, np.nan, np.nan]])).tolist()
    [2.0, nan]
    """
    seen = ~np.isnan(values)
    filled = seen.sum(axis=1)
    columns = np.argsort(~seen, axis=1, kind="stable")  # Of the values first, in their order.
    slopes = np.full(len(values), np.nan)
    for n in np.unique(filled[filled > 1]).tolist():  # Rows of as many values have as many pairs.
        left, right = np.triu_indices(n, k=1)
        alike = np.flatnonzero(filled == n)
        step = max(1, _CELLS_AT_ONCE // left.size)
        for start in range(0, alike.size, step):
            rows = alike[start : start + step, None]
            at = columns[rows, np.arange(n)]
            y = values[rows, at]
            pairs = (y[:, right] - y[:, left]) / (at[:, right] - at[:, left])
            slopes[rows[:, 0]] = np.median(pairs, axis=1)
    return slopes
