"""Loan, more sold, more known, another limit: one cycle in the county, held against its likes.

Scored households with a limit are paired with the nearest of their industry by monthly sales; one
of each pair, by the toss of a coin, borrows its whole limit for a cycle. What a loan does to who
has it is assumed, in the policy `experiments`; what follows from that for data, credit and the
next limit is computed by the same scoring that any folder gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from suixin.county.make import UNTIL, Plan, plan_county
from suixin.county.outcomes import Standing, more_orders, reported_debts
from suixin.county.table import Table, stacked
from suixin.county.trade import Orders
from suixin.credit.book import ScoreBook
from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.data.read import read_feeds
from suixin.experiments.interval import Interval, mean_interval
from suixin.experiments.panel import write_plan
from suixin.kernel.day import date_of, day_start, epoch_day
from suixin.kernel.policy import PolicyOn

PAIRS_MIN = 10
ARROWS = {
    "data": ("数据流动", "orders added, to each known before"),
    "credit": ("信用构建", "composite, points gained"),
    "finance": ("金融服务", "limit, next / first"),
    "industry": ("产业升级", "monthly clean sales, cycle / at its start"),
}
"""数据流动 → 信用构建 → 金融服务 → 产业升级: what each arrow is measured by."""

_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow of the loop and its metric: the mean of borrowers and of their likes, and the gap.

    `gap` is the mean over pairs of borrower − like, with its 95 % interval.
    """

    name: str
    zh: str
    metric: str
    borrowers: float
    likes: float
    gap: Interval


@dataclass(frozen=True, slots=True)
class NextLimit:
    """What became of the limits of one group: how many rose and fell, the mean of next / first.

    `gap` is the mean over pairs of that ratio less the like's own.
    """

    group: str
    households: int
    rose: int
    fell: int
    ratio: float
    gap: Interval


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """One seeded cycle: money in fen, the four arrows, and the limits of repaid and defaulted."""

    start: date
    end: date
    pairs: int
    lent_fen: int
    repaid_fen: int
    defaulted: int
    arrows: tuple[Arrow, ...]
    next_limits: tuple[NextLimit, ...]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Rows of the truth's shops: who borrows, and the like of each; the ends of the loans."""

    borrower: Ints
    like: Ints
    limit_fen: Ints
    bad: Bools


def closed_loop(households: int, seed: int, folder: Path, *, policy: PolicyOn) -> ClosedLoop:
    """Run one cycle of a county made in a folder.

    Raises `InputError` `TOO_FEW_PAIRS` where fewer than ten pairs of households have a limit.
    """
    rule = policy["experiment.closed_loop"]
    start, plan = UNTIL - timedelta(rule["cycle_days"]), plan_county(households, seed)
    truth, talk_days = plan.standing(), int(rule["talk_days"])
    first = _scored(plan, plan.tables(plan.lots, talk_days=talk_days), folder / "before", start)
    pairs = _paired(truth, first, plan)
    more = _more(plan, pairs, since=epoch_day(start) + 1, turned=float(rule["turned"]))
    told = plan.calendar.until - int(rule["reported_before"])
    tables = plan.tables((*plan.lots, more), talk_days=talk_days)
    tables = _with_debts(plan, pairs, tables, as_of=told)
    second = _scored(plan, tables, folder / "after", UNTIL, limits=first)
    change = _change(truth, first, second, months=round(rule["cycle_days"] / _MONTH_DAYS))
    measure = partial(_gap, pairs=pairs, draws=int(rule["draws"]), seed=seed)
    everyone = np.ones(len(pairs.bad), dtype=np.bool_)
    return ClosedLoop(
        start=start,
        end=UNTIL,
        pairs=len(pairs.borrower),
        lent_fen=int(pairs.limit_fen.sum()),
        repaid_fen=int(pairs.limit_fen[~pairs.bad].sum()),
        defaulted=int(pairs.bad.sum()),
        arrows=tuple(
            Arrow(
                name, zh, metric,
                borrowers=float(change[name][pairs.borrower].mean()),
                likes=float(change[name][pairs.like].mean()),
                gap=measure(change[name], everyone),
            )
            for name, (zh, metric) in ARROWS.items()
        ),
        next_limits=tuple(
            _next_limit(group, change["finance"], pairs, mine, measure(change["finance"], mine))
            for group, mine in (("repaid", ~pairs.bad), ("defaulted", pairs.bad))
            if mine.any()
        ),
    )  # fmt: skip


def _scored(
    plan: Plan, tables: Sequence[Table], folder: Path, day: date, *, limits: ScoreBook | None = None
) -> ScoreBook:
    """A book of a county's feeds on a day; limits of a book before bound how fast new ones rise."""
    write_plan(plan, tables, folder)
    before = {} if limits is None else dict(zip(limits.judged.ids, _limits(limits), strict=True))
    with read_feeds(folder) as feeds:
        return score(feeds, on=day, standing_limits=before)


