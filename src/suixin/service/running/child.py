"""A process of the service: how it is started, when it is ready, why it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from suixin.service import postgres
from suixin.service.running.begun import READY_FD

_BECOME: Final = Path(postgres.__file__).with_name("postgres_child.py")


@dataclass(frozen=True, slots=True)
class Program:
    """What a process runs: a module of ours and what it is told; `name` is for people."""

    name: str
    module: str
    told: tuple[str, ...] = ()


@dataclass(slots=True)
class Child:
    """A process that was started. `ready` once it said so."""

    program: Program
    process: subprocess.Popen[bytes]
    said: int
    ready: bool = False
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
        status = self.process.poll()
        return None if status is None else why(status)

    def tell_to_stop(self) -> None:
        """Ask it to end what it is at."""
        if self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait for it no longer."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.said)


def start(program: Program, environment: Mapping[str, str], log: int) -> Child:
    """Start a process in a group of its own, which ends when the thread that starts it does.

    Call it from the main thread. What Python itself cannot tell otherwise goes to the file `log`.
    """
    hears, says = os.pipe()
    os.set_blocking(hears, False)
    command = [sys.executable, "-m", program.module, *program.told]
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_BECOME), str(os.getpid()), "", *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**environment, READY_FD: str(says)},
            pass_fds=(says,),
            start_new_session=True,
        )
    finally:
        os.close(says)
    return Child(program, process, hears)


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
