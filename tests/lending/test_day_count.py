"""Day counts, by the table of cases a credit officer can read."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.lending.day_count import DayCount, counted, day_count, year_fraction

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/lending_day_count.yaml").read_text(encoding="utf-8")
)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_part_of_a_year(case: dict[str, Any]) -> None:
    parts = [Fraction(part.strip()) for part in case["is"].split("+")]
    found = year_fraction(
        day_count(case["convention"]), case["start"], case["end"], maturity=case.get("maturity")
    )
    assert found == sum(parts)


@pytest.mark.parametrize("name", ["B252", "28E336", "ACT/364", ""])
def test_a_convention_we_do_not_keep_is_refused_by_name(name: str) -> None:
    with pytest.raises(InputError) as refused:
        day_count(name)
    assert refused.value.code == "DAY_COUNT"
    assert f"day count {name} is" in refused.value.message
    assert "ACT/365" in refused.value.hint


@given(st.sampled_from(DayCount), DAYS, DAYS)
def test_counting_back_is_counting_forward_with_a_minus(
    convention: DayCount, one: date, other: date
) -> None:
    there, basis = counted(convention, one, other)
    back, same = counted(convention, other, one)
    assert (there, basis) == (-back, same)


@given(
    st.sampled_from(
        [DayCount.ACT_360, DayCount.ACT_365, DayCount.ACT_ACT, DayCount.ACT_ACT_YEAR_END]
    ),
    DAYS,
    DAYS,
    DAYS,
)
def test_counts_of_actual_days_add_up(convention: DayCount, a: date, b: date, c: date) -> None:
    def part(start: date, end: date) -> Fraction:
        return year_fraction(convention, start, end)

    assert part(a, b) + part(b, c) == part(a, c)
