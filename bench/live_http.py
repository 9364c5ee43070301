"""Live events through HTTP: kept durably in batches, and the limit that follows, beside bare bytes.

`python -m bench.live_http [--events N] [--batch N] [--rooms N] [--folder DIR]` sends events of so
many rooms to two web processes over one connection a room. An event counts once its batch was
answered, so after its commit; the answer has the limit as it then stands. The floor parses the
same JSON and inserts the same bytes into a table without a rule, in this process.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg

from bench import last_line, table
from bench._api_house import AT, WEB, House, house, web
from bench._wire import closed_loop, request

SMALL = ("--events", "40000", "--batch", "5000", "--rooms", "2")
KINDS = ("enter", "dwell", "click", "like", "favourite", "share", "cart")
SHOW_SECONDS = 1_800


def main(arguments: Sequence[str]) -> str:
    """Print the rates; the last line has the service's."""
    parser = argparse.ArgumentParser(prog="bench.live_http")
    parser.add_argument("--events", type=int, default=600_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--rooms", type=int, default=4)
    parser.add_argument("--folder", type=Path, help="where the server keeps its data")
    given = parser.parse_args(arguments)
    with house(60, given.folder) as made:
        rooms = opened(made, given.rooms)
        bodies = batches(rooms, given.events, given.batch)
        asked = [wire(made, body) for body in bodies]
        bearer = f"Authorization: Bearer {made.token}\r\n"
        with web(WEB, 2, "/api/v1/me", bearer) as port:
            began = perf_counter()
            calls = closed_loop(port, asked, given.rooms, 3_600, most=len(asked))
            seconds = perf_counter() - began
        kept = counted(made)
        floor = bare(bodies)
    events = len(bodies) * given.batch
    if kept != events:
        raise SystemExit(f"{events} events were answered and {kept} are kept.")
    p95 = float(np.percentile(calls, 95)) * 1_000
    rows = [
        ["the service, to the moved limit", events, seconds, events / seconds, p95],
        ["bare JSON and insert", events, floor, events / floor, 0.0],
    ]
    print(table(["what", "events", "seconds", "events a second", "p95 ms a batch"], rows))
    line = last_line(
        "bench.live_http",
        events=events,
        batch=given.batch,
        events_per_second=round(events / seconds),
        p95_ms=round(p95, 1),
        longest_ms=round(max(calls) * 1_000, 1),
        floor_per_second=round(events / floor),
    )
    print(line)
    return line


def opened(made: House, rooms: int) -> list[str]:
    """So many open slots, of sellers that have a limit."""
    from suixin.data.errors import InputError
    from suixin.service.app import live
    from suixin.service.app.caller import service_caller

    begins, found = int(AT.timestamp()) - SHOW_SECONDS, []
    for seller in made.subjects:
        if len(found) == rooms:
            break
        name = f"room-{len(found)}"
        try:
            live.open_slot(
                service_caller(made.institution, "bench"),
                name,
                seller,
                opens_at=begins,
                closes_at=begins + 7_200,
                at=AT,
            )
        except InputError:
            continue
        found.append(name)
    return found


def batches(rooms: Sequence[str], events: int, batch: int) -> list[dict[str, Any]]:
    """Batches in turn of each room, their events in order of time, from one seed."""
    chance = np.random.default_rng(20260630)
    begins, made = int(AT.timestamp()) - SHOW_SECONDS, []
    rounds = max(1, events // (batch * len(rooms)))
    for number in range(rounds):
        for room in rooms:
            seconds = np.sort(chance.integers(0, SHOW_SECONDS // rounds, batch))
            people = chance.integers(0, 20_000, batch)
            kinds = chance.integers(0, len(KINDS), batch)
            hashes = [f"{person + 1:016x}{0:048x}" for person in people.tolist()]
            at = (begins + number * (SHOW_SECONDS // rounds) + seconds).tolist()
            made.append(
                {
                    "slot": room,
                    "kind": [KINDS[kind] for kind in kinds.tolist()],
                    "viewer": hashes,
                    "device": hashes,
                    "at": at,
                    "value": chance.integers(0, 60, batch).tolist(),
                    "order": [""] * batch,
                }
            )
    return made


def wire(made: House, body: dict[str, Any]) -> bytes:
    headers = {"Authorization": f"Bearer {made.token}", "Content-Type": "application/json"}
    headers["Idempotency-Key"] = str(uuid4())
    return request("POST", "/api/v1/live-events", headers, json.dumps(body).encode())


def counted(made: House) -> int:
    """How many events the database has."""
    from suixin.service.store.session import Actor, acting, query

    with acting(Actor(institution=made.institution)):
        ((kept,),) = query("select coalesce(sum(events), 0) from live_batch")
    return int(kept)


def bare(bodies: Sequence[dict[str, Any]]) -> float:
    """Seconds to parse the same texts and insert the same numbers, a commit a batch."""
    from suixin.service import database

    texts = [json.dumps(body).encode() for body in bodies]
    with psycopg.connect(database.located().owner_url, autocommit=True) as connection:
        connection.execute("create table bare_live (content bytea)")
        began = perf_counter()
        for text in texts:
            told = json.loads(text)
            content = np.array([told["at"], told["value"]], dtype=np.int64).tobytes()
            connection.execute("insert into bare_live values (%s)", [content])
        return perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1:])
