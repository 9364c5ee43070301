"""A scorecard: points by bin of each column. The points a credit officer reads are those used.

Points are whole hundredths, so that sums are exact and the same in Python and in SQL. More points
are better: so many double the odds of a good end. Each column's points average to nothing over the
cases it was trained on, so nothing is where an average case stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from suixin.credit.model.columns import Bools, Floats, Table, numbers, refuse_absent, words
from suixin.data.errors import InputError, shown

Ints = npt.NDArray[np.int64]
HUNDREDTHS = 100

Direction = Literal["rises", "falls", "free"]
"""How risk moves as the value rises."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Points of a numeric column: bin k holds values above edge k−1 and up to edge k.

    `specials` are codes that are no measure, each with points of its own. `missing` are the points
    of an unknown value; None refuses it, where training saw too few to learn from.
    """

    name: str
    direction: Direction
    edges: tuple[float, ...]
    points: tuple[int, ...]
    specials: Mapping[float, int]
    missing: int | None

    def __post_init__(self) -> None:
        if len(self.points) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f"{self.name}: edges should rise and points be one more than they")
        steps = np.diff(self.points)
        wrong = {"rises": steps > 0, "falls": steps < 0, "free": steps != steps}[self.direction]
        if wrong.any():
            raise ValueError(f"{self.name}: risk {self.direction}, so points may not turn back")

    @property
    def best(self) -> int:
        """The most points a measured value can give."""
        return max(self.points)

    def of(self, table: Table) -> Ints:
        """Hundredths of points of every case."""
        value = numbers(table, self.name)
        found = np.array(self.points, dtype=np.int64)[np.searchsorted(self.edges, value)]
        for code, given in self.specials.items():
            found[value == code] = given
        return _unknown(self.name, found, np.isnan(value), self.missing)


@dataclass(frozen=True, slots=True)
class WordColumn:
    """Points of a column of categories; `other` are those of a category training did not see.

    None for `other` or `missing` refuses the case.
    """

    name: str
    levels: Mapping[str, int]
    other: int | None
    missing: int | None

    @property
    def best(self) -> int:
        """The most points a category can give."""
        return max(self.levels.values())

    def of(self, table: Table) -> Ints:
        """Hundredths of points of every case."""
        value = words(table, self.name)
        found = np.zeros(len(value), dtype=np.int64)
        missing = np.array([one is None for one in value], dtype=bool)
        unseen = ~missing
        for level, given in self.levels.items():
            same = np.equal(value, level).astype(bool)
            found[same] = given
            unseen &= ~same
        if unseen.any() and self.other is None:
            first = np.flatnonzero(unseen)[0]
            raise InputError(
                "UNKNOWN_CATEGORY",
                f"{self.name} is {shown(value[first])} in row {first + 1}; "
                f"the card knows {', '.join(self.levels)}.",
                "Correct it, or train again on cases that hold it.",
            )
        found[unseen] = self.other or 0
        return _unknown(self.name, found, missing, self.missing)


Column = NumberColumn | WordColumn


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Base points and columns; a case's score is their sum."""

    base: int
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns it reads, in order."""
        return tuple(column.name for column in self.columns)


def column_points(card: Scorecard, table: Table) -> Ints:
    """Hundredths of points of every case (rows) in every column.

    Raises `InputError`: MISSING_FEATURE (a column or a value that the card has no points for),
    INFINITE_VALUE, NOT_A_NUMBER, UNKNOWN_CATEGORY.
    """
    refuse_absent(table, card.names)
    return np.column_stack([column.of(table) for column in card.columns])


def points(card: Scorecard, table: Table) -> Floats:
    """The score of every case, in points.

    >>> late = NumberColumn("late", "rises", (0.0, 2.0), (1000, -250, -4000), {}, None)
    >>> points(Scorecard(60000, (late,)), {"late": np.array([0, 1, 9])}).tolist()
    [610.0, 597.5, 560.0]
    """
    total: Floats = (card.base + column_points(card, table).sum(axis=1)) / HUNDREDTHS
    return total


def lost(card: Scorecard, table: Table) -> Floats:
    """Points each case (rows) loses in each column against the column's best bin; never below 0.

    The reasons of a refusal, the largest loss first.

    >>> late = NumberColumn("late", "rises", (0.0, 2.0), (1000, -250, -4000), {}, None)
    >>> lost(Scorecard(60000, (late,)), {"late": np.array([0, 9])}).tolist()
    [[0.0], [50.0]]
    """
    best = np.array([column.best for column in card.columns], dtype=np.int64)
    below: Floats = np.maximum(0, best - column_points(card, table)) / HUNDREDTHS
    return below


def _unknown(name: str, found: Ints, missing: Bools, given: int | None) -> Ints:
    """Give unknown values their own points, or refuse them by name."""
    if missing.any():
        if given is None:
            first = np.flatnonzero(missing)[0]
            raise InputError(
                "MISSING_FEATURE",
                f"{name} is unknown in row {first + 1} ({missing.sum()} rows in all), and the card "
                "has no points for that.",
                "Give the value; the model does not guess one.",
            )
        found[missing] = given
    return found
