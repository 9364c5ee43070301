"""Two loans lived through the API: one repaid from its sales, one by those who stood for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from people_stage import COVERED, TIERS, Stage, staged
from stored import database

from suixin.lending.transaction import Dimensions
from suixin.service.app.receiving import Due, expect
from suixin.service.home import Home
from suixin.service.store.session import Actor

__all__ = ["database"]
BEGUN = date(2026, 3, 2)
SELLS = "m-0024"
CHAIN = ("m-0008", "m-0017", "m-0018", "m-0020")
PRINCIPAL_FEN = 600_00


@dataclass(slots=True)
class Told:
    """What one journey leaves to the next."""

    stage: Stage
    loans: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def told(database: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with staged(Home(tmp_path_factory.mktemp("home")), BEGUN) as stage:
        for tier, fen in TIERS.items():
            body = {"tier": tier, "fen": fen, "on": BEGUN.isoformat()}
            stage.of("fund").post("/fund/contributions", body)
        found = Told(stage)
        asked = {"party": SELLS, "product": "sales_flow", "purpose": "inputs"}
        found.loans["sales"] = lent(stage, {**asked, "amount_fen": PRINCIPAL_FEN})
        backers = [{"party": one, "cap_fen": PRINCIPAL_FEN} for one in CHAIN[1:]]
        asked = {"party": CHAIN[0], "product": COVERED, "purpose": "inputs"}
        more = {"amount_fen": PRINCIPAL_FEN, "group": "group-1", "backers": backers}
        found.loans["chain"] = lent(stage, {**asked, **more})
        yield found


def lent(stage: Stage, asked: Any) -> str:
    """A loan applied for, decided by two, read, accepted, signed for and paid out by two."""
    me = stage.household(asked["party"])
    made = me.post("/applications", {**asked, "wants_person": True})
    assert not made["refusals"], made["refusals"]
    name: str = made["application"]["application"]
    says = {"approve": True, "why": "known for years"}
    stage.two("officer", "risk", f"/applications/{name}/proposals", says)
    offer = me.get(f"/applications/{name}/offer")
    stage.at += timedelta(minutes=2)
    read = {"offer": offer["digest"], "read_seconds": 60}
    done = me.post(f"/applications/{name}/acceptance", read)
    until = (stage.day + timedelta(days=400)).isoformat()
    for one in done["to_sign"]:
        fen = asked["amount_fen"]
        said = {"guarantor": one, "cap_fen": fen, "until": until}
        back = {"read_fen": fen, "read_until": until}
        done = stage.household(one).post(f"/applications/{name}/guarantees", {**said, **back})
        assert done["refusal"] is None, done["refusal"]
    assert done["application"]["standing"] == "ready"
    stage.listed(asked["party"])
    body = {"fen": asked["amount_fen"], "why": "conditions met"}
    stage.of("officer").refused("NO_AGREEMENT", "POST", f"/agreements/{name}-x/disbursements", body)
    stage.two("officer", "cashier", f"/agreements/{name}/disbursements", body)
    return name


def balances(stage: Stage, who: str) -> dict[str, int]:
    """What stands in each account of somebody's books."""
    found = stage.of(who).get("/ledger/trial-balance")
    assert found["sum_fen"] == 0
    return {one["account"]: one["fen"] for one in found["balances"]}


@pytest.mark.mechanism("C12")
def test_the_bank_pays_sales_are_swept_and_the_merchant_has_the_rest(told: Told) -> None:
    stage, loan = told.stage, told.loans["sales"]
    stage.passed()
    (paid,) = stage.of("cashier").get(f"/agreements/{loan}/payments")
    assert (paid["state"], paid["value_on"]) == ("settled", BEGUN.isoformat())
    actor = Actor(institution=stage.lender, by="job:settlements")
    about = Dimensions(loan, SELLS)
    assert expect(actor, Due(reference="S-1", about=about, fen=500_00, on=stage.day, order="o-1"))
    stage.bank.pay_in("S-1", 500_00, stage.day)
    before = stage.household(SELLS).get(f"/agreements/{loan}")
    stage.passed()
    after = stage.household(SELLS).get(f"/agreements/{loan}")
    share = 500_00 * before["sweep_share_bps"] // 10_000
    (owed,) = stage.of("cashier").get(f"/merchant-balances?party={SELLS}")
    assert owed["fen"] == 500_00 - share
    assert after["payoff_fen"] < before["payoff_fen"]
    body = {"way": "pay_out", "subject": "all", "name": str(owed["fen"]), "why": "the week's rest"}
    stage.two("cashier", "risk", "/suspense/releases", body)
    stage.passed()
    assert stage.of("cashier").get(f"/merchant-balances?party={SELLS}") == []
    assert balances(stage, "cashier")["1001"] == stage.bank.bank.balance_fen
    for one in stage.of("cashier").get("/statements"):
        assert one["closing_fen"] == one["books_fen"]


