"""Losses, recoveries, dividends, subsidies and taxes, each by its table of cases."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.policy import load_policy
from suixin.lending.dividend import Holding, distribute
from suixin.lending.floating_share import BadRate, floating_share
from suixin.lending.insurance import INSURANCE_WORDING, InsurancePolicy, InsuranceRefusal, claim
from suixin.lending.leverage import PublicMoney, additional, flow, stock
from suixin.lending.loss import Cover, Tier, loss_shares, recovery_shares
from suixin.lending.mode_choice import CountyFacts, mode_choice
from suixin.lending.subsidy import Stretch, SubsidyRules, claw_back, earned, split
from suixin.lending.tax_relief import tax_relief

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
SUBSIDY = SubsidyRules.from_policy(load_policy("fiscal").on(DAY))


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


def summed(text: int | str) -> int:
    """A sum written out, as 1012963 + 163580."""
    return sum(int(term) for term in re.findall(r"[-+]?\d+", str(text).replace(" ", "")))


@pytest.mark.mechanism("E12", "H06")
@pytest.mark.parametrize("case", cases("lending_loss"), ids=lambda case: case["name"])
def test_loss(case: dict[str, Any]) -> None:
    found = loss_shares(
        case["loss"],
        covers=[Cover(name, most) for name, most in case.get("covers", {}).items()],
        weights=case["weights"],
        tiers=[Tier(name, *facts) for name, facts in case.get("tiers", {}).items()],
    )
    assert dict(found.borne_fen) == {name: summed(fen) for name, fen in case["borne"].items()}
    assert found.queued_fen == case["queued"]
    assert sum(found.borne_fen.values()) == case["loss"]


def test_one_name_bears_once() -> None:
    with pytest.raises(ValueError, match="one name"):
        loss_shares(1, covers=[Cover("lender", 1)])
    with pytest.raises(ValueError, match="names lender and fund"):
        loss_shares(1, weights={"fund": 1})


@pytest.mark.mechanism("H06")
@pytest.mark.parametrize("case", cases("lending_recovery"), ids=lambda case: case["name"])
def test_recovery(case: dict[str, Any]) -> None:
    assert dict(recovery_shares(case["recovered"], case["out"])) == case["shares"]


@pytest.mark.mechanism("H07")
@pytest.mark.parametrize("case", cases("lending_floating_share"), ids=lambda case: case["name"])
def test_floating_share(case: dict[str, Any]) -> None:
    rate = BadRate(date(2026, 3, 31), case["bad"], case["disbursed"])
    found = floating_share(rate, load_policy("fund").on(DAY))
    assert dict(found.weights) == {"lender": case["lender"], "fund": case["fund"]}
    assert found.lend is case["lend"]


@pytest.mark.mechanism("D01", "A02")
@pytest.mark.parametrize("case", cases("lending_subsidy"), ids=lambda case: case["name"])
def test_subsidy(case: dict[str, Any]) -> None:
    found = earned(
        [Stretch(*stretch) for stretch in case["stretches"]],
        rate_bps=case["rate"],
        rules=SUBSIDY,
        used_fen=case.get("used", {}),
    )
    assert dict(found) == {year: summed(fen) for year, fen in case["earned"].items()}


@pytest.mark.mechanism("D01")
def test_misuse_takes_back_to_the_day_and_from_each_level_what_it_paid() -> None:
    quarter = [Stretch(date(2026, 1, 1), date(2026, 4, 1), 5_000_000)]
    paid = {2026: split(12_329, SUBSIDY)}
    facts = {"rate_bps": 720, "rules": SUBSIDY}
    back = claw_back(paid, quarter, misused_from=date(2026, 2, 22), **facts)
    assert (back.kept_fen, back.taken_fen) == (7_123, 5_206)
    assert dict(back.by_level_fen) == {"central": 2_604, "province": 1_562, "county": 1_040}
    whole = claw_back(paid, quarter, misused_from=date(2026, 1, 1), **facts)
    assert dict(whole.by_level_fen) == dict(paid[2026])
    assert claw_back(paid, quarter, misused_from=date(2026, 4, 1), **facts).taken_fen == 0


def test_stretches_that_overlap_are_no_history() -> None:
    twice = [Stretch(DAY, date(2026, 7, 9), 1), Stretch(date(2026, 7, 8), date(2026, 7, 10), 1)]
    with pytest.raises(ValueError, match="follow one another"):
        earned(twice, rate_bps=720, rules=SUBSIDY)


@pytest.mark.mechanism("E10")
@pytest.mark.parametrize("case", cases("lending_dividend"), ids=lambda case: case["name"])
def test_dividend(case: dict[str, Any]) -> None:
    members = [Holding(f"h-{k}", *facts) for k, facts in enumerate(case["members"])]
    paid = distribute(case["total"], members, prepay_bps=case.get("prepay", 0))
    assert [one.dividend_fen for one in paid] == case["dividends"]
    assert [one.member_fen for one in paid] == [summed(fen) for fen in case["to_members"]]
    for name, field in (("called", "called_fen"), ("prepaid", "prepaid_fen"), ("own", "own_fen")):
        if name in case:
            assert [getattr(one, field) for one in paid] == case[name]
    for one in paid:
        parts = sum(one.own_fen.values()) + one.called_fen + one.prepaid_fen + one.member_fen
        assert parts == one.dividend_fen


def test_a_due_of_unknown_kind_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="dues are of"):
        distribute(10, [Holding("h-1", 1, {"tip": 1})], prepay_bps=0)


@pytest.mark.mechanism("D02")
@pytest.mark.parametrize("case", cases("lending_tax_relief"), ids=lambda case: case["name"])
def test_tax_relief(case: dict[str, Any]) -> None:
    policy = load_policy("fiscal").on(case["day"])
    found = tax_relief(
        case["interest"], borrower=case["borrower"], credit_fen=case["credit"], policy=policy
    )
    assert (found.vat_fen, found.income_tax_fen) == (case["vat"], case["income"])
    assert bool(found.reference) == bool(case["vat"])


@pytest.mark.mechanism("D04")
def test_leverage_counts_what_public_money_cost_after_all_that_came_back() -> None:
    spent = PublicMoney(130_000_000, 10_000_000, 2_000_000, 1_003_200)
    assert spent.net_fen == 120_996_800
    assert round(float(flow(8_640_000_000, spent) or 0), 2) == 71.41
    assert round(float(additional(8_640_000_000, 7_100_000_000, spent) or 0), 2) == 12.73
    assert stock(6_000_000_000, 600_000_000) == 10
    assert flow(1, PublicMoney(5, 5)) is None
    assert stock(1, 0) is None


@pytest.mark.mechanism("E13")
@pytest.mark.parametrize("case", cases("lending_mode_choice"), ids=lambda case: case["name"])
def test_mode_choice(case: dict[str, Any]) -> None:
    facts = CountyFacts(case["large"], case["top"], case["businesses"], case["coop"], case["mark"])
    assert list(mode_choice(facts, load_policy("modes").on(DAY)).modes) == case["modes"]


HAIL = InsurancePolicy(
    "p-1", "i-1", "hail", 500_000, 20_000, 12_000, DAY, date(2026, 9, 30), "bank-1"
)


@pytest.mark.mechanism("L01")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 500_000),
        ({"loss_fen": 519_999}, 499_999),
        ({"loss_fen": 20_001}, 1),
        ({"loss_fen": 20_000}, InsuranceRefusal.BELOW_DEDUCTIBLE),
        ({"lender": "bank-2"}, InsuranceRefusal.NOT_ASSIGNED),
        ({"on": date(2026, 6, 29)}, InsuranceRefusal.NOT_IN_FORCE),
        ({"on": date(2026, 10, 1)}, InsuranceRefusal.NOT_IN_FORCE),
        ({"on": date(2026, 9, 30)}, 500_000),
        ({"peril": "flood"}, InsuranceRefusal.OTHER_PERIL),
        ({"peril": "flood", "lender": "bank-2"}, InsuranceRefusal.NOT_ASSIGNED),
    ],
)
def test_insurance(changed: dict[str, Any], expected: object) -> None:
    facts = {"loss_fen": 3_876_543, "peril": "hail", "on": DAY, "lender": "bank-1"} | changed
    found = claim(HAIL, **facts)
    assert (found.most_fen if isinstance(found, Cover) else found) == expected


@pytest.mark.mechanism("L01")
def test_insurance_pays_before_the_guarantor() -> None:
    cover = claim(HAIL, loss_fen=600_000, peril="hail", on=DAY, lender="bank-1")
    assert isinstance(cover, Cover)
    found = loss_shares(600_000, covers=[cover, Cover("streamer", 80_000, recourse=True)])
    assert dict(found.borne_fen) == {"i-1/p-1": 500_000, "streamer": 80_000, "lender": 20_000}
    assert found.recourse == {"streamer", "lender"}


def test_every_refusal_of_an_insurer_is_told_in_both_languages() -> None:
    assert list(INSURANCE_WORDING) == list(InsuranceRefusal)
    assert all(words.zh and words.en for words in INSURANCE_WORDING.values())
