"""A real browser on a live server over the tests' database, and what every page must hold there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import skip_or_fail

CHROMIUM: Final = Path("/usr/bin/chromium")
PICTURES: Final = os.environ.get("SUIXIN_PICTURES", "")
"""A folder for pictures of every page that a test looks at; none are taken without it."""

# Django holds its database back from event loops; Playwright's runs in the tests' own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@dataclass
class Seen:
    """A page in the browser, and what it asked for and complained of so far."""

    page: Page
    origin: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)
    beside: str = ""  # The site's own events, on another port.

    def open(self, path: str) -> Page:
        """Go to a page of the site; its weight and what it complains of are counted anew."""
        for seen in (self.bytes, self.errors, self.outside):
            seen.clear()
        self.page.goto(self.origin + path, wait_until="load")
        return self.page

    def watched(self) -> Seen:
        """Itself, watching."""
        self.page.on("console", lambda told: self._told(told))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda asked: self._asked(asked.url))
        self.page.on("response", lambda response: self._weighed(response))
        return self

    def _told(self, told: Any) -> None:
        if told.type == "error" and "status of 4" not in told.text:
            self.errors.append(told.text)

    def _asked(self, url: str) -> None:
        own = tuple(place for place in (self.origin + "/", self.beside) if place)
        if urlsplit(url).scheme in {"http", "https"} and not url.startswith(own):
            self.outside.append(url)

    def _weighed(self, response: Any) -> None:
        if response.url.startswith(self.origin):
            length = response.headers.get("content-length")
            self.bytes[response.url] = int(length) if length else len(response.body())


@cache
def chromium() -> Browser:
    """The machine's browser, one for all tests of this process."""
    if not CHROMIUM.exists():
        skip_or_fail(f"{CHROMIUM} is not there: on Debian, apt-get install chromium")
    return (
        sync_playwright()
        .start()
        .chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
    )


@pytest.fixture(scope="module")
def site(database: object) -> Iterator[str]:
    """The address of a live server over the module's database."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from suixin.service.wsgi import WSGIHandler

    class Quiet(WSGIRequestHandler):
        """Says nothing of each request."""

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, connections_override={})
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def look(
    origin: str,
    *,
    width: int = 360,
    client: Any = None,
    script: bool = True,
    cookies: dict[str, str] | None = None,
    **more: Any,
) -> tuple[BrowserContext, Seen]:
    """A fresh browser for one person, signed in as a client of the tests is; close the context."""
    context = chromium().new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=script, **more
    )
    given = dict(cookies or {})
    if client is not None:
        given |= {name: morsel.value for name, morsel in client.cookies.items()}
    context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in given.items()])
    context.set_default_timeout(15_000)
    return context, Seen(context.new_page(), origin).watched()


def faults(page: Page, *rules: str) -> list[str]:
    """What axe finds wrong, by rule and place; of these rules alone where any are named."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else None
    found = Axe().run(page, options=only)
    return [
        f"{one['id']}: {node['target']} {node['html'][:90]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def broken(page: Page) -> list[str]:
    """Amounts among the figures that stand on more than one line."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('.figure dt + dd')].filter((one) => {
             const text = document.createRange(); text.selectNodeContents(one);
             return one.innerText.startsWith('¥') && text.getClientRects().length > 1;
           }).map((one) => one.innerText)"""
    )
    return found


def dressed(page: Page, name: str = "", size: str = "") -> None:
    """The page as another scheme or print shows it, without asking for it anew."""
    page.evaluate(
        "([name, size]) => { const root = document.documentElement;"
        " root.className = name; root.style.fontSize = size; }",
        [name, size],
    )


def held(seen: Seen, path: str, name: str, *, first: int, later: int | None = None) -> None:
    """What every page holds at 320 pixels: it fits, also twice as large, and is clean.

    Its weight with what it links, and its own, are at most so many bytes.
    """
    page = seen.open(path)
    weight = sum(seen.bytes.values())
    own = sum(size for url, size in seen.bytes.items() if "/static/" not in url)
    wrong = faults(page) + [f"broken: {amount}" for amount in broken(page)]
    picture(page, f"{name}-320")
    wide = {"usual": sideways(page)}
    dressed(page, "", "200%")
    wide["twice"] = sideways(page)
    picture(page, f"{name}-twice")
    dressed(page, "large dark")
    wide["large"] = sideways(page)
    wrong += faults(page, "color-contrast")
    picture(page, f"{name}-large-dark")
    wrong += seen.errors + [f"asked elsewhere: {url}" for url in seen.outside]
    wrong += [f"{look}: {pixels} pixels too wide" for look, pixels in wide.items() if pixels > 0]
    assert not wrong, wrong
    assert weight <= first, f"{weight} bytes with all it links"
    assert later is None or own <= later, f"{own} bytes of its own"


def picture(page: Page, name: str) -> None:
    """A picture of the whole page, where a folder was named for it."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        height: int = page.evaluate("document.documentElement.scrollHeight")
        # As tall as the page, or what sticks to the window's foot would stand in its middle.
        page.set_viewport_size({"width": before["width"] if before else 360, "height": height})
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
        if before:
            page.set_viewport_size(before)
