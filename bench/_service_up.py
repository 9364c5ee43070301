"""A service that is up in a process of its own, as `suixin up` runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from suixin.service.home import Home

UP = [sys.executable, "-c", "from suixin.cli import main; main()", "up", "--json"]


class ServiceUp:
    """The launcher, what it said, and what it started."""

    def __init__(self, home: Home, *told: str) -> None:
        self.home = home
        command = [*UP, "--home", str(home.folder), "--port", "0", "--events-port", "0", *told]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.lines: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    @property
    def url(self) -> str:
        """Where it is reached."""
        return str(self.awaited("service", "ready")["told"])

    def awaited(self, name: str, state: str, *, since: int = 0, seconds: float = 150) -> Any:
        """The first such line after the first `since` lines, once it is there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in self.lines[since:]:
                if (line.get("name"), line.get("state")) == (name, state):
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"No line {name} {state} in {self.lines[since:]}")

    def processes(self) -> dict[int, str]:
        """What descends from it: the command of each, by its number."""
        return descendants(self.process.pid)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of an address; (0, why) where nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, fault.read().decode()
        except (OSError, urllib.error.URLError) as fault:
            return 0, str(fault)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(number)
        status = self.process.wait(60)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@contextmanager
def service_up(home: Home, *told: str) -> Iterator[ServiceUp]:
    """Up and ready; stopped at the end, and nothing of it is left."""
    found = ServiceUp(home, *told)
    try:
        assert found.url
        yield found
    finally:
        left = found.processes()
        if found.process.poll() is None:
            found.stop()
        for number in left:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def descendants(root: int) -> dict[int, str]:
    """The processes below one, by number, with their names and command lines."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = (folder / "stat").read_text()
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found: dict[int, str] = {}
    for number in parents:
        at = number
        while at in parents and at != root:
            at = parents[at]
        if at == root and number != root:
            with suppress(OSError):
                of = Path("/proc") / str(number)
                command = (of / "cmdline").read_bytes().replace(b"\0", b" ")
                told = (of / "comm").read_text().strip()
                found[number] = f"{told}: {command.decode('utf-8', 'replace')}"
    return found


def gone(numbers: list[int], seconds: float = 20) -> list[int]:
    """Those of the processes that are still there after a while."""
    return awaited(lambda: [one for one in numbers if _lives(one)], seconds)


def awaited(left: Callable[[], list[int]], seconds: float) -> list[int]:
    """What is left, once nothing is or the time is over."""
    until = time.monotonic() + seconds
    while left() and time.monotonic() < until:
        time.sleep(0.05)
    return left()


def _lives(number: int) -> bool:
    try:
        state = (Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
