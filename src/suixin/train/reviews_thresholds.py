"""From scores to what is said: thresholds by which pairs of name and polarity have the best F1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_GRID: Final = np.linspace(-1.5, 1.0, 26)
_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class PairFigures:
    """F1 of pairs of name and polarity: of all, the mean over names, and by name.

    `polarity` is the share of right polarities where both sides speak of the name.
    """

    micro: float
    macro: float
    polarity: float
    by_name: tuple[float, ...]


def said_by(score: Floats) -> Bools:
    """(…, sides) what is said: of each name its highest side, where above nought."""
    highest = score.argmax(axis=-1)[..., None] == np.arange(score.shape[-1])
    said: Bools = highest & (score > 0.0)
    return said


def pair_figures(found: Bools, said: Bools) -> PairFigures:
    """How well pairs (texts, names, 2 or 3) fit those of people (texts, names, 3).

    Where two sides alone are found, a pair of neither praise nor blame counts as missed.

    >>> said = np.array([[[True, False, False]], [[False, True, False]]])
    >>> pair_figures(said[..., :2], said).micro
    1.0
    """
    right = found & said[..., : found.shape[2]]
    hits = right.sum(axis=(0, 2))
    both = found.sum(axis=(0, 2)) + said.sum(axis=(0, 2))
    by_name = 2.0 * hits / np.maximum(both, 1)
    spoken = found.any(axis=2) & said.any(axis=2)
    return PairFigures(
        micro=float(2.0 * hits.sum() / max(both.sum(), 1)),
        macro=float(by_name[both > 0].mean()) if both.any() else 0.0,
        polarity=float(right.any(axis=2).sum() / max(spoken.sum(), 1)),
        by_name=tuple(by_name.tolist()),
    )


def thresholds(score: Floats, said: Bools) -> Floats:
    """(names, sides) scores above which a pair is said, best for these texts and what they say.

    Of two sides each has its own, by which each name's F1 is best. Of three the highest speaks, and
    a name has one threshold, by which the F1 of all pairs is best.
    """
    return _of_names(score, said) if score.shape[2] == 2 else _of_all(score, said)


def _of_names(score: Floats, said: Bools) -> Floats:
    best = np.zeros(score.shape[1:])
    for name in range(score.shape[1]):
        most = -1.0
        whole = said[:, name].sum()
        for praise in _GRID:
            for blame in _GRID:
                margin = score[:, name] - (praise, blame)
                found = said_by(margin)
                f1 = 2.0 * (found & said[:, name, :2]).sum() / max(found.sum() + whole, 1)
                if f1 > most:
                    most, best[name] = f1, (praise, blame)
    return best


def _of_all(score: Floats, said: Bools) -> Floats:
    """A pair more is worth it while its chance is above half the F1 that all come to."""
    side = score.argmax(axis=2)[..., None]
    highest = np.take_along_axis(score, side, axis=2)[..., 0]
    true = np.take_along_axis(said, side, axis=2)[..., 0]
    order = np.argsort(-highest, axis=0, kind="stable")
    ranked = np.take_along_axis(highest, order, axis=0)
    hits = np.cumsum(np.take_along_axis(true, order, axis=0), axis=0)
    count = np.arange(1, len(score) + 1)[:, None]
    f1 = 0.8
    for _ in range(_ROUNDS):
        worth = hits - 0.5 * f1 * count
        last = worth.argmax(axis=0)
        columns = np.arange(score.shape[1])
        takes = worth[last, columns] > 0.0
        f1 = 2.0 * hits[last, columns][takes].sum() / (said.sum() + (last[takes] + 1).sum())
    after = ranked[np.minimum(last + 1, len(score) - 1), columns]
    chosen = np.where(takes, (ranked[last, columns] + after) / 2.0, ranked[0] + 1.0)
    edges: Floats = np.repeat(chosen[:, None], score.shape[2], axis=1)
    return edges
