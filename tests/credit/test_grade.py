"""Grades, scores and probabilities by the case table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.grade import (
    UNCALIBRATED,
    Calibration,
    GradeRules,
    Standing,
    grade_of,
    probability,
    score_of,
    standing,
)
from suixin.kernel.policy import load_policy

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/credit_grade.yaml").read_text(encoding="utf-8")
)
SCORING = load_policy("scoring").on(date(2026, 6, 15))
RULES = GradeRules.from_policy(SCORING)
CALIBRATION = Calibration(a=0.6, b=0.06, version="test")


@pytest.mark.parametrize("case", CASES["by_probability"], ids=lambda case: case["name"])
def test_grade_and_score_of_a_probability(case: dict[str, Any]) -> None:
    assert (grade_of(case["pd"], RULES), score_of(case["pd"], RULES)) == (
        case["grade"],
        case["score"],
    )


@pytest.mark.parametrize("case", CASES["by_composite"], ids=lambda case: case["name"])
def test_without_outcomes_a_file_is_ranked_and_has_no_probability(case: dict[str, Any]) -> None:
    found = standing(case["composite"], RULES, None)
    assert found == Standing(case["grade"], None, None, UNCALIBRATED)


@pytest.mark.parametrize("case", CASES["calibrated"], ids=lambda case: case["name"])
def test_calibrated(case: dict[str, Any]) -> None:
    found = standing(case["composite"], RULES, CALIBRATION)
    assert found == Standing(case["grade"], case["score"], case["pd"], "test")


def test_the_score_at_each_cut_is_the_one_the_table_prints() -> None:
    for row in SCORING["grade.table"]:
        if row["score_cut"] is not None:
            assert score_of(row["pd_below"], RULES) == row["score_cut"]


@pytest.mark.parametrize(("logit", "pd"), [(-1e9, 0.0005), (1e9, 0.9995), (0.0, 0.5)])
def test_a_probability_is_held_off_its_ends(logit: float, pd: float) -> None:
    assert probability(logit, RULES) == pd


@pytest.mark.parametrize("b", [0.0, -0.06, float("nan")])
def test_a_calibration_in_which_a_better_file_owes_more_is_refused(b: float) -> None:
    with pytest.raises(ValueError, match="b should be above 0"):
        Calibration(a=0.6, b=b, version="test")


@pytest.mark.parametrize(
    ("row", "new", "message"),
    [
        (1, {"pd_below": 0.004}, "PD cut-offs should rise past 0.9995"),
        (7, {"pd_below": 0.9}, "PD cut-offs should rise past 0.9995"),
        (3, {"composite_min": 80}, "composite cut-offs should fall to 0"),
        (6, {"composite_min": 5}, "composite cut-offs should fall to 0"),
    ],
)
def test_a_table_out_of_order_is_refused(row: int, new: dict[str, Any], message: str) -> None:
    table = [dict(line) for line in SCORING["grade.table"]]
    table[row].update(new)
    setting = replace(SCORING.setting("grade.table"), value=tuple(table))
    with pytest.raises(ValueError, match=message):
        GradeRules.from_policy(
            replace(SCORING, settings={**SCORING.settings, "grade.table": setting})
        )
