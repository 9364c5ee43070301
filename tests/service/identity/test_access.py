"""A household's own way in: opened once by who took it on, renewed by two."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from opened import new_institution
from sign_in import PASSWORD, caller_of, given_duties

from suixin.data.errors import InputError
from suixin.service.app import administration as admin
from suixin.service.app.access import open_access
from suixin.service.app.administration import Request
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.parties import onboard
from suixin.service.app.proposals import confirm
from suixin.service.home import Home
from suixin.service.identity import welcoming
from suixin.service.store.people import Registered

AT = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
VILLAGE, OTHER = "440811100201", "440811100202"


@pytest.fixture(scope="module")
def officer(database: Home) -> Iterator[Caller]:
    """An officer of an institution with a household in a village, and another in another."""
    kept = os.environ.get("SUIXIN_HOME")
    made = given_duties(new_institution(database), Duty.CREDIT_OFFICER).caller()
    for party_id, village in (("h-1", VILLAGE), ("H:2", OTHER), ("h-3", VILLAGE)):
        onboard(
            made, Registered(party_id=party_id, kind="household", village_code=village), {}, at=AT
        )
    onboard(made, Registered(party_id="s-1", kind="station", village_code=VILLAGE), {}, at=AT)
    yield made
    if kept is None:
        os.environ.pop("SUIXIN_HOME", None)
    else:
        os.environ["SUIXIN_HOME"] = kept


def refused(caller: Caller, party_id: str) -> str:
    with pytest.raises(InputError) as wrong:
        open_access(caller, party_id, at=AT)
    return wrong.value.code


def test_a_household_comes_in_by_its_link_and_is_itself(officer: Caller) -> None:
    first = open_access(officer, "h-1", at=AT)
    again = open_access(officer, "h-1", at=AT + timedelta(hours=1))
    assert again.username == first.username
    for link in (first.link, "none"):
        with pytest.raises(InputError, match="too old"):
            welcoming.choose_password(link, "", PASSWORD, at=AT)
    welcoming.choose_password(again.link, "", PASSWORD, at=AT)
    assert refused(officer, "h-1") == "HAS_ACCESS"
    client = Client()
    client.post("/accounts/login/", {"login": first.username, "password": PASSWORD})
    caller = caller_of(client)
    assert (caller.party, caller.duties) == ("h-1", frozenset({Duty.HOUSEHOLD}))


def test_an_agent_opens_those_of_his_villages(officer: Caller) -> None:
    agent = Caller(
        institution=officer.institution,
        by="user:0",
        duties=frozenset({Duty.STATION_AGENT}),
        villages=(VILLAGE,),
    )
    assert refused(agent, "H:2") == refused(agent, "nobody") == "NO_PARTY"
    assert open_access(agent, "h-3", at=AT).username.startswith("h-3@")
    assert open_access(officer, "H:2", at=AT).username.startswith("h-")
    assert refused(officer, "s-1") == "NOT_A_HOUSEHOLD"
    auditor = given_duties(officer.institution, Duty.AUDITOR).caller()
    assert refused(auditor, "h-3") == "NOT_PERMITTED"


def test_two_renew_it_and_two_end_it(officer: Caller) -> None:
    one, other = (
        given_duties(officer.institution, Duty.ADMINISTRATOR, first_name=name).caller()
        for name in ("甲", "乙")
    )
    username = open_access(officer, "h-3", at=AT).username
    request = Request(key="renew", why="the telephone was lost", at=AT)
    made = admin.renew_access(one, username, request)
    confirm(other, made.proposal, digest=made.digest, at=AT)
    link, code = (welcoming.my_half(who, username, at=AT) for who in (one, other))
    welcoming.choose_password(link, code, PASSWORD, at=AT)
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert caller_of(client).party == "h-3"
    made = admin.end_access(one, username, Request(key="end", why="it moved away", at=AT))
    confirm(other, made.proposal, digest=made.digest, at=AT)
    with pytest.raises(InputError) as wrong:
        caller_of(client)
    assert wrong.value.code == "NOT_SIGNED_IN"
    with pytest.raises(InputError) as wrong:
        admin.give_duty(one, username, Duty.CASHIER, Request(key="x", why="x", at=AT))
    assert wrong.value.code == "DUTY"
