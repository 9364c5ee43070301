"""How much each review weighs: what speaks against believing it lowers it, and says why.

No doubt drops a review altogether: honest words that look odd still count a little.
Source: formulas §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from suixin.credit.near_duplicates import Sets, clusters, joined, kinds, similar_pairs
from suixin.credit.review_letters import bone_pairs, covered, word_pairs
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MAD_TO_SIGMA: Final = 1.4826  # A normal's standard deviation over its median absolute deviation.
_REVIEWS_AT_ONCE: Final = 50_000


class Doubt(StrEnum):
    """What speaks against a review."""

    NEAR_DUPLICATE = "NEAR_DUPLICATE"
    REVIEW_BURST = "REVIEW_BURST"
    RATING_TEXT_MISMATCH = "RATING_TEXT_MISMATCH"
    NO_CLEAN_ORDER = "NO_CLEAN_ORDER"
    BUYER_OVERLAP = "BUYER_OVERLAP"
    STOCK_TEXT = "STOCK_TEXT"


@dataclass(frozen=True, slots=True)
class Written:
    """Reviews to be weighed, one row a review, in an order that does not depend on chance.

    `merchant` and `buyer` are numbers from 0; `age` is in days; `rating` 1–5 (NaN: none); `share`
    is the share of praise in the text (NaN: it says nothing); `backed` whether a clean order of
    the shop stands behind it (None: orders are not connected, so nobody can tell).
    """

    merchant: Ints
    buyer: Ints
    age: Ints
    rating: Floats
    texts: Sequence[str | None]
    share: Floats
    backed: Bools | None


@dataclass(frozen=True, slots=True)
class Credibility:
    """`weight` of each review, its weight by age alone, and which doubts (columns) lowered it.

    `farmed` marks the reviews that enough independent doubts lie on to take them for bought.
    """

    weight: Floats
    by_age: Floats
    doubts: Bools  # (reviews, doubts), columns in the order of `Doubt`
    farmed: Bools

    def reasons(self, review: int) -> tuple[Doubt, ...]:
        """Why a review weighs less than its age alone would say."""
        return tuple(d for d, holds in zip(Doubt, self.doubts[review], strict=True) if holds)


def weigh(written: Written, policy: PolicyOn) -> Credibility:
    """The weight of every review: its age, times a factor for each doubt. Source: formulas §5.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> two = np.zeros(2, np.int64)
    >>> reviews = Written(two, np.arange(2), np.array([0, 180]), np.array([5.0, 5.0]),
    ...                   ["又甜又脆！", "又甜又脆"], np.array([0.9, 0.9]), None)
    >>> found = weigh(reviews, load_policy("reputation").on(date(2026, 6, 30)))
    >>> found.weight.tolist(), found.reasons(0)
    ([0.5, 0.25], (<Doubt.NEAR_DUPLICATE: 'NEAR_DUPLICATE'>,))
    """
    by_age = 2.0 ** (-written.age / policy["reputation.half_life"])
    stock = _stock_factors(written, policy)
    copies = copies_of(written, policy, alone=stock.default)
    burst, mismatch = policy["reputation.burst"], policy["reputation.mismatch"]
    overlap = policy["reputation.overlap"]
    crowding = _day_crowding(written, floor=burst["floor"], deviations=burst["deviations"])
    # Stock texts say nothing of the goods, so no stars can be against them.
    strange = _mismatched(written, policy) & (stock.factor == 1.0)
    bare = np.zeros(len(by_age), bool) if written.backed is None else ~written.backed
    factors = {
        Doubt.NEAR_DUPLICATE: 1.0 / copies.size,
        Doubt.REVIEW_BURST: crowding,
        Doubt.RATING_TEXT_MISMATCH: np.where(strange, mismatch["factor"], 1.0),
        Doubt.NO_CLEAN_ORDER: np.where(bare, policy["reputation.no_clean_order"], 1.0),
        Doubt.BUYER_OVERLAP: np.where(overlapping(written, overlap), overlap["factor"], 1.0),
        Doubt.STOCK_TEXT: stock.factor,
    }
    table = np.column_stack([factors[doubt] for doubt in Doubt])
    doubts = table < 1.0
    return Credibility(
        weight=by_age * table.prod(axis=1),
        by_age=by_age,
        doubts=doubts,
        farmed=_farmed(doubts, copies, policy["reputation.farm"]),
    )


def _farmed(doubts: Bools, copies: Copies, rule: Mapping[str, Any]) -> Bools:
    """On which enough independent doubts lie; that a few words come again is no sign of a farm."""
    telling = doubts.copy()
    telling[:, list(Doubt).index(Doubt.NEAR_DUPLICATE)] &= copies.pairs >= rule["pairs_min"]
    counted = np.array([doubt in rule["of"] for doubt in Doubt])
    enough: Bools = telling[:, counted].sum(axis=1) >= rule["doubts"]
    return enough


@dataclass(frozen=True, slots=True)
class Copies:
    """`size`: how many of a shop's reviews say nearly the same as each one, itself included.

    `pairs`: how many different pairs of letters each text has, 0 for one that is not compared.
    """

    size: Ints
    pairs: Ints


def copies_of(written: Written, policy: PolicyOn, *, alone: Bools | None = None) -> Copies:
    """Count the near copies of every review among those of its shop.

    Two texts are nearly the same when enough (Jaccard) of their pairs of letters are, or of the
    pairs of their bones, where there are enough of these to tell. A review without letters is
    alone, and so is one marked `alone`.
    """
    found = Copies(np.ones(len(written.texts), np.int64), np.zeros(len(written.texts), np.int64))
    rows = np.arange(len(found.size)) if alone is None else np.flatnonzero(~alone)
    rows = rows[np.argsort(written.merchant[rows], kind="stable")]
    shop = written.merchant[rows]
    # Whole shops together, so many reviews at a time: memory stays small.
    piece = np.searchsorted(shop, shop) // _REVIEWS_AT_ONCE
    for some in np.split(rows, np.flatnonzero(np.diff(piece)) + 1):
        texts = [written.texts[row] for row in some.tolist()]
        cluster, found.pairs[some] = _same_texts(texts, written.merchant[some], policy)
        found.size[some] = np.bincount(cluster)[cluster]
    return found


def _same_texts(texts: Sequence[str | None], shop: Ints, policy: PolicyOn) -> tuple[Ints, Ints]:
    """The cluster of each text, those of one shop with the same words or the same bones; and how
    many pairs of letters it has."""
    share = policy["reputation.near_duplicate"]
    rows, sets = word_pairs(texts)
    cluster, pairs = np.arange(len(texts)), np.zeros(len(texts), np.int64)
    pairs[rows] = np.diff(sets.bounds)
    cluster = _with_alike(cluster, rows, clusters(sets, shop[rows], share=share))
    rows, sets = bone_pairs(texts, policy["texts.small_words"])
    enough = np.flatnonzero(np.diff(sets.bounds) >= policy["reputation.reworded"])
    rows = rows[enough]
    bare = clusters(sets.take(enough), shop[rows], share=share)
    return _with_alike(cluster, rows, bare), pairs


def _with_alike(cluster: Ints, rows: Ints, alike: Ints) -> Ints:
    """Clusters joined where `alike` has one number for these rows."""
    _, first = np.unique(alike, return_index=True)
    return joined(cluster, rows, rows[first[alike]])


def overlapping(written: Written, rule: Mapping[str, Any]) -> Bools:
    """Whose buyer reviewed much the same shops as many others did: accounts that work together.

    Buyers of few shops say nothing: half a county buys from the same two.
    """
    pair = np.unique(written.buyer * (written.merchant.max(initial=0) + 1) + written.merchant)
    buyer, merchant = np.divmod(pair, written.merchant.max(initial=0) + 1)
    buyers, shops = np.unique(buyer, return_counts=True)
    bounds = np.append(0, np.cumsum(shops))
    busy = np.flatnonzero(shops >= rule["shops_min"])
    if not len(busy):
        return np.zeros(len(written.buyer), bool)
    sets = Sets(merchant.astype(np.uint64), bounds).take(busy)
    one_group = np.zeros(len(sets), np.int64)
    first, kind = kinds(sets, one_group)
    people = np.bincount(kind)
    left, right = similar_pairs(
        sets.take(first), one_group[first], share=rule["share"], neighbours=rule["others"] + 1
    )
    others = people - 1.0
    others += np.bincount(left, people[right], len(first))
    others += np.bincount(right, people[left], len(first))
    suspect = np.zeros(int(written.buyer.max()) + 1, bool)
    suspect[buyers[busy]] = (others >= rule["others"])[kind]
    return suspect[written.buyer]


def median_of_groups(values: Floats, group: Ints, count: int) -> Floats:
    """The median of the values of each of `count` groups, NaN for an empty one.

    >>> median_of_groups(np.array([3.0, 1.0, 4.0]), np.array([0, 0, 2]), 3).tolist()
    [2.0, nan, 4.0]
    """
    ordered = np.append(values[np.lexsort((values, group))], np.nan)
    size = np.bincount(group, minlength=count)
    begin = np.cumsum(size) - size
    low = np.where(size > 0, begin + (size - 1) // 2, len(values))
    high = np.where(size > 0, begin + size // 2, len(values))
    middle: Floats = (ordered[low] + ordered[high]) / 2
    return middle


def _day_crowding(written: Written, *, floor: float, deviations: float) -> Floats:
    """min(1, cap / reviews of the day), cap from the days on which the shop had a review."""
    day = written.age.max(initial=0) + 1
    days, at, number = np.unique(
        written.merchant * day + written.age, return_inverse=True, return_counts=True
    )
    shop, shops = days // day, int(written.merchant.max(initial=0)) + 1
    counts = number.astype(np.float64)
    median = median_of_groups(counts, shop, shops)
    mad = median_of_groups(np.abs(counts - median[shop]), shop, shops)
    cap = np.maximum(floor, median + deviations * MAD_TO_SIGMA * mad)
    crowding: Floats = np.minimum(1.0, cap[shop] / counts)[at]
    return crowding


def _mismatched(written: Written, policy: PolicyOn) -> Bools:
    stars, rule = policy["reputation.stars"], policy["reputation.mismatch"]
    praises, blames = written.rating >= stars["praise_min"], written.rating <= stars["blame_max"]
    strange: Bools = (praises & (written.share < rule["blaming_below"])) | (
        blames & (written.share > rule["praising_above"])
    )
    return strange


@dataclass(frozen=True, slots=True)
class _Stock:
    factor: Floats
    default: Bools


def _stock_factors(written: Written, policy: PolicyOn) -> _Stock:
    """The factor on texts that stand in stock phrases, and which of them a platform wrote itself.

    The kind that holds more of a text gives the factor; the platform's own, of equals.
    """
    rule = policy["reputation.stock_texts"]
    default, pasted = (
        covered(written.texts, policy[f"texts.{kind}"].split()) for kind in ("default", "pasted")
    )
    stock = np.maximum(default, pasted) >= rule["share"]
    platforms = stock & (default >= pasted)
    factor = np.where(platforms, rule["default"], rule["pasted"])
    return _Stock(np.where(stock, factor, 1.0), platforms)
