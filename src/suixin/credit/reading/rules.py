"""What a buyer's text says of each aspect by a lexicon's words: many reviews at once, in numpy.

All texts of a batch stand in one string, so that one pass of the automaton finds every word, and
the rules (negation, contrast, irony, wishes) run over arrays of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.lexicon import ASPECTS, NOT_SAID, OVERALL, Lexicon
from suixin.credit.reading.readings import Readings
from suixin.credit.reading.text import Batch

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_NOUN_REACH: Final = 10  # Characters between a noun and the opinion that is said of it.
_IRONY_REACH: Final = 3
_NOT_HERE: Final = 2  # Letters of 没有, which denies what precedes only where its clause ends.
_WISH_REACH: Final = 12
_GRANT_REACH: Final = 6
_NOUNS_LISTED: Final = 4  # 包装、物流、味道、价格都好
_LINK: Final = ord("的")
_NOT: Final = "不"
_IS: Final = ord("是")


def read_words(batch: Batch, lexicon: Lexicon) -> Readings:
    """Aspects, polarity and share of praise of each text, by the lexicon alone. Formulas §5.

    >>> from suixin.credit.reading.lexicon import packaged_lexicon
    >>> from suixin.credit.reading.text import batch_of
    >>> lexicon = packaged_lexicon()
    >>> found = read_words(batch_of(["物流很快，但是果子不怎么好吃"], lexicon.reads_as), lexicon)
    >>> [(ASPECTS[a], p) for a, p in zip(found.aspect.tolist(), found.polarity.tolist())]
    [('taste', -1), ('logistics', 1), ('overall', 0)]
    """
    return gathered(*opinions_of(batch, lexicon), lexicon)


def opinions_of(batch: Batch, lexicon: Lexicon) -> tuple[Words, Opinions]:
    """The lexicon's words in a batch, and what is said by them."""
    words = _find(batch, lexicon)
    opinion = _opinion_words(words, lexicon)
    noun = _nouns(words, opinion, lexicon)
    aspect, polarity = _said_of(words, noun, lexicon)
    turned = _turns(words, opinion & (aspect >= 0), lexicon) % 2 == 1
    polarity = np.where(turned, -polarity, polarity)
    said = np.flatnonzero(opinion & (aspect >= 0) & ~(_wished(words, lexicon) & (polarity > 0)))
    listed, also = _listed_nouns(words, noun, said, lexicon)
    at = np.concatenate([said, listed])
    opinions = Opinions(
        at=at,
        aspect=np.concatenate([aspect[said], also]),
        polarity=polarity[at],
        weight=_weights(words, opinion, turned, lexicon)[at],
        first=np.arange(len(at)) < len(said),
    )
    return words, opinions


@dataclass(frozen=True, slots=True)
class Words:
    """The lexicon's words found in a batch, in the order in which they stand."""

    codes: npt.NDArray[np.uint32]  # Every character of the batch, as it is read.
    starts: Ints  # First character of each review.
    word: Ints
    begin: Ints
    end: Ints
    review: Ints
    clause: Ints
    silent: Bools  # Reviews whose text the platform wrote.


@dataclass(frozen=True, slots=True)
class Opinions:
    """What is said: one row for each opinion and each noun it is said of."""

    at: Ints  # Row of the word.
    aspect: Ints
    polarity: Ints
    weight: Floats
    first: Bools  # False: the same opinion again, of a further noun of a list.


def _find(batch: Batch, lexicon: Lexicon) -> Words:
    codes = batch.codes
    found = lexicon.automaton.find_matches_as_indexes(codes.tobytes().decode("utf-32-le"))
    flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
    review = np.searchsorted(batch.ends, flat[:, 1], side="right")

    # English words count only whole; a platform's default text silences its whole review.
    letter = (codes >= ord("a")) & (codes <= ord("z"))
    inside = (letter[flat[:, 1] - 1] & (flat[:, 1] > 0)) | letter[flat[:, 2]]
    silent = np.zeros(len(batch.ends) + 1, bool)
    silent[review[lexicon.marks["silent"][flat[:, 0]]]] = True
    keep = ~(lexicon.latin[flat[:, 0]] & inside) & ~silent[review]
    word, begin, end = flat[keep].T

    breaks = lexicon.ends_clause[codes].astype(np.int64)
    between_letters = letter[:-2] & letter[2:] & (codes[1:-1] == ord(" "))
    breaks[1:-1][between_letters] = 0  # Chinese ends a clause with a space, English a word.
    opens = lexicon.marks["contrast"][word] | lexicon.marks["joints"][word]
    breaks[begin[opens]] += 1
    return Words(
        codes=codes,
        starts=batch.starts,
        word=word,
        begin=begin,
        end=end,
        review=review[keep],
        clause=np.cumsum(breaks)[begin],
        silent=silent[:-1],
    )


