"""One web process: a server that forks one worker, which holds the application.

Each binds the port for itself (SO_REUSEPORT), so that one which ends takes no other along.
"""

from __future__ import annotations

from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

PAGES: Final = "suixin.service.running.pages_process:application"
EVENTS: Final = "suixin.service.running.events_process:application"
THREADS: Final = 8
BACKLOG: Final = 1024
HEADER_MILLISECONDS: Final = 10_000
STOP_SECONDS: Final = 10


def serve(kind: str, host: str, port: int) -> None:
    """Serve `pages` or `events` until told to stop."""
    pages = kind == "pages"
    Granian(
        target=PAGES if pages else EVENTS,
        address=host,
        port=port,
        interface=Interfaces.WSGI if pages else Interfaces.ASGINL,
        workers=1,
        blocking_threads=THREADS if pages else 1,
        backlog=BACKLOG,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        log_enabled=False,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
