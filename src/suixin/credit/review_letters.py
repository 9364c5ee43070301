"""What reviews have in common: their letters, their bones, and phrases that are only pasted.

Letters are characters as the reader reads them, without marks, spaces and pictures. The bones of a
text are what is left when its words of opinion are taken out and its nouns stand for what they
name: who writes 美味 for 好吃 or 箱子 for 包装 in a text changes no bone of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, MatchKind

from suixin.credit.near_duplicates import Sets
from suixin.credit.reading.lexicon import packaged_lexicon
from suixin.credit.reading.text import batch_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

LETTERS_MAX: Final = 300
"""Letters of a text that it is compared by; longer ones are told apart by these as well."""

_TEXTS_AT_ONCE: Final = 8_192
_END: Final = ord("\n")  # Ends every text, so that no phrase is found across two.
_NOUNS: Final = 0xE000  # Private characters, that of each aspect for its nouns.
_OPINIONS: Final = 0xE101  # Another for praise, the one before for blame.
_WIDTH: Final = np.uint64(21)  # Bits of a character.
_PAIR: Final = np.uint64(42)  # Bits of two of them.


@dataclass(frozen=True, slots=True)
class Letters:
    """Texts as letters, one behind the other: text i is `codes[starts[i]:ends[i]]`."""

    codes: Codes
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def counts(self) -> Ints:
        """How many letters each text has."""
        return self.ends - self.starts

    @property
    def text(self) -> str:
        """All of them as one string; its places are those of `codes`."""
        return self.codes.tobytes().decode("utf-32-le")


def word_pairs(texts: Sequence[str | None]) -> tuple[Ints, Sets]:
    """The pairs of letters of each text that has any: its row, and the set of its pairs.

    >>> rows, sets = word_pairs(["很甜！", None, "很 甜"])
    >>> rows.tolist(), sets.bounds.tolist(), bool((sets.members[:2] == sets.members[2:]).all())
    ([0, 2], [0, 2, 4], True)
    """
    return _gathered(texts, letters)


def bone_pairs(texts: Sequence[str | None], small_words: str) -> tuple[Ints, Sets]:
    """The same of the bones of each text; `small_words` are taken out beside those of opinion."""
    return _gathered(texts, partial(_bones_of, small_words=small_words))


def covered(texts: Sequence[str | None], phrases: Sequence[str]) -> Floats:
    """The share (0–1) of each text's letters that stand in one of the phrases; 0 without letters.

    >>> covered(["默认好评！", "默认好评，很甜的果子", None], ["默认好评"]).round(2).tolist()
    [1.0, 0.44, 0.0]
    """
    automaton = _automaton(tuple(phrases))
    shares = [np.zeros(0)]
    for _, part in _parts(texts):
        whole = letters(part)
        _, begin, end = _found(automaton, whole.text)
        text = np.searchsorted(whole.ends, begin, side="right")
        held = np.bincount(text, end - begin, len(whole))
        shares.append(held / np.maximum(whole.counts, 1))
    return np.concatenate(shares)


def letters(texts: Sequence[str | None]) -> Letters:
    """The first letters of each text; None and a text without any have none.

    >>> letters(["又甜，又脆！👍", None]).text
    '又甜又脆\\n\\n'
    """
    batch = batch_of(texts, packaged_lexicon().reads_as)
    kept = _is_letter()[batch.codes]
    before = np.append(0, np.cumsum(kept))
    place = before[:-1] - np.repeat(before[batch.starts], batch.ends - batch.starts)
    return _cut(batch.codes, batch.ends - 1, kept & (place < LETTERS_MAX))


def bones(whole: Letters, small_words: str) -> Letters:
    """Texts without their words of opinion and `small_words`, nouns as what they name.

    >>> one, other = letters(["包装很严实，味道好"]), letters(["箱子结实，口感不错"])
    >>> bones(one, "很").text == bones(other, "很").text
    True
    """
    automaton, stands_for = _masks(small_words)
    word, begin, end = _found(automaton, whole.text)
    gone = np.zeros(len(whole.codes) + 1, np.int64)
    gone[begin] += 1  # Words found do not overlap: no place begins or ends two.
    gone[end] -= 1
    kept = np.cumsum(gone)[:-1] == 0
    told = stands_for[word] > 0
    codes = whole.codes.copy()
    codes[begin[told]] = stands_for[word[told]]
    kept[begin[told]] = True
    return _cut(codes, whole.ends, kept)


def _bones_of(texts: Sequence[str | None], small_words: str) -> Letters:
    return bones(letters(texts), small_words)


def _gathered(
    texts: Sequence[str | None], letters_of: Callable[[Sequence[str | None]], Letters]
) -> tuple[Ints, Sets]:
    rows, members, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)], []
    for first, part in _parts(texts):
        whole = letters_of(part)
        worded = np.flatnonzero(whole.counts)
        held = _pairs(whole)
        rows.append(worded + first)
        members.append(held & ((np.uint64(1) << _PAIR) - np.uint64(1)))
        sizes.append(np.bincount((held >> _PAIR).astype(np.int64), minlength=len(part))[worded])
    bounds = np.append(0, np.cumsum(np.concatenate([np.zeros(0, np.int64), *sizes])))
    return np.concatenate(rows), Sets(np.concatenate(members), bounds)


def _parts(texts: Sequence[str | None]) -> Iterator[tuple[int, Sequence[str | None]]]:
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        yield first, texts[first : first + _TEXTS_AT_ONCE]


def _pairs(whole: Letters) -> npt.NDArray[np.uint64]:
    """Each text's letters, every one with the one before it (none before the first), once each.

    The number of the text stands in the bits above the pair.
    """
    codes = whole.codes.astype(np.uint64)
    before = np.append(np.zeros(1, np.uint64), codes[:-1])[: len(codes)]
    before[whole.starts] = 0
    text = np.repeat(np.arange(len(whole), dtype=np.uint64), whole.counts + 1)
    inside = np.ones(len(codes), bool)
    inside[whole.ends] = False
    # Sorting beats the hashing of np.unique by far where most pairs are different.
    pairs = np.sort(((text << _PAIR) | (before << _WIDTH) | codes)[inside])
    once: npt.NDArray[np.uint64] = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    return once


def _cut(codes: Codes, ends: Ints, kept: Bools) -> Letters:
    """The letters that are kept, every text ended; `ends` are the places of the ends."""
    kept[ends] = True
    ended = codes.copy()
    ended[ends] = _END
    last = (np.cumsum(kept) - 1)[ends]
    return Letters(ended[kept], np.append(0, last + 1)[: len(last)], last)


def _found(automaton: AhoCorasick, text: str) -> tuple[Ints, Ints, Ints]:
    """The words found: which, where each begins and where it ends."""
    found = automaton.find_matches_as_indexes(text)
    flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
    word, begin, end = flat.T
    return word, begin, end


@cache
def _automaton(phrases: tuple[str, ...]) -> AhoCorasick:
    plain = [letters([phrase]).text.rstrip("\n") for phrase in phrases]
    return AhoCorasick(plain, matchkind=MatchKind.LeftmostLongest)


@cache
def _masks(small_words: str) -> tuple[AhoCorasick, Ints]:
    """What is taken out of a text, and the character that stands in its place (0: none)."""
    lexicon = packaged_lexicon()
    stands_for = dict.fromkeys(small_words.split(), 0)
    for row, word in enumerate(lexicon.words):
        if lexicon.opinion[row]:
            stands_for[word] = _OPINIONS + int(lexicon.polarity[row])
        elif lexicon.term[row] >= 0:
            stands_for[word] = _NOUNS + int(lexicon.term[row])
    automaton = AhoCorasick(tuple(stands_for), matchkind=MatchKind.LeftmostLongest)
    return automaton, np.array(list(stands_for.values()), np.int64)


@cache
def _is_letter() -> Bools:
    """Of every character, whether it is a letter, a character of a word or a digit."""
    every = np.arange(0x110000, dtype=np.uint32)
    every[0xD800:0xE000] = ord(" ")  # Half of a surrogate pair is no character.
    return np.strings.isalnum(every.view("<U1"))
