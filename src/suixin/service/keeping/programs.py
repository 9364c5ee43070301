"""PostgreSQL's own programs for a backup and its return, run as children that end with us."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from suixin.data.errors import DiskError, shown
from suixin.service import postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.postgres_data import ENVIRONMENT, binaries

_BECOME: Final = Path(postgres.__file__).with_name("postgres_child.py")
_FULL: Final = re.compile(r"No space left on device|Disk quota exceeded|File too large")


def run(program: str, url: str, *told: str, folder: Path) -> None:
    """Run `pg_dump` or `pg_restore` on a database. A password is not among what it is told.

    Raises `DiskError` where the disk is full, `EnvironmentFault` PROGRAM with the program's words.
    """
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", None)
    environment = {**ENVIRONMENT, **({} if password is None else {"PGPASSWORD": str(password)})}
    command = [str(binaries() / program), f"--dbname={make_conninfo('', **parts)}", *told]
    said = _said(command, environment)
    if said is None:
        return
    last = shown(next((line for line in said if "error" in line.lower()), said[-1]), 300)
    if any(_FULL.search(line) for line in said):
        raise DiskError(f"{folder}: the disk is full.", "Free some room and begin anew.")
    wrong = f"{program} did not end well: {last}"
    raise EnvironmentFault("PROGRAM", wrong, "Nothing half-done is left.")


def _said(command: Sequence[str], environment: dict[str, str]) -> list[str] | None:
    """What it said where it failed, or None."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_BECOME), str(os.getpid()), "", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        env=environment,
        start_new_session=True,
        umask=0o077,
    )
    try:
        said = child.communicate()[1].decode("utf-8", "replace").splitlines()
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return None if child.returncode == 0 else said or [f"status {child.returncode}"]
