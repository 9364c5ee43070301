"""A model card: what a model is for, what made it, how it did, and the numbers it scores by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.credit.model.calibration import AnyCalibration, default_probability
from suixin.credit.model.columns import Floats, Table
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import Scorecard, points
from suixin.credit.model.trees import BoostedModel, logits

SCORE_DECIMALS = 2
PD_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Band:
    """A band of risk, 1 the best: scores from `score_min` (None: any), and its training cases."""

    band: int
    score_min: float | None
    cases: int
    bad_rate: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model with its card.

    `pd_ends` hold its probabilities off 0 and 1. `told` is what a reader must know besides: data,
    split, metrics, groups, limits, made_with; plain values, as YAML has them.
    """

    name: str
    version: str
    made_on: date
    purpose: str
    model: Scorecard | BoostedModel
    scale: Scale
    calibration: AnyCalibration
    pd_ends: tuple[float, float]
    bands: tuple[Band, ...]
    told: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Which kind of model it is."""
        return "scorecard" if isinstance(self.model, Scorecard) else "boosted"


@dataclass(frozen=True, slots=True)
class Scored:
    """Every case's score in points, probability of a bad end, and band (1 the best)."""

    score: Floats
    pd: Floats
    band: npt.NDArray[np.int64]


def scored(card: ModelCard, table: Table) -> Scored:
    """Score cases by a model, one row a case; none gives none.

    Raises `InputError`: MISSING_FEATURE, INFINITE_VALUE, NOT_A_NUMBER, UNKNOWN_CATEGORY.
    """
    score = score_of(card.model, card.scale, table)
    pd = np.clip(default_probability(card.calibration, score), *card.pd_ends)
    return Scored(score, np.round(pd, PD_DECIMALS), band_of(card.bands, score))


def score_of(model: Scorecard | BoostedModel, scale: Scale, table: Table) -> Floats:
    """Every case's score in points, to two decimals."""
    if isinstance(model, Scorecard):
        return points(model, table)
    return np.round(scale.points(logits(model, table)), SCORE_DECIMALS)


def band_of(bands: tuple[Band, ...], score: Floats) -> npt.NDArray[np.int64]:
    """The band of every score; the last has no least score.

    >>> bands = (Band(1, 640.0, 200, 0.01), Band(2, 600.0, 200, 0.05), Band(3, None, 200, 0.2))
    >>> band_of(bands, np.array([640.0, 639.99, 100.0])).tolist()
    [1, 2, 3]
    """
    lowest_first = np.array([band.score_min for band in reversed(bands[:-1])], np.float64)
    return len(bands) - np.searchsorted(lowest_first, score, side="right").astype(np.int64)
