"""What goes wrong on an agent's device, in a real browser: nothing is lost, nothing doubled.

`SUIXIN_NIGHTLY=1` does the long ones at full length.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from browser import site
from station_page import (
    NIGHTLY,
    Station,
    station,
    stations,
    world,
)
from stored import database

from suixin.service.store.session import acting, query

__all__ = ["database", "site", "station", "stations", "world"]


@pytest.mark.mechanism("D05")
def test_fifty_households_whose_answers_are_lost(station: Station) -> None:
    """Done without a network; each first answer is cut after it was worked: none lost or double."""
    station.offline()
    station.register(list(range(50)))
    assert station.check_whole() == 50
    losing = [True]

    def lost(route: Any) -> None:
        answer = route.fetch()
        if losing[0]:
            route.abort()
        else:
            route.fulfill(response=answer)

    station.page.route("**/api/v1/sync/push", lost)
    station.offline(False)
    for _ in range(2):
        assert "TypeError" in station.sync()
        assert station.waiting == 50
        assert len(station.parties) == 50
    losing[0] = False
    assert station.sync() == ""
    assert station.waiting == 0
    assert len(station.parties) == 50
    told = station.run("return (await app.all('outcomes')).map((one) => one.outcome);")
    assert told == ["applied"] * 50


def test_two_tabs_are_one_row(station: Station) -> None:
    """Both write at once: each operation has a seq of its own, and the chain is one."""
    count = 1_000 if NIGHTLY else 40
    other = Station(
        station.context, station.context.new_page(), station.caller, station.world, station.seen
    )
    other.open()
    done = (
        "const kind = 'revoke', form = { purpose: 'research' };"
        "for (let n = 0; n < given; n += 1) {"
        "  for (;;) { try { await app.add({ kind, form, entity: 'h-none', label: '' }); break; }"
        "    catch (fault) { if (fault.message !== 'outbox-full') throw fault;"
        "      await app.sync(); } }"
        "}"
    )
    station.start(done, count)
    other.start(done, count)
    station.finished()
    other.finished()
    assert station.check_whole() == 2 * count
    station.start("await app.sync();")
    other.start("await app.sync();")
    station.finished()
    other.finished()
    assert station.sync() == ""
    assert station.waiting == 0
    with acting(station.world.actor):
        rows = query(
            "select count(*), count(distinct seq), max(seq) from station_operation"
            " where institution_id = %s",
            [station.world.institution],
        )
    assert rows == [(2 * count,) * 3]


@pytest.mark.parametrize("days", [730, -730])
def test_a_clock_that_is_two_years_off(station: Station, days: int) -> None:
    """It changes no time that counts; the agent is told, and nothing is locked away."""
    station.run(
        """const Own = Date, by = given * 86400000;
           globalThis.Date = class extends Own {
             constructor(...told) { super(...(told.length ? told : [Own.now() + by])); }
             static now() { return Own.now() + by; }
           };""",
        days,
    )
    station.register([101])
    assert station.run("return await app.sync();") == {"clockOff": True}
    assert len(station.parties) == 1
    with acting(station.world.actor):
        ((at, uncertain),) = query(
            "select happened_at, time_uncertain from station_operation where institution_id = %s",
            [station.world.institution],
        )
    assert not uncertain
    assert station.world.at - timedelta(minutes=1) < at <= station.world.at
    station.page.evaluate("location.hash = '#earned'")
    station.page.wait_for_selector('[data-screen="earned"]:not([hidden])')


def test_killed_while_it_writes(station: Station) -> None:
    """Closed at any moment, an operation is there whole or its draft is; the chain goes on."""
    people = [{"purpose": "research"}] * 30
    for _ in range(6 if NIGHTLY else 3):
        station.offline()
        station.start(
            "for (const form of given) await app.add({ kind: 'revoke', form, entity: 'h-none',"
            " label: '' });",
            people,
        )
        station.page.wait_for_timeout(60)
        station.page.close()
        station.offline(False)
        station.page = station.context.new_page()
        station.open()
        station.check_whole()
    station.register([201])
    last = station.check_whole()
    assert station.sync() == ""
    assert station.waiting == 0
    with acting(station.world.actor):
        ((known,),) = query(
            "select seq from station_device where institution_id = %s",
            [station.world.institution],
        )
    assert known == last
    assert len(station.parties) == 1


def test_a_full_phone_loses_nothing(station: Station) -> None:
    """What does not fit is told, and was not half taken; what waited still waits."""
    station.offline()
    station.register([301])
    told = station.run(
        """const own = navigator.storage.estimate;
           navigator.storage.estimate = async () => ({ quota: 60e6, usage: 20e6 });
           try { await app.photo(new Blob()); return ""; } catch (fault) { return fault.name; }
           finally { navigator.storage.estimate = own; }"""
    )
    assert told == "QuotaExceededError"
    # The disk is full as the last row of the transaction is written, after the first was taken.
    told = station.run(
        """const own = IDBObjectStore.prototype.put;
           IDBObjectStore.prototype.put = function (value, key) {
             if (key === "tail") throw new DOMException("full", "QuotaExceededError");
             return own.call(this, value, key);
           };
           try { await app.add({ kind: "revoke", entity: "h-none", label: "",
                  form: { purpose: "research" } }); return ""; }
           catch (fault) { return fault.name; }
           finally { IDBObjectStore.prototype.put = own; }"""
    )
    assert told == "QuotaExceededError"
    assert station.check_whole() == 1
    station.offline(False)
    assert station.sync() == ""
    assert len(station.parties) == 1


def test_a_photograph_goes_on_where_it_was_cut(station: Station) -> None:
    """Cut at a third, the rest is sent and no more; the paper then waits no more either."""
    page = station.page
    station.register([401])
    size = station.run(
        """const canvas = new OffscreenCanvas(1700, 1200), pen = canvas.getContext("2d");
           for (let n = 0; n < 3000; n += 1) {
             pen.fillStyle = `hsl(${(n * 37) % 360} 80% 50%)`;
             pen.fillRect((n * 97) % 1700, (n * 61) % 1200, 40, 30);
           }
           const hash = await app.photo(await canvas.convertToBlob());
           const form = { kind: "id_card" };
           await app.add({ kind: "document", entity: given, label: "", form, photos: [hash] });
           return (await app.get("photos", hash)).data.length;""",
        f"h-{station.caller.by}-401",
    )
    assert size <= 300 * 1024 + 200
    piece = size // 100
    sent: list[int] = []

    def smaller(route: Any) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "piece_bytes": piece})

    def cut(route: Any) -> None:
        sent.append(int(route.request.headers["upload-offset"]))
        if len(sent) == 38:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/devices/*", smaller)
    page.route("**/api/v1/uploads/*", cut)
    assert "TypeError" in station.sync()
    assert sent[-1] == 37 * piece
    assert station.sync() == ""
    assert sent[38:] == list(range(37 * piece, size, piece))
    with acting(station.world.actor):
        rows = query(
            "select kind, outcome from station_operation where institution_id = %s order by seq",
            [station.world.institution],
        )
    assert rows == [("register", "applied"), ("document", "applied")]


def test_the_form_before_goes_over_with_a_full_outbox(station: Station) -> None:
    """A device of the release before, full of what it had not sent: all of it arrives."""
    count = 500 if NIGHTLY else 60
    station.run(
        "const kept = await app.get('meta', 'enrolment');"
        "await app.put('meta', { ...kept, form_version: 1 }, 'enrolment');"
    )
    station.offline()
    station.register(list(range(count)))
    # As the first release had it: fewer stores, of version 1.
    station.run(
        """const kept = {}, names = ["meta", "households", "drafts", "outbox", "photos"];
           const ask = (one) => new Promise((ok, no) => {
             one.onsuccess = () => ok(one.result); one.onerror = () => no(one.error); });
           let db = await ask(indexedDB.open("suixin-agent"));
           for (const name of names) {
             const store = db.transaction(name).objectStore(name);
             kept[name] = [await ask(store.getAllKeys()), await ask(store.getAll())];
           }
           db.close();
           await ask(indexedDB.deleteDatabase("suixin-agent"));
           const asked = indexedDB.open("suixin-agent", 1);
           asked.onupgradeneeded = () => {
             const path = { households: "party", outbox: "seq", photos: "hash" };
             for (const name of names) {
               const store = asked.result.createObjectStore(
                 name, path[name] ? { keyPath: path[name] } : undefined);
               kept[name][1].forEach((value, n) =>
                 path[name] ? store.put(value) : store.put(value, kept[name][0][n]));
             }
           };
           db = await ask(asked);
           db.close();"""
    )
    station.offline(False)
    station.open()
    assert station.sync() == ""
    assert station.waiting == 0
    assert len(station.parties) == count