def _opinion_words(words: Words, lexicon: Lexicon) -> Bools:
    """Which words are opinions here: 好 before 大 only heightens it, and 甜不甜 asks."""
    opinion = lexicon.opinion[words.word]
    touches = np.append(words.begin[1:] == words.end[:-1], False)[: len(opinion)]
    next_opinion = np.append(opinion[1:], False)[: len(opinion)]
    heightens = lexicon.marks["intensifiers"][words.word] & touches & next_opinion
    asks = np.zeros(len(opinion), bool)
    if _NOT in lexicon.words:
        denies = words.word[1:-1] == lexicon.words.index(_NOT)
        denies &= touches[:-2] & touches[1:-1] & (words.word[:-2] == words.word[2:])
        asks[:-2] |= denies
        asks[2:] |= denies
    stays: Bools = opinion & ~heightens & ~asks
    return stays


def _turns(words: Words, opinion: Bools, lexicon: Lexicon) -> Ints:
    """How often each opinion is turned round: by negators before it, by irony behind it."""
    count = len(opinion)
    rows = np.arange(count)
    following = np.minimum.accumulate(np.where(opinion, rows, count)[::-1])[::-1]
    preceding = np.maximum.accumulate(np.where(opinion, rows, -1))
    reach = lexicon.reach[words.word].astype(np.int64)

    negator = np.flatnonzero((reach > 0) & (following < count) & ~opinion)
    target = following[negator]
    near = words.begin[target] - words.end[negator] <= reach[negator]
    # 缺点 opens a clause and is denied across its opening: 没别的缺点.
    opens = lexicon.marks["contrast"][words.word] | lexicon.marks["joints"][words.word]
    near &= words.clause[target] - opens[target] <= words.clause[negator]
    denied = target[near & ~_denied_again(words, negator, target)]
    forward = np.zeros(count, bool)
    forward[negator[near]] = True  # 也没有坏果 denies what follows, 坏的也没有 what precedes.

    irony = lexicon.marks["irony"][words.word] & (preceding >= 0) & ~forward
    # 坏的没有 denies what precedes; 很甜没有籽 does not.
    closes = lexicon.ends_clause[words.codes[words.end]]
    mocks = np.flatnonzero(irony & ((reach == 0) | (words.end - words.begin > _NOT_HERE) | closes))
    target = preceding[mocks]
    near = words.begin[mocks] - words.end[target] <= _IRONY_REACH
    across = (reach[mocks] == 0) & (words.review[mocks] == words.review[target])  # 好吃？才怪
    near &= words.clause[mocks] - words.clause[target] <= across
    mocked = target[near]
    return np.bincount(denied, minlength=count) + np.bincount(mocked, minlength=count)


def _denied_again(words: Words, negator: Ints, target: Ints) -> Bools:
    """Negators before a further one of the same opinion that does not touch them: 不干不涩.

    Two that touch deny one another (不是不甜); else the last alone denies.
    """
    again = np.zeros(len(negator), bool)
    apart = words.begin[negator[1:]] > words.end[negator[:-1]]
    again[:-1] = apart & (target[1:] == target[:-1])
    return again


def _nouns(words: Words, opinion: Bools, lexicon: Lexicon) -> Ints:
    """For every word the row of the aspect noun that an opinion there is said of, or −1.

    The noun before it in the clause with no opinion between (味道不错); else the one that 的 links
    behind it (不错的味道); else the one left alone in the clause before (味道，不错).
    """
    count = len(opinion)
    if not count:
        return np.zeros(0, np.int64)
    rows = np.arange(count)
    term = lexicon.term[words.word] >= 0
    last_term = np.maximum.accumulate(np.where(term, rows, -1))
    last_opinion = np.maximum.accumulate(np.where(opinion, rows, -1))
    free = last_term > np.append(-1, last_opinion[:-1])
    free &= (words.review == words.review[last_term]) & (last_term >= 0)
    free &= words.begin - words.end[last_term] <= _NOUN_REACH
    clauses_back = words.clause - words.clause[last_term]

    behind = np.minimum(rows + 1, count - 1)
    linked = term[behind] & (behind > rows) & (words.clause[behind] == words.clause)
    linked &= (words.begin[behind] - words.end <= 2) & (
        words.codes[words.begin[behind] - 1] == _LINK
    )
    noun = np.where(free & (clauses_back == 1), last_term, -1)
    noun = np.where(linked, behind, noun)
    return np.where(free & (clauses_back == 0), last_term, noun)


def _said_of(words: Words, noun: Ints, lexicon: Lexicon) -> tuple[Ints, Ints]:
    """Aspect and polarity of every opinion: its own, or those it has beside its noun."""
    named = np.where(noun >= 0, lexicon.term[words.word[noun]], -1)
    beside = np.where(noun >= 0, lexicon.beside[words.word, named], NOT_SAID)
    takes = lexicon.loose[words.word] & (beside != NOT_SAID)
    aspect = np.where(takes, named, lexicon.own[words.word])
    polarity = np.where(takes, beside, lexicon.polarity[words.word])
    return aspect.astype(np.int64), polarity.astype(np.int64)


