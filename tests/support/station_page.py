"""A station agent at his device, in a real browser, for tests of pages."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from browser import look
from lending_world import VILLAGE, World
from opened import new_institution
from playwright.sync_api import BrowserContext, Page
from sign_in import signed_in
from station_device import agree, resident_id

from suixin.service.app.caller import Caller, Duty
from suixin.service.home import Home
from suixin.service.store.session import acting, query

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

    def start(self, code: str, given: Any = None) -> None:
        """Begin a script in the page without waiting for it; `finished` waits."""
        self.page.evaluate(
            f"(given) => {{ window.running = (async () => {{ {APP} {code} }})(); }}", given
        )

    def finished(self) -> Any:
        """What a script that was begun came to."""
        return self.page.evaluate("() => window.running")

    def open(self) -> None:
        """Open the page anew, with the passphrase."""
        self.page.goto(self.seen.origin + "/agent/")
        self.page.fill("#unlock-words", WORDS)
        self.page.click('[data-form="unlock"] button')
        self.page.wait_for_selector('[data-screen="home"]:not([hidden])')

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

    def check_whole(self) -> int:
        """The outbox is one row, each with the hash of the one before; its last seq."""
        told = self.run(
            """const lines = await app.all("outbox");
               const tail = (await app.get("meta", "tail")) ?? { seq: 0, hash: "" };
               return { tail, lines: lines.map((one) => [one.seq, one.op.prev_hash, one.hash]) };"""
        )
        lines = told["lines"]
        for before, after in pairwise(lines):
            assert after[:2] == [before[0] + 1, before[2]]
        if lines:
            assert [told["tail"]["seq"], told["tail"]["hash"]] == [lines[-1][0], lines[-1][2]]
        return int(told["tail"]["seq"])

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
