"""A household's pages: how long the server takes, how soon a phone paints them, what they weigh.

`python -m bench.pages [--households N] [--seconds S] [--folder DIR]` scores a county, serves it by
one web process and asks for each page as one household, over one connection. The floor is bare
Django reading one row under the same server. Where Chromium is (`/usr/bin/chromium`), it opens the
first page over the 3G of its own developer tools (750 kbit/s, 100 ms) with an empty cache.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench import last_line, table
from bench._api_house import FLOOR, WEB, House, house, web
from bench._wire import closed_loop, request

SMALL = ("--households", "60", "--seconds", "1")
CHROMIUM: Final = Path("/usr/bin/chromium")
PATHS: Final = (
    "/my/",
    "/my/why/",
    "/my/limit/",
    "/my/borrow/",
    "/my/borrow/sales_flow/?amount=5000&times=6&repays=equal_instalment&purpose=inputs",
    "/my/loans/",
    "/my/data/",
)
_3G: Final = {
    "offline": False,
    "latency": 100,
    "downloadThroughput": 750_000 / 8,
    "uploadThroughput": 250_000 / 8,
}


def main(arguments: Sequence[str]) -> str:
    """Print each page's latencies and weight; the last line has the worst, the floor, the paint."""
    parser = argparse.ArgumentParser(prog="bench.pages")
    parser.add_argument("--households", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--folder", type=Path, help="where the server keeps its data")
    given = parser.parse_args(arguments)
    with house(given.households, given.folder) as made:
        cookies = signed_in(made)
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Host": "127.0.0.1", "Cookie": told, "Accept-Language": "zh-CN"}
        with web(WEB, 1, PATHS[0], f"Cookie: {told}\r\n") as port:
            asked = {path: [request("GET", path, headers)] for path in PATHS}
            for requests in asked.values():
                closed_loop(port, requests, 1, 0.5)  # Warm, as a service is.
            found = {
                path: closed_loop(port, requests, 1, given.seconds)
                for path, requests in asked.items()
            }
            paint, first_kb, next_kb = painted(port, cookies)
        place = f"/parties/{made.subjects[0]}"
        with web(FLOOR, 1, place) as port:
            floor = closed_loop(port, [request("GET", place, {})], 1, given.seconds)
    rows = [[path.split("?")[0], *_ms(times)] for path, times in found.items()]
    print(table(["page", "p50 ms", "p95 ms"], [*rows, ["bare Django, one row", *_ms(floor)]]))
    line = last_line(
        "bench.pages",
        p95_ms=round(max(p95 for _, _, p95 in rows), 1),
        floor_p95_ms=round(_ms(floor)[1], 1),
        first_paint_ms=paint,
        first_kb=first_kb,
        next_kb=next_kb,
    )
    print(line)
    return line


def signed_in(made: House) -> dict[str, str]:
    """The cookies of a household that has just signed in."""
    from django.test import Client

    from suixin.service.app.caller import Duty
    from suixin.service.identity.models import User

    user = User(
        institution_id=made.institution,
        username="household@bench",
        duties=[Duty.HOUSEHOLD.value],
        party_id=made.subjects[0],
    )
    user.set_unusable_password()
    user.save(using="owner")
    client = Client()
    client.force_login(
        User.objects.get(pk=user.pk), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return {name: morsel.value for name, morsel in client.cookies.items()}


def painted(port: int, cookies: dict[str, str]) -> tuple[int, float, float]:
    """Milliseconds to the first paint on 3G, and what is sent at first and afterwards (KB).

    All are 0 where there is no browser.
    """
    if not CHROMIUM.exists():
        print(f"{CHROMIUM} is not there: nothing is painted", file=sys.stderr)
        return 0, 0.0, 0.0
    from playwright.sync_api import sync_playwright

    origin = f"http://127.0.0.1:{port}"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN")
        context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in cookies.items()])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", _3G)
        sent: list[int] = []
        wire.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
        page.goto(origin + PATHS[0], wait_until="load")
        first = _paint(page)
        whole = sum(sent)
        sent.clear()
        page.goto(origin + PATHS[3], wait_until="load")
        browser.close()
    return first, round(whole / 1000, 1), round(sum(sent) / 1000, 1)


def _paint(page: Any) -> int:
    """When something stood on the page first, from when it was asked for."""
    asked = "performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)"
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if found := page.evaluate(asked):
            return round(found[0])
    raise RuntimeError("Nothing was painted within ten seconds.")


def _ms(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95)).tolist()
    return p50, p95


if __name__ == "__main__":
    main(sys.argv[1:])
