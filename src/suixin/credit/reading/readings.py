"""What reviews were read as saying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
