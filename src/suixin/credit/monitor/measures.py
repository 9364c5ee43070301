"""The figures of monitoring, from arrays alone: stability, calibration, gaps, and two models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.stats import ks_2samp

from suixin.credit import ranking
from suixin.credit.index import Bools, Floats, Ints

Z95 = 1.959964


def auc(bad: Floats, risk: Floats) -> float | None:
    """How well a risk ranks bad ends; None without both kinds, as a report says it.

    >>> auc(np.array([1.0, 0.0, 0.0]), np.array([0.3, 0.2, 0.3]))
    0.75
    """
    found = ranking.auc(bad, risk)
    return None if np.isnan(found) else found


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a column moved: PSI and KS over known values, and the share not known, both times."""

    column: str
    psi: float | None
    ks: float | None
    before: int
    after: int
    unknown_before: float
    unknown_after: float


def drift(column: str, before: Floats, after: Floats, *, bins: int, empty: float) -> Drift:
    """Population stability of a column: bins of equal share before, and one for unknown values.

    An empty bin counts as `empty` of one. None where a side has no account.

    >>> same = np.arange(100.0)
    >>> drift("score", same, same, bins=10, empty=1e-4).psi
    0.0
    """
    if not len(before) or not len(after):
        return Drift(column, None, None, len(before), len(after), 0.0, 0.0)
    known, known_after = before[~np.isnan(before)], after[~np.isnan(after)]
    cuts = np.zeros(0)
    if len(known):
        cuts = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
    shares = []
    for values in (before, after):
        place = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, "right"))
        counts = np.bincount(place.astype(np.int64), minlength=len(cuts) + 2)
        shares.append(np.maximum(counts / len(values), empty))
    was, now = shares
    psi = float(((now - was) * np.log(now / was)).sum())
    ks = float(ks_2samp(known, known_after).statistic) if len(known) and len(known_after) else None
    return Drift(
        column, psi, ks, len(before), len(after),
        float(np.isnan(before).mean()), float(np.isnan(after).mean()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """Expected and seen bad ends of agreements that began in a month, with a Wilson interval.

    `open` are those whose end is not known yet: bad ends are known before good ones, so while
    there are many the share seen is too high.
    """

    month: str
    n: int
    bad: int
    expected: float
    low: float
    high: float
    open: int

    @property
    def within(self) -> bool:
        """Whether what was expected lies in the interval of what was seen."""
        return self.low <= self.expected <= self.high


def wilson(bad: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson; 0 to 1 of nothing.

    >>> [round(100 * end, 2) for end in wilson(24, 2400)]
    [0.67, 1.48]
    """
    if not n:
        return 0.0, 1.0
    share, z2 = bad / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def by_month(month: Ints, pd: Floats, bad: Floats) -> tuple[Month, ...]:
    """Calibration month by month, of agreements whose probability and end are both known."""
    judged = ~np.isnan(pd)
    known = judged & ~np.isnan(bad)
    found = []
    for one in np.unique(month[known]).tolist():
        rows = known & (month == one)
        n, failed = int(rows.sum()), int(bad[rows].sum())
        name = str(np.datetime64(one, "M"))
        still = int((judged & ~known & (month == one)).sum())
        found.append(Month(name, n, failed, float(pd[rows].mean()), *wilson(failed, n), still))
    return tuple(found)


def calibration_slope(pd: Floats, bad: Floats) -> float | None:
    """The slope of the ends on the logit of the probability: 1 is right, below 1 too bold.

    None where both ends are not there or all probabilities are alike.
    """
    known = ~np.isnan(pd) & ~np.isnan(bad)
    p, y = np.clip(pd[known], 1e-6, 1 - 1e-6), bad[known]
    if not 0 < y.sum() < len(y) or np.ptp(p) == 0:
        return None
    x = np.log(p / (1 - p))

    def tilt(slope: float) -> float:
        """Σ x·(y − p) at the intercept that balances Σ (y − p)."""

        def balance(a: float) -> float:
            return float((y - 1 / (1 + np.exp(-np.clip(a + slope * x, -500, 500)))).sum())

        a = brentq(balance, -500, 500)
        return float((x * (y - 1 / (1 + np.exp(-np.clip(a + slope * x, -500, 500))))).sum())

    low, high = -8.0, 8.0
    return float(brentq(tilt, low, high)) if tilt(low) * tilt(high) < 0 else None


@dataclass(frozen=True, slots=True)
class Gap:
    """One figure of one group against the largest group of its kind, with a 95 % interval."""

    figure: str
    value: float
    gap: float
    low: float
    high: float


def gap_of(
    figure: str, values: Floats, group: Bools, others: Bools, *, draws: int, seed: int = 0
) -> Gap | None:
    """The mean of a figure in a group less that in the reference group; None where either is empty.

    The interval is by drawing accounts again, by the seed.

    >>> values = np.array([1.0, 1.0, 0.0, 0.0])
    >>> a = np.array([True, True, False, False])
    >>> gap_of("approved", values, a, ~a, draws=50).gap
    1.0
    """
    mine, theirs = values[group & ~np.isnan(values)], values[others & ~np.isnan(values)]
    if not len(mine) or not len(theirs):
        return None
    rng = np.random.default_rng(seed)
    # One draw at a time: a whole book of draws would need their number times its memory.
    drawn = [_drawn_mean(rng, mine) - _drawn_mean(rng, theirs) for _ in range(draws)]
    low, high = np.percentile(drawn, (2.5, 97.5)).tolist()
    return Gap(figure, float(mine.mean()), float(mine.mean() - theirs.mean()), low, high)


def _drawn_mean(rng: np.random.Generator, values: Floats) -> float:
    return float(rng.choice(values, len(values)).mean())


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """How well one model's probabilities foresaw the ends; None where it cannot be told."""

    auc: float | None
    ks: float | None
    brier: float | None
    slope: float | None


def model_figures(pd: Floats, bad: Floats) -> ModelFigures:
    """AUC, KS, Brier and calibration slope over accounts whose probability and end are known."""
    known = ~np.isnan(pd) & ~np.isnan(bad)
    p, y = pd[known], bad[known]
    if not 0 < y.sum() < len(y):
        return ModelFigures(None, None, float(((p - y) ** 2).mean()) if len(y) else None, None)
    return ModelFigures(
        auc(y, p),
        float(ks_2samp(p[y == 1], p[y == 0]).statistic),
        float(((p - y) ** 2).mean()),
        calibration_slope(p, y),
    )


@dataclass(frozen=True, slots=True)
class Swap:
    """Who would be lent to by one model only, at the same number lent to, and how they ended."""

    n: int
    known: int
    bad: int


def swap_set(
    champion: Floats, challenger: Floats, bad: Floats, approved: Bools
) -> tuple[Swap, Swap]:
    """Swapped out (champion's choice only) and swapped in (challenger's only).

    Both choose as many as are approved, those of lowest risk; ties go to the earlier subject.
    """
    both = ~np.isnan(champion) & ~np.isnan(challenger)
    rows = np.flatnonzero(both)
    many = int((approved & both).sum())
    chosen: list[set[int]] = []
    for risk in (champion, challenger):
        order = rows[np.argsort(risk[rows], kind="stable")]
        chosen.append(set(order[:many].tolist()))
    old, new = chosen
    return _swap(sorted(old - new), bad), _swap(sorted(new - old), bad)


def _swap(rows: Sequence[int], bad: Floats) -> Swap:
    ends = bad[list(rows)] if rows else np.zeros(0)
    known = ends[~np.isnan(ends)]
    return Swap(len(rows), len(known), int(known.sum()))
