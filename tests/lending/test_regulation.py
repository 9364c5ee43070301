"""Rules of supervision on their days, and the same loan by an easier way."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.policy import load_policy
from suixin.lending.arbitrage import (
    ARBITRAGE_WORDING,
    Arbitrage,
    Decided,
    Moved,
    carry,
    rerouted,
    routes,
    split,
    wrong_set,
)
from suixin.lending.regulation import LawCase, banned_words, findings, rules_on

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
POLICY = load_policy("regulation")
RULES = POLICY.on(DAY)


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


@pytest.mark.mechanism("F06", "E14")
@pytest.mark.parametrize("case", cases("lending_regulation"), ids=lambda case: case["name"])
def test_rules_on_their_days(case: dict[str, Any]) -> None:
    found = findings(LawCase(case["figures"], case["is"]), POLICY.on(case["day"]))
    assert [one.rule.id for one in found] == case["broken"]
    for one in found:
        assert one.rule.reference
        assert one.rule.confidence in {"S", "S2", "M"}
    if "over" in case:
        assert list(found[0].over) == case["over"]


def test_every_rule_says_what_it_bounds_and_how() -> None:
    for rule in rules_on(POLICY.on(date(2027, 1, 1))):
        assert rule.bound in {"at_most", "at_least"}
        assert rule.value >= 0
        assert rule.scope


def test_words_of_marketing_before_and_after_the_rule() -> None:
    text = "低风险、高收益"
    assert banned_words(text, POLICY.on(date(2026, 9, 29))) == ()
    assert banned_words(text, POLICY.on(date(2026, 9, 30))) == ("低风险", "高收益")
    assert banned_words("量入为出", POLICY.on(date(2026, 9, 30))) == ()


@pytest.mark.mechanism("F06")
def test_one_case_under_every_mode() -> None:
    case = LawCase({"self_paid_fen": 40_000_000}, {"borrower": "household", "channel": "branch"})
    modes = {
        "platform": {"purpose": "consumption"},
        "government": {"purpose": "inputs"},
        "community": {"purpose": "business"},
    }
    found = {route.mode: route for route in routes(case, modes, RULES)}
    assert found["platform"].broken == ("R-PL.self_paid_consumption",)
    assert [mode for mode, route in found.items() if route.passes] == ["government", "community"]


@pytest.mark.mechanism("F06")
def test_a_case_decided_under_an_easier_set() -> None:
    case = LawCase({"self_paid_fen": 40_000_000}, {"purpose": "business"})
    assert wrong_set(case, {"purpose": "consumption"}, RULES) == ("R-PL.self_paid_consumption",)
    assert wrong_set(case, {"purpose": "business"}, RULES) == ()


def decided(name: str, on: date, amount: int, *, granted: bool = True, **more: str) -> Decided:
    facts = {"household": "h-1", "lender": "bank-1", "facts_digest": "d", **more}
    return Decided(application=name, on=on, amount_fen=amount, granted=granted, **facts)


@pytest.mark.mechanism("F06")
@pytest.mark.parametrize(
    ("second", "found"),
    [
        (decided("b", date(2026, 6, 30), 60), ("h-1",)),
        (decided("b", date(2026, 9, 28), 60), ("h-1",)),
        (decided("b", date(2026, 9, 29), 60), ()),
        (decided("b", date(2026, 6, 30), 40), ()),
        (decided("b", date(2026, 6, 30), 41), ("h-1",)),
        (decided("b", date(2026, 6, 30), 60, granted=False), ()),
        (decided("b", date(2026, 6, 30), 60, household="h-2"), ()),
        (decided("b", date(2026, 6, 30), 101), ()),
    ],
)
def test_a_loan_cut_in_pieces(second: Decided, found: tuple[str, ...]) -> None:
    first = decided("a", date(2026, 7, 1), 60)
    assert split([second, first], cap_fen=100, policy=RULES) == found


@pytest.mark.mechanism("F06")
@pytest.mark.parametrize(
    ("second", "found"),
    [
        (decided("b", date(2026, 7, 1), 60, lender="bank-2"), (("a", "b"),)),
        (decided("b", date(2026, 7, 31), 60, lender="bank-2"), (("a", "b"),)),
        (decided("b", date(2026, 8, 1), 60, lender="bank-2"), ()),
        (decided("b", date(2026, 6, 30), 60, lender="bank-2"), ()),
        (decided("b", date(2026, 7, 1), 30), ()),
        (decided("b", date(2026, 7, 1), 60, lender="bank-2", facts_digest="e"), ()),
        (decided("b", date(2026, 7, 1), 60, lender="bank-2", household="h-2"), ()),
        (decided("b", date(2026, 7, 1), 60, lender="bank-2", granted=False), ()),
    ],
)
def test_refused_here_and_granted_elsewhere(
    second: Decided, found: tuple[tuple[str, str], ...]
) -> None:
    first = decided("a", date(2026, 7, 1), 60, granted=False)
    assert rerouted([first, second], RULES) == found


@pytest.mark.mechanism("F06")
@pytest.mark.parametrize(
    ("moved", "found"),
    [
        (Moved("h-1", date(2026, 6, 6), 70, repays=True), (("h-1", 70),)),
        (Moved("h-1", date(2026, 6, 6), 170, lent_on=True), (("h-1", 100),)),
        (Moved("h-1", date(2026, 6, 7), 70, repays=True), ()),
        (Moved("h-1", date(2026, 5, 31), 70, repays=True), ()),
        (Moved("h-1", date(2026, 6, 6), 70), ()),
        (Moved("h-2", date(2026, 6, 6), 70, repays=True), ()),
    ],
)
def test_subsidised_money_that_goes_elsewhere(
    moved: Moved, found: tuple[tuple[str, int], ...]
) -> None:
    assert carry([Moved("h-1", date(2026, 6, 1), 100)], [moved], RULES) == found


def test_every_finding_is_told_in_both_languages() -> None:
    assert list(ARBITRAGE_WORDING) == list(Arbitrage)
    assert all(words.zh and words.en for words in ARBITRAGE_WORDING.values())
