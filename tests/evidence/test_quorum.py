"""Quorum by date: where a record stands. The cases stand in tests/cases/evidence_standing.yaml."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from evidence_parties import NAMES, ORIGIN, log_key, policy_text, witness_key

from suixin.evidence import quorum
from suixin.evidence.note import Signed
from suixin.evidence.policy import PolicyFault, parse, satisfied

CASES = Path(__file__).resolve().parents[1] / "cases" / "evidence_standing.yaml"
DAY = date(2026, 6, 30)


def noon(day: date) -> int:
    return int(datetime.combine(day, time(4), UTC).timestamp())


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in yaml.safe_load(CASES.read_text("utf-8"))]
)
def test_where_a_record_stands(case: dict[str, Any]) -> None:
    names = case.get("witnesses", list(NAMES))
    listed = names if "county" not in case["signed"] else [*names, "county"]
    policy = parse(policy_text(1, listed))
    recorded = case.get("recorded", DAY)
    of = quorum.of_policy(recorded, policy, ORIGIN)
    signed = [Signed(witness_key(n).verifier, noon(day)) for n, day in case["signed"].items()]
    assert quorum.standing(of, signed, recorded, case["today"]) == case["standing"]


@pytest.mark.mechanism("B06")
@pytest.mark.parametrize("count", [3, 4])
def test_two_views_that_both_proceed_share_honest_witnesses(count: int) -> None:
    """With k of n, two sets that suffice have at least 2k − n in common."""
    names = ("bank", "government", "platform", "auditor")[:count]
    policy = parse(policy_text(1, names))
    of = quorum.of_policy(DAY, policy, ORIGIN).proceed
    keys = [witness_key(name).verifier for name in names]
    every = [set(s) for k in range(count + 1) for s in combinations(keys, k)]
    enough = [one for one in every if satisfied(of, one)]
    least = min(len(one) for one in enough)
    shared = min(len(one & other) for one in enough for other in enough)
    assert shared == 2 * least - count > 0


def test_a_folder_has_a_policy_a_day(tmp_path: Path) -> None:
    for day, needed in (("2026-01-01", 2), ("2026-07-01", 3)):
        (tmp_path / f"{day}.policy").write_text(policy_text(needed), "utf-8")
    (tmp_path / "README").write_text("not a policy", "utf-8")
    found = quorum.read(tmp_path)
    for day, needed in ((date(2026, 1, 1), 2), (DAY, 2), (date(2026, 7, 1), 3)):
        assert quorum.in_force(found, day).groups["parties"].needed == needed
    with pytest.raises(PolicyFault, match="No quorum is in force on 2025-12-31"):
        quorum.in_force(found, date(2025, 12, 31))
    assert quorum.read(tmp_path / "2026-01-01.policy")[0].since is None


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("first.policy", policy_text(), "not named by the first day"),
        ("2026-02-30.policy", policy_text(), "not named by the first day"),
        ("2026-01-01.policy", "quorum\n", "2026-01-01.policy: Line 1"),
        ("2026-01-01.txt", policy_text(), "has no file such as"),
    ],
)
def test_what_is_no_folder_of_policies(tmp_path: Path, name: str, text: str, wrong: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(PolicyFault, match=wrong):
        quorum.read(tmp_path)


def test_for_a_number_of_parties_nobody_thought_of_there_is_no_quorum() -> None:
    for count in (0, 1, 2, 5):
        names = ("bank", "government", "platform", "auditor", "school")[:count]
        text = policy_text(1, names) if names else f"log {log_key().verifier}\nquorum none\n"
        with pytest.raises(PolicyFault, match=f"no quorum among {count} witnesses"):
            quorum.of_policy(DAY, parse(text), ORIGIN)
