"""Loans of the county: what was known of each borrower when it began, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from suixin.county.make import UNTIL, Plan, plan_county
from suixin.county.table import Table, known_by, write_tables
from suixin.credit.book import ScoreBook
from suixin.credit.index import NEUTRAL, Bools, Floats
from suixin.credit.score import score
from suixin.credit.weights_fit import Outcomes
from suixin.data.lake import Feeds
from suixin.data.read import read_feeds
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

DIMENSIONS = ("scene", "data", "social")
"""场景嵌入, 数据驱动, 社交赋能."""

_OF_INDEX = {"engagement": "social", "stability": "data", "reputation": "scene"}
_CHANNELS = ("live", "group")


@dataclass(frozen=True, slots=True)
class Panel:
    """One row a loan: columns of 0–100 points (higher is better), each of one dimension.

    Scene: what buyers wrote (text), the parcel's word, the share of orders placed in live shows
    and in groups. Data: the time series of sales, fulfilment, returns, buyers. Social: engagement
    (graph) and endorsements. `held_out`: loans of the last cohort. `pd`: the planted truth.
    """

    loans: Outcomes
    dimension: tuple[str, ...]
    composite: Floats
    pd: Floats
    held_out: Bools

    def columns(self, dimensions: frozenset[str]) -> list[int]:
        """The places of the columns of some dimensions."""
        return [k for k, one in enumerate(self.dimension) if one in dimensions]


def county_panel(households: int, seed: int, folder: Path, *, policy: PolicyOn) -> Panel:
    """Make a county in a folder and score each shop on the day that its loan began.

    Every shop borrows once, in a cohort drawn by chance; only scored files enter. Ends are drawn
    from the planted truth.
    """
    rule = policy["experiment.panel"]
    plan = plan_county(households, seed)
    write_plan(plan, plan.tables(plan.lots, talk_days=rule["talk_days"]), folder)
    truth = plan.standing()
    place = {subject: k for k, subject in enumerate(truth.subjects)}
    bad = truth.ends(plan.bits, "begun")
    back = list(rule["cohorts"])
    at = plan.bits.pick("outcome/cohort", len(truth.subjects), list(rule["cohorts"].values()))
    rows, composite, shops, began = [], [], list[int](), list[int]()
    with read_feeds(folder) as feeds:
        for k, days in enumerate(back):
            day = UNTIL - timedelta(days)
            book = score(feeds, on=day)
            names, dimension, table = _columns(book, feeds)
            mine = [
                row
                for row, subject in enumerate(book.judged.ids)
                if book.judged.statuses[row] == "scored"
                and subject in place
                and at[place[subject]] == k
            ]
            rows.append(table[mine])
            composite.append(book.judged.composite.value[mine])
            shops += [place[book.judged.ids[row]] for row in mine]
            began += [epoch_day(day)] * len(mine)
    begun = np.array(began, dtype=np.int64)
    return Panel(
        loans=Outcomes(names, np.vstack(rows), bad[shops], begun),
        dimension=dimension,
        composite=np.concatenate(composite),
        pd=truth.pd[shops],
        held_out=begun == begun.max(),
    )


def write_plan(plan: Plan, tables: Iterable[Table], folder: Path) -> None:
    """Write a county's feeds as they had been recorded by its last day, as Parquet."""
    write_tables([known_by(table, plan.calendar.end) for table in tables], folder, parquet=True)


def _columns(book: ScoreBook, feeds: Feeds) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
    """Names, dimensions and points (subjects, columns); what is silent counts neutral."""
    judged = book.judged
    names, dimension, columns = [], [], []
    for found in judged.indices:
        for k, rule in enumerate(found.rules):
            names.append(f"{found.name}.{rule.part}")
            dimension.append(_OF_INDEX[found.name])
            columns.append(np.where(np.isnan(found.points[:, k]), NEUTRAL, found.points[:, k]))
    share = _channel_shares(book, feeds)
    added = {
        "crop": ("scene", judged.composite.crop),
        **{f"{channel}_share": ("scene", share[:, k]) for k, channel in enumerate(_CHANNELS)},
        "endorsements": ("social", judged.composite.social),
    }
    return (
        (*names, *added),
        (*dimension, *(one for one, _ in added.values())),
        np.column_stack([*columns, *(points for _, points in added.values())]),
    )


def _channel_shares(book: ScoreBook, feeds: Feeds) -> Floats:
    """Percent (subjects, channels) of a subject's orders known on the day, by channel."""
    parts = ", ".join(f"avg((channel = '{one}')::INT) * 100 AS {one}" for one in _CHANNELS)
    orders = feeds.on(book.on).relation("orders")
    found = orders.aggregate(f"merchant, {parts}", "merchant").fetchall()
    of = {merchant: shares for merchant, *shares in found}
    none = [0.0] * len(_CHANNELS)
    return np.array([of.get(subject, none) for subject in book.judged.ids], dtype=np.float64)
