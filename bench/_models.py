"""What the benchmarks of trained models share: ours and the peers on the same columns and split."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.special import expit

from suixin.credit.model.calibration import default_probability
from suixin.credit.model.columns import numbers, words
from suixin.credit.model.scorecard import Direction, points
from suixin.credit.model.trees import logits
from suixin.credit.ranking import auc
from suixin.kernel.policy import load_policy
from suixin.train.calibrate import fit_logistic
from suixin.train.challenger import BoostingRules, fit_challenger
from suixin.train.evaluate import brier, calibration_slope, ks
from suixin.train.scorecard import ScorecardRules, fit_scorecard, is_words
from suixin.train.splits import folds

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cases:
    """Columns and ends (1 is bad) of cases; `specials` are codes that are no measure."""

    table: Mapping[str, npt.NDArray[Any]]
    bad: Floats
    specials: Mapping[str, Sequence[float]]
    directions: Mapping[str, Direction]

    def only(self, some: Bools) -> Cases:
        """Some of the cases."""
        table = {name: column[some] for name, column in self.table.items()}
        return Cases(table, self.bad[some], self.specials, self.directions)


Method = Callable[[Cases, Cases], Floats]
"""Trains on the first and gives the probability of a bad end for the second."""


def champion(train: Cases, test: Cases) -> Floats:
    """The scorecard, calibrated on the scores its training cases had unseen."""
    model, scoring = (load_policy(name).on(date.max) for name in ("model", "scoring"))
    rules = ScorecardRules.from_policy(model, scoring)
    found = fit_scorecard(
        train.table, train.bad, rules, specials=train.specials, directions=train.directions
    )
    line = fit_logistic(found.unseen_score, train.bad, version="bench")
    return default_probability(line, points(found.card, test.table))


def challenger(train: Cases, test: Cases) -> Floats:
    """The boosted trees, calibrated likewise."""
    rules = BoostingRules.from_policy(load_policy("model").on(date.max))
    found = fit_challenger(
        train.table, train.bad, rules, specials=train.specials, directions=train.directions
    )
    line = fit_logistic(-found.unseen_logit, train.bad, version="bench")
    return default_probability(line, -logits(found.model, test.table))


def optbinning_default(train: Cases, test: Cases) -> Floats:
    """optbinning's binning process and scorecard as they come: monotone WoE bins, a logistic."""
    import pandas
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    categories = [name for name, column in train.table.items() if is_words(column)]
    codes = sorted({code for given in train.specials.values() for code in given})
    process = BinningProcess(
        list(train.table), categorical_variables=categories or None, special_codes=codes or None
    )
    card = Scorecard(binning_process=process, estimator=LogisticRegression(max_iter=1000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        card.fit(pandas.DataFrame(dict(train.table)), train.bad.astype(int))
        found = card.predict_proba(pandas.DataFrame(dict(test.table)))
    return np.asarray(found)[:, 1]


def lightgbm_default(train: Cases, test: Cases) -> Floats:
    """LightGBM's classifier as it comes, categories as codes."""
    fitted = lightgbm.LGBMClassifier(random_state=0, n_jobs=1, verbose=-1)
    x, z = coded(train, test)
    return np.asarray(fitted.fit(x, train.bad).predict_proba(z))[:, 1]


def lightgbm_tuned(train: Cases, test: Cases) -> Floats:
    """LightGBM with a slow rate, its leaves and rounds chosen by the same folds as ours."""
    x, z = coded(train, test)
    fold = folds(train.bad, 4, seed=0)
    best: tuple[float, dict[str, Any], int] = (0.0, {}, 0)
    for leaves in (4, 8, 16):
        settings = {
            "objective": "binary", "num_leaves": leaves, "learning_rate": 0.02,
            "num_threads": 1, "verbose": -1, "seed": 0,
        }  # fmt: skip
        unseen = np.zeros((14, len(x)))
        for k in range(4):
            grown = lightgbm.train(
                settings, lightgbm.Dataset(x[fold != k], train.bad[fold != k]), 700
            )
            for stage in range(14):
                unseen[stage, fold == k] = grown.predict(
                    x[fold == k], raw_score=True, num_iteration=50 * (stage + 1)
                )
        for stage, logit in enumerate(unseen):
            value = float(np.mean([auc(train.bad[fold == k], logit[fold == k]) for k in range(4)]))
            best = max(best, (value, settings, 50 * (stage + 1)), key=lambda one: one[0])
    return np.asarray(lightgbm.train(best[1], lightgbm.Dataset(x, train.bad), best[2]).predict(z))


def logistic(train: Cases, test: Cases) -> Floats:
    """scikit-learn's logistic on scaled columns, categories as indicators, its C by folds."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.preprocessing import StandardScaler

    x, z = (_filled(train, of) for of in (train, test))
    scale = StandardScaler().fit(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = LogisticRegressionCV(Cs=[0.003, 0.01, 0.03, 0.1, 1.0], cv=4, scoring="roc_auc",
                                      max_iter=2000).fit(scale.transform(x), train.bad)  # fmt: skip
    return expit(fitted.decision_function(scale.transform(z)))


def coded(train: Cases, test: Cases) -> tuple[Floats, Floats]:
    """Both as matrices: numbers as they are, categories by the place of their name."""
    made: list[list[Floats]] = [[], []]
    for name, column in train.table.items():
        if not is_words(column):
            for side, of in enumerate((train, test)):
                made[side].append(numbers(of.table, name))
            continue
        levels = sorted({word for word in words(train.table, name) if word is not None})
        place = {level: float(k) for k, level in enumerate(levels)}
        for side, of in enumerate((train, test)):
            made[side].append(np.array([place.get(word, np.nan) for word in words(of.table, name)]))
    return np.column_stack(made[0]), np.column_stack(made[1])


def _filled(train: Cases, of: Cases) -> Floats:
    """Numbers with the training median where unknown and a sign of it; categories as indicators."""
    made: list[Floats] = []
    for name, column in train.table.items():
        if is_words(column):
            levels = sorted({word for word in words(train.table, name) if word is not None})
            value = words(of.table, name)
            made += [np.array([word == level for word in value], float) for level in levels]
            continue
        codes = list(train.specials.get(name, ()))
        seen, value = numbers(train.table, name), numbers(of.table, name)
        known = seen[~np.isnan(seen) & ~np.isin(seen, codes)]
        odd = np.isnan(value) | np.isin(value, codes)
        made.append(np.where(odd, np.median(known) if len(known) else 0.0, value))
        if odd.any() or len(known) < len(seen):
            made += [np.isnan(value).astype(float), *((value == c).astype(float) for c in codes)]
    return np.column_stack(made)


def difference(bad: Floats, ours: Floats, peer: Floats, *, draws: int = 500) -> list[float]:
    """AUC of ours less the peer's on the same cases, with its 95 % bootstrap interval."""
    chance = np.random.default_rng(0)
    kinds = [np.flatnonzero(bad == kind) for kind in (0, 1)]
    found = []
    for _ in range(draws):
        drawn = np.concatenate([chance.choice(kind, len(kind)) for kind in kinds])
        found.append(auc(bad[drawn], ours[drawn]) - auc(bad[drawn], peer[drawn]))
    return [auc(bad, ours) - auc(bad, peer), *np.quantile(found, [0.025, 0.975]).tolist()]


def run(
    methods: Mapping[str, Method], train: Cases, test: Cases
) -> tuple[dict[str, Floats], list[list[Any]]]:
    """Every method's probabilities of the test cases, and a row of figures each."""
    found, rows = {}, []
    for name, method in methods.items():
        began = time.perf_counter()
        pd = found[name] = np.clip(method(train, test), 1e-6, 1 - 1e-6)
        figures = [measure(test.bad, pd) for measure in (auc, ks, brier, calibration_slope)]
        rows.append([name, *figures, round(time.perf_counter() - began, 1)])
    return found, rows
