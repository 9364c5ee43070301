"""A scorecard applied: by the case table, what it refuses, its reasons, and its SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from suixin.credit.grade import Calibration
from suixin.credit.model.calibration import Isotonic
from suixin.credit.model.card import Band, ModelCard, scored
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import NumberColumn, Scorecard, WordColumn, lost, points
from suixin.credit.model.sql import scorecard_sql
from suixin.credit.model.trees import BoostedModel
from suixin.data.errors import InputError

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/model_scorecard.yaml").read_text(encoding="utf-8")
)
LATE = NumberColumn("late", "rises", (0.0, 5.0), (1200, -350, -4025), {-9.0: 400}, -800)
KIND = WordColumn("kind", {"shop": 500, "farm": -100}, -600, None)
CARD = Scorecard(60000, (LATE, KIND))
MODEL = ModelCard(
    name="shops", version="1", made_on=date(2026, 6, 30), purpose="Default within 12 months",
    model=CARD, scale=Scale(600, 20, 30), calibration=Calibration(20.0, 0.04, "shops-1"),
    pd_ends=(0.0005, 0.9995), bands=(Band(1, 600.0, 300, 0.02), Band(2, None, 300, 0.2)), told={},
)  # fmt: skip


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    late = [np.nan if row["late"] is None else row["late"] for row in rows]
    return {"late": np.array(late, float), "kind": np.array([r["kind"] for r in rows], object)}


def arithmetic(text: object) -> float:
    """A sum as a case table writes it."""
    total, sign = 0.0, 1.0
    for word in str(text).split():
        if word in "+-":
            sign = 1.0 if word == "+" else -1.0
        else:
            total += sign * float(word)
    return total


def test_the_table_is_of_this_card() -> None:
    said = CASES["card"]
    assert [p * 100 for p in said["late"]["points"]] == list(LATE.points)
    assert said["late"]["up_to"] == list(LATE.edges)
    assert said["kind"]["other"] * 100 == KIND.other


@pytest.mark.parametrize("case", CASES["points"], ids=lambda case: case["name"])
def test_points_of_a_value(case: dict[str, Any]) -> None:
    assert points(CARD, table(case)).tolist() == [arithmetic(case["points"])]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_what_the_card_has_no_points_for_is_refused_by_name(case: dict[str, Any]) -> None:
    good = {"late": 0, "kind": "shop"}
    with pytest.raises(InputError) as fault:
        points(CARD, table(good, case))
    assert fault.value.code == case["code"]
    assert fault.value.message.startswith(case["names"])
    assert "row 2" in fault.value.message


def test_a_column_that_is_absent_is_named_and_not_guessed() -> None:
    with pytest.raises(InputError, match="kind") as fault:
        points(CARD, {"late": np.zeros(2)})
    assert fault.value.code == "MISSING_FEATURE"


def test_text_where_a_number_is_read_is_refused() -> None:
    with pytest.raises(InputError) as fault:
        points(CARD, {"late": np.array(["many"], object), "kind": np.array(["shop"], object)})
    assert fault.value.code == "NOT_A_NUMBER"


def test_a_category_never_seen_is_refused_where_the_card_says_so() -> None:
    strict = Scorecard(60000, (LATE, replace(KIND, other=None)))
    with pytest.raises(InputError, match="ferry") as fault:
        points(strict, table({"late": 0, "kind": "ferry"}))
    assert fault.value.code == "UNKNOWN_CATEGORY"


def test_no_case_gives_no_score() -> None:
    found = scored(MODEL, {"late": np.zeros(0), "kind": np.zeros(0, object)})
    assert (len(found.score), len(found.pd), len(found.band)) == (0, 0, 0)


def test_points_may_not_turn_back_against_the_risk() -> None:
    with pytest.raises(ValueError, match="turn back"):
        replace(LATE, points=(1200, -350, -300))


def test_reasons_are_points_lost_against_the_best_bin() -> None:
    found = lost(CARD, table({"late": 9, "kind": "farm"}, {"late": 0, "kind": "shop"}))
    assert found.tolist() == [[52.25, 6.0], [0.0, 0.0]]


CALIBRATIONS = [MODEL.calibration, Isotonic((560.0, 590.0, 615.0), (0.4, 0.1, 0.0), "steps")]


@pytest.mark.mechanism("B08")
@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=["logistic", "isotonic"])
def test_sql_gives_the_points_and_the_probability_that_python_gives(calibration: Any) -> None:
    model = replace(MODEL, calibration=calibration)
    chance = np.random.default_rng(1)
    late = chance.choice([-9.0, -1.0, 0.0, 0.01, 4.99, 5.0, 5.01, 80.0, np.nan], 500)
    kind = chance.choice(np.array(["shop", "farm", "ferry"], object), 500)
    with duckdb.connect() as connection:
        connection.register("arrays", {"n": np.arange(500), "late": late, "kind": kind})
        connection.execute("CREATE TABLE cases AS SELECT * FROM arrays")
        found = connection.execute(scorecard_sql(model) + "ORDER BY n").fetchnumpy()
    here = scored(model, {"late": late, "kind": kind})
    assert found["score"].tolist() == here.score.tolist()
    assert np.abs(found["pd"] - here.pd).max() <= 5e-7  # Python rounds to six decimals.


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [("'inf'::DOUBLE", "'shop'", "INFINITE_VALUE"), ("1", "NULL", "MISSING_FEATURE")],
)
def test_sql_refuses_what_python_refuses(value: str, kind: str, code: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE cases AS SELECT {value} AS late, {kind} AS kind")
        with pytest.raises(duckdb.Error, match=code):
            connection.execute(scorecard_sql(MODEL)).fetchall()


def test_trees_are_not_told_in_sql() -> None:
    with pytest.raises(ValueError, match="scorecard"):
        scorecard_sql(replace(MODEL, model=BoostedModel((), (), ())))
