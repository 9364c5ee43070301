"""What may be imported: the columns of each kind, and a row of a sheet as a record or as faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.kernel.parameter import nearest
from suixin.service.app.sheets import Line, is_trap
from suixin.service.store.models.people import PARTY_KINDS
from suixin.service.store.sealing import Personal, checked

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_VILLAGE: Final = re.compile(r"[0-9]{12}")
_YUAN: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?|[0-9]+(\.[0-9]{1,2})?")
_PERCENT: Final = re.compile(r"([0-9]+(\.[0-9]{1,2})?)%")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")
_FEN_MAX: Final = 10**15


class Kind(StrEnum):
    """What a sheet holds."""

    PARTIES = "parties"
    AGREEMENTS = "agreements"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a sheet, by row and column as a spreadsheet shows them; what would be right.

    Of what is personal it never tells what stood there.
    """

    row: int
    column: str
    wrong: str
    expected: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how it is called in Chinese, and how a cell is read."""

    name: str
    chinese: str
    read: Callable[[str], Any]
    expected: str
    needed: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: what it is, by column; `key` is its own among all that were ever imported."""

    row: int
    key: str
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sheet as it was read: its good rows, and every fault of the others."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    read: int


def check_lines(kind: Kind, lines: Sequence[Line]) -> Checked:
    """Read the rows of a sheet; every bad cell is named.

    >>> told = check_lines(Kind.RECEIPTS, [Line(1, ("回单号", "合同号", "日期", "金额")),
    ...     Line(2, ("r-1", "a-1", "2026-06-30", "1,200.00")), Line(3, ("r-1", "", "June", "-1"))])
    >>> dict(told.rows[0].values)["fen"], [(fault.row, fault.column) for fault in told.faults]
    (120000, [(3, 'agreement'), (3, 'on'), (3, 'fen'), (3, 'receipt')])
    """
    columns = COLUMNS[kind]
    if not lines:
        raise InputError("EMPTY_FILE", "The sheet is empty.", "Send one with a row of headings.")
    head, *body = lines
    places, faults = _places(columns, head)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line in body if not faults else ():
        values, wrong = _values(columns, places, line)
        key = str(values.get(columns[0].name, ""))
        if key and key in seen:
            told = f"{key} stands in row {seen[key]} already"
            wrong = (*wrong, Fault(line.row, columns[0].name, told, "each once"))
        seen.setdefault(key, line.row)
        if wrong:
            faults.extend(wrong)
        else:
            rows.append(Row(line.row, key, values))
    return Checked(tuple(rows), tuple(faults), len(body))


def _places(columns: Sequence[Column], head: Line) -> tuple[dict[str, int], list[Fault]]:
    """Where each column stands, by its English or its Chinese name."""
    known = {name: column.name for column in columns for name in (column.name, column.chinese)}
    places: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(head.cells):
        name = known.get(cell.strip().lower())
        if not cell:
            continue
        if name is None:
            near = nearest(cell, known)
            told = f"{shown(cell, 40)!r} is no column{near}"
            faults.append(
                Fault(head.row, shown(cell, 40), told, ", ".join(c.name for c in columns))
            )
        elif name in places:
            faults.append(Fault(head.row, name, "it stands there twice", "each column once"))
        else:
            places[name] = place
    faults += [
        Fault(head.row, column.name, "the column is missing", f"{column.name} or {column.chinese}")
        for column in columns
        if column.needed and column.name not in places
    ]
    return places, faults


