"""Hosts for processes: each in a network namespace of its own, with a switch that can be parted.

Where the machine allows no namespaces the same hosts are addresses on loopback, and what runs
between two of them goes through a relay that can be cut; `why_loopback` says why.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Protocol

from suixin.evidence.fetch import FetchFault, Reply, ask

READY = "echo ready; exec cat"
PORT = 8460
# Asks from inside a host, one JSON line a request; it ends when its input does.
ASKER = """
import base64, json, sys, http.client, urllib.parse
for line in sys.stdin:
    url, body = json.loads(line)
    parts = urllib.parse.urlsplit(url)
    try:
        there = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        raw = None if body is None else base64.b64decode(body)
        there.request("GET" if raw is None else "POST", parts.path, raw)
        found = there.getresponse()
        told = [found.status, base64.b64encode(found.read()).decode()]
    except OSError as fault:
        told = [0, str(fault)]
    print(json.dumps(told), flush=True)
"""


class NotAllowed(Exception):
    """The machine refuses what a network of namespaces needs."""


class Hosts(Protocol):
    """Where processes run, how they reach one another, and how the network falls apart."""

    why_loopback: str

    def before(self, name: str) -> list[str]:
        """The words before a command that make it run on a host."""
        ...

    def listens(self, name: str) -> tuple[str, int]:
        """Address and port on which a host's one service listens."""
        ...

    def address(self, of: str, seen_by: str = "") -> tuple[str, int]:
        """Where a host finds another's service; without `seen_by`, where whoever tests finds it."""
        ...

    def ask(self, name: str, url: str, body: bytes | None = None) -> Reply:
        """A request made on a host."""
        ...

    def part(self, names: Sequence[str]) -> None:
        """Let nothing pass between these hosts and the others."""
        ...

    def mend(self) -> None:
        """Let everything pass again."""
        ...


@dataclass
class Namespaces:
    """A switch in a namespace, and a host in another for each name, at the ends of its cables."""

    names: tuple[str, ...]
    why_loopback: str = ""
    _held: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _askers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _apart: tuple[str, ...] = ()

    def begin(self) -> None:
        self._hold("", ["unshare", "--user", "--map-root-user", "--net"])
        self._ip("", ["link set lo up", *(f"link add {b} type bridge" for b in ("left", "right"))])
        self._ip("", ["link set left up", "link set right up"])
        for number, name in enumerate(self.names, 1):
            pid = self._hold(name, [*self.before(""), "unshare", "--net"])
            cable = f"link add v{number} type veth peer name eth0 netns {pid}"
            self._ip("", [cable, f"link set v{number} master left up"])
            here = f"addr add 10.77.0.{number}/24 dev eth0"
            self._ip(name, ["link set lo up", here, "link set eth0 up"])

    def end(self) -> None:
        for run in (*self._askers.values(), *self._held.values()):
            run.terminate()
            run.wait(timeout=10)
            for pipe in (run.stdin, run.stdout, run.stderr):
                if pipe is not None:
                    pipe.close()

    def before(self, name: str) -> list[str]:
        enter = ["nsenter", "--preserve-credentials", "--user", "--net"]
        return [*enter, "--target", str(self._held[name].pid)]

    def listens(self, name: str) -> tuple[str, int]:
        return f"10.77.0.{self.names.index(name) + 1}", PORT

    def address(self, of: str, seen_by: str = "") -> tuple[str, int]:
        return self.listens(of)

    def ask(self, name: str, url: str, body: bytes | None = None) -> Reply:
        if name not in self._askers:
            words = [*self.before(name), sys.executable, "-I", "-S", "-c", ASKER]
            self._askers[name] = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        asker = self._askers[name]
        assert asker.stdin is not None
        assert asker.stdout is not None
        told = None if body is None else b64encode(body).decode()
        asker.stdin.write(json.dumps([url, told]) + "\n")
        asker.stdin.flush()
        status, found = json.loads(asker.stdout.readline())
        if not status:
            raise FetchFault("DOWN", f"{url}: {found}")
        return Reply(status, b64decode(found))

    def part(self, names: Sequence[str]) -> None:
        self._apart = tuple(names)
        self._plug("right")

    def mend(self) -> None:
        self._plug("left")

    def _plug(self, bridge: str) -> None:
        ports = [self.names.index(name) + 1 for name in self._apart]
        self._ip("", [f"link set v{port} master {bridge}" for port in ports])

    def _hold(self, name: str, words: list[str]) -> int:
        """A process that keeps a new namespace alive; its id."""
        try:
            run = subprocess.Popen(
                [*words, "sh", "-c", READY],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except FileNotFoundError as fault:
            raise NotAllowed(f"{fault.filename} is not installed") from fault
        self._held[name] = run
        assert run.stdout is not None
        assert run.stderr is not None
        if run.stdout.readline() != "ready\n":
            raise NotAllowed(run.stderr.read().strip() or "no namespace")
        return run.pid

    def _ip(self, name: str, lines: Sequence[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        words = [*self.before(name), "ip", "-batch", "-"]
        try:
            done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=30)
        except FileNotFoundError as fault:
            raise NotAllowed(f"{fault.filename} is not installed") from fault
        if done.returncode:
            raise NotAllowed(done.stderr.strip() or f"ip ended with {done.returncode}")


@dataclass
class Loopback:
    """All hosts on one machine; a relay stands between each two that may be parted."""

    names: tuple[str, ...]
    why_loopback: str
    _ports: dict[str, int] = field(default_factory=dict)
    _relays: dict[tuple[str, str], Relay] = field(default_factory=dict)

    def begin(self) -> None:
        self._ports = dict(zip(self.names, free_ports(len(self.names)), strict=True))

    def end(self) -> None:
        for relay in self._relays.values():
            relay.close()

    def before(self, name: str) -> list[str]:
        return []

    def listens(self, name: str) -> tuple[str, int]:
        return "127.0.0.1", self._ports[name]

    def address(self, of: str, seen_by: str = "") -> tuple[str, int]:
        if not seen_by:
            return self.listens(of)
        pair = seen_by, of
        if pair not in self._relays:
            self._relays[pair] = Relay(self._ports[of])
        return "127.0.0.1", self._relays[pair].port

    def ask(self, name: str, url: str, body: bytes | None = None) -> Reply:
        return ask(url, body, seconds=10)

    def part(self, names: Sequence[str]) -> None:
        for (one, other), relay in self._relays.items():
            relay.cut = (one in names) != (other in names)

    def mend(self) -> None:
        for relay in self._relays.values():
            relay.cut = False


class Relay:
    """A way to a port that can be cut: then it takes calls, and nothing comes of them."""

    def __init__(self, to: int) -> None:
        self.cut = False
        self._to = to
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(here)
            if not self.cut:
                Thread(target=self._join, args=(here,), daemon=True).start()

    def _join(self, here: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self._to), timeout=10)
        except OSError:
            here.close()
            return
        self._open.append(there)
        Thread(target=_carry, args=(here, there), daemon=True).start()
        _carry(there, here)


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while found := one.recv(65_536):
            other.sendall(found)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now; all are held until the last is found."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found: list[int] = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return found


@contextmanager
def hosts(names: Sequence[str], *, loopback: str = "") -> Iterator[Hosts]:
    """Hosts of these names, in namespaces where the machine allows it; `loopback` says why not."""
    made: Namespaces | Loopback = Namespaces(tuple(names))
    try:
        if not loopback:
            try:
                made.begin()
            except NotAllowed as fault:
                loopback = str(fault)
                made.end()
        if loopback:
            made = Loopback(tuple(names), loopback)
            made.begin()
        yield made
    finally:
        made.end()
