"""Loans due after harvest, by the table of crops and places."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.crop_calendar import CropRules, harvest_due
from suixin.lending.cycle import Shift
from suixin.lending.methods.crop_calendar import CropCalendar
from suixin.lending.schedule import Terms, schedule

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/lending_crop.yaml").read_text(encoding="utf-8")
)


def rules(day: date) -> CropRules:
    return CropRules.from_policy(
        load_policy("categories").on(day), load_policy("crop_calendar").on(day)
    )


@pytest.mark.mechanism("C11")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_due_after_harvest(case: dict[str, Any]) -> None:
    on = case["lent"]
    nominal = harvest_due(case["crop"], on, rules(on), village_code=case["village"])
    assert nominal - timedelta(days=30) == case["harvest_end"]
    terms = Terms(1_000_00, 680, method=CropCalendar(nominal), shift=Shift.FOLLOWING)
    assert [row.due for row in schedule(terms, on).rows] == [case["due"]]


@pytest.mark.mechanism("C11")
def test_interest_runs_to_the_day_due() -> None:
    on = date(2026, 3, 10)
    method = CropCalendar(harvest_due("apple", on, rules(on)))
    row = schedule(Terms(20_000_00, 680, method=method, shift=Shift.FOLLOWING), on).rows[0]
    assert (row.due, row.days, row.interest_fen) == (date(2026, 11, 16), 251, 935_23)


def test_at_least_ten_crops_are_told_and_another_is_refused_with_the_nearest() -> None:
    day = date(2026, 3, 10)
    assert len(rules(day).last) >= 10
    with pytest.raises(InputError, match="Did you mean apple"):
        harvest_due("aple", day, rules(day))
    with pytest.raises(InputError, match="Known: apple"):
        harvest_due("", day, rules(day))


def test_every_crop_with_a_shift_has_a_harvest() -> None:
    found = rules(date(2026, 3, 10))
    told = {crop for days in found.shift_days.values() for crop in days}
    assert told <= found.last.keys()
