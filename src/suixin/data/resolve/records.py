"""The registers of a folder: records of persons and shops, as their sources keep them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from suixin.data.errors import InputError, shown

COLUMNS = (
    "source", "record_id", "kind", "name", "name_pinyin", "phone", "address", "village_code",
    "identity", "birth_year", "account",
)  # fmt: skip
NEEDED = ("source", "record_id", "kind")
KINDS = ("person", "shop")


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of one source; an empty text is unknown. `key` is `source:record_id`."""

    source: str
    record_id: str
    kind: str
    name: str = ""
    name_pinyin: str = ""
    phone: str = ""
    address: str = ""
    village_code: str = ""
    identity: str = ""
    birth_year: str = ""
    account: str = ""

    @property
    def key(self) -> str:
        """What links name the record by."""
        return f"{self.source}:{self.record_id}"


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was set aside: where it stands and why, without what it says of anybody."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Registers:
    """Records in the order of their keys, and the rows set aside."""

    records: tuple[Record, ...]
    aside: tuple[Aside, ...]


def read_registers(folder: Path) -> Registers:
    """Every CSV under `folder/registers`, or in `folder` where that is the registers' own.

    Raises `InputError` NO_REGISTERS for none, UNKNOWN_COLUMN and MISSING_COLUMN for a bad head.
    """
    place = folder / "registers" if (folder / "registers").is_dir() else folder
    records: dict[str, Record] = {}
    aside: list[Aside] = []
    for path in sorted(place.rglob("*.csv")) if place != folder else _alone(folder):
        for line, row in _rows(path):
            reason, record = _record(row)
            if record is not None and record.key in records:
                reason, record = "REPEATED_ID", None
            if record is None:
                aside.append(Aside(path.relative_to(place).as_posix(), line, reason))
            else:
                records[record.key] = record
    return Registers(tuple(records[key] for key in sorted(records)), tuple(aside))


def _alone(folder: Path) -> list[Path]:
    """The CSV files of a folder that have a register's head: feeds may lie beside them."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            if set(NEEDED) <= set(next(csv.reader(file), [])):
                found.append(path)
    return found


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines(), restkey="too_many")
    head = reader.fieldnames or []
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise InputError(
            "MISSING_COLUMN",
            f"{path.name} has no column {missing[0]}.",
            f"A register has {', '.join(NEEDED)} and of the rest what the source knows.",
        )
    unknown = [name for name in head if name not in COLUMNS]
    if unknown:
        raise InputError(
            "UNKNOWN_COLUMN",
            f"{path.name} has a column {shown(unknown[0])}.",
            f"Name it as one of {', '.join(COLUMNS)}, or leave it out.",
        )
    for row in reader:
        yield reader.line_num, row


def _record(row: Mapping[str, str | None]) -> tuple[str, Record | None]:
    if "too_many" in row:
        return "TOO_MANY_FIELDS", None
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["source"] or not cells["record_id"]:
        return "NO_ID", None
    if cells["kind"] not in KINDS:
        return "BAD_KIND", None
    year = cells["birth_year"]
    if year and not (year.isascii() and year.isdecimal() and 1900 <= int(year) <= 2100):
        return "BAD_YEAR", None
    return "", Record(**cells)
