"""Fitting a scorecard: an additive logistic of bins, each column's risk held to one direction.

A numeric column is cut at quantiles and coded by steps: a case carries every step it is above. The
steps are held back, so that neighbouring bins lend each other strength, and kept from changing
sign, so that risk only rises or only falls. The problem is convex; the same cases give the same
points. Source: Eilers and Marx 1996 (penalised splines), with steps of one sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product, starmap
from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.model.columns import Table, numbers, words
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import (
    HUNDREDTHS,
    Column,
    Direction,
    NumberColumn,
    Scorecard,
    WordColumn,
)
from suixin.credit.ranking import auc
from suixin.kernel.policy import PolicyOn
from suixin.train.splits import folds
from suixin.train.steps import (
    Cut,
    Design,
    Effects,
    Hold,
    Specials,
    WordCut,
    cut_number,
    cut_words,
    direction_of,
)


@dataclass(frozen=True, slots=True)
class ScorecardRules:
    """What a fit may try; `rhos` are rank correlations from which a column has a direction."""

    bins: tuple[int, ...]
    holds: tuple[Hold, ...]
    level_cases_min: int
    rhos: tuple[float, ...]
    folds: int
    scale: Scale

    @classmethod
    def from_policy(cls, model: PolicyOn, scoring: PolicyOn) -> ScorecardRules:
        """Read `model.scorecard`, `model.split` and `grade.score`."""
        card = model["model.scorecard"]
        return cls(
            bins=tuple(card["bins"]),
            holds=tuple(Hold(**one) for one in card["holds"]),
            level_cases_min=card["level_cases_min"],
            rhos=tuple(card["rhos"]),
            folds=model["model.split"]["folds"],
            scale=Scale.from_policy(scoring),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """Bins a numeric column starts with, and the least rank correlation that gives a direction."""

    bins: int
    rho_min: float


@dataclass(frozen=True, slots=True)
class FittedScorecard:
    """A scorecard, the score every training case had from the folds it was not in, and settings."""

    card: Scorecard
    unseen_score: Floats
    shape: Shape
    hold: Hold
    fold_auc: float


def fit_scorecard(
    table: Table,
    bad: Floats,
    rules: ScorecardRules,
    *,
    directions: Mapping[str, Direction] | None = None,
    specials: Specials | None = None,
    seed: int = 0,
) -> FittedScorecard:
    """Fit a scorecard on columns (one row a case); `bad` is 1 or 0.

    Shape and hold are those with the best mean AUC over the folds. `directions` overrides what
    the sign of the rank correlation says; a column of text is one of categories.
    """
    for name, column in table.items():
        if not is_words(column):
            numbers(table, name)  # Refuses infinity by the row it is in, before rows are dealt out.
    cases = Cases(table, bad, directions or {}, specials or {})
    fold = folds(bad, rules.folds, seed=seed)
    tried = {
        (shape, hold): unseen
        for shape in starmap(Shape, product(rules.bins, rules.rhos))
        for hold, unseen in _unseen_logits(cases, fold, shape, rules).items()
    }
    worth = {pair: _fold_auc(bad, unseen, fold) for pair, unseen in tried.items()}
    shape, hold = max(worth, key=lambda pair: worth[pair])
    design = Design(_cuts(cases, shape, rules), table)
    effects = design.effects(design.fit(bad, hold, None))
    return FittedScorecard(
        card=_card(design, effects, rules.scale),
        unseen_score=rules.scale.points(tried[shape, hold]),
        shape=shape,
        hold=hold,
        fold_auc=worth[shape, hold],
    )


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases to learn from: their columns and ends, and what is known of the columns beforehand."""

    table: Table
    bad: Floats
    directions: Mapping[str, Direction]
    specials: Specials

    def only(self, some: Bools) -> Cases:
        """Some of the cases."""
        table = {name: column[some] for name, column in self.table.items()}
        return Cases(table, self.bad[some], self.directions, self.specials)


def is_words(column: npt.NDArray[Any]) -> bool:
    """Whether a column holds categories: text rather than numbers."""
    return column.dtype.kind in "OUST"


def _unseen_logits(
    cases: Cases, fold: Ints, shape: Shape, rules: ScorecardRules
) -> dict[Hold, Floats]:
    """By hold, the logit of every case by a fit on the folds that it is not in."""
    found = {hold: np.zeros(len(fold)) for hold in rules.holds}
    for k in range(rules.folds):
        inside, outside = cases.only(fold != k), cases.only(fold == k)
        cuts = _cuts(inside, shape, rules)
        design, held_out, fitted = Design(cuts, inside.table), Design(cuts, outside.table), None
        for hold in rules.holds:
            fitted = design.fit(inside.bad, hold, fitted)
            found[hold][fold == k] = held_out.logit(fitted, design.share)
    return found


def _fold_auc(bad: Floats, logit: Floats, fold: Ints) -> float:
    return float(np.mean([auc(bad[fold == k], logit[fold == k]) for k in np.unique(fold)]))


def _cuts(cases: Cases, shape: Shape, rules: ScorecardRules) -> tuple[Cut, ...]:
    cuts: list[Cut] = []
    for name, column in cases.table.items():
        if is_words(column):
            words_of = words(cases.table, name)
            cuts.append(cut_words(name, words_of, cases_min=rules.level_cases_min))
            continue
        value, special = numbers(cases.table, name), cases.specials.get(name, ())
        direction = cases.directions.get(name) or direction_of(
            value, cases.bad, rho_min=shape.rho_min, specials=special
        )
        cuts.append(cut_number(name, value, bins=shape.bins, direction=direction, specials=special))
    return tuple(cuts)


def _card(design: Design, effects: Effects, scale: Scale) -> Scorecard:
    """The effects as points, whole hundredths; bins that give the same points are one bin."""
    base = float(scale.points(np.array([effects.intercept]))[0])
    columns = [
        _column(cut, np.round(-scale.factor * HUNDREDTHS * effect).astype(np.int64), seen)
        for cut, effect, seen in zip(design.cuts, effects.bins, design.seen(), strict=True)
    ]
    return Scorecard(round(base * HUNDREDTHS), tuple(columns))


def _column(cut: Cut, given: Ints, seen: Bools) -> Column:
    """A column's points; what training never saw is refused, but for a special code, neutral."""
    missing = int(given[-1]) if seen[-1] else None
    if isinstance(cut, WordCut):
        levels = dict(zip(cut.levels, given.tolist(), strict=False))
        return WordColumn(cut.name, levels, int(given[-2]) if seen[-2] else None, missing)
    measured = given[: len(cut.edges) + 1]
    differs = np.diff(measured) != 0
    return NumberColumn(
        name=cut.name,
        direction=cut.direction,
        edges=tuple(cut.edges[differs].tolist()),
        points=(*measured[:-1][differs].tolist(), int(measured[-1])),
        specials=dict(zip(cut.specials, given[len(cut.edges) + 1 : -1].tolist(), strict=True)),
        missing=missing,
    )
