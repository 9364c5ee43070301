"""The embedded PostgreSQL: the wheel's programs, run by us as a child in the foreground.

Never by root, never over TCP, and never longer than the process that started it. Its socket follows
from its `Home`, so that other processes of the machine find it by that alone.

It dies with the *thread* that started it (that is how Linux tells a child of its parent's death):
start it from one that lives as long as the service does, which is the main one.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from suixin.service.postgres_data import (
    ENVIRONMENT,
    OWNER,
    Account,
    account_for,
    binaries,
    fault_of,
    make_data,
    private_folder,
    reachable,
)

PORT: Final = 5432
SOCKET_BYTES_MAX: Final = 107  # What the kernel keeps of the path of a socket.
LOG_BYTES_MAX: Final = 10_000_000
STOP_SECONDS: Final = 60.0
LEFT_SECONDS: Final = 3.0
_MEMORY_MAX: Final = 512 * 1024 * 1024
_MEMORY_SHARE: Final = 8
_PROCESSES: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Server:
    """A server of ours that is up; leaving the `with` stops it. `lock` is ours until then."""

    home: Home
    child: subprocess.Popen[bytes]
    lock: IO[bytes]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where its owner reaches the database every cluster has."""
        return url_of(self.home)

    def stop(self) -> None:
        """End it: sessions are cut off, what was committed is on the disk; twice is once."""
        for sent in (signal.SIGINT, signal.SIGQUIT):
            if self.child.poll() is None:
                self.child.send_signal(sent)
                with suppress(subprocess.TimeoutExpired):
                    self.child.wait(STOP_SECONDS)
        self.child.wait()
        self.lock.close()


def url_of(home: Home, *, user: str = OWNER, database: str = "postgres") -> str:
    """Where a user reaches a database of the server of that home, whether it is up or not.

    >>> url_of(Home(Path("/srv/bank")), user="suixin_app", database="suixin")
    'postgresql://suixin_app@/suixin?host=%2Fsrv%2Fbank%2Fdatabase'
    """
    return f"postgresql://{user}@/{database}?host={quote(str(socket_folder(home)), safe='')}"


