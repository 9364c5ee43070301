"""A learned reader: linear weights on runs of letters and on what the lexicon's words say.

Two heads. *Praise* tells whether a review praises or blames. *Aspects* tells of every name whether
it is praised and whether it is blamed: the loudest clause and the review as a whole speak for it.
Weights are whole numbers, and sums of them exact, so that the same text is read the same in any
batch and on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from suixin.credit.reading.cells import Counts, balance_of, cells_of
from suixin.credit.reading.letters import RUNS, Letters, letters_of
from suixin.credit.reading.lexicon import ASPECTS, OVERALL, Lexicon
from suixin.credit.reading.rules import Opinions, Words, opinions_of
from suixin.credit.reading.text import Batch

Ints = npt.NDArray[np.int64]
Counters = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NOTHING: Final = -9.0
"""The score of what a review without any letter says."""

_RUNS_A_CHARACTER: Final = 3


@dataclass(frozen=True, slots=True)
class PraiseHead:
    """Praise against blame of a whole review.

    Its score is bias + step × Σ votes / √(Σ ratio²) over the runs of the review + words × the
    balance of the lexicon's words. `votes` and `ratio` are by hash. `silence` is the score, either
    way, below which a text without an opinion word says nothing: of one clause, and of several.
    """

    votes: Counters
    ratio: Counters
    step: float
    bias: float
    words: float
    silence: tuple[float, float]


@dataclass(frozen=True, slots=True)
class AspectHead:
    """Praise and blame of every name, its columns side by side: (first praised, first blamed, …).

    A name has a third column, neither, where labels taught it: two sides or three. `row` finds the
    weights of a run by its hash, row 0 those of runs not learned. `runs` (rows, columns × 2) and
    `cells` (CELLS, columns × 2) are whole numbers in units of `step`; the first half of their
    columns is for clauses, the second for whole reviews.
    """

    names: tuple[str, ...]
    row: npt.NDArray[np.int32]
    runs: Weights
    cells: Weights
    bias: Floats
    step: float

    @property
    def sides(self) -> int:
        """How many columns a name has."""
        return len(self.bias) // len(self.names)


@dataclass(frozen=True, slots=True)
class ReviewModel:
    """What training made: two heads, and the name and version that its card has."""

    name: str
    version: str
    praise: PraiseHead
    aspects: AspectHead

    def says(self) -> tuple[str, ...]:
        """What readings by this model number aspects by: `ASPECTS`, or names of its own."""
        own = self.aspects.names
        return ASPECTS if set(own) <= set(ASPECTS) else (*own, ASPECTS[OVERALL])


@dataclass(frozen=True, slots=True)
class Seen:
    """A batch as a model sees it: letters, and what the lexicon's words say.

    By clause they are `cells`; by review `balance` and `spoken`, see `cells.balance_of`.
    `wordless` reviews hold no letter, or only what the platform wrote for the buyer.
    """

    letters: Letters
    words: Words
    opinions: Opinions
    cells: Counts
    balance: Floats
    spoken: Floats
    wishes: Bools  # Holds a word that only wishes or supposes.
    wordless: Bools


@dataclass(frozen=True, slots=True)
class AspectScores:
    """Log odds (reviews, names, sides) that a name is praised, blamed, or spoken of as neither.

    `by_clause` (clauses, names × sides) is what clauses say, `clauses` the first of every review.
    """

    score: Floats
    by_clause: Floats
    clauses: Ints

    def loudest(self, review: Ints, column: Ints) -> Ints:
        """The clause of each review that speaks loudest in its column, the first of equals."""
        opens = self.clauses[review]
        lengths = self.clauses[review + 1] - opens
        firsts = np.cumsum(lengths) - lengths
        row = np.arange(lengths.sum()) + np.repeat(opens - firsts, lengths)
        said = self.by_clause[row, np.repeat(column, lengths)]
        if not len(row):
            return np.zeros(0, np.int64)
        top = np.repeat(np.maximum.reduceat(said, firsts), lengths)
        loudest: Ints = np.minimum.reduceat(np.where(said == top, row, len(self.by_clause)), firsts)
        return loudest


def seen(batch: Batch, lexicon: Lexicon) -> Seen:
    """Letters and words of a batch."""
    letters = letters_of(batch, lexicon)
    words, opinions = opinions_of(batch, lexicon)
    balance, spoken = balance_of(words, opinions)
    wish = lexicon.marks["hypothetical"][words.word]
    return Seen(
        letters=letters,
        words=words,
        opinions=opinions,
        cells=cells_of(words, opinions, letters, lexicon),
        balance=balance,
        spoken=spoken,
        wishes=np.bincount(words.review[wish], minlength=len(batch.starts)) > 0,
        wordless=words.silent | (np.diff(letters.clauses) == 0),
    )


def praise_scores(head: PraiseHead, batch: Seen) -> Floats:
    """The score of every review: above nought is praise; nought where there is no letter."""
    letters = batch.letters
    ends = letters.first[letters.clauses]
    votes = _sums(_across(head.votes[letters.runs]), ends)
    energy = _sums(_across(np.square(head.ratio[letters.runs])), ends)
    learned = head.step * votes / np.sqrt(np.maximum(energy, 1))
    score = head.bias + learned + head.words * batch.balance
    return np.where(batch.wordless, 0.0, score)


def aspect_scores(head: AspectHead, batch: Seen) -> AspectScores:
    """What each review and each of its clauses says of each name."""
    letters, columns = batch.letters, len(head.bias)
    count = len(letters.clauses) - 1
    score = np.full((count, columns), NOTHING)
    clause = np.zeros((0, columns))
    has = np.flatnonzero(np.diff(letters.clauses))
    if len(has):
        of_runs = _run_sums(head, letters)
        of_cells = batch.cells @ head.cells[:, :columns]
        sizes = run_counts(letters)
        clause = of_runs[:, :columns] / np.sqrt(sizes)[:, None] + of_cells
        opens = letters.clauses[has]
        top = np.maximum.reduceat(clause, opens, axis=0)
        whole = np.add.reduceat(of_runs[:, columns:], opens, axis=0, dtype=np.float64)
        length = np.add.reduceat(sizes, opens)
        said = np.minimum(np.add.reduceat(batch.cells, opens, axis=0), 2)
        whole = whole / np.sqrt(length)[:, None] + said @ head.cells[:, columns:]
        score[has] = head.bias + head.step * (top + whole)
    score[batch.wordless] = NOTHING
    return AspectScores(score.reshape(count, len(head.names), head.sides), clause, letters.clauses)


def run_counts(letters: Letters) -> Ints:
    """How many runs each clause holds.

    Three a character: the opening stands for the run of three that the last one cannot begin.
    """
    return _RUNS_A_CHARACTER * np.diff(letters.first)


def _run_sums(head: AspectHead, letters: Letters) -> Weights:
    """(clauses, columns × 2) sums of the weights of all runs of each clause; exact."""
    rows = head.row[letters.runs].ravel()
    known = np.flatnonzero(rows)
    ends = np.searchsorted(known, letters.first * RUNS)
    shape = (len(letters.review), len(head.runs))
    counts = csr_array((np.ones(len(known), np.float32), rows[known], ends), shape=shape)
    sums: Weights = counts @ head.runs
    return sums


def _across(figures: Counters) -> Ints:
    """Sums over the runs at each character."""
    whole: Ints = figures[:, 0].astype(np.int64)
    for k in range(1, RUNS):
        whole += figures[:, k]
    return whole


def _sums(figures: Ints, ends: Ints) -> Ints:
    """Sums of figures between ends, exact; nought between equal ends."""
    running = np.append(0, np.cumsum(figures))
    sums: Ints = running[ends[1:]] - running[ends[:-1]]
    return sums
