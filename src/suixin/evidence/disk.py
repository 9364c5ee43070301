"""Files that are on the disk when a call returns, whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from suixin.data.errors import DiskError

_AT_ONCE: Final = 16
_FAULTS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "it is not permitted",
    errno.EPERM: "it is not permitted",
    errno.EIO: "the disk failed",
}


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Tell what the system refuses as a `DiskError` that names the path and the reason."""
    try:
        yield
    except OSError as fault:
        reason = _FAULTS.get(fault.errno or 0, fault.strerror or str(fault))
        wrong = f"{fault.filename or path} cannot be used: {reason}."
        raise DiskError(wrong, "What was acknowledged before is safe.") from fault


def write_file(path: Path, content: bytes, *, synced: bool = True, secret: bool = False) -> None:
    """Put a file in its place, whole; `synced`: on the disk before this returns.

    `secret`: others of the machine may not read it, whatever the folder allows.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "one"
    >>> write_file(path, b"whole")
    >>> path.read_bytes()
    b'whole'
    """
    part = path.with_name(f"{path.name}.part")
    try:
        if secret:  # A file that a kill left may be open to all.
            part.unlink(missing_ok=True)
            part.touch(mode=0o600)
        with part.open("wb") as file:
            file.write(content)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    if synced:
        sync(path.parent)


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file, or None where none is: a partial tile goes when it is full.

    >>> read_if_there(Path("/no/such/file")) is None
    True
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def sync(path: Path) -> None:
    """Make what a file holds durable, or the names that a folder holds."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def sync_all(paths: Iterable[Path]) -> None:
    """Make many files durable; asked for together, the system does them in few turns."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(sync, paths):
            pass
