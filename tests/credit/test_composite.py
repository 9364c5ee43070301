"""The composite by the case table, and contributions that leave nothing over."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.composite import Composite, composite, composites
from suixin.credit.file import IndexLine
from suixin.credit.index import Index, Measures, PartRule, index
from suixin.credit.weights import Weights

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/credit_composite.yaml").read_text(encoding="utf-8")
)
DEFAULT = Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3})


def lift(case: dict[str, Any]) -> float:
    return 5 * (1 - math.exp(-case.get("endorsed", 0) / 2))


def whole_index(name: str, value: float | None) -> Index:
    """An index of one subject whose only part stands at its value."""
    x = np.array([np.nan if value is None else value])
    seen = np.array([value is not None])
    return index(
        Measures(name, True, {"part": x}, {"part": np.ones(1)}, {"part": seen}),
        [PartRule("part", 100)],
    )


def weighed(case: dict[str, Any]) -> Composite:
    return composites(
        [whole_index(name, value) for name, value in case["indices"].items()],
        DEFAULT,
        social=np.array([lift(case)]),
        crop=np.array([float(case.get("crop", 0))]),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_composite_of_one_subject(case: dict[str, Any]) -> None:
    found = composite(case["indices"], DEFAULT, social=lift(case), crop=case.get("crop", 0))
    assert found == case["composite"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_composite_of_many_gives_the_same_and_leaves_nothing_over(case: dict[str, Any]) -> None:
    found = weighed(case)
    assert found.value.tolist() == [case["composite"]]
    told = found.contributions.sum() + lift(case) + case.get("crop", 0)
    assert told == pytest.approx(case["composite"] - 50, abs=1e-9)
    assert found.silent.tolist() == [[value is None for value in case["indices"].values()]]


def test_contributions_of_the_worked_example() -> None:
    """30 % x 19.0132, 40 % x 19.0237 and 30 % x 7.4051 against the reference 50."""
    found = weighed(CASES[0]).contributions[0]
    assert found.round(4).tolist() == [5.7040, 7.6095, 2.2215]


def test_what_a_hold_takes_is_borne_by_those_that_pushed() -> None:
    found = weighed(CASES[7])
    assert (found.contributions > 0).all()
    pushed = np.array([0.3 * 48, 0.4 * 49, 0.3 * 47])
    ratio = found.contributions[0] / pushed
    assert ratio == pytest.approx(np.full(3, ratio[0]))
    assert ratio[0] < 1


def test_contributions_stand_by_part_and_a_silent_part_counts_neutral_at_best() -> None:
    one = np.ones(2)
    measures = Measures(
        "stability",
        True,
        {"level": np.array([80.0, 30.0]), "span": one},
        {"level": one, "span": one},
        {"level": one > 0, "span": one < 0},
    )
    found = composites(
        [index(measures, [PartRule("level", 60), PartRule("span", 40)])],
        Weights("alone", {"stability": 1.0}),
        social=0 * one,
        crop=0 * one,
    )
    assert found.lines == (("stability", "level"), ("stability", "span"))
    assert found.value.tolist() == [68.0, 30.0]
    assert found.contributions.tolist() == [[18.0, 0.0], [-12.0, -8.0]]
    assert found.silent.tolist() == [[False, True], [False, True]]


def test_an_index_line_stands_for_its_value() -> None:
    line = IndexLine("engagement", None, 0.3, 0.0, present=False, parts=())
    values = {"engagement": line, "stability": 69.0237, "reputation": 57.4051}
    assert composite(values, DEFAULT) == 59.8310


def test_no_index_at_all_has_no_composite() -> None:
    nothing = dict.fromkeys(DEFAULT.share)
    with pytest.raises(ValueError, match="no index is connected"):
        composite(nothing, DEFAULT)
    assert np.isnan(weighed({"indices": nothing}).value).all()


def test_weights_of_other_indices_are_refused() -> None:
    with pytest.raises(ValueError, match="weights default are for"):
        composite({"stability": 50.0}, DEFAULT)


def test_parts_that_do_not_weigh_up_to_their_index_are_a_bug() -> None:
    right = whole_index("stability", 60.0)
    wrong = Index(
        right.name, right.rules, right.measures, right.points - 1, right.present, right.value,
        right.coverage,
    )  # fmt: skip
    with pytest.raises(AssertionError, match="stability: its parts do not weigh up to it"):
        composites(
            [wrong], Weights("alone", {"stability": 1.0}), social=np.zeros(1), crop=np.zeros(1)
        )
