"""Prices by the case table; the table of a mode must keep its band and its order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.price import PriceRules, price, price_rules
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 15)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/credit_price.yaml").read_text(encoding="utf-8")
)
TERMS, LAW = load_policy("terms").on(DAY), load_policy("law").on(DAY)
RULES = price_rules(TERMS, LAW)


def summed(text: int | str) -> int:
    """A sum written out, as 900 + 150 + 25 - 50."""
    return sum(int(term) for term in re.findall(r"[-+]?\d+", str(text).replace(" ", "")))


@pytest.mark.mechanism("E02")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_price(case: dict[str, Any]) -> None:
    found = price(
        case["grade"],
        RULES[case["mode"]],
        store_rating=case["rating"],
        guaranteed=case.get("guaranteed", False),
    )
    assert found.rate_bps == summed(case["rate"])


@pytest.mark.mechanism("C05")
@pytest.mark.parametrize("mode", RULES)
def test_the_table_spans_the_band_of_its_mode_and_stays_under_the_cap_in_law(mode: str) -> None:
    band = LAW[f"band.{mode}"]
    assert RULES[mode].base_bps == band["min"]
    assert RULES[mode].worst_bps == band["max"]
    assert RULES[mode].worst_bps < LAW["cap.all_in"]


@pytest.mark.parametrize(
    ("mode", "middle"), [("platform", 1050), ("government", 700), ("community", 1250)]
)
def test_a_thin_file_pays_the_middle_of_the_band(mode: str, middle: int) -> None:
    assert RULES[mode].middle_bps == middle


def test_the_parts_of_a_price_are_told_and_add_up_to_it() -> None:
    found = price("BBB", RULES["platform"], store_rating=460, guaranteed=True)
    parts = (found.base_bps, found.grade_bps, found.store_bps, -found.guarantee_bps)
    assert parts == (900, 150, 25, -50)
    assert sum(parts) == found.rate_bps == 1025


def changed(**new: Any) -> dict[str, PriceRules]:
    table = TERMS["price.table"]
    value = {**table, "platform": {**table["platform"], **new}}
    setting = replace(TERMS.setting("price.table"), value=value)
    return price_rules(replace(TERMS, settings={**TERMS.settings, "price.table": setting}), LAW)


def grades(**new: int) -> dict[str, int]:
    return {**TERMS["price.table"]["platform"]["grade"], **new}


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"grade": grades(B=251)}, "900–1201 bps leaves the mode's band in law, 900–1200"),
        ({"base": 899}, "899–1199 bps leaves the mode's band in law, 900–1200"),
        ({"grade": grades(A=151)}, "premiums should rise, or stay, with each row"),
        ({"grade": grades(AAA=-1)}, "should not be below 0"),
        (
            {"store": [{"rating_min": 480, "bps": 25}, {"rating_min": 0, "bps": 0}]},
            "premiums should rise, or stay, with each row",
        ),
        (
            {"store": [{"rating_min": 480, "bps": 0}, {"rating_min": 450, "bps": 25}]},
            "store ratings should fall row by row, the last from 0",
        ),
        ({"guarantee": -1}, "should not be below 0"),
    ],
)
def test_a_table_out_of_its_band_or_out_of_order_is_refused(
    new: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        changed(**new)


def test_one_basis_point_inside_the_band_is_accepted() -> None:
    assert changed(grade=grades(B=249))["platform"].worst_bps == 1199
