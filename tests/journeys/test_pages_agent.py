"""A station agent in a real browser: days without a network, then all is sent, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, chromium, faults, picture, sideways, site
from lending_world import VILLAGE, World
from sign_in import signed_in
from station_device import agree, resident_id
from station_page import (
    APP,
    NIGHTLY,
    OTHER,
    WORDS,
    Station,
    station,
    stations,
    until,
    world,
)
from stored import database

from suixin.service.app import devices, sync_pull
from suixin.service.app.caller import Duty

__all__ = ["database", "site", "station", "stations", "world"]


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
    page.check('[name="purpose"][value="credit"] >> nth=0')
    page.check('[name="read"]')
    picture(page, "agent-consent")
    page.click('[data-form="consent"] button')
    page.wait_for_selector('[data-screen="receipt"]:not([hidden])')
    page.evaluate("location.hash = '#home'")
    until(page, "document.getElementById('count-waiting').textContent === '2'")
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


def test_a_revoked_device_erases_itself(station: Station) -> None:
    """At its next contact: keys, what it held, and the page's own copy."""
    station.register([501])
    admin = station.world.caller("user:901", Duty.ADMINISTRATOR)
    devices.revoke_device(admin, station.device, why="lost", at=station.world.at)
    station.page.evaluate("location.hash = '#home'")
    station.page.click('[data-do="sync"]')
    station.page.wait_for_selector('[data-screen="begin"]:not([hidden])')
    # The worker may be at one file still: it keeps it no more.
    until(station.page, "caches.keys().then((found) => found.length === 0)")
    assert station.run("return [await app.get('meta', 'device'), await app.all('outbox')];") == [
        None,
        [],
    ]
    assert station.parties == []


@pytest.mark.mechanism("D05")
def test_both_agents_see_the_household_they_both_registered(stations: Any) -> None:
    """Neither is written over; and neither device holds a row of another village."""
    first, second = stations(VILLAGE), stations(VILLAGE)
    far = stations(OTHER)
    first.register([601])
    second.register([601])
    far.register([602], village=OTHER)
    for one in (first, second, far, first):
        assert one.sync() == ""
    assert len(first.parties) == 2
    for one, kind in ((first, "good"), (second, "warn")):
        one.page.evaluate("location.hash = '#sent'")
        one.page.wait_for_selector("#conflicts-list li")
        assert "两个站都登记了" in one.page.inner_text("#conflicts-list")
        assert one.page.locator(f"#sent-list .{kind}").count() == 1
    picture(second.page, "agent-conflict")
    own = f"h-{first.caller.by}-601"
    held = (
        "const found = [];"
        "for (const one of await app.all('households')) found.push(await app.keys.shown(one.kept));"
        "return found.map((one) => [one.party, one.village]);"
    )
    assert second.run(held) == [[own, VILLAGE]]
    assert far.run(held) == [[f"h-{far.caller.by}-602", OTHER]]
    assert far.page.locator("#conflicts-list li").count() == 0
    pulled = sync_pull.pull(far.caller, far.device, "", at=far.world.at)
    assert own not in repr(pulled)


def test_a_stolen_profile_tells_nothing(site: str, world: World, tmp_path: Path) -> None:
    """All files of the browser, read by who has the phone and not the passphrase."""
    client, _ = signed_in(world.institution, Duty.STATION_AGENT, villages=[VILLAGE])
    context = chromium().browser_type.launch_persistent_context(
        str(tmp_path), executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
    )
    context.add_cookies(
        [{"name": n, "value": m.value, "url": site} for n, m in client.cookies.items()]
    )
    page = context.new_page()
    page.goto(site + "/agent/")
    for place, text in (("title", "phone"), ("words", WORDS), ("again", WORDS)):
        page.fill(f"#begin-{place}", text)
    page.click('[data-form="begin"] button')
    page.wait_for_selector('[data-screen="waiting"]:not([hidden])')
    device = page.evaluate(
        f"async () => {{ {APP} return (await app.get('meta', 'device')).device; }}"
    )
    agree(world.institution, device, world.at)
    page.click('[data-do="check"]')
    page.wait_for_selector('[data-screen="home"]:not([hidden])')
    number = resident_id(701)
    told = {
        "kind": "register",
        "entity": "h-701",
        "label": "Qinwuhousehold",
        "form": {
            "village": VILLAGE,
            "name": "Qinwuhousehold",
            "resident_id": number,
            "phone": "13812345701",
        },
    }
    page.evaluate(
        f"""async (given) => {{ {APP} await app.add(given);
            await app.put("drafts", await app.keys.hidden(given.form), "register");
            await app.put("meta", "Plainlywritten", "control"); }}""",
        told,
    )
    context.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Plainlywritten" in raw or "Plainlywritten".encode("utf-16-le") in raw
    for text in ("Qinwuhousehold", number, "13812345701", WORDS):
        assert text.encode() not in raw, text
        assert text.encode("utf-16-le") not in raw, text


def test_a_pin_reopens_and_five_wrong_drop_the_key(station: Station) -> None:
    """Six digits open what is in memory; what is on the disk opens by the passphrase alone."""
    page = station.page
    page.evaluate("location.hash = '#settings'")
    page.fill("#s-pin", "180606")
    page.click('[data-form="set-pin"] button')
    page.wait_for_selector("#told .good")
    page.click('[data-do="lock"]')
    page.wait_for_selector('[data-screen="pin"]:not([hidden])')
    page.fill("#pin-digits", "180606")
    page.click('[data-form="pin"] button')
    page.wait_for_selector('[data-screen="settings"]:not([hidden])')
    page.click('[data-do="lock"]')
    wrong = station.run(
        """const told = [];
           for (let n = 0; n < 6; n += 1)
             await app.keys.reopen("000000").catch((fault) => told.push(fault.message));
           return [told, app.keys.isOpen(), app.keys.pinOpens()];"""
    )
    assert wrong == [["pin"] * 4 + ["passphrase"] * 2, False, False]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_is_fit_to_be_used(station: Station, language: str) -> None:
    """At 320 pixels, twice as large, in both schemes: nothing sideways, and axe finds nothing."""
    page = station.page
    page.set_viewport_size({"width": 320, "height": 800})
    if language == "en":
        page.goto(f"{station.seen.origin}/agent/?look=en")
    found = page.evaluate(
        "[...document.querySelectorAll('[data-screen]')].map((one) => one.dataset.screen)"
    )
    wrong = []
    for name in found:
        page.evaluate(
            f"async (name) => {{ {APP} const m = document.getElementById('m-screens').href;"
            " (await import(m)).screen(name); }",
            name,
        )
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wrong += [f"{name}: {sideways(page)} wide"] if sideways(page) > 0 else []
        page.evaluate("document.documentElement.style.fontSize = ''")
        picture(page, f"agent-{language}-{name}-320")
        if language == "en" and not NIGHTLY:
            continue  # What axe looks at is the same but for the words.
        wrong += [f"{name}: {one}" for one in faults(page)]
        page.evaluate("document.documentElement.className = 'dark large'")
        wrong += [f"{name} dark: {one}" for one in faults(page, "color-contrast")]
        page.evaluate("document.documentElement.className = ''")
    assert wrong == []
