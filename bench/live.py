"""Live counts: micro-batches of numpy against a Python dict per event, both with the same answer.

Each does the whole work: decay, what an event adds, the three tests of automatic viewers (rate,
rhythm, crowded device) with what they added taken out, and orders counted once and taken back when
refunded, for every room at once. Codes of rooms, viewers and devices are given, as
the writer of the event table gives them. The p95 is of a decision after its event: a batch is fed,
and every room it touched is held against what is usual and moves its limit.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import last_line, table
from suixin.credit.live.counters import Rooms
from suixin.credit.live.events import Events
from suixin.credit.live.rules import KINDS, MEASURES, PAID, REFUNDED, LiveRules
from suixin.credit.live.slot import Slot, moved
from suixin.credit.live.usual import usual
from suixin.credit.sheets import policy_on

SMALL = ("--events", "300000")
DAY = date(2026, 6, 30)
ROOMS, SHOW_SECONDS, BATCH = 200, 7_200, 1_000
PEER_EVENTS = 200_000
KIND_SHARES = (0.10, 0.30, 0.30, 0.12, 0.05, 0.04, 0.05, 0.03, 0.01)


def events_of(n: int, *, seed: int = 1) -> Events:
    """So many events of one evening: people, and among them two bots a room that click evenly."""
    rng = np.random.default_rng(seed)
    people = max(ROOMS, n // 50)
    bot = rng.random(n) < 0.02
    viewer = np.where(bot, people + rng.integers(0, 2 * ROOMS, n), rng.integers(0, people, n))
    kind = rng.choice(len(KIND_SHARES), n, p=KIND_SHARES)
    # An order is named by the place it was paid at; half of the refunds are of one a while before.
    paid = kind == KINDS.index("order_paid")
    last_paid = np.maximum.accumulate(np.where(paid, np.arange(n), -1))
    refunded = np.where(rng.random(n) < 0.5, last_paid, -1)
    amounts = {KINDS.index("dwell"): rng.integers(1, 120, n)}
    amounts |= dict.fromkeys((KINDS.index("order_paid"), KINDS.index("refund")), np.full(n, 100))
    return Events(
        room=viewer % ROOMS,
        viewer=viewer,
        device=np.where(viewer % 97 == 0, 0, viewer + 1),  # One in 97 sits before one device.
        kind=kind,
        value=np.select([kind == one for one in amounts], list(amounts.values()), default=0).astype(
            np.float64
        ),
        at=np.sort(rng.integers(0, SHOW_SECONDS, n)),
        order=np.where(paid, np.arange(n), np.where(kind == KINDS.index("refund"), refunded, -1)),
    )


def by_batches(events: Events, rules: LiveRules) -> tuple[npt.NDArray[np.float64], float]:
    """Counts at the end, and seconds of CPU."""
    rooms, batches = Rooms(rules, np.zeros(ROOMS, np.int64)), list(events.batches(BATCH))
    begun = time.process_time()
    for batch in batches:
        rooms.feed(batch)
    return rooms.counts(at=SHOW_SECONDS), time.process_time() - begun


def by_dicts(events: Events, rules: LiveRules) -> tuple[npt.NDArray[np.float64], float]:
    """The same with a dict per viewer, event by event: counts at the end, and seconds of CPU."""
    columns = (events.room, events.viewer, events.device, events.kind, events.value, events.at)
    columns = (*columns, np.full(len(events), -1) if events.order is None else events.order)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    each, by_value = rules.each.tolist(), rules.by_value.tolist()
    measure = rules.measure.tolist()
    seats: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0] * 6)
    times: dict[tuple[int, int], deque[int]] = defaultdict(lambda: deque(maxlen=31))
    added: dict[tuple[int, int, int, int], float] = defaultdict(float)
    devices: dict[int, set[int]] = defaultdict(set)
    orders: dict[int, list[Any]] = {}
    quick = rules.quick_share_bps / 10_000
    begun = time.process_time()
    for room, viewer, device, kind, value, at, order in rows:
        seat = seats[room, viewer]
        last = times[room, viewer]
        if last:
            gap = at - last[-1]
            seat[0] += 1
            seat[1] += gap
            seat[2] += gap * gap
        last.append(at)
        if len(last) == 31 and at - last[0] < rules.rate_seconds:
            seat[3] = 1.0
        devices[device].add(viewer)
        weight = each[kind] + by_value[kind] * value
        key, amount = (room, viewer, device, measure[kind]), weight * 2 ** (at / rules.half_life)
        added[key] += amount
        if order < 0:
            continue
        if measure[kind] == PAID:
            orders[order] = [key, amount, at, value, 0.0]
        elif measure[kind] == REFUNDED and order in orders:
            sold = orders[order]
            sold[4] += value if at <= sold[2] + rules.quick_seconds else 0
            if sold[1] and sold[4] >= sold[3] * quick:
                added[sold[0]] -= sold[1]
                sold[1] = 0.0
    found = np.zeros((ROOMS, len(MEASURES)))
    for (room, viewer, device, which), amount in added.items():
        gaps, total, squares, fast, *_ = seats[room, viewer]
        spread, square = gaps * squares - total * total, total * total
        even = gaps >= rules.rhythm_gaps and (
            spread < rules.rhythm_variation**2 * square or spread <= 0
        )
        if not (fast or even or len(devices[device]) > rules.device_viewers):
            found[room, which] += amount
    seconds = time.process_time() - begun
    return found * 2 ** (-SHOW_SECONDS / rules.half_life), seconds


def decisions(events: Events, rules: LiveRules) -> npt.NDArray[np.float64]:
    """Milliseconds from the arrival of each batch until every room it touched has decided."""
    rng = np.random.default_rng(2)
    minutes = SHOW_SECONDS // rules.tick_seconds
    sessions = [rng.poisson(20, (minutes, len(MEASURES))).astype(np.float64) for _ in range(10)]
    known, slots = usual(sessions, rules), [Slot(5_000_000)] * ROOMS
    rooms, waits = Rooms(rules, np.zeros(ROOMS, np.int64)), []
    for batch in events.batches(BATCH):
        begun = time.perf_counter()
        rooms.feed(batch)
        now = int(batch.at[-1])
        counts = rooms.counts(at=now)
        for room in np.unique(batch.room).tolist():
            z = known.z(now, counts[room], rules)
            slots[room], _ = moved(slots[room], z, at=now, tick=True, rules=rules)
        waits.append(1_000 * (time.perf_counter() - begun))
    return np.array(waits)


def main(arguments: Sequence[str]) -> str:
    """Time both, hold them to one answer, and give the last line."""
    n = int(arguments[arguments.index("--events") + 1]) if "--events" in arguments else 3_000_000
    rules = LiveRules.from_policy(policy_on(DAY, None))
    few = events_of(min(n, PEER_EVENTS))
    ours, _ = by_batches(few, rules)
    theirs, peer_seconds = by_dicts(few, rules)
    if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-9):
        raise SystemExit("The batches and the dicts do not give the same counts.")
    events = events_of(n)
    _, seconds = by_batches(events, rules)
    waits = decisions(events.take(slice(0, min(n, 500_000))), rules)
    p95, peer = float(np.percentile(waits, 95)), len(few) / peer_seconds
    rows = [
        ["batches of 1,000", f"{n:,}", f"{n / seconds:,.0f}"],
        ["a dict per event", f"{len(few):,}", f"{peer:,.0f}"],
    ]
    print(table(["way", "events", "events a second of CPU"], rows))
    print(f"same counts in {ROOMS} rooms to 1e-9; decision p95 {p95:.2f} ms")
    return last_line("bench.live", events_per_second=n / seconds, p95_ms=p95, peer_per_second=peer)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
