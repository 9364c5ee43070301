"""The lexicon of the reader of reviews: the policy's words as arrays that numpy can look up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, MatchKind

from suixin.kernel.policy import PolicyOn, load_policy

ASPECTS: Final = (
    "freshness_quality",
    "taste",
    "size_weight",
    "packaging",
    "logistics",
    "price_value",
    "service",
    "authenticity",
    "overall",
)
OVERALL: Final = ASPECTS.index("overall")

NOT_SAID: Final = 2
"""In place of a polarity: beside this aspect the word is still said of its own."""

Bools = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]
Codes = npt.NDArray[np.uint32]

_FIRST_DAY: Final = date(2000, 1, 1)
_POLARITY: Final = {"positive": 1, "negative": -1, "neutral": 0}
_CHARACTERS: Final = 0x110000
# What ends a clause. The comma of a list (、) does not: 包装、物流都好 is one statement.
_PUNCTUATION: Final = '，。！？；：,.!?;:~～…·（）()【】[]《》<>“”‘’"|/\\*#&+=^_— \t\r\n\u3000'


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The part of every word in a sentence, one row a word; `automaton` finds words by their row.

    `term` is the aspect a noun names (−1: none). An opinion stands for `polarity` of the aspect
    `own` (−1: of nothing). A `loose` one is said of the noun beside it: `beside[word, aspect]`.
    """

    words: tuple[str, ...]
    automaton: AhoCorasick
    term: Small
    opinion: Bools
    own: Small
    polarity: Small
    loose: Bools
    beside: Small
    reach: Small  # Of a negator, in characters; 0 for all other words.
    marks: Mapping[str, Bools]  # By list of the policy: `contrast`, `irony`, …
    latin: Bools
    reads_as: Codes  # The character that each character is read as.
    ends_clause: Bools  # By character.
    weights: Mapping[str, float]
    neutral_band: float
    digest: str  # Of all that the policy's words say; a learned reader names the one it learned by.


@dataclass(frozen=True, slots=True)
class _Opinion:
    own: int
    polarity: int
    loose: bool
    beside: tuple[int, ...]


_LISTS: Final = (
    "concessions",
    "contrast",
    "hypothetical",
    "idioms",
    "intensifiers",
    "irony",
    "joints",
    "silent",
    "strong",
)
_NOWHERE: Final = (NOT_SAID,) * len(ASPECTS)
_NO_OPINION: Final = _Opinion(-1, 0, loose=False, beside=_NOWHERE)


@cache
def packaged_lexicon() -> Lexicon:
    """The lexicon that comes with the package.

    >>> lexicon = packaged_lexicon()
    >>> row = lexicon.words.index("脆甜")
    >>> ASPECTS[lexicon.own[row]], int(lexicon.polarity[row])
    ('taste', 1)
    """
    return lexicon_of(load_policy("aspect_lexicon").on(_FIRST_DAY))


def lexicon_of(policy: PolicyOn) -> Lexicon:
    """The lexicon of a policy; a word that has two opinions raises `ValueError`.

    >>> lexicon_of(load_policy("aspect_lexicon").on(date(2026, 6, 30))).neutral_band
    0.2
    """
    opinions = _opinions(policy)
    terms = _inverted({ASPECTS.index(a): w for a, w in policy["lexicon.aspect_terms"].items()})
    reach = _inverted(policy["lexicon.negators"])
    listed = {name: frozenset(policy[f"lexicon.{name}"].split()) for name in _LISTS}
    lame = listed["strong"] - opinions.keys()
    if lame:
        raise ValueError(f"aspect_lexicon: strong words without an opinion: {sorted(lame)}")
    words = tuple(sorted({*opinions, *terms, *reach, *chain.from_iterable(listed.values())}))
    said = [opinions.get(word, _NO_OPINION) for word in words]
    return Lexicon(
        words=words,
        automaton=AhoCorasick(words, matchkind=MatchKind.LeftmostLongest),
        term=np.array([terms.get(word, -1) for word in words], np.int8),
        opinion=np.array([word in opinions for word in words]),
        own=np.array([opinion.own for opinion in said], np.int8),
        polarity=np.array([opinion.polarity for opinion in said], np.int8),
        loose=np.array([opinion.loose for opinion in said]),
        beside=np.array([opinion.beside for opinion in said], np.int8),
        reach=np.array([reach.get(word, 0) for word in words], np.int8),
        marks={name: np.array([word in listed[name] for word in words]) for name in _LISTS},
        latin=np.array([word.isascii() and word[0].isalpha() for word in words]),
        reads_as=_reads_as(policy["lexicon.traditional"]),
        ends_clause=np.isin(np.arange(_CHARACTERS), [ord(mark) for mark in _PUNCTUATION]),
        weights=policy["lexicon.weights"],
        neutral_band=float(policy["lexicon.neutral_band"]),
        digest=_digest(policy),
    )


def _digest(policy: PolicyOn) -> str:
    names = sorted(name for name in policy.settings if name.startswith("lexicon."))
    said = json.dumps([[name, policy[name]] for name in names], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _inverted(words_of: Mapping[int, str]) -> dict[str, int]:
    return {word: key for key, words in words_of.items() for word in words.split()}


def _opinions(policy: PolicyOn) -> dict[str, _Opinion]:
    found: dict[str, _Opinion] = {}
    for word, opinion in chain(_plain_opinions(policy), _hanging_opinions(policy)):
        if word in found:
            raise ValueError(f"aspect_lexicon: {word} has two opinions; keep one of them")
        found[word] = opinion
    return found


def _plain_opinions(policy: PolicyOn) -> Iterator[tuple[str, _Opinion]]:
    for aspect, sides in policy["lexicon.opinions"].items():
        own = ASPECTS.index(aspect)
        for side, words in sides.items():
            polarity = _POLARITY[side]
            beside = (polarity,) * len(ASPECTS) if own == OVERALL else _NOWHERE
            for word in words.split():
                yield word, _Opinion(own, polarity, loose=own == OVERALL, beside=beside)


def _hanging_opinions(policy: PolicyOn) -> Iterator[tuple[str, _Opinion]]:
    for word, table in policy["lexicon.by_aspect"].items():
        beside = tuple(int(table.get(aspect, NOT_SAID)) for aspect in ASPECTS)
        own, polarity = -1, 0
        for aspect, alone in table.get("alone", {}).items():
            own, polarity = ASPECTS.index(aspect), int(alone)
        yield word, _Opinion(own, polarity, loose=True, beside=beside)


def _reads_as(pairs: str) -> Codes:
    """Each character's simplified, lower-case, half-width form; never more nor fewer than one."""
    table = np.arange(_CHARACTERS, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)  # Full-width forms of ASCII.
    for upper, lower in zip(
        range(ord("A"), ord("Z") + 1), range(ord("a"), ord("z") + 1), strict=True
    ):
        table[upper] = table[upper + 0xFEE0] = lower
    table[0xD800:0xE000] = ord(" ")  # Half of a surrogate pair is no character.
    table[0x2019] = ord("'")  # isn’t
    for pair in pairs.split():
        table[ord(pair[0])] = ord(pair[1])
    return table
