"""What a buyer's text says of each aspect, read with a lexicon: many reviews at once, in numpy.

All texts of a batch stand in one string, so that one pass of the automaton finds every word, and the
rules (negation, contrast, irony, wishes) run over arrays of words. A stronger reader of text takes
this one's place behind the same function, `read_reviews`, and the same `Readings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.aspect_lexicon import ASPECTS, NOT_SAID, OVERALL, Lexicon, packaged_lexicon

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TEXT_MAX: Final = 2_000
"""Characters of a text that are read; the feed holds no more."""

_BATCH: Final = 16_384  # Reviews read at once: their arrays fit the processor's cache.
_TERM_REACH: Final = 10  # Characters between the noun and the opinion that is said of it.
_IRONY_REACH: Final = 3
_WISH_REACH: Final = 12
_LINK: Final = ord("的")
_NOT: Final = "不"


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


def read_reviews(texts: Sequence[str | None], *, lexicon: Lexicon | None = None) -> Readings:
    """Aspects, polarity and share of praise of each text; None and an empty text say nothing.

    Characters beyond the 2,000th are not read. Source: formulas §5.

    >>> found = read_reviews(["物流很快，但是果子不怎么好吃", None])
    >>> [(ASPECTS[a], p) for a, p in zip(found.aspect.tolist(), found.polarity.tolist())]
    [('taste', -1), ('logistics', 1), ('overall', -1), ('overall', 0)]
    """
    chosen = lexicon or packaged_lexicon()
    firsts = range(0, max(len(texts), 1), _BATCH)
    parts = [_read(texts[first : first + _BATCH], chosen) for first in firsts]
    return Readings(
        review=np.concatenate([p.review + first for p, first in zip(parts, firsts, strict=True)]),
        aspect=np.concatenate([p.aspect for p in parts]),
        polarity=np.concatenate([p.polarity for p in parts]),
        confidence=np.concatenate([p.confidence for p in parts]),
        begin=np.concatenate([p.begin for p in parts]),
        end=np.concatenate([p.end for p in parts]),
        share=np.concatenate([p.share for p in parts]),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexicon's words found in a batch, in the order in which they stand."""

    codes: npt.NDArray[np.uint32]  # Every character of the batch, as it is read.
    starts: Ints  # First character of each review.
    word: Ints
    begin: Ints
    end: Ints
    review: Ints
    clause: Ints


def _read(texts: Sequence[str | None], lexicon: Lexicon) -> Readings:
    words = _find(texts, lexicon)
    opinion = _opinions(words, lexicon)
    turns = _turns(words, opinion, lexicon)
    aspect, polarity = _said_of(words, opinion, lexicon)
    polarity = np.where(turns % 2 == 1, -polarity, polarity)
    opinion &= (aspect >= 0) & ~(_wished(words, lexicon) & (polarity > 0))
    weight = _weights(words, turns, lexicon)
    return _gathered(words, np.flatnonzero(opinion), (aspect, polarity, weight), lexicon)


def _find(texts: Sequence[str | None], lexicon: Lexicon) -> _Words:
    held = [(text or "")[:TEXT_MAX] for text in texts]
    ends = np.cumsum([len(text) + 1 for text in held], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), ends])[: len(held)]
    raw = ("\n".join(held) + "\n").encode("utf-32-le", "surrogatepass")
    codes = lexicon.reads_as[np.frombuffer(raw, np.uint32)]
    found = lexicon.automaton.find_matches_as_indexes(codes.tobytes().decode("utf-32-le"))
    flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
    word, begin, end = flat[:, 0], flat[:, 1], flat[:, 2]
    review = np.searchsorted(ends, begin, side="right")

    letter = (codes >= ord("a")) & (codes <= ord("z"))
    inside = letter[begin - 1] & (begin > 0) | letter[np.minimum(end, len(codes) - 1)]
    silent = np.zeros(len(held) + 1, bool)
    silent[review[lexicon.marks["silent"][word]]] = True
    keep = ~(lexicon.latin[word] & inside) & ~silent[review]
    word, begin, end, review = word[keep], begin[keep], end[keep], review[keep]

    breaks = lexicon.ends_clause[codes].astype(np.int64)
    joint = lexicon.marks["contrast"][word] | lexicon.marks["joints"][word]
    breaks[begin[joint]] += 1
    return _Words(codes, starts, word, begin, end, review, clause=np.cumsum(breaks)[begin])


