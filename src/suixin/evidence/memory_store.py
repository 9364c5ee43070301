"""A log in memory: for tests, for what need not last, and as the plainest answer to the port."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from suixin.evidence.merkle import Head, ProofError, Tree
from suixin.evidence.store import Batch, StoreFault


class MemoryStore:
    """Entries in a list, nodes in a `Tree`.

    >>> store = MemoryStore()
    >>> store.size(), store.published(), store.next_seq("shop.example")
    (0, None, 0)
    """

    def __init__(self) -> None:
        self._entries: list[bytes] = []
        self._tree = Tree()
        self._index: dict[bytes, int] = {}
        self._authors: dict[str, int] = {}
        self._note: str | None = None

    def size(self) -> int:
        return len(self._entries)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        if not 0 <= start <= end <= len(self._entries):
            raise ProofError("SIZE", f"There are no entries {start} to {end} in {self.size()}.")
        return islice(self._entries, start, end)

    def node(self, level: int, index: int) -> bytes:
        return self._tree.node(level, index)

    def head(self) -> Head:
        """The tree's head."""
        return self._tree.head()

    def find(self, leaf: bytes) -> int | None:
        return self._index.get(leaf)

    def add(self, batch: Batch) -> None:
        if batch.first != len(self._entries):
            raise StoreFault("WRITER", f"The log has {self.size()} entries, not {batch.first}.")
        self._index.update({leaf: batch.first + at for at, leaf in enumerate(batch.leaves)})
        self._entries += batch.entries
        self._tree.extend(batch.leaves)
        self._authors.update(batch.authors)

    def next_seq(self, author: str) -> int:
        return self._authors.get(author, 0)

    def published(self) -> str | None:
        return self._note

    def publish(self, note: str, size: int) -> None:
        self._note = note

    def close(self) -> None:
        pass
