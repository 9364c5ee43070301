"""Reviews read by aspect, many at once: a learned model, and rules where letters mislead.

The model reads what several clauses say together. What one short statement says turns on its order
(没有坏果, 好吃才怪), and English is foreign to the model: there the rules of words decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.lexicon import ASPECTS, OVERALL, Lexicon, packaged_lexicon
from suixin.credit.reading.model import (
    ReviewModel,
    Seen,
    aspect_scores,
    praise_scores,
    seen,
)
from suixin.credit.reading.model_file import packaged_model
from suixin.credit.reading.readings import Readings, in_one, of_reviews
from suixin.credit.reading.rules import gathered
from suixin.credit.reading.text import Batch, batch_of

__all__ = ["ASPECTS", "read_reviews"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_BATCH: Final = 4_096  # Reviews read at once: few enough that their arrays stay small.
_SHORT: Final = 12  # Characters of a text that is one statement, however it is punctuated.
_POLARITY: Final = np.array([1, -1, 0])  # Of the sides of a name.
_DECIMALS: Final = 4  # Of chances, so that machines that differ in the last bit agree.


def read_reviews(
    texts: Sequence[str | None],
    *,
    lexicon: Lexicon | None = None,
    model: ReviewModel | None = None,
) -> Readings:
    """Aspects, polarity and share of praise of each text; None and an empty text say nothing.

    Characters beyond the 2,000th are not read. Aspects are numbered by `model.says()`, which for
    the packaged model are `ASPECTS`. Source: formulas §5.

    >>> found = read_reviews(["物流很快，但是果子不怎么好吃", None])
    >>> [(ASPECTS[a], p) for a, p in zip(found.aspect.tolist(), found.polarity.tolist())]
    [('taste', -1), ('logistics', 1), ('overall', 1), ('overall', 0)]
    """
    words, reader = lexicon or packaged_lexicon(), model or packaged_model()
    firsts = range(0, max(len(texts), 1), _BATCH)
    parts = []
    for first in firsts:
        batch = batch_of(texts[first : first + _BATCH], words.reads_as)
        found = seen(batch, words)
        learned = _learned(batch, found, reader)
        if reader.says() == ASPECTS:
            ruled = _ruled(batch, found)
            by_words = gathered(found.words, found.opinions, words)
            learned = of_reviews(learned, _sided(by_words), ruled)
        parts.append(learned)
    return in_one(parts, firsts)


def _sided(by_words: Readings) -> Readings:
    """Readings of short texts, each as a whole on the greater side, however near the sides are."""
    overall = by_words.aspect == OVERALL
    sides = np.nan_to_num(np.sign(by_words.share - 0.5)).astype(np.int64)
    return replace(by_words, polarity=np.where(overall, sides[by_words.review], by_words.polarity))


def _ruled(batch: Batch, found: Seen) -> Bools:
    """Reviews that the rules of words read: with an opinion, and short or mostly Latin."""
    letters = found.letters
    characters = np.diff(letters.first[letters.clauses])
    short = (np.diff(letters.clauses) == 1) | (characters <= _SHORT)
    latin = (batch.codes >= ord("a")) & (batch.codes <= ord("z"))
    running = np.append(0, np.cumsum(latin))
    share = (running[batch.ends] - running[batch.starts]) / (batch.ends - batch.starts)
    ruled: Bools = (found.spoken > 0.0) & (short | (share > 0.5))
    return ruled


def _learned(batch: Batch, found: Seen, model: ReviewModel) -> Readings:
    """What the model reads, one row an aspect said and one a review."""
    count, says = len(batch.starts), model.says()
    praise = praise_scores(model.praise, found)
    silent = _silent(found, praise, model.praise.silence)
    scores = aspect_scores(model.aspects, found)
    best = scores.score.max(axis=2)
    review, name = np.nonzero((best > 0.0) & ~silent[:, None])
    side = scores.score[review, name].argmax(axis=1)
    clause = scores.loudest(review, model.aspects.sides * name + side)
    polarity = np.where(silent, 0, np.where(praise > 0.0, 1, -1))
    sure = np.where(silent, 0.0, np.abs(2.0 * _chance(praise) - 1.0))
    numbered = np.array([says.index(one) for one in model.aspects.names])
    overall = says.index(ASPECTS[OVERALL])
    cell = np.append(review * len(says) + numbered[name], np.arange(count) * len(says) + overall)
    order = np.argsort(cell)
    cell = cell[order]
    offset = batch.starts[cell // len(says)]
    return Readings(
        review=cell // len(says),
        aspect=cell % len(says),
        polarity=np.append(_POLARITY[side], polarity)[order],
        confidence=np.append(_chance(best[review, name]), sure)[order],
        begin=np.append(found.letters.begin[clause], batch.starts)[order] - offset,
        end=np.append(found.letters.end[clause], batch.starts)[order] - offset,
        share=np.where(silent, np.nan, _chance(praise)),
    )


def _silent(found: Seen, praise: Floats, silence: tuple[float, float]) -> Bools:
    """Reviews that say nothing: no word of opinion, and the model is not sure either.

    One clause that only wishes says nothing however sure the model is of its letters.
    """
    single = np.diff(found.letters.clauses) == 1
    unsure = np.abs(praise) < np.where(single, silence[0], silence[1])
    silent: Bools = found.wordless | ((found.spoken == 0.0) & (unsure | (single & found.wishes)))
    return silent


def _chance(score: Floats) -> Floats:
    chance: Floats = np.round(1.0 / (1.0 + np.exp(-score)), _DECIMALS)
    return chance
