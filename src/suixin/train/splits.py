"""Splits by time, and folds: never the same case, or the same moment, on both sides."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from suixin.credit.index import Bools, Floats, Ints
from suixin.data.errors import InputError


def latest(time: npt.NDArray[np.number], share: float) -> Bools:
    """The cases of the latest share by time, and all of the moment in which the cut falls.

    Raises `InputError` TIME_UNKNOWN, or ONE_MOMENT where all cases are of one moment.

    >>> latest(np.array([1, 2, 2, 3]), 0.5).tolist()
    [False, True, True, True]
    """
    moment = np.asarray(time, dtype=np.float64)
    if np.isnan(moment).any():
        raise InputError(
            "TIME_UNKNOWN",
            f"{np.isnan(moment).sum()} cases have no time, so no split by time can place them.",
            "Give every case the day it was decided on.",
        )
    cut = np.sort(moment)[len(moment) - max(1, math.ceil(share * len(moment)))]
    if not (moment < cut).any():
        cut = np.nextafter(cut, np.inf)
    late: Bools = moment >= cut
    if not late.any():
        raise InputError(
            "ONE_MOMENT",
            "All cases are of one moment, so none is later than another.",
            "Give cases of several days.",
        )
    return late


def refuse_leak(train_time: npt.NDArray[np.number], test_time: npt.NDArray[np.number]) -> None:
    """Raise `InputError` TIME_LEAK unless every training case is before every test case."""
    last, first = float(np.max(train_time)), float(np.min(test_time))
    if last >= first:
        late = int(np.sum(train_time >= first))
        raise InputError(
            "TIME_LEAK",
            f"{late} training cases are as late as the first test case or later.",
            "Train on cases decided before the first that tests.",
        )


def folds(bad: Floats, count: int, *, seed: int) -> Ints:
    """A fold (0 to count − 1) for every case, bad and good dealt out evenly, by a seed.

    >>> np.bincount(folds(np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), 2, seed=1)).tolist()
    [3, 3]
    """
    chance = np.random.default_rng(seed)
    fold = np.zeros(len(bad), dtype=np.int64)
    for kind in (0.0, 1.0):
        cases = chance.permutation(np.flatnonzero(bad == kind))
        fold[cases] = np.arange(len(cases)) % count
    return fold