def test_a_wrong_receipt_is_taken_back_by_two(told: Told) -> None:
    stage, loan = told.stage, told.loans["sales"]
    stands = stage.of("officer").get(f"/agreements/{loan}")
    body = {"fen": 50_00, "on": stage.day.isoformat()}
    stage.of("cashier").post(f"/agreements/{loan}/receipts", body)
    stage.passed()
    wrong = stage.of("officer").get(f"/agreements/{loan}")
    assert wrong["principal_fen"] < stands["principal_fen"]
    events = stage.of("cashier").get(f"/agreements/{loan}/events")["items"]
    (key,) = [one["key"] for one in events if one["kind"] == "Receipt"]
    again = {"event": key, "why": "another's money"}
    stage.two("cashier", "risk", f"/agreements/{loan}/corrections", again)
    stage.passed()
    after = stage.of("officer").get(f"/agreements/{loan}")
    assert after["principal_fen"] == stands["principal_fen"]
    balances(stage, "cashier")


@pytest.mark.mechanism("E08")
def test_those_who_stand_for_a_late_loan_are_called(told: Told) -> None:
    stage, loan = told.stage, told.loans["chain"]
    early = {"why": "too early"}
    stage.of("officer").refused("NOT_LATE", "POST", f"/agreements/{loan}/calls", early)
    stage.caught_up(date(2026, 4, 10))
    late = stage.household(CHAIN[0]).get(f"/agreements/{loan}")
    assert (late["life"], late["oldest_unpaid_on"]) == ("overdue", "2026-04-02")
    stage.two("officer", "risk", f"/agreements/{loan}/calls", {"why": "the instalment is late"})
    calls = stage.of("officer").get(f"/agreements/{loan}/calls")
    asked = {one["guarantor"]: one["asked_fen"] for one in calls}
    assert set(asked) == set(CHAIN[1:])
    assert max(asked.values()) - min(asked.values()) <= 1
    who = CHAIN[1]
    body = {"guarantor": who, "fen": asked[who], "on": stage.day.isoformat()}
    path = f"/agreements/{loan}/guarantor-receipts"
    stranger = {**body, "guarantor": SELLS}
    stage.of("cashier").refused("NOT_CALLED", "POST", path, stranger)
    stage.of("cashier").post(path, body)
    stage.passed()
    (paid,) = [
        one
        for one in stage.of("officer").get(f"/agreements/{loan}/calls")
        if one["guarantor"] == who
    ]
    assert paid["paid_fen"] == asked[who]


@pytest.mark.mechanism("H06")
def test_the_fund_decides_pays_and_is_given_back_its_part(told: Told) -> None:
    stage, loan = told.stage, told.loans["chain"]
    path = f"/agreements/{loan}/claims"
    stage.of("officer").refused("NOT_OVERDUE_ENOUGH", "POST", path, {"why": "too early"})
    stage.caught_up(date(2026, 7, 6))
    stage.of("officer").refused(
        "NOT_PERMITTED", "POST", "/claims/c-1/decisions", {"accept": True, "why": "ours"}
    )
    stage.two("officer", "risk", path, {"why": "late by more than ninety days"})
    (filed,) = stage.of("fund").get("/claims")
    claim = filed["claim"]
    stage.two("fund", "fund-2", f"/claims/{claim}/decisions", {"accept": True, "why": "complete"})
    stage.jobs_of_claims()
    stage.passed()
    lender, fund = balances(stage, "cashier"), balances(stage, "fund")
    assert lender["1106"] == -fund["F201"] == filed["fen"]
    stage.two("fund-2", "fund", f"/claims/{claim}/payments", {"why": "accepted"})
    stage.jobs_of_claims()
    stage.passed()
    lender, fund = balances(stage, "cashier"), balances(stage, "fund")
    assert (lender.get("1106", 0), fund.get("F201", 0)) == (0, 0)
    tiers = stage.of("fund").get("/fund/tiers")
    assert sum(tiers.values()) == sum(TIERS.values()) - filed["fen"]
    body = {"fen": 100_00, "on": stage.day.isoformat()}
    stage.of("cashier").post(f"/agreements/{loan}/recoveries", body)
    stage.jobs_of_claims()  # A day is not ended while the other books lack their half.
    stage.passed()
    back = stage.of("fund").get("/fund/tiers")
    assert sum(tiers.values()) < sum(back.values()) <= sum(tiers.values()) + 100_00
    balances(stage, "cashier")
    balances(stage, "fund")
    stage.of("stranger-risk").refused("NO_CLAIM", "GET", f"/claims/{claim}")
