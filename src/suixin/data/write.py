"""Writing files whole or not at all, safe to open in a spreadsheet.

What is being written stands beside its place under another name until it is complete and on the
disk; a full disk or Ctrl-C leaves what stood there before.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import duckdb

from suixin.data import sql
from suixin.data.errors import DiskError, shown
from suixin.data.feed import FEEDS
from suixin.data.lake import Feeds
from suixin.data.quarantine import COLUMNS, Quarantine
from suixin.data.schema import TEXT_TYPES, Field
from suixin.kernel.day import LOCAL_OFFSET

# What starts a formula in a spreadsheet, in either width; and the quote, so that reading undoes it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")

# What the database says when the system refuses a write; its error classes do not tell.
_DISK_SIGNS = ("Could not write", "No space left", "failed to offload", "Disk quota")

_DISK_FAULTS: dict[int, str] = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "writing there is not permitted",
    errno.EPERM: "writing there is not permitted",
    errno.EIO: "the disk failed",
    errno.EFBIG: "the file would be too large",
    errno.ENOTDIR: "a part of its path is a file",
    errno.EEXIST: "a part of its path is a file",
    errno.EISDIR: "a folder of that name stands there",
}


def csv_safe(text: str) -> str:
    """Text that a spreadsheet will not run as a formula: a quote before what would start one.

    >>> csv_safe("=1+1"), csv_safe("+86"), csv_safe("苹果"), csv_safe("'=1")
    ("'=1+1", "'+86", '苹果', "''=1")
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def csv_plain(text: str) -> str:
    """The text that `csv_safe` was given.

    >>> csv_plain("'=1+1"), csv_plain("''=1"), csv_plain("苹果")
    ('=1+1', "'=1", '苹果')
    """
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A path to write to; on success it becomes `path`, on any failure nothing changed.

    Folders above it are made. Raises `DiskError` when the disk refuses.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "out" / "a.txt"
    >>> with atomic_path(target) as fresh:
    ...     _ = fresh.write_text("whole")
    >>> target.read_text(), [p.name for p in target.parent.iterdir()]
    ('whole', ['a.txt'])
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with _disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield fresh
            _sync(fresh)
            fresh.replace(path)
            _sync(path.parent)
        finally:
            fresh.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """A new folder to fill; on success its entries stand in `path`, on any failure nothing changed.

    Entries of the same name are replaced; others in `path` stay. Raises `DiskError` when the disk
    refuses.
    """
    stands = path.is_dir()
    with _disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = f".{secrets.token_hex(4)}.part"
        fresh = path / part if stands else path.with_name(f".{path.name}{part}")
        fresh.mkdir()
        try:
            yield fresh
            for file in fresh.rglob("*"):
                _sync(file)
            if stands:
                for entry in sorted(fresh.iterdir()):
                    _put(entry, path / entry.name)
            else:
                fresh.replace(path)
            _sync(path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def write_quarantine(quarantine: Quarantine, path: Path) -> None:
    """The rows set aside as CSV, in order, however many; atomic, and safe in a spreadsheet."""
    numbers = ("line", "amount_fen")
    columns = ", ".join(
        f"{column if column in numbers else _safe(column)} AS {column}" for column in COLUMNS
    )
    _copy(quarantine.connection, f"SELECT {columns} FROM {quarantine.table} ORDER BY n", path)


def write_feed_csv(
    connection: duckdb.DuckDBPyConnection,
    feed: str,
    relation: duckdb.DuckDBPyRelation,
    path: Path,
) -> None:
    """A feed as canonical CSV, in order of its key; the relation's columns are typed as a lake's.

    Columns the relation lacks are written empty. Times in China's time with its offset.
    """
    columns = ", ".join(
        f"{_written(field) if field.name in relation.columns else 'NULL'} AS {sql.name(field.name)}"
        for field in FEEDS[feed].columns
    )
    query = f"SELECT {columns} FROM ({relation.sql_query()}) AS it ORDER BY {_order(feed)}"
    _copy(connection, query, path)


def write_feeds(
    feeds: Feeds, folder: Path, *, form: Literal["csv", "parquet"] = "csv"
) -> tuple[Path, ...]:
    """Every feed present as a canonical file of a folder, a header alone where no row is good."""
    paths = []
    for feed in sorted(feeds.present):
        path, relation = folder / f"{feed}.{form}", feeds.relation(feed)
        if form == "csv":
            write_feed_csv(feeds.connection, feed, relation, path)
        else:
            columns = sql.names(field.name for field in FEEDS[feed].columns)
            query = f"SELECT {columns} FROM ({relation.sql_query()}) AS it ORDER BY {_order(feed)}"
            _copy(feeds.connection, query, path, "FORMAT parquet, COMPRESSION zstd")
        paths.append(path)
    return tuple(paths)


def _copy(
    connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str = "HEADER"
) -> None:
    with atomic_path(path) as fresh:
        connection.execute(f"COPY ({query}) TO {sql.value(str(fresh))} ({options})")


def _order(feed: str) -> str:
    """The key, then the time of recording: of a row and its correction, the row first."""
    return ", ".join(f"it.{sql.name(name)}" for name in (*FEEDS[feed].key, "recorded_at"))


def _written(field: Field) -> str:
    column = f"it.{sql.name(field.name)}"
    if field.type == "ts":
        local = f"make_timestamp(({column} + {LOCAL_OFFSET}) * 1000000)"
        return f"strftime({local}, '%Y-%m-%dT%H:%M:%S') || '+08:00'"
    if field.type == "day":
        return f"strftime(DATE '1970-01-01' + CAST({column} AS INTEGER), '%Y-%m-%d')"
    if field.type == "flag":
        return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' END"
    return _safe(column) if field.type in TEXT_TYPES else column


def _safe(column: str) -> str:
    starts = sql.values(_FORMULA_STARTS)
    return f"CASE WHEN left({column}, 1) IN ({starts}) THEN '''' || {column} ELSE {column} END"


def _put(entry: Path, place: Path) -> None:
    """Move an entry to its place; a folder that stands there makes way, and returns on failure."""
    if not place.is_dir():
        entry.replace(place)
        return
    old = place.with_name(f".{place.name}.{secrets.token_hex(4)}.old")
    place.replace(old)
    try:
        entry.replace(place)
    except BaseException:
        old.replace(place)
        raise
    shutil.rmtree(old) if old.is_dir() else old.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = _DISK_FAULTS.get(error.errno or 0)
        if why is None:
            raise
        raise _refused(path, why) from error
    except duckdb.Error as error:
        if not is_disk_fault(error):
            raise
        raise _refused(path, "the disk is full or failed") from error


def is_disk_fault(error: duckdb.Error) -> bool:
    """Whether a database error is the disk's, not the query's."""
    return any(sign in str(error) for sign in _DISK_SIGNS)


@contextmanager
def room_to_work() -> Iterator[None]:
    """A database error that is the disk's becomes a `DiskError`; others pass."""
    try:
        yield
    except duckdb.Error as error:
        if is_disk_fault(error):
            raise no_room(error) from error
        raise


def no_room(error: Exception) -> DiskError:
    """What to say when the disk gives no room to work in."""
    return DiskError(
        f"There is no room to work in: {shown(error, 200)}.",
        "Free disk space, or set TMPDIR to a disk that has some.",
    )


def _refused(path: Path, why: str) -> DiskError:
    return DiskError(
        f"{path} could not be written: {why}.", "What stood there before still stands."
    )
