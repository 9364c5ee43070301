"""What a witness holds of one log, as one file: it changes whole or not at all.

Whatever the file says is checked again when it is read: the note by the log's keys and the
witness's own, each fork by the log's keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from suixin.data.errors import InputError
from suixin.evidence import checkpoint, fork, note
from suixin.evidence.canonical import CanonicalFault, entry_bytes, read_entry
from suixin.evidence.disk import disk_faults, write_file
from suixin.evidence.keys import Verifier, verifier
from suixin.evidence.merkle import EMPTY
from suixin.evidence.witness import LogKey, Seen


def write(path: Path, seen: Seen) -> None:
    """Keep it; durable on return, else `DiskError` and what stood there still stands.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "seen"
    >>> write(path, Seen("bank.example/suixin/1", (), frozen="asked by its parties."))
    >>> read(path, ()).frozen
    'asked by its parties.'
    """
    whole = {
        "v": 1,
        "origin": seen.origin,
        "keys": [[str(one.key), one.size_max] for one in seen.keys],
        "note": seen.note,
        "frozen": seen.frozen,
        "forks": [one.text() for one in seen.forks],
    }
    with disk_faults(path):
        write_file(path, entry_bytes(whole) + b"\n")


def read(path: Path, own: tuple[Verifier, ...]) -> Seen:
    """What is kept there; raises `InputError` SEEN where the file was changed or is none."""
    try:
        with disk_faults(path):
            found = _read(read_entry(path.read_bytes().removesuffix(b"\n")), own)
    except (CanonicalFault, KeyError, TypeError, ValueError) as fault:
        wrong = f"{path} is not what a witness keeps."
        raise InputError("SEEN", wrong, "Restore it, or another witness's copy of it.") from fault
    except InputError as fault:
        wrong = f"{path} was changed: {fault.message}"
        raise InputError("SEEN", wrong, "A witness must not go on from it; restore it.") from fault
    return found


def _read(told: dict[str, Any], own: tuple[Verifier, ...]) -> Seen:
    keys = tuple(LogKey(verifier(text), size_max) for text, size_max in told["keys"])
    forks = tuple(fork.read(text.encode()) for text in told["forks"])
    of_log = [one.key for one in keys]
    for one in forks:
        one.check(of_log)
    seen = Seen(told["origin"], keys, EMPTY, told["note"], told["frozen"], forks)
    if not seen.note:
        return seen
    opened = note.open(seen.note, [*of_log, *own])
    signed = {one.by for one in opened.signed}
    if not signed.intersection(of_log) or not signed.intersection(own):
        raise InputError("SEEN", "the note is not signed by the log and by this witness.")
    found = checkpoint.read(opened.text)
    if found.origin != seen.origin:
        raise InputError("SEEN", f"the note is of {found.origin}.")
    return Seen(seen.origin, keys, found.head, seen.note, seen.frozen, forks)
