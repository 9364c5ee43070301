"""Who falls silent or stops selling: a logistic and boosted trees in which more is never worse.

Both see columns of which more is livelier, and may only count them so; their probabilities are
averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from suixin.credit.model.trees import BoostedModel, NumberInput, logits
from suixin.data.errors import InputError
from suixin.train.boosting import lightgbm_here

Floats = npt.NDArray[np.float64]

RIDGE = 1e-2
TREES, LEAVES, RATE, LEAF_CASES = 100, 4, 0.05, 50


@dataclass(frozen=True, slots=True)
class LivelyLine:
    """A logistic on standardised columns: how much each lowers the log-odds of stopping."""

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    slopes: Floats
    intercept: float

    def risk(self, columns: Mapping[str, Floats]) -> Floats:
        """The probability of stopping."""
        x = (np.column_stack([columns[name] for name in self.names]) - self.mean) / self.spread
        return np.asarray(1 / (1 + np.exp(np.clip(self.intercept + x @ self.slopes, -500, 500))))


@dataclass(frozen=True, slots=True)
class ActivityModel:
    """The mean of the two probabilities of stopping."""

    line: LivelyLine
    trees: BoostedModel

    def risk(self, columns: Mapping[str, Floats]) -> Floats:
        """The probability of stopping, of every row; a column that is missing is named."""
        for name in (*self.line.names, *self.trees.names):
            if name not in columns:
                raise InputError("MISSING_FEATURE", f"The column {name} is not there.")
        boosted = 1 / (1 + np.exp(-logits(self.trees, columns)))
        return np.asarray((self.line.risk(columns) + boosted) / 2)


def fit_activity(
    columns: Mapping[str, Floats],
    stops: Floats,
    *,
    names: Sequence[str],
    line_names: Sequence[str] | None = None,
) -> ActivityModel:
    """Fit both on rows that stopped (1) or went on (0); of every column more is livelier.

    `names` are the columns of the trees, `line_names` those of the logistic (the same by default).
    The same rows give the same model, byte for byte.
    """
    return ActivityModel(
        fit_line(columns, stops, names=line_names or names), _fit_trees(columns, stops, names)
    )


def fit_line(columns: Mapping[str, Floats], stops: Floats, *, names: Sequence[str]) -> LivelyLine:
    """Fit the logistic alone: a ridge on its slopes, none below 0.

    Raises `InputError` where a column is not finite or the rows all ended alike.

    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=1000)
    >>> stops = (rng.random(1000) < 1 / (1 + np.exp(2 * x))).astype(float)
    >>> line = fit_line({"orders": x, "noise": -x}, stops, names=("orders", "noise"))
    >>> bool(line.slopes[0] > 1), float(line.slopes[1].round(6))
    (True, 0.0)
    """
    x = _matrix(columns, names)
    if not 0 < stops.sum() < len(stops):
        raise InputError("ONE_END", "All rows ended alike; there is nothing to tell apart.")
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    z = (x - mean) / spread

    def loss(theta: Floats) -> tuple[float, Floats]:
        logit = -(theta[0] + z @ theta[1:])
        error = 1 / (1 + np.exp(-np.clip(logit, -500, 500))) - stops
        value = np.mean(np.logaddexp(0, logit) - stops * logit) + RIDGE * theta[1:] @ theta[1:]
        slopes = -(z.T @ error) / len(stops) + 2 * RIDGE * theta[1:]
        return float(value), np.append(-error.mean(), slopes)

    bounds = [(None, None), *[(0, None)] * len(names)]
    start = np.zeros(len(names) + 1)
    theta = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return LivelyLine(tuple(names), mean, spread, theta[1:], float(theta[0]))


def _fit_trees(columns: Mapping[str, Floats], stops: Floats, names: Sequence[str]) -> BoostedModel:
    lightgbm = lightgbm_here()
    settings = {
        "objective": "binary",
        "num_leaves": LEAVES,
        "learning_rate": RATE,
        "min_data_in_leaf": LEAF_CASES,
        "monotone_constraints": [-1] * len(names),
        "seed": 0,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    data = lightgbm.Dataset(_matrix(columns, names), stops)
    text = lightgbm.train(settings, data, num_boost_round=TREES).model_to_string(num_iteration=-1)
    return BoostedModel.of([NumberInput(name, "falls") for name in names], [text])


def _matrix(columns: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    for name in names:
        if name not in columns:
            raise InputError("MISSING_FEATURE", f"The column {name} is not there.")
        if not np.isfinite(columns[name]).all():
            raise InputError("NOT_A_NUMBER", f"The column {name} has a value that is no number.")
    return np.column_stack([columns[name] for name in names]).astype(np.float64)
