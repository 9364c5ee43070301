"""How much each review weighs: what speaks against believing it lowers it, and says why.

No doubt drops a review altogether: honest words that look odd still count a little.
Source: formulas §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.near_duplicates import Hashes, Sets, clusters, mixed, similar_pairs
from suixin.credit.reading.lexicon import packaged_lexicon
from suixin.credit.reading.text import TEXT_MAX
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
    """`weight` of each review, its weight by age alone, and which doubts (columns) lowered it."""

    weight: Floats
    by_age: Floats
    doubts: Bools  # (reviews, doubts), columns in the order of `Doubt`

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
    size = cluster_sizes(written, policy["reputation.near_duplicate"])
    burst, mismatch = policy["reputation.burst"], policy["reputation.mismatch"]
    overlap = policy["reputation.overlap"]
    crowding = _day_crowding(written, floor=burst["floor"], deviations=burst["deviations"])
    strange = _mismatched(written, policy)
    bare = np.zeros(len(size), bool) if written.backed is None else ~written.backed
    factors = {
        Doubt.NEAR_DUPLICATE: 1.0 / size,
        Doubt.REVIEW_BURST: crowding,
        Doubt.RATING_TEXT_MISMATCH: np.where(strange, mismatch["factor"], 1.0),
        Doubt.NO_CLEAN_ORDER: np.where(bare, policy["reputation.no_clean_order"], 1.0),
        Doubt.BUYER_OVERLAP: np.where(overlapping(written, overlap), overlap["factor"], 1.0),
    }
    table = np.column_stack([factors[doubt] for doubt in Doubt])
    return Credibility(by_age * table.prod(axis=1), by_age, doubts=table < 1.0)


def cluster_sizes(written: Written, share: float) -> Ints:
    """How many of a shop's reviews say nearly the same as each one, itself included.

    Two texts are nearly the same when at least `share` (Jaccard) of their character pairs are.
    A review without words, or with the platform's own default text, is alone.
    """
    sizes = np.ones(len(written.texts), np.int64)
    worded = np.flatnonzero(~_default_texts(written))
    worded = worded[np.argsort(written.merchant[worded], kind="stable")]
    merchant = written.merchant[worded]
    # Whole shops together, so many reviews at a time: memory stays small.
    piece = np.searchsorted(merchant, merchant) // _REVIEWS_AT_ONCE
    for rows in np.split(worded, np.flatnonzero(np.diff(piece)) + 1):
        texts = [written.texts[row] for row in rows.tolist()]
        sizes[rows] = _cluster_sizes(texts, written.merchant[rows], share)
    return sizes


def _cluster_sizes(texts: Sequence[str | None], merchant: Ints, share: float) -> Ints:
    sizes = np.ones(len(texts), np.int64)
    codes, bounds = _letters(texts)
    worded = np.flatnonzero(np.diff(bounds) > 0)
    if not len(worded):
        return sizes
    pairs = _character_pairs(codes, bounds).take(worded)
    digest = _digest(pairs) ^ mixed(merchant[worded])
    _, first, text_of = np.unique(digest, return_index=True, return_inverse=True)
    shop = merchant[worded][first]
    # A text can have a near duplicate only in a shop with a second text.
    several = np.flatnonzero(np.bincount(shop)[shop] > 1)
    left, right = similar_pairs(pairs.take(first[several]), shop[several], share=share)
    cluster = clusters(len(first), several[left], several[right])[text_of]
    sizes[worded] = np.bincount(cluster)[cluster]
    return sizes


def overlapping(written: Written, rule: Mapping[str, float]) -> Bools:
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
    # From 1: mixing leaves 0 as it is, and shop 0 would be the least hash of each of its sets.
    sets = Sets(mixed(merchant + 1), bounds).take(busy)
    _, first, kind, people = np.unique(
        _digest(sets), return_index=True, return_inverse=True, return_counts=True
    )
    one_group = np.zeros(len(first), np.int64)
    left, right = similar_pairs(
        sets.take(first), one_group, share=rule["share"], neighbours=int(rule["others"]) + 1
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


def _letters(texts: Sequence[str | None]) -> tuple[npt.NDArray[np.uint32], Ints]:
    """The characters of every text as the reader reads them, without spaces and punctuation."""
    lexicon = packaged_lexicon()
    held = [(text or "")[:TEXT_MAX] for text in texts]
    raw = "".join(held).encode("utf-32-le", "surrogatepass")
    codes = lexicon.reads_as[np.frombuffer(raw, np.uint32)]
    kept = ~lexicon.ends_clause[codes]
    ends = np.cumsum([0, *map(len, held)])
    return codes[kept], np.append(0, np.cumsum(kept))[ends]


def _character_pairs(codes: npt.NDArray[np.uint32], bounds: Ints) -> Sets:
    """Each text's characters, every one with the one before it (none before the first)."""
    before = np.append(np.zeros(1, np.uint32), codes[:-1])[: len(codes)].astype(np.uint64)
    before[bounds[:-1][np.diff(bounds) > 0]] = 0
    return Sets(mixed((before << np.uint64(32)) | codes.astype(np.uint64)), bounds)


def _digest(sets: Sets) -> Hashes:
    """A number for each sequence of members, equal where they are equal in the same order."""
    within = np.arange(len(sets.members)) - np.repeat(sets.bounds[:-1], np.diff(sets.bounds))
    digest: Hashes = np.add.reduceat(mixed(sets.members ^ mixed(within)), sets.bounds[:-1])
    return digest


def _default_texts(written: Written) -> Bools:
    """Which texts are those a platform writes for a buyer who wrote nothing."""
    lexicon = packaged_lexicon()
    phrases = [lexicon.words[row] for row in np.flatnonzero(lexicon.marks["silent"])]
    default = np.zeros(len(written.texts), bool)
    for row in np.flatnonzero(np.isnan(written.share)).tolist():
        text = written.texts[row]
        default[row] = text is not None and any(phrase in text for phrase in phrases)
    return default
