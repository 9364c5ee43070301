"""Trade: all that the sales of the subjects come to on a day, computed once for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw
import numpy as np

from suixin.credit.engine import Frame
from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.sales import CleanRules, Cut, clean_sales
from suixin.credit.season import (
    Calendar,
    by_category_week,
    calendars,
    days_in_season,
    usual_year,
    week_of_year,
    weeks_in_season,
)
from suixin.credit.subject import Subjects
from suixin.credit.summary import WEEKS, Summary, Totals, lines_by_category, summarise
from suixin.data.lake import FeedsOn
from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class Weeks:
    """Which of the last 52 weeks count for each subject, and how many they could be."""

    counted: Bools  # (S, 52)
    possible: Ints  # (S,)
    season: Floats  # (S, 52), log sales usual for the category in that week
    years: Mapping[str, Floats]  # by category, log sales usual in each ISO week of the year


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What clean sales come to on a day; arrays have one row a subject."""

    summary: Totals
    calendars: Mapping[str, Calendar]
    weeks: Weeks
    idle_days: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade(Sold):
    """Clean sales and what was made of them."""

    sales: Frame
    summary: Summary
    known_share: Floats  # of clean orders whose buyer is a known party, 0–1


def trade_of(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn) -> Trade:
    """Net the sales, add them up and lay the season beside them."""
    sales = clean_sales(feeds, subjects, CleanRules.of(policy))
    lines = lines_by_category(feeds.frame("order_lines"), subjects)
    summary = summarise(sales, lines, subjects, on=feeds.day)
    seasonal = calendars(policy["categories"])
    return Trade(
        sales=sales,
        summary=summary,
        calendars=seasonal,
        weeks=counted_weeks(subjects, policy, summary, seasonal),
        idle_days=days_idle(summary, seasonal),
        known_share=_known_share(sales, subjects),
    )


def counted_weeks(
    subjects: Subjects, policy: PolicyOn, summary: Summary, seasonal: Mapping[str, Calendar]
) -> Weeks:
    """The weeks asked about, with each category's usual year from the sales of all its sellers."""
    rule, rows = policy["stability.season"], _named(summary)
    category = subjects.engine.lay(
        "category_of", {"row": rows, "category": summary.category[rows].astype(str)}
    )
    sums = subjects.engine.fetch(by_category_week(summary.by_week, category))
    years = usual_year(sums, weeks_min=rule["weeks_min"], smooth=rule["smooth"])
    return weeks_of(summary, years, seasonal, weeks=policy["stability.windows"]["weeks"])


def weeks_of(
    summary: Totals, years: Mapping[str, Floats], seasonal: Mapping[str, Calendar], *, weeks: int
) -> Weeks:
    """The last so many weeks, or those in season of the last 52, beside the usual years."""
    size = len(summary.category)
    numbers = np.arange(summary.last_week - WEEKS + 1, summary.last_week + 1)
    recent = numbers > summary.last_week - weeks
    counted = np.tile(recent, (size, 1))
    usual = np.zeros((size, WEEKS))
    of_year = np.array([week_of_year(int(number)) for number in numbers])
    for name in sorted(set(summary.category[_named(summary)].tolist())):
        mine = summary.category == name
        if name in seasonal:
            counted[mine] = weeks_in_season(seasonal[name], numbers)
        if name in years:
            year = years[name]
            usual[mine] = np.nan_to_num(year[np.minimum(of_year, len(year) - 1)])
    return Weeks(counted, counted.sum(axis=1), usual, years)


def _named(summary: Totals) -> Ints:
    """The rows whose category is known."""
    return np.flatnonzero(np.array([name is not None for name in summary.category], dtype=bool))


def days_idle(summary: Totals, seasonal: Mapping[str, Calendar]) -> Floats:
    """Days since the last clean sale, in season where the category has one; NaN for none."""
    idle = summary.day - summary.last_sale
    for name, calendar in seasonal.items():
        rows = np.flatnonzero((summary.category == name) & ~np.isnan(idle))
        last_sale = summary.last_sale[rows].astype(np.int64)
        idle[rows] = days_in_season(calendar, last_sale, summary.day)
    return idle


def own_orders(sales: Frame, subjects: Subjects, since: int) -> tuple[Floats, Floats]:
    """Orders placed after a day, and how many of them were the seller's own or refunded at once."""
    own = nw.col("cut").is_in([Cut.SAME_PARTY.value, Cut.QUICK_REFUND.value])
    found = subjects.engine.fetch(
        sales.filter(nw.col("day") > since)
        .with_columns(own=nw.coalesce(own, nw.lit(False)))
        .group_by("row")
        .agg(orders=nw.len(), own=nw.col("own").cast(nw.Int64).sum().cast(nw.Int64))
    )
    orders, bought = np.zeros(len(subjects)), np.zeros(len(subjects))
    orders[found["row"]], bought[found["row"]] = found["orders"], found["own"]
    return orders, bought


def clean_orders(trade: Trade) -> Frame:
    """Columns row, order_id: the orders that count."""
    return trade.sales.filter(nw.col("q") > 0).select("row", "order_id")


def _known_share(sales: Frame, subjects: Subjects) -> Floats:
    """Of clean orders only: what the seller's own side bought must not make its buyers known."""
    found = subjects.engine.fetch(
        sales.filter(nw.col("q") > 0)
        .group_by("row")
        .agg(orders=nw.len(), known=nw.col("known_buyer").cast(nw.Int64).sum().cast(nw.Int64))
    )
    share = np.ones(len(subjects))
    share[found["row"]] = found["known"] / found["orders"]
    return share
