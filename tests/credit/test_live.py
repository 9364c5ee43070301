"""The live slot: counts by micro-batch and by batch, what is usual, and the limit that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bench.live import main as bench_live
from suixin.credit.live.batch import automatic, counts_at, minute_sums
from suixin.credit.live.counters import Rooms
from suixin.credit.live.events import Events
from suixin.credit.live.replay import Session, replay, run
from suixin.credit.live.rules import KINDS, LiveRules
from suixin.credit.live.slot import WORDING, Change, Slot, Why, moved, stepped_bps, target
from suixin.credit.live.usual import decayed, usual
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError

CASES = Path(__file__).parents[1] / "cases"
POLICY = policy_on(date(2026, 6, 30), None)
RULES = LiveRules.from_policy(POLICY)


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


def events(*rows: tuple[int, int, str, float, int], device: int | None = None) -> Events:
    """Rows of room, viewer, kind, value, at; a viewer sits before his own device."""
    room, viewer, kind, value, at = zip(*rows, strict=True)
    seat = np.array(viewer)
    return Events(
        room=np.array(room),
        viewer=seat,
        device=seat if device is None else np.full(len(seat), device),
        kind=np.array([KINDS.index(one) for one in kind]),
        value=np.array(value, dtype=np.float64),
        at=np.array(at),
    )


@pytest.mark.mechanism("C09")
@pytest.mark.parametrize("case", cases("live_targets"), ids=lambda case: case["name"])
def test_target(case: dict[str, Any]) -> None:
    found = target(tuple(case["z"]), RULES)
    assert found == case["target"]
    assert stepped_bps(found, RULES) == round(10_000 * case["step"])


@pytest.mark.mechanism("C09", "B09")
@pytest.mark.parametrize("case", cases("live_slots"), ids=lambda case: case["name"])
def test_slot(case: dict[str, Any]) -> None:
    slot, factors = Slot(1_000_000), []
    for minute, z in enumerate(case["ticks"]):
        held = None if z is None else np.array(z, dtype=np.float64)
        before = slot.factor_bps
        slot, change = moved(slot, held, at=60 * minute, tick=True, rules=RULES)
        factors.append(slot.factor_bps / 10_000)
        assert (change is None) == (slot.factor_bps == before)
        if change is not None:
            assert (change.from_bps, change.to_bps) == (before, slot.factor_bps)
            assert change.limit_fen == slot.limit_fen == 100 * slot.factor_bps
            assert WORDING[change.why].zh
    assert factors == case["factors"]


@pytest.mark.mechanism("B09")
def test_a_look_between_ticks_lowers_for_refunds_alone() -> None:
    slot = Slot(1_000_000, 11_000, (12_000, 12_000))

    def look(*z: float) -> tuple[Slot, Change | None]:
        return moved(slot, np.array(z), at=5, tick=False, rules=RULES)

    assert look(3, 3, 0) == (slot, None)
    assert look(0, -4, 0) == (slot, None)  # The minute is not over yet.
    lower, change = look(3, 3, 1)
    assert (lower.factor_bps, lower.above) == (9_500, ())
    assert change is not None
    assert (change.why, change.target) == (Why.MORE_REFUNDS, 0.95)
    fallen = Slot(1_000_000, 8_000)
    assert moved(fallen, np.array([0, 0, 1.0]), at=5, tick=False, rules=RULES) == (fallen, None)


@pytest.mark.mechanism("C09")
def test_each_kind_adds_what_its_rule_says() -> None:
    shown = events(
        (0, 0, "enter", 0, 0), (0, 1, "dwell", 90, 0), (0, 2, "click", 0, 0), (0, 3, "like", 0, 0),
        (0, 4, "favourite", 0, 0), (0, 5, "share", 0, 0), (0, 6, "cart", 0, 0),
        (0, 7, "order_paid", 9_900, 0), (0, 8, "refund", 9_900, 0),
    )  # fmt: skip
    rooms = Rooms(RULES, [0])
    rooms.feed(shown)
    assert rooms.counts(at=0)[0] == pytest.approx([0.3 + 1 + 0.3 + 2 + 2 + 3, 1, 1])
    assert rooms.counts(at=300)[0] == pytest.approx([8.6 / 2, 0.5, 0.5])
    assert rooms.counts(at=900)[0] == pytest.approx([8.6 / 8, 0.125, 0.125])


@pytest.mark.mechanism("C09")
@pytest.mark.parametrize(("clicks", "weighs"), [(30, True), (31, False)])
def test_a_viewer_with_more_than_thirty_events_in_a_minute_weighs_nothing(
    clicks: int, weighs: bool
) -> None:
    at = np.sort(np.random.default_rng(3).integers(0, 59, clicks))
    shown = events(*((0, 0, "cart", 0, int(one)) for one in at))
    rooms = Rooms(RULES, [0])
    for batch in shown.batches(7):
        rooms.feed(batch)
    assert bool(rooms.counts(at=60)[0, 0] > 0) is weighs


@pytest.mark.mechanism("C09")
@pytest.mark.parametrize(("clicks", "weighs"), [(10, True), (11, False)])
def test_ten_even_gaps_weigh_nothing(clicks: int, weighs: bool) -> None:
    shown = events(*((0, 0, "cart", 0, 20 * k) for k in range(clicks)))
    rooms = Rooms(RULES, [0])
    rooms.feed(shown)
    assert bool(rooms.counts(at=300)[0, 0] > 0) is weighs


@pytest.mark.mechanism("C09")
def test_what_an_even_viewer_added_comes_back_when_his_rhythm_loosens() -> None:
    even = events(*((0, 0, "cart", 0, 20 * k) for k in range(11)))
    rooms = Rooms(RULES, [0])
    rooms.feed(even)
    assert rooms.counts(at=200)[0, 0] == 0
    rooms.feed(events((0, 0, "cart", 0, 300)))
    expected = sum(3 * 2 ** ((20 * k - 300) / 300) for k in range(11)) + 3
    assert rooms.counts(at=300)[0, 0] == pytest.approx(expected)


def orders(*rows: tuple[str, int, float, int]) -> Events:
    """Rows of kind, order, value and at, each by a viewer of its own."""
    told = events(*((0, k, kind, value, at) for k, (kind, _, value, at) in enumerate(rows)))
    return replace(told, order=np.array([order for _, order, _, _ in rows]))


@pytest.mark.mechanism("C09", "K10")
@pytest.mark.parametrize(
    ("refunds", "counts"),
    [
        ([], True),
        ([("refund", 5, 89.99, 60)], True),
        ([("refund", 5, 90, 60)], False),
        ([("refund", 5, 50, 60), ("refund", 5, 40, 90)], False),
        ([("refund", 5, 100, 86_400 + 30)], False),
        ([("refund", 5, 100, 86_400 + 31)], True),
        ([("refund", 6, 100, 60)], True),
        ([("refund", -1, 100, 60)], True),
    ],
)
def test_an_order_refunded_within_a_day_is_taken_back(
    refunds: list[tuple[str, int, float, int]], counts: bool
) -> None:
    paid = ("order_paid", 5, 100.0, 30)
    for told in ([paid, *refunds], [*refunds, paid]):  # A refund may be told first.
        rooms, shown = Rooms(RULES, [0]), orders(*told)
        for batch in shown.batches(1):
            rooms.feed(batch)
        at = 86_500
        assert bool(rooms.counts(at=at)[0, 1] > 0) is counts
        assert rooms.counts(at=at)[0, 2] > 0 or not refunds
        assert rooms.counts(at=at) == pytest.approx(
            counts_at(shown, np.zeros(1), at=at, policy=POLICY)
        )


@pytest.mark.mechanism("C09")
def test_an_order_told_twice_counts_once() -> None:
    rooms = Rooms(RULES, [0])
    rooms.feed(orders(("order_paid", 5, 100, 0), ("order_paid", 5, 100, 0)))
    rooms.feed(orders(("order_paid", 5, 100, 0), ("order_paid", 6, 100, 0)))
    assert rooms.counts(at=0)[0].tolist() == [0, 2, 0]


@pytest.mark.mechanism("C09", "K10")
def test_paid_and_refunded_in_the_same_hour_raises_nothing_that_stays() -> None:
    """Two hundred orders paid in ten minutes lift the limit; refunding them takes it all back."""
    known = usual([np.full((60, 3), 1.0)] * 3, RULES)
    people = [(0, v, "cart", 0.0, 3 * v) for v in range(1_000)]
    paid = [(0, 2_000 + k, "order_paid", 100.0, 600 + 3 * k) for k in range(200)]
    back = [(0, 2_000 + k, "refund", 100.0, 1_500 + k) for k in range(200)]
    rows = sorted([*people, *paid, *back], key=lambda row: row[4])
    shown = events(*rows)
    named = np.array([row[1] - 2_000 if row[1] >= 2_000 else -1 for row in rows])
    shown = replace(shown, order=named)
    changes = run(Session("s", "m", 0, 3_600, shown), known, opening_fen=10**6, rules=RULES)
    assert max(one.to_bps for one in changes) == 12_000
    assert changes[-1].to_bps < 10_000
    assert all(one.to_bps <= 10_000 for one in changes if one.at > 1_560)


def test_a_late_event_counts_in_full_and_for_the_rhythm_with_the_one_before() -> None:
    shown = events((0, 0, "cart", 0, 100), (0, 0, "cart", 0, 40), (0, 1, "cart", 0, 70))
    rooms = Rooms(RULES, [0])
    rooms.feed(shown)
    expected = sum(3 * 2 ** ((at - 100) / 300) for at in (100, 40, 70))
    assert rooms.counts(at=100)[0, 0] == pytest.approx(expected)
    even = [(0, 0, "cart", 0, 20 * k) for k in range(11)]
    swapped = [*even[:5], even[6], even[5], *even[7:]]  # Gaps 20, 40, 0, 20 …: no longer even.
    loose = events(*swapped)
    rooms = Rooms(RULES, [0])
    for batch in loose.batches(3):
        rooms.feed(batch)
    assert rooms.counts(at=200)[0, 0] > 0
    assert not automatic(loose, POLICY).any()


@pytest.mark.mechanism("C09")
@pytest.mark.parametrize(("viewers", "weighs"), [(3, True), (4, False)])
def test_a_device_with_more_than_three_viewers_weighs_nothing(viewers: int, weighs: bool) -> None:
    rooms = Rooms(RULES, [0, 0])
    for k in range(viewers):
        rooms.feed(events((0, k, "order_paid", 100, 10 * k), device=5))
    rooms.feed(events((1, 9, "order_paid", 100, 50)))
    assert bool(rooms.counts(at=60)[0, 1] > 0) is weighs
    assert rooms.counts(at=60)[1, 1] > 0


@pytest.mark.mechanism("C09")
def test_a_burst_of_bots_moves_no_limit() -> None:
    """A thousand bot viewers like, cart and pay between the people of an ordinary session."""
    rng = np.random.default_rng(4)
    people = [
        (0, int(v), KINDS[int(k)], 0.0, int(t))
        for v, k, t in zip(
            rng.integers(0, 300, 2_000),
            rng.choice([2, 3, 6, 7], 2_000, p=[0.6, 0.2, 0.15, 0.05]),
            np.sort(rng.integers(0, 3_600, 2_000)),
            strict=True,
        )
    ]
    bots = [
        (0, 1_000 + v, kind, 0.0, 1_200 + 15 * k)
        for v in range(100)
        for k, kind in enumerate(["click", "cart", "order_paid"] * 8)
    ]
    usual_show = session("s", people, 0)
    earlier = [
        minute_sums(usual_show, np.zeros(1, dtype=np.int64), room=0, minutes=60, policy=POLICY)
    ] * 3
    known = usual(earlier, RULES)
    alone = run(Session("s", "m", 0, 3_600, usual_show), known, opening_fen=10**6, rules=RULES)
    both = session("s", sorted([*people, *bots], key=lambda row: row[4]), 0)
    bought = run(Session("s", "m", 0, 3_600, both), known, opening_fen=10**6, rules=RULES)
    assert max((one.to_bps for one in bought), default=10_000) == max(
        (one.to_bps for one in alone), default=10_000
    )


def session(name: str, rows: list[tuple[int, int, str, float, int]], offset: int) -> Events:
    found = events(*rows)
    return Events(
        found.room, found.viewer, found.device, found.kind, found.value, found.at + offset
    )


@pytest.mark.mechanism("B09", "C08")
def test_a_slot_begins_anew_and_leaves_the_standing_limit_alone() -> None:
    """Four evenings alike but the fourth, which sells thrice as much: up in it, and in it only."""
    rng = np.random.default_rng(8)
    sessions = []
    for night in range(5):
        n = 3_000 if night == 3 else 1_000
        rows = [
            (0, int(v), str(kind), 0.0, int(t))
            for v, kind, t in zip(
                rng.integers(0, 500, n),
                rng.choice(["click", "cart", "order_paid"], n, p=[0.7, 0.2, 0.1]),
                np.sort(rng.integers(0, 3_600, n)),
                strict=True,
            )
        ]
        start = 86_400 * night
        sessions.append(Session(f"s-{night}", "m", start, start + 3_600, session("s", rows, start)))
    found = replay(sessions, opening_fen=5_000_000, policy=POLICY)
    assert [one.earlier for one in found] == [0, 1, 2, 3, 4]
    assert [bool(one.changes) for one in found[:3]] == [False] * 3
    raised = found[3].changes
    assert raised[0].from_bps == 10_000
    assert max(one.to_bps for one in raised) >= 11_000
    assert {one.why for one in raised} >= {Why.PAID_ORDERS_FOLLOW}
    assert all(3_500_000 <= one.limit_fen <= 6_000_000 for one in raised)
    assert not found[4].changes or found[4].changes[0].from_bps == 10_000


def test_what_is_usual_needs_three_sessions_that_reached_the_minute() -> None:
    long, short = np.ones((20, 3)), np.ones((10, 3))
    known = usual([long, long, short], RULES)
    counts = decayed(long, RULES)
    assert known.z(600, counts[9], RULES) == pytest.approx([0, 0, 0])
    assert known.z(660, counts[10], RULES) is None
    assert known.z(601, counts[9], RULES) is None
    assert known.z(1_500, counts[0], RULES) is None
    assert usual([], RULES).z(60, counts[0], RULES) is None


def test_inside_a_minute_the_usual_lies_between_its_ends() -> None:
    known = usual([np.full((2, 3), 5.0)] * 3, RULES)
    halfway = np.expm1((known.median[0] + known.median[1]) / 2)
    assert known.z(90, halfway, RULES) == pytest.approx([0, 0, 0])
    opening = np.expm1(known.median[0] / 2)
    assert known.z(30, opening, RULES) == pytest.approx([0, 0, 0])


def test_only_the_last_ten_sessions_are_usual() -> None:
    old, new = np.full((5, 3), 1_000.0), np.full((5, 3), 2.0)
    known = usual([old] * 5 + [new] * 10, RULES)
    assert known.sessions.tolist() == [10] * 5
    assert known.z(300, decayed(new, RULES)[4], RULES) == pytest.approx([0, 0, 0])


def test_the_spread_of_the_usual_is_never_below_its_floor() -> None:
    known = usual([np.ones((3, 3))] * 4, RULES)
    assert known.spread.tolist() == [[RULES.floor] * 3] * 3


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kind": np.array([9])}, "Kind 9 is none of"),
        ({"viewer": np.array([-1])}, "code below 0"),
        ({"value": np.array([np.nan])}, "not a number"),
        ({"value": np.array([np.inf])}, "not a number"),
        ({"value": np.array([-1.0])}, "not a number"),
        ({"at": np.array([1, 2])}, "equally long"),
    ],
)
def test_events_that_cannot_be(changed: dict[str, Any], told: str) -> None:
    one = np.zeros(1, dtype=np.int64)
    columns = {"room": one, "viewer": one, "device": one, "kind": one, "at": one}
    with pytest.raises(InputError, match=told):
        Events(**{**columns, "value": np.zeros(1), **changed})


def test_events_before_the_doors_open_are_no_events_of_the_room() -> None:
    rooms = Rooms(RULES, [100])
    with pytest.raises(ValueError, match="before its room opened"):
        rooms.feed(events((0, 0, "click", 0, 99)))
    with pytest.raises(ValueError, match="days after"):
        rooms.feed(events((0, 0, "click", 0, 100 + 400_000)))


def test_nothing_happened() -> None:
    zero, none = np.zeros(0, dtype=np.int64), np.zeros(0)
    empty = Events(zero, zero, zero, zero, none, zero)
    rooms = Rooms(RULES, [0])
    rooms.feed(empty)
    assert rooms.counts(at=60).tolist() == [[0, 0, 0]]
    assert counts_at(empty, np.zeros(1), at=60, policy=POLICY).tolist() == [[0, 0, 0]]
    assert automatic(empty, POLICY).tolist() == []


def test_a_session_says_when_it_opens_and_what_happened() -> None:
    with pytest.raises(InputError, match="closes before it opens"):
        Session("s", "m", 10, 10, None)
    with pytest.raises(InputError, match="no events and no minutes"):
        Session("s", "m", 0, 10, None).sums(POLICY)


def test_the_bench_holds_both_ways_to_one_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_live(["--events", "20000"]).startswith("bench.live: events_per_second=")
    assert "same counts" in capsys.readouterr().out


@pytest.mark.mechanism("C09")
def test_where_orders_are_named_one_that_is_not_counts_nothing() -> None:
    shown = events((0, 0, "order_paid", 100, 0), (0, 1, "order_paid", 100, 0), (0, 2, "cart", 0, 0))
    named = replace(shown, order=np.array([7, -1, -1]))
    for given, paid in ((named, 1), (shown, 2)):  # A log that names none counts them all.
        rooms = Rooms(RULES, [0])
        rooms.feed(given)
        assert rooms.counts(at=0)[0].tolist() == [3, paid, 0]
        both = counts_at(given, np.zeros(1), at=0, policy=POLICY)
        assert both[0].tolist() == [3, paid, 0]
