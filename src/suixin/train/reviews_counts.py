"""Labelled texts as sparse counts: what the reader of reviews sees, in matrices to fit on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from suixin.credit.reading.cells import Counts
from suixin.credit.reading.letters import NONE, RUNS, Letters
from suixin.credit.reading.lexicon import Lexicon, packaged_lexicon
from suixin.credit.reading.model import run_counts, seen
from suixin.credit.reading.text import batch_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_BATCH: Final = 8_192


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts as counts: `runs` (clauses, NONE) and `cells` (clauses, CELLS) by clause.

    `review` is the text of each clause, `size` how many runs it holds, `begin` and `end` its
    characters within that text;
    `balance` is one figure a text, see `cells.balance_of`; `count` is how many texts there are.
    """

    runs: csr_array
    cells: Counts
    review: Ints
    size: Ints
    begin: Ints
    end: Ints
    balance: Floats
    count: int

    def only(self, texts: Bools) -> Counted:
        """The counts of some of the texts, numbered anew."""
        kept = texts[self.review]
        number = np.cumsum(texts) - 1
        return Counted(
            runs=self.runs[np.flatnonzero(kept)],
            cells=self.cells[kept],
            review=number[self.review[kept]],
            size=self.size[kept],
            begin=self.begin[kept],
            end=self.end[kept],
            balance=self.balance[texts],
            count=int(texts.sum()),
        )

    def by_text(self, figures: csr_array) -> csr_array:
        """Sums of rows of clauses, one row a text."""
        ones = np.ones(len(self.review), np.float32)
        place = (self.review, np.arange(len(self.review)))
        sums: csr_array = csr_array((ones, place), shape=(self.count, len(self.review))) @ figures
        return sums


def counted(texts: Sequence[str], lexicon: Lexicon | None = None) -> Counted:
    """What the reader sees in texts.

    >>> found = counted(["很甜，不贵", "好"])
    >>> found.runs.sum(axis=1).tolist(), found.review.tolist(), found.begin.tolist()
    ([6.0, 6.0, 3.0], [0, 0, 1], [0, 3, 0])
    """
    chosen = lexicon or packaged_lexicon()
    runs, cells, review, size, begin, end, balance = [], [], [], [], [], [], []
    for first in range(0, max(len(texts), 1), _BATCH):
        batch = batch_of(texts[first : first + _BATCH], chosen.reads_as)
        found = seen(batch, chosen)
        runs.append(_sparse(found.letters))
        cells.append(found.cells)
        offset = batch.starts[found.letters.review]
        review.append(found.letters.review + first)
        size.append(run_counts(found.letters))
        begin.append(found.letters.begin - offset)
        end.append(found.letters.end - offset)
        balance.append(found.balance)
    return Counted(
        runs=csr_array(vstack(runs)),
        cells=np.concatenate(cells),
        review=np.concatenate(review),
        size=np.concatenate(size),
        begin=np.concatenate(begin),
        end=np.concatenate(end),
        balance=np.concatenate(balance),
        count=len(texts),
    )


def _sparse(letters: Letters) -> csr_array:
    hashes = letters.runs.ravel()
    known = np.flatnonzero(hashes != NONE)
    ends = np.searchsorted(known, letters.first * RUNS)
    ones = np.ones(len(known), np.float32)
    shape = (len(letters.review), NONE)
    found = csr_array((ones, hashes[known], ends), shape=shape)
    found.sum_duplicates()
    return found


def scaled_rows(counts: csr_array, scale: Floats) -> csr_array:
    """Counts with every row times its scale."""
    each = np.repeat(scale, np.diff(counts.indptr))
    return csr_array((counts.data * each, counts.indices, counts.indptr), shape=counts.shape)
