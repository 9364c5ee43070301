"""Openings in a folder: salt and private part of each entry, kept apart from the log.

For an institution without a database, and for trying things out. Forgetting is all there is to
erasing a person: the log holds nothing that could be guessed.
"""

from __future__ import annotations

import os
from pathlib import Path

from suixin.data.errors import InputError
from suixin.evidence.disk import disk_faults, sync, write_file
from suixin.evidence.entry import Opening, read_opening


class Openings:
    """One file an entry, by its leaf hash, which others of the machine may not read.

    >>> import tempfile
    >>> kept = Openings(Path(tempfile.mkdtemp()) / "private")
    >>> kept.put(bytes(32), Opening(bytes(32), b"{}"))
    >>> kept.get(bytes(32)).private, kept.forget(bytes(32)), kept.forget(bytes(32))
    (b'{}', True, False)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, leaf: bytes, opening: Opening) -> None:
        """Keep an opening, on the disk before this returns: without it the entry says nothing."""
        with disk_faults(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self._path(leaf), bytes(opening), secret=True)

    def get(self, leaf: bytes) -> Opening:
        """What was kept; raises `InputError` NO_OPENING where it is not there, or is erased."""
        try:
            return read_opening(self._path(leaf).read_bytes())
        except FileNotFoundError as fault:
            wrong = f"There is no opening of entry {leaf.hex()}."
            raise InputError("NO_OPENING", wrong, "It was erased, or is kept elsewhere.") from fault

    def forget(self, leaf: bytes) -> bool:
        """Overwrite and remove an opening; whether there was one. Then log `entry.erase`.

        What a disk or a backup keeps of overwritten files is not in the power of a program.
        """
        path = self._path(leaf)
        found = False
        with disk_faults(path):
            # A kill while it was kept may have left its beginning.
            for one in (path, path.with_name(f"{path.name}.part")):
                if one.exists():
                    found = True
                    _wipe(one)
            if found:
                sync(self.folder)
        return found

    def _path(self, leaf: bytes) -> Path:
        return self.folder / f"{leaf.hex()}.opening"


def _wipe(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
