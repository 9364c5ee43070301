"""Word of mouth 口碑: what buyers say, each review by its credibility, held to what is sure.

Every aspect is judged by a lower bound on its share of praise, so that three glowing reviews do
not beat three hundred good ones. Source: formulas §5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import numpy.typing as npt

from suixin.credit.credibility import Credibility, Written, weigh
from suixin.credit.engine import Columns, Frame
from suixin.credit.index import Measures
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY, epoch_day
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]
Reader = Callable[[Sequence[str | None]], Readings]


@dataclass(frozen=True, slots=True)
class WordOfMouth:
    """What buyers said of every subject; arrays have one row a subject.

    `reviews` are all known on the day; `aspects` how many of them praise and blame each aspect,
    unweighted, aspects nobody spoke of left out; `lost_share` (0–1) the part of the reviews'
    weight that lies in reviews with several doubts against them, as a review farm's have.
    """

    measures: Measures
    reviews: Ints
    aspects: tuple[Mapping[str, tuple[int, int]], ...]
    lost_share: Floats


def measure(
    feeds: FeedsOn, subjects: Subjects, policy: PolicyOn, *, clean_orders: Frame | None
) -> Measures:
    """The sure share of praise of every aspect, for every subject; see `word_of_mouth`."""
    return word_of_mouth(feeds, subjects, policy, clean_orders=clean_orders).measures


def word_of_mouth(
    feeds: FeedsOn,
    subjects: Subjects,
    policy: PolicyOn,
    *,
    clean_orders: Frame | None,
    reader: Reader = read_reviews,
) -> WordOfMouth:
    """Read, weigh and add up the reviews of every subject.

    `clean_orders` has the columns order_id and row (of the subject) of the orders that clean sales
    left standing; None where orders are not connected, and then no review is doubted for lack of
    one. `reader` reads the texts.
    """
    found = _reviews(feeds, subjects, clean_orders)
    readings = reader(found["text"].tolist())
    written = _written(found, readings, epoch_day(feeds.day), backed=clean_orders is not None)
    credibility = weigh(written, policy)
    row = found["row"].astype(np.int64)
    polarity, each = _polarities(readings, written.rating, policy), np.ones(len(row))
    praise = _summed(row, polarity == 1, credibility.weight, len(subjects))
    blame = _summed(row, polarity == -1, credibility.weight, len(subjects))
    praised = _summed(row, polarity == 1, each, len(subjects))
    blamed = _summed(row, polarity == -1, each, len(subjects))
    connected = "reviews" in feeds.present
    return WordOfMouth(
        measures=_measures(praise, blame, policy, connected=connected),
        reviews=np.bincount(row, minlength=len(subjects)),
        aspects=tuple(_mentions(p, b) for p, b in zip(praised, blamed, strict=True)),
        lost_share=_lost_share(row, credibility, len(subjects)),
    )


def sure_share(praise: Floats, blame: Floats, policy: PolicyOn) -> Floats:
    """The share of praise that is sure, from weighted praise and blame. Source: formulas §5.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> policy = load_policy("reputation").on(date(2026, 6, 30))
    >>> sure_share(np.array([0.0, 300.0]), np.array([0.0, 12.0]), policy).round(4).tolist()
    [0.8161, 0.9437]
    """
    prior, caution = policy["reputation.prior"], policy["reputation.caution"]
    total = prior["weight"] + praise + blame
    mean = (prior["weight"] * prior["share"] + praise) / total
    sure: Floats = mean - caution * np.sqrt(mean * (1.0 - mean) / (total + 1.0))
    return sure


def _reviews(feeds: FeedsOn, subjects: Subjects, clean_orders: Frame | None) -> Columns:
    """One row a review of a subject, in the order of source and id."""
    col = nw.col
    mine = subjects.frame.select("row", merchant="party")
    reviews = feeds.frame("reviews").join(mine, on="merchant")
    backed = nw.lit(False)
    if clean_orders is not None:
        clean = clean_orders.select("row", "order_id", one=nw.lit(1, nw.Int64)).unique()
        reviews = reviews.join(clean, on=["row", "order_id"], how="left")
        backed = ~col("one").is_null()
    rows = reviews.select(
        "source", "review_id", "row", "merchant", "buyer", "rating", "text", "written_at",
        backed=backed,
    )  # fmt: skip
    return subjects.engine.fetch(rows.sort("source", "review_id"))


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


def _polarities(readings: Readings, rating: Floats, policy: PolicyOn) -> Signs:
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


def _summed(row: Ints, said: Bools, weight: Floats, subjects: int) -> Floats:
    """(subjects, aspects): the weight of the reviews of which `said` (reviews, aspects) holds."""
    return np.column_stack([np.bincount(row, weight * column, subjects) for column in said.T])


def _measures(praise: Floats, blame: Floats, policy: PolicyOn, *, connected: bool) -> Measures:
    """One part an aspect: the sure share of praise, and the weight of mentions behind it."""
    share = sure_share(praise, blame, policy)
    return Measures(
        name="reputation",
        connected=connected,
        x={aspect: share[:, k] for k, aspect in enumerate(ASPECTS)},
        n={aspect: (praise + blame)[:, k] for k, aspect in enumerate(ASPECTS)},
        present={aspect: np.full(len(share), connected) for aspect in ASPECTS},
    )


def _mentions(praised: Floats, blamed: Floats) -> Mapping[str, tuple[int, int]]:
    return {
        aspect: (int(praised[k]), int(blamed[k]))
        for k, aspect in enumerate(ASPECTS)
        if praised[k] or blamed[k]
    }


def _lost_share(row: Ints, credibility: Credibility, subjects: int) -> Floats:
    """The part of each subject's review weight, by age, that lies in reviews taken for bought."""
    whole = np.bincount(row, credibility.by_age, subjects)
    lost = np.bincount(row, credibility.by_age * credibility.farmed, subjects)
    return np.divide(lost, whole, out=np.zeros(subjects), where=whole > 0)


def _numbers(ids: npt.NDArray[np.object_]) -> Ints:
    """Ids as numbers from 0, in the order in which they first come."""
    known: dict[str, int] = {}
    return np.fromiter((known.setdefault(i, len(known)) for i in ids), np.int64, len(ids))
