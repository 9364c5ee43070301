"""How well a figure ranks bad ends: one definition for training, monitoring and tests."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from suixin.credit.index import Bools, Floats


def auc(bad: Floats | Bools, risk: Floats) -> float:
    """How often a bad case has the higher risk of a bad and a good one, a tie being half.

    NaN where all cases are of one kind.

    >>> auc(np.array([1.0, 0.0, 0.0]), np.array([0.3, 0.2, 0.3]))
    0.75
    """
    worse = np.asarray(bad) == 1
    n, m = int(worse.sum()), int((~worse).sum())
    if not n or not m:
        return float("nan")
    return float((rankdata(risk)[worse].sum() - n * (n + 1) / 2) / (n * m))
