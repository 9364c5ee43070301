"""Fitting the challenger: boosted trees, each column's risk held to one direction.

LightGBM trains; the model that comes out is its text, which is evaluated without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.model.columns import Table, Words, numbers, words
from suixin.credit.model.scorecard import Direction
from suixin.credit.model.trees import (
    BoostedModel,
    CodeInput,
    Input,
    NumberInput,
    WordInput,
    matrix,
)
from suixin.credit.ranking import auc
from suixin.kernel.policy import PolicyOn
from suixin.train.boosting import lightgbm_here
from suixin.train.scorecard import is_words
from suixin.train.splits import folds
from suixin.train.steps import Specials, direction_of

_SIGN: Mapping[Direction, int] = {"rises": 1, "falls": -1, "free": 0}


@dataclass(frozen=True, slots=True)
class BoostingRules:
    """What boosting may try; `leaves`, `rhos` and rounds are chosen by folds."""

    leaves: tuple[int, ...]
    rhos: tuple[float, ...]
    rounds_max: int
    rounds_step: int
    learning_rate: float
    cases_in_leaf_min: int
    row_share: float
    column_share: float
    ridge: float
    seeds: int
    folds: int

    @classmethod
    def from_policy(cls, model: PolicyOn) -> BoostingRules:
        """Read `model.challenger` and `model.split`."""
        return cls(**model["model.challenger"], folds=model["model.split"]["folds"])


@dataclass(frozen=True, slots=True)
class Boosting:
    """The settings of one fit: leaves of a tree, rounds, and a direction (−1, 0, 1) a column."""

    leaves: int
    rounds: int
    directions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FittedChallenger:
    """A boosted model, the logit each training case had from the folds it was not in, settings."""

    model: BoostedModel
    unseen_logit: Floats
    boosting: Boosting
    fold_auc: float


def fit_boosted(
    x: Floats, y: Floats, *, boosting: Boosting, rules: BoostingRules, seed: int = 0
) -> tuple[str, ...]:
    """LightGBM's texts of forests fitted on a matrix (one row a case); `y` is 1 for bad.

    As many forests as `rules.seeds`, on different draws, whose logits are to be averaged:
    `BoostedModel.of(inputs, texts)` applies them. The same rows give the same texts.
    """
    return tuple(
        _trained(x, y, boosting, rules, seed + k).model_to_string(num_iteration=-1)
        for k in range(rules.seeds)
    )


def fit_challenger(
    table: Table,
    bad: Floats,
    rules: BoostingRules,
    *,
    directions: Mapping[str, Direction] | None = None,
    specials: Specials | None = None,
    seed: int = 0,
) -> FittedChallenger:
    """Fit the challenger on columns; leaves, which columns are held, and rounds by the folds.

    A special code is unknown and a sign of its own; a column of text is coded by the bad rate of
    its levels.
    """
    fold = folds(bad, rules.folds, seed=seed)
    best: tuple[float, Boosting, Floats, tuple[Input, ...]] | None = None
    for rho in rules.rhos:
        inputs = _inputs(table, bad, rho, directions or {}, specials or {})
        x = matrix(inputs, table)
        signs = tuple(_SIGN[one.direction] if isinstance(one, NumberInput) else 0
                      for one in inputs)  # fmt: skip
        for leaves in rules.leaves:
            tried = Boosting(leaves, rules.rounds_max, signs)
            value, rounds, unseen = _by_folds(x, bad, fold, tried, rules)
            if best is None or value > best[0]:
                best = value, Boosting(leaves, rounds, signs), unseen, inputs
    if best is None:
        raise ValueError("model.challenger should name leaves and rhos to try")
    value, chosen, unseen, inputs = best
    texts = fit_boosted(matrix(inputs, table), bad, boosting=chosen, rules=rules, seed=seed)
    return FittedChallenger(BoostedModel.of(inputs, texts), unseen, chosen, value)


def _inputs(
    table: Table,
    bad: Floats,
    rho_min: float,
    given: Mapping[str, Direction],
    specials: Specials,
) -> tuple[Input, ...]:
    found: list[Input] = []
    for name, column in table.items():
        if is_words(column):
            found.append(WordInput(name, _levels(words(table, name), bad)))
            continue
        value, codes = numbers(table, name), tuple(specials.get(name, ()))
        direction = given.get(name) or direction_of(value, bad, rho_min=rho_min, specials=codes)
        found.append(NumberInput(name, direction, codes))
        found += [CodeInput(name, code) for code in codes if (value == code).any()]
    return tuple(found)


def _levels(value: Words, bad: Floats) -> tuple[str, ...]:
    """The levels by their bad rate, then by name, so that the order is the same each time."""
    known = sorted({word for word in value.tolist() if word is not None})
    rate = {level: float(bad[value == level].mean()) for level in known}
    return tuple(sorted(known, key=lambda level: (rate[level], level)))


def _by_folds(
    x: Floats, bad: Floats, fold: Ints, tried: Boosting, rules: BoostingRules
) -> tuple[float, int, Floats]:
    """The best mean AUC over the folds, the rounds that had it, and the logits unseen in training.

    All rounds are grown once a fold and told apart afterwards.
    """
    stages = rules.rounds_max // rules.rounds_step
    logit = np.zeros((stages, len(bad)))
    for k in range(rules.folds):
        outside = fold == k
        grown = _trained(x[~outside], bad[~outside], tried, rules, k)
        for stage in range(stages):
            logit[stage, outside] = grown.predict(
                x[outside], raw_score=True, num_threads=1,
                start_iteration=stage * rules.rounds_step, num_iteration=rules.rounds_step,
            )  # fmt: skip
    logit = np.cumsum(logit, axis=0)
    worth = [
        np.mean([auc(bad[fold == k], stage[fold == k]) for k in range(rules.folds)])
        for stage in logit
    ]
    best = int(np.argmax(worth))
    return float(worth[best]), (best + 1) * rules.rounds_step, logit[best]


def _trained(x: Floats, bad: Floats, tried: Boosting, rules: BoostingRules, seed: int) -> Any:
    lightgbm = lightgbm_here()
    settings = {
        "objective": "binary",
        "num_leaves": tried.leaves,
        "learning_rate": rules.learning_rate,
        "min_data_in_leaf": rules.cases_in_leaf_min,
        "bagging_fraction": rules.row_share,
        "bagging_freq": 1,
        "feature_fraction": rules.column_share,
        "lambda_l2": rules.ridge,
        "monotone_constraints": list(tried.directions),
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(x, bad), num_boost_round=tried.rounds)
