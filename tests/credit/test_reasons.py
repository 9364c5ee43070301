"""Reasons a villager understands, and a raise that is computed by judging the file again."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from suixin.credit.composite import Composite, composites
from suixin.credit.index import Index, Measures, index, part_rules
from suixin.credit.reasons import (
    NextStep,
    ReasonRules,
    raises,
    status_reason,
    thin_raise,
    top_reasons,
)
from suixin.credit.weights import Weights
from suixin.kernel.policy import PolicyOn, load_policy

DAY = date(2026, 6, 15)
SCORING = load_policy("scoring").on(DAY)
RULES = ReasonRules.from_policy(SCORING)
WEIGHTS = Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3})
PARTS = {
    "engagement": part_rules(load_policy("engagement").on(DAY)["engagement.parts"]),
    "stability": part_rules(load_policy("stability").on(DAY)["stability.parts"]),
    "reputation": part_rules([{"part": "overall", "weight": 100, "anchors": [0.60, 0.85, 0.98]}]),
}
# The worked example of operating stability and of engagement: (x, n).
STABILITY = {
    "level": (math.log10(8000), 6),
    "span": (82.14, 1),
    "volatility": (0.45, 22),
    "trend": (0.14, 22),
    "fulfilment": (0.04, 120),
    "returns": (0.06, 150),
    "concentration": (0.12, 90),
}
ENGAGEMENT = {
    "recency": (100 * 2**-0.2, 1),
    "active": (0.3, 1),
    "repliers": (78.86, 1),
    "reciprocity": (0.45, 16),
    "delay": (math.log10(45), 30),
    "relays": (4, 1),
    "influence": (28.75, 40),
    "breadth": (2, 1),
    "tenure": (14, 1),
}
REPUTATION = {"overall": (0.85, 1)}


def measured(name: str, facts: dict[str, tuple[float, float]], *, silent: Any = ()) -> Index:
    one = np.ones(1)
    return index(
        Measures(
            name,
            True,
            {part: x * one for part, (x, _) in facts.items()},
            {part: n * one for part, (_, n) in facts.items()},
            {part: np.array([part not in silent]) for part in facts},
        ),
        PARTS[name],
    )


def file_of(
    *, silent: Any = (), crop: float = 0.0, **facts: tuple[float, float]
) -> tuple[list[Index], Composite]:
    """The worked example with some facts changed and some parts or whole indices silent."""
    given = {"engagement": ENGAGEMENT, "stability": STABILITY, "reputation": REPUTATION}
    indices = []
    for name, usual in given.items():
        changed = {part: facts.get(part, fact) for part, fact in usual.items()}
        indices.append(measured(name, changed, silent=changed if name in silent else silent))
    zero = np.zeros(1)
    return indices, composites(indices, WEIGHTS, social=zero, crop=zero + crop)


def reasons_of(**facts: Any) -> list[tuple[str, float]]:
    found = top_reasons(file_of(**facts)[1], RULES).of(0)
    return [(reason.code, round(reason.points, 2)) for reason in found]


def test_the_four_largest_whichever_way_they_point() -> None:
    assert reasons_of(returns=(0.5, 1000)) == [
        ("RECENCY_UP", 3.89),
        ("SPAN_UP", 3.21),
        ("RETURNS_DOWN", -1.96),
        ("CONCENTRATION_UP", 1.36),
    ]


def test_a_silent_index_is_one_reason_and_only_when_it_costs_points() -> None:
    weak = {"span": (10, 1), "level": (2.7, 12), "overall": (0.6, 1)}
    codes = dict(reasons_of(silent=["engagement"], **weak))
    assert codes["ENGAGEMENT_UNKNOWN"] < 0
    assert not any(code.startswith(("RECENCY", "ACTIVE")) for code in codes)
    assert "ENGAGEMENT_UNKNOWN" not in dict(reasons_of(silent=["engagement"]))


def test_a_conflicting_parcel_comes_first() -> None:
    assert reasons_of(crop=-10.0)[0] == ("CROP_DOWN", -10.0)


def test_nothing_that_rounds_to_nothing_is_a_reason() -> None:
    neutral = {part: (50.0 if part in {"span", "recency", "repliers", "influence"} else 0.0, 0.0)
               for part in STABILITY | ENGAGEMENT}  # fmt: skip
    neutral |= {"active": (0.2, 1), "relays": (3, 1), "breadth": (2, 1), "tenure": (12, 1)}
    assert reasons_of(**neutral) == []


def test_no_composite_has_no_reasons_and_no_raise() -> None:
    indices, composite = file_of(silent=["engagement", "stability", "reputation"])
    assert np.isnan(composite.value).all()
    assert top_reasons(composite, RULES).of(0) == ()
    assert raises(indices, composite, WEIGHTS, RULES).of(0) is None


def test_the_raise_says_what_to_do_and_what_it_brings() -> None:
    """Refunds from 20 % to 15 %, judged again: 150 of 170 x the rise from 22.7273 to 34.0909."""
    indices, composite = file_of(returns=(0.20, 150), active=(0.7, 1), overall=(0.98, 1))
    only = replace(RULES, steps={"returns": RULES.steps["returns"]})
    found = raises(indices, composite, WEIGHTS, only).of(0)
    assert found is not None
    assert found.code == "RAISE_RETURNS"
    assert found.zh == "货实相符、包装牢靠，让退款从 20% 降到 15%"
    assert found.en == "Send goods as described, well packed: bring refunds from 20 % down to 15 %"
    assert found.points == pytest.approx(0.4 * 0.1 * 150 / 170 * 50 * 0.05 / 0.22, abs=1e-4)


def test_the_gain_is_what_the_file_would_really_gain() -> None:
    """Every step is taken, each alone, by scoring anew: the one that is told brings the most."""
    now = {"returns": (0.18, 80), "relays": (0.0, 1), "delay": (3.0, 12)}
    usual = STABILITY | ENGAGEMENT | now
    only = replace(RULES, steps={part: RULES.steps[part] for part in RULES.steps if part in usual})
    indices, composite = file_of(**now)
    gains = {}
    for part, step in only.steps.items():
        x, n = usual[part]
        after = float(step.after(np.array([x]))[0])
        if not math.isnan(after):
            moved = file_of(**now | {part: (after, n)})[1]
            gains[part] = float(moved.value[0] - composite.value[0])
    best = max(gains, key=lambda part: gains[part])
    told = raises(indices, composite, WEIGHTS, only).of(0)
    assert told is not None
    assert told.code == f"RAISE_{best.upper()}"
    assert told.points == pytest.approx(gains[best], abs=1e-9)


def test_a_silent_part_gains_with_those_that_speak_for_it() -> None:
    """While messages are silent their parts count the mean of the rest: a raise lifts them too."""
    weak = {"overall": (0.6, 1), "span": (10, 1), "level": (2.7, 12)}
    only = replace(RULES, steps={"returns": RULES.steps["returns"]})
    facts = {"returns": (0.20, 150), **weak}
    heard = raises(*file_of(**facts), WEIGHTS, only).of(0)
    silent = raises(*file_of(silent=["engagement"], **facts), WEIGHTS, only).of(0)
    assert heard is not None
    assert silent is not None
    assert silent.points == pytest.approx(heard.points / 0.7, abs=2e-4)


def test_a_part_that_is_silent_unknown_or_at_its_best_is_not_asked_for() -> None:
    only = replace(RULES, steps={"returns": RULES.steps["returns"]})
    for facts in ({"silent": ["returns"]}, {"returns": (0.009, 150)}, {"returns": (0.1, 0)}):
        assert raises(*file_of(**facts), WEIGHTS, only).of(0) is None


@pytest.mark.parametrize(
    ("unit", "levels", "x", "after"),
    [
        ("percent", (30, 20, 10), 0.5, 0.3),
        ("percent", (30, 20, 10), 0.3, 0.2),
        ("percent", (30, 20, 10), 0.26, 0.2),
        ("percent", (30, 20, 10), 0.24, 0.1),
        ("percent", (30, 20, 10), 0.1, math.nan),
        ("number", (1, 3, 6), 0, 1),
        ("number", (1, 3, 6), 1, 3),
        ("number", (1, 3, 6), 1.9, 3),
        ("number", (1, 3, 6), 2, 6),
        ("number", (1, 3, 6), 6, math.nan),
        ("log10", (100, 1000), 2, 3),
        ("points", (93,), 40, 93),
        ("points", (93,), math.nan, math.nan),
    ],
)
def test_the_next_level_is_at_least_half_a_step_away(
    unit: Any, levels: tuple[float, ...], x: float, after: float
) -> None:
    found = NextStep("part", unit, levels, "", "").after(np.array([x]))[0]
    assert found == pytest.approx(after, nan_ok=True)


def test_every_part_of_the_indices_has_words_and_every_step_names_a_part() -> None:
    praised = load_policy("reputation").on(DAY)["reputation.parts"]
    parts = {rule.part for rules in PARTS.values() for rule in rules}
    parts |= {row["part"] for row in praised}
    assert parts <= set(RULES.up)
    assert set(RULES.up) == set(RULES.down)
    assert set(RULES.unknown) == set(WEIGHTS.share)
    assert set(RULES.steps) <= set(RULES.up)


def test_words_are_plain_in_both_languages() -> None:
    """Chinese without Latin letters, English without Chinese: no word from the workshop."""
    words = [*RULES.up.values(), *RULES.down.values(), *RULES.unknown.values()]
    words += [*RULES.status.values(), *RULES.steps.values(), *RULES.thin.values()]
    for said in words:
        assert not re.search(r"[A-Za-z]", re.sub(r"{\w+}", "", said.zh)), said.zh
        assert not re.search(r"[\u4e00-\u9fff]", said.en), said.en


@pytest.mark.parametrize(
    ("orders", "weeks", "zh"),
    [
        (5, 2, "再成交 5 单、再有 2 周有成交，就能正式评分"),
        (1, 0, "再成交 1 单，就能正式评分"),
        (0, 3, "再有 3 周有成交，就能正式评分"),
    ],
)
def test_a_thin_file_is_told_what_it_is_short_of(orders: int, weeks: int, zh: str) -> None:
    found = thin_raise(RULES, orders_short=orders, weeks_short=weeks)
    assert (found.code, found.zh, found.points) == ("RAISE_FACTS", zh, 0.0)


def test_a_file_without_a_score_says_why() -> None:
    assert status_reason("thin_file", RULES).code == "THIN_FILE"
    assert status_reason("no_facts", RULES).code == "NO_FACTS"


def with_step(**new: Any) -> PolicyOn:
    rows = [{**row, **new} if row["part"] == "returns" else row for row in SCORING["raise.steps"]]
    setting = replace(SCORING.setting("raise.steps"), value=tuple(rows))
    return replace(SCORING, settings={**SCORING.settings, "raise.steps": setting})


def test_an_institution_may_switch_a_part_off() -> None:
    assert "returns" not in ReasonRules.from_policy(with_step(act=False)).steps


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"levels": [30, 10, 20]}, "raise.steps returns: levels should go one way"),
        ({"levels": [30, 30]}, "raise.steps returns: levels should go one way"),
        ({"unit": "moons"}, "raise.steps returns: unit moons is none of log10, percent"),
    ],
)
def test_steps_that_make_no_sense_are_refused(new: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReasonRules.from_policy(with_step(**new))


def test_levels_against_the_anchors_are_refused() -> None:
    rules = ReasonRules.from_policy(with_step(levels=[1, 5, 30]))
    with pytest.raises(ValueError, match="go the other way than its anchors"):
        raises(*file_of(), WEIGHTS, rules)
