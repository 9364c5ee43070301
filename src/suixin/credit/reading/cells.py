"""What the lexicon's words say, clause by clause, as figures that a learned model weighs."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.letters import Letters
from suixin.credit.reading.lexicon import ASPECTS, Lexicon
from suixin.credit.reading.rules import Opinions, Words

Counts = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

CELLS: Final = 4 * len(ASPECTS)
"""Of every aspect: opinions that praise, that blame, that do neither; and nouns that name it."""

_MOST: Final = 2  # Said three times is no more than said twice.
_KINDS: Final = 3


def cells_of(words: Words, opinions: Opinions, letters: Letters, lexicon: Lexicon) -> Counts:
    """(clauses, CELLS) how often each is said, at most twice; see `CELLS`."""
    count = len(letters.review)
    side = np.where(opinions.polarity == 1, 0, np.where(opinions.polarity == -1, 1, 2))
    said = opinions.aspect * _KINDS + side
    term = lexicon.term[words.word]
    nouns = np.flatnonzero(term >= 0)
    place = np.append(words.begin[opinions.at], words.begin[nouns])
    clause = np.maximum(np.searchsorted(letters.begin, place, side="right") - 1, 0)
    column = np.append(said, _KINDS * len(ASPECTS) + term[nouns])
    if not count:
        return np.zeros((0, CELLS), np.float32)
    found = np.bincount(clause * CELLS + column, minlength=count * CELLS)
    return np.minimum(found, _MOST).reshape(count, CELLS).astype(np.float32)


def balance_of(words: Words, opinions: Opinions) -> tuple[Floats, Floats]:
    """Of each review: praise less blame by the lexicon, over the root of all that is said; and all.

    An opinion of several nouns counts once.
    """
    count = len(words.starts)
    review = words.review[opinions.at]
    once = np.where(opinions.first, opinions.weight, 0.0)
    spoken = np.bincount(review, once, count)
    said = np.bincount(review, once * opinions.polarity, count)
    return said / np.sqrt(1.0 + spoken), spoken.astype(np.float64)
