"""Sheets as they come: bad rows named, traps refused; and as they go: nothing is worked out."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.import_kinds import Kind, check_lines
from suixin.service.app.sheets import Line, read_sheet, written

POLICY = load_policy("imports").on(date(2026, 6, 30))
CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases/import_rows.yaml").read_text(encoding="utf-8")
)
SECRETS = ("110105194912310021", "6222021234567895", "call me")


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as wrong:
        read_sheet(content, POLICY)
    return wrong.value.code


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    told = check_lines(Kind(case["kind"]), read_sheet(case["sheet"].encode(), POLICY))
    assert sorted((fault.row, fault.column) for fault in told.faults) == sorted(
        tuple(fault) for fault in case["faults"]
    )
    bad = {fault.row for fault in told.faults}
    assert bad.isdisjoint(row.row for row in told.rows)
    if 1 not in bad:
        assert len(told.rows) + len(bad) == told.read
    text = repr(told)
    assert not any(secret in text for secret in SECRETS)


def test_a_workbook_is_read_as_its_csv_would_be() -> None:
    content = workbook(
        ("回单号", "合同号", "日期", "金额"),
        ("r-1", "a-1", date(2026, 6, 30), 1200),
        (None, None, None, None),
        ("r-2", "a-1", date(2026, 6, 29), 0.5),
    )
    told = check_lines(Kind.RECEIPTS, read_sheet(content, POLICY))
    assert [(row.row, row.values["fen"]) for row in told.rows] == [(2, 120000), (4, 50)]
    assert told.rows[0].values["on"] == date(2026, 6, 30)


def test_encodings_and_marks_of_the_country() -> None:
    text = "回单号\t合同号\t日期\t金额\r\nr-1\ta-1\t2026-06-30\t1\r\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert len(check_lines(Kind.RECEIPTS, read_sheet(text.encode(encoding), POLICY)).rows) == 1


# Traps -----------------------------------------------------------------------------------------


def zipped(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    zeros = b"0" * (POLICY["sheet.unpacked_max"] + 1)
    bomb = zipped(("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", zeros))
    assert len(bomb) < 1 << 20
    assert refusal(bomb) == "TOO_LARGE"


@pytest.mark.parametrize("place", ["XFD1048576", "XFD2", "A1048576", "ZZ9", "A99999999"])
def test_two_cells_far_apart_fill_no_memory(place: str) -> None:
    """The reader makes a table of all between them, and ends the process where it cannot."""
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row><c x=">" r = "{place}"><v>2</v></c></row>'
    usual = workbook(("a",))
    with zipfile.ZipFile(io.BytesIO(usual)) as parts:
        kept = [(name, parts.read(name)) for name in parts.namelist()]
    made = [
        (name, b"<worksheet><sheetData>" + cells.encode() + b"</sheetData></worksheet>")
        if name == "xl/worksheets/sheet1.xml"
        else (name, content)
        for name, content in kept
    ]
    assert refusal(zipped(*made)) in {"TOO_LARGE", "NOT_XLSX"}


def test_a_workbook_of_other_kinds_is_none() -> None:
    kept = zipped(("content.xml", b"<office/>"), ("xl/workbook.xml", b"<workbook/>"))
    assert refusal(kept) == "NOT_XLSX"


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(workbook(("a",), ("b" * 500,)))
    place = content.rfind(b"PK\x01\x02")  # The last part's size unpacked, in the directory.
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(content)) == "NOT_XLSX"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "EMPTY_FILE"),
        (b" \n\n", "EMPTY_FILE"),
        (b"PK\x03\x04 and then nothing", "NOT_XLSX"),
        (zipped(("word/document.xml", b"<x/>")), "NOT_XLSX"),
        (b"a,b\n\x00\x01\x02", "NOT_TEXT"),
        (b"\x81\x20\xff\xff", "NOT_TEXT"),
        (b'a,b\n"never closed,1\n', "NOT_TEXT"),
        (b"a,b\n" + b"x" * 2001 + b",1\n", "TOO_LONG"),
        (b",".join([b"x"] * 65), "TOO_MANY"),
        (b"a\n" * 50_002, "TOO_MANY"),
        (b"a" * ((16 << 20) + 1), "TOO_LARGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_sheet_is_refused(content: bytes, expected: str) -> None:
    assert refusal(content) == expected


def test_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    assert refusal(bytes(100 << 20)) == "TOO_LARGE"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        try:
            lines = read_sheet(start + content, POLICY)
        except InputError:
            continue
        check_lines(Kind.RECEIPTS, lines or [Line(1, ("receipt",))])


# Exports ---------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_nothing_that_is_exported_is_worked_out(cells: list[str]) -> None:
    text = written(("name",), [(cell,) for cell in cells])
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    for cell, row in zip(cells, rows[1:], strict=True):
        told = row[0] if row else ""
        assert not told.lstrip().startswith(("=", "+", "-", "@"))
        assert told in (cell, f"'{cell}")


def test_numbers_stay_numbers() -> None:
    assert written(("fen", "name"), [(-5, "-5"), (None, "农户")]).splitlines()[1:] == [
        "-5,'-5",
        ",农户",
    ]
