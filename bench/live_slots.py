"""Live events kept durably and the limits they move, beside a bare insert of the same bytes.

`python -m bench.live_slots [--events N] [--clients N] [--batch N]`: clients are threads that each
send the events of a slot of its own, a commit a batch. A batch's limit stands when its call
returns, which is what the p95 is of. The floor inserts the same rows and counts nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, date, datetime
from hashlib import sha256
from time import perf_counter
from typing import Any

import numpy as np

from bench import last_line, table
from bench._institution import institution
from bench.live import events_of
from suixin.credit.live.rules import KINDS
from suixin.credit.live.usual import usual

SMALL = ("--events", "20000", "--clients", "2", "--batch", "2000")
DAY = date(2026, 6, 30)
OPENS = int(datetime(2026, 6, 30, 12, tzinfo=UTC).timestamp())
SHOW_SECONDS = 7_200
BARE = """
    create table bare (slot text collate "C", number bigint, content bytea,
                       primary key (slot, number));
    grant insert on bare to suixin_app
"""


def main(arguments: Sequence[str]) -> str:
    """Print both rates; the last line has events a second and the p95 of a batch."""
    parser = argparse.ArgumentParser(prog="bench.live_slots")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--batch", type=int, default=5_000)
    given = parser.parse_args(arguments)
    with institution(DAY) as number:
        line = _measured(number, given.events, given.clients, given.batch)
    print(line)
    return line


def _measured(number: int, size: int, clients: int, batch: int) -> str:
    from django.db import connections

    from suixin.service.app import live
    from suixin.service.app.caller import service_caller
    from suixin.service.app.live_events import packed_events
    from suixin.service.database import OWNER_ALIAS
    from suixin.service.store.session import Actor, acting, query

    caller, batches = service_caller(number, "bench"), _batches(size, batch)
    shares = [batches[k::clients] for k in range(clients)]
    for place in range(clients):
        _opened(number, f"slot-{place}")
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(BARE)
    waits: list[float] = []

    def sends(place: int) -> None:
        for k, (events, now) in enumerate(shares[place]):
            begun = perf_counter()
            live.send(caller, f"slot-{place}", events, key=f"k{k}", at=now)
            waits.append(perf_counter() - begun)
        connections.close_all()

    def bare(place: int) -> None:
        for k, (events, _) in enumerate(shares[place]):
            content = packed_events(events, opens_at=OPENS, until=OPENS + SHOW_SECONDS)
            with acting(Actor(institution=number)):
                query("insert into bare values (%s, %s, %s)", [f"slot-{place}", k, content])
        connections.close_all()

    seconds, floor = (_together(work, clients) for work in (sends, bare))
    moves = sum(
        len(live.slot_of(caller, f"slot-{place}", at=batches[-1][1]).moves)
        for place in range(clients)
    )
    kept = sum(
        live.slot_of(caller, f"slot-{place}", at=batches[-1][1]).events for place in range(clients)
    )
    if kept != size:
        raise SystemExit(f"{kept} events are kept of {size}.")
    p95 = float(np.percentile(np.array(waits), 95))
    rows = [
        ["kept, counted, limit moved", clients, seconds, size / seconds, 1_000 * p95],
        ["bare inserts of the same bytes", clients, floor, size / floor, 0.0],
    ]
    print(table(["how", "clients", "seconds", "events a second", "p95 ms a batch"], rows))
    return last_line(
        "bench.live_slots",
        events=size,
        per_second=round(size / seconds),
        limit_p95_ms=round(1_000 * p95, 1),
        floor_per_second=round(size / floor),
        moves=moves,
    )


def _together(work: Any, clients: int) -> float:
    begun = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(clients)))
    return perf_counter() - begun


def _batches(size: int, batch: int) -> list[tuple[Any, datetime]]:
    """An evening's events as a partner sends them, each batch with the moment it comes at."""
    from suixin.service.app.live_events import LiveEvents

    made, found = events_of(size), []
    viewers = [sha256(f"v{one}".encode()).hexdigest() for one in range(int(made.viewer.max()) + 1)]
    devices = [sha256(f"d{one}".encode()).hexdigest() for one in range(int(made.device.max()) + 1)]
    order = np.full(size, -1) if made.order is None else made.order
    for at in range(0, size, batch):
        part = slice(at, at + batch)
        told = LiveEvents(
            kind=[KINDS[one] for one in made.kind[part].tolist()],
            viewer=[viewers[one] for one in made.viewer[part].tolist()],
            device=[devices[one] for one in made.device[part].tolist()],
            at=(OPENS + made.at[part]).tolist(),
            value=made.value[part].astype(np.int64).tolist(),
            order=[f"o-{one}" if one >= 0 else "" for one in order[part].tolist()],
        )
        found.append((told, datetime.fromtimestamp(max(told.at) + 1, UTC)))
    return found


def _opened(number: int, slot: str) -> None:
    """A slot of 50,000 yuan whose seller sold as many of everything in ten sessions before."""
    from suixin.service.app.live_slots import live_rules
    from suixin.service.app.packing import packed_arrays
    from suixin.service.store import people
    from suixin.service.store.people import Registered
    from suixin.service.store.session import Actor, acting, query

    actor, rng = Actor(institution=number), np.random.default_rng(2)
    sessions = [rng.poisson(500, (SHOW_SECONDS // 60, 3)).astype(np.float64) for _ in range(10)]
    known = usual(sessions, live_rules(OPENS)[0])
    arrays = {one.name: getattr(known, one.name) for one in fields(known)}
    people.register(actor, Registered(party_id=f"m-{slot}", kind="business"))
    with acting(actor):
        query(
            """insert into live_slot (institution_id, slot, party_id, opens_at, closes_at,
                                      opening_fen, factor_bps, above, looked_at, usual)
               values (%s, %s, %s, %s, %s, 5000000, 10000, '[]', %s, %s)""",
            [
                *(number, slot, f"m-{slot}", OPENS, OPENS + SHOW_SECONDS, OPENS),
                packed_arrays(arrays),
            ],
        )


if __name__ == "__main__":
    main(sys.argv[1:])
