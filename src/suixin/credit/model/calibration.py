"""From a score to a probability: by a logistic or by steps that only fall, both fitted before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from suixin.credit.grade import Calibration
from suixin.credit.model.columns import Floats


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Probability linear between knots (score, probability), flat beyond; more score, less risk.

    Source: formulas §6 (isotonic, linear between block means).

    >>> steps = Isotonic((40.0, 60.0), (0.2, 0.1), "2026-06")
    >>> steps.pd(np.array([30.0, 50.0, 90.0])).round(4).tolist()
    [0.2, 0.15, 0.1]
    """

    at: tuple[float, ...]
    pds: tuple[float, ...]
    version: str

    def __post_init__(self) -> None:
        rising = len(self.at) > 0 and bool(np.all(np.diff(self.at) > 0))
        falling = len(self.at) == len(self.pds) and bool(np.all(np.diff(self.pds) <= 0))
        if not (rising and falling and 0 <= self.pds[-1] <= self.pds[0] <= 1):
            raise ValueError("knots should rise in score and fall in probability, within 0 and 1")

    def pd(self, score: Floats) -> Floats:
        """The probability of every score."""
        return np.interp(score, self.at, self.pds)

    def logit(self, composite: float) -> float:
        """ln of the odds of a bad end; without bound where no case ended so."""
        pd = float(self.pd(np.array([composite]))[0])
        with np.errstate(divide="ignore"):
            return float(np.log(pd) - np.log1p(-pd))


AnyCalibration = Calibration | Isotonic


def values_of(given: AnyCalibration) -> dict[str, Any]:
    """A calibration as plain values."""
    if isinstance(given, Isotonic):
        return {"form": "isotonic", "version": given.version, "at": list(given.at),
                "pds": list(given.pds)}  # fmt: skip
    return {"form": "logistic", "version": given.version, "a": given.a, "b": given.b}


def calibration_of(said: Mapping[str, Any]) -> AnyCalibration:
    """The calibration that plain values tell of.

    >>> calibration_of({"form": "logistic", "version": "1", "a": 0.6, "b": 0.06})
    Calibration(a=0.6, b=0.06, version='1')
    """
    if said["form"] == "isotonic":
        return Isotonic(tuple(said["at"]), tuple(said["pds"]), said["version"])
    return Calibration(a=said["a"], b=said["b"], version=said["version"])


def default_probability(calibration: AnyCalibration, score: Floats) -> Floats:
    """The probability of a bad end of every score, not yet held off 0 and 1 nor rounded.

    >>> default_probability(Calibration(0.6, 0.06, "2026-06"), np.array([69.597])).round(6).tolist()
    [0.02723]
    """
    if isinstance(calibration, Isotonic):
        return calibration.pd(score)
    logit = calibration.a - calibration.b * score
    pd: Floats = 1 / (1 + np.exp(-np.clip(logit, -500, 500)))
    return pd
