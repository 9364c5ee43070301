"""The challenger: what numpy makes of its text is what LightGBM makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import lightgbm
import numpy as np
import pytest

from suixin.credit.model.trees import WordInput, logits, matrix, read_trees
from suixin.credit.ranking import auc
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn
from suixin.train.challenger import BoostingRules, FittedChallenger, fit_challenger
from suixin.train.evaluate import calibration_slope


@pytest.fixture(scope="module")
def rules(model_policy: PolicyOn) -> BoostingRules:
    return replace(
        BoostingRules.from_policy(model_policy), leaves=(4,), rounds_max=100, seeds=2, folds=3
    )


@pytest.fixture(scope="module")
def columns(made: Any) -> dict[str, Any]:
    return {name: made[name] for name in ("late", "sales", "kind")}


@pytest.fixture(scope="module")
def fitted(columns: Any, made: Any, rules: BoostingRules) -> FittedChallenger:
    return fit_challenger(columns, made["bad"], rules)


def odd_rows(n: int = 4000) -> dict[str, Any]:
    """Values inside and far outside training, unknown ones, zeros, kinds never seen."""
    chance = np.random.default_rng(5)
    late = chance.choice([-1e300, -3.0, 0.0, 1e-36, 2.5, 40.0, 1e300, np.nan], n)
    sales = np.where(chance.random(n) < 0.3, np.nan, chance.normal(10, 4, n))
    kind = chance.choice(np.array(["shop", "farm", "live", "ferry", ""], object), n)
    return {"late": late, "sales": sales, "kind": kind}


def test_numpy_and_lightgbm_give_the_same_logits(fitted: FittedChallenger) -> None:
    rows = odd_rows()
    x = matrix(fitted.model.inputs, rows)
    theirs = np.mean(
        [lightgbm.Booster(model_str=text).predict(x, raw_score=True)
         for text in fitted.model.texts], axis=0
    )  # fmt: skip
    assert np.abs(logits(fitted.model, rows) - theirs).max() < 1e-12


@pytest.mark.parametrize("missing", [{"zero_as_missing": True}, {"use_missing": False}])
def test_each_way_lightgbm_treats_what_is_missing(missing: dict[str, bool]) -> None:
    rows = odd_rows(2000)
    x = np.column_stack([rows["late"], rows["sales"]])
    y = (np.nan_to_num(rows["sales"]) > 9).astype(float)
    settings = {"objective": "binary", "num_leaves": 8, "verbose": -1, "num_threads": 1, **missing}
    booster = lightgbm.train(settings, lightgbm.Dataset(x, y), 20)
    ours = sum(tree.values(x) for tree in read_trees(booster.model_to_string()))
    assert np.abs(ours - booster.predict(x, raw_score=True)).max() < 1e-12


def test_the_same_cases_give_the_same_texts(
    fitted: FittedChallenger, columns: Any, made: Any, rules: BoostingRules
) -> None:
    assert fit_challenger(columns, made["bad"], rules).model.texts == fitted.model.texts


def test_it_tells_bad_from_good_and_its_risk_moves_one_way(
    fitted: FittedChallenger, cases_of: Any
) -> None:
    later = cases_of(3000, seed=9)
    logit = logits(fitted.model, later)
    assert auc(later["bad"], logit) > 0.75
    assert calibration_slope(later["bad"], 1 / (1 + np.exp(-logit))) > 0.8
    late = np.linspace(0, 30, 61)
    rows = {"late": late, "sales": np.full(61, 10.0), "kind": np.full(61, "shop", object)}
    assert (np.diff(logits(fitted.model, rows)) >= 0).all()


def test_levels_stand_in_the_order_of_their_bad_rate(fitted: FittedChallenger) -> None:
    [kinds] = [one for one in fitted.model.inputs if isinstance(one, WordInput)]
    assert kinds.levels[-1] == "live"


def test_infinity_and_an_absent_column_are_refused_by_name(fitted: FittedChallenger) -> None:
    rows = odd_rows(10)
    with pytest.raises(InputError, match="sales") as fault:
        logits(fitted.model, {name: rows[name] for name in ("late", "kind")})
    assert fault.value.code == "MISSING_FEATURE"
    rows["late"][3] = np.inf
    with pytest.raises(InputError, match="late is infinite in row") as fault:
        logits(fitted.model, rows)
    assert fault.value.code == "INFINITE_VALUE"


@pytest.mark.parametrize(
    "text", ["", "tree\n", "\nTree=0\nleaf_value=1 2\nend of trees",
             "\nTree=0\nnum_cat=1\nsplit_feature=0\nthreshold=0\ndecision_type=1\n"
             "left_child=-1\nright_child=-2\nleaf_value=1 2\n\nend of trees"],
    ids=["nothing", "no end", "leaves without splits", "a split by category"],
)  # fmt: skip
def test_a_text_that_is_no_whole_numeric_model_is_refused(text: str) -> None:
    with pytest.raises(InputError) as fault:
        read_trees(text)
    assert fault.value.code == "BAD_TREES"
