"""Requests over HTTP by one process, light enough to share two cores with what it measures."""

from __future__ import annotations

import re
import selectors
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, sleep

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
READ = 262_144


@dataclass(slots=True)
class Line:
    """A connection that is kept open, with the answer that comes over it."""

    socket: socket.socket
    began: float = 0.0
    had: bytearray = field(default_factory=bytearray)
    wants: int = 0

    def send(self, request: bytes, began: float) -> None:
        """Send a request; `began` is when it should have been sent."""
        self.began, self.wants = began, 0
        self.had.clear()
        self.socket.setblocking(True)
        self.socket.sendall(request)
        self.socket.setblocking(False)

    def whole(self) -> bool:
        """Read what came; whether the answer is whole. Raises where it is no success."""
        told = self.socket.recv(READ)
        if not told:
            raise RuntimeError("The server closed a connection.")
        self.had += told
        if not self.wants:
            end = self.had.find(b"\r\n\r\n")
            if end < 0:
                return False
            if not self.had.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(f"The server answered: {bytes(self.had[:2_000])!r}")
            length = _LENGTH.search(self.had, 0, end)
            self.wants = end + 4 + (int(length[1]) if length else 0)
        return len(self.had) >= self.wants


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A whole request as it goes over the wire."""
    told = {"Host": "127.0.0.1", **headers, "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def opened(port: int) -> Line:
    """A fresh connection."""
    made = socket.create_connection(("127.0.0.1", port), 30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(made)


def closed_loop(
    port: int, requests: Sequence[bytes], lines: int, seconds: float, *, most: int = 10**9
) -> list[float]:
    """So many connections, each asking again as soon as it was answered; seconds of each call.

    It ends after so many seconds, or once `most` requests were sent.
    """
    calls, end, sent = [], perf_counter() + seconds, lines
    with selectors.DefaultSelector() as ready:
        each = _cycle(requests)
        for _ in range(lines):
            line = opened(port)
            line.send(next(each), perf_counter())
            ready.register(line.socket, selectors.EVENT_READ, line)
        waiting = lines
        while waiting:
            for key, _ in ready.select(30):
                line = key.data
                if not line.whole():
                    continue
                now = perf_counter()
                calls.append(now - line.began)
                if now < end and sent < most:
                    sent += 1
                    line.send(next(each), now)
                else:
                    ready.unregister(line.socket)
                    line.socket.close()
                    waiting -= 1
    return calls


def open_loop(port: int, requests: Sequence[bytes], per_second: float) -> list[float]:
    """Each request at its moment, whatever the others still wait for; seconds since that moment."""
    calls, idle, sent = [], [], 0
    with selectors.DefaultSelector() as ready:
        start, waiting = perf_counter() + 0.05, 0
        while sent < len(requests) or waiting:
            now = perf_counter()
            due = start + sent / per_second
            if sent < len(requests) and now >= due:
                line = idle.pop() if idle else opened(port)
                line.send(requests[sent], due)
                ready.register(line.socket, selectors.EVENT_READ, line)
                sent, waiting = sent + 1, waiting + 1
                continue
            rest = max(0.0, due - now) if sent < len(requests) else 30.0
            if not waiting:
                sleep(rest)
                continue
            for key, _ in ready.select(rest):
                line = key.data
                if line.whole():
                    calls.append(perf_counter() - line.began)
                    ready.unregister(line.socket)
                    idle.append(line)
                    waiting -= 1
        for line in idle:
            line.socket.close()
    return calls


def _cycle(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests
