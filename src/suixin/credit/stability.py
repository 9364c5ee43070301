"""Operating stability 经营稳健: how much, how long, how evenly and how faithfully a shop sells.

Measured on real sellers, plain volatility says next to nothing of who will stop; level and span
say most, so they weigh most. Source: formulas §3.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

import narwhals as nw
import numpy as np

from suixin.credit.engine import Columns, Frame
from suixin.credit.index import Floats, Measures
from suixin.credit.robust import median_of_rows, theil_sen
from suixin.credit.season import since_in_season
from suixin.credit.subject import Subjects
from suixin.credit.summary import MONTHS
from suixin.credit.trade import Sold, Trade
from suixin.data.lake import FeedsOn
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY
from suixin.kernel.policy import PolicyOn

FEN = 100.0


def measure(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn, *, trade: Trade) -> Measures:
    """The seven raw measures of every subject, from its clean sales and their summary."""
    windows, engine, size = policy["stability.windows"], subjects.engine, len(subjects)
    kept = _kept_promises(_since(trade, subjects, windows["fulfilment_days"]), feeds.cutoff)
    back = _returned(_since(trade, subjects, windows["returns_days"]), feeds.cutoff)
    buyers = _buyers(_since(trade, subjects, windows["concentration_days"]))
    shares = Shares(
        late=share_of(engine.fetch(kept), "late", "orders", "orders", size),
        returned=share_of(engine.fetch(back), "refund", "gross", "orders", size),
        largest=share_of(engine.fetch(buyers), "largest", "all", "buyers", size),
    )
    return measured(trade, shares, policy, connected=feeds.present)


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares (0–1, NaN unknown) with the count behind each, of what fell into the windows.

    Orders promised and late, gross settled and refunded, clean sales and the largest buyer's.
    """

    late: tuple[Floats, Floats]
    returned: tuple[Floats, Floats]
    largest: tuple[Floats, Floats]


def measured(sold: Sold, shares: Shares, policy: PolicyOn, *, connected: Set[str]) -> Measures:
    """The measures of every subject from sums alone; `connected` names the feeds there are."""
    windows, summary, weeks = policy["stability.windows"], sold.summary, sold.weeks
    log_sales = np.where(
        weeks.counted & (summary.weeks > 0), np.log1p(summary.weeks / FEN) - weeks.season, np.nan
    )
    residual = log_sales - median_of_rows(log_sales)[:, None]
    sold_weeks = (~np.isnan(log_sales)).sum(axis=1).astype(np.float64)
    level, level_n = _level(sold, windows["level_months"])
    with np.errstate(invalid="ignore"):
        down = np.minimum(residual, 0.0)
    volatility = np.sqrt(_mean_of_rows(down * down))
    size = len(summary.category)
    ones = np.ones(size)
    x = {
        "level": level,
        "span": _span(sold, sold_weeks, policy),
        "volatility": volatility,
        "trend": windows["weeks"] * theil_sen(residual),
        "fulfilment": shares.late[0],
        "returns": shares.returned[0],
        "concentration": shares.largest[0],
    }
    n = {
        "level": level_n,
        "span": ones,
        "volatility": sold_weeks,
        "trend": np.where(sold_weeks > 1, sold_weeks, 0.0),
        "fulfilment": shares.late[1],
        "returns": shares.returned[1],
        "concentration": shares.largest[1],
    }
    trades = "orders" in connected
    told = {
        "fulfilment": "shipments" in connected,
        "returns": "refunds" in connected or "settlements" in connected,
    }
    present = {part: np.full(size, trades and told.get(part, True)) for part in x}
    return Measures("stability", trades, x, n, present)


def _level(sold: Sold, months: int) -> tuple[Floats, Floats]:
    """log₁₀ of the median month in yuan, over complete months with a sale, and their number.

    A seasonal category's months with a sale are its best ones: it is asked for the mean of the
    months lived, as the base of its limit is.
    """
    summary = sold.summary
    complete = summary.months[:, MONTHS - 1 - months : MONTHS - 1] / FEN
    selling = np.where(complete > 0, complete, np.nan)
    median, n = median_of_rows(selling), (complete > 0).sum(axis=1)
    seasonal = np.array([name in sold.calendars for name in summary.category], dtype=bool)
    lived = np.where(n > 0, months - (complete > 0).argmax(axis=1), 0)
    lived = np.where(summary.first_sale < summary.day - months * 31, months, lived)
    mean = np.where(n > 0, complete.sum(axis=1) / np.maximum(lived, 1), np.nan)
    with np.errstate(invalid="ignore"):
        level = np.log10(np.where(seasonal, mean, median))
    return level, np.where(seasonal & (n > 0), lived, n).astype(np.float64)


