"""Fitting a reader of reviews: logistic regression on counts of runs and cells, by L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array, hstack
from scipy.special import expit

from suixin.credit.reading.letters import NONE
from suixin.credit.reading.model import AspectHead, PraiseHead
from suixin.train.reviews_counts import Counted, scaled_rows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROUNDS: Final = 100
_RATIO: Final = 16.0  # Steps of a log ratio; eight either way fit a byte.
_FINEST: Final = 2_047.0  # Whole numbers that the largest weight is told in.


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights (columns, labels) of one regression and the bias of every label."""

    weights: Floats
    bias: Floats


def fit_praise(
    texts: Counted, praised: Floats, weight: Floats, rules: Mapping[str, Any]
) -> PraiseHead:
    """Praise (1) against blame (0) of whole texts, each of its weight.

    Every run counts by the log ratio of its shares in praise and blame (Wang and Manning 2012),
    and on these a logistic regression is fitted.
    """
    counts = texts.by_text(texts.runs)
    learned = np.bincount(counts.indices, minlength=NONE) >= rules["texts_min"]
    share = [1.0 + counts.T @ (weight * (praised == side)) for side in (1.0, 0.0)]
    ratio = np.log(share[0] / share[0].sum()) - np.log(share[1] / share[1].sum())
    ratio = np.where(learned, np.clip(np.rint(ratio * _RATIO), -127, 127), 0.0)
    energy = counts @ np.square(ratio)
    scaled = scaled_rows(counts, 1.0 / np.sqrt(np.maximum(energy, 1.0)))
    matrix = _compact(scaled, ratio)
    fitted = logistic(matrix[0], praised[:, None], weight, rules["ridge"])
    votes = np.zeros(NONE + 1)
    votes[matrix[1]] = fitted.weights[:, 0] * ratio[matrix[1]]
    step = np.abs(votes).max() / _FINEST
    return PraiseHead(
        votes=np.rint(votes / step).astype(np.int32),
        ratio=np.append(ratio, 0.0).astype(np.int32),
        step=float(step),
        bias=float(fitted.bias[0]),
        words=rules["words"],
        silence=(rules["silence"]["one_clause"], rules["silence"]["several"]),
    )


def fit_aspects(
    texts: Counted, said: Floats, names: tuple[str, ...], rules: Mapping[str, Any]
) -> AspectHead:
    """Praise and blame of each name from labels (texts, columns) of whole reviews.

    A review says what its loudest clause and the review as a whole say together; while learning,
    the loudest is taken softly, so that other clauses learn too (multiple-instance learning).
    """
    matrices = _matrices(texts, rules, cells=rules["cells"])
    found = _soft_loudest(matrices, texts, said, rules)
    return _head(names, matrices, found.weights, found.bias, cells=rules["cells"])


def fit_clauses(
    texts: Counted,
    said: Floats,
    by_clause: Floats,
    names: tuple[str, ...],
    rules: Mapping[str, Any],
) -> AspectHead:
    """The same where each clause has labels (clauses, columns) of its own, beside the reviews'.

    The mean of three, by `shares`: clauses from their labels, reviews from theirs, and both from
    the reviews' as in `fit_aspects`.
    """
    matrices = _matrices(texts, rules, cells=rules["cells"])
    clause = logistic(matrices.clauses, by_clause, np.ones(len(by_clause)), rules["ridge"])
    whole = logistic(matrices.reviews, said, np.ones(len(said)), rules["ridge"])
    both = _soft_loudest(matrices, texts, said, rules)
    shares, half = rules["shares"], said.shape[1]
    weights = both.weights * shares["both"]
    weights[:, :half] += clause.weights * shares["clauses"]
    weights[:, half:] += whole.weights * shares["reviews"]
    bias = clause.bias * shares["clauses"] + whole.bias * shares["reviews"]
    bias += both.bias * shares["both"]
    return _head(names, matrices, weights, bias, cells=rules["cells"])


def logistic(matrix: csr_array, said: Floats, weight: Floats, ridge: float) -> Learned:
    """Logistic regressions of several labels on one matrix, with a ridge on the weights.

    >>> found = logistic(csr_array(np.array([[1.0], [-1.0]])), np.array([[1.0], [0.0]]),
    ...                  np.ones(2), 0.1)
    >>> bool(found.weights[0, 0] > 1)
    True
    """
    columns, labels = matrix.shape[1], said.shape[1]
    turned = matrix.T.tocsr()
    sign = 2.0 * said - 1.0

    def loss(flat: Floats) -> tuple[float, Floats]:
        held = flat.reshape(columns + 1, labels)
        margin = sign * (matrix @ held[:-1] + held[-1])
        pull = -weight[:, None] * sign * expit(-margin)
        slope = np.empty_like(held)
        slope[:-1] = turned @ pull + ridge * held[:-1]
        slope[-1] = pull.sum(axis=0)
        worth = (weight[:, None] * np.logaddexp(0.0, -margin)).sum()
        return float(worth + 0.5 * ridge * np.square(held[:-1]).sum()), slope.ravel()

    best = _least(loss, (columns + 1) * labels).reshape(columns + 1, labels)
    return Learned(best[:-1], best[-1])


