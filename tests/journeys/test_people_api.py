"""Partner, household, agent and auditor of one lender: each as far as he may, and no further."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import api_client
import api_stage
import pytest
from api_examples import example
from api_stage import bearer, problem
from people_stage import COVERED, Stage, reached, staged
from stored import database

from suixin.service.app.caller import service_caller
from suixin.service.app.scoring import rescore_all
from suixin.service.home import Home

__all__ = ["database"]
TODAY = date(2026, 6, 29)
MINE, OTHER, FAR, NEVER = "m-0002", "m-0024", "m-0040", "m-9999"


@pytest.fixture(scope="module")
def stage(database: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(Home(tmp_path_factory.mktemp("home")), TODAY) as found:
        yield found


def same_words(first: Any, second: Any, one: str, other: str) -> None:
    """That two refusals are one but for the id that was asked for."""
    told = [dict(first), dict(second)]
    for said in told:
        said.pop("instance")
    assert repr(told[0]).replace(one, "ID") == repr(told[1]).replace(other, "ID")


@pytest.mark.mechanism("C10")
@pytest.mark.mechanism("H02")
def test_a_partner_advises_and_may_neither_decide_nor_pay(stage: Stage) -> None:
    token = stage.token("platform")
    platform = api_client.client(token)
    from suixin_client.api.decisions import ask_decision
    from suixin_client.api.facts import tell_facts
    from suixin_client.models import Question, Rows, RowsRowsItem

    rows = Rows(rows=[RowsRowsItem.from_dict({"subject": MINE})])
    (told,) = tell_facts.sync("orders", client=platform, body=rows, idempotency_key="one-bad-row")
    assert told.set_aside  # A row that lacks its order is set aside, and told back.
    body = Question(party=MINE, product="sales_flow", amount_fen=1_000_00)
    advice = ask_decision.sync(client=platform, body=body, idempotency_key="advice-1")
    assert 0 < advice.offer_fen <= 1_000_00
    made = stage.household(MINE).post(
        "/applications",
        {"party": MINE, "product": "sales_flow", "amount_fen": 1_000_00, "purpose": "inputs"},
    )["application"]["application"]
    with api_stage.asking() as http:
        for path, act in (
            (f"/applications/{made}/proposals", {"approve": True, "why": "we know it"}),
            (f"/applications/{made}/acceptance", {"offer": "0" * 64, "read_seconds": 60}),
            (f"/agreements/{made}/disbursements", {"fen": 1_000_00, "why": "we know it"}),
            ("/payees", {"party": MINE, "bank_number": "402611000018", "why": "we know it"}),
            ("/proposals/p-1/confirm", {"digest": "0" * 64}),
        ):
            answer = http.post(f"/api/v1{path}", json=act, headers=bearer(token))
            problem(answer, "NOT_PERMITTED")
        # Another partner's scopes are its own, and so is what it subscribed to.
        narrow = stage.allowed("insurer", frozenset({"parties:read"}))
        path = f"/api/v1/parties/{MINE}/credit-file"
        problem(http.get(path, headers=bearer(narrow)), "NOT_PERMITTED")
    stage.of("stranger").refused("NO_APPLICATION", "GET", f"/applications/{made}")
    stage.household(MINE).post(f"/applications/{made}/withdraw", {"why": "later"})


@pytest.mark.mechanism("H08")
def test_a_household_reads_borrows_disputes_and_takes_its_consent_back(stage: Stage) -> None:
    me = stage.household(MINE)
    file = me.get(f"/parties/{MINE}/credit-file?product=sales_flow")
    assert file["reasons"]
    assert all(one["zh"] and one["en"] for one in file["reasons"])
    asked = {"party": MINE, "product": "sales_flow", "amount_fen": 1_000_00, "purpose": "inputs"}
    loan = me.post("/applications", asked)["application"]["application"]
    ruled = stage.of("officer").post(f"/applications/{loan}/decision")
    if ruled["offer"] is None:
        assert ruled["why_a_person"], ruled
        says = {"approve": True, "why": "known for years"}
        stage.two("officer", "risk", f"/applications/{loan}/proposals", says)
    offer = me.get(f"/applications/{loan}/offer")
    assert offer["costs"]
    said = {"offer": offer["digest"], "read_seconds": 60}
    me.refused("NOT_READ", "POST", f"/applications/{loan}/acceptance", said)
    stage.at += timedelta(minutes=2)
    other = {**said, "offer": "0" * 64}
    me.refused("OTHER_OFFER", "POST", f"/applications/{loan}/acceptance", other)
    done = me.post(f"/applications/{loan}/acceptance", said)
    assert done["application"]["standing"] == "ready"
    person = me.post("/applications", {**asked, "amount_fen": 600_00})["application"]["application"]
    waits = me.post(f"/applications/{person}/person")
    assert waits["application"]["wants_person"]
    assert waits["decided_by"] == "officer"
    decided = stage.of("officer").post(f"/applications/{person}/decision")
    assert decided["offer"] is None
    whole = me.get(f"/parties/{MINE}/export")
    assert whole["personal"]["name"] == "农户0002"
    assert {one["application"] for one in whole["application"]} >= {loan, person}
    filed = me.post(f"/parties/{MINE}/disputes", {"about": "score", "words": "三月的订单少算了"})
    answer = {"upheld": False, "words": "已核对"}
    stage.of("risk").post(f"/disputes/{filed['dispute']}/answer", answer)
    assert answer["words"] in str(me.get(f"/disputes/{filed['dispute']}"))
    community, path = f"k-{MINE}-community", f"/parties/{MINE}/credit-file?product={COVERED}"
    file = me.get(path)
    me.post(f"/consents/{community}/withdraw")
    advice = {"party": MINE, "product": "sales_flow", "amount_fen": 500_00}
    stage.of("officer").refused("BEING_SCORED", "POST", "/decisions", advice)
    rescore_all(service_caller(stage.lender, "rescore"), at=stage.at)
    after = me.get(path)
    assert after["version"] > file["version"]
    assert after["composite"] != file["composite"]
    rights = {one["consent"]: one for one in me.get(f"/parties/{MINE}/rights")}
    assert community not in rights or not rights[community]["in_force"]
    for path in (f"/parties/{OTHER}", f"/parties/{OTHER}/export", f"/parties/{OTHER}/credit-file"):
        found = me.refused("NO_PARTY", "GET", path)
        never = me.refused("NO_PARTY", "GET", path.replace(OTHER, NEVER))
        same_words(found, never, OTHER, NEVER)


def test_an_agent_serves_his_villages_and_no_other_is_there(stage: Stage) -> None:
    agent, (here, there) = stage.of("agent"), stage.villages
    new = {
        "party_id": "h-new",
        "kind": "household",
        "village_code": here,
        "personal": {"name": "新农户", "phone": "19900009999"},
    }
    agent.post("/parties", new)
    consent = {
        "consent": "c-new",
        "party_id": "h-new",
        "purpose": "credit",
        "receiver": "county-bank",
        "kinds": ["orders"],
        "since": TODAY.isoformat(),
        "until": "2027-06-29",
    }
    assert agent.post("/consents", consent)["consent"] == "c-new"
    asked = {"party": OTHER, "product": "sales_flow", "amount_fen": 600_00, "purpose": "inputs"}
    assert agent.post("/applications", asked)["application"]["party"] == OTHER
    elsewhere = {**new, "party_id": "h-far", "village_code": there}
    assert not reached(agent.asked("POST", "/parties", elsewhere))
    for path in (f"/parties/{FAR}", f"/parties/{FAR}/export", f"/parties/{FAR}/rights"):
        found = agent.refused("NO_PARTY", "GET", path)
        never = agent.refused("NO_PARTY", "GET", path.replace(FAR, NEVER))
        same_words(found, never, FAR, NEVER)
    far = agent.refused("NO_PARTY", "POST", "/applications", {**asked, "party": FAR})
    never = agent.refused("NO_PARTY", "POST", "/applications", {**asked, "party": NEVER})
    same_words(far, never, FAR, NEVER)


def test_an_auditor_proves_what_was_done_and_can_change_nothing(
    stage: Stage, suixin: Callable[..., Any], tmp_path: Path
) -> None:
    auditor = stage.of("auditor")
    assert auditor.get("/ledger/trial-balance")["sum_fen"] == 0
    for kind in ("agreement", "decision"):
        record = auditor.get(f"/evidence?kind={kind}")["items"][0]["record"]
        proved = auditor.get(f"/evidence/{record}")
        (tmp_path / "it.tlog-proof").write_text(proved["proof"], "utf-8")
        (tmp_path / "entry").write_bytes(base64.b64decode(proved["entry_base64"]))
        (tmp_path / "policy").write_text(proved["policy"], "utf-8")
        given = ("--entry", tmp_path / "entry", "--policy", tmp_path / "policy")
        said = suixin("verify", tmp_path / "it.tlog-proof", *given)
        assert (said.status, "INVALID" in said.out, "VALID" in said.out) == (0, False, True)
    auditor.refused("NOT_PERMITTED", "GET", f"/parties/{MINE}/export")
    for path in (f"/parties/{MINE}", "/ledger/transactions", "/agreements", "/evidence"):
        told = auditor.asked("GET", path).content.decode()
        assert "农户" not in told
        assert "622202" not in told
    with api_stage.asking() as http:
        schema = http.get("/api/v1/openapi.json").json()
    let, tried = [], 0
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            if method == "get" or "security" not in told:
                continue
            content = told.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            filled = path.removeprefix("/api/v1").replace("{delivery}", "1")
            while "{" in filled:
                filled = filled[: filled.index("{")] + MINE + filled[filled.index("}") + 1 :]
            sent = None if body is None else example(body, schema["components"]["schemas"])
            answer, tried = auditor.asked(method.upper(), filled, sent), tried + 1
            if answer.status_code not in (403, 404):
                let.append(f"{method} {path}: {answer.status_code} {answer.content.decode()}")
    assert not let, "\n".join(let)
    assert tried > 40
