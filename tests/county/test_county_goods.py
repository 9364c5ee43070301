"""Categories as dated policy: crops, seasons, yields; and the days goods are sold on."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.county.goods import goods, in_season
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import load_policy

TODAY = date(2026, 6, 30)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "county_seasons.yaml").read_text(encoding="utf-8")
)
CATEGORIES: list[dict[str, Any]] = load_policy("categories").on(TODAY)["categories"]
CROPS = {
    "winter_wheat", "summer_maize", "rice", "rape", "cotton", "potato",
    "apple", "navel_orange", "spring_tea", "coffee", "garlic", "sugar_cane",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['category']}: {case['name']}")
def test_days_of_sale(case: dict[str, Any]) -> None:
    [good] = [good for good in goods(TODAY) if good.category == case["category"]]
    assert in_season(good, np.array([epoch_day(case["day"])])).tolist() == [case["sold"]]


def test_twelve_crops_stand_behind_a_category_each() -> None:
    behind = [row["crop"] for row in CATEGORIES if row["crop"] is not None]
    assert set(behind) == CROPS
    assert len(behind) == len(CROPS)


def test_a_seasonal_category_has_a_season_and_no_other_has() -> None:
    for row in CATEGORIES:
        assert row["seasonal"] == bool(row["season"]), row["category"]
        for window in (*row["season"], *row["harvest"]):
            assert len(window) == 2
            assert all(re.fullmatch(r"\d\d-\d\d", day) for day in window), row["category"]


def test_only_a_crop_has_a_yield_and_every_crop_has_one() -> None:
    for row in CATEGORIES:
        known = [row[field] is not None for field in ("crop", "group", "yield_max_kg_mu")]
        assert len(set(known)) == 1, row["category"]
        assert row["storage_days"] > 0


def test_the_policy_holds_from_2000_and_says_how_sure_it_is() -> None:
    setting = load_policy("categories").on(date(2000, 1, 1)).setting("categories")
    assert (setting.confidence, setting.since) == ("M", date(2000, 1, 1))
