"""Figures with the interval that drawing the same cases again gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.weights_fit import ENDS, auc


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def told(self) -> str:
        """As a reader sees it.

        >>> Interval(0.71, 0.66, 0.75).told()
        '0.710 [0.660, 0.750]'
        """
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def drawn_again(good: Bools, *, draws: int, seed: int) -> list[Ints]:
    """Rows drawn with replacement, so many times, each time with good and bad among them.

    Raises ValueError where all are good or all bad.
    """
    if good.all() or not good.any():
        raise ValueError("cases of one kind only: nothing can be told apart")
    rng, found = np.random.default_rng(seed), list[Ints]()
    while len(found) < draws:
        rows = rng.integers(0, len(good), len(good))
        if 0 < good[rows].sum() < len(rows):
            found.append(rows)
    return found


def aucs(score: Floats, good: Bools, again: list[Ints]) -> Floats:
    """The AUC of a score in each redrawing."""
    return np.array([auc(score[rows], good[rows]) for rows in again])


def interval(value: float, drawn: Floats) -> Interval:
    """A figure with the middle 95 % of what it came to when drawn again."""
    low, high = np.percentile(drawn, ENDS).tolist()
    return Interval(value, low, high)


def mean_interval(values: Floats, *, draws: int, seed: int) -> Interval:
    """The mean of values, with the interval of the mean when the values are drawn again.

    >>> mean_interval(np.array([1.0, 1.0, 1.0]), draws=10, seed=1)
    Interval(value=1.0, low=1.0, high=1.0)
    """
    rows = np.random.default_rng(seed).integers(0, len(values), (draws, len(values)))
    return interval(float(values.mean()), values[rows].mean(axis=1))
