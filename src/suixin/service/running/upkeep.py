"""What is looked at each second: each institution's log, whose head is signed where it grew."""

from __future__ import annotations

import signal
from threading import Event
from typing import Final

import structlog
from django.db import Error, connections

from suixin.data.errors import InputError
from suixin.service.app.evidence import sign_head
from suixin.service.clock import now
from suixin.service.running.begun import say_ready
from suixin.service.running.logs import log_to_file
from suixin.service.store.session import Actor, acting, query

SECONDS: Final = 1.0
_log: Final = structlog.get_logger("suixin.upkeep")


def keep_up(stop: Event) -> None:
    """Until it is told to stop. What fails is told once and looked at again a second later."""
    signed: dict[int, int] = {}
    failing: dict[int, str] = {}
    while not stop.wait(SECONDS):
        try:
            for (institution,) in query("select id from institution order by id"):
                code = _sign(institution, signed)
                if code and failing.get(institution) != code:
                    _log.error("log.not_signed", institution=institution, code=code)
                failing[institution] = code
        except Error as fault:
            _log.error("upkeep.database", exc_info=fault)
            connections.close_all()


def _sign(institution: int, signed: dict[int, int]) -> str:
    """Sign the head where the log grew; the code of what is in the way, if anything."""
    with acting(Actor(institution=institution, by="service:upkeep")):
        rows = query("select size from log_head where institution_id = %s", [institution])
    size = rows[0][0] if rows else 0
    if size == signed.get(institution, 0):
        return ""
    try:
        sign_head(institution, at=now())
    except InputError as fault:
        return fault.code
    signed[institution] = size
    return ""


def main() -> None:
    """The process."""
    log_to_file()
    stop = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    say_ready()
    keep_up(stop)


if __name__ == "__main__":
    main()
