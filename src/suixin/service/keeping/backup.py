"""A backup: the database as it was at one moment, in files, with a manifest that tells all of them.

Keys are not in it: without them what is personal in it opens no more, and nothing can be signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.data.write import atomic_folder
from suixin.service import database
from suixin.service.database import Database
from suixin.service.keeping import programs
from suixin.service.keeping.held import LEFT_OUT, Held, as_json, held, of_json

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATA: Final = "data"
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `files` are (bytes, SHA-256) by path; `digest` is the manifest's own."""

    made_at: str
    release: str
    postgresql: int
    held: Held
    files: Mapping[str, tuple[int, str]]
    digest: str = ""

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(size for size, _ in self.files.values())


def back_up(found: Database, to: Path, *, at: datetime) -> Manifest:
    """Write a backup into a folder that is not there yet, whole or not at all.

    While it is made all goes on as usual. Raises `InputError` THERE, FORM, BOOKS, LOG (the database
    is at odds with itself), `DiskError`, `EnvironmentFault`.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        wrong = f"There is something at {to} already."
        raise InputError("THERE", wrong, "Name a folder that is not there yet.")
    with database.connected(found.owner_url) as connection, atomic_folder(to) as fresh:
        connection.execute("begin isolation level repeatable read read only")
        ((snapshot,),) = connection.execute("select pg_export_snapshot()").fetchall()
        there = held(connection)
        _dump(found.owner_url, str(snapshot), fresh / DATA)
        made = Manifest(
            made_at=at.isoformat(),
            release=version("suixin"),
            postgresql=connection.info.server_version,
            held=there,
            files={
                str(path.relative_to(fresh)): (path.stat().st_size, digest_of(path))
                for path in sorted((fresh / DATA).iterdir())
            },
        )
        raw = json.dumps(_told(made), ensure_ascii=False, indent=1, sort_keys=True).encode()
        (fresh / MANIFEST).write_bytes(raw)
        connection.execute("commit")
    return _with_digest(made, raw)


def _dump(url: str, snapshot: str, to: Path) -> None:
    """Both roles and owners are those of wherever it is put back."""
    left_out = (f"--exclude-table-data=public.{name}" for name in LEFT_OUT)
    programs.run(
        "pg_dump", url, "--format=directory", f"--jobs={_AT_ONCE}", "--compress=gzip:1",
        "--no-owner", f"--snapshot={snapshot}", "--no-sync", *left_out,
        f"--file={to}", folder=to.parent,
    )  # fmt: skip


def read(folder: Path) -> Manifest:
    """The manifest of a backup, every file of it held against it.

    Raises `InputError` NO_BACKUP, MANIFEST (it cannot be read), FORMAT (of a later release),
    DAMAGED, CUT, MISSING, which name the file.
    """
    try:
        raw = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:
        wrong = f"There is no backup in {folder}: {MANIFEST} is missing."
        raise InputError("NO_BACKUP", wrong, "Name the folder that suixin backup made.") from fault
    try:
        told = json.loads(raw)
        if told["format"] != FORMAT:
            wrong = f"{folder} is a backup of the form {shown(told['format'])}, not {FORMAT}."
            raise InputError("FORMAT", wrong, "Use the release that made it, or a later one.")
        made = _read(told)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        wrong = f"{folder / MANIFEST} cannot be read."
        raise InputError("MANIFEST", wrong, "Take another copy of the backup.") from fault
    for name, (size, digest) in made.files.items():
        _check(folder, name, size, digest)
    return _with_digest(made, raw)


def _check(folder: Path, name: str, size: int, digest: str) -> None:
    path = folder / name
    if not path.is_file():
        raise _damaged("MISSING", f"{path} is missing.")
    there = path.stat().st_size
    if there != size:
        raise _damaged("CUT", f"{path} has {there} bytes, not {size}.")
    if digest_of(path) != digest:
        raise _damaged("DAMAGED", f"{path} is not as it was written.")


def _damaged(code: str, wrong: str) -> InputError:
    return InputError(code, wrong, "Take another copy of the backup.")


def digest_of(path: Path) -> str:
    """A file's SHA-256, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told(made: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": made.made_at,
        "release": made.release,
        "postgresql": made.postgresql,
        "held": as_json(made.held),
        "files": {name: list(one) for name, one in made.files.items()},
        "keys": "are not in it: keep a copy of the home's folder keys elsewhere",
    }


def _read(told: Mapping[str, Any]) -> Manifest:
    return Manifest(
        made_at=str(told["made_at"]),
        release=str(told["release"]),
        postgresql=int(told["postgresql"]),
        held=of_json(told["held"]),
        files={
            str(name): (int(size), str(digest)) for name, (size, digest) in told["files"].items()
        },
    )


def _with_digest(made: Manifest, raw: bytes) -> Manifest:
    return replace(made, digest=hashlib.sha256(raw).hexdigest())
