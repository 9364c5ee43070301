"""What reviews were read as saying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Readings:
    """What the texts say, one row for each aspect that a review speaks of.

    Aligned: `review` (row of the text), `aspect` (row of `ASPECTS`), `polarity` (−1, 0, 1),
    `confidence` (0–1), `begin` and `end` (characters of the text that say so). Every review has a
    row of the aspect `overall`, of confidence 0 where its text says nothing. `share`, one figure
    a review, is the share of praise in all it says (0–1, NaN where it says nothing).
    """

    review: Ints
    aspect: Ints
    polarity: Ints
    confidence: Floats
    begin: Ints
    end: Ints
    share: Floats


def in_one(parts: Sequence[Readings], firsts: Sequence[int]) -> Readings:
    """The readings of batches as those of all texts; `firsts` are the rows they begin at."""
    return Readings(
        review=np.concatenate([p.review + first for p, first in zip(parts, firsts, strict=True)]),
        aspect=np.concatenate([p.aspect for p in parts]),
        polarity=np.concatenate([p.polarity for p in parts]),
        confidence=np.concatenate([p.confidence for p in parts]),
        begin=np.concatenate([p.begin for p in parts]),
        end=np.concatenate([p.end for p in parts]),
        share=np.concatenate([p.share for p in parts]),
    )


def of_reviews(most: Readings, some: Readings, chosen: Bools) -> Readings:
    """Readings of the same texts, of the `chosen` reviews from `some`, else from `most`."""
    kept = np.flatnonzero(~chosen[most.review]), np.flatnonzero(chosen[some.review])
    review = np.append(most.review[kept[0]], some.review[kept[1]])
    order = np.argsort(review, kind="stable")

    def both(first: Any, second: Any) -> Any:
        return np.append(first[kept[0]], second[kept[1]])[order]

    return Readings(
        review=review[order],
        aspect=both(most.aspect, some.aspect),
        polarity=both(most.polarity, some.polarity),
        confidence=both(most.confidence, some.confidence),
        begin=both(most.begin, some.begin),
        end=both(most.end, some.end),
        share=np.where(chosen, some.share, most.share),
    )
