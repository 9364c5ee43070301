"""A partner enters with its credentials, and with what it was given alone."""

from __future__ import annotations

import api_stage
import httpx
import pytest
from api_stage import House, bearer, problem, token

from suixin.service import clock
from suixin.service.api import clients
from suixin.service.app.caller import Duty

SCOPES = ("parties:read", "decisions:write")


@pytest.fixture(scope="module")
def house(house: House) -> House:
    api_stage.partner(house, "small", SCOPES)
    return house


def test_a_partner_is_who_its_credentials_say(house: House, http: httpx.Client) -> None:
    told = http.get("/api/v1/me", headers=bearer(token(http, house, "small"))).json()
    assert told["by"] == "client:small"
    assert told["institution"] == house.number
    assert told["scopes"] == sorted(SCOPES)
    assert "decide" not in told["acts"]


def test_a_token_may_ask_for_less(house: House, http: httpx.Client) -> None:
    less = token(http, house, "small", scope="parties:read receipts:write")
    assert http.get("/api/v1/me", headers=bearer(less)).json()["scopes"] == ["parties:read"]


def test_nothing_tells_whether_a_client_is_there(house: House, http: httpx.Client) -> None:
    answers = [
        http.post("/api/v1/token", data={"grant_type": "client_credentials"}, auth=(name, "a" * 43))
        for name in (f"{house.number}.small", f"{house.number}.nobody", "99999.x-y", "no id")
    ]
    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1


def test_who_brings_no_good_token_is_nobody(house: House, http: httpx.Client) -> None:
    good = token(http, house, "small")
    head, body, mark = good.split(".")
    for bad in ("", "x", f"{head}.{body}.{mark[:-2]}", f"{head}.{body}.", "." * 5000):
        answer = http.get("/api/v1/me", headers={b"Authorization": f"Bearer {bad}".encode()})
        assert problem(answer, "NOT_SIGNED_IN")["hint"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]
    problem(http.get("/api/v1/me"), "NOT_SIGNED_IN")


def test_secrets_rotate_and_a_revocation_is_felt(house: House, http: httpx.Client) -> None:
    api_stage.partner(house, "rotating", SCOPES)
    old, admin = house.secrets["rotating"], house.person(Duty.ADMINISTRATOR)
    had = token(http, house, "rotating")
    house.secrets["rotating"] = clients.new_secret(admin, "rotating", at=clock.now())
    token(http, house, "rotating")
    house.secrets["rotating"] = old
    token(http, house, "rotating")  # Both are good for a day.
    assert http.get("/api/v1/me", headers=bearer(had)).status_code == 200
    clients.revoke(admin, "rotating", at=clock.now())
    problem(http.get("/api/v1/me", headers=bearer(had)), "NOT_SIGNED_IN")
    refused = http.post(
        "/api/v1/token",
        data={"grant_type": "client_credentials"},
        auth=(f"{house.number}.rotating", old),
    )
    assert refused.status_code == 401
