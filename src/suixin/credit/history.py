"""Past scores: what was in force for a subject on a day, and what was known of it by another.

A history is a folder that is only added to. Each score book has its table, and beside it a record
of the day it is of, the day it was learned and the versions it was made by. A book that is scored
again later, with facts that came late, is a new entry: what was known before stays as it was.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from suixin.credit.book import ScoreBook
from suixin.credit.file import PolicyUse
from suixin.credit.score_files import CSV_COLUMNS
from suixin.credit.sheets import policy_on, uses
from suixin.data.errors import InputError, shown
from suixin.data.write import atomic_path

_PRODUCT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_REASONS: Final = ("reason_1", "reason_2", "reason_3", "reason_4")
_LISTS: Final = ("weight_versions", "model_versions")


@dataclass(frozen=True, slots=True)
class Entry:
    """One book in a history: the day it is of, the day it was learned, and what made it.

    `model_versions` name the calibrations of its grades; `policy_version` and `digest` are the
    SHA-256 of the policy values in force and of the table's file, in hex.
    """

    as_of: date
    recorded_on: date
    product: str
    subjects: int
    weight_versions: tuple[str, ...]
    model_versions: tuple[str, ...]
    policy_version: str
    digest: str

    @property
    def name(self) -> str:
        """The name of its two files, without their ends."""
        return f"{self.as_of}.{self.product}.{self.recorded_on}"


@dataclass(frozen=True, slots=True)
class PastScore:
    """A line of a past score book with the entry it stands in; None is unknown."""

    entry: Entry
    subject: str
    status: str
    engagement: float | None
    stability: float | None
    reputation: float | None
    composite: float | None
    score: int | None
    grade: str | None
    pd: float | None
    calibration: str | None
    limit_fen: int
    rate_bps: int | None
    weight_version: str
    reasons: tuple[str, ...]
    raise_: str | None


def append(folder: Path, book: ScoreBook, *, recorded_on: date) -> Entry:
    """Add a book to a history; the same book of the same day again changes nothing.

    Raises `InputError`: `BEFORE_AS_OF`, `RECORDED_BACKWARDS` where the history already knows a
    later day, `HISTORY_CONFLICT` where another table stands there for these days and product.
    """
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / "scores.parquet"
        book.to_parquet(table)
        return _append(folder, table, _entry(table, recorded_on, book.policies))


def append_table(
    folder: Path, table: Path, *, recorded_on: date, policies: Path | None = None
) -> Entry:
    """Add the `scores.parquet` of a run to a history, with the policy in force on its day.

    `policies` is the folder of overriding policy that the run was given; see `append`.
    """
    day = _entry(table, recorded_on, ()).as_of
    used = uses(policy_on(day, policies), policies)
    return _append(folder, table, _entry(table, recorded_on, used))


def _append(folder: Path, table: Path, entry: Entry) -> Entry:
    recorded_on = entry.recorded_on
    if recorded_on < entry.as_of:
        raise InputError(
            "BEFORE_AS_OF", f"The scores of {entry.as_of} cannot be known on {recorded_on}."
        )
    known = entries(folder)
    same = next((one for one in known if one.name == entry.name), None)
    if same is not None:
        _refuse_other(folder, same, entry, table)
        return same
    latest = max((one.recorded_on for one in known), default=recorded_on)
    if recorded_on < latest:
        raise InputError(
            "RECORDED_BACKWARDS",
            f"The history already knows {latest}; {recorded_on} is past.",
            f"Record it on {latest} or later.",
        )
    with atomic_path(folder / f"{entry.name}.parquet") as fresh:
        fresh.write_bytes(table.read_bytes())
    # The record comes last: a table without one is no entry yet.
    with atomic_path(folder / f"{entry.name}.json") as fresh:
        told = json.dumps(asdict(entry), ensure_ascii=False, indent=2, default=str)
        fresh.write_text(told + "\n", encoding="utf-8")
    return entry


def entries(folder: Path) -> tuple[Entry, ...]:
    """The books of a history by day, then by the day they were learned; none without a folder."""
    found = [_read_entry(path) for path in folder.glob("*.json")]
    return tuple(sorted(found, key=lambda one: (one.as_of, one.recorded_on, one.product)))


def as_of(
    folder: Path, subject: str, on: date, *, known_on: date | None = None,
    product: str | None = None,
) -> PastScore | None:  # fmt: skip
    """The score of a subject in force on a day, by what was known on `known_on` (all, by default).

    It is the line of the last book not after the day, in the version learned last; None where no
    book was known, or where that book has no such subject. Raises `InputError` (`ALTERED`) where
    the table is not the one that was added.
    """
    known = [
        entry
        for entry in entries(folder)
        if entry.as_of <= on
        and (known_on is None or entry.recorded_on <= known_on)
        and product in (None, entry.product)
    ]
    return _line(folder, known[-1], subject) if known else None


def policy_version(uses: Iterable[PolicyUse]) -> str:
    """The SHA-256 of policy values and the days since when they are in force, in hex."""
    told = sorted((use.name, use.since.isoformat(), _plain(use.value)) for use in uses)
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _entry(table: Path, recorded_on: date, used: Iterable[PolicyUse]) -> Entry:
    """What a table of scores is of; raises `InputError` where it is no such table."""
    with duckdb.connect() as connection:
        try:
            scores = connection.read_parquet(str(table))
        except duckdb.Error as fault:
            raise InputError(
                "UNREADABLE", f"{shown(table.name)} is no table: {shown(fault)}.",
                "Give the folder that `suixin score` wrote.",
            ) from fault  # fmt: skip
        missing = [name for name in CSV_COLUMNS if name not in scores.columns]
        if missing:
            raise InputError(
                "BAD_SCORES", f"{shown(table.name)} lacks the column {missing[0]}.",
                "Give the scores.parquet that `suixin score` wrote.",
            )  # fmt: skip

        def each(column: str) -> tuple[Any, ...]:
            rows = scores.filter(f"{column} is not null").project(column).distinct().order(column)
            return tuple(value for (value,) in rows.fetchall())

        days, products = each("as_of"), each("product")
        if len(days) != 1 or len(products) != 1 or not _PRODUCT.fullmatch(products[0]):
            raise InputError(
                "BAD_SCORES", f"{shown(table.name)} is not of one day and one product."
            )
        [(subjects, apart)] = scores.aggregate("count(*), count(distinct subject)").fetchall()
        if subjects != apart:
            raise InputError("BAD_SCORES", f"{shown(table.name)} has a subject twice.")
        return Entry(
            as_of=days[0],
            recorded_on=recorded_on,
            product=products[0],
            subjects=subjects,
            weight_versions=each("weight_version"),
            model_versions=each("calibration"),
            policy_version=policy_version(used),
            digest=_digest(table),
        )


def _refuse_other(folder: Path, same: Entry, entry: Entry, table: Path) -> None:
    """Refuse a table that says other things than the one that stands there."""
    there = _checked(folder, same)
    with duckdb.connect() as connection:
        old, new = (connection.read_parquet(str(path)) for path in (there, table))
        columns = ", ".join(CSV_COLUMNS)
        old, new = old.project(columns), new.project(columns)
        differ = old.except_(new).limit(1).fetchall() or new.except_(old).limit(1).fetchall()
    if differ or same.policy_version != entry.policy_version:
        raise InputError(
            "HISTORY_CONFLICT",
            f"Other scores of {entry.as_of} stand there as learned on {entry.recorded_on}.",
            "Scores made again are recorded on the day they were made.",
        )


def _line(folder: Path, entry: Entry, subject: str) -> PastScore | None:
    table = _checked(folder, entry)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select * from read_parquet(?) where subject = ?", [str(table), subject]
        )
        names = [column[0] for column in rows.description or ()]
        line = rows.fetchone()
    if line is None:
        return None
    told = dict(zip(names, line, strict=True))
    return PastScore(
        entry=entry,
        subject=subject,
        reasons=tuple(told[name] for name in _REASONS if told[name]),
        raise_=told["raise_1"],
        **{
            name: told[name]
            for name in PastScore.__slots__
            if name not in ("entry", "subject", "reasons", "raise_")
        },
    )


def _checked(folder: Path, entry: Entry) -> Path:
    """The table of an entry, if it is the one that was added."""
    table = folder / f"{entry.name}.parquet"
    if not table.is_file() or _digest(table) != entry.digest:
        raise InputError(
            "ALTERED",
            f"{shown(table.name)} is not the table that was added to the history.",
            "Take the file as it was written; scores made again are a new entry.",
        )
    return table


def _read_entry(path: Path) -> Entry:
    try:
        told = json.loads(path.read_text("utf-8"))
        days = {name: date.fromisoformat(told[name]) for name in ("as_of", "recorded_on")}
        lists = {name: tuple(told[name]) for name in _LISTS}
        entry = Entry(**{**told, **days, **lists})
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError(
            "BAD_HISTORY", f"{shown(path.name)} is no record of scores: {shown(fault)}."
        ) from fault
    if entry.name != path.stem:
        raise InputError("BAD_HISTORY", f"{shown(path.name)} says it is {shown(entry.name)}.")
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
