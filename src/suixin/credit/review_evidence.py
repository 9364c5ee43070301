"""What a file shows of reviews: mentions, shares and how sure they are, trend, a clause a side.

Shares and intervals are of the reviews' weight, so that a hundred copies narrow none of them.
No text is kept but the clauses, and these only where a consent lets reviews be quoted.
Sources: Wilson 1927 (interval of a share); Newcombe 1998 (of the difference of two).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from suixin.credit.credibility import Doubt
from suixin.credit.file import AspectLine, ReviewEvidence, Trend
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.reading.text import TEXT_MAX
from suixin.credit.review_clause import clauses
from suixin.credit.reviews import Reader, Reviews
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_TRIED: Final = 5  # Reviews looked at for a clause of one aspect and side.

_Key = tuple[int, int, int]
Quotes = Mapping[_Key, str]
"""A clause by row of the subject, aspect and side (1 praise, −1 blame)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind every subject's word of mouth.

    Arrays of (subjects, aspects): `praised` and `blamed` count reviews, `praise` and `blame` are
    what these weigh; `lately` and `before` hold the two sides' credibility in the last 90 days and
    the 90 before. `doubts` (subjects, doubts) counts the reviews that each doubt lowers.
    """

    reviews: Ints
    weight: Floats
    bought: Ints
    bought_blame: Ints
    quotable: Ints
    doubts: Ints
    praised: Ints
    blamed: Ints
    praise: Floats
    blame: Floats
    lately: tuple[Floats, Floats]
    before: tuple[Floats, Floats]
    quotes: Quotes
    caution: float
    trend: Mapping[str, Any]

    def of(self, row: int) -> ReviewEvidence:
        """What the file of one subject shows."""
        return ReviewEvidence(
            reviews=int(self.reviews[row]),
            weight=float(self.weight[row]),
            bought=int(self.bought[row]),
            bought_blame=int(self.bought_blame[row]),
            quotable=int(self.quotable[row]),
            doubts={d.value: int(n) for d, n in zip(Doubt, self.doubts[row], strict=True) if n},
            aspects=tuple(
                self._aspect(row, k)
                for k in range(len(ASPECTS))
                if self.praised[row, k] or self.blamed[row, k]
            ),
        )

    def _aspect(self, row: int, k: int) -> AspectLine:
        praise, blame = float(self.praise[row, k]), float(self.blame[row, k])
        low, high = wilson(praise, blame, self.caution)
        trend, change = self._trend(row, k)
        return AspectLine(
            aspect=ASPECTS[k],
            praised=int(self.praised[row, k]),
            blamed=int(self.blamed[row, k]),
            weight=praise + blame,
            share=praise / (praise + blame),
            low=low,
            high=high,
            trend=trend,
            change=change,
            praise=self.quotes.get((row, k, 1)),
            blame=self.quotes.get((row, k, -1)),
        )

    def _trend(self, row: int, k: int) -> tuple[Trend, float | None]:
        """How the share of the last days differs from that of as many before."""
        lately, before = (
            (float(p[row, k]), float(n[row, k])) for p, n in (self.lately, self.before)
        )
        if min(sum(lately), sum(before)) < self.trend["mentions_min"]:
            return "too_few", None
        change, low, high = difference(before, lately, self.trend["caution"])
        return ("up" if low > 0 else "down" if high < 0 else "even"), change


def evidence_of(reviews: Reviews, subjects: int, policy: PolicyOn, *, reader: Reader) -> Evidence:
    """Count and weigh what the reviews of each of so many subjects say, and choose the clauses."""
    rule, found = policy["reputation.evidence"], reviews.credibility
    each, age = np.ones(len(reviews)), reviews.written.age
    credible = found.weight / found.by_age

    def by_subject(weight: Floats | Bools) -> Floats:
        return np.bincount(reviews.row, weight, subjects).astype(np.float64)

    def by_aspect(side: int, weight: Floats) -> Floats:
        said = reviews.polarity == side
        return np.column_stack([by_subject(weight * said[:, k]) for k in range(len(ASPECTS))])

    def both(weight: Floats) -> tuple[Floats, Floats]:
        return by_aspect(1, weight), by_aspect(-1, weight)

    praised, blamed = both(each)
    praise, blame = both(found.weight)
    slandering, days = reviews.polarity[:, OVERALL] < 0, rule["days"]
    return Evidence(
        reviews=by_subject(each).astype(np.int64),
        weight=by_subject(found.weight),
        bought=by_subject(found.farmed).astype(np.int64),
        bought_blame=by_subject(found.farmed & slandering).astype(np.int64),
        quotable=by_subject(reviews.quotable).astype(np.int64),
        doubts=np.column_stack([by_subject(d) for d in found.doubts.T]).astype(np.int64),
        praised=praised.astype(np.int64),
        blamed=blamed.astype(np.int64),
        praise=praise,
        blame=blame,
        lately=both(credible * (age < days)),
        before=both(credible * ((age >= days) & (age < 2 * days))),
        quotes=quotes_of(reviews, reader, days=2 * days),
        caution=policy["reputation.caution"],
        trend=rule,
    )


def wilson(praise: float, blame: float, z: float) -> tuple[float, float]:
    """Wilson's interval of the share of praise, z standard errors to either side.

    >>> [round(end, 4) for end in wilson(9.0, 1.0, 1.2816)]
    [0.7175, 0.9696]
    """
    n = praise + blame
    share, spread = praise / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * ((share * (1 - share) / n + spread / (4 * n)) ** 0.5)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(
    before: tuple[float, float], lately: tuple[float, float], z: float
) -> tuple[float, float, float]:
    """How much a share of praise rose, with Newcombe's interval; both sides as praise and blame.

    >>> [round(x, 2) for x in difference((8.0, 8.0), (15.0, 1.0), 1.96)]
    [0.44, 0.13, 0.66]
    """
    was, now = before[0] / sum(before), lately[0] / sum(lately)
    (was_low, was_high), (now_low, now_high) = wilson(*before, z), wilson(*lately, z)
    low = ((now - now_low) ** 2 + (was_high - was) ** 2) ** 0.5
    high = ((now_high - now) ** 2 + (was - was_low) ** 2) ** 0.5
    return now - was, now - was - low, now - was + high


def quotes_of(reviews: Reviews, reader: Reader, *, days: int) -> Quotes:
    """For each subject, aspect and side a clause of the most credible review of the last days.

    Of equal weight the newer goes first, then the order of source and id. A clause is quoted only
    where it says by itself what it is quoted for; no stock text is, nothing taken for bought, and
    nothing of an aspect a second time for the shop as a whole.
    """
    said = _ranked(reviews, days)
    quotes: dict[_Key, str] = {}
    for tried in range(_TRIED):
        told: list[tuple[_Key, str]] = []
        for at in np.flatnonzero(said.rank == tried).tolist():
            key = (int(said.subject[at]), int(said.aspect[at]), int(said.side[at]))
            if key not in quotes:
                text = reviews.written.texts[said.review[at]] or ""
                shown = clauses(text, int(said.begin[at]), int(said.end[at]))
                told.extend((key, clause) for clause in shown)
        for key, clause in _meant(told, reader):
            quotes.setdefault(key, clause)
    told_of = {
        (subject, clause) for (subject, aspect, _), clause in quotes.items() if aspect != OVERALL
    }
    return {
        key: clause
        for key, clause in quotes.items()
        if key[1] != OVERALL or (key[0], clause) not in told_of
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """Mentions that may be quoted, by subject, aspect and side the most credible first."""

    review: Ints
    subject: Ints
    aspect: Ints
    side: Ints
    rank: Ints
    begin: Ints
    end: Ints


def _ranked(reviews: Reviews, days: int) -> _Said:
    found, age = reviews.credibility, reviews.written.age
    stock = found.doubts[:, list(Doubt).index(Doubt.STOCK_TEXT)]
    fit = reviews.quotable & ~found.farmed & ~stock & (age < days)
    review, aspect = np.nonzero((reviews.polarity != 0) & fit[:, None])
    side = reviews.polarity[review, aspect].astype(np.int64)
    cell = (reviews.row[review] * len(ASPECTS) + aspect) * 2 + (side > 0)
    order = np.lexsort((review, age[review], -found.weight[review], cell))
    review, aspect, side, cell = review[order], aspect[order], side[order], cell[order]

    readings = reviews.readings
    key = readings.review * len(ASPECTS) + readings.aspect
    by_key = np.argsort(key, kind="stable")
    at = by_key[np.searchsorted(key, review * len(ASPECTS) + aspect, sorter=by_key)]
    begin, end = readings.begin[at], readings.end[at]
    whole = (aspect == OVERALL) | (end <= begin)  # Said by no words in particular.
    return _Said(
        review=review,
        subject=reviews.row[review],
        aspect=aspect,
        side=side,
        rank=np.arange(len(cell)) - np.searchsorted(cell, cell),
        begin=np.where(whole, 0, begin),
        end=np.where(whole, TEXT_MAX, end),
    )


def _meant(told: Sequence[tuple[_Key, str]], reader: Reader) -> Iterator[tuple[_Key, str]]:
    """The clauses that by themselves say what they are to be quoted for."""
    readings = reader([clause for _, clause in told])
    polarity = np.zeros((len(told), len(ASPECTS)), np.int64)
    polarity[readings.review, readings.aspect] = readings.polarity
    for said, (key, clause) in zip(polarity, told, strict=True):
        if said[key[1]] == key[2]:
            yield key, clause
