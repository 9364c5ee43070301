"""Webhooks go out and nowhere within, signed, and again until they are heard."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import api_stage
import httpx
import pytest
from api_stage import House, bearer, problem, token
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.api.webhooks import addresses
from suixin.service.api.webhooks.letters import DeliveryStanding
from suixin.service.api.webhooks.sending import RESTS, send_due
from suixin.service.app import consents
from suixin.service.app.caller import Duty, service_caller
from suixin.service.app.parties import onboard
from suixin.service.store.people import Consent, Registered
from suixin.service.store.session import Actor, acting, query

PUBLIC = "203.0.114.7"


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example.cn/",
        "ftp://platform.example.cn/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://user:secret@platform.example.cn/",
        "https://platform.example.cn/#part",
        "https://platform.example.cn\\@inner/",
        "https://платформа.example/",
        "https:///path",
        "https://platform.example.cn:99999/",
        "https://platform.example.cn/\r\nX: 1",
        "https://" + "a" * 600 + ".cn/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_leads_nowhere_good_is_refused(url: str) -> None:
    with pytest.raises(InputError) as fault:
        addresses.checked(url)
    assert fault.value.code == "WEBHOOK_URL"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "100.100.100.200", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1%eth0"),
    ],
)
def test_a_name_that_resolves_within_is_refused(address: str) -> None:
    for told in ((address,), (PUBLIC, address)):  # One bad address among good ones is enough.
        with pytest.raises(InputError) as fault:
            addresses.target("https://platform.example.cn/", resolve=lambda *_, told=told: told)
        assert fault.value.code == "WEBHOOK_URL"


def test_what_was_looked_at_is_where_it_goes() -> None:
    found = addresses.target("https://platform.example.cn/a?b=1", resolve=lambda *_: ("1.1.1.1",))
    assert (found.address, found.host, found.port) == ("1.1.1.1", "platform.example.cn", 443)
    assert found.path == "/a?b=1"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(InputError):  # And by nothing else.
        assert addresses.checked(f"https://{text}")


@dataclass
class Receiver:
    """A partner's own server, as it behaves at a moment."""

    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(found.status)
            self.send_header("Location", "http://127.0.0.1/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def subscribed(http: httpx.Client, house: House, told: str, receiver: Receiver) -> dict[str, Any]:
    with acting(Actor(institution=house.number)):
        query(
            "insert into webhook_host (institution_id, host) values (%s, 'localhost')"
            " on conflict do nothing",
            [house.number],
        )
    body = {"url": f"http://localhost:{receiver.port}/hook", "kinds": ["consent.given"]}
    answer = http.post("/api/v1/webhooks", json=body, headers=bearer(told))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def happened(house: House, name: str) -> None:
    agent = house.person(Duty.CREDIT_OFFICER)
    party = Registered(party_id=f"h-{name}", kind="household", village_code="440811100201")
    onboard(agent, party, {}, at=clock.now())
    given = Consent(
        consent=f"c-{name}",
        party_id=f"h-{name}",
        purpose="credit",
        receiver="platform",
        kinds=("orders",),
        since=clock.now().date() - timedelta(days=1),
        until=date(2030, 1, 1),
    )
    consents.consent(agent, given, at=clock.now())


def sent(house: House, *, after: timedelta = timedelta(0)) -> Any:
    at = clock.now() + after + timedelta(seconds=1)
    return send_due(
        service_caller(house.number, "webhooks"), at=at, resolve=lambda *_: ("127.0.0.1",)
    )


def test_an_event_is_heard_once_and_signed(
    http: httpx.Client, house: House, told: str, receiver: Receiver
) -> None:
    made = subscribed(http, house, told, receiver)
    happened(house, "one")
    assert sent(house).heard == 1
    assert sent(house).heard == 0
    ((headers, body),) = receiver.heard
    event = json.loads(body)
    assert event["type"] == "consent.given"
    assert event["data"] == {"consent": "c-one", "party": "h-one"}
    secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    path = f"/api/v1/webhooks/{made['subscription']['subscription']}"
    assert http.request("DELETE", path, headers=bearer(told)).status_code == 200
    happened(house, "unheard")
    assert sent(house).heard == 0


def test_what_is_not_heard_is_sent_again_then_given_up(
    http: httpx.Client, house: House, told: str, receiver: Receiver
) -> None:
    made = subscribed(http, house, told, receiver)
    receiver.status = 302  # A redirect is no answer, and is not followed.
    happened(house, "again")
    waited = timedelta(0)
    for rest in RESTS:
        assert sent(house, after=waited).put_off == 1
        assert sent(house, after=waited).put_off == 0  # It rests meanwhile.
        waited += rest + timedelta(seconds=2)
    assert sent(house, after=waited).given_up == 1
    names = {headers["webhook-id"] for headers, _ in receiver.heard}
    assert len(names) == 1
    assert len(receiver.heard) == len(RESTS) + 1
    dead = http.get("/api/v1/webhook-deliveries?standing=dead", headers=bearer(told)).json()
    (letter,) = dead["items"]
    assert letter["fault"] == "status 302"
    receiver.status = 204
    path = f"/api/v1/webhook-deliveries/{letter['delivery']}/retry"
    assert http.post(path, headers=bearer(told)).json()["standing"] == DeliveryStanding.WAITING
    assert sent(house, after=waited).heard == 1
    problem(http.post(path, headers=bearer(told)), "NOT_DEAD")
    path = f"/api/v1/webhooks/{made['subscription']['subscription']}"
    http.request("DELETE", path, headers=bearer(told))


def test_who_is_gone_is_asked_no_more(
    http: httpx.Client, house: House, told: str, receiver: Receiver
) -> None:
    subscribed(http, house, told, receiver)
    receiver.status = 410
    happened(house, "gone")
    assert sent(house).given_up == 1
    happened(house, "gone-2")
    assert sent(house) == type(sent(house))(0, 0, 0)


def test_what_was_taken_back_is_told_to_nobody(
    http: httpx.Client, house: House, told: str, receiver: Receiver
) -> None:
    subscribed(http, house, told, receiver)
    before = len(receiver.heard)

    def taken_back() -> None:
        with acting(Actor(institution=house.number)):
            happened(house, "undone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        taken_back()
    assert sent(house).heard == 0
    assert len(receiver.heard) == before


def test_another_partner_sees_none_of_it(
    http: httpx.Client, house: House, other: House, told: str, receiver: Receiver
) -> None:
    made = subscribed(http, house, told, receiver)
    api_stage.partner(house, "second", ["webhooks:write"])
    path = f"/api/v1/webhooks/{made['subscription']['subscription']}"
    never = f"/api/v1/webhooks/{'0' * 8}"
    for theirs in (token(http, house, "second"), token(http, other, "platform")):
        mine = http.request("DELETE", path, headers=bearer(theirs))
        none = http.request("DELETE", never, headers=bearer(theirs))
        assert problem(mine, "NO_SUBSCRIPTION")["hint"] == problem(none, "NO_SUBSCRIPTION")["hint"]
        assert http.get("/api/v1/webhooks", headers=bearer(theirs)).json() == []
