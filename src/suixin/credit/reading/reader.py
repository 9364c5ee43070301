"""Reviews read by aspect, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from suixin.credit.reading.lexicon import ASPECTS, Lexicon, packaged_lexicon
from suixin.credit.reading.readings import Readings, in_one
from suixin.credit.reading.rules import read_words
from suixin.credit.reading.text import batch_of

__all__ = ["ASPECTS", "read_reviews"]

_BATCH: Final = 16_384  # Reviews read at once: few enough that their arrays stay small.


def read_reviews(texts: Sequence[str | None], *, lexicon: Lexicon | None = None) -> Readings:
    """Aspects, polarity and share of praise of each text; None and an empty text say nothing.

    Characters beyond the 2,000th are not read. Source: formulas §5.

    >>> found = read_reviews(["物流很快，但是果子不怎么好吃", None])
    >>> [(ASPECTS[a], p) for a, p in zip(found.aspect.tolist(), found.polarity.tolist())]
    [('taste', -1), ('logistics', 1), ('overall', 0), ('overall', 0)]
    """
    chosen = lexicon or packaged_lexicon()
    firsts = range(0, max(len(texts), 1), _BATCH)
    parts = [
        read_words(batch_of(texts[first : first + _BATCH], chosen.reads_as), chosen)
        for first in firsts
    ]
    return in_one(parts, firsts)