def _paired(truth: Standing, first: ScoreBook, plan: Plan) -> _Pairs:
    """Neighbours in sales within an industry, a coin for who borrows, ends from the truth."""
    limit = _of(truth, first, _limits(first))
    base = _of(truth, first, np.array([one.base_fen for one in first.judged.terms]))
    status = np.array([one == "scored" for one in first.judged.statuses])
    able = np.flatnonzero((limit > 0) & (_of(truth, first, status) > 0))
    order = able[np.lexsort((base[able], truth.industries[able].astype(str)))]
    of_industry = truth.industries[order]
    pairs: list[tuple[int, int]] = []
    k = 0
    while k + 1 < len(order):
        if of_industry[k] == of_industry[k + 1]:
            pairs.append((int(order[k]), int(order[k + 1])))
            k += 2
        else:
            k += 1
    if len(pairs) < PAIRS_MIN:
        raise InputError(
            "TOO_FEW_PAIRS",
            f"Only {len(pairs)} pairs of like households have a limit.",
            "Ask for more households.",
        )
    both = np.array(pairs, dtype=np.int64)
    coin = plan.bits.below("loop/coin", len(both), 2)
    rows = np.arange(len(both))
    borrower, like = both[rows, coin], both[rows, 1 - coin]
    bad = truth.ends(plan.bits, "cycle")[borrower]
    return _Pairs(borrower, like, limit[borrower].astype(np.int64), bad)


def _more(plan: Plan, pairs: _Pairs, *, since: int, turned: float) -> Orders:
    """The orders that repaid loans brought: a share of each loan, sold once within the cycle."""
    honest, shops = plan.lots[0], plan.shops
    later = honest.take(honest.placed >= day_start(date_of(since)))
    sold = np.bincount(later.shop, later.gross, minlength=len(shops.subject))
    lift = np.zeros(len(shops.subject))
    repaid = pairs.borrower[~pairs.bad]
    lift[repaid] = turned * pairs.limit_fen[~pairs.bad] / np.maximum(1.0, sold[repaid])
    return more_orders(honest, lift, since=since, shops=shops, bits=plan.bits)


def _with_debts(plan: Plan, pairs: _Pairs, tables: Sequence[Table], *, as_of: int) -> list[Table]:
    """The feeds, in which the bureau tells of what defaulted borrowers owe."""
    rows = pairs.borrower[pairs.bad]
    owed = reported_debts(
        plan.shops.subject[rows],
        pairs.limit_fen[pairs.bad],
        plan.people,
        as_of=as_of,
    )
    return [stacked(table, owed) if table.feed == owed.feed else table for table in tables]


def _change(
    truth: Standing, first: ScoreBook, second: ScoreBook, *, months: int
) -> dict[str, Floats]:
    """What each arrow measures, one value a shop of the truth."""
    sales, known = second.judged.facts.summary, first.judged.facts.summary
    base = np.array([terms.base_fen for terms in first.judged.terms], dtype=np.int64)

    def gained(then: Floats | Ints, now: Floats | Ints) -> Floats:
        return _of(truth, second, now) / np.maximum(1.0, _of(truth, first, then))

    return {
        "data": gained(known.orders, sales.orders) - 1,
        "credit": _of(truth, second, second.judged.composite.value)
        - _of(truth, first, first.judged.composite.value),
        "finance": gained(_limits(first), _limits(second)),
        "industry": gained(base, sales.months[:, -months:].mean(axis=1)),
    }


def _of(truth: Standing, book: ScoreBook, values: Floats | Ints | Bools) -> Floats:
    """A book's values in the order of the truth's shops."""
    row = {subject: k for k, subject in enumerate(book.judged.ids)}
    return np.asarray(values, dtype=np.float64)[[row[one] for one in truth.subjects]]


def _limits(book: ScoreBook) -> Ints:
    return np.array([terms.limit_fen for terms in book.judged.terms], dtype=np.int64)


def _gap(change: Floats, mine: Bools, *, pairs: _Pairs, draws: int, seed: int) -> Interval:
    """Borrower less like, over some of the pairs."""
    return mean_interval(
        change[pairs.borrower[mine]] - change[pairs.like[mine]], draws=draws, seed=seed
    )


def _next_limit(group: str, ratio: Floats, pairs: _Pairs, mine: Bools, gap: Interval) -> NextLimit:
    own = ratio[pairs.borrower[mine]]
    return NextLimit(
        group=group,
        households=len(own),
        rose=int((own > 1).sum()),
        fell=int((own < 1).sum()),
        ratio=float(own.mean()),
        gap=gap,
    )
