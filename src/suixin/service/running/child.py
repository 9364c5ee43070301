"""A process of the service: how it is forked, when it is ready, why it ended.

It is forked from the launcher, which has loaded all of the service by then: the eighth process is
up in a moment, and what they all have in common stands in memory once. The launcher has no thread
but its main one, and no connection.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from suixin.service.running.begun import PARENT_DEATH_SIGNAL, READY_FD

_NAME: Final = 15  # PR_SET_NAME, of at most 15 bytes.
_HANDLED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Program:
    """What a process runs; `name` is for people, `title` for who lists processes."""

    name: str
    title: str
    work: Callable[[], object]


@dataclass(slots=True)
class Child:
    """A process that was started. `ready` once it said so."""

    program: Program
    pid: int
    said: int
    ready: bool = False
    status: int | None = None
    _heard: bytes = field(default=b"", repr=False)

    def heard_ready(self) -> bool:
        """Whether it has become ready since it was last asked; told once."""
        if self.ready:
            return False
        with suppress(BlockingIOError):
            self._heard += os.read(self.said, 64)
        self.ready = b"ready" in self._heard
        return self.ready

    def ended(self) -> str | None:
        """Why it ended, or None while it runs."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return None if self.status is None else why(self.status)

    def tell_to_stop(self) -> None:
        """Ask it to end what it is at."""
        if self.ended() is None:
            os.kill(self.pid, signal.SIGTERM)

    def end(self) -> None:
        """Wait for it no longer."""
        if self.ended() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.said)


def start(program: Program, log: int) -> Child:
    """Fork a process into a group of its own, which ends when this one does.

    Call it from the main thread. What Python itself cannot tell otherwise goes to the file `log`.
    """
    hears, says = os.pipe()
    os.set_blocking(hears, False)
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(says)
        return Child(program, pid, hears)
    status = 1
    try:
        os.close(hears)
        os.environ[READY_FD] = str(says)
        _begin(program, parent, log)
        program.work()
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 1
    finally:  # Nothing of the launcher's is unwound in its copy, whatever was raised.
        fault = sys.exc_info()[1]
        if fault is not None:
            sys.excepthook(type(fault), fault, fault.__traceback__)
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(status)


def _begin(program: Program, parent: int, log: int) -> None:
    """Become a process of its own: its signals, its parent's end, its output, its name."""
    for number in _HANDLED:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        library.prctl(_NAME, program.title.encode())
        if os.getppid() != parent:
            os._exit(1)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)


def why(status: int) -> str:
    """What a status says, in words.

    >>> why(-9), why(3)
    ('killed by SIGKILL', 'ended with status 3')
    """
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
