"""A platform's journey through the API, by the client that is generated from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import api_client
import api_stage
import httpx
import pytest
from api_stage import House, bearer, problem
from county_home import UNTIL, county_folder
from stored import database

from suixin.service import clock
from suixin.service.api.clients import scopes_there_are
from suixin.service.app import facts, scoring
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.home import Home
from suixin.service.store.session import Actor, acting, query

__all__ = ["database"]
AT = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 9, tzinfo=UTC)
PRODUCT = "sales_flow"


@pytest.fixture(scope="module")
def house(database: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    patch = pytest.MonkeyPatch()
    patch.setenv("SUIXIN_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setattr(clock, "now", lambda: AT)
    found = api_stage.opened(f"bank-{api_stage.fresh()}")
    api_stage.partner(found, "platform", scopes_there_are())
    service = service_caller(found.number, "load")
    facts.load_feeds(service, county_folder(), key="county", at=AT)
    scoring.score_all(service, on=UNTIL, at=AT)
    yield found
    patch.undo()


@pytest.fixture(scope="module")
def http(house: House) -> Iterator[httpx.Client]:
    with api_stage.asking() as found:
        yield found


@pytest.fixture(scope="module")
def told(http: httpx.Client, house: House) -> str:
    return api_stage.token(http, house, "platform")


@pytest.fixture(scope="module")
def platform(told: str) -> Any:
    return api_client.client(told)


def sellers(house: House) -> list[str]:
    with acting(Actor(institution=house.number)):
        rows = query("select subject from credit_file where status = 'scored' order by 1")
    return [subject for (subject,) in rows]


@pytest.mark.mechanism("C10")
@pytest.mark.mechanism("H02")
def test_a_platform_is_advised_and_cannot_decide(
    house: House, http: httpx.Client, told: str, platform: Any
) -> None:
    from suixin_client.api.decisions import ask_decision, see_decision
    from suixin_client.models import Question

    seller = sellers(house)[0]
    key = str(uuid4())
    body = Question(party=seller, product=PRODUCT, amount_fen=500_00)
    advice = ask_decision.sync(client=platform, body=body, idempotency_key=key)
    again = ask_decision.sync(client=platform, body=body, idempotency_key=key)
    assert advice == again
    assert advice.reasons
    assert advice.offer_fen <= min(advice.limit_fen, 500_00)
    assert see_decision.sync(client=platform, decision=advice.advice) == advice
    decided = http.post(
        f"/api/v1/applications/{advice.advice}/proposals",
        json={"approve": True, "why": "the platform wants it"},
        headers=bearer(told),
    )
    problem(decided, "NOT_PERMITTED")


@pytest.mark.mechanism("C08")
def test_a_live_slot_moves_its_limit_and_has_no_step_of_money(house: House, platform: Any) -> None:
    from suixin_client.api.live import open_live_slot, see_live_slot, send_live_events
    from suixin_client.models import EventColumns, Opening

    seller = sellers(house)[0]
    opens = int(AT.timestamp()) - 600
    slot = f"slot-{api_stage.fresh()}"
    opened = open_live_slot.sync(
        client=platform,
        body=Opening(slot=slot, party=seller, opens_at=opens, closes_at=opens + 7_200),
        idempotency_key=str(uuid4()),
    )
    assert opened.open_
    assert opened.limit_fen == opened.opening_fen
    count = 500
    body = EventColumns(
        slot=slot,
        kind=["enter"] * count,
        viewer=[f"{number:064x}" for number in range(1, count + 1)],
        device=[f"{number:064x}" for number in range(1, count + 1)],
        at=[opens + number % 500 for number in range(count)],
        value=[0] * count,
        order=[""] * count,
    )
    key = str(uuid4())
    sent = send_live_events.sync(client=platform, body=body, idempotency_key=key)
    assert sent.events == count
    assert send_live_events.sync(client=platform, body=body, idempotency_key=key).events == count
    stands = see_live_slot.sync(client=platform, slot=slot)
    assert stands.events == count
    assert not {"contract", "accept", "pay"} & set(stands.to_dict())


@pytest.mark.mechanism("K03")
def test_a_reader_is_shown_what_it_was_granted_and_each_read_is_noted(
    house: House, http: httpx.Client, told: str, platform: Any
) -> None:
    from suixin_client.api.exchange import read_shared_facts
    from suixin_client.models import Purpose

    seller = sellers(house)[0]
    api_stage.partner(house, "insurer", ["exchange:read"])
    reader = api_client.client(api_stage.token(http, house, "insurer"))
    ask = {"client": reader, "feed": "orders", "party": seller, "purpose": Purpose.CREDIT}
    nothing = read_shared_facts.sync(**ask)
    assert nothing.code == "NOT_SHARED", nothing.detail
    share(
        house, http, {"order_id": "hash", "gross": "band", "placed_at": "year", "channel": "clear"}
    )
    assert read_shared_facts.sync(**ask).code == "NOT_SHARED"  # The household has not agreed yet.
    agree(house, http, seller)
    shown = read_shared_facts.sync(**ask)
    assert shown.rows
    assert "buyer" in shown.hidden
    for row in (one.to_dict() for one in shown.rows):
        assert row["buyer"] is None
        assert len(row["order_id"]) == 64
        assert row["gross"] in ("0", "<1k", "<5k", "<20k", "<50k", ">=50k")
        assert 2024 <= row["placed_at"] <= 2026
    assert shown.lag_seconds is not None
    assert shown.lag_seconds >= 0
    other = read_shared_facts.sync(**{**ask, "purpose": Purpose.CLAIM})
    assert other.code == "NOT_SHARED"
    officer = house.person(Duty.CREDIT_OFFICER)
    with api_stage.signed_in(officer) as person:
        noted = person.get(f"/api/v1/exchange/reads/{seller}").json()["items"]
    assert [one["refused"] for one in noted] == ["NOT_SHARED", "", "NOT_SHARED", "NOT_SHARED"]
    assert set(noted[1]["shown"]) == {"order_id", "gross", "placed_at", "channel"}
    household = Caller(
        institution=house.number,
        by="user:h",
        duties=frozenset({Duty.HOUSEHOLD}),
        party="somebody-else",
    )
    with api_stage.signed_in(household) as person:
        problem(person.get(f"/api/v1/exchange/reads/{seller}"), "NO_PARTY")


def share(house: House, http: httpx.Client, fields: dict[str, str]) -> None:
    """Two people share fields of orders with the insurer."""
    body = {
        "reader": "insurer",
        "feed": "orders",
        "fields": fields,
        "purpose": "credit",
        "since": UNTIL.isoformat(),
        "until": (UNTIL + timedelta(days=30)).isoformat(),
        "why": "the insurer prices by the band of sales",
    }
    with api_stage.signed_in(house.person(Duty.ADMINISTRATOR)) as person:
        made = person.post(
            "/api/v1/exchange/grants", json=body, headers={"Idempotency-Key": str(uuid4())}
        ).json()
    path = f"/api/v1/proposals/{made['proposal']}/confirm"
    digest = {"digest": made["digest"]}
    with api_stage.signed_in(house.person(Duty.RISK_OFFICER)) as person:
        done = person.post(path, json=digest, headers={"Idempotency-Key": str(uuid4())})
    assert done.json()["standing"] == "confirmed", done.text


def agree(house: House, http: httpx.Client, party: str) -> None:
    """The household agrees that the insurer reads its orders for scoring."""
    body = {
        "consent": f"c-{api_stage.fresh()}",
        "party_id": party,
        "purpose": "credit",
        "receiver": "insurer",
        "kinds": ["orders"],
        "since": UNTIL.isoformat(),
        "until": date(UNTIL.year + 1, 1, 1).isoformat(),
    }
    with api_stage.signed_in(house.person(Duty.CREDIT_OFFICER)) as person:
        made = person.post("/api/v1/consents", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.text
