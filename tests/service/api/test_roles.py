"""Every endpoint by every role, and with another institution's ids: nothing leaks."""

from __future__ import annotations

import re
import statistics
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from api_examples import example
from api_stage import House, bearer, token

from suixin.service import clock
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.parties import onboard
from suixin.service.app.permits import PERMITS, may
from suixin.service.store.people import Registered

THEIRS, NEVER = "h-theirs-1", "h-never-0"
# What one may do with a proposal follows from the proposal; who one is, anybody may ask.
OPEN = frozenset({"see_self", "list_proposals"})
# These name what they make, so that a name of another institution's is as good as any.
NAMING = frozenset({"onboard_party", "give_consent"})
# Who else may look than who may do it.
LOOKS = {
    "list_disputes": {Duty.RISK_OFFICER},
    "list_conflicts": {Duty.STATION_AGENT},
    "list_imports": {Duty.AUDITOR, Duty.SERVICE},
    "see_import": {Duty.AUDITOR, Duty.SERVICE},
    "list_refused_rows": {Duty.AUDITOR, Duty.SERVICE},
}


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    body: Any
    writes: bool


@pytest.fixture(scope="module")
def operations(http: httpx.Client) -> list[Operation]:
    schema = http.get("/api/v1/openapi.json").json()
    found = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            if "security" not in told:
                continue
            content = told.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            keys = {one["name"] for one in told["parameters"] if one["in"] == "header"}
            query = "&".join(
                f"{one['name']}={example(one['schema'], schema['components']['schemas'])}"
                for one in told["parameters"]
                if one["in"] == "query" and one["required"]
            )
            found.append(
                Operation(
                    told["operationId"],
                    method.upper(),
                    path + (f"?{query}" if query else ""),
                    None if body is None else example(body, schema["components"]["schemas"]),
                    "Idempotency-Key" in keys,
                )
            )
    return found


@pytest.fixture(scope="module")
def theirs(other: House) -> str:
    """A party that another institution has, and this one has not."""
    officer = other.person(Duty.CREDIT_OFFICER)
    party = Registered(party_id=THEIRS, kind="household", village_code="440811100201")
    onboard(officer, party, {}, at=clock.now())
    return THEIRS


@pytest.fixture
def as_caller(monkeypatch: pytest.MonkeyPatch) -> Any:
    from suixin.service.api import authenticating, tokens

    now: list[Caller] = []
    monkeypatch.setattr(tokens, "caller_of", lambda _: now[-1])
    monkeypatch.setattr(authenticating, "spend", lambda _: None)
    return now.append


def asked(http: httpx.Client, one: Operation, name: str) -> httpx.Response:
    path = re.sub(r"\{(record)\}", "0" * 64, one.path)
    path = re.sub(r"\{(delivery)\}", "1", path)
    path = re.sub(r"\{(path)\}", "checkpoint", path)
    path = re.sub(r"\{\w+\}", name, path)
    body = _with(one.body, name)
    return http.request(one.method, path, json=body, headers=bearer("x", key=str(uuid4())))


def _with(body: Any, name: str) -> Any:
    """The body with the id wherever one is told."""
    if isinstance(body, dict):
        ids = ("party", "party_id", "subject", "guarantor", "consent")
        return {key: name if key in ids else _with(told, name) for key, told in body.items()}
    return [_with(told, name) for told in body] if isinstance(body, list) else body


def callers(number: int) -> list[Caller]:
    """One of each duty, and a partner that was given nothing."""
    return [
        Caller(
            institution=number,
            by=f"user:{duty}",
            duties=frozenset({duty}),
            villages=("440811100201",) if duty is Duty.STATION_AGENT else (),
            party="h-own" if duty is Duty.HOUSEHOLD else "",
        )
        for duty in Duty
    ]


def test_who_may_not_is_refused_at_every_endpoint(
    http: httpx.Client, house: House, theirs: str, operations: list[Operation], as_caller: Any
) -> None:
    from suixin.service.api.asked import told_endpoints

    acts = told_endpoints()
    wrong, refused = [], 0
    for caller in callers(house.number):
        as_caller(caller)
        for one in operations:
            answer = asked(http, one, "h-first-1")
            act = acts[one.name].act
            name = f"{'/'.join(caller.duties)} {one.method} {one.path}"
            if answer.status_code >= 500:
                wrong.append(f"{name}: {answer.text[:200]}")
            elif act is not None and not may(caller, act) and not _sees(caller, one.name, act):
                refused += 1
                if answer.status_code not in (403, 404):
                    wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
            elif act is None and one.name not in OPEN and _stranger(caller, answer):
                wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert refused > 500


def _stranger(caller: Caller, answer: httpx.Response) -> bool:
    """Whether a partner that was given nothing was told something."""
    return caller.duties == {Duty.PARTNER} and answer.status_code < 400


def _sees(caller: Caller, name: str, act: Any) -> bool:
    """Who agrees to an act may look at what it is about."""
    return bool((PERMITS[act].second | LOOKS.get(name, set())) & caller.duties)


def test_another_institutions_ids_are_as_if_they_never_were(
    http: httpx.Client, house: House, theirs: str, operations: list[Operation], as_caller: Any
) -> None:
    wrong, compared = [], 0
    for caller in callers(house.number):
        as_caller(caller)
        for one in operations:
            if one.name in NAMING or (
                "{" not in one.path and THEIRS not in str(_with(one.body, THEIRS))
            ):
                continue
            found, never = asked(http, one, theirs), asked(http, one, NEVER)
            compared += 1
            if _told(found, theirs) != _told(never, NEVER):
                wrong.append(f"{caller.by} {one.method} {one.path}: {found.text} {never.text}")
    assert not wrong, "\n\n".join(wrong)
    assert compared > 500


def _told(answer: httpx.Response, name: str) -> tuple[int, str]:
    """An answer without the id that was asked for, its own id, its moments and random ids."""
    text = answer.text.replace(name, "ID")
    text = re.sub(r'"instance": ?"[^"]*"', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "AT", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", text)
    return answer.status_code, re.sub(r"[0-9a-f]{24,}", "HASH", text)


def test_existence_is_not_told_by_time(
    http: httpx.Client, house: House, other: House, theirs: str
) -> None:
    told = token(http, house, "platform")
    times: dict[str, list[float]] = {theirs: [], NEVER: []}
    for _ in range(60):
        for name, seen in times.items():
            began = time.perf_counter()
            http.get(f"/api/v1/parties/{name}", headers=bearer(told))
            seen.append(time.perf_counter() - began)
    first, second = (statistics.median(seen) for seen in times.values())
    # One query more or less would be a fifth; the noise of a busy machine is below that.
    assert abs(first - second) < 0.5 * max(first, second)
