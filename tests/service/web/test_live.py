"""The live slot as it moves: events for its owner alone, a card that only links."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from people_of_desks import People

from suixin.service.app.caller import Duty
from suixin.service.store.session import acting, query
from suixin.service.web.household import live_events
from tests.service.web.samples_household import live_slot

Made = TypeVar("Made")


def ran(coroutine: Coroutine[Any, Any, Made]) -> Made:
    """What a coroutine gives, in a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def asked(people: People, duty: Duty) -> HttpRequest:
    """A request of somebody's, as the middleware leaves it."""
    client = people.client(duty)
    request = RequestFactory().get("/", headers={"origin": "http://testserver:8001"})
    request.session = client.session
    request.user = client.session and _user(client)
    return request


async def events_of(request: HttpRequest, slot: str) -> HttpResponseBase:
    """What the address of a slot's events answers."""
    return await live_events.events(request, slot)


def _user(client: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def move(people: People, slot: str) -> None:
    """One more move of a slot, by another thread."""
    with closing(connections["default"]), acting(people.world.actor):
        query(
            """insert into live_change (institution_id, slot, number, at_second, from_bps, to_bps,
                                        limit_fen, why, z, target_bps)
               select institution_id, slot, max(number) + 1, max(at_second) + 1, 10500, 11000,
                      1320000, 'paid_orders_follow', '[0, 0, 0]', 11000
                 from live_change where institution_id = %s and slot = %s
                group by institution_id, slot""",
            [people.world.institution, slot],
        )


@pytest.mark.mechanism("C09")
def test_moves_are_sent_as_they_happen_until_the_session_ends(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First where it stands, then each move with its reason, then the end."""
    monkeypatch.setattr(live_events, "LOOK_SECONDS", 0.01)
    slot = live_slot(people, "followed")
    request = asked(people, Duty.HOUSEHOLD)

    async def followed() -> list[str]:
        answer = await live_events.events(request, slot)
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Access-Control-Allow-Origin"] == "http://testserver:8001"
        stream: AsyncIterator[Any] = answer.streaming_content  # type: ignore[attr-defined]
        found = [(await anext(stream)).decode()]
        await asyncio.to_thread(move, people, slot)
        found.append((await anext(stream)).decode())
        people.world.at += timedelta(hours=3)
        found += [part.decode() async for part in stream]
        people.world.at -= timedelta(hours=3)
        return found

    first, second, end = ran(followed())
    assert first.startswith("event: moved\ndata: ")
    assert "12,600" in first
    assert second.count("<time>") == first.count("<time>") + 1
    assert end == "event: ended\ndata: \n\n"


@pytest.mark.parametrize(
    ("duty", "status"), [(Duty.STATION_AGENT, 403), (Duty.CASHIER, 403), (None, 422)]
)
def test_events_are_for_whom_the_slot_is(people: People, duty: Duty | None, status: int) -> None:
    """Who may not see the file follows nothing; who did not sign in neither."""
    slot = live_slot(people, f"closed-{status}-{duty}")
    request = RequestFactory().get("/") if duty is None else asked(people, duty)
    answer = ran(events_of(request, slot))
    assert (answer.status_code, answer.streaming) == (status, False)


@pytest.mark.mechanism("K09")
def test_the_card_in_a_frame_only_links(database: object) -> None:
    """It may be framed; it has no form, no field, no script and one link, out of the frame."""
    answer = Client().get("/card/")
    html = answer.content.decode()
    assert "frame-ancestors https:" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert not [tag for tag in ("<form", "<input", "<button", "<script") if tag in html]
    assert html.count("<a ") == 2  # The skip link, and the way out.
    assert 'target="_top"' in html
    assert answer.cookies == {}


@pytest.mark.mechanism("C08")
def test_no_page_but_the_card_is_framed(people: People) -> None:
    """A loan is looked at on the lender's own site and nowhere else."""
    answer = people.household.get("/my/live/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
