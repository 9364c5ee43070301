"""Columns cut into bins and coded by steps, and the bounded ridge logistic on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import block_diag, csr_array, eye_array
from scipy.stats import spearmanr

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.model.columns import Table, Words, numbers, words
from suixin.credit.model.scorecard import Direction

Specials = Mapping[str, Sequence[float]]
"""Codes that are no measure, by column."""

Bound = tuple[float | None, float | None]
_BOUNDS: Mapping[Direction, Bound] = {
    "rises": (0.0, None), "falls": (None, 0.0), "free": (None, None),
}  # fmt: skip
_ITERATIONS = 400
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class NumberCut:
    """A numeric column's bins: between edges, then a bin each special code, then unknown."""

    name: str
    direction: Direction
    edges: Floats
    specials: tuple[float, ...]

    @property
    def bins(self) -> int:
        """All bins, that of the unknown being the last."""
        return len(self.edges) + 1 + len(self.specials) + 1

    @property
    def bounds(self) -> list[Bound]:
        """How far each step may go: those between measured bins in one direction only."""
        free = len(self.specials) + 1
        return [_BOUNDS[self.direction]] * len(self.edges) + [_BOUNDS["free"]] * free

    def steps(self) -> csr_array:
        """Bins (rows) by the steps (columns) they carry."""
        measured = np.tril(np.ones((len(self.edges) + 1, len(self.edges) + 1)))[:, 1:]
        return csr_array(block_diag([measured, eye_array(len(self.specials) + 1)]))

    def bends(self) -> csr_array:
        """Each step's difference from the step before it (rows) by the steps; none for codes."""
        steps, free = len(self.edges), len(self.specials) + 1
        bend = np.diff(np.eye(steps), axis=0) if steps > 1 else np.zeros((0, steps))
        return csr_array(np.hstack([bend, np.zeros((len(bend), free))]))

    def place(self, table: Table) -> Ints:
        """The bin of every case."""
        value = numbers(table, self.name)
        found = np.searchsorted(self.edges, value).astype(np.int64)
        for k, code in enumerate(self.specials):
            found[value == code] = len(self.edges) + 1 + k
        found[np.isnan(value)] = self.bins - 1
        return found


@dataclass(frozen=True, slots=True)
class WordCut:
    """A column of categories: a bin each level, then any other, then unknown."""

    name: str
    levels: tuple[str, ...]

    @property
    def bins(self) -> int:
        """All bins."""
        return len(self.levels) + 2

    @property
    def bounds(self) -> list[Bound]:
        """Categories have no order, so no direction."""
        return [_BOUNDS["free"]] * self.bins

    def steps(self) -> csr_array:
        """Every bin stands for itself."""
        return csr_array(eye_array(self.bins))

    def bends(self) -> csr_array:
        """None: categories have no order."""
        return csr_array((0, self.bins))

    def place(self, table: Table) -> Ints:
        """The bin of every case."""
        value = words(table, self.name)
        place = {level: k for k, level in enumerate(self.levels)} | {None: self.bins - 1}
        return np.array([place.get(one, len(self.levels)) for one in value], dtype=np.int64)


Cut = NumberCut | WordCut


def cut_number(
    name: str, value: Floats, *, bins: int, direction: Direction, specials: Sequence[float]
) -> NumberCut:
    """Cut a numeric column at its quantiles; specials and unknown values are not in them."""
    measured = np.sort(value[measured_cases(value, specials)])
    inner = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(measured, inner, method="lower")) if len(measured) else measured
    edges = edges[edges < measured[-1]] if len(measured) else edges
    return NumberCut(name, direction, edges, tuple(sorted(specials)))


def cut_words(name: str, value: Words, *, cases_min: int) -> WordCut:
    """The levels of a column of categories that are common enough, in the order of their names."""
    levels, counts = np.unique([one for one in value if one is not None], return_counts=True)
    return WordCut(name, tuple(str(one) for one in levels[counts >= cases_min]))


def measured_cases(value: Floats, specials: Sequence[float]) -> Bools:
    """The cases whose value is a measure: known, and no special code."""
    measured: Bools = ~np.isnan(value) & ~np.isin(value, list(specials))
    return measured


