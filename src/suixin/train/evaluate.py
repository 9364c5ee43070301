"""How well a probability tells bad cases from good ones, and how near it is to what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Bools, Floats
from suixin.credit.ranking import auc
from suixin.data.errors import InputError

_NEWTON_STEPS = 50
_NEWTON_ENOUGH = 1e-10
_FLAT = 1e-9  # Keeps the curvature from vanishing where all probabilities are 0 or 1.


def ks(bad: Floats, risk: Floats) -> float:
    """Largest gap between the shares of bad and of good cases below any cut (Kolmogorov–Smirnov).

    >>> ks(np.array([1.0, 0.0, 0.0]), np.array([0.3, 0.2, 0.3]))
    0.5
    """
    if not 0 < bad.sum() < len(bad):
        return float("nan")
    order = np.argsort(risk, kind="stable")
    last = np.append(np.diff(risk[order]) > 0, True)  # Equal risks are cut together.
    worse = np.cumsum(bad[order])[last] / bad.sum()
    better = np.cumsum(1 - bad[order])[last] / (1 - bad).sum()
    return float(np.max(np.abs(worse - better)))


def brier(bad: Floats, pd: Floats) -> float:
    """Mean squared distance of the probability from what happened; NaN over no case.

    >>> round(brier(np.array([1.0, 0.0]), np.array([0.7, 0.1])), 4)
    0.05
    """
    return float(np.mean((pd - bad) ** 2)) if len(bad) else float("nan")


def calibration_slope(bad: Floats, pd: Floats) -> float:
    """Slope of a logistic of the outcome on the logit of the probability; 1 is right.

    Below 1 the probabilities are too extreme, above 1 too timid. NaN where all are of one kind.

    >>> pd = np.repeat([0.2, 0.8], 10); bad = np.tile([1.0, *[0.0] * 4], 4); bad[10:] = 1 - bad[10:]
    >>> round(calibration_slope(bad, pd), 4)
    1.0
    """
    if not 0 < bad.sum() < len(bad):
        return float("nan")
    logit = np.log(pd / (1 - pd))
    return logistic_line(logit, bad)[1]


def logistic_line(x: Floats, bad: Floats) -> tuple[float, float]:
    """Intercept and slope of the logistic of the outcome on one measure (maximum likelihood).

    Newton's steps, held short: where the measure parts bad from good wholly the slope has no end,
    and is as far as the steps came.
    """
    middle, spread = float(np.mean(x)), float(np.std(x)) or 1.0
    z = (x - middle) / spread
    line = np.zeros(2)
    for _ in range(_NEWTON_STEPS):
        pd = 1 / (1 + np.exp(-np.clip(line[0] + line[1] * z, -500, 500)))
        weight, wrong = pd * (1 - pd), bad - pd
        cross = float(weight @ z)
        curve = np.array([[weight.sum(), cross], [cross, weight @ (z * z)]]) + _FLAT * np.eye(2)
        step = np.clip(np.linalg.solve(curve, [wrong.sum(), wrong @ z]), -2, 2)
        line += step
        if np.abs(step).max() < _NEWTON_ENOUGH:
            break
    return float(line[0] - line[1] * middle / spread), float(line[1] / spread)


def psi(before: Floats, after: Floats, *, bins: int = 10, least: float = 1e-4) -> float:
    """Population stability index of a measure: how far its spread moved from `before` to `after`.

    Bins are the quantiles of `before`; unknown values are a bin of their own; a share is held to
    at least `least`. Under .1 is stable, over .25 another population, by common usage.

    >>> psi(np.arange(100.0), np.arange(100.0))
    0.0
    """
    if not len(before) or not len(after):
        raise InputError("EMPTY_GROUP", "PSI compares two groups, and one has no case.")
    known = before[~np.isnan(before)]
    cuts = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if len(known) else known
    shares = []
    for group in (before, after):
        missing = np.isnan(group)
        place = np.where(missing, len(cuts) + 1, np.searchsorted(cuts, group))
        counts = np.bincount(place, minlength=len(cuts) + 2)
        shares.append(np.maximum(counts / len(group), least))
    old, new = shares
    return float(np.sum((new - old) * np.log(new / old)))


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the ends between which it lies 95 times in a hundred."""

    value: float
    low: float
    high: float


def interval(
    measure: Callable[[Floats, Floats], float], bad: Floats, risk: Floats, *, seed: int, draws: int
) -> Interval:
    """A measure with its 95 % bootstrap interval: cases drawn again, bad and good apart."""
    chance = np.random.default_rng(seed)
    kinds = [np.flatnonzero(bad == 1), np.flatnonzero(bad == 0)]
    found = []
    for _ in range(draws):
        drawn = np.concatenate([chance.choice(kind, len(kind)) for kind in kinds if len(kind)])
        found.append(measure(bad[drawn], risk[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(measure(bad, risk), float(low), float(high))


MEASURES: Mapping[str, Callable[[Floats, Floats], float]] = {
    "auc": auc, "ks": ks, "brier": brier, "slope": calibration_slope,
}  # fmt: skip


def by_group(bad: Floats, pd: Floats, groups: Mapping[str, Bools]) -> dict[str, dict[str, float]]:
    """Cases, bad rate, mean probability and AUC of every group; an empty group says 0 cases.

    >>> told = by_group(np.array([1.0, 0.0]), np.array([0.5, 0.2]), {"none": np.zeros(2, bool)})
    >>> told["none"]["n"], told["none"]["auc"]
    (0, nan)
    """
    return {
        name: {
            "n": int(inside.sum()),
            "bad_rate": _mean(bad[inside]),
            "pd": _mean(pd[inside]),
            "auc": auc(bad[inside], pd[inside]),
        }
        for name, inside in groups.items()
    }


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