def _values(
    columns: Sequence[Column], places: Mapping[str, int], line: Line
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        place = places.get(column.name, len(line.cells))
        cell = line.cells[place] if place < len(line.cells) else ""
        if not cell:
            if column.needed:
                faults.append(Fault(line.row, column.name, "it is empty", column.expected))
            continue
        try:
            values[column.name] = column.read(cell)
        except (InputError, ValueError, InvalidOperation):
            told = (
                "what stands there is none" if column.personal else f"{shown(cell, 40)!r} is none"
            )
            faults.append(Fault(line.row, column.name, told, column.expected))
    return values, tuple(faults)


# How cells are read ----------------------------------------------------------------------------


def _matched(form: re.Pattern[str], cell: str) -> str:
    if form.fullmatch(cell) is None:
        raise ValueError(cell)
    return cell


def _id(cell: str) -> str:
    return _matched(_ID, cell)


def _village(cell: str) -> str:
    return _matched(_VILLAGE, cell)


def _day(cell: str) -> date:
    found = date.fromisoformat(cell.replace("/", "-"))
    if not date(1990, 1, 1) <= found <= date(2100, 1, 1):
        raise ValueError(cell)
    return found


def _fen(cell: str) -> int:
    plain = _matched(_YUAN, cell.removeprefix("¥").removeprefix("￥").strip()).replace(",", "")
    fen = int(Decimal(plain) * 100)
    if not 0 < fen <= _FEN_MAX:
        raise ValueError(cell)
    return fen


def _bps(cell: str) -> int:
    found = _PERCENT.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    return int(Decimal(found[1]) * 100)


def _whole(cell: str) -> int:
    return int(_matched(_WHOLE, cell))


def _text(cell: str) -> str:
    if is_trap(cell) or not cell.isprintable():
        raise ValueError(cell)
    return cell


def _one_of(*known: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in known:
            raise ValueError(cell)
        return cell

    return read


def _personal(name: Personal) -> Callable[[str], str]:
    def read(cell: str) -> str:
        plain = checked(name, cell)
        return _text(plain)

    return read


def _personal_column(
    name: Personal, chinese: str, expected: str, *, needed: bool = False
) -> Column:
    return Column(name.value, chinese, _personal(name), expected, needed, personal=True)


_ID_TOLD: Final = "1 to 64 letters, digits, . _ : / -"
_DAY_TOLD: Final = "a day such as 2026-06-30"
_YUAN_TOLD: Final = "an amount above 0 in yuan, such as 1,200.00"
_PERCENT_TOLD: Final = "a yearly rate such as 9.60%"
SOURCES: Final = ("counter", "earlier")

COLUMNS: Final[Mapping[Kind, tuple[Column, ...]]] = MappingProxyType(
    {
        Kind.PARTIES: (
            Column("party_id", "户号", _id, _ID_TOLD, needed=True),
            Column("kind", "类别", _one_of(*PARTY_KINDS), ", ".join(PARTY_KINDS), needed=True),
            Column("village_code", "村代码", _village, "12 digits"),
            Column("household_id", "所属户", _id, _ID_TOLD),
            _personal_column(Personal.NAME, "姓名", "a name", needed=True),
            _personal_column(Personal.RESIDENT_ID, "身份证号", "18 digits that check"),
            _personal_column(Personal.USCC, "统一社会信用代码", "18 letters that check"),
            _personal_column(Personal.PHONE, "电话", "digits"),
            _personal_column(Personal.BANK_CARD, "银行卡号", "digits that check"),
            _personal_column(Personal.ADDRESS, "地址", "an address"),
        ),
        Kind.AGREEMENTS: (
            Column("agreement", "合同号", _id, _ID_TOLD, needed=True),
            Column("party_id", "户号", _id, _ID_TOLD, needed=True),
            Column("product", "产品", _id, "a product's sheet", needed=True),
            Column("start", "起始日", _day, _DAY_TOLD, needed=True),
            Column("fen", "本金", _fen, _YUAN_TOLD, needed=True),
            Column("rate", "年利率", _bps, _PERCENT_TOLD, needed=True),
            Column("penalty", "罚息上浮", _bps, "a share of the rate such as 50%", needed=True),
            Column("times", "期数", _whole, "how many months, 1 to 360", needed=True),
        ),
        Kind.RECEIPTS: (
            Column("receipt", "回单号", _id, _ID_TOLD, needed=True),
            Column("agreement", "合同号", _id, _ID_TOLD, needed=True),
            Column("on", "日期", _day, _DAY_TOLD, needed=True),
            Column("fen", "金额", _fen, _YUAN_TOLD, needed=True),
            Column("source", "来源", _one_of(*SOURCES), " or ".join(SOURCES)),
        ),
    }
)
