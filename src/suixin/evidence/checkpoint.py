"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself, three lines that it signs.

Extension lines are refused: no monitor can audit them, and ours are never written.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import shown
from suixin.evidence.keys import decoded
from suixin.evidence.merkle import HASH_BYTES, SIZE_MAX, Head
from suixin.evidence.note import MALFORMED, NoteError

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many leaves, which root.

    >>> from suixin.evidence.merkle import EMPTY
    >>> print(Checkpoint("bank.example/suixin/1", EMPTY).text)
    bank.example/suixin/1
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    <BLANKLINE>
    """

    origin: str
    head: Head

    @property
    def size(self) -> int:
        """How many leaves the log had."""
        return self.head.size

    @property
    def root(self) -> bytes:
        """The root of those leaves."""
        return self.head.root

    @property
    def text(self) -> str:
        """The text of the note, which is what is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read(text: str) -> Checkpoint:
    """The checkpoint that the text of a note is; raises `NoteError`, or `ProofError` at size 0.

    >>> read(Checkpoint("example/1", Head(1, bytes(32))).text).size
    1
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        wrong = "A checkpoint is three lines, each with its end: origin, size, root."
        raise NoteError(MALFORMED, wrong)
    size = decimal(lines[1])
    found = decoded(lines[2])
    if size is None or found is None or len(found) != HASH_BYTES:
        wrong = f"No size and root of a tree: {shown(lines[1])!r}, {shown(lines[2])!r}."
        raise NoteError(MALFORMED, wrong)
    return Checkpoint(lines[0], Head(size, found))


def decimal(text: str) -> int | None:
    """A size or index as it is written, ASCII digits without leading zeros, else None.

    >>> decimal("10"), decimal("01"), decimal("-1"), decimal("９")
    (10, None, None, None)
    """
    number = int(text) if _DECIMAL.fullmatch(text) else None
    return number if number is not None and number <= SIZE_MAX else None
