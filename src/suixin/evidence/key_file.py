"""Secret keys in files that nobody else of the machine may read."""

from __future__ import annotations

import os
from pathlib import Path

from suixin.data.errors import InputError
from suixin.evidence.disk import disk_faults, sync
from suixin.evidence.keys import KeyFault, Signer, signer


def write(path: Path, made: Signer) -> None:
    """Keep a secret key; raises `InputError` EXISTS where a file is, `DiskError`.

    >>> import tempfile
    >>> from suixin.evidence.keys import ED25519
    >>> path = Path(tempfile.mkdtemp()) / "key"
    >>> write(path, Signer("bank.example/author", ED25519, bytes(32)))
    >>> read(path).name
    'bank.example/author'
    """
    with disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as fault:
            wrong = f"There is a file at {path} already."
            raise InputError("EXISTS", wrong, "A key is never written over.") from fault
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(made.text() + "\n")
        sync(path)
        sync(path.parent)


def read(path: Path) -> Signer:
    """The secret key in a file; raises `InputError` where there is none or others may read it."""
    try:
        with disk_faults(path):
            if not path.is_file():
                raise InputError("NO_KEY", f"There is no key at {path}.", "Make one first.")
            mode = path.stat().st_mode & 0o077
            text = path.read_text("utf-8").strip()
    except UnicodeDecodeError as fault:
        raise KeyFault("KEY", f"{path} is no file of a secret key.") from fault
    if mode:
        wrong = f"Others on this machine may read {path}."
        raise InputError("KEY_SEEN", wrong, f"Run chmod 600 {path}, or make a new key.")
    return signer(text)
