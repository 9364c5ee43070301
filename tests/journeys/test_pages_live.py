"""A streamer watches his limit while the show runs: events from their own process, in a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
import stored
from browser import look, picture, site
from django.conf import settings
from people_of_desks import PARTY, People, people
from stored import database

from suixin.service.database import APP
from suixin.service.identity.secret import path_of
from suixin.service.store.session import acting, query

__all__ = ["database", "people", "site"]


@pytest.fixture
def events(people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The process that serves events, on a port of its own, as `suixin up` runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    # Both processes sign sessions with the tests' secret.
    secret = path_of(stored.home())
    secret.parent.mkdir(exist_ok=True)
    secret.touch(mode=0o600)
    secret.write_text(f"{settings.SECRET_KEY}\n", "ascii")
    environment = {
        **os.environ,
        "DATABASE_URL": stored.url(user=APP),
        "DATABASE_OWNER_URL": stored.url(),
        "SUIXIN_HOME": str(stored.home().folder),
    }
    words = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "suixin.service.asgi:application"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # It has a worker, which is to end with it.
    )
    try:
        _wait(port)
        monkeypatch.setattr(settings, "EVENTS_PORT", port)
        yield port
    finally:
        # One who follows is never waited for: the stream goes on for half an hour.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=2)) as asked:
            asked.request("GET", "/health")
            if asked.getresponse().read() is not None:
                return
        time.sleep(0.1)
    pytest.fail("the events are not served")


@pytest.mark.mechanism("C08")
@pytest.mark.mechanism("C09")
def test_the_limit_moves_while_one_looks(
    site: str, people: People, events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move is on the page without asking for it anew, with its reason; borrowing is a link."""
    people.world.at = datetime.now(UTC)
    begun = int(people.world.at.timestamp()) - 600
    with acting(people.world.actor):
        query(
            """insert into live_slot (institution_id, slot, party_id, opens_at, closes_at,
                                      opening_fen, factor_bps, above, looked_at, usual)
               values (%s, 'now', %s, %s, %s, 1200000, 10000, '[]', %s, '')""",
            [people.world.institution, PARTY, begun, begun + 7_200, begun],
        )
    context, seen = look(site, client=people.household, locale="zh-CN")
    seen.beside = f"http://127.0.0.1:{events}/"
    page = seen.open("/my/live/now/")
    assert "还没有变动" in page.inner_text("main")
    with acting(people.world.actor):
        whose = [people.world.institution]
        query("update live_slot set factor_bps = 10500 where institution_id = %s", whose)
        query(
            """insert into live_change (institution_id, slot, number, at_second, from_bps, to_bps,
                                        limit_fen, why, z, target_bps)
               values (%s, 'now', 1, %s, 10000, 10500, 1260000, 'paid_orders_follow', '[0, 0, 0]',
                       10500)""",
            [*whose, begun + 500],
        )
    page.wait_for_selector("text=付款订单都高于平时", timeout=20_000)
    assert "¥12,600" in page.inner_text(".huge")
    assert page.locator("main form").count() == 0
    picture(page, "live-moved")
    assert seen.errors == []
    assert seen.outside == []
    context.close()
