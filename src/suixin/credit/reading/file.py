"""Files of reviews: CSV, plain or gzipped, read into texts; and what they say, written out."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from suixin.credit.reading.model import ReviewModel
from suixin.credit.reading.model_file import packaged_model
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.data.errors import InputError, shown
from suixin.data.write import atomic_path, csv_safe

Row = dict[str, str]
_Line = tuple[int, str, int, str, str]

TEXT_COLUMNS: Final = ("review", "Reviews", "text", "content", "clause")
"""Where texts are looked for when no column is named, the first that is there."""

_HEADS: Final = ("row", "aspect", "polarity", "confidence", "clause")
_CLAUSE_MAX: Final = 60
_AT_ONCE: Final = 16_384  # Rows held in memory.
_FIELD_MAX: Final = 10_000_000  # Characters of one field; a paste is no fault of the file.


def read_file(
    path: Path,
    column: str | None = None,
    *,
    out: Path | None = None,
    model: ReviewModel | None = None,
) -> Mapping[str, Counter[int]]:
    """Read the reviews of a CSV file: of every aspect, how many reviews say which polarity.

    Into `out` goes a line for every aspect that a row speaks of, and one of its `overall`; rows
    count from 1. A file of any length takes the memory of a few thousand rows. Raises
    `InputError`: NO_FILE, NOT_READ, NO_ROWS, NO_COLUMN.
    """
    reader = model or packaged_model()
    says = reader.says()
    counts: dict[str, Counter[int]] = {name: Counter() for name in says}
    with _writer(out) as write:
        first = 1
        for texts in _texts(path, column):
            found = read_reviews(texts, model=reader)
            write(_lines(found, texts, says, first))
            for aspect, polarity in zip(
                found.aspect.tolist(), found.polarity.tolist(), strict=True
            ):
                counts[says[aspect]][polarity] += 1
            first += len(texts)
    return counts


def read_rows(path: Path) -> tuple[list[Row], str]:
    """The rows of a CSV file, plain or gzipped, and its SHA-256; raises as `read_file` does."""
    with _rows(path) as rows:
        held = list(rows)
    if not held:
        raise _no_rows(path)
    return held, hashlib.sha256(path.read_bytes()).hexdigest()


def text_column(path: Path, columns: Sequence[str], wanted: str | None = None) -> str:
    """The column of the texts: the one wanted, or the first of the usual ones; or NO_COLUMN."""
    usual = (wanted,) if wanted else TEXT_COLUMNS
    chosen = next((name for name in usual if name in columns), None)
    if chosen is None:
        raise InputError(
            "NO_COLUMN",
            f"{path} has no column {' or '.join(usual)}; it has {shown(', '.join(columns))}.",
            "Name the column of the texts, or call it `review`.",
        )
    return chosen


def _texts(path: Path, column: str | None) -> Iterator[list[str]]:
    """The texts of a file, some thousands at a time."""
    held: list[str] = []
    found = False
    with _rows(path) as rows:
        name = None
        for row in rows:
            name = name or text_column(path, list(row), column)
            held.append(row[name])
            if len(held) == _AT_ONCE:
                found = True
                yield held
                held = []
    if not held and not found:
        raise _no_rows(path)
    if held:
        yield held


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of a CSV file as they are read; what cannot be read raises NOT_READ."""
    if not path.is_file():
        raise InputError("NO_FILE", f"{path} is no file.", "Name a CSV file of reviews.")
    csv.field_size_limit(_FIELD_MAX)
    try:
        with _opened(path) as file:
            yield (
                {name: value or "" for name, value in row.items() if name is not None}
                for row in csv.DictReader(file)
            )
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as wrong:
        reason = "it is not UTF-8" if isinstance(wrong, UnicodeDecodeError) else shown(wrong)
        raise InputError(
            "NOT_READ",
            f"{path} cannot be read as CSV: {reason}.",
            "Save it as CSV in UTF-8, plain or gzipped.",
        ) from wrong


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


@contextmanager
def _writer(out: Path | None) -> Iterator[Callable[[Iterable[_Line]], object]]:
    """What writes lines to a file, whole or not at all; to nowhere where there is no `out`."""
    if out is None:
        yield lambda lines: None
        return
    with atomic_path(out) as fresh, fresh.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(_HEADS)
        yield lines.writerows


def _lines(
    found: Readings, texts: Sequence[str], says: Sequence[str], first: int
) -> Iterator[_Line]:
    columns = (found.review, found.aspect, found.polarity, found.confidence, found.begin, found.end)
    for review, aspect, polarity, sure, begin, end in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        clause = csv_safe(shown(texts[review][begin:end], _CLAUSE_MAX))
        yield first + review, says[aspect], polarity, f"{sure:.4f}", clause


def _no_rows(path: Path) -> InputError:
    return InputError("NO_ROWS", f"{path} holds no row.", "Name a file with reviews in it.")
