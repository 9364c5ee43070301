"""People come and go by two; a rule is tried before it is changed; what was given up runs again."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from people_of_desks import PARTY, People
from sign_in import caller_of, given_duties, signed_in

from suixin.service.app import people as staff
from suixin.service.app import policies, proposals
from suixin.service.app.caller import Duty
from suixin.service.store.session import acting, query


@pytest.fixture(scope="module")
def two(people: People) -> tuple[Any, Any]:
    """Two administrators, each signed in."""
    one = people.client(Duty.ADMINISTRATOR)
    return one, signed_in(people.world.institution, Duty.ADMINISTRATOR)[0]


def agreed(client: Any, people: People, subject: str = "") -> str:
    """The second person opens what waits, and agrees by the form that the page shows."""
    (waits,) = [one for one in proposals.waiting(caller_of(client)) if subject in one.subject]
    place = reverse("administration-proposal", args=[waits.proposal])
    page = client.get(place).content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest
    answer = client.post(place, {"proposal": waits.proposal, "digest": digest[1]})
    assert answer.status_code == 302
    return waits.subject


def test_a_person_comes_and_goes_by_two(people: People, two: tuple[Any, Any]) -> None:
    """Invited by one, agreed to by another; each shows its half once; then gone."""
    first, second = two
    asked = {
        "sign_in": "cash-9",
        "name": "新出纳",
        "duty": "cashier",
        "why": "人手不够",
        "key": "k1",
    }
    place = reverse("administration-people")
    bad = first.post(place, {**asked, "sign_in": "With Spaces"}).content.decode()
    assert 'class="errors"' in bad
    assert first.post(place, asked).status_code == 302
    username = agreed(second, people, "cash-9")
    own = reverse("administration-person", args=[username])
    halves = [client.post(own, {"half": "1"}).content.decode() for client in two]
    told = [re.search(r'<p class="hash">([^<]+)</p>', page) for page in halves]
    assert told[0]
    assert told[1]
    assert told[0][1] != told[1][1]
    assert told[0][1] not in first.get(own).content.decode()
    change = {"do": "give", "duty": "auditor", "why": "审计缺人", "key": "k2"}
    assert 'class="errors"' in first.post(own, change).content.decode()
    assert first.post(own, {**change, "do": "end", "key": "k3"}).status_code == 302
    agreed(second, people, "cash-9")
    assert staff.person(caller_of(first), username).active is False
    page = first.get(place).content.decode()
    assert username in page
    assert "已停用" in page


def test_nobody_agrees_to_his_own_proposal(people: People, two: tuple[Any, Any]) -> None:
    """His own proposal has no button for him, and the form sent all the same is refused."""
    first, second = two
    username = given_duties(people.world.institution, Duty.CASHIER).username
    own = reverse("administration-person", args=[username])
    assert first.post(own, {"do": "end", "duty": "cashier", "why": "离职", "key": "k5"}).status_code
    (waits,) = proposals.proposals_about(caller_of(first), username)
    place = reverse("administration-proposal", args=[waits.proposal])
    assert "确认并办理" not in first.get(place).content.decode()
    sent = first.post(place, {"proposal": waits.proposal, "digest": waits.digest})
    assert "提出的人不能自己复核" in sent.content.decode()
    agreed(second, people, username)


def test_a_rule_is_tried_then_proposed(people: People) -> None:
    """The preview decides last month again and changes nothing; another agrees to the change."""
    world = people.world
    made = world.applied(PARTY, "sales_flow", 400_000)
    risk = people.client(Duty.RISK_OFFICER)
    place = reverse("policy-sheet", args=["products/sales_flow"])
    shown = policies.sheet(caller_of(risk), "products/sales_flow", on=world.day)
    cap = next(one for one in shown.parameters if one.name == "amount")
    value = json.dumps({**json.loads(cap.value), "max_fen": 300_000})
    asked = {
        "parameter": cap.name,
        "value": value,
        "since": (world.day + timedelta(days=5)).isoformat(),
        "reference": "2026 年第 3 次会议",
        "why": "收紧",
        "key": "c1",
    }
    seen = risk.post(place, {**asked, "preview": "1"}).content.decode()
    assert made.application.application in seen
    assert 'name="propose"' in seen
    assert policies.policy_changes(caller_of(risk)) == ()
    past = risk.post(place, {**asked, "since": "2020-01-01", "propose": "1"}).content.decode()
    assert 'class="errors"' in past
    assert risk.post(place, {**asked, "propose": "1"}).status_code == 302
    (waits,) = proposals.proposals_about(caller_of(risk), f"products/sales_flow/{cap.name}")
    proposals.confirm(world.second_risk, waits.proposal, digest=waits.digest, at=world.at)
    assert [one.value for one in policies.policy_changes(caller_of(risk))] == [
        json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True)
    ]
    assert "300000" in risk.get(place).content.decode()


def test_what_was_given_up_is_run_again(people: People, two: tuple[Any, Any]) -> None:
    """Named with its last fault; queued again for a reason; another's is not there."""
    admin, place = two[0], reverse("status-status")
    with acting(people.world.actor):
        ((job,),) = query(
            """insert into procrastinate_jobs (queue_name, task_name, args, status, attempts)
               values ('quick', 'send_reminders', %s::jsonb, 'failed', 5) returning id""",
            [f'{{"institution": {people.world.institution}}}'],
        )
    page = admin.get(place).content.decode()
    assert "send_reminders" in page
    assert "有事要看" in page
    assert 'class="errors"' in admin.post(place, {"job": 10**9, "why": "w"}).content.decode()
    assert admin.post(place, {"job": job, "why": "银行又通了"}).status_code == 302
    assert "放弃的任务" in admin.get(place).content.decode()
    with acting(people.world.actor):
        assert query("select status::text from procrastinate_jobs where id = %s", [job]) == [
            ("todo",)
        ]
    assert people.client(Duty.CREDIT_OFFICER).get(place).status_code == 403
