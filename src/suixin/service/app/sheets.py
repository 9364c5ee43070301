"""Sheets that people send and are given: CSV or XLSX, read within limits, written without traps."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import python_calamine

from suixin.data.errors import InputError, shown
from suixin.data.workbook import check_workbook
from suixin.kernel.policy import PolicyOn

# How a spreadsheet begins what it works out; and what it skips before that.
_TRAPS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# A workbook's last row that is not yet too far down, whatever stands between.
_ROWS: Final = 100_000
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet that is not empty; `row` counts from 1, as a spreadsheet shows it."""

    row: int
    cells: tuple[str, ...]


def read_sheet(content: bytes, policy: PolicyOn) -> tuple[Line, ...]:
    """The rows of a CSV file or of a workbook's first sheet, as text.

    Raises `InputError` TOO_LARGE, TOO_MANY, TOO_LONG, EMPTY_FILE, NOT_XLSX, NOT_TEXT.

    >>> from suixin.kernel.policy import load_policy
    >>> read_sheet("键,金额\\n r-1 ,\\"1,234.50\\"\\n".encode("gb18030"),
    ...            load_policy("imports").on(date(2026, 6, 30)))
    (Line(row=1, cells=('键', '金额')), Line(row=2, cells=('r-1', '1,234.50')))
    """
    if len(content) > policy["sheet.bytes_max"]:
        most = policy["sheet.bytes_max"] >> 20
        wrong = f"The sheet has {len(content)} bytes."
        raise InputError("TOO_LARGE", wrong, f"At most {most} MB; send it in parts.")
    if not content.strip():
        raise InputError("EMPTY_FILE", "The sheet is empty.", "Send one with a row of headings.")
    rows = _workbook(content, policy) if content.startswith(_ZIP) else _text(content)
    found: list[Line] = []
    for line in rows:
        if not any(line.cells):
            continue
        if len(found) > policy["sheet.rows_max"]:
            wrong = f"The sheet has more than {policy['sheet.rows_max']} rows."
            raise InputError("TOO_MANY", wrong, "Send it in parts.")
        if len(line.cells) > policy["sheet.columns_max"]:
            wrong = f"Row {line.row} has {len(line.cells)} columns."
            raise InputError("TOO_MANY", wrong, f"At most {policy['sheet.columns_max']}.")
        longest = max(len(cell) for cell in line.cells)
        if longest > policy["sheet.cell_max"]:
            wrong = f"Row {line.row} has a cell of {longest} letters."
            raise InputError("TOO_LONG", wrong, f"At most {policy['sheet.cell_max']}.")
        found.append(line)
    return tuple(found)


def is_trap(cell: str) -> bool:
    """Whether a spreadsheet would work a text out instead of showing it.

    >>> is_trap("=HYPERLINK(…)"), is_trap("-12.50"), is_trap("农户")
    (True, True, False)
    """
    return cell.startswith(_TRAPS)


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file for spreadsheets: what would be worked out is text instead; numbers stay numbers.

    >>> print(written(("name", "fen"), [("=1+1", -5)]).strip("\\ufeff"), end="")
    name,fen\r
    '=1+1,-5\r
    """
    out = io.StringIO()
    out.write("\ufeff")  # By which a spreadsheet knows that it is UTF-8.
    writer = csv.writer(out)
    writer.writerow([_safe(name) for name in columns])
    writer.writerows([_safe(value) for value in row] for row in rows)
    return out.getvalue()


def _safe(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if is_trap(text.lstrip()) or is_trap(text) else text


def _text(content: bytes) -> Iterator[Line]:
    if b"\0" in content:
        raise InputError("NOT_TEXT", "The sheet is no text.", "Send CSV or XLSX.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            wrong = "The sheet is neither UTF-8 nor GB 18030."
            raise InputError("NOT_TEXT", wrong, "Save it as CSV UTF-8, or as XLSX.") from None
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    # The library's limit of a field is the whole process's; cells are measured by our own.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for cells in reader:
            row = reader.line_num - sum(cell.count("\n") for cell in cells)
            yield Line(row, tuple(cell.strip() for cell in cells))
    except csv.Error as fault:
        wrong = f"Line {reader.line_num} is no CSV: {shown(fault)}."
        raise InputError("NOT_TEXT", wrong, "Close its quotes, or send XLSX.") from fault


def _workbook(content: bytes, policy: PolicyOn) -> Iterator[Line]:
    try:
        check_workbook(
            io.BytesIO(content),
            bytes_max=policy["sheet.unpacked_max"],
            cells_max=_ROWS * policy["sheet.columns_max"],
        )
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        for row, cells in enumerate(sheet.iter_rows(), start=1):
            yield Line(row, tuple(_cell(value) for value in cells))
    except (zipfile.BadZipFile, python_calamine.CalamineError, EOFError) as fault:
        wrong = f"The sheet is not a whole XLSX workbook: {shown(fault)}."
        raise InputError("NOT_XLSX", wrong, "Save it again, without a password.") from fault


def _cell(value: Any) -> str:
    """A cell as a CSV would show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        day, at = value.date(), value.time()
        return day.isoformat() if not any((at.hour, at.minute, at.second)) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
