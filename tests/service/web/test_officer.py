"""The officer's pages: parts that sum, what two people do, filters that stand in the address."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from people_of_desks import PARTY, People

from suixin.service.app import proposals
from suixin.service.app.applications import application_of
from suixin.service.app.caller import Duty
from suixin.service.web.officer.evidence import summing
from tests.service.web.samples_officer import asked_for_a_person, payee, proposed

AMOUNTS = re.compile(r'data-label="金额">([^<\s]*)')
POINTS = st.floats(-60, 60, allow_nan=False).map(lambda value: round(value, 4))


@given(st.lists(POINTS, min_size=1, max_size=30))
def test_parts_sum_to_what_is_shown(values: list[float]) -> None:
    """The tenths that are written sum to the total that is written, each at most a tenth off."""
    total = sum(values)
    tenths = summing(values, total)
    assert sum(tenths) == round(total * 10)
    for tenth, value in zip(tenths, values, strict=True):
        assert abs(tenth - value * 10) <= 1.5


@pytest.mark.mechanism("H02")
def test_a_reason_and_two_people_decide(people: People) -> None:
    """No reason, nothing; who proposes has no button to agree; another agrees, and it is done."""
    name = asked_for_a_person(people)
    place = reverse("officer-case", args=[name])
    officer, risk = people.client(Duty.CREDIT_OFFICER), people.client(Duty.RISK_OFFICER)
    without = officer.post(place, {"do": "decide", "approve": "yes", "why": "", "key": "a"})
    assert without.status_code == 200
    assert 'class="errors"' in without.content.decode()
    told = {"do": "decide", "approve": "yes", "why": "known for years", "key": "b"}
    assert officer.post(place, told).status_code == 302
    own = officer.get(place).content.decode()
    assert "确认并办理" not in own
    assert "known for years" in own
    (waits,) = proposals.proposals_about(people.world.risk, name)
    sent = {"proposal": waits.proposal, "digest": waits.digest}
    assert waits.digest in risk.get(place).content.decode()
    other = risk.post(place, {**sent, "digest": "0" * 64})
    assert "内容和要办的内容不一样" in other.content.decode()
    assert risk.post(place, sent).status_code == 302
    assert application_of(people.world.risk, name).standing == "offered"


@pytest.mark.mechanism("D06")
def test_agreeing_is_another_duty_than_proposing(people: People) -> None:
    """What one proposes one never agrees to, by whatever form; sent back, nothing is done."""
    name = payee(people)
    officer, risk = people.client(Duty.CREDIT_OFFICER), people.client(Duty.RISK_OFFICER)
    place = reverse("officer-proposal", args=[name])
    digest = proposals.proposed(people.world.risk, name).digest
    refused = officer.post(place, {"digest": digest})
    assert "不在您的职责里" in refused.content.decode()
    assert risk.post(place, {"why": ""}).status_code == 200
    assert risk.post(place, {"why": "another card"}).status_code == 302
    ended = proposals.proposed(people.world.risk, name)
    assert (ended.standing, ended.ended_why) == ("rejected", "another card")


def test_filters_stand_in_the_address(people: People) -> None:
    """What is filtered is what the address says; what cannot be read is told."""
    for fen in (110_000, 220_000):
        asked_for_a_person(people, fen)
    officer, place = people.client(Duty.CREDIT_OFFICER), reverse("officer-worklist")

    def seen(**told: str) -> str:
        return str(officer.get(place, {"party": PARTY, **told}).content.decode())

    assert {"¥1,100", "¥2,200"} <= set(AMOUNTS.findall(seen(person="on")))
    assert set(AMOUNTS.findall(seen(least="2,000"))).isdisjoint({"¥1,100"})
    assert "没有这样的申请" in seen(village="99")
    assert "请写一个金额" in seen(least="much")


def test_what_waits_is_listed_and_noted(people: People) -> None:
    """A proposal waits in the list of who may agree to it, and in no other's."""
    name = asked_for_a_person(people, 300_000)
    proposal = proposed(people, name)
    href = reverse("officer-proposal", args=[proposal])
    assert href in people.client(Duty.RISK_OFFICER).get(reverse("officer-agree")).content.decode()
    assert href not in people.client(Duty.CREDIT_OFFICER).get("/officer/agree/").content.decode()
