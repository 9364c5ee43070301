"""Groups of neighbours: who may form one, and who is asked for how much."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.policy import load_policy
from suixin.lending.circle import Guarantee
from suixin.lending.joint_liability import (
    GROUP_WORDING,
    GroupRefusal,
    Member,
    call,
    call_again,
    group_refusal,
    leave_refused,
)

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
RULES = load_policy("guarantee").on(DAY)


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


def summed(text: int | str) -> int:
    """A sum written out, as 300 - 149."""
    return sum(int(term) for term in re.findall(r"[-+]?\d+", str(text).replace(" ", "")))


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize("case", cases("lending_joint_group"), ids=lambda case: case["name"])
def test_group(case: dict[str, Any]) -> None:
    names = [f"h-{k}" for k in range(1, case["members"] + 1)]
    if "twice" in case:
        names[-1] = case["twice"]
    members = [
        Member(
            household=name,
            cap_fen=200_000,
            until=case.get("until", date(2027, 6, 30)),
            signed_on=None if case.get("unsigned") == name else case.get("signs_on", DAY),
            group="g-7" if case.get("in_group") == name else None,
        )
        for name in names
    ]
    found = group_refusal(
        members,
        kin=frozenset(frozenset(pair) for pair in case.get("kin", ())),
        guarantees=[Guarantee(*pair, 1) for pair in case.get("guarantees", ())],
        policy=RULES,
    )
    if case["expect"] == "none":
        assert found is None
    else:
        assert found is not None
        assert (found.why, found.found) == (GroupRefusal(case["expect"]), case["found"])
        assert found.allowed
        assert found.reference


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize("case", cases("lending_joint_call"), ids=lambda case: case["name"])
def test_call(case: dict[str, Any]) -> None:
    made = call(case["call"], case["caps"], on=DAY, policy=RULES)
    assert dict(made.asked_fen) == case["asked"]
    assert made.lender_fen == case["lender"]
    assert made.due_on == date(2026, 7, 15)
    if "again" in case:
        paid = {name: case["paid"].get(name, asked) for name, asked in case["asked"].items()}
        again = call_again(made, paid, on=made.due_on, policy=RULES)
        assert dict(again.asked_fen) == case["again"]
        assert again.lender_fen == summed(case.get("again_lender", 0))


def test_a_third_call_knows_what_two_have_taken() -> None:
    caps = {"a": 100, "b": 100, "c": 100}
    first = call(150, caps, on=DAY, policy=RULES)
    second = call_again(first, {"a": 50, "b": 50, "c": 0}, on=DAY, policy=RULES)
    third = call_again(second, {"a": 25, "b": 0}, on=DAY, policy=RULES)
    assert dict(second.asked_fen) == {"a": 25, "b": 25}
    assert dict(third.asked_fen) == {"a": 25}
    assert third.lender_fen == 0


def test_more_than_was_asked_is_no_payment_of_a_call() -> None:
    made = call(30, {"a": 100, "b": 100, "c": 100}, on=DAY, policy=RULES)
    for paid in ({"a": 11}, {"stranger": 1}):
        with pytest.raises(ValueError, match="is more than the call"):
            call_again(made, paid, on=DAY, policy=RULES)


@pytest.mark.parametrize(("amount", "cap"), [(-1, 5), (5, -1)])
def test_a_call_is_of_whole_fen(amount: int, cap: int) -> None:
    with pytest.raises(ValueError, match="fen ≥ 0"):
        call(amount, {"a": cap}, on=DAY, policy=RULES)


def test_a_cap_of_nothing_is_no_membership() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Member("h-1", 0, DAY, DAY)


@pytest.mark.mechanism("E08")
def test_nobody_leaves_while_anyone_owes() -> None:
    assert leave_refused({"h-1": 0, "h-2": 0, "h-3": 1})
    assert not leave_refused({"h-1": 0, "h-2": 0, "h-3": 0})


def test_every_refusal_is_told_in_both_languages() -> None:
    assert list(GROUP_WORDING) == list(GroupRefusal)
    assert all(words.zh and words.en for words in GROUP_WORDING.values())
