"""Proofs that stand alone (C2SP tlog-proof): index, path and the checkpoint with its signatures."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import shown
from suixin.evidence import checkpoint, note
from suixin.evidence.checkpoint import Checkpoint, decimal
from suixin.evidence.keys import decoded
from suixin.evidence.merkle import HASH_BYTES, ProofError, check_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
PATH_MAX: Final = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry stands, the path to the root, and the signed checkpoint, verbatim.

    `extra` is not signed by anybody: nothing may rest on it.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str  # The whole note.
    extra: bytes = b""

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(found).decode() for found in self.path]
        return "\n".join([*lines, "", self.checkpoint])


def read(raw: bytes | str) -> Proof:
    """The proof that a file holds, to the letter; raises `ProofError` FORM.

    >>> read("c2sp.org/tlog-proof@v1\\nindex -5\\n\\ncheckpoint\\n")
    Traceback (most recent call last):
    ...
    suixin.evidence.merkle.ProofError: This is no proof: the line 'index -5' is no index.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as fault:
        raise _form("it is not UTF-8") from fault
    top, gap, signed = text.partition("\n\n")
    lines = top.split("\n")
    if lines.pop(0) != HEADER or not gap:
        raise _form(f"the first line is not {HEADER}, or no checkpoint follows an empty line")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decoded(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise _form("the line of extra data is not base64")
    told = lines.pop(0) if lines else ""
    index = decimal(told.removeprefix("index ")) if told.startswith("index ") else None
    if index is None:
        raise _form(f"the line {shown(told)!r} is no index")
    if len(lines) > PATH_MAX:
        raise _form(f"no path has more than {PATH_MAX} hashes")
    path = []
    for line in lines:
        found = decoded(line)
        if found is None or len(found) != HASH_BYTES:
            raise _form(f"the line {shown(line)!r} is no hash of 32 bytes in base64")
        path.append(found)
    note.read(signed)
    return Proof(index, tuple(path), signed, extra or b"")


def checked(proof: Proof, leaf: bytes, opened: note.Opened) -> Checkpoint:
    """The checkpoint in whose tree the leaf hash stands; raises `ProofError` or `NoteError`.

    `opened` is the proof's own checkpoint, opened by whoever knows the keys.
    """
    found = checkpoint.read(opened.text)
    check_inclusion(leaf, proof.index, proof.path, found.head)
    return found


def _form(wrong: str) -> ProofError:
    return ProofError("FORM", f"This is no proof: {wrong}.")
