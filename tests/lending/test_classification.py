"""Five grades by their table of cases: at the limit, one past it, and the worst reason first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.parameter import NotInForce
from suixin.kernel.policy import load_policy
from suixin.lending.classification import GRADE_WORDING, DebtFacts, Grade, classify

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_classification.yaml").read_text("utf-8")
)
DAY = date(2026, 6, 30)
RULES = load_policy("classification").on(DAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    facts = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in case.items()
        if key not in ("name", "late", "grade", "rule")
    }
    if "late" in case:
        facts["oldest_unpaid_on"] = DAY - timedelta(days=case["late"])
    found = classify(DebtFacts(**facts), RULES)
    assert found.grade is Grade[case["grade"].upper()]
    assert [reason.rule for reason in found.reasons[:1]] == [
        case[key] for key in ("rule",) if key in case
    ]
    assert all(reason.since is None or reason.since <= DAY for reason in found.reasons)


def test_every_reason_is_told_with_the_day_since_when() -> None:
    found = classify(
        DebtFacts(oldest_unpaid_on=date(2026, 3, 1), misused_on=date(2026, 2, 1)), RULES
    )
    assert [(reason.grade.name, reason.since) for reason in found.reasons] == [
        ("SUBSTANDARD", date(2026, 5, 31)),
        ("SPECIAL_MENTION", date(2026, 3, 2)),
        ("SPECIAL_MENTION", date(2026, 2, 1)),
    ]


def test_before_the_rule_there_is_no_grade() -> None:
    with pytest.raises(NotInForce):
        classify(DebtFacts(impaired_bps=1), load_policy("classification").on(date(2023, 6, 30)))


def test_grades_are_told_in_both_languages() -> None:
    assert list(GRADE_WORDING) == list(Grade)
    assert GRADE_WORDING[Grade.DOUBTFUL].zh == "可疑"
