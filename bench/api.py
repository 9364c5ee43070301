"""The API over HTTP: decisions at a fixed rate and reads as fast as they go, beside bare Django.

`python -m bench.api [--households N] [--seconds S] [--rate N] [--folder DIR]` scores a county,
serves it by two web processes and asks from a third: decisions one each hundredth of a second,
whether or not the last was answered (so waiting counts), each with its own key, kept and logged;
then reads over 16 connections. The floor reads the same row by bare Django under the same server,
and asks nobody who he is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from bench import last_line, table
from bench._api_house import FLOOR, WEB, House, house, web
from bench._wire import closed_loop, open_loop, request

SMALL = ("--households", "60", "--seconds", "3")
PROCESSES = 2
LINES = 16
PRODUCT = "sales_flow"


def main(arguments: Sequence[str]) -> str:
    """Print latencies and rates; the last line has both, and the floor's."""
    parser = argparse.ArgumentParser(prog="bench.api")
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=int, default=100, help="decisions asked a second")
    parser.add_argument("--folder", type=Path, help="where the server keeps its data")
    given = parser.parse_args(arguments)
    with house(given.households, given.folder) as made:
        bearer = f"Authorization: Bearer {made.token}\r\n"
        with web(WEB, PROCESSES, "/api/v1/me", bearer) as port:
            open_loop(port, decisions(made, given.rate), given.rate)  # Warm, as a service is.
            decided = open_loop(port, decisions(made, int(given.rate * given.seconds)), given.rate)
            read = closed_loop(port, reads(made), LINES, given.seconds)
        first = made.subjects[0]
        with web(FLOOR, PROCESSES, f"/parties/{first}") as port:
            floor = closed_loop(port, bare(made), LINES, given.seconds)
    rows = [
        ["decisions, open loop", given.rate, *_ms(decided)],
        ["reads of a party", len(read) / given.seconds, *_ms(read)],
        ["bare Django, one row", len(floor) / given.seconds, *_ms(floor)],
    ]
    print(table(["what", "a second", "p50 ms", "p95 ms", "p99 ms"], rows))
    line = last_line(
        "bench.api",
        decisions=len(decided),
        p95_ms=round(_ms(decided)[1], 2),
        p99_ms=round(_ms(decided)[2], 2),
        reads_per_second=round(len(read) / given.seconds),
        reads_p99_ms=round(_ms(read)[2], 2),
        floor_per_second=round(len(floor) / given.seconds),
        floor_p99_ms=round(_ms(floor)[2], 2),
        per_second=round(len(read) / given.seconds),
    )
    print(line)
    return line


def decisions(made: House, count: int) -> list[bytes]:
    """So many questions, each of its own key."""
    found = []
    for number in range(count):
        body = {
            "party": made.subjects[number % len(made.subjects)],
            "product": PRODUCT,
            "amount_fen": 1_000_00 + number,
        }
        headers = {**_bearer(made), "Content-Type": "application/json"}
        headers["Idempotency-Key"] = str(uuid4())
        found.append(request("POST", "/api/v1/decisions", headers, json.dumps(body).encode()))
    return found


def reads(made: House) -> list[bytes]:
    return [request("GET", f"/api/v1/parties/{one}", _bearer(made)) for one in made.subjects]


def bare(made: House) -> list[bytes]:
    return [request("GET", f"/parties/{one}", {}) for one in made.subjects]


def _bearer(made: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {made.token}"}


def _ms(calls: Sequence[float]) -> list[float]:
    return [float(value) * 1_000 for value in np.percentile(calls, (50, 95, 99))]


if __name__ == "__main__":
    main(sys.argv[1:])
