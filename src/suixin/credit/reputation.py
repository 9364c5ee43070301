"""Word of mouth 口碑: what buyers say, each review by its credibility, held to what is sure.

Every aspect is judged by a lower bound on its share of praise, so that three glowing reviews do
not beat three hundred good ones. Source: formulas §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suixin.credit.engine import Frame
from suixin.credit.index import Measures
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.reading.reader import read_reviews
from suixin.credit.review_evidence import Evidence, evidence_of
from suixin.credit.reviews import Reader, Reviews, reviews_of
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordOfMouth:
    """What buyers said of every subject; arrays have one row a subject.

    `reviews` are all known on the day; `aspects` how many of them praise and blame each aspect,
    unweighted, aspects nobody spoke of left out; `lost_share` (0–1) the part of the reviews'
    weight that lies in praise taken for bought; `evidence` is what a file shows of them.
    """

    measures: Measures
    reviews: Ints
    aspects: tuple[Mapping[str, tuple[int, int]], ...]
    lost_share: Floats
    evidence: Evidence


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
    """Read, weigh and add up the reviews of every subject; see `reviews_of`."""
    reviews = reviews_of(feeds, subjects, policy, clean_orders=clean_orders, reader=reader)
    connected = "reviews" in feeds.present
    return added_up(reviews, len(subjects), policy, connected=connected, reader=reader)


def added_up(
    reviews: Reviews,
    subjects: int,
    policy: PolicyOn,
    *,
    connected: bool = True,
    reader: Reader = read_reviews,
) -> WordOfMouth:
    """What the reviews of each of so many subjects come to."""
    evidence = evidence_of(reviews, subjects, policy, reader=reader)
    return WordOfMouth(
        measures=_measures(evidence.praise, evidence.blame, policy, connected=connected),
        reviews=evidence.reviews,
        aspects=tuple(map(_mentions, evidence.praised, evidence.blamed)),
        lost_share=_lost_share(reviews, subjects),
        evidence=evidence,
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


def _mentions(praised: Ints, blamed: Ints) -> Mapping[str, tuple[int, int]]:
    return {
        aspect: (int(praised[k]), int(blamed[k]))
        for k, aspect in enumerate(ASPECTS)
        if praised[k] or blamed[k]
    }


def _lost_share(reviews: Reviews, subjects: int) -> Floats:
    """The part of each subject's review weight, by age, that lies in praise taken for bought.

    Blame that looks bought weighs as little, but no shop is named for what rivals write of it.
    """
    by_age = reviews.credibility.by_age
    bought = reviews.credibility.farmed & (reviews.polarity[:, OVERALL] >= 0)
    whole = np.bincount(reviews.row, by_age, subjects)
    lost = np.bincount(reviews.row, by_age * bought, subjects)
    return np.divide(lost, whole, out=np.zeros(subjects), where=whole > 0)
