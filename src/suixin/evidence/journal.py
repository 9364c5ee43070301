"""The journal of a log in files: batches one after the other, each on the disk before it counts.

    record = "SXJ1", length of the content (4 bytes), SHA-256 over the digest of the record before
             and the content (32), CRC-32 of these 40 bytes (4), the content

A kill may leave a beginning of the last record: it was never acknowledged, and is cut away. One
that is whole but not what its digest says was changed by somebody; it is never mended in silence.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from suixin.evidence.disk import write_file
from suixin.evidence.store import StoreFault

MAGIC: Final = b"SXJ1"
HEAD_BYTES: Final = 44
_START: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it starts, where the next would, its digest and its content."""

    start: int
    end: int
    digest: bytes
    content: bytes


class Damaged(StoreFault):
    """A record that was changed after it was written; `record` counts from 0.

    `content` is what its content is now, where the head before it is as it was.
    """

    def __init__(self, record: int, start: int, wrong: str, content: bytes = b"") -> None:
        message = f"Record {record} of the journal, at byte {start}: {wrong}."
        hint = "Nothing was mended. Fill a fresh folder from a mirror, and keep this one as it is."
        super().__init__("DAMAGED", message, hint)
        self.record, self.start, self.content = record, start, content


def records(raw: bytes) -> Iterator[Record]:
    """The whole records of a journal; a short one at the end is left out, a changed one raises.

    >>> first = framed(b"one", _START)
    >>> [record.content for record in records(first + framed(b"two", digest(_START, b"one"))[:-1])]
    [b'one']
    """
    at, last, number = 0, _START, 0
    while len(raw) - at >= HEAD_BYTES:
        told = raw[at : at + HEAD_BYTES]
        if zlib.crc32(told[:40]).to_bytes(4, "big") != told[40:] or told[:4] != MAGIC:
            raise Damaged(number, at, "its head is not what was written")
        end = at + HEAD_BYTES + int.from_bytes(told[4:8], "big")
        if end > len(raw):
            return
        content = raw[at + HEAD_BYTES : end]
        if digest(last, content) != told[8:40]:
            raise Damaged(number, at, "its content is not what was written", content)
        last = told[8:40]
        yield Record(at, end, last, content)
        at, number = end, number + 1
    if not MAGIC.startswith(raw[at : at + len(MAGIC)]):
        raise Damaged(number, at, "what stands there is no beginning of a record")


def framed(content: bytes, last: bytes) -> bytes:
    """A record as it is written after one of the digest `last`."""
    told = MAGIC + len(content).to_bytes(4, "big") + digest(last, content)
    return told + zlib.crc32(told).to_bytes(4, "big") + content


def digest(last: bytes, content: bytes) -> bytes:
    """What binds a record to all before it."""
    return sha256(last + content).digest()


class Journal:
    """A journal open for writing; it ends where its last whole record does."""

    def __init__(self, path: Path, end: int, last: bytes) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY)
        self._last = last
        self._broken = False
        self.end = end
        if os.fstat(self._file).st_size != end:
            os.ftruncate(self._file, end)
            os.fsync(self._file)

    def write(self, content: bytes) -> None:
        """Put a record on the disk; where the disk refuses, what stood there still stands."""
        if self._broken or self._path.stat().st_ino != os.fstat(self._file).st_ino:
            wrong = "The disk failed while it wrote, or another journal stands in its place."
            raise StoreFault("CLOSED", wrong, "Open the log again.")
        record = memoryview(framed(content, self._last))
        try:
            at = 0
            while at < len(record):
                at += os.pwrite(self._file, record[at:], self.end + at)
        except OSError:
            os.ftruncate(self._file, self.end)
            raise
        try:
            os.fdatasync(self._file)
        except OSError:
            self._broken = True  # After a failed sync nobody knows what a later one would keep.
            raise
        self._last = bytes(record[8:40])
        self.end += len(record)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


def begin(path: Path, contents: Iterable[bytes]) -> tuple[int, bytes]:
    """Write a journal of these records, whole or not at all; where it ends, and its last digest."""
    last, written = _START, bytearray()
    for content in contents:
        written += framed(content, last)
        last = digest(last, content)
    write_file(path, bytes(written))
    return len(written), last
