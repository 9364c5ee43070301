"""A whole house for `bench.api`: database, a county scored, a partner's token, web processes."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from bench.ledger_database import served
from suixin.county.make import UNTIL, make_county

AT = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 9, tzinfo=UTC)
_SERVE = """
import sys
from suixin.service.running.serve import serve
serve("pages", "127.0.0.1", int(sys.argv[1]))
"""
WEB = ("-c", _SERVE)
FLOOR = (
    *("-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "8"),
    *("--no-ws", "--no-log", "--host", "127.0.0.1", "bench._api_floor:application", "--port"),
)
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """Who can be asked about, and with which token."""

    institution: int
    subjects: tuple[str, ...]
    token: str


@contextmanager
def house(households: int, folder: Path | None) -> Iterator[House]:
    """A county's facts in a database of its own, scored, and one partner that may ask."""
    with served(folder):
        place = Path(os.environ["SUIXIN_HOME"])
        # It lives on the county's last day.
        behind = int((datetime.now(UTC) - AT).total_seconds())
        (place / "demonstration.json").write_text(json.dumps({"seconds_behind": behind}))
        yield _house(place, households)


def _house(place: Path, households: int) -> House:
    from suixin.lending.accounts import chart_on
    from suixin.service.api import clients, tokens
    from suixin.service.app import facts, scoring
    from suixin.service.app.caller import Caller, Duty, service_caller
    from suixin.service.app.evidence import open_log
    from suixin.service.app.proposals import confirm
    from suixin.service.home import usual_home
    from suixin.service.identity.secret import ensure_secret
    from suixin.service.store.institutions import open_institution
    from suixin.service.store.session import Actor, acting, query

    number = open_institution("bench-api", chart_on(UNTIL), opened_on=UNTIL)
    ensure_secret(usual_home())
    open_log(number, "bench.example", usual_home())
    service = service_caller(number, "bench")
    county = make_county(households, 5, place / "county")
    facts.load_feeds(service, county.folder, key="county", at=AT)
    scoring.score_all(service, on=UNTIL, at=AT)
    maker, checker = (
        Caller(institution=number, by=f"user:{n}", duties=frozenset({Duty.ADMINISTRATOR}))
        for n in (1, 2)
    )
    asked = clients.allow(
        maker,
        "bench",
        title="bench",
        scopes=clients.scopes_there_are(),
        per_second=10_000,
        key=secrets.token_hex(8),
        why="the benchmark's",
        at=AT,
    )
    confirm(checker, asked.proposal, digest=asked.digest, at=AT)
    with acting(Actor(institution=number)):
        rows = query(
            "select distinct c.subject from credit_file as c join party as p"
            " on (p.institution_id, p.party_id) = (c.institution_id, c.subject) order by 1"
        )
    return House(number, tuple(subject for (subject,) in rows), tokens.told_to(number, "bench"))


@contextmanager
def web(command: tuple[str, ...], processes: int, path: str, headers: str = "") -> Iterator[int]:
    """Web processes at one port, each answering; they end with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(os.environ["SUIXIN_HOME"]) / "web.log"
    environ = {**os.environ, "SUIXIN_LOG": str(log)}
    running = []
    try:
        for _ in range(processes):
            running.append(
                subprocess.Popen(
                    [sys.executable, *command, str(port)],
                    env=environ,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        _wait(port, processes, path, headers, running)
        yield port
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(30)


def _wait(
    port: int, processes: int, path: str, headers: str, running: list[subprocess.Popen[bytes]]
) -> None:
    """Until several connections in a row are answered: the kernel spreads them over all."""
    asked, end, good = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{headers}\r\n", monotonic(), 0
    while good < 10 * processes:
        if monotonic() - end > START_SECONDS or any(one.poll() is not None for one in running):
            raise RuntimeError("The web processes do not answer.")
        try:
            with socket.create_connection(("127.0.0.1", port), 30) as line:
                line.sendall(asked.encode())
                good = good + 1 if b" 200 " in line.recv(200) else 0
        except OSError:
            good = 0
        if not good:
            sleep(0.2)
