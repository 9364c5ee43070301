"""The simulated bank: answers the files of each institution that has begun one, each second."""

from __future__ import annotations

import signal
from threading import Event

import structlog

from suixin.service.clock import now
from suixin.service.home import usual_home
from suixin.service.rails.simulation import step_all
from suixin.service.running.begun import say_ready
from suixin.service.running.logs import log_to_file


def main() -> None:
    """The process."""
    log_to_file()
    stop = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    say_ready()
    while not stop.wait(1.0):
        try:
            step_all(usual_home().folder, now())
        except OSError as fault:  # A disk that is full now may have room in a second.
            structlog.get_logger("suixin.bank").error("bank.disk", exc_info=fault)