def direction_of(
    value: Floats, bad: Floats, *, rho_min: float, specials: Sequence[float]
) -> Direction:
    """How risk moves with a column by Spearman's rho over its measured values.

    >>> direction_of(np.arange(4.0), np.array([1.0, 1.0, 0.0, 0.0]), rho_min=0.1, specials=())
    'falls'
    """
    measured = measured_cases(value, specials)
    x, y = value[measured], bad[measured]
    if not len(x) or np.ptp(x) == 0 or np.ptp(y) == 0:
        return "free"
    rho = float(spearmanr(x, y).statistic)
    return "free" if abs(rho) < rho_min else "rises" if rho > 0 else "falls"


@dataclass(frozen=True, slots=True)
class Hold:
    """How strongly steps are held towards nothing (`ridge`) and towards the step before (`smooth`).

    A ridge alone makes bins lend each other strength; smoothness makes risk bend slowly.
    """

    ridge: float
    smooth: float


@dataclass(frozen=True, slots=True)
class Effects:
    """A fitted additive logistic: the logit of an average case, and each bin's effect on it."""

    intercept: float
    bins: tuple[Floats, ...]


class Design:
    """Cases by bins, ready to be fitted again and again, held more or less."""

    def __init__(self, cuts: Sequence[Cut], table: Table) -> None:
        self.cuts = cuts
        place = [cut.place(table) for cut in cuts]
        self._starts = np.cumsum([0, *(cut.bins for cut in cuts)])
        cases, width = len(place[0]), int(self._starts[-1])
        cell = np.column_stack([one + at for one, at in zip(place, self._starts, strict=False)])
        begin = np.arange(0, cell.size + 1, len(cuts))
        self._cells = csr_array((np.ones(cell.size), cell.ravel(), begin), shape=(cases, width))
        self._cells_by_bin = csr_array(self._cells.T)
        self.share: Floats = np.bincount(cell.ravel(), minlength=width) / max(cases, 1)
        self._steps = csr_array(block_diag([cut.steps() for cut in cuts]))
        bends = csr_array(block_diag([cut.bends() for cut in cuts]))
        self._roughness = csr_array(bends.T @ bends)

    def fit(self, bad: Floats, hold: Hold, start: Floats | None) -> Floats:
        """Intercept and steps of least loss under a hold; `start` is a fit to begin from."""
        cases, bounds = len(bad), [bound for cut in self.cuts for bound in cut.bounds]
        back = csr_array(self._steps.T)

        def loss(asked: Floats) -> tuple[float, Floats]:
            logit = self.logit(asked, self.share)
            wrong = 1 / (1 + np.exp(-np.clip(logit, -500, 500))) - bad
            by_bin = self._cells_by_bin @ wrong - self.share * wrong.sum()
            held = hold.ridge * asked[1:] + hold.smooth * (self._roughness @ asked[1:])
            value = np.mean(np.logaddexp(0, logit) - bad * logit) + asked[1:] @ held / (2 * cases)
            return float(value), np.append(wrong.mean(), (back @ by_bin + held) / cases)

        if start is None:
            start = np.zeros(len(bounds) + 1)
        found = minimize(
            loss, start, jac=True, bounds=[(None, None), *bounds], method="L-BFGS-B",
            options={"maxiter": _ITERATIONS, "maxfun": 2 * _ITERATIONS, "ftol": _TOLERANCE},
        )  # fmt: skip
        fitted: Floats = found.x
        return fitted

    def logit(self, fitted: Floats, share: Floats) -> Floats:
        """The logit of these cases by a fit made on cases that lay in the bins by `share`."""
        effect = self._steps @ fitted[1:]
        found: Floats = self._cells @ effect + (fitted[0] - share @ effect)
        return found

    def seen(self) -> list[Bools]:
        """For each column, the bins in which any of these cases lie."""
        return [share > 0 for share in np.split(self.share, self._starts[1:-1])]

    def effects(self, fitted: Floats) -> Effects:
        """The fit as effects of bins, each column's averaging to nothing over these cases."""
        effect = self._steps @ fitted[1:]
        bins = [
            effect[begin:end] - self.share[begin:end] @ effect[begin:end]
            for begin, end in zip(self._starts[:-1], self._starts[1:], strict=True)
        ]
        return Effects(float(fitted[0]), tuple(bins))
