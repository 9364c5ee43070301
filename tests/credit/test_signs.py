"""Signs: when a file shows one (cases/signs_table.yaml), and that they judge nobody."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.signs import Sign, Traces, signs
from suixin.kernel.policy import PolicyOn, load_policy

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/signs_table.yaml").read_text("utf-8"))
POLICY = load_policy("signs").on(date(2026, 6, 30))
ORDINARY: dict[str, Any] = {
    "orders": 100, "own_orders": 0, "ring": False, "reviews": 30, "lost_review_share": 0.0,
    "bots": False, "thin": False, "seasonal": False, "weeks": 26, "trend": 0.5, "volatility": 0.5,
}  # fmt: skip


def traces(*shown: dict[str, Any]) -> Traces:
    """What was found of each subject; bools as bools, the rest as numbers."""
    whole = [{**ORDINARY, **one} for one in shown]
    columns = {}
    for field in fields(Traces):
        kind = bool if isinstance(ORDINARY[field.name], bool) else float
        columns[field.name] = np.array([one[field.name] for one in whole], dtype=kind)
    return Traces(**columns)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_signs_of_a_file(case: dict[str, Any]) -> None:
    [found] = signs(traces(case["shown"]), POLICY)
    assert [sign.value for sign in found] == case["signs"]


def test_many_files_show_what_each_shows_alone() -> None:
    found = signs(traces(*(case["shown"] for case in CASES)), POLICY)
    assert [[sign.value for sign in one] for one in found] == [case["signs"] for case in CASES]


def test_every_sign_has_a_case() -> None:
    assert {sign for case in CASES for sign in case["signs"]} == {sign.value for sign in Sign}


def test_no_subjects_show_no_signs() -> None:
    assert signs(traces(), POLICY) == ()


def test_an_institution_may_look_earlier() -> None:
    """The bar is a dated value: nine own orders are enough where the policy says so."""
    bar = POLICY.setting("signs.wash_trade")
    eager = type(bar)(bar.since, {**bar.value, "orders_min": 9, "share_bps": 900}, "ours", "house")
    ours = PolicyOn("signs", POLICY.day, {**POLICY.settings, "signs.wash_trade": eager})
    assert signs(traces({"own_orders": 9}), ours) == ((Sign.WASH_TRADE,),)
