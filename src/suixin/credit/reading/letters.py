"""The letters of reviews: hashed runs of one to three characters, and the clauses they stand in.

A run begins at a character of a clause, though not at one that repeats the two before it, and may
end on the mark behind it, so that the end of a clause is a letter too; a fourth run marks the
character that opens a clause. Hashes are of 20 bits and the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.lexicon import Lexicon
from suixin.credit.reading.text import Batch

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

BITS: Final = 20
NONE: Final = 1 << BITS
"""In place of a hash: no run of that length begins here."""

RUNS: Final = 4
"""Runs at a character: of one, two and three characters, and the opening of a clause."""

_LONGEST: Final = 3
_END: Final = 10  # Every character that ends a clause is hashed as the line feed.
_MIX: Final = np.uint32(0x9E3779B1)
_ADD: Final = np.uint32(0x85EBCA77)
_STEPS: Final = tuple(np.uint32(k * 0xC2B2AE3D & 0xFFFFFFFF) for k in range(_LONGEST))
_OPENING: Final = np.uint32(0x27D4EB2F)
_MASK: Final = np.uint32(NONE - 1)


@dataclass(frozen=True, slots=True)
class Letters:
    """What stands in a batch, clause by clause.

    `runs` (characters within clauses, `RUNS`) holds hashes. Of every clause: `first` (its first
    row of `runs`; one more behind the last), `review`, and `begin`, `end` in the batch's string.
    `clauses` (reviews + 1) tells the first clause of every review.
    """

    runs: Hashes
    first: Ints
    review: Ints
    begin: Ints
    end: Ints
    clauses: Ints


def letters_of(batch: Batch, lexicon: Lexicon) -> Letters:
    """The runs and clauses of a batch.

    >>> from suixin.credit.reading.lexicon import packaged_lexicon
    >>> from suixin.credit.reading.text import batch_of
    >>> lexicon = packaged_lexicon()
    >>> found = letters_of(batch_of(["很甜，不贵", "！"], lexicon.reads_as), lexicon)
    >>> found.runs.shape, found.review.tolist(), found.clauses.tolist()
    ((4, 4), [0, 0], [0, 2, 2])
    """
    codes = batch.codes
    ends = clause_ends(codes, lexicon)
    within = ~ends
    opens = within & np.append(True, ends[:-1])[: len(codes)]
    at = np.flatnonzero(within & ~_again(codes))
    begin = np.flatnonzero(opens)
    first = np.searchsorted(at, begin)
    closes = np.flatnonzero(within & np.append(ends[1:], True)) + 1
    review = np.searchsorted(batch.ends, begin, side="right")
    return Letters(
        runs=_runs(np.where(ends, np.uint32(_END), codes), at, opens),
        first=np.append(first, len(at)),
        review=review,
        begin=begin,
        end=closes,
        clauses=np.searchsorted(review, np.arange(len(batch.ends) + 1)),
    )


def _again(codes: Codes) -> Bools:
    """Characters that stand a third time and more in a row; no run begins at them (啊啊啊啊)."""
    again = np.zeros(len(codes), bool)
    same = codes[1:] == codes[:-1]
    again[2:] = same[1:] & same[:-1]
    return again


def clause_ends(codes: Codes, lexicon: Lexicon) -> Bools:
    """Which characters end a clause; a space between two Latin letters does not."""
    ends = lexicon.ends_clause[codes]
    letter = (codes >= ord("a")) & (codes <= ord("z"))
    ends[1:-1] &= ~(letter[:-2] & letter[2:] & (codes[1:-1] == ord(" ")))
    return ends


def _runs(codes: Codes, at: Ints, opens: Bools) -> Hashes:
    """(characters within clauses, RUNS) hashes, NONE where a run would leave its clause."""
    runs = np.empty((len(at), RUNS), np.int32)
    padded = np.append(codes, np.full(_LONGEST, _END, np.uint32))
    hashed = np.zeros(len(at), np.uint32)
    left = np.zeros(len(at), bool)
    for k in range(_LONGEST):
        letter = padded[at + k]
        hashed = (hashed * _MIX) ^ (letter * _ADD)
        hashed ^= hashed >> np.uint32(13)
        runs[:, k] = np.where(left, NONE, _kept(hashed + _STEPS[k]))
        left |= letter == _END
    runs[:, _LONGEST] = np.where(opens[at], _kept(codes[at] * _OPENING), NONE)
    return runs


def _kept(hashed: Codes) -> Hashes:
    """The lower bits of a hash, well mixed."""
    mixed = hashed ^ (hashed >> np.uint32(15))
    mixed = mixed * np.uint32(0x2C1B3C6D)
    mixed ^= mixed >> np.uint32(12)
    mixed = mixed * np.uint32(0x297A2D39)
    mixed ^= mixed >> np.uint32(15)
    return (mixed & _MASK).astype(np.int32)
