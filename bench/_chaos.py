"""A service under load whose processes are killed at any moment, and what must then be true."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import psycopg

from bench._service_up import ServiceUp, gone
from suixin.service import database, postgres
from suixin.service.home import Home
from suixin.service.keeping.held import held

WRITER = str(Path(__file__).with_name("_chaos_writer.py"))
OPENED_ON = date(2026, 1, 1)
RECOVERY_SECONDS = 60.0
# Who may be killed, by words of its command; the launcher is a target of its own.
TARGETS = {
    "launcher": (),
    "web server": ("suixin-web",),
    "events server": ("suixin-events",),
    "job worker": ("suixin-j-",),
    "upkeep": ("suixin-upkeep",),
    "database": ("postgres", "-D"),
    "database session": ("postgres:",),
}
_SETUP = """
from datetime import date
from suixin.lending.accounts import chart_on
from suixin.service.app.evidence import open_log
from suixin.service.home import usual_home
from suixin.service.store.institutions import open_institution
day = date(2026, 1, 1)
number = open_institution("bank", chart_on(day), opened_on=day)
open_log(number, "bank.example", usual_home())
print(number)
"""


@dataclass(slots=True)
class Storm:
    """What was killed, how long it took to be of use again (seconds), what was acknowledged."""

    killed: list[str] = field(default_factory=list)
    recovered: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set, repr=False)
    kept: int = 0


def storm(home: Home, targets: list[str], *, seed: int = 7, writers: int = 3) -> Storm:
    """Kill one process after another under load; raises `AssertionError` where something is lost.

    Nothing acknowledged is gone, each key stands once with its log entry and its job, the ledger
    is zero and the log's entries lead to its signed head.
    """
    found, chance = Storm(), Random(seed)
    with ExitStack() as stack:
        stack.callback(_no_orphans, home)
        running = [ServiceUp(home, "--workers", "2")]
        stack.callback(lambda: running[-1].process.poll() is None and running[-1].stop())
        assert running[-1].url
        institution = _asked(home, _SETUP)
        with _writing(home, institution, writers, found.acknowledged):
            _await_more(found.acknowledged, 3 * writers)
            for target in targets:
                time.sleep(chance.uniform(0.05, 0.5))
                found.killed.append(target)
                found.recovered.append(_kill(home, running, target, chance))
                _await_more(found.acknowledged, writers)
        running[-1].awaited("service", "ready")
        found.kept = _check(home, found.acknowledged)
    return found


def _kill(home: Home, running: list[ServiceUp], target: str, chance: Random) -> float:
    """Kill one of that kind; how long until the service can be used again."""
    up = running[-1]
    began = time.monotonic()
    if target == "launcher":
        left = list(up.processes())
        up.stop(signal.SIGKILL)
        assert gone(left, 10) == [], "something outlived the launcher"
        running.append(ServiceUp(home, "--workers", "2"))
        assert running[-1].url
    else:
        words = TARGETS[target]
        chosen = [n for n, told in up.processes().items() if all(word in told for word in words)]
        if chosen:  # A session may just have ended.
            with suppress(ProcessLookupError):
                os.kill(chance.choice(sorted(chosen)), signal.SIGKILL)
    while running[-1].get("ready")[0] != 200:
        assert time.monotonic() - began < RECOVERY_SECONDS, (target, running[-1].get("ready"))
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def _writing(home: Home, institution: int, writers: int, told: set[str]) -> Iterator[None]:
    """Processes that write until the end; what they acknowledge is collected."""
    environment = {**os.environ, "SUIXIN_HOME": str(home.folder)}
    started = [
        subprocess.Popen(
            [sys.executable, WRITER, str(institution), f"w{number}"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in range(writers)
    ]
    readers = [threading.Thread(target=_read, args=(one, told), daemon=True) for one in started]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()
        for reader in readers:
            reader.join()
        for one in started:
            assert one.stdout is not None
            one.stdout.close()


def _read(writer: subprocess.Popen[str], told: set[str]) -> None:
    assert writer.stdout is not None
    for line in writer.stdout:
        if line.endswith("\n"):
            told.add(line.strip())


def _await_more(told: set[str], more: int) -> None:
    before, began = len(told), time.monotonic()
    while len(told) < before + more:
        assert time.monotonic() - began < RECOVERY_SECONDS, "nothing is written any more"
        time.sleep(0.02)


def _check(home: Home, acknowledged: set[str]) -> int:
    """How many transactions stand, once all that must be true of them is seen to be."""
    url = postgres.url_of(home, database=database.NAME)
    with psycopg.connect(url) as owner:
        (one,) = held(owner).institutions  # Which raises where books or log are at odds.
        keys = [key for (key,) in owner.execute("select key from transaction")]
        jobs = [
            key
            for (key,) in owner.execute(
                "select args ->> 'key' from procrastinate_jobs where task_name = 'nobody-does-it'"
            )
        ]
    lost = acknowledged - set(keys)
    assert not lost, f"acknowledged and lost: {sorted(lost)[:5]}"
    assert len(keys) == len(set(keys)) == one.size, (len(keys), one.size)
    assert sorted(jobs) == sorted(keys), "a job was lost, or done for what was taken back"
    return len(keys)


def _asked(home: Home, program: str) -> int:
    told = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "SUIXIN_HOME": str(home.folder)},
    )
    return int(told.stdout)


def _no_orphans(home: Home) -> None:
    assert not postgres.is_running(home), "the database outlived the service"
