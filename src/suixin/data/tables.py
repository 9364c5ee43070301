"""Files of each form into the loader: CSV, JSON lines, XLSX and Parquet."""

from __future__ import annotations

import csv
import os
import re
import zipfile
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import python_calamine

from suixin.data import sql
from suixin.data.errors import InputError, shown
from suixin.data.feed import FEEDS
from suixin.data.files import FeedFile
from suixin.data.header import Header, read_header
from suixin.data.lake import Loader
from suixin.data.quarantine import SetAside
from suixin.data.records import Record, csv_records
from suixin.data.schema import Feed, Field
from suixin.data.text import Text, as_text, unpacked
from suixin.data.validate import shown_value
from suixin.data.workbook import check_workbook

_ROW = "file_row_number"
_GLOB = "*?[]{}"
# A sheet of a million full rows unpacks to less than this; more is a trap, not a table.
SHEET_BYTES_MAX = 4 << 30
# A million rows to column BI: a table of so many cells takes 1.5 GB.
SHEET_CELLS_MAX = 64_000_000
# A spreadsheet keeps 15 digits of a number; an id longer than that must be text.
_DIGITS_KEPT = 10**15
_DAY_ALONE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Reader:
    """Reads feed files into a loader, one after another, with scratch files of its own."""

    loader: Loader
    made: int = 0

    def read(self, file: FeedFile) -> None:
        """Read one file; raises `InputError` when the file as a whole cannot be used."""
        self.loader.connect(file.feed)
        if not os.access(file.path, os.R_OK):
            raise InputError(
                "NOT_PERMITTED",
                f"{shown(file.name)} may not be read.",
                "Allow it, or move it away.",
            )
        if file.form == "csv":
            self._read_csv(file)
        elif file.form == "jsonl":
            self._read_lines(file)
        elif file.form == "xlsx":
            self._read_sheet(file)
        else:
            self._read_parquet(file)

    @property
    def _longest(self) -> int:
        """Bytes of a line the database must take: quotes may double what the text let pass."""
        return 2 * self.loader.limits.line_bytes + 4096

    def _scratch(self, suffix: str) -> Path:
        self.made += 1
        return self.loader.folder / f"scratch_{self.made}{suffix}"

    def _text(self, file: FeedFile) -> Text:
        text = as_text(
            file.path,
            shown(file.name),
            packed=file.packed,
            scratch=self._scratch(".txt"),
            line_bytes=self.loader.limits.line_bytes,
        )
        return replace(text, path=self._without_glob(text.path))

    def _without_glob(self, path: Path) -> Path:
        """The path, or a link to it where its name would be taken for a pattern."""
        if not any(mark in str(path) for mark in _GLOB):
            return path
        link = self._scratch(path.suffix)
        link.symlink_to(path.resolve())
        return link

    def _read_csv(self, file: FeedFile) -> None:
        feed, text = FEEDS[file.feed], self._text(file)
        delimiter = _delimiter(feed, text.path)
        first = csv_records(text.path, delimiter)
        header = self._header(feed, file, _cells(next(first, None)), _cells(next(first, None)))
        first.close()
        if text.even:
            source = _csv_source(text.path, header, delimiter, self._longest)
            try:
                self.loader.add_file(feed.name, source, file=sql.value(file.name), line=None)
                return
            except duckdb.InvalidInputException:
                # Some line is not as the header promises: read again, line by line.
                pass
        records = csv_records(text.path, delimiter)
        next(records)
        self._load_records(feed, file, header, records)

    def _read_sheet(self, file: FeedFile) -> None:
        feed, path = FEEDS[file.feed], file.path
        if file.packed:
            path = unpacked(path, shown(file.name), self._scratch(".xlsx"))
        records = _sheet_records(path, shown(file.name))
        first = next(records, None)
        if first is None:
            raise InputError(
                "EMPTY_FILE", f"{shown(file.name)} is empty.", "Export it again, with its header."
            )
        second = next(records, None)
        header = self._header(feed, file, _cells(first), _cells(second))
        rest = records if second is None else _chain(second, records)
        times = {
            header.places[field.name]
            for field in feed.columns
            if field.type == "ts" and field.name in header.places
        }
        self._load_records(feed, file, header, (_timed(record, times) for record in rest))

    def _header(
        self, feed: Feed, file: FeedFile, cells: Sequence[str], below: Sequence[str]
    ) -> Header:
        header = read_header(feed, shown(file.name), cells, below)
        for note in header.notes:
            self.loader.note(note)
        return header

    def _load_records(
        self, feed: Feed, file: FeedFile, header: Header, records: Iterator[Record]
    ) -> None:
        """Write records as regular CSV with their line numbers, and load that."""
        width, path = len(header.columns), self._scratch(".csv")
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow([*header.columns, "line"])
            for record in records:
                if record.cells is None or len(record.cells) != width:
                    self.loader.set_aside(_unreadable(feed, file, record, width))
                else:
                    writer.writerow([*record.cells, record.line])
        wider = Header((*header.columns, "line"), {**header.places, "line": width}, ())
        source = _csv_source(path, wider, ",", self._longest)
        line = "CAST(line AS BIGINT)"
        self.loader.add_file(feed.name, source, file=sql.value(file.name), line=line)
        path.unlink()

    def _read_lines(self, file: FeedFile) -> None:
        feed, text = FEEDS[file.feed], self._text(file)
        connection, table = self.loader.connection, f"lines_{self.made}"
        lines = (
            f"SELECT row_number() OVER () AS line, doc FROM read_csv({sql.value(str(text.path))}, "
            "columns = {'doc': 'VARCHAR'}, header = false, delim = chr(1), quote = '', "
            f"escape = '', auto_detect = false, max_line_size = {self._longest})"
        )
        connection.execute(
            f"CREATE TABLE {table} AS SELECT line, doc, CASE WHEN json_valid(doc) "
            f"THEN json_type(doc) = 'OBJECT' ELSE false END AS good "
            f"FROM ({lines}) WHERE trim(doc) <> ''"
        )
        keys = connection.execute(
            f"SELECT DISTINCT unnest(json_keys(doc)) AS key FROM "
            f"(SELECT doc FROM {table} WHERE good) ORDER BY key"
        ).fetchall()
        if keys:
            self._header(feed, file, [key for (key,) in keys], [])
        self.loader.set_aside_rows(
            feed.name,
            f"SELECT {sql.value(file.name)}, line, {sql.value(feed.name)}, '(line)', "
            f"'UNREADABLE_LINE', {_shown_line(feed)}, 'one JSON object', NULL, NULL "
            f"FROM {table} WHERE NOT good",
        )
        found = {key for (key,) in keys}
        taken = [_json_column(field) for field in feed.columns if field.name in found]
        if taken:
            source = f"(SELECT {', '.join(taken)}, line AS _at FROM {table} WHERE good)"
            self.loader.add_file(feed.name, source, file=sql.value(file.name), line="_at")
        connection.execute(f"DROP TABLE {table}")

    def _read_parquet(self, file: FeedFile) -> None:
        feed, path = FEEDS[file.feed], file.path
        if file.packed:
            path = unpacked(path, shown(file.name), self._scratch(".parquet"))
        path = self._without_glob(path)
        file_rows = f"read_parquet({sql.value(str(path))}, file_row_number = true)"
        try:
            columns = self.loader.connection.sql(f"SELECT * FROM {file_rows}").columns
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            raise InputError(
                "NOT_PARQUET",
                f"{shown(file.name)} is not a whole Parquet file: {shown(_first_line(error))}.",
                "Copy it again.",
            ) from None
        header = self._header(feed, file, [name for name in columns if name != _ROW], [])
        source = f"(SELECT {sql.names((*header.places, _ROW))} FROM {file_rows})"
        line = f"{_ROW} + 1"
        self.loader.add_file(feed.name, source, file=sql.value(file.name), line=line)


