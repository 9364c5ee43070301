"""Serving over HTTP: a route is a function from a call to a reply; limits stand here once."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread, Timer
from typing import Any, Final

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
JSON: Final = "application/json"
SECONDS_MAX: Final = 15.0  # For a whole request to come in.
BODY_MAX: Final = 1_000_000
AT_ONCE_MAX: Final = 64
_DIGITS_MAX: Final = 18
FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Call:
    """A request: GET or POST, the path without its query, the body."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Told:
    """A reply: status, body, its type; `lasting` where it never changes."""

    status: int
    body: bytes = b""
    type: str = TEXT
    lasting: bool = False


Route = Callable[[Call], Told]


def refused(status: int, why: str) -> Told:
    """A reply that says what was wrong.

    >>> refused(404, "There is no such log.").body
    b'There is no such log.\\n'
    """
    return Told(status, f"{why}\n".encode())


class Server(ThreadingHTTPServer):
    """A server of one route, on threads; past a number at once, new connections are closed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, host: str, port: int, route: Route, *, body_max: int = BODY_MAX) -> None:
        self.route = route
        self.body_max = body_max
        self.seconds = SECONDS_MAX
        self._places = BoundedSemaphore(AT_ONCE_MAX)
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no fault; anything else is told, and the server goes on."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "suixin"
    sys_version = ""
    timeout = SECONDS_MAX
    server: Server

    def handle_one_request(self) -> None:
        """One request, which has so many seconds to come in, however it drips."""
        self._clock = Timer(self.server.seconds, self._late)
        self._clock.daemon = True
        self._clock.start()
        try:
            super().handle_one_request()
        finally:
            self._clock.cancel()

    def do_GET(self) -> None:
        self._clock.cancel()
        if self._lengths() in ([], ["0"]):
            self._answer(self.server.route(Call("GET", self._path())))
        else:
            self._answer(refused(400, "A GET has no body."), last=True)

    def do_POST(self) -> None:
        lengths = self._lengths()
        length = lengths[0] if len(lengths) == 1 else ""
        if not (length.isascii() and length.isdigit()):
            self._answer(refused(411, "Say the length of the body, once."), last=True)
        elif len(length) > _DIGITS_MAX or int(length) > self.server.body_max:
            most = f"The body has at most {self.server.body_max} bytes."
            self._answer(refused(413, most), last=True)
        else:
            body = self.rfile.read(int(length))
            self._clock.cancel()
            if len(body) == int(length):
                self._answer(self.server.route(Call("POST", self._path(), body)))
            else:
                self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was cosigned and refused stands in the folder, not in a stream of lines."""

    def _late(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _lengths(self) -> list[str]:
        """All that says where the body ends: who counts otherwise takes one call for two."""
        told = ("Content-Length", "Transfer-Encoding")
        return [value for name in told for value in self.headers.get_all(name, ())]

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _answer(self, told: Told, *, last: bool = False) -> None:
        self.send_response(told.status)
        self.send_header("Content-Type", told.type)
        self.send_header("Content-Length", str(len(told.body)))
        self.send_header("Cache-Control", FOREVER if told.lasting else "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if last:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(told.body)


def run_until_stopped(server: Server, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then stop listening; `ready` is told the address first."""

    def stop(*_: object) -> None:
        Thread(target=server.shutdown).start()

    was = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        ready(server.url)
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        for one, handler in was.items():
            signal.signal(one, handler)
