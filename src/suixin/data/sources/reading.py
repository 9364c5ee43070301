"""The files of an export, read and recognised by what is in them; names of files say nothing.

JSON pages are walked to whatever depth their envelopes put the rows; tables (CSV in UTF-8, UTF-16
or GB18030, XLSX) may carry lines above and below their header.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import python_calamine

from suixin.data.errors import InputError, shown
from suixin.data.quarantine import SetAside
from suixin.data.sources.expression import Condition, Record
from suixin.data.sources.mapping import Kind, Mapping
from suixin.data.sources.shape import FEED_OF
from suixin.data.sources.values import clean, exported_at, plain
from suixin.data.tables import SHEET_BYTES_MAX, SHEET_CELLS_MAX
from suixin.data.workbook import check_workbook

_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls")
_BOOK_MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, and the XLS before it.
_HEAD: Final = 512
_LINE_LONGEST: Final = 1 << 20
_PAGE_LARGEST: Final = 1 << 29
_HEADER_WITHIN: Final = 10
_TOTALS: Final = ("总计", "合计", "小计", "汇总")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file: its kind, its content, and where it stood."""

    kind: Kind
    record: dict[str, Any]
    file: str
    line: int
    exported: int | None


@dataclass(slots=True)
class Pull:
    """What a folder held: which file was what, what could not be read; `take` is given each row."""

    feed: str  # what a file that cannot be read is set aside from
    take: Callable[[Row], None]
    set_aside: list[SetAside] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)

    def refuse(self, file: str, line: int, code: str, expected: str) -> None:
        """Set a file or line aside; nothing of what stood there is repeated."""
        self.set_aside.append(SetAside(file, line, self.feed, "file", code, None, expected))


@dataclass(frozen=True, slots=True)
class File:
    """A file being read, and the kinds it turned out to hold."""

    mapping: Mapping
    path: Path
    name: str
    found: Pull
    kinds: set[str] = field(default_factory=set)

    @property
    def exported(self) -> int | None:
        """When it was exported, if its name says so."""
        return exported_at(self.path.name)

    def refuse(self, line: int, code: str, expected: str) -> None:
        """Set a line aside, or with line 0 the whole file."""
        self.found.refuse(self.name, line, code, expected)


def pull(mapping: Mapping, folder: Path, take: Callable[[Row], None]) -> Pull:
    """Read every file of a folder that the mapping knows, row by row.

    Raises InputError where there is none.
    """
    if not folder.is_dir():
        raise InputError("NO_FOLDER", f"{shown(folder)} is not a folder.")
    found = Pull(next(FEED_OF[form] for kind in mapping.kinds for form in kind.forms), take)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            _read(mapping, path, name.as_posix(), found)
    if not found.read:
        knows = ", ".join(kind.name for kind in mapping.kinds)
        raise InputError(
            "NO_FEED",
            f"{shown(folder)} holds no file that the mapping {mapping.name} knows.",
            f"It knows {knows}, by their keys or columns.",
        )
    return found


def _read(mapping: Mapping, path: Path, name: str, found: Pull) -> None:
    if not path.name.lower().removesuffix(".gz").endswith(_SUFFIXES):
        return
    file = File(mapping, path, name, found)
    try:
        form = _form(path)
        if form == "pages":
            rows = _pages(file)
        elif form == "book":
            rows = _book(file)
        else:
            rows = _table(file, _csv_lines(file))
        for row in rows:
            if not row.kind.ignored and _counts(row.kind, row.record):
                found.take(row)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        found.refuse(name, 0, "UNREADABLE_LINE", "a whole gz file; this one is cut short or broken")
        return
    except (UnicodeDecodeError, python_calamine.CalamineError, zipfile.BadZipFile):
        found.refuse(name, 0, "UNREADABLE_LINE", "text in UTF-8, UTF-16 or GB18030, or a workbook")
        return
    found.read.update(file.kinds)
    if not file.kinds:
        found.unread.append(name)


