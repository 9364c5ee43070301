"""Cutting scores into bands of risk whose realised default differs for certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats
from suixin.credit.model.card import Band, band_of
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn

_FIRST = 1e6  # More standard errors than any two bands are apart by.


@dataclass(frozen=True, slots=True)
class BandRules:
    """How many bands to start from and to end with, and what two neighbours must differ by."""

    start: int
    most: int
    least: int
    cases_min: int
    errors_min: float

    @classmethod
    def from_policy(cls, model: PolicyOn) -> BandRules:
        """Read `model.bands`."""
        return cls(**model["model.bands"])


def fit_bands(score: Floats, bad: Floats, rules: BandRules) -> tuple[Band, ...]:
    """Bands of score, the best first, each with fewer bad ends than the next.

    Starts from many of like size; pools the two neighbours that differ least for their size until
    every band is large enough, all differ by enough standard errors and they are few enough. A
    portfolio that cannot be told into `least` bands has as many as it can. Raises `InputError`
    NO_CASE.
    """
    if not len(score):
        raise InputError("NO_CASE", "There is no score to cut into bands.")
    inner = np.arange(1, rules.start) / rules.start
    cuts = np.unique(np.quantile(score, inner, method="higher"))
    cuts = cuts[cuts > score.min()]
    while len(cuts):
        cases, worse = _counts(score, bad, cuts)
        apart = _errors_apart(cases, worse)
        small = np.minimum(cases[:-1], cases[1:]) < rules.cases_min
        # A band that is too small is pooled first, with whichever neighbour it resembles.
        worth = np.where(small, apart - _FIRST, apart)
        least = int(np.argmin(worth))
        if not small.any() and apart[least] >= rules.errors_min and len(cuts) < rules.most:
            break
        cuts = np.delete(cuts, least)
    cases, worse = _counts(score, bad, cuts)
    floors = [None, *cuts.tolist()]
    told = zip(reversed(floors), reversed(cases.tolist()), reversed(worse.tolist()), strict=True)
    return tuple(Band(k, floor, int(n), round(w / n, 6))
                 for k, (floor, n, w) in enumerate(told, start=1))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BandOutcome:
    """What cases did in a band: how many, how many bad, and their share (NaN of none)."""

    band: int
    cases: int
    bad: int
    rate: float


def realised(bands: tuple[Band, ...], score: Floats, bad: Floats) -> tuple[BandOutcome, ...]:
    """What cases that trained nothing did in every band, the best band first."""
    band = band_of(bands, score)
    found = []
    for one in bands:
        inside = bad[band == one.band]
        rate = float(inside.mean()) if len(inside) else float("nan")
        found.append(BandOutcome(one.band, len(inside), int(inside.sum()), rate))
    return tuple(found)


def strictly_rising(outcomes: tuple[BandOutcome, ...]) -> bool:
    """Whether realised default is higher in every band than in the better one beside it.

    >>> strictly_rising((BandOutcome(1, 100, 2, 0.02), BandOutcome(2, 100, 2, 0.02)))
    False
    """
    return bool(np.all(np.diff([one.rate for one in outcomes]) > 0))


def _counts(score: Floats, bad: Floats, cuts: Floats) -> tuple[Floats, Floats]:
    """Cases and bad ones in every band, the lowest score first."""
    place = np.searchsorted(cuts, score, side="right")
    cases = np.bincount(place, minlength=len(cuts) + 1).astype(np.float64)
    return cases, np.bincount(place, bad, minlength=len(cuts) + 1).astype(np.float64)


def _errors_apart(cases: Floats, worse: Floats) -> Floats:
    """By how many pooled standard errors each band's bad rate is below that of the one under it."""
    rate, held = worse / cases, (worse[:-1] + worse[1:]) / (cases[:-1] + cases[1:])
    error = np.sqrt(held * (1 - held) * (1 / cases[:-1] + 1 / cases[1:]))
    apart: Floats = (rate[:-1] - rate[1:]) / np.maximum(error, 1e-12)
    return apart
