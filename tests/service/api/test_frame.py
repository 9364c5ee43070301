"""What is the same at every endpoint: keys, problems, cursors, rates, bodies."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import suppress
from uuid import uuid4

import api_stage
import httpx
import pytest
from api_stage import House, bearer, problem, token

from suixin.service.api import rates
from suixin.service.api.problems import Problem
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.permits import Act
from suixin.service.app.proposals import propose
from suixin.service.store.session import Actor, acting, query

WANTED = {"url": "https://platform.example.cn/hooks", "kinds": ["agreement.signed"]}


def subscriptions(house: House) -> int:
    with acting(Actor(institution=house.number)):
        ((count,),) = query("select count(*) from webhook_subscription")
    return int(count)


def test_an_act_is_done_once_for_its_key(http: httpx.Client, house: House, told: str) -> None:
    key, before = str(uuid4()), subscriptions(house)
    first = http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key))
    again = http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert subscriptions(house) == before + 1


def test_a_key_stands_for_one_request(http: httpx.Client, house: House, told: str) -> None:
    key = str(uuid4())
    assert (
        http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key)).status_code == 201
    )
    other = WANTED | {"kinds": ["consent.given"]}
    answer = http.post("/api/v1/webhooks", json=other, headers=bearer(told, key=key))
    problem(answer, "IDEMPOTENCY_KEY_REUSED")


def test_keys_of_two_callers_never_meet(http: httpx.Client, house: House, told: str) -> None:
    api_stage.partner(house, "another", ["webhooks:write", "agreements:read"])
    key, theirs = str(uuid4()), token(http, house, "another")
    first = http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key)).json()
    second = http.post("/api/v1/webhooks", json=WANTED, headers=bearer(theirs, key=key)).json()
    assert first["subscription"]["subscription"] != second["subscription"]["subscription"]


def test_what_was_refused_leaves_its_key_free(http: httpx.Client, told: str) -> None:
    key = str(uuid4())
    bad = WANTED | {"url": "http://platform.example.cn/hooks"}
    problem(http.post("/api/v1/webhooks", json=bad, headers=bearer(told, key=key)), "WEBHOOK_URL")
    answer = http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key))
    assert answer.status_code == 201


def test_ten_at_once_do_the_act_once(house: House, told: str) -> None:
    key, before = str(uuid4()), subscriptions(house)
    answers: list[httpx.Response] = []
    gate = threading.Barrier(10)

    def ask() -> None:
        from django.db import connections

        with api_stage.asking() as http:
            gate.wait()
            answers.append(
                http.post("/api/v1/webhooks", json=WANTED, headers=bearer(told, key=key))
            )
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.status_code for one in answers] == [201] * 10
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotency-Replayed" in one.headers for one in answers) == 9
    assert subscriptions(house) == before + 1


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201])
def test_a_write_without_a_good_key_is_refused(
    http: httpx.Client, told: str, key: str | None
) -> None:
    headers = {"Authorization": f"Bearer {told}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    answer = http.post("/api/v1/webhooks", json=WANTED, headers=headers)
    problem(answer, "IDEMPOTENCY_KEY")


def test_a_problem_speaks_both_languages(http: httpx.Client, told: str) -> None:
    zh = http.get("/api/v1/proposals/none", headers=bearer(told))
    en = http.get("/api/v1/proposals/none", headers={**bearer(told), "Accept-Language": "en-GB"})
    assert problem(zh, "NO_PROPOSAL")["title"] == "没有这项提议"
    assert problem(en, "NO_PROPOSAL")["title"] == "There is no such proposal"
    assert zh.headers["Content-Language"] == "zh-Hans"
    assert zh.json()["instance"] == zh.headers["X-Request-Id"]
    kind = http.get(zh.json()["type"])
    assert kind.json()["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/nothing", "NOT_FOUND"),
        ("GET", "/api/v1/", "NOT_FOUND"),
        ("PUT", "/api/v1/me", "METHOD"),
        ("GET", "/api/v1/log/tile/%2e%2e/%2e%2e/keys/1.key", "INVALID"),
        ("GET", "/api/v1/evidence/x", "INVALID"),
        ("GET", "/api/v1/proposals?limit=0", "INVALID"),
        ("GET", "/api/v1/proposals?cursor=none", "CURSOR"),
        ("GET", "/api/v1/proposals?cursor=%00", "CURSOR"),
        ("GET", "/api/v1/proposals/%00", "INVALID"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    http: httpx.Client, told: str, method: str, path: str, code: str
) -> None:
    problem(http.request(method, path, headers=bearer(told)), code)


DEEP = b'{"url":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "BAD_JSON"),
        (b"", "application/json", "INVALID"),
        (b"null", "application/json", "INVALID"),
        (b"[]", "application/json", "INVALID"),
        (DEEP, "application/json", "BAD_JSON"),
        (b'{"url":' + b'{"a":' * 50 + b"1" + b"}" * 51, "application/json", "BAD_JSON"),
        (b'{"url": NaN, "kinds": []}', "application/json", "BAD_JSON"),
        (b'{"url": "\\u0000", "kinds": []}', "application/json", "BAD_JSON"),
        (b'{"url": "\\ud800", "kinds": []}', "application/json", "BAD_JSON"),
        (b'{"url": "\xff", "kinds": []}', "application/json", "BAD_JSON"),
        (b'{"url": ' + b"9" * 100_000 + b', "kinds": []}', "application/json", "BAD_JSON"),
        (b'{"url": ' + b"9" * 400 + b', "kinds": []}', "application/json", "INVALID"),
        (json.dumps(WANTED).encode("utf-16"), "application/json; charset=utf-16", "MEDIA_TYPE"),
        (json.dumps(WANTED).encode(), "text/plain", "MEDIA_TYPE"),
        (json.dumps(WANTED).encode(), "application/x-www-form-urlencoded", "MEDIA_TYPE"),
        (b" " * 1_048_577, "application/json", "TOO_LARGE"),
    ],
)
def test_a_hostile_body_is_refused(
    http: httpx.Client, told: str, body: bytes, kind: str, code: str
) -> None:
    headers = {**bearer(told), "Content-Type": kind}
    problem(http.post("/api/v1/webhooks", content=body, headers=headers), code)


def test_a_body_that_is_announced_too_large_is_not_read(told: str) -> None:
    from suixin.service.api.edge import Edge

    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("It was read.")

        readline = read

    from django.core.handlers.wsgi import WSGIRequest

    for told_bytes, code in (
        ("100000000", "TOO_LARGE"),
        ("-1", "BAD_REQUEST"),
        ("9" * 40, "TOO_LARGE"),
    ):
        request = WSGIRequest(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/api/v1/decisions",
                "CONTENT_LENGTH": told_bytes,
                "wsgi.input": Unread(),
            }
        )
        answer = Edge(lambda _: pytest.fail("It went further."))(request)
        assert json.loads(answer.content)["code"] == code  # type: ignore[attr-defined]


def test_a_large_batch_is_read(http: httpx.Client, told: str) -> None:
    rows = [{"item": "x" * 3_000} for _ in range(1_000)]
    answer = http.post("/api/v1/facts/nothing", json={"rows": rows}, headers=bearer(told))
    assert int(answer.request.headers["Content-Length"]) > 2_621_440  # Django's own limit.
    problem(answer, "NO_FEED")


def test_a_list_goes_on_where_it_was(http: httpx.Client, house: House, other: House) -> None:
    maker, checker = house.person(Duty.ADMINISTRATOR), house.person(Duty.ADMINISTRATOR, 2)
    made = [
        propose(
            maker,
            Act.MANAGE_PEOPLE,
            f"user-{n}",
            {"n": n},
            key=f"list-{n}",
            why="x",
            at=api_stage.AT,
        )
        for n in range(5)
    ]
    seen: list[str] = []
    asked: str | None = None
    with api_stage.signed_in(checker) as person:
        while True:
            more = {"cursor": asked} if asked else {}
            told = person.get("/api/v1/proposals", params={"limit": 2, **more}).json()
            seen += [one["proposal"] for one in told["items"]]
            asked = told["next"]
            if asked is None:
                break
            first = asked
    assert set(seen) >= {one.proposal for one in made}
    assert max(Counter(seen).values()) == 1
    elsewhere = Caller(
        institution=other.number, by="user:x", duties=frozenset({Duty.ADMINISTRATOR})
    )
    with api_stage.signed_in(elsewhere) as person:
        problem(person.get("/api/v1/proposals", params={"cursor": first}), "CURSOR")


def test_a_client_asks_no_faster_than_it_may(http: httpx.Client, house: House) -> None:
    api_stage.partner(house, "slow", ["parties:read"], per_second=1)
    theirs = token(http, house, "slow")
    answers = [http.get("/api/v1/me", headers=bearer(theirs)) for _ in range(6)]
    refused = [one for one in answers if one.status_code == 429]
    assert 3 <= len(refused) <= 5  # Two at first, one a second afterwards.
    assert problem(refused[0], "TOO_MANY")
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_processes_share_one_rate(house: House) -> None:
    had = 0
    for _ in range(40):  # As many processes, which hold nothing yet.
        rates._held.clear()
        with suppress(Problem):
            rates.spend(house.number, "shared", per_second=20, burst=10)
            had += 1
    assert 10 <= had <= 14


def test_what_is_had_is_not_sent_again(http: httpx.Client, told: str) -> None:
    first = http.get("/api/v1/me", headers=bearer(told))
    again = http.get("/api/v1/me", headers={**bearer(told), "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_who_sends_no_body_holds_not_every_thread() -> None:
    from django.core.handlers.wsgi import WSGIRequest
    from django.http import HttpResponse

    from suixin.service.api import edge

    ready, answers = threading.Event(), []

    class Slow:
        def read(self, *_: object) -> bytes:
            ready.wait(30)
            return b""

        readline = read

    def asked(method: str, length: str) -> None:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/api/v1/decisions",
            "CONTENT_LENGTH": length,
            "CONTENT_TYPE": "application/json",
            "wsgi.input": Slow(),
        }
        answer = edge.Edge(lambda _: HttpResponse(b"{}"))(WSGIRequest(environ))
        answers.append((method, answer.status_code))

    slow = [
        threading.Thread(target=asked, args=("POST", "100")) for _ in range(edge.BODIES_AT_ONCE + 3)
    ]
    for one in slow:
        one.start()
    asked("GET", "0")
    assert ("GET", 200) in answers
    end = time.monotonic() + 20
    while answers.count(("POST", 503)) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    ready.set()
    for one in slow:
        one.join()
    assert sorted(answers)[1:] == [("POST", 400)] * edge.BODIES_AT_ONCE + [("POST", 503)] * 3