def _form(path: Path) -> str:
    """What a file is by its first bytes; its suffix may be anything a spreadsheet leaves."""
    with _open(path) as stream:
        head = stream.read(_HEAD)
    if head.startswith(_BOOK_MARKS):
        return "book"
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return "pages" if start.startswith((b"{", b"[")) else "table"


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-8 where all of it is, else GB18030."""
    with _open(path) as stream:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


# --- pages ---------------------------------------------------------------------------------------


def _pages(file: File) -> Iterator[Row]:
    with _open(file.path) as stream:
        raw = stream.read(_PAGE_LARGEST + 1)
    if len(raw) > _PAGE_LARGEST:
        file.refuse(0, "TOO_LONG", "pages of at most 512 MB; export in smaller windows")
        return
    numbered = _documents(raw.decode(encoding_of(file.path)))
    if numbered is None:
        file.refuse(0, "UNREADABLE_LINE", "JSON, whole or a record a line")
        return
    place, exported = 0, file.exported
    for line, document in numbered:
        if document is None:
            file.refuse(line, "UNREADABLE_LINE", "a JSON record")
            continue
        for kind, record in _walk(file, document):
            place += 1
            yield Row(kind, record, file.name, line or place, exported)


def _documents(text: str) -> list[tuple[int, Any]] | None:
    """The documents of a file with their line, 0 where the file is one document."""
    try:
        return [(0, json.loads(text, parse_float=str))]
    except (json.JSONDecodeError, RecursionError):
        pass
    documents: list[tuple[int, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            documents.append((number, json.loads(line, parse_float=str)))
        except (json.JSONDecodeError, RecursionError):
            documents.append((number, None))
    good = any(isinstance(document, (dict, list)) for _, document in documents)
    return documents if good else None


def _walk(file: File, document: Any) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Every row in a document, at any depth, in order; a page that says it failed holds none."""
    kinds = [kind for kind in file.mapping.kinds if kind.json]
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node))
        if not isinstance(node, dict):
            continue
        if any(_holds(conditions, node) for conditions in file.mapping.failed):
            file.refuse(0, "PAGE_FAILED", "a page the platform answered without an error")
            continue
        kind = next((kind for kind in kinds if kind.json <= node.keys()), None)
        if kind is not None:
            file.kinds.add(kind.name)
            yield kind, node
            continue
        # A page without rows is of its kind all the same: nothing happened, and that is known.
        file.kinds.update(k.name for k in kinds if k.list and isinstance(node.get(k.list), list))
        stack.extend(reversed(list(node.values())))


# --- tables --------------------------------------------------------------------------------------

Line = tuple[int, Sequence[str]]


def _csv_lines(file: File) -> Iterator[Line]:
    encoding = encoding_of(file.path)
    with _open(file.path) as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        first = text.readline(_LINE_LONGEST)
        text.seek(0)
        reader = csv.reader(_lines(text, file), delimiter=_delimiter(first))
        while True:
            start = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                file.refuse(start, "UNREADABLE_LINE", "a line of a CSV file")
                continue
            yield start, cells


def _delimiter(header: str) -> str:
    """What parts the columns: the mark the first line has most of."""
    return max(",\t;", key=header.count)


def _lines(text: TextIO, file: File) -> Iterator[str]:
    """Lines of bounded length: one that has no end must not fill the memory."""
    number = 0
    while line := text.readline(_LINE_LONGEST):
        number += 1
        if len(line) == _LINE_LONGEST and not line.endswith("\n"):
            file.refuse(number, "UNREADABLE_LINE", "a line of at most a million characters")
            while line and not line.endswith("\n"):
                line = text.readline(_LINE_LONGEST)
            continue
        yield line.replace("\0", "")


def _book(file: File) -> Iterator[Row]:
    with _open(file.path) as stream:
        content = stream.read()
    if content.startswith(b"PK"):
        check_workbook(io.BytesIO(content), bytes_max=SHEET_BYTES_MAX, cells_max=SHEET_CELLS_MAX)
    book = python_calamine.load_workbook(io.BytesIO(content))
    for sheet in book.sheet_names:
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        lines = ((n, [_cell(value) for value in row]) for n, row in enumerate(cells, start=1))
        yield from _table(file, lines)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(file: File, lines: Iterable[Line]) -> Iterator[Row]:
    lines = iter(lines)
    header = _header(file.mapping, lines)
    if header is None:
        return
    kind, names = header
    file.kinds.add(kind.name)
    exported = file.exported
    rows = (
        Row(kind, dict(zip(names, cells, strict=False)), file.name, number, exported)
        for number, cells in lines
        if cells and not (kind.forms and _between(cells))
    )
    yield from rows if kind.rows_by is None else _grouped(kind.rows_by, rows)


def _grouped(column: str, rows: Iterable[Row]) -> Iterator[Row]:
    """One record for all rows of an order: its first row, and `rows` with every one."""
    groups: dict[str, Row] = {}
    for row in rows:
        key = clean(row.record.get(column)) or f"\0{row.line}"
        if key in groups:
            groups[key].record["rows"].append(row.record)
        else:
            whole = {**row.record, "rows": [row.record]}
            groups[key] = Row(row.kind, whole, row.file, row.line, row.exported)
    yield from groups.values()


def _header(mapping: Mapping, lines: Iterator[Line]) -> tuple[Kind, list[str]] | None:
    for number, cells in lines:
        names = [plain(cell) for cell in cells]
        known = set(names)
        for kind in mapping.kinds:
            if kind.columns and kind.columns <= known:
                return kind, names
        if number >= _HEADER_WITHIN:
            return None
    return None


def _between(cells: Sequence[str]) -> bool:
    """A line that is no row: empty, a second header (no digit in it), a total."""
    if any(cell.strip().startswith(_TOTALS) for cell in cells):
        return True
    return not any(letter.isdigit() for cell in cells for letter in cell)


def _counts(kind: Kind, record: Record) -> bool:
    return not kind.only or _holds(kind.only, record)


def _holds(conditions: Iterable[Condition], record: Record) -> bool:
    return all(condition.holds(record, {}) for condition in conditions)
