"""Every review known on a day: whose it is, what it says of each aspect, and what it weighs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from suixin.credit.credibility import Credibility, Written, weigh
from suixin.credit.engine import Columns, Frame
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY, epoch_day
from suixin.kernel.policy import PolicyOn

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]
Texts = npt.NDArray[np.object_]
Reader = Callable[[Sequence[str | None]], Readings]

QUOTING: Final = "review_words"
"""What a consent has to cover, beside the feed, before a line of a review may be shown."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """One row a review, in the order of source and id.

    `row` is that of its subject, `ids` are its source and id; `polarity` (reviews, aspects) is 1
    for praise, −1 for blame, 0 for neither; `quotable` marks those that a consent lets be quoted.
    """

    ids: tuple[Texts, Texts]
    row: Ints
    written: Written
    readings: Readings
    polarity: Signs
    credibility: Credibility
    quotable: Bools

    def __len__(self) -> int:
        return len(self.row)


def reviews_of(
    feeds: FeedsOn,
    subjects: Subjects,
    policy: PolicyOn,
    *,
    clean_orders: Frame | None,
    reader: Reader = read_reviews,
) -> Reviews:
    """Read and weigh the reviews of every subject.

    `clean_orders` has the columns order_id and row (of the subject) of the orders that clean sales
    left standing; None where orders are not connected, and then no review is doubted for lack of
    one. `reader` reads the texts.
    """
    found = _found(feeds, subjects, clean_orders)
    readings = reader(found["text"].tolist())
    written = _written(found, readings, epoch_day(feeds.day), backed=clean_orders is not None)
    return Reviews(
        ids=(found["source"], found["review_id"]),
        row=found["row"].astype(np.int64),
        written=written,
        readings=readings,
        polarity=polarities(readings, written.rating, policy),
        credibility=weigh(written, policy),
        quotable=found["quotable"].astype(bool),
    )


def _found(feeds: FeedsOn, subjects: Subjects, clean_orders: Frame | None) -> Columns:
    col = nw.col
    mine = subjects.frame.select("row", merchant="party")
    reviews = feeds.frame("reviews").join(mine, on="merchant")
    backed = nw.lit(False)
    if clean_orders is not None:
        clean = clean_orders.select("row", "order_id", one=nw.lit(1, nw.Int64)).unique()
        reviews = reviews.join(clean, on=["row", "order_id"], how="left")
        backed = ~col("one").is_null()
    reviews = reviews.join(_quoting(feeds), on="consent", how="left")
    rows = reviews.select(
        "source", "review_id", "row", "merchant", "buyer", "rating", "text", "written_at",
        backed=backed, quotable=~col("quoted").is_null(),
    )  # fmt: skip
    return subjects.engine.fetch(rows.sort("source", "review_id"))


def _quoting(feeds: FeedsOn) -> Frame:
    """The consents under which reviews may be quoted.

    Whether one is in force on the day need not be asked: under another no review is read at all.
    """
    spaced = nw.col("kinds").str.replace_all(" ", "")
    kinds = nw.concat_str([nw.lit(";"), spaced, nw.lit(";")])
    grants = feeds.frame("consents").filter(kinds.str.contains(f";{QUOTING};", literal=True))
    return grants.select("consent", quoted=nw.lit(1, nw.Int64)).unique()


def _written(found: Columns, readings: Readings, today: int, *, backed: bool) -> Written:
    day = (found["written_at"].astype(np.int64) + LOCAL_OFFSET) // SECONDS_PER_DAY
    return Written(
        merchant=_numbers(found["merchant"]),
        buyer=_numbers(found["buyer"]),
        age=np.maximum(0, today - day),
        rating=found["rating"].astype(np.float64),
        texts=found["text"].tolist(),
        share=readings.share,
        backed=found["backed"].astype(bool) if backed else None,
    )


def polarities(readings: Readings, rating: Floats, policy: PolicyOn) -> Signs:
    """(reviews, aspects): 1 praise, −1 blame, 0 neither or not spoken of.

    *Overall* goes by the stars; where they do not tell, by the text.
    """
    stars = policy["reputation.stars"]
    table = np.zeros((len(rating), len(ASPECTS)), np.int8)
    table[readings.review, readings.aspect] = readings.polarity
    told = np.where(readings.share >= policy["reputation.text_share"], 1, -1)
    told = np.where(np.isnan(readings.share), 0, told)
    told = np.where(rating >= stars["praise_min"], 1, told)
    table[:, OVERALL] = np.where(rating <= stars["blame_max"], -1, told)
    return table


def _numbers(ids: Texts) -> Ints:
    """Ids as numbers from 0, in the order in which they first come."""
    known: dict[str, int] = {}
    return np.fromiter((known.setdefault(i, len(known)) for i in ids), np.int64, len(ids))
