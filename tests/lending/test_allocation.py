"""Where a receipt goes, by its table of cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.allocation import Bucket, Claim, allocate, undone

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_allocation.yaml").read_text("utf-8")
)
DAY = date(2026, 6, 1)


@pytest.mark.mechanism("E10")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    owed = [Claim(Bucket(bucket), due, fen) for bucket, due, fen in case["owed"]]
    order = case.get("order", load_policy("servicing").on(DAY)["allocation.order"])
    made = allocate(case["receipt"], owed, on=DAY, order=order)
    assert [[one.bucket.value, one.fen] for one in made.paid] == case["paid"]
    assert made.rest_fen == case.get("rest", 0)
    assert sum(made.of(bucket) for bucket in Bucket) + made.rest_fen == case["receipt"]
    back, left = undone([made.paid], case["receipt"] - made.rest_fen)
    assert list(reversed(back)) == list(made.paid)
    assert left == ()


@pytest.mark.parametrize(
    ("fen", "order"),
    [(-1, list(Bucket)), (1, ["interest"]), (1, ["interest", "fee", "penalty", "capital"])],
)
def test_no_allocation_below_nought_or_by_half_an_order(fen: int, order: list[str]) -> None:
    with pytest.raises(InputError) as wrong:
        allocate(fen, [], on=DAY, order=order)
    assert wrong.value.code == "ALLOCATION"


def test_more_cannot_be_taken_back_than_was_given() -> None:
    with pytest.raises(AssertionError, match="2 fen more"):
        undone([(Claim(Bucket.FEE, None, 1),)], 3)
