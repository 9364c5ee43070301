"""Which files of a folder are feeds: `orders.csv`, `orders-2026-05.csv.gz`, `orders/…`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from suixin.data.errors import InputError, shown
from suixin.data.feed import FEEDS, nearest

Form = Literal["csv", "xlsx", "jsonl", "parquet"]

FORMS: dict[str, Form] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
# Answers to a demonstration county's riddles, and what entity resolution reads; never a feed.
_NOT_FEEDS = ("truth", "registers")
# What our own commands write beside feeds.
_OURS = ("_seen.csv", "quarantine.csv", "scores.csv", "scores.parquet")


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A file of a feed. `name` is its path inside the folder, which becomes each row's batch."""

    feed: str
    path: Path
    name: str
    form: Form
    packed: bool


def find(folder: Path) -> tuple[tuple[FeedFile, ...], tuple[str, ...]]:
    """The files of a folder that are feeds, in order of name, and notes on those that are not.

    Raises `InputError` when the folder is missing or holds no feed.
    """
    if not folder.is_dir():
        wrong = "is a file, not a folder" if folder.exists() else "does not exist"
        raise InputError(
            "NO_FOLDER", f"{shown(folder)} {wrong}.", "Give the folder that holds the feeds."
        )
    # Files read in place are read again later, perhaps from another working directory.
    folder = folder.resolve()
    found: list[FeedFile] = []
    notes: list[str] = []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        form, packed, stem = _form(path)
        if form is None:
            continue
        feed = _feed_named(path.parent.name) if path.parent != folder else _feed_named(stem)
        if feed is None:
            notes.append(_unknown(name, stem if path.parent == folder else path.parent.name))
        else:
            found.append(FeedFile(feed, path, name, form, packed))
    if not found:
        raise InputError(
            "NO_FEED",
            f"{shown(folder)} holds no feed.",
            " ".join(
                [*notes, "A feed is a file such as orders.csv; docs/feeds.md lists their names."]
            ),
        )
    return tuple(found), tuple(notes)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.name.endswith(_OURS):
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in _NOT_FEEDS:
            inside = (p for p in sorted(path.iterdir()) if not p.name.startswith((".", "~$")))
            yield from (p for p in inside if p.is_file())


def _form(path: Path) -> tuple[Form | None, bool, str]:
    name, packed = path.name, path.suffix.lower() == ".gz"
    if packed:
        name = name[:-3]
    bare = Path(name)
    return FORMS.get(bare.suffix.lower()), packed, bare.stem


def _feed_named(stem: str) -> str | None:
    word = stem.split("-")[0].split(".")[0]
    return word if word in FEEDS else None


def _unknown(name: str, word: str) -> str:
    close = nearest(word.split("-")[0], FEEDS)
    hint = f"; nearest is {close}" if close else ""
    return f"{shown(name)} is not named after a feed and was not read{hint}."
