"""A station agent in a real browser: days without a network, then all is sent, once.

`SUIXIN_NIGHTLY=1` does the long ones at full length.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from browser import faults, look, picture, sideways, site
from lending_world import VILLAGE, World
from opened import new_institution
from playwright.sync_api import BrowserContext, Page
from sign_in import signed_in
from station_device import agree, resident_id
from stored import database

from suixin.service.app import devices, sync_pull
from suixin.service.app.caller import Caller, Duty
from suixin.service.home import Home
from suixin.service.store.session import acting, query

__all__ = ["database", "site"]

NIGHTLY = bool(os.environ.get("SUIXIN_NIGHTLY"))
WORDS = "seven dry fields and a river"
OTHER = "440811100202"
# The page's own modules, as a person's taps reach them.
APP = "const app = await import(document.querySelector('script[src*=\"agent/app\"]').src);"


def until(page: Page, code: str) -> None:
    """Wait until an expression holds; the page's own policy lets nothing else be run in it."""
    end = time.monotonic() + 15
    while not page.evaluate(code):
        assert time.monotonic() < end, code
        page.wait_for_timeout(50)


@dataclass
class Station:
    """An agent at his device: the browser's context, its page, who he is."""

    context: BrowserContext
    page: Page
    caller: Caller
    world: World
    seen: Any

    def run(self, code: str, given: Any = None) -> Any:
        """Run a script in the page, with its modules."""
        return self.page.evaluate(f"async (given) => {{ {APP} {code} }}", given)

    def offline(self, off: bool = True) -> None:
        """Take the network away, or give it back."""
        self.context.set_offline(off)

    def register(self, numbers: list[int], **more: Any) -> None:
        """Register households by the page's own way in, without its fields."""
        people = [
            {
                "entity": f"h-{self.caller.by}-{number}",
                "label": f"农户{number}",
                "form": {
                    "village": VILLAGE,
                    "name": f"农户{number}",
                    "resident_id": resident_id(number),
                    "phone": f"138{number:08d}",
                    "members": 3,
                    **more,
                },
            }
            for number in numbers
        ]
        self.run("for (const one of given) await app.add({ kind: 'register', ...one });", people)

    def sync(self) -> Any:
        """Send, and what came of it: the code of a refusal, or nothing."""
        return self.run(
            """try {
                 // The page may be at it by itself.
                 while ((await app.sync()) === null) await new Promise((ok) => setTimeout(ok, 50));
                 return "";
               } catch (fault) { return fault.code || String(fault); }"""
        )

    @property
    def waiting(self) -> int:
        """How many operations wait on the device."""
        found: int = self.run("return (await app.all('outbox')).length;")
        return found

    @property
    def parties(self) -> list[str]:
        """The parties there are at the institution."""
        with acting(self.world.actor):
            rows = query(
                "select party_id from party where institution_id = %s order by 1",
                [self.world.institution],
            )
        return [name for (name,) in rows]

    @property
    def device(self) -> str:
        """The device's name."""
        found: str = self.run("return (await app.get('meta', 'device')).device;")
        return found


@pytest.fixture
def world(database: Home, monkeypatch: pytest.MonkeyPatch) -> World:
    """An institution at its own hour, in which time goes on."""
    made = World(new_institution(database))
    monkeypatch.setattr("suixin.service.clock.now", lambda: made.at)
    return made


@pytest.fixture
def stations(site: str, world: World) -> Iterator[Any]:
    """Makes agents with an enrolled device each."""
    contexts: list[BrowserContext] = []

    def made(*villages: str) -> Station:
        client, user = signed_in(
            world.institution, Duty.STATION_AGENT, villages=list(villages or (VILLAGE,))
        )
        context, seen = look(site, client=client, locale="zh-CN")
        contexts.append(context)
        page = seen.open("/agent/")
        found = Station(context, page, user.caller(), world, seen)
        page.fill("#begin-title", "东村站手机")
        page.fill("#begin-words", WORDS)
        page.fill("#begin-again", WORDS)
        page.click('[data-form="begin"] button')
        page.wait_for_selector('[data-screen="waiting"]:not([hidden])')
        until(page, "document.getElementById('device-words').textContent !== ''")
        agree(world.institution, found.device, world.at)
        page.click('[data-do="check"]')
        page.wait_for_selector('[data-screen="home"]:not([hidden])')
        until(page, "document.getElementById('state').textContent.includes('有网络')")
        return found

    yield made
    for context in contexts:
        context.close()


@pytest.fixture
def station(stations: Any) -> Station:
    """One agent at his device."""
    found: Station = stations()
    return found


@pytest.mark.mechanism("D05")
def test_a_day_without_a_network(station: Station) -> None:
    """Opened from the device, a household is registered and agrees; on line again it is there."""
    page = station.page
    until(page, "navigator.serviceWorker.controller !== null")
    station.offline()
    page.reload()
    page.fill("#unlock-words", WORDS)
    page.click('[data-form="unlock"] button')
    page.wait_for_selector('[data-screen="home"]:not([hidden])')
    picture(page, "agent-home-offline")
    page.click('a[href="#register"]')
    page.select_option("#r-village", VILLAGE)
    for place, text in {
        "name": "农户甲",
        "id": resident_id(71),
        "phone": "13800000071",
        "members": "4",
    }.items():
        page.fill(f"#r-{place}", text)
    picture(page, "agent-register")
    page.click('[data-form="register"] button')
    page.wait_for_selector('[data-screen="receipt"]:not([hidden])')
    assert "农户甲" in page.inner_text("#receipt-facts")
    picture(page, "agent-receipt")
    page.click('[data-screen="receipt"] a')
    page.click('a[href="#households"]')
    page.click("#households-list a")
    page.click('a[href="#consent"]')
    page.check('[name="kinds"] >> nth=0')
    page.check('[name="purpose"][value="credit_scoring"] >> nth=0')
    page.check('[name="read"]')
    picture(page, "agent-consent")
    page.click('[data-form="consent"] button')
    page.wait_for_selector('[data-screen="receipt"]:not([hidden])')
    page.goto(page.url.split("#")[0] + "#home")
    assert page.inner_text("#count-waiting") == "2"
    assert station.parties == []
    station.offline(False)
    assert station.sync() == ""
    assert len(station.parties) == 1
    assert station.waiting == 0
    page.evaluate("location.hash = '#sent'")
    page.wait_for_selector("#sent-list li")
    assert page.locator("#sent-list .good").count() == 2
    picture(page, "agent-sent")
    assert [one for one in station.seen.errors if "ERR_INTERNET" not in one] == []
    assert station.seen.outside == []