def _opinions(words: _Words, lexicon: Lexicon) -> Bools:
    """Which words are opinions here: 好 before 大 only heightens, 甜不甜 asks."""
    word, begin, end = words.word, words.begin, words.end
    opinion = lexicon.opinion[word]
    touches = np.append(begin[1:] == end[:-1], False)
    heightens = lexicon.marks["intensifiers"][word] & touches & np.append(opinion[1:], False)
    asks = np.zeros(len(word), bool)
    if _NOT in lexicon.words and len(word) > 2:
        middle = (word[1:-1] == lexicon.words.index(_NOT)) & touches[:-2] & touches[1:-1]
        asked = np.flatnonzero(middle & (word[:-2] == word[2:]))
        asks[asked] = asks[asked + 2] = True
    return opinion & ~heightens & ~asks


def _turns(words: _Words, opinion: Bools, lexicon: Lexicon) -> Ints:
    """How often each opinion is turned round: by negators before it, by irony behind it."""
    count = len(words.word)
    rows = np.arange(count)
    following = np.minimum.accumulate(np.where(opinion, rows, count)[::-1])[::-1]
    preceding = np.maximum.accumulate(np.where(opinion, rows, -1))
    reach = lexicon.reach[words.word].astype(np.int64)
    negator = np.flatnonzero((reach > 0) & ~opinion)
    target = following[negator]
    negator, target = negator[target < count], target[target < count]
    near = words.begin[target] - words.end[negator] <= reach[negator]
    near &= words.clause[target] == words.clause[negator]
    turned = np.bincount(target[near], minlength=count)

    irony = np.flatnonzero(lexicon.marks["irony"][words.word])
    target = preceding[irony]
    irony, target = irony[target >= 0], target[target >= 0]
    near = words.begin[irony] - words.end[target] <= _IRONY_REACH
    near &= words.clause[target] == words.clause[irony]
    return turned + np.bincount(target[near], minlength=count)


def _said_of(words: _Words, opinion: Bools, lexicon: Lexicon) -> tuple[Ints, Ints]:
    """Aspect and polarity of every opinion: its own, or those beside the noun it is said of."""
    word = words.word
    noun = _noun(words, opinion, lexicon)
    named = np.where(noun >= 0, lexicon.term[word[noun]], -1)
    beside = np.where(named >= 0, lexicon.beside[word, named], NOT_SAID)
    takes = lexicon.loose[word] & (beside != NOT_SAID)
    aspect = np.where(takes, named, lexicon.own[word]).astype(np.int64)
    polarity = np.where(takes, beside, lexicon.polarity[word]).astype(np.int64)
    return aspect, polarity


def _noun(words: _Words, opinion: Bools, lexicon: Lexicon) -> Ints:
    """For every word the row of the aspect noun that an opinion there would be said of, or −1.

    The noun before it in the clause, no other opinion between (味道不错); else the one that 的
    links behind it (不错的味道); else the one left alone in the clause before (味道，不错).
    """
    count = len(words.word)
    rows = np.arange(count)
    term = lexicon.term[words.word] >= 0
    is_term = np.where(term, rows, -1)
    last_term = np.maximum.accumulate(is_term)
    last_opinion = np.maximum.accumulate(np.where(opinion, rows, -1))
    earlier_opinion = np.concatenate([[-1], last_opinion])[:count]
    clause_of_term = np.where(last_term >= 0, words.clause[last_term], -1)
    open_term = (last_term > earlier_opinion) & (
        words.review == np.where(last_term >= 0, words.review[last_term], -1)
    )
    gap = words.begin - words.end[last_term]
    same = clause_of_term == words.clause
    before = open_term & same & (gap <= _TERM_REACH)
    alone = open_term & (clause_of_term == words.clause - 1) & (gap <= _TERM_REACH)

    following = np.append(rows[1:], count - 1) if count else rows
    linked = term[following] & (words.codes[words.begin[following] - 1] == _LINK)
    linked &= (words.begin[following] - words.end <= 2) & (following > rows)
    linked &= words.clause[following] == words.clause
    return np.where(before, last_term, np.where(linked, following, np.where(alone, last_term, -1)))


