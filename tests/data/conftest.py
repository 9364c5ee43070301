"""Folders of feeds for the tests: rows that are right, changed by what a case says is wrong."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

from suixin.data.feed import FEEDS
from suixin.data.lake import Feeds, Limits
from suixin.data.read import read_feeds
from suixin.data.schema import Field

TODAY = date(2026, 6, 30)
EXAMPLES = {
    "hash": "ab" * 32,
    "text": "好",
    "ids": "messages;memberships",
    "ts": "2026-05-31T10:00:00+08:00",
    "day": "2026-05-31",
    "fen": "100",
    "bps": "10000",
    "n": "1",
    "g": "500",
    "int": "1",
    "flag": "yes",
    "degrees": "30.5",
}
# Where one field's example must fit another's.
FITTING = {("settlements", "commission"): "0", ("settlements", "refund_netted"): "0"}


def example(feed: str, field: Field) -> str:
    """A right value for a field, as a file holds it; ids that are referred to are the same."""
    if field.null:
        return ""
    if (feed, field.name) in FITTING:
        return FITTING[feed, field.name]
    if field.values is not None:
        return field.values[0]
    if field.pattern is not None:
        return "330100001001"
    if field.type == "id":
        return field.references or f"{feed}.{field.name}"
    return EXAMPLES[field.type]


def right_row(feed: str, **changes: str | None) -> dict[str, str]:
    """A row of a feed in which nothing is wrong but what the changes make wrong."""
    row = {field.name: example(feed, field) for field in FEEDS[feed].columns}
    if FEEDS[feed].consent == "required":
        row["consent"] = "c-1"
    return row | {name: value or "" for name, value in changes.items()}


def as_csv(rows: Iterable[Mapping[str, str]], columns: Iterable[str] | None = None) -> str:
    """Rows as the text of a CSV file."""
    listed = list(rows)
    header = list(columns or listed[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


class Folder:
    """A folder being filled with feed files, and read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[Feeds] = []

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file; .gz names are packed."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        file.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return file

    def rows(self, feed: str, *changes: Mapping[str, str | None]) -> Path:
        """Write right rows of a feed, each with its changes, as `feed.csv`."""
        return self.put(f"{feed}.csv", as_csv(right_row(feed, **change) for change in changes))

    def read(self, **options: object) -> Feeds:
        """Read the folder, as of the tests' day; closed at the end of the test."""
        given = {"today": TODAY, "via_bureau_feeds": frozenset[str](), **options}
        feeds = read_feeds(self.path, **given)
        self.opened.append(feeds)
        return feeds


@pytest.fixture
def folder(tmp_path: Path) -> Iterable[Folder]:
    """An empty folder for feeds."""
    place = Folder(tmp_path / "feeds with a space")
    place.path.mkdir()
    yield place
    for feeds in place.opened:
        feeds.close()


@pytest.fixture
def small_lines() -> Limits:
    """Limits under which a line of over 10,000 bytes is too long."""
    return Limits(line_bytes=10_000)


Rows = Callable[..., dict[str, str]]


@pytest.fixture
def right() -> Rows:
    """Makes a right row of a feed, with changes."""
    return right_row
