"""The header of a table: which columns a feed takes from it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suixin.data.errors import InputError, shown
from suixin.data.feed import nearest
from suixin.data.schema import INTEGER_TYPES, Feed

# A first row of data with this many cells in columns of times and numbers, and not one digit in
# any of them, is a second header.
_WORDS_IN_NUMBERS = 2
_WITH_DIGITS = INTEGER_TYPES | {"ts", "day", "degrees"}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, of which `places` are those the feed takes."""

    columns: tuple[str, ...]
    places: dict[str, int]
    notes: tuple[str, ...]


def read_header(feed: Feed, name: str, cells: Sequence[str], below: Sequence[str]) -> Header:
    """Judge a header and the row below it; raises `InputError` when the file cannot be used.

    >>> from suixin.data.feed import FEEDS
    >>> feed = FEEDS["store_ratings"]
    >>> given = [*feed.required[:-1], "rating"]
    >>> read_header(feed, "store_ratings.csv", given, [])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: store_ratings.csv has no column rating_hundredths. ...
    """
    columns = tuple(cell.strip() for cell in cells)
    known = {field.name for field in feed.columns}
    _refuse_forbidden(feed, name, columns)
    if not known.intersection(columns) and len(known.intersection(c.strip() for c in below)) > 1:
        raise _two_headers(name, "first", "the header is the second row")
    for column in columns:
        if column in known and columns.count(column) > 1:
            raise InputError(
                "TWO_COLUMNS", f"{name} has the column {column} twice.", "Delete one of them."
            )
    spare = [column for column in columns if column and column not in known]
    for required in feed.required:
        if required not in columns:
            close = nearest(required, spare)
            hint = (
                f'Nearest is "{shown(close)}": rename it, or add the column.'
                if close
                else f"A {feed.name} file needs: {', '.join(feed.required)}."
            )
            raise InputError("MISSING_COLUMN", f"{name} has no column {required}.", hint)
    places = {column: i for i, column in enumerate(columns) if column in known}
    if _is_header(feed, columns, below):
        raise _two_headers(name, "second", "a second header row stands under the first")
    return Header(columns, places, tuple(_spare(name, feed, c, columns) for c in spare))


def _refuse_forbidden(feed: Feed, name: str, columns: Sequence[str]) -> None:
    for column in columns:
        if column.casefold() in feed.forbidden:
            raise InputError(
                "FORBIDDEN_COLUMN",
                f'{name} has a column "{shown(column)}": {feed.name} hold no text, for privacy.',
                "Delete the column and read again; nothing of the file was kept.",
            )


def _two_headers(name: str, row: str, why: str) -> InputError:
    return InputError(
        "TWO_HEADERS", f"{name} has two header rows: {why}.", f"Delete the {row} row."
    )


def _is_header(feed: Feed, columns: Sequence[str], below: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in below]
    if any(cells) and cells == list(columns):
        return True
    words = 0
    types = {field.name: field.type for field in feed.columns}
    for column, cell in zip(columns, cells, strict=False):
        if cell and types.get(column) in _WITH_DIGITS:
            if any(letter.isdigit() for letter in cell):
                return False
            words += 1
    return words >= _WORDS_IN_NUMBERS


def _spare(name: str, feed: Feed, column: str, columns: Sequence[str]) -> str:
    close = nearest(column, [f.name for f in feed.columns if f.name not in columns])
    hint = f"; nearest is {close}" if close else ""
    return f'{name}: column "{shown(column)}" is not one of {feed.name} and was not read{hint}.'
