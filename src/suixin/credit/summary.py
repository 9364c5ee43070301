"""Sales by day, and what adds up from days: weeks, months, totals.

A day's summary holds only what can be merged by adding (counts, sums, first and last), so that a
batch over years, a daily increment and one merchant alone give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt

from suixin.credit.engine import Columns, Engine, Frame
from suixin.credit.index import Floats, Ints
from suixin.credit.sales import with_calendar
from suixin.credit.subject import Subjects
from suixin.kernel.day import epoch_day

MONTHS = 25
WEEKS = 52
_MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday.
Day = TypeVar("Day", nw.Expr, Ints, int)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sales of every subject to a day; arrays have one row a subject, money in fen.

    `weeks` holds the clean sales of the last 52 complete ISO weeks, oldest first; `months` those
    of 24 complete months and, last, of the month the day is in. `category` is the largest by
    amount, None where no line is known.
    """

    day: int
    last_week: int
    this_month: int
    weeks: Ints  # (S, 52)
    months: Ints  # (S, 25) clean
    month_orders: Ints  # (S, 25)
    month_gross: Ints
    month_refund: Ints
    orders: Ints
    clean_orders: Ints
    gross: Ints
    refund: Ints
    clean: Ints
    first_sale: Floats  # day of the first clean sale, NaN where none
    last_sale: Floats
    first_order: Floats
    last_order: Floats
    category: npt.NDArray[np.object_]
    categories: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Totals):
    """The same, with what it was summed from."""

    by_week: Frame  # row, week, q: clean sales of every complete week with an order


def daily(clean: Frame) -> Frame:
    """One row a subject and day: orders, clean_orders, gross, refund, q. Merged by adding."""
    col = nw.col
    return clean.group_by("row", "day").agg(
        orders=nw.len(),
        clean_orders=(col("q") > 0).cast(nw.Int64).sum().cast(nw.Int64),
        gross=col("gross").sum().cast(nw.Int64),
        refund=col("refund").sum().cast(nw.Int64),
        q=col("q").sum().cast(nw.Int64),
    )


def weekly(days: Frame, engine: Engine, last_week: int) -> Frame:
    """One row a subject and complete ISO week: q, merged from days."""
    return (
        with_calendar(days, engine, "week")
        .filter(nw.col("week") <= last_week)
        .group_by("row", "week")
        .agg(q=nw.col("q").sum().cast(nw.Int64))
    )


def week_of(day: Day) -> Day:
    """The ISO week of a day, counted from the week of 1970-01-01."""
    return (day + _MONDAY_SHIFT) // 7


def last_complete_week(day: int) -> int:
    """The last ISO week that is over by a day, counted from the week of 1970-01-01.

    >>> last_complete_week(2), last_complete_week(3), last_complete_week(10)
    (-1, -1, 0)
    """
    return week_of(day) - 1


def month_number(day: date) -> int:
    """Months counted from year 0: year × 12 + month − 1.

    >>> month_number(date(2026, 6, 30)) - month_number(date(2025, 12, 1))
    6
    """
    return day.year * 12 + day.month - 1


def summarise(clean: Frame, lines: Frame, subjects: Subjects, *, on: date) -> Summary:
    """Merge the days of every subject as of a day."""
    day = epoch_day(on)
    last_week, this_month = last_complete_week(day), month_number(on)
    engine = subjects.engine
    days = engine.keep("daily_sales", daily(clean))
    size = len(subjects)
    by_week = engine.keep("weekly_sales", weekly(days, engine, last_week))
    weeks = engine.fetch(by_week.filter(nw.col("week") > last_week - WEEKS))
    months = engine.fetch(
        with_calendar(days, engine, "month")
        .filter(nw.col("month") > this_month - MONTHS)
        .group_by("row", "month")
        .agg(*(nw.col(name).sum().cast(nw.Int64) for name in ("orders", "gross", "refund", "q")))
    )
    month_at = months["month"] - (this_month - MONTHS + 1)

    def by_month(name: str) -> Ints:
        return _spread(months["row"], month_at, months[name], (size, MONTHS))

    totals = _totals(engine.fetch(_sums(days)), size)
    category, categories = _categories(engine.fetch(lines), size)
    return Summary(
        by_week=by_week,
        day=day,
        last_week=last_week,
        this_month=this_month,
        weeks=_spread(
            weeks["row"], weeks["week"] - (last_week - WEEKS + 1), weeks["q"], (size, WEEKS)
        ),
        months=by_month("q"),
        month_orders=by_month("orders"),
        month_gross=by_month("gross"),
        month_refund=by_month("refund"),
        orders=_whole(totals["orders"]),
        clean_orders=_whole(totals["clean_orders"]),
        gross=_whole(totals["gross"]),
        refund=_whole(totals["refund"]),
        clean=_whole(totals["q"]),
        first_sale=totals["first_sale"],
        last_sale=totals["last_sale"],
        first_order=totals["first_order"],
        last_order=totals["last_order"],
        category=category,
        categories=categories,
    )


def _sums(days: Frame) -> Frame:
    col = nw.col
    sold = nw.when(col("q") > 0).then(col("day"))
    return (
        days.with_columns(sold=sold)
        .group_by("row")
        .agg(
            *(
                col(name).sum().cast(nw.Int64)
                for name in ("orders", "clean_orders", "gross", "refund", "q")
            ),
            first_sale=col("sold").min(),
            last_sale=col("sold").max(),
            first_order=col("day").min(),
            last_order=col("day").max(),
        )
    )


def _totals(found: Columns, size: int) -> dict[str, Floats]:
    spread = {name: np.full(size, np.nan) for name in found if name != "row"}
    for name, values in spread.items():
        values[found["row"]] = found[name]
    return spread


def _categories(
    found: Columns, size: int
) -> tuple[npt.NDArray[np.object_], tuple[Mapping[str, int], ...]]:
    """Each subject's amounts by category, and the largest (the first by name of equals)."""
    order = np.lexsort((found["category"].astype(str), -found["amount"], found["row"]))
    amounts: list[dict[str, int]] = [{} for _ in range(size)]
    largest = np.full(size, None, dtype=object)
    for place in order:
        row = int(found["row"][place])
        amounts[row][found["category"][place]] = int(found["amount"][place])
        if largest[row] is None:
            largest[row] = found["category"][place]
    return largest, tuple(amounts)


def lines_by_category(lines: Frame, subjects: Subjects) -> Frame:
    """Columns row, category, amount: what each subject sold of each category, in fen."""
    return (
        lines.select("subject", "category", "amount")
        .group_by("subject", "category")
        .agg(amount=nw.col("amount").sum().cast(nw.Int64))
        .join(subjects.frame.select("row", subject="party"), on="subject")
        .group_by("row", "category")
        .agg(amount=nw.col("amount").sum().cast(nw.Int64))
    )


def _spread(row: Ints, at: Ints, values: Ints, shape: tuple[int, int]) -> Ints:
    spread = np.zeros(shape, np.int64)
    spread[row, at] = values
    return spread


def _whole(values: Floats) -> Ints:
    return np.nan_to_num(values).astype(np.int64)
