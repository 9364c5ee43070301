"""What a log is kept in, as a port: files, memory or a database answer alike.

One writer at a time. What `add` and `publish` returned from is durable; what they raised from has
not happened. A store checks nothing of what an entry says: `suixin.evidence.log` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from suixin.data.errors import InputError


class StoreFault(InputError):
    """A store that cannot be used.

    NO_LOG: there is none. LOCKED: another writer has it. DAMAGED: what it kept has been changed.
    WRITER: a batch that does not begin where the log ends, so another wrote between. CLOSED.
    """


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that become durable together or not at all.

    `first` is the index of the first; `leaves` are their leaf hashes; `authors` says of each who
    wrote in it, by name, which number his next entry will have.
    """

    first: int
    entries: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    authors: Mapping[str, int]

    def __post_init__(self) -> None:
        if len(self.entries) != len(self.leaves):
            raise ValueError("A batch has one leaf hash for each entry.")


class Source(Protocol):
    """A log that can be read: a store, a mirror, or static files."""

    def size(self) -> int:
        """How many entries there are."""
        ...

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Entries by index, from start to before end."""
        ...

    def node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2**level leaves from leaf index * 2**level on."""
        ...

    def find(self, leaf: bytes) -> int | None:
        """The index of a leaf hash, or None."""
        ...


class Store(Source, Protocol):
    """A log that can be written."""

    def add(self, batch: Batch) -> None:
        """Keep entries, tree and the authors' numbers in one transaction; durable on return."""
        ...

    def next_seq(self, author: str) -> int:
        """The number that the next entry of this author will have; 0 for his first."""
        ...

    def published(self) -> str | None:
        """The last signed checkpoint, with whatever cosignatures it has."""
        ...

    def publish(self, note: str, size: int) -> None:
        """Keep a signed checkpoint of that size as the last, and serve the tiles of that size."""
        ...

    def close(self) -> None:
        """Let another writer have it."""
        ...
