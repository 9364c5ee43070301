"""From the bytes of a file to plain UTF-8 text in a file, with what must be known of its lines.

One pass in pieces, so memory stays small whatever the file holds. UTF-8 (with a mark or without),
UTF-16 with a mark and GB18030 are told apart by the bytes themselves.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from suixin.data.errors import InputError

_PIECE = 1 << 20
_MARK_8 = codecs.BOM_UTF8
_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# GB18030 text stumbles as UTF-8 within its first characters; after more good ones it is UTF-8 with
# a fault, and reading it as GB18030 would turn all of it to nonsense.
_SURELY_UTF8 = 8

_QUOTE, _FEED = 34, 10


@dataclass(frozen=True, slots=True)
class Text:
    """A UTF-8 file. `even`: every line is one record, so lines can be counted by records."""

    path: Path
    even: bool


def unpacked(path: Path, name: str, scratch: Path) -> Path:
    """A packed file's content in a file of its own; raises `InputError` when it is cut short."""
    with scratch.open("wb") as out:
        for piece in _pieces(path, name, packed=True, size=_PIECE):
            out.write(piece)
    return scratch


def as_text(path: Path, name: str, *, packed: bool, scratch: Path, line_bytes: int) -> Text:
    """The file as UTF-8 text, itself or a copy at `scratch`; raises `InputError` when it is none.

    A line longer than `line_bytes` is refused before it is held in memory.
    """
    size = min(_PIECE, line_bytes)
    first = next(_pieces(path, name, packed=packed, size=size), b"")
    if not first:
        raise InputError("EMPTY_FILE", f"{name} is empty.", "Export it again, with its header.")
    encoding = "utf-16" if first.startswith(_MARKS_16) else "utf-8"
    lines = _Lines(name, line_bytes)
    pieces = _pieces(path, name, packed=packed, size=size)
    if encoding == "utf-8":
        fault = _copy_utf8(pieces, lines, scratch if packed else None)
        if fault is None:
            return Text(scratch if packed else path, lines.even)
        if fault.good >= _SURELY_UTF8:
            raise _not_text(name, f"line {fault.line} is not UTF-8, though what is before it is")
        encoding, lines = "gb18030", _Lines(name, line_bytes)
        pieces = _pieces(path, name, packed=packed, size=size)
    _transcode(pieces, lines, scratch, encoding)
    return Text(scratch, lines.even)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where UTF-8 broke, and how many letters beyond ASCII had been read by then."""

    line: int
    good: int


class _Lines:
    """What the pass learns of lines: their length, and whether each is one record."""

    def __init__(self, name: str, line_bytes: int) -> None:
        self.name, self.limit = name, line_bytes
        self.count, self._length = 1, 0
        self._even, self._quotes = True, 0
        self._returns, self._pairs, self._tail = 0, 0, b"\n"

    @property
    def even(self) -> bool:
        """Whether every line is one record: none blank, none inside quotes, one kind of ending."""
        mixed = self._returns != self._pairs or self._pairs not in (0, self.count - 1)
        return self._even and not mixed

    def see(self, piece: bytes) -> None:
        """Take the next piece of text; raises `InputError` on a line too long or a zero byte."""
        if b"\0" in piece:
            line = self.count + piece[: piece.index(b"\0")].count(b"\n")
            raise _not_text(self.name, f"a zero byte in line {line}")
        first, last = piece.find(b"\n"), piece.rfind(b"\n")
        if self._length + (len(piece) if first < 0 else first) > self.limit:
            raise InputError(
                "LINE_TOO_LONG",
                f"{self.name} has a line longer than {self.limit:,} bytes (line {self.count}).",
                "Is a line break or a closing quote missing?",
            )
        self._length = self._length + len(piece) if first < 0 else len(piece) - 1 - last
        self.count += piece.count(b"\n")
        if self._even:
            self._even = self._is_even(piece)
        self._tail = (self._tail + piece)[-3:]

    def _is_even(self, piece: bytes) -> bool:
        joined = self._tail + piece
        if b"\n\n" in joined or b"\n\r\n" in joined:
            return False
        self._returns += piece.count(b"\r")
        self._pairs += joined.count(b"\r\n") - self._tail.count(b"\r\n")
        if b'"' in piece or self._quotes:
            letters = np.frombuffer(piece, dtype=np.uint8)
            quotes, feeds = np.flatnonzero(letters == _QUOTE), np.flatnonzero(letters == _FEED)
            before = np.searchsorted(quotes, feeds) + self._quotes
            self._quotes = (self._quotes + len(quotes)) % 2
            return not bool((before % 2).any())
        return True


def _copy_utf8(pieces: Iterator[bytes], lines: _Lines, copy: Path | None) -> _Fault | None:
    """Check that pieces are UTF-8 and keep a copy if asked; where they are not, None else."""
    out: IO[bytes] | None = copy.open("wb") if copy else None
    decoder = codecs.getincrementaldecoder("utf-8")()
    good, at = 0, 1
    try:
        for piece in pieces:
            try:
                letters = decoder.decode(piece)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                good += _beyond_ascii(before.decode("utf-8"))
                return _Fault(at + before.count(b"\n"), good)
            good += _beyond_ascii(letters)
            lines.see(piece)
            at = lines.count
            if out:
                out.write(piece)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _Fault(at, good)
    finally:
        if out:
            out.close()
    return None


def _beyond_ascii(letters: str) -> int:
    return 0 if letters.isascii() else sum(letter > "\x7f" for letter in letters[:4096])


def _transcode(pieces: Iterator[bytes], lines: _Lines, scratch: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with scratch.open("wb") as out:
        try:
            for piece in pieces:
                _put(decoder.decode(piece), lines, out)
            _put(decoder.decode(b"", final=True), lines, out)
        except UnicodeDecodeError as error:
            line = lines.count + error.object[: error.start].count(b"\n")
            where = f"line {line} is neither UTF-8 nor {encoding.upper()}"
            raise _not_text(lines.name, where) from None


def _put(letters: str, lines: _Lines, out: IO[bytes]) -> None:
    piece = letters.encode("utf-8")
    lines.see(piece)
    out.write(piece)


def _not_text(name: str, why: str) -> InputError:
    return InputError(
        "WRONG_ENCODING",
        f"{name} is not text: {why}.",
        "Save it as CSV UTF-8, or give the file type its name says.",
    )


def _pieces(path: Path, name: str, *, packed: bool, size: int) -> Iterator[bytes]:
    if not packed:
        with path.open("rb") as plain:
            while piece := plain.read(size):
                yield piece
        return
    try:
        with gzip.open(path, "rb") as packed_file:
            while piece := packed_file.read(size):
                yield piece
    except EOFError:
        raise InputError(
            "TRUNCATED", f"{name} is cut short: the packed file has no end.", "Copy it again."
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            "TRUNCATED", f"{name} cannot be unpacked: {error}.", "Copy it again."
        ) from None
