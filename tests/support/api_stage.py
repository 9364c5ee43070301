"""Two institutions with their people and partners, asked over HTTP without a socket between."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import stored

from suixin.lending.accounts import chart_on
from suixin.service import clock
from suixin.service.api import clients
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.proposals import confirm
from suixin.service.store.institutions import open_institution

AT = datetime(2026, 6, 30, 9, tzinfo=UTC)
BASE = "http://127.0.0.1"


@dataclass(slots=True)
class House:
    """An institution of the tests, and who asks it for something."""

    number: int
    secrets: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def person(self, duty: Duty, number: int = 1, **more: Any) -> Caller:
        """One of its people, as a use case is told of him."""
        return Caller(
            institution=self.number, by=f"user:{duty}-{number}", duties=frozenset({duty}), **more
        )


def fresh() -> str:
    """A word that no other call of this gives."""
    return secrets.token_hex(4)


def opened(code: str) -> House:
    """A fresh institution with its log."""
    from suixin.service.app.evidence import open_log
    from suixin.service.home import usual_home
    from suixin.service.identity.secret import ensure_secret

    number = open_institution(code, chart_on(stored.DAY), opened_on=stored.DAY)
    ensure_secret(usual_home())
    open_log(number, f"{code}.example", usual_home())
    return House(number)


def partner(house: House, name: str, scopes: Iterable[str], per_second: int = 10_000) -> str:
    """A registered client with a secret; its client id."""
    at = clock.now()
    maker, checker = (house.person(Duty.ADMINISTRATOR, n) for n in (1, 2))
    asked = clients.allow(
        maker,
        name,
        title=name,
        scopes=frozenset(scopes),
        per_second=per_second,
        key=secrets.token_hex(8),
        why="a partner of the tests",
        at=at,
    )
    confirm(checker, asked.proposal, digest=asked.digest, at=at)
    house.secrets[name] = clients.new_secret(maker, name, at=at)
    return f"{house.number}.{name}"


def asking() -> httpx.Client:
    """A client of HTTP to the service in this process."""
    from suixin.service.wsgi import application

    return httpx.Client(transport=httpx.WSGITransport(app=application), base_url=BASE)


def token(http: httpx.Client, house: House, name: str, scope: str = "") -> str:
    """A token for a registered client's credentials."""
    told = http.post(
        "/api/v1/token",
        data={"grant_type": "client_credentials"} | ({"scope": scope} if scope else {}),
        auth=(f"{house.number}.{name}", house.secrets[name]),
    )
    assert told.status_code == 200, told.text
    return str(told.json()["access_token"])


def bearer(told: str, *, key: str = "") -> dict[str, str]:
    """The headers of a partner's request; a write is given a fresh key."""
    return {"Authorization": f"Bearer {told}", "Idempotency-Key": key or str(uuid4())}


def problem(answer: httpx.Response, code: str) -> Mapping[str, Any]:
    """The problem an answer tells, which must be this one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    body: Mapping[str, Any] = answer.json()
    assert body["code"] == code, body
    assert body["status"] == answer.status_code
    return body


@contextmanager
def signed_in(caller: Caller) -> Iterator[httpx.Client]:
    """A client of HTTP for a person, as though he had signed in: the session alone is left out."""
    from suixin.service.api import authenticating

    patch = pytest.MonkeyPatch()
    patch.setattr(authenticating, "request_caller", lambda request: caller)
    patch.setattr(authenticating, "_forged", lambda request: False)
    try:
        with asking() as http:
            yield http
    finally:
        patch.undo()
