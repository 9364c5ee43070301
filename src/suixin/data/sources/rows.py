"""Canonical rows in the making: text for every column, and where each row came from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from suixin.data.feed import FEEDS
from suixin.data.lake import Loader
from suixin.data.quarantine import SetAside
from suixin.data.schema import ID_LENGTH
from suixin.data.sources.expression import Secret
from suixin.data.sources.facts import Fact
from suixin.data.sources.mapping import Mapping as SourceMapping
from suixin.data.sources.values import keyed_hash

UNKNOWN: Final = "unknown"
_ROWS: Final = "mapped_rows"
_LAID: Final = "mapped_rows_laid"


@dataclass(slots=True)
class Rows:
    """What a mapping gives: rows by feed, rows set aside, notes and what was counted."""

    mapping: SourceMapping
    hash_key: bytes
    of: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    connected: set[str] = field(default_factory=set)
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def add(
        self, feed: str, fact: Fact, subject: str, when: tuple[int, int], own: Mapping[str, Any]
    ) -> None:
        """One row about `subject`, true and learned at the two instants of `when`."""
        occurred, recorded = when
        consent = self.mapping.consent if FEEDS[feed].consent == "required" else None
        self.of.setdefault(feed, []).append(
            {
                "source": self.mapping.name,
                "subject": subject,
                "occurred_at": occurred,
                "recorded_at": max(occurred, recorded),
                "consent": consent,
                "file": fact.file,
                "line": fact.line,
                **own,
            }
        )

    def party(self, shop: str, who: str | Secret | None) -> str | None:
        """An id as it may leave: an open id as this shop's own keyed hash, any other as it is."""
        if isinstance(who, Secret):
            return keyed_hash(self.hash_key, self.mapping.name, shop, who.text)
        return who

    def lay(self, loader: Loader) -> None:
        """Hand everything over: rows, rows set aside, notes, and which feeds are connected."""
        for feed in sorted(self.connected):
            loader.connect(feed)
        for feed, rows in self.of.items():
            loader.connection.register(_ROWS, _table(feed, rows))
            loader.connection.execute(f"CREATE TABLE {_LAID} AS SELECT * FROM {_ROWS}")
            loader.connection.unregister(_ROWS)
            loader.add(feed, loader.connection.table(_LAID))
            loader.connection.execute(f"DROP TABLE {_LAID}")
        for row in self.set_aside:
            loader.set_aside(row)
        for text in self.notes:
            loader.note(text)


def _table(feed: str, rows: list[dict[str, Any]]) -> dict[str, np.ndarray[Any, np.dtype[Any]]]:
    """Rows as columns: whole numbers where all are, else text; columns without a value left out."""
    table: dict[str, np.ndarray[Any, np.dtype[Any]]] = {}
    for name in (*(column.name for column in FEEDS[feed].columns), "file", "line"):
        values = [row.get(name) for row in rows]
        if all(type(value) is int for value in values):
            table[name] = np.array(values, dtype=np.int64)
        elif name in FEEDS[feed].required or any(value is not None for value in values):
            texts = [value if value is None else str(value) for value in values]
            table[name] = np.array(texts, dtype=object)
    return table


def short(text: str) -> str:
    """An id of at most 64 characters: a longer one keeps its head and a digest of the whole.

    >>> short("6900/12"), len(short("x" * 100))
    ('6900/12', 64)
    """
    if len(text) <= ID_LENGTH:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{text[: ID_LENGTH - 33]}~{digest}"
