"""What one buyer may bring in a month, from the merchant's own months before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from suixin.credit.engine import Columns
from suixin.credit.robust import median_of_rows

if TYPE_CHECKING:
    from suixin.credit.sales import CleanRules

BPS = 10_000


def buyer_caps(by_month: Columns, rules: CleanRules) -> Columns:
    """The cap (fen) of each merchant's month with a sale: row, month, s, n → row, month, cap.

    The larger of a share of the median month and a number of average orders, both over the
    months before (those since the first sale; a month without a sale counts as zero). In a first
    month, which has none before it, the average is that month's own. Source: formulas §2.

    >>> from suixin.credit.sales import CleanRules
    >>> rules = CleanRules(9000, 24, 10, 6, 90, cap_share_bps=500, cap_orders=2, cap_months=6)
    >>> months = {"row": np.array([0, 0]), "month": np.array([10, 11]),
    ...           "s": np.array([100_000, 60_000]), "n": np.array([50, 30])}
    >>> buyer_caps(months, rules)["cap"].tolist()
    [4000, 5000]
    """
    row, month = by_month["row"].astype(np.int64), by_month["month"].astype(np.int64)
    if row.size == 0:
        return {name: np.empty(0, np.int64) for name in ("row", "month", "cap")}
    order = np.lexsort((month, row))
    row, month = row[order], month[order]
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    merchant = np.cumsum(np.r_[False, row[1:] != row[:-1]])
    first = month[starts][merchant]
    width = int(month.max() - month.min()) + 1
    sums = np.zeros((starts.size, width), np.int64)
    orders = np.zeros((starts.size, width), np.int64)
    at = month - month.min()
    sums[merchant, at] = by_month["s"].astype(np.int64)[order]
    orders[merchant, at] = by_month["n"].astype(np.int64)[order]
    back = np.arange(1, rules.cap_months + 1)
    lived = (month[:, None] - back) >= first[:, None]
    column = np.maximum(at[:, None] - back, 0)
    before = np.where(lived, sums[merchant[:, None], column].astype(np.float64), np.nan)
    count = np.where(lived, orders[merchant[:, None], column], 0).sum(axis=1)
    median, total = median_of_rows(before, empty=0.0), np.nansum(before, axis=1)
    own = count == 0
    total = np.where(own, sums[merchant, at], total)
    count = np.where(own, orders[merchant, at], count)
    cap = np.maximum(
        median * rules.cap_share_bps / BPS, rules.cap_orders * total / np.maximum(count, 1)
    )
    return {"row": row, "month": month, "cap": np.floor(cap).astype(np.int64)}
