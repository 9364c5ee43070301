"""The secret that signs sessions and seals second factors: a file of the home, beside no backup.

Its first line is the one in use; lines below it are older ones, by which what they signed still
counts. Without it nobody signs in; made anew, everybody signs in again and enrols again.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Final

from suixin.evidence.disk import disk_faults, sync
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home

_BYTES: Final = 32
_LINE: Final = re.compile(r"[0-9a-f]{64,}")


def path_of(home: Home) -> Path:
    """Where the secret of a home stands."""
    return home.keys / "web.secret"


def ensure_secret(home: Home) -> Path:
    """Make the secret where there is none, and tell where it is; raises as `read_secret` does.

    >>> import tempfile
    >>> home = Home(Path(tempfile.mkdtemp()))
    >>> oct(ensure_secret(home).stat().st_mode & 0o777)
    '0o600'
    >>> read_secret(home) == read_secret(home) and len(read_secret(home)[0])
    64
    """
    path = path_of(home)
    with disk_faults(path):
        if not path.exists():
            home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(f"{token_hex(_BYTES)}\n")
            sync(part)
            with suppress(FileExistsError):  # Another process made it meanwhile; that one counts.
                path.hardlink_to(part)
            part.unlink()
            sync(home.keys)
    read_secret(home)
    return path


def read_secret(home: Home) -> tuple[str, ...]:
    """The secrets of a home, the one in use first; raises `EnvironmentFault`, `DiskError`.

    NO_SECRET, SECRET_SEEN (others on the machine may read it), SECRET (it is none).
    """
    path = path_of(home)
    with disk_faults(path):
        if not path.exists():
            wrong = f"There is no {path}, by which sessions are signed."
            hint = "suixin up makes it; or put back the one that this service had."
            raise EnvironmentFault("NO_SECRET", wrong, hint)
        return _read(path, path.stat().st_ctime_ns)


def older_secrets(home: Home) -> list[str]:
    """The secrets of a home that sign no more; none where there is no secret yet."""
    return list(read_secret(home)[1:]) if path_of(home).exists() else []


@cache
def _read(path: Path, changed: int) -> tuple[str, ...]:
    if path.stat().st_mode & 0o077:
        wrong = f"Others on this machine may read {path}."
        hint = f"Remove it, so that a new one is made, or run chmod 600 {path}."
        raise EnvironmentFault("SECRET_SEEN", wrong, hint)
    lines = tuple(path.read_text("ascii", errors="replace").split())
    if not lines or not all(map(_LINE.fullmatch, lines)):
        wrong = f"{path} holds no secret."
        hint = (
            f"A line is {2 * _BYTES} random hexadecimal digits; remove the file to have one made."
        )
        raise EnvironmentFault("SECRET", wrong, hint)
    return lines
