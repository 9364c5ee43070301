"""What a household told or a lender reported that bears on what it can repay."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np

from suixin.credit.engine import Columns, Frame
from suixin.credit.index import Floats, Ints
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day

DECLARED = ("other_income", "living_cost", "debt_elsewhere")


@dataclass(frozen=True, slots=True)
class Household:
    """Money in fen, one row a subject; NaN where nothing was declared or rated."""

    other_income_month: Ints
    living_cost_month: Floats
    debt_service_month: Ints
    debt_elsewhere: Ints
    store_rating: Floats  # hundredths of a star


def household(feeds: FeedsOn, subjects: Subjects) -> Household:
    """The latest declarations, debts elsewhere and store rating of every subject on the day."""
    size, fetch = len(subjects), subjects.engine.fetch
    declared = fetch(_declared(feeds, subjects))
    debts = fetch(_debts(feeds, subjects))
    ratings = fetch(_ratings(feeds, subjects))

    def said(kind: str) -> Floats:
        mine = declared["kind"] == kind
        return _spread(declared, declared["amount"], size, mine)

    every = np.ones(len(debts["row"]), dtype=bool)
    service = np.nan_to_num(_spread(debts, debts["monthly_due"], size, every))
    rated = np.ones(len(ratings["row"]), dtype=bool)
    return Household(
        other_income_month=_whole(said("other_income")),
        living_cost_month=said("living_cost"),
        debt_service_month=_whole(np.maximum(service, np.nan_to_num(said("debt_elsewhere")))),
        debt_elsewhere=_whole(_spread(debts, debts["balance"], size, every)),
        store_rating=_spread(ratings, ratings["rating"], size, rated),
    )


def _declared(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Columns row, kind, amount: each party's latest statement of a kind, summed by subject."""
    col = nw.col
    said = feeds.frame("declarations").filter(
        col("kind").is_in(list(DECLARED)),
        ~col("amount_month").is_null(),
        col("from") <= epoch_day(feeds.day),
    )
    latest = said.group_by("party", "kind").agg(latest=col("from").max())
    return (
        said.join(latest, left_on=["party", "kind", "from"], right_on=["party", "kind", "latest"])
        .group_by("party", "kind")
        .agg(amount=col("amount_month").max())
        .join(subjects.frame.select("party", "row"), on="party")
        .group_by("row", "kind")
        .agg(amount=col("amount").sum().cast(nw.Int64))
    )


def _debts(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Columns row, balance, monthly_due: what each lender last reported, summed by subject."""
    col = nw.col
    told = feeds.frame("debts_elsewhere").filter(col("as_of") <= epoch_day(feeds.day))
    latest = told.group_by("lender", "subject").agg(latest=col("as_of").max())
    sums = (col(name).sum().cast(nw.Int64) for name in ("balance", "monthly_due"))
    keys = ["lender", "subject"]
    return (
        told.join(latest, left_on=[*keys, "as_of"], right_on=[*keys, "latest"])
        .join(subjects.frame.select("row", subject="party"), on="subject")
        .group_by("row")
        .agg(*sums)
    )


def _ratings(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Columns row, rating: the latest rating of the shop, the lowest where there are several."""
    col = nw.col
    told = feeds.frame("store_ratings").filter(col("on") <= epoch_day(feeds.day))
    latest = told.group_by("merchant").agg(latest=col("on").max())
    return (
        told.join(latest, left_on=["merchant", "on"], right_on=["merchant", "latest"])
        .join(subjects.frame.select("row", merchant="party"), on="merchant")
        .group_by("row")
        .agg(rating=col("rating_hundredths").min())
    )


def _spread(found: Columns, values: Floats | Ints, size: int, mine: np.ndarray) -> Floats:
    spread = np.full(size, np.nan)
    spread[found["row"][mine]] = values[mine]
    return spread


def _whole(values: Floats) -> Ints:
    return np.nan_to_num(values).astype(np.int64)