def _chain(first: Record, rest: Iterator[Record]) -> Iterator[Record]:
    yield first
    yield from rest


def _cells(record: Record | None) -> Sequence[str]:
    return () if record is None or record.cells is None else record.cells


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]


def _delimiter(feed: Feed, path: Path) -> str:
    """The mark under which the header names the most columns of the feed."""
    known = {field.name for field in feed.columns}

    def columns(mark: str) -> int:
        records = csv_records(path, mark)
        cells = _cells(next(records, None))
        records.close()
        return len(known.intersection(cell.strip() for cell in cells))

    return max(",;\t", key=columns)


def _csv_source(path: Path, header: Header, delimiter: str, longest: int) -> str:
    """SQL: the columns a feed takes from a regular CSV file, as text."""
    spec = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.columns)))
    taken = ", ".join(f"c{i} AS {sql.name(name)}" for name, i in header.places.items())
    return (
        f"(SELECT {taken} FROM read_csv({sql.value(str(path))}, columns = {{{spec}}}, "
        f"header = true, delim = {sql.value(delimiter)}, quote = '\"', escape = '\"', "
        f"auto_detect = false, strict_mode = true, max_line_size = {longest}))"
    )


def _json_column(field: Field) -> str:
    """SQL: a field of a JSON object as text; a list of names joined, an object as its JSON."""
    path = sql.value(f'$."{field.name}"')
    text = f"json_extract_string(doc, {path})"
    if field.type == "ids":
        each = sql.value(f'$."{field.name}"[*]')
        joined = f"array_to_string(json_extract_string(doc, {each}), ';')"
        text = f"CASE WHEN json_type(doc, {path}) = 'ARRAY' THEN {joined} ELSE {text} END"
    return f"{text} AS {sql.name(field.name)}"


def _shown_line(feed: Feed) -> str:
    """SQL: a line that is no record, as it is kept; its length where words may be in it."""
    worded = next((field for field in feed.fields if field.type == "text"), feed.fields[0])
    return shown_value("doc", worded)


def _unreadable(feed: Feed, file: FeedFile, record: Record, width: int) -> SetAside:
    found = record.fault if record.cells is None else f"{len(record.cells)} values"
    expected = f"{width} values, as the header has, and closed quotes"
    return SetAside(file.name, record.line, feed.name, "(line)", "UNREADABLE_LINE", found, expected)


def _sheet_records(path: Path, name: str) -> Iterator[Record]:
    """The rows of a workbook's first sheet as text, without the empty ones."""
    try:
        check_workbook(path, bytes_max=SHEET_BYTES_MAX, cells_max=SHEET_CELLS_MAX)
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)

        for line, row in enumerate(sheet.iter_rows(), start=1):
            cells = tuple(_cell(value) for value in row)
            if any(cells):
                yield Record(line, cells, "")
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise InputError(
            "NOT_XLSX", f"{name} is not a whole XLSX workbook: {shown(error)}.", "Save it again."
        ) from None


def _timed(record: Record, times: Set[int]) -> Record:
    """A workbook gives midnight as a day alone; in a column of times it is a time."""
    cells = tuple(
        f"{cell}T00:00:00" if i in times and _DAY_ALONE.fullmatch(cell) else cell
        for i, cell in enumerate(record.cells or ())
    )
    return replace(record, cells=cells)


def _cell(value: Any) -> str:
    """A cell as a CSV would show it; its times are China's."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not value.is_integer():
            return repr(value)
        return f"{value:.14E}" if abs(value) >= _DIGITS_KEPT else str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
