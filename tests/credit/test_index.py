"""From measures to an index: the worked example, shrinkage, and what silence counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.index import Index, Measures, PartRule, index, part_rules, scale, shrink
from suixin.kernel.policy import load_policy

CASES = Path(__file__).parents[1] / "cases"
PARTS = yaml.safe_load((CASES / "stability_parts.yaml").read_text("utf-8"))
MISSING = yaml.safe_load((CASES / "stability_missing.yaml").read_text("utf-8"))
POLICY = load_policy("stability")
SHEET = POLICY.on(date(2026, 6, 30))["stability.parts"]
RULES = part_rules(SHEET)
AS_POINTS = [PartRule(rule.part, rule.weight) for rule in RULES]


def worth(figure: float | str) -> float:
    """A figure of a case, or the sum that stands for it."""
    return float(eval(str(figure), {"log10": math.log10, "nan": math.nan, "__builtins__": {}}))


def judged(
    rules: Sequence[PartRule], x: Mapping[str, float], n: Mapping[str, float] | None = None
) -> Index:
    """The index of one subject; a part that `x` does not name has no feed connected."""
    parts = [rule.part for rule in rules]
    return index(
        Measures(
            "stability",
            True,
            {part: np.array([x.get(part, math.nan)]) for part in parts},
            {part: np.array([(n or {}).get(part, 1.0)]) for part in parts},
            {part: np.array([part in x]) for part in parts},
        ),
        rules,
    )


@pytest.mark.mechanism("G02")
@pytest.mark.parametrize("case", PARTS, ids=lambda case: case["name"])
def test_points_of_a_measure(case: dict[str, Any]) -> None:
    [rule] = [rule for rule in RULES if rule.part == case["part"]]
    found = judged([rule], {rule.part: worth(case["x"])}, {rule.part: worth(case["n"])})
    assert found.points[0, 0] == pytest.approx(worth(case["points"]), abs=1e-6)
    if "shown" in case:
        assert float(found.points[0, 0].round(2)) == case["shown"]


@pytest.mark.mechanism("G02")
def test_worked_example_of_the_formulas() -> None:
    example = [case for case in PARTS if "shown" in case]
    found = judged(
        RULES,
        {case["part"]: worth(case["x"]) for case in example},
        {case["part"]: worth(case["n"]) for case in example},
    )
    assert len(example) == len(RULES) == 7
    assert found.value.tolist() == [69.0237]
    assert found.coverage.tolist() == [1.0]


@pytest.mark.parametrize("case", MISSING, ids=lambda case: case["name"])
def test_silence_is_never_better_than_neutral(case: dict[str, Any]) -> None:
    found = judged(AS_POINTS, {part: float(points) for part, points in case["told"].items()})
    assert found.value.tolist() == pytest.approx([worth(case["index"])], abs=1e-4, nan_ok=True)
    assert found.coverage.tolist() == pytest.approx([case["coverage"]])
    told = [rule.part in case["told"] for rule in RULES]
    assert found.present.tolist() == [told]


def test_a_part_without_shrinkage_takes_what_it_measured_however_little_stands_behind_it() -> None:
    assert judged([PartRule("span", 100)], {"span": 12.5}, {"span": 0.0}).value.tolist() == [12.5]


def test_every_subject_is_judged_by_what_is_present_for_it() -> None:
    """Consent withdrawn by one is no silence of another."""
    measures = Measures(
        "stability",
        True,
        {"a": np.array([80.0, 80.0, 80.0]), "b": np.array([20.0, 20.0, np.nan])},
        {"a": np.ones(3), "b": np.ones(3)},
        {"a": np.array([True, True, True]), "b": np.array([True, False, False])},
    )
    found = index(measures, [PartRule("a", 50), PartRule("b", 50)])
    assert found.value.tolist() == [50.0, 65.0, 65.0]
    assert found.coverage.tolist() == [1.0, 0.5, 0.5]


def test_parts_round_to_six_decimals_and_the_index_to_four() -> None:
    found = judged([PartRule("a", 2), PartRule("b", 1)], {"a": 100 / 3, "b": 200 / 3})
    assert found.points.tolist() == [[33.333333, 66.666667]]
    assert found.value.tolist() == [44.4444]


def test_halves_round_to_the_even_digit() -> None:
    halfway = 0.03125  # Held exactly in binary, so that it is halfway in truth.
    assert judged([PartRule("a", 1)], {"a": halfway}).value.tolist() == [0.0312]
    assert judged([PartRule("a", 1)], {"a": 3 * halfway}).value.tolist() == [0.0938]


def test_a_connected_part_without_shrinkage_or_measure_is_a_bug() -> None:
    with pytest.raises(AssertionError, match=r"stability.span: no measure for 1 connected"):
        judged([PartRule("span", 100)], {"span": math.nan})


def test_anchors_of_a_logarithm_are_written_as_plain_yuan() -> None:
    [level] = [rule for rule in RULES if rule.part == "level"]
    assert level.anchors == pytest.approx((math.log10(500), math.log10(5000), math.log10(50000)))
    assert sum(rule.weight for rule in RULES) == 100


@pytest.mark.parametrize("anchors", [(0.0, 1.0, 4.0), (4.0, 1.0, 0.0)], ids=["rising", "falling"])
def test_a_scale_bends_only_at_its_middle(anchors: tuple[float, float, float]) -> None:
    low, middle, high = anchors
    x = np.array([low, (low + middle) / 2, middle, (middle + high) / 2, high])
    assert scale(x, anchors).tolist() == [0.0, 25.0, 50.0, 75.0, 100.0]
    assert scale(np.array([2 * low - high, 2 * high - low]), anchors).tolist() == [0.0, 100.0]


def test_shrinkage_goes_to_the_median_of_the_category_once_that_is_known() -> None:
    assert shrink(np.array([80.0]), np.array([8.0]), 8, 60.0).tolist() == [70.0]
    assert shrink(np.array([np.nan]), np.array([0.0]), 8, 60.0).tolist() == [60.0]


def test_weights_change_on_their_day_and_not_before() -> None:
    """Decision 0008: level 20 and span 30 from 24 November 2026."""
    before, after = (
        {rule.part: rule.weight for rule in part_rules(POLICY.on(day)["stability.parts"])}
        for day in (date(2026, 11, 23), date(2026, 11, 24))
    )
    assert (before["level"], before["span"]) == (25, 25)
    assert (after["level"], after["span"]) == (20, 30)
    assert sum(after.values()) == 100
