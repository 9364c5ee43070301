"""The counts and sums behind every file, for all subjects at once and for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import numpy as np

from suixin.credit.engine import Frame
from suixin.credit.file import Facts, Month
from suixin.credit.index import Floats, Index, Ints
from suixin.credit.reputation import WordOfMouth
from suixin.credit.subject import Subjects
from suixin.credit.summary import MONTHS, Totals
from suixin.credit.trade import Trade
from suixin.credit.weights import Weighing
from suixin.data.lake import FeedsOn
from suixin.kernel.day import date_of

BPS = 10_000


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts of every subject, one row a subject."""

    summary: Totals
    season: Floats  # (S, 25), factor on usual sales of the month, NaN where no season is known
    cuts: tuple[Mapping[str, tuple[int, int]], ...]
    messages: Ints
    partners: Ints
    groups: Ints
    reviews: Ints
    aspects: tuple[Mapping[str, tuple[float, float]], ...]
    completeness: Ints  # bps

    def of(self, row: int) -> Facts:
        """The facts of one subject."""
        s = self.summary
        return Facts(
            orders=int(s.orders[row]),
            clean_orders=int(s.clean_orders[row]),
            first_day=_day(s.first_order[row]),
            last_day=_day(s.last_order[row]),
            gross_fen=int(s.gross[row]),
            refund_fen=int(s.refund[row]),
            clean_fen=int(s.clean[row]),
            zeroed=self.cuts[row],
            months=self._months(row),
            categories=s.categories[row],
            messages=int(self.messages[row]),
            repliers=int(self.partners[row]),
            groups=int(self.groups[row]),
            reviews=int(self.reviews[row]),
            aspects=self.aspects[row],
            completeness_bps=int(self.completeness[row]),
        )

    def _months(self, row: int) -> tuple[Month, ...]:
        """At most the last 24 calendar months, from the first with an order to the running one."""
        s = self.summary
        lived = np.flatnonzero(s.month_orders[row])
        if not lived.size:
            return ()
        return tuple(
            Month(
                month=_month(s.this_month - MONTHS + 1 + k),
                orders=int(s.month_orders[row, k]),
                gross_fen=int(s.month_gross[row, k]),
                refund_fen=int(s.month_refund[row, k]),
                clean_fen=int(s.months[row, k]),
                season=None if np.isnan(self.season[row, k]) else float(self.season[row, k]),
            )
            for k in range(max(1, int(lived[0])), MONTHS)
        )


def facts_of(
    feeds: FeedsOn, subjects: Subjects, trade: Trade, spoken: WordOfMouth, *, partners: Ints,
    complete: Ints,
) -> FactTable:  # fmt: skip
    """Gather the facts of every subject; `partners` are the people each trades replies with."""
    return FactTable(
        summary=trade.summary,
        season=_season_of_months(trade.summary, trade.weeks.years),
        cuts=cuts_of(trade.sales, subjects),
        messages=counted(feeds, "messages", "sender", subjects),
        partners=partners,
        groups=groups_of(feeds, subjects),
        reviews=spoken.reviews,
        aspects=spoken.aspects,
        completeness=complete,
    )


def facts_again(before: Facts, sold: Totals, years: Mapping[str, Floats]) -> Facts:
    """The facts of one subject with its sales as they are now, and the rest as before.

    `sold` has one row; `years` are the usual years of the categories.
    """
    told = FactTable(
        summary=sold,
        season=_season_of_months(sold, years),
        cuts=(before.zeroed,),
        messages=np.array([before.messages]),
        partners=np.array([before.repliers]),
        groups=np.array([before.groups]),
        reviews=np.array([before.reviews]),
        aspects=(before.aspects,),
        completeness=np.array([before.completeness_bps]),
    )
    return told.of(0)


def _season_of_months(summary: Totals, years: Mapping[str, Floats]) -> Floats:
    """The factor on usual sales of each month in the subject's category; NaN where none are usual.

    A month is the mean of the weeks that hold its 4th, 11th, 18th and 25th.
    """
    size = len(summary.orders)
    season = np.full((size, MONTHS), np.nan)
    for name, year in years.items():
        factors = []
        for month in range(summary.this_month - MONTHS + 1, summary.this_month + 1):
            days = [date(month // 12, month % 12 + 1, day) for day in (4, 11, 18, 25)]
            usual = np.exp(year[[min(day.isocalendar().week, len(year) - 1) for day in days]])
            sold = ~np.isnan(usual)
            factors.append(float(usual[sold].mean()) if sold.any() else np.nan)
        season[summary.category == name] = factors
    return season


def cuts_of(sales: Frame, subjects: Subjects) -> tuple[Mapping[str, tuple[int, int]], ...]:
    """For every subject, the orders each test cut and the fen it took out of them."""
    col = nw.col
    lost = nw.max_horizontal(col("gross") - col("refund") - col("q"), nw.lit(0, nw.Int64))
    found = subjects.engine.fetch(
        sales.filter(~col("cut").is_null())
        .with_columns(lost=lost)
        .group_by("row", "cut")
        .agg(orders=nw.len(), lost=col("lost").sum().cast(nw.Int64))
    )
    cuts: list[dict[str, tuple[int, int]]] = [{} for _ in range(len(subjects))]
    for place in np.lexsort((found["cut"].astype(str), found["row"])):
        row, cut = int(found["row"][place]), str(found["cut"][place])
        cuts[row][cut] = (int(found["orders"][place]), int(found["lost"][place]))
    return tuple(cuts)


def counted(feeds: FeedsOn, feed: str, party: str, subjects: Subjects) -> Ints:
    """Rows of a feed that belong to each subject, by one of its party columns."""
    found = subjects.engine.fetch(
        feeds.frame(feed)
        .join(subjects.frame.select("row", party_="party"), left_on=party, right_on="party_")
        .group_by("row")
        .agg(n=nw.len())
    )
    counts = np.zeros(len(subjects), np.int64)
    counts[found["row"]] = found["n"]
    return counts


def groups_of(feeds: FeedsOn, subjects: Subjects) -> Ints:
    """The groups each subject has belonged to."""
    found = subjects.engine.fetch(
        feeds.frame("memberships")
        .join(subjects.frame.select("row", "party"), on="party")
        .select("row", "group")
        .unique()
        .group_by("row")
        .agg(n=nw.len())
    )
    counts = np.zeros(len(subjects), np.int64)
    counts[found["row"]] = found["n"]
    return counts


def completeness(indices: tuple[Index, ...], weights: Weighing) -> Ints:
    """The share (bps) of the composite's weight that rests on connected feeds."""
    shares = weights.shares([one.name for one in indices])
    known = sum(shares[:, k] * np.nan_to_num(one.coverage) for k, one in enumerate(indices))
    return np.round(np.asarray(known) * BPS).astype(np.int64)


def _day(value: float) -> date | None:
    return None if np.isnan(value) else date_of(int(value))


def _month(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
