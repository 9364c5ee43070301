"""What is looked at every few seconds for each institution: its log, its live slots, its bank.

Each step has a thread of its own, so that a partner who answers slowly keeps no log from its head.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import Final

import structlog
from django.db import Error, connections

from suixin.data.errors import DiskError, InputError
from suixin.service.api.webhooks.sending import send_due
from suixin.service.app import live
from suixin.service.app.caller import Caller, service_caller
from suixin.service.app.evidence import sign_head
from suixin.service.app.receiving import exchange
from suixin.service.clock import now
from suixin.service.running.begun import say_ready
from suixin.service.running.logs import log_to_file
from suixin.service.store.session import acting, query

_log: Final = structlog.get_logger("suixin.upkeep")
_GREW: Final = """
    select true from log_head where institution_id = %s and size > coalesce(
        (select max(size) from log_day_head where institution_id = %s and kind = 'signed'), 0)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done for each institution, and after how many seconds again."""

    name: str
    seconds: float
    work: Callable[[Caller, datetime], object]


def sign(caller: Caller, at: datetime) -> None:
    """Sign the log's head where the log grew."""
    with acting(caller.actor()):
        grew = query(_GREW, [caller.institution] * 2)
    if grew:
        sign_head(caller.institution, at=at)


def send_letters(caller: Caller, at: datetime) -> None:
    """Send partners the events they are due."""
    send_due(caller, at=at)


def exchange_files(caller: Caller, at: datetime) -> None:
    """Send the bank what waits, and take in what came of it."""
    exchange(caller, at=at)


def look_at_slots(caller: Caller, at: datetime) -> None:
    """Look at the live slots whose minute is over."""
    live.look(caller, at=at)


STEPS: Final = (
    Step("sign", 1.0, sign),
    Step("live", 1.0, look_at_slots),
    Step("letters", 5.0, send_letters),
    Step("bank", 5.0, exchange_files),
)


def keep_up(step: Step, stop: Event) -> None:
    """Until it is told to stop. What fails is told when it begins to, and tried again."""
    failing: dict[int, str] = {}
    try:
        while not stop.wait(step.seconds):
            try:
                for (institution,) in query("select id from institution order by id"):
                    code = _once(step, institution)
                    if code and failing.get(institution) != code:
                        told = {"task": step.name, "institution": institution, "code": code}
                        _log.error("upkeep.failed", **told)
                    failing[institution] = code
            except Error as fault:
                _log.error("upkeep.database", task=step.name, exc_info=fault)
                connections.close_all()
    finally:
        connections.close_all()


def _once(step: Step, institution: int) -> str:
    """The code of what was in the way, or nothing."""
    try:
        step.work(service_caller(institution, step.name), now())
    except InputError as fault:
        return fault.code
    except DiskError:
        return "DISK"
    return ""


def run(steps: Sequence[Step]) -> None:
    """The process: until it is told to stop, or a step ends by a fault of its own."""
    log_to_file()
    stop = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    threads = [Thread(target=keep_up, args=(step, stop), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    say_ready()
    while not stop.wait(0.5):
        if not all(thread.is_alive() for thread in threads):
            sys.exit(1)  # What it was stands in the log; the process is started again.
    for thread in threads:
        thread.join(10)