def _span(sold: Sold, sold_weeks: Floats, policy: PolicyOn) -> Floats:
    """The weighted mean of how many weeks sold, how long the shop lives and how lately it sold."""
    windows, weights = policy["stability.windows"], policy["stability.span"]
    tenure = np.nan_to_num(sold.summary.day - sold.summary.first_sale)
    recent = 2.0 ** (-sold.idle_days / windows["recency_half_life_days"])
    shares = {
        "weeks": sold_weeks / np.maximum(sold.weeks.possible, 1),
        "tenure": np.minimum(1.0, tenure / windows["tenure_days"]),
        "recency": np.nan_to_num(recent),
    }
    total = sum(weights[name] * share for name, share in shares.items())
    return np.asarray(100.0 * total / sum(weights.values()))


@dataclass(frozen=True, slots=True)
class _Window:
    """Sales, and the day (`since`) and its last second (`opens`) after which they are asked about.

    Where a category has a season, each subject's own day and second are columns of `sales` too.
    """

    sales: Frame
    since: int
    opens: int
    own: bool

    def after(self, column: str, bound: Literal["since", "opens"]) -> list[nw.Expr]:
        """What lets a row in: first the earliest bound of all, which a scan can use."""
        earliest = nw.col(column) > (self.since if bound == "since" else self.opens)
        return [earliest, nw.col(column) > nw.col(bound)] if self.own else [earliest]


def _since(trade: Trade, subjects: Subjects, days: int) -> _Window:
    """A window of so many days to the day, in season where the subject's category has one."""
    day = trade.summary.day
    since = np.full(len(subjects), day - days)
    for name, calendar in trade.calendars.items():
        since[trade.summary.category == name] = since_in_season(calendar, day, days)
    opens = (since + 1) * SECONDS_PER_DAY - LOCAL_OFFSET - 1
    sales, own = trade.sales, bool((since != day - days).any())
    if own:
        rows = {"row": np.arange(len(subjects)), "since": since, "opens": opens}
        sales = sales.join(subjects.engine.lay(f"window_of_{days}", rows), on="row")
    earliest = int(since.min(initial=day - days))
    return _Window(sales, earliest, (earliest + 1) * SECONDS_PER_DAY - LOCAL_OFFSET - 1, own)


def _kept_promises(window: _Window, cutoff: int) -> Frame:
    """Columns row, orders, late: orders promised in the window, and those not done by then."""
    col = nw.col
    return (
        window.sales.filter(
            *window.after("promised_at", "opens"),
            col("promised_at") <= cutoff,
        )
        .group_by("row")
        .agg(orders=nw.len(), late=col("late").cast(nw.Int64).sum().cast(nw.Int64))
    )


def _returned(window: _Window, cutoff: int) -> Frame:
    """Columns row, orders, gross, refund: orders settled (else delivered) in the window."""
    col = nw.col
    return (
        window.sales.filter(*window.after("closed_at", "opens"), col("closed_at") <= cutoff)
        .group_by("row")
        .agg(
            orders=nw.len(),
            gross=col("gross").sum().cast(nw.Int64),
            refund=col("refund").sum().cast(nw.Int64),
        )
    )


def _buyers(window: _Window) -> Frame:
    """Columns row, buyers, largest, all: clean sales of the window by resolved buyer."""
    col = nw.col
    return (
        window.sales.filter(*window.after("day", "since"), col("q") > 0)
        .group_by("row", "buyer")
        .agg(q=col("q").sum().cast(nw.Int64))
        .group_by("row")
        .agg(buyers=nw.len(), largest=col("q").max(), all=col("q").sum().cast(nw.Int64))
    )


def share_of(found: Columns, part: str, whole: str, count: str, size: int) -> tuple[Floats, Floats]:
    """part/whole (at most 1) and the count behind it, for every subject; NaN and 0 where none."""
    share, n = np.full(size, np.nan), np.zeros(size)
    some = found[whole] > 0
    rows = found["row"][some]
    share[rows] = np.minimum(1.0, found[part][some] / found[whole][some])
    n[rows] = found[count][some]
    return share, n


def _mean_of_rows(values: Floats) -> Floats:
    seen = (~np.isnan(values)).sum(axis=1)
    return np.where(seen > 0, np.nansum(values, axis=1) / np.maximum(seen, 1), np.nan)