def _listed_nouns(words: Words, noun: Ints, said: Ints, lexicon: Lexicon) -> tuple[Ints, Ints]:
    """Further nouns an opinion is said of (包装、物流都好): rows of the words and the aspects."""
    term = lexicon.term[words.word]
    rows, aspects = [said[:0]], [said[:0]]
    at = said[(lexicon.own[words.word[said]] == OVERALL) & (noun[said] >= 0)]
    last = noun[at]
    for _ in range(_NOUNS_LISTED - 1):
        near = (last > 0) & (words.begin[last] - words.end[last - 1] <= 1)
        near &= (words.clause[last] == words.clause[last - 1]) & (term[last] != OVERALL)
        near &= (term[last - 1] >= 0) & (term[last - 1] != OVERALL)
        at, last = at[near], last[near] - 1
        rows.append(at)
        aspects.append(term[last].astype(np.int64))
    return np.concatenate(rows), np.concatenate(aspects)


def _wished(words: Words, lexicon: Lexicon) -> Bools:
    """Which words stand behind one that only wishes or supposes, in the same clause."""
    wish = lexicon.marks["hypothetical"][words.word]
    last = np.maximum.accumulate(np.where(wish, np.arange(len(wish)), -1))
    near = words.begin - words.end[last] <= _WISH_REACH
    wished: Bools = (last >= 0) & near & (words.clause == words.clause[last])
    return wished


def _weights(words: Words, opinion: Bools, turned: Bools, lexicon: Lexicon) -> Floats:
    """How much each opinion counts in the review's share of praise."""
    rates = lexicon.weights
    weight = np.where(lexicon.marks["strong"][words.word], rates["strong"], 1.0)
    weight = np.where(turned, rates["negated"], weight)
    weight = np.where(_granted(words, opinion, lexicon), weight * rates["granted"], weight)
    contrasts = np.cumsum(lexicon.marks["contrast"][words.word])
    first = np.searchsorted(words.review, words.review)  # First word of the same review.
    earlier = np.append(0, contrasts)[first]
    return np.where(contrasts > earlier, weight * rates["after_contrast"], weight)


def _granted(words: Words, opinion: Bools, lexicon: Lexicon) -> Bools:
    """Opinions granted before the one that matters: 虽然小, 除了慢, and 慢是慢."""
    count = len(opinion)
    granted = np.zeros(count, bool)
    rows = np.arange(count)
    following = np.minimum.accumulate(np.where(opinion, rows, count)[::-1])[::-1]
    grants = np.flatnonzero(lexicon.marks["concessions"][words.word] & (following < count))
    target = following[grants]
    near = words.begin[target] - words.end[grants] <= _GRANT_REACH
    granted[target[near & (words.clause[target] == words.clause[grants])]] = True
    twice = np.flatnonzero(opinion[:-1] & opinion[1:])
    twice = twice[words.codes[words.begin[twice]] == words.codes[words.begin[twice + 1]]]
    apart = words.begin[twice + 1] - words.end[twice]
    said = twice[(apart == 1) & (words.codes[words.end[twice]] == _IS)]
    granted[said] = granted[said + 1] = True
    return granted


def gathered(words: Words, opinions: Opinions, lexicon: Lexicon) -> Readings:
    """One row per review and aspect from all that is said."""
    count, prior = len(words.starts), lexicon.weights["prior"]
    review = words.review[opinions.at]
    once = np.where(opinions.first, opinions.weight, 0.0)
    praise = np.bincount(review, once * (opinions.polarity + 1) / 2, count)
    whole = np.bincount(review, once, count)
    with np.errstate(invalid="ignore"):
        share = np.where(whole > 0, (praise + prior) / (whole + 2 * prior), np.nan)

    kept = np.flatnonzero(opinions.aspect != OVERALL)
    cell = review[kept] * len(ASPECTS) + opinions.aspect[kept]
    cells, row = np.unique(cell, return_inverse=True)
    weight = opinions.weight[kept]
    evidence = np.bincount(row, weight, len(cells))
    balance = np.bincount(row, weight * opinions.polarity[kept], len(cells))
    begin = np.full(len(cells), len(words.codes), np.int64)
    np.minimum.at(begin, row, words.begin[opinions.at[kept]])
    end = np.zeros(len(cells), np.int64)
    np.maximum.at(end, row, words.end[opinions.at[kept]])

    cells = np.append(cells, np.arange(count) * len(ASPECTS) + OVERALL)
    tilt = np.append(balance / np.maximum(evidence, prior), np.where(whole > 0, 2 * share - 1, 0))
    evidence = np.append(evidence, whole)
    order = np.argsort(cells)
    tilt, evidence, cells = tilt[order], evidence[order], cells[order]
    offset = words.starts[cells // len(ASPECTS)]
    return Readings(
        review=cells // len(ASPECTS),
        aspect=cells % len(ASPECTS),
        polarity=np.where(np.abs(tilt) > lexicon.neutral_band, np.sign(tilt), 0).astype(np.int64),
        confidence=np.abs(tilt) * evidence / (evidence + 2 * prior),
        begin=np.append(begin, words.starts)[order] - offset,
        end=np.append(end, words.starts)[order] - offset,
        share=share,
    )