def socket_folder(home: Home) -> Path:
    """Where the server's socket is: its data directory, or a short path where that is too long."""
    if len(os.fsencode(_socket(home.database))) <= SOCKET_BYTES_MAX:
        return home.database
    digest = hashlib.sha256(os.fsencode(home.database)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"suixin-{digest}"


def is_running(home: Home) -> bool:
    """Whether something listens at the socket of that home: a server that starts, is up or ends."""
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(str(_socket(socket_folder(home))))
        except OSError:
            return False
    return True


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """The owner's URL of the server of a home: the one that is up, or one started for the while."""
    try:
        server = start(home)
    except EnvironmentFault as fault:
        if fault.code != "ALREADY_RUNNING":
            raise
        _await_ready(home, fault)
        yield url_of(home)
        return
    with server:
        yield server.url


def start(home: Home) -> Server:
    """Start the server of a home and wait until it answers; the first time makes its data.

    A second start goes on where the last ended, however that was. Raises `EnvironmentFault`:
    NO_SERVER, NO_USER, NOT_PERMITTED, DISK_FULL, READ_ONLY, OTHER_VERSION, ALREADY_RUNNING,
    NOT_OURS, NO_MEMORY, NOT_STARTED.
    """
    programs = binaries()
    try:
        home.folder.mkdir(parents=True, exist_ok=True)
        lock = locked(home)
        try:
            return _started(home, programs, lock)
        except BaseException:
            lock.close()
            raise
    except OSError as fault:
        wrong = f"{fault.filename or home.folder}: {os.strerror(fault.errno or 0)}."
        code, hint = "NOT_PERMITTED", "Give the folder to this user, or name one that is its own."
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            code, hint = "DISK_FULL", "Free some room and start again."
        elif fault.errno == errno.EROFS:
            code, hint = "READ_ONLY", "Mount it for writing."
        raise EnvironmentFault(code, wrong, hint) from fault


def _started(home: Home, programs: Path, lock: IO[bytes]) -> Server:
    account = account_for(home)
    reachable(programs, account, "The folder of PostgreSQL's programs")
    reachable(home.folder, account, "The folder of the data directory")
    _await_left(home)
    if not (home.database / "PG_VERSION").exists():
        make_data(home, programs, account)
    if socket_folder(home) != home.database:
        private_folder(socket_folder(home), account)
    if home.log.exists() and home.log.stat().st_size > LOG_BYTES_MAX:
        home.log.replace(home.log.with_suffix(".log.1"))
    with open(home.log, "ab", opener=_private) as log:
        said_before = log.tell()
        child = _child(home, programs, account, log.fileno())
    server = Server(home, child, lock)
    _wait(server, said_before)
    return server


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def locked(home: Home) -> IO[bytes]:
    """The lock of the one launcher of a home, which ends with its process, however that ends."""
    lock = home.lock.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        lock.close()
        raise EnvironmentFault(
            "ALREADY_RUNNING",
            f"Another process runs the server of {home.folder}.",
            "Use that one, or stop it first.",
        ) from fault
    return lock


def _await_left(home: Home) -> None:
    """Until nobody is at work in the data: what a killed launcher or server left is ending.

    The number that `postmaster.pid` then holds is nobody's, or by now another program's.
    """
    began = time.monotonic()
    while is_running(home) or _at_work(home.database):
        patience = LEFT_SECONDS if _status(home)[1] == "ready" else STOP_SECONDS
        if time.monotonic() - began > patience:
            wrong = f"A server that is not ours is at work in {home.database}."
            raise EnvironmentFault("ALREADY_RUNNING", wrong, "Use that one, or stop it first.")
        time.sleep(0.02)
    if _PROCESSES.is_dir():
        (home.database / "postmaster.pid").unlink(missing_ok=True)


def _at_work(folder: Path) -> bool:
    """Whether a process we may look at works in that folder, as each of a server's does."""
    where = folder.resolve()
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == where:
                return True
    return False


def _child(
    home: Home, programs: Path, account: Account | None, log: int
) -> subprocess.Popen[bytes]:
    """The server as a process of its own group, so that Ctrl-C reaches us alone."""
    who = f"{account.uid}:{account.gid}" if account else ""
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", str(Path(__file__).with_name("postgres_child.py"))),
            *(str(os.getpid()), who, str(programs / "postgres")),
            *("-D", str(home.database), "-k", str(socket_folder(home)), "-p", str(PORT)),
            *(part for name, value in _settings().items() for part in ("-c", f"{name}={value}")),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
    )


def _settings() -> dict[str, object]:
    """What differs from PostgreSQL's own settings; durability stays as it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = max(16 * 1024 * 1024, min(_MEMORY_MAX, memory // _MEMORY_SHARE))
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{buffers // 1024}kB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "log_min_messages": "warning",
        # Neither statements nor rows, which may be about persons.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def _wait(server: Server, said_before: int) -> None:
    """Until it says that it is ready, however long a recovery takes; or say why it ended."""
    home, child = server.home, server.child
    try:
        while child.poll() is None:
            if _status(home) == (str(child.pid), "ready"):
                return
            time.sleep(0.005)
    except BaseException:
        server.stop()
        raise
    with home.log.open("rb") as log:
        log.seek(said_before)
        raise fault_of(log.read(LOG_BYTES_MAX).decode("utf-8", "replace"), home)


def _await_ready(home: Home, fault: EnvironmentFault) -> None:
    """Until the server that another launcher starts is ready; gives up with what was in the way."""
    began = time.monotonic()
    while not (is_running(home) and _status(home)[1] == "ready"):
        if time.monotonic() - began > STOP_SECONDS:
            raise fault
        time.sleep(0.02)


def _status(home: Home) -> tuple[str, str]:
    """The process that `postmaster.pid` names, and how far it says it is; empty where unknown."""
    with suppress(OSError):
        lines = (home.database / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        if len(lines) >= 8:
            return lines[0].strip(), lines[7].strip()
    return "", ""


def _socket(folder: Path) -> Path:
    return folder / f".s.PGSQL.{PORT}"