# Matrices ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Matrices:
    """Runs and cells of clauses and of reviews in one scale; `learned` are the hashes kept."""

    clauses: csr_array
    reviews: csr_array
    learned: Ints
    letters: float


def _matrices(texts: Counted, rules: Mapping[str, Any], *, cells: float) -> _Matrices:
    stands = np.bincount(texts.runs.indices, minlength=NONE)
    learned = np.flatnonzero(stands >= rules["clauses_min"])
    runs = csr_array(texts.runs[:, learned])
    size = texts.size.astype(np.float64)
    length = np.bincount(texts.review, size, texts.count)
    letters = rules.get("letters", 1.0)
    by_clause = csr_array(texts.cells)
    by_review = texts.by_text(by_clause)
    by_review.data = np.minimum(by_review.data, 2.0)
    whole = scaled_rows(texts.by_text(runs), letters / np.sqrt(np.maximum(length, 1.0)))
    return _Matrices(
        clauses=csr_array(hstack([scaled_rows(runs, letters / np.sqrt(size)), by_clause * cells])),
        reviews=csr_array(hstack([whole, by_review * (cells / 2.0)])),
        learned=learned,
        letters=letters,
    )


def _compact(counts: csr_array, scale: Floats) -> tuple[csr_array, Ints]:
    """The columns whose scale is not nought, times their scale; and which they are."""
    kept = np.flatnonzero(scale)
    number = np.full(len(scale), -1)
    number[kept] = np.arange(len(kept))
    inside = number[counts.indices] >= 0
    ends = np.append(0, np.cumsum(inside))[counts.indptr]
    indices = counts.indices[inside]
    data = counts.data[inside] * scale[indices]
    return csr_array((data, number[indices], ends), shape=(counts.shape[0], len(kept))), kept


def _head(
    names: tuple[str, ...], matrices: _Matrices, weights: Floats, bias: Floats, *, cells: float
) -> AspectHead:
    """Weights in whole numbers, at the place of the hash that they are of."""
    count, half = len(matrices.learned), weights.shape[1] // 2
    runs = weights[:count] * matrices.letters
    said = weights[count:] * cells
    said[:, half:] /= 2.0
    step = max(np.abs(runs).max(), np.abs(said).max()) / _FINEST
    row = np.zeros(NONE + 1, np.int32)
    row[matrices.learned] = np.arange(1, count + 1)
    nothing = np.zeros((1, 2 * half))
    return AspectHead(
        names=names,
        row=row,
        runs=np.rint(np.concatenate([nothing, runs]) / step).astype(np.float32),
        cells=np.rint(said / step).astype(np.float32),
        bias=bias,
        step=float(step),
    )


# Learning from whole reviews ---------------------------------------------------------------------


def _soft_loudest(
    matrices: _Matrices, texts: Counted, said: Floats, rules: Mapping[str, Any]
) -> Learned:
    clauses, reviews = matrices.clauses, matrices.reviews
    turned = clauses.T.tocsr(), reviews.T.tocsr()
    columns, labels = clauses.shape[1], said.shape[1]
    opens = np.flatnonzero(np.append(True, np.diff(texts.review) > 0))
    has = texts.review[opens]
    lengths = np.diff(np.append(opens, len(texts.review)))
    sign, ridge, sharp = 2.0 * said - 1.0, rules["ridge"], rules["sharpness"]

    def loss(flat: Floats) -> tuple[float, Floats]:
        held = flat.reshape(2 * columns + 1, labels)
        loud = sharp * (clauses @ held[:columns])
        top = np.maximum.reduceat(loud, opens, axis=0)
        each = np.exp(loud - np.repeat(top, lengths, axis=0))
        total = np.add.reduceat(each, opens, axis=0)
        score = reviews @ held[columns:-1] + held[-1]
        score[has] += (top + np.log(total)) / sharp
        margin = sign * score
        pull = -sign * expit(-margin)
        part = each / np.repeat(total, lengths, axis=0) * np.repeat(pull[has], lengths, axis=0)
        slope = ridge * held
        slope[:columns] += turned[0] @ part
        slope[columns:-1] += turned[1] @ pull
        slope[-1] = pull.sum(axis=0)
        worth = np.logaddexp(0.0, -margin).sum() + 0.5 * ridge * np.square(held[:-1]).sum()
        return float(worth), slope.ravel()

    best = _least(loss, (2 * columns + 1) * labels).reshape(2 * columns + 1, labels)
    weights = np.concatenate([best[:columns], best[columns:-1]], axis=1)
    return Learned(weights, best[-1])


def _least(loss: Callable[[Floats], Any], size: int) -> Floats:
    found = minimize(
        loss, np.zeros(size), jac=True, method="L-BFGS-B",
        options={"maxiter": _ROUNDS, "maxfun": 2 * _ROUNDS, "maxcor": 8},
    )  # fmt: skip
    best: Floats = found.x
    return best