def _wished(words: _Words, lexicon: Lexicon) -> Bools:
    """Which words stand behind one that only wishes or supposes, in the same clause."""
    if not len(words.word):
        return np.zeros(0, bool)
    rows = np.arange(len(words.word))
    last = np.maximum.accumulate(np.where(lexicon.marks["hypothetical"][words.word], rows, -1))
    near = words.begin - words.end[last] <= _WISH_REACH
    return (last >= 0) & near & (words.clause == words.clause[last])


def _weights(words: _Words, turns: Ints, lexicon: Lexicon) -> Floats:
    """How much each opinion counts in the review's share of praise."""
    rates = lexicon.weights
    weight = np.where(lexicon.marks["strong"][words.word], rates["strong"], 1.0)
    weight = np.where(turns % 2 == 1, rates["negated"], weight)
    contrasts = np.cumsum(lexicon.marks["contrast"][words.word])
    before = np.searchsorted(words.review, words.review)  # First word of the same review.
    earlier = np.concatenate([np.zeros(1, np.int64), contrasts])[before]
    return np.where(contrasts > earlier, weight * rates["after_contrast"], weight)


def _gathered(
    words: _Words, said: Ints, opinions: tuple[Ints, Ints, Floats], lexicon: Lexicon
) -> Readings:
    """One row per review and aspect from the opinions `said` (aspect, polarity, weight)."""
    count = len(words.starts)
    aspect, polarity, weight = (column[said] for column in opinions)
    review = words.review[said]
    prior, band = lexicon.weights["prior"], lexicon.neutral_band
    praise = np.bincount(review, weight * (polarity + 1) / 2, count)
    whole = np.bincount(review, weight, count)
    with np.errstate(invalid="ignore"):
        share = np.where(whole > 0, (praise + prior) / (whole + 2 * prior), np.nan)

    kept = aspect != OVERALL
    cell = review[kept] * len(ASPECTS) + aspect[kept]
    cells, first, row = np.unique(cell, return_index=True, return_inverse=True)
    balance = np.bincount(row, weight[kept] * polarity[kept], len(cells))
    evidence = np.bincount(row, weight[kept], len(cells))
    last = np.zeros(len(cells), np.int64)
    np.maximum.at(last, row, words.end[said][kept])
    tilt = balance / np.maximum(evidence, 1e-9)

    whole_tilt = np.where(whole > 0, 2 * share - 1, 0.0)
    order = np.argsort(
        np.concatenate([cells, np.arange(count) * len(ASPECTS) + OVERALL]), kind="stable"
    )
    all_cells = np.concatenate([cells, np.arange(count) * len(ASPECTS) + OVERALL])[order]
    all_tilt = np.concatenate([tilt, whole_tilt])[order]
    all_evidence = np.concatenate([evidence, whole])[order]
    offset = words.starts[all_cells // len(ASPECTS)]
    begin = np.concatenate([words.begin[said][kept][first], words.starts])[order] - offset
    end = np.concatenate([last, words.starts])[order] - offset
    return Readings(
        review=all_cells // len(ASPECTS),
        aspect=all_cells % len(ASPECTS),
        polarity=np.where(np.abs(all_tilt) > band, np.sign(all_tilt), 0).astype(np.int64),
        confidence=np.abs(all_tilt) * all_evidence / (all_evidence + 2 * prior),
        begin=begin,
        end=end,
        share=share,
    )
