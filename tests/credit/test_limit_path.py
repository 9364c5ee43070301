"""A limit over time, by its table of cases (cases/limit_path.yaml)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.limit_path import (
    WORDING,
    LimitChange,
    Look,
    Move,
    PathRules,
    limit_on,
    limit_path,
)
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/limit_path.yaml").read_text("utf-8"))
START = date(2026, 1, 1)
RULES = PathRules.from_policy(policy_on(date(2026, 6, 30), None))


def look(day: int, target: float, drawn: float = 0, flags: Any = (), cap: Any = None) -> Look:
    return Look(
        on=START + timedelta(days=day),
        target_fen=round(target * 100),
        drawn_fen=round(drawn * 100),
        cap_fen=None if cap is None else cap * 100,
        flags=frozenset(flags),
    )


@pytest.mark.mechanism("H05")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_path(case: dict[str, Any]) -> None:
    looks = [look(*row) for row in case["looks"]]
    found = limit_path(looks, RULES)
    told = [[(one.on - START).days, one.to_fen / 100, one.move.value] for one in found]
    assert told == case["changes"]
    before = 0
    for one in found:
        assert (one.from_fen, WORDING[one.move].zh != "") == (before, True)
        before = one.to_fen


@pytest.mark.mechanism("H05")
def test_a_path_goes_on_from_its_changes_so_far() -> None:
    looks = [look(day, 5_000 + 97 * day, drawn=20 * day) for day in range(0, 120, 7)]
    whole = limit_path(looks, RULES)
    first = limit_path(looks[:9], RULES)
    assert first + limit_path(looks[9:], RULES, before=first) == whole
    assert len(whole) > len(first) > 2


def test_a_change_says_by_which_flags() -> None:
    [_, change] = limit_path([look(0, 900), look(1, 900, 100, {"PAST_DUE", "SEASONAL"})], RULES)
    assert (change.flags, change.move, change.available_fen) == (("PAST_DUE",), Move.STOPPED, 0)


def test_looks_out_of_order() -> None:
    with pytest.raises(InputError, match="follows one of 2026-01-03"):
        limit_path([look(2, 1_000), look(2, 1_000)], RULES)
    standing = LimitChange(START + timedelta(days=5), 0, 500_00, Move.FIRST, 500_00, 0)
    with pytest.raises(InputError, match="oldest first"):
        limit_path([look(5, 1_000)], RULES, before=(standing,))


@pytest.mark.parametrize("amounts", [{"target": -1}, {"target": 1, "drawn": -1}])
def test_amounts_below_nothing(amounts: dict[str, float]) -> None:
    with pytest.raises(InputError, match="below 0"):
        look(0, **amounts)


def test_a_day_before_the_first_limit_had_none() -> None:
    assert limit_path([], RULES) == ()
    assert limit_on([], START) == 0
