"""Does a score get better as more take part? AUC against the number it learned from.

One hold-out for all. Participants and hold-out are both drawn again and again, so that the interval
of the curve and of its slope knows that either might have been others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.weights_fit import Outcomes, auc
from suixin.data.errors import InputError
from suixin.experiments.interval import Interval, drawn_again, interval

Fit: TypeAlias = Callable[[Outcomes, Outcomes], Floats]
"""Learns from the first and scores the second; higher is better."""


@dataclass(frozen=True, slots=True)
class Point:
    """AUC on the hold-out of models that learned from n participants: mean, middle 95 %."""

    n: int
    auc: Interval


@dataclass(frozen=True, slots=True)
class Curve:
    """The curve, and what each doubling of the participants adds with its interval."""

    points: tuple[Point, ...]
    slope: Interval
    held_out: int
    bad: int

    @property
    def rises(self) -> bool:
        """Whether the slope on log₂ n has its lower end above 0."""
        return self.slope.low > 0


def learning_curve(
    loans: Outcomes, held_out: Bools, fit: Fit, *, sizes: Sequence[int], draws: int, seed: int
) -> Curve:
    """Learn by `fit` from `sizes` participants, `draws` times each; judge on the same held-out.

    Sizes above the number at hand are left out. Raises `InputError` `TOO_FEW_PARTICIPANTS` where
    fewer than two sizes are left.
    """
    pool, held = loans.take(~held_out), loans.take(held_out)
    fitting = [n for n in sizes if n <= len(pool.bad)]
    if len(fitting) < 2:
        raise InputError(
            "TOO_FEW_PARTICIPANTS",
            f"{len(pool.bad)} participants are at hand to learn from.",
            f"A curve needs two sizes of {', '.join(map(str, sizes))}: ask for more households.",
        )
    rng, again = np.random.default_rng(seed), drawn_again(~held.bad, draws=draws, seed=seed)

    def learned(n: int, rows: Ints) -> float:
        # Drawn with replacement, so that the whole pool too is one chance among others.
        score = fit(pool.take(rng.integers(0, len(pool.bad), n)), held)
        return auc(score[rows], ~held.bad[rows])

    found = np.array([[learned(n, rows) for rows in again] for n in fitting])
    slopes = _slopes(np.log2(np.array(fitting, dtype=np.float64)), found)
    return Curve(
        points=tuple(
            Point(n, interval(float(row.mean()), row))
            for n, row in zip(fitting, found, strict=True)
        ),
        slope=interval(float(slopes.mean()), slopes),
        held_out=len(held.bad),
        bad=int(held.bad.sum()),
    )


def _slopes(x: Floats, found: Floats) -> Floats:
    """Least-squares slope of each draw's AUC (sizes, draws) on x."""
    centred = x - x.mean()
    slopes: Floats = centred @ found / (centred @ centred)
    return slopes
