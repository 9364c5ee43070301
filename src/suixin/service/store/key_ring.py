"""The keys of a service in files of their own: they wrap the keys of persons.

They are no part of a backup of the database. Once `people.rewrap` has gone over to a new key and
the file of the old one is destroyed, what old backups hold of persons opens no more.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.disk import disk_faults, sync
from suixin.service.store.sealing import KEY_BYTES, InstitutionKey

_NAME: Final = re.compile(r"([1-9]\d{0,8})\.key")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by name, oldest first; the last one wraps."""

    keys: tuple[InstitutionKey, ...]

    @property
    def current(self) -> InstitutionKey:
        """The key that wraps now."""
        return self.keys[-1]

    def get(self, name: str) -> InstitutionKey:
        """A key by its name; raises `InputError` NO_KEY."""
        for key in self.keys:
            if key.name == name:
                return key
        wrong = f"The key {name}, which wraps keys of persons, is not there."
        raise InputError("NO_KEY", wrong, "Put its file back from where it is kept.")


def add_key(folder: Path, secret: bytes) -> InstitutionKey:
    """Add a key of 32 random bytes as the newest; raises `DiskError`, `InputError` KEY.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "keys"
    >>> add_key(folder, bytes(32)).name, add_key(folder, b"x" * 32).name
    ('1', '2')
    >>> [key.name for key in read_ring(folder).keys]
    ['1', '2']
    """
    with disk_faults(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = InstitutionKey(str(max(_numbers(folder), default=0) + 1), secret)
        path = folder / f"{made.name}.key"
        part = folder / f"{made.name}.part"
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="ascii") as out:
            out.write(f"{secret.hex()}\n")
        sync(part)
        path.hardlink_to(part)  # Which raises where another has made that key meanwhile.
        part.unlink()
        sync(folder)
    return made


def read_ring(folder: Path) -> KeyRing:
    """The keys of a folder; raises `InputError` NO_KEY, KEY, KEY_SEEN, `DiskError`."""
    with disk_faults(folder):
        numbers = sorted(_numbers(folder)) if folder.is_dir() else []
        if not numbers:
            wrong = f"There is no key in {folder}."
            raise InputError("NO_KEY", wrong, "Make one, or put back those of this database.")
        return KeyRing(tuple(_read(folder / f"{number}.key") for number in numbers))


def _read(path: Path) -> InstitutionKey:
    if path.stat().st_mode & 0o077:
        wrong = f"Others on this machine may read {path}."
        raise InputError("KEY_SEEN", wrong, f"Run chmod 600 {path}, add a key and go over to it.")
    try:
        secret = bytes.fromhex(path.read_text("ascii"))
    except ValueError as fault:
        wrong = f"{path} is no file of a key."
        raise InputError("KEY", wrong, f"A key is {2 * KEY_BYTES} hexadecimal digits.") from fault
    return InstitutionKey(path.stem, secret)


def _numbers(folder: Path) -> list[int]:
    return [int(told[1]) for path in folder.iterdir() if (told := _NAME.fullmatch(path.name))]
