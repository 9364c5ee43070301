"""A live slot: events kept, a limit that follows within bounds, nothing that signs or pays."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from county_home import UNTIL, county_folder
from django.db import connections
from opened import new_institution

from suixin.credit.live.usual import usual
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError
from suixin.service.app import facts, lake, live, scoring
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.live_events import LiveEvents
from suixin.service.app.live_slots import SlotState, live_rules
from suixin.service.home import Home
from suixin.service.store.session import Actor, acting, query

OPENS = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())
CLOSES = OPENS + 7_200
SCORED = datetime(2026, 6, 30, 12, tzinfo=UTC)


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(OPENS + second, UTC)


def name(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def events(rows: Sequence[tuple[int, str, str, int, str]]) -> LiveEvents:
    """Events of (second, viewer, kind, value, order)."""
    return LiveEvents(
        kind=[kind for _, _, kind, _, _ in rows],
        viewer=[name(viewer) for _, viewer, _, _, _ in rows],
        device=[name(f"device of {viewer}") for _, viewer, _, _, _ in rows],
        at=[OPENS + second for second, _, _, _, _ in rows],
        value=[value for _, _, _, value, _ in rows],
        order=[order for _, _, _, _, order in rows],
    )


def crowd(second: int, size: int, *, paid: bool) -> LiveEvents:
    """So many people who look, put into the cart, and pay."""
    rows = []
    for one in range(size):
        who = f"{second}/{one}"
        rows += [(second, who, "enter", 0, ""), (second, who, "cart", 0, "")]
        if paid:
            rows.append((second, who, "order_paid", 5_000, f"o-{who}"))
    return events(rows)


@pytest.fixture(scope="module")
def county(database: Home) -> int:
    number = new_institution(database)
    service = service_caller(number, "load")
    facts.load_feeds(service, county_folder(), key="county", at=SCORED)
    scoring.score_all(service, on=UNTIL, at=SCORED)
    return number


@pytest.fixture
def seller(county: int) -> str:
    asked = """select subject from credit_file where institution_id = %s and
                limit_fen > 0 order by 1"""
    with acting(Actor(institution=county)):
        found = query(asked, [county])
    return str(found[0][0])


def platform(institution: int) -> Caller:
    return Caller(
        institution=institution,
        by="client:platform",
        duties=frozenset({Duty.PARTNER}),
        scopes=frozenset({"live:write"}),
    )


def opened(
    county: int, seller: str, slot: str, monkeypatch: pytest.MonkeyPatch, level: float = 2.0
) -> SlotState:
    """A slot whose seller usually has so many of each event a minute."""
    rules, _ = live_rules(OPENS)
    rng = np.random.default_rng(1)
    known = usual([rng.poisson(level, (120, 3)).astype(float) for _ in range(5)], rules)
    monkeypatch.setattr(live, "_usual", lambda *_: known)
    return live.open_slot(
        platform(county), slot, seller, opens_at=OPENS, closes_at=CLOSES, at=moment(0)
    )


@pytest.mark.mechanism("C09")
def test_paid_orders_raise_it_slowly_and_refunds_lower_it_at_once_inside_its_band(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, caller = opened(county, seller, "s-1", monkeypatch), platform(county)
    assert began.limit_fen == began.opening_fen > 0
    state = began
    for minute in range(1, 8):
        told = crowd(60 * minute - 5, 40, paid=True)
        state = live.send(caller, "s-1", told, key=f"k{minute}", at=moment(60 * minute))
        if minute < 3:
            assert state.factor_bps == 10_000  # A rise takes three minutes in a row.
    band = policy_on(UNTIL, None)["live.band"]
    assert 10_000 < state.factor_bps <= round(10_000 * band["most"])
    assert state.moves[-1].limit_fen == state.limit_fen
    assert state.moves[0].zh == "观众兴趣与付款订单都高于平时。"
    back = [(425, f"r{one}", "refund", 5_000, f"o-{415}/{one}") for one in range(40)]
    after = live.send(caller, "s-1", events(back), key="back", at=moment(426))
    assert after.factor_bps < state.factor_bps  # At once, in the middle of a minute.
    assert after.factor_bps >= round(10_000 * band["least"])
    assert after.moves[-1].why in ("more_refunds", "back_to_usual")
    with acting(Actor(institution=county)):
        kept = scoring.latest(Actor(institution=county), seller, on=UNTIL)
    assert kept is not None
    assert kept.limit_fen == began.opening_fen  # The standing limit never moved.


@pytest.mark.mechanism("C09")
def test_a_crowd_of_machines_moves_nothing(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(county, seller, "s-2", monkeypatch)
    state = None
    for minute in range(1, 8):
        rows = [
            (60 * minute - 30 + second // 2, f"bot{bot}", "cart", 0, "")
            for second in range(60)
            for bot in range(20)
        ]
        state = live.send(
            platform(county), "s-2", events(rows), key=f"k{minute}", at=moment(60 * minute)
        )
    assert state is not None
    assert state.factor_bps <= 10_000


def test_sent_again_it_counts_once_and_another_process_counts_the_same(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(county, seller, "s-3", monkeypatch)
    caller, whole = platform(county), crowd(55, 30, paid=True)
    first = live.send(caller, "s-3", whole, key="k", at=moment(60))
    again = live.send(caller, "s-3", whole, key="k", at=moment(61))
    assert (again.events, again.limit_fen) == (first.events, first.limit_fen)
    live._COUNTED.clear()  # As after a restart, or in another process.
    for minute in range(2, 6):
        state = live.send(
            caller, "s-3", crowd(60 * minute - 5, 30, paid=True), key=f"k{minute}",
            at=moment(60 * minute),
        )  # fmt: skip
        if minute == 3:
            live._COUNTED.clear()
    opened(county, seller, "s-4", monkeypatch)
    for minute in range(1, 6):
        other = live.send(
            caller, "s-4", crowd(60 * minute - 5, 30, paid=True), key=f"k{minute}",
            at=moment(60 * minute),
        )  # fmt: skip
    assert [replace(one) for one in state.moves] == [replace(one) for one in other.moves]


def test_many_who_send_at_once_lose_nothing(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(county, seller, "s-5", monkeypatch)

    def one(place: int) -> None:
        try:
            told = crowd(10 + place, 5, paid=False)
            live.send(platform(county), "s-5", told, key=f"k{place}", at=moment(50))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(20)))
    assert live.slot_of(platform(county), "s-5", at=moment(51)).events == 20 * 10


def test_a_minute_without_events_is_looked_at_too_and_ends_are_kept(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(county, seller, "s-6", monkeypatch, level=40.0)
    caller, service = platform(county), service_caller(county, "job")
    live.send(caller, "s-6", crowd(5, 30, paid=True), key="k", at=moment(6))
    assert live.look(service, at=moment(600)) >= 1
    fallen = live.slot_of(caller, "s-6", at=moment(601))
    assert fallen.factor_bps < 10_000  # Fewer paid orders than usual.
    assert fallen.moves[-1].why == "fewer_paid_orders"
    assert live.slot_of(caller, "s-6", at=moment(601), after=fallen.moves[-1].number).moves == ()
    done = live.close_ended(service, at=moment(7_201))
    with acting(Actor(institution=county)):
        asked = "select sum(paid_orders) from live_minute where institution_id = %s and slot = %s"
        ((paid,),) = query(asked, [county, "s-6"])
        live.close_ended(service, at=moment(7_200 + 86_401))
        left = query("select from live_batch where institution_id = %s", [county])
    assert (done >= 1, int(paid), left) == (True, 30, [])
    assert not live.slot_of(caller, "s-6", at=moment(7_201)).open


def test_what_cannot_be_is_refused_and_leaves_nothing(
    county: int, seller: str, monkeypatch: pytest.MonkeyPatch, database: Home
) -> None:
    opened(county, seller, "s-7", monkeypatch)
    good = crowd(5, 1, paid=True)
    wrong: dict[str, LiveEvents] = {
        "EVENT_TIME": replace(good, at=[OPENS - 1] * 3),
        "EVENTS": replace(good, viewer=["x" * 64] * 3),
        "MANY": replace(good, kind=[], viewer=[], device=[], at=[], value=[], order=[]),
    }
    odd = (
        replace(good, kind=["stare"] * 3),
        replace(good, value=[-1] * 3),
        replace(good, value=[2**70] * 3),
        replace(good, device=["ab"] * 3),
        replace(good, order=["o"]),
        replace(good, at=[OPENS + 100] * 3),
    )
    told: list[tuple[str, LiveEvents]] = [*wrong.items()]
    told += [("EVENT_TIME" if one is odd[-1] else "EVENTS", one) for one in odd]
    for code, one in told:
        with pytest.raises(InputError) as fault:
            live.send(platform(county), "s-7", one, key="k", at=moment(6))
        assert fault.value.code == code
    other = new_institution(database)
    acts: list[tuple[str, Any]] = [
        ("NO_SLOT", lambda: live.send(platform(other), "s-7", good, key="k", at=moment(6))),
        ("NO_SLOT", lambda: live.slot_of(platform(other), "s-7", at=moment(6))),
        ("NO_PARTY", lambda: live.open_slot(
            platform(other), "s-7", seller, opens_at=OPENS, closes_at=CLOSES, at=moment(0))),
        ("KEY_TAKEN", lambda: live.open_slot(
            platform(county), "s-7", seller, opens_at=OPENS, closes_at=CLOSES + 1, at=moment(0))),
        ("HOURS", lambda: live.open_slot(
            platform(county), "s-9", seller, opens_at=OPENS, closes_at=OPENS, at=moment(0))),
    ]  # fmt: skip
    for code, act in acts:
        with pytest.raises(InputError) as fault:
            act()
        assert fault.value.code == code
    assert live.slot_of(platform(county), "s-7", at=moment(6)).events == 0


@pytest.mark.mechanism("C08")
def test_nothing_of_a_slot_signs_decides_or_pays() -> None:
    told = inspect.getsource(live)
    for word in ("applications", "agreements", "payments", "books", "proposals", "Act.DECIDE"):
        assert word not in told


def test_what_was_usual_comes_from_the_sellers_own_sessions(county: int) -> None:
    actor = Actor(institution=county)
    with lake.all_facts(actor) as feeds:
        kept = feeds.on(UNTIL).relation("live_events").project("session").distinct()
        shows = feeds.on(UNTIL).relation("live_sessions").filter("closes_at is not null")
        [(seller,), *_] = shows.join(kept, "session").project("merchant").order("1").fetchall()
    assert live._usual(actor, seller, UNTIL, OPENS).sessions[0] >= 1
    assert not len(live._usual(actor, "nobody", UNTIL, OPENS).sessions)
