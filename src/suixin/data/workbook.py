"""Workbooks that are traps: small files that would fill the memory of whoever opens them.

A reader makes a table of all between the first and the last cell, so two cells far apart are enough
to end a process. Hence a workbook is looked through before it is opened.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO, Final

from suixin.data.errors import InputError

_PART: Final = 1 << 20
# A cell's tag with its place. What stands before the place may hold anything but another tag.
_CELL: Final = rb"<(?:[\w.-]+:)?c\s"
_PLACE: Final = _CELL + rb"[^<]*?\br\s*=\s*[\"']"
_WIDE: Final = re.compile(_PLACE + rb"([A-Za-z]{2,4})")
_DEEP: Final = re.compile(_PLACE + rb"[A-Za-z]+[0-9]{6}")
_DEEPEST: Final = re.compile(_PLACE + rb"[A-Za-z]+([0-9]{7,9})")
# By which most of a file is passed over quickly: nothing in it may be a place so far out.
_FAR: Final = re.compile(rb"r\s*=\s*[\"'](?:[A-Za-z]{2}|[A-Za-z]+[0-9]{6})")
_FARTHER: Final = re.compile(rb"r\s*=\s*[\"'](?:[A-Za-z]{2}|[A-Za-z]+[0-9]{7})")
_CELL_BEGINS: Final = re.compile(_CELL)
_LETTERS: Final = 26
_ROWS: Final = 99_999
_SHEETS_OF_OTHERS: Final = ("content.xml", "xl/workbook.bin")


def check_workbook(file: str | Path | IO[bytes], *, bytes_max: int, cells_max: int) -> None:
    """Refuse an XLSX file that unpacks to more bytes, or whose table would have more cells.

    The table is counted generously: to row 99,999 or 999,999, and to column Z. Raises `InputError`
    TOO_LARGE, and `zipfile.BadZipFile` where it is no whole XLSX file, is locked or oddly packed.

    >>> import io
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as made:
    ...     made.writestr("xl/workbook.xml", "<workbook/>")
    ...     made.writestr("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="XFD1048576"><v>1</v></c>')
    >>> check_workbook(file, bytes_max=1 << 20, cells_max=10_000_000)
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: The workbook has cells as far apart as column 16384 and row \
1048576. Delete what stands far from the table; or send CSV.
    """
    left, columns, rows = bytes_max, _LETTERS, _ROWS
    with zipfile.ZipFile(file) as parts:
        names = parts.namelist()
        if "xl/workbook.xml" not in names or set(names) & {*_SHEETS_OF_OTHERS}:
            raise zipfile.BadZipFile("it is no XLSX workbook")
        for part in parts.infolist():
            if part.flag_bits & 0x1 or part.compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):
                raise zipfile.BadZipFile("a part is locked or oddly packed")
            before = b""
            with parts.open(part) as unpacked:
                while read := unpacked.read(_PART):
                    left -= len(read)
                    if left < 0:
                        wrong = f"The workbook unpacks to more than {bytes_max >> 20} MB."
                        raise InputError("TOO_LARGE", wrong, "Save it as CSV.")
                    text = before + read
                    if (_FAR if rows == _ROWS else _FARTHER).search(text):
                        columns = max(columns, *map(_column, {*_WIDE.findall(text)}), 0)
                        rows = max(rows, _row(text, rows))
                        if columns * rows > cells_max:
                            raise _too_far(columns, rows)
                    before = _open_tag(text)


def _open_tag(text: bytes) -> bytes:
    """What may be the beginning of a tag that goes on in the next part read."""
    begins = text.rfind(b"<")
    tag = text[begins:] if begins >= 0 else b""
    if len(tag) <= _PART:
        return tag
    if _CELL_BEGINS.match(tag):
        raise zipfile.BadZipFile("a cell's tag has no end")
    return b""  # A picture, or words.


def _row(text: bytes, known: int) -> int:
    """The lowest row that the table is counted to, as far as a part of it tells."""
    if known == _ROWS and not _DEEP.search(text):
        return _ROWS
    return max(map(int, {*_DEEPEST.findall(text)}), default=10 * _ROWS + 9)


def _too_far(columns: int, rows: int) -> InputError:
    wrong = f"The workbook has cells as far apart as column {columns} and row {rows}."
    return InputError("TOO_LARGE", wrong, "Delete what stands far from the table; or send CSV.")


def _column(letters: bytes) -> int:
    """The number of a column.

    >>> _column(b"AA"), _column(b"xfd")
    (27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + letter - 64
    return number
