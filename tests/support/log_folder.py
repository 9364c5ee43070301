"""A log's folder as a kill leaves it, and what it must hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kept_store import batch, tree

from suixin.evidence import file_store, journal
from suixin.evidence.file_store import FileStore
from suixin.evidence.merkle import Head, root


def added(store: FileStore, *counts: int) -> None:
    for count in counts:
        store.add(batch(store.size(), count))


def left(store: FileStore) -> None:
    """As a kill leaves it: nothing is written any more, and the system takes the lock back."""
    os.close(store._lock)
    store._journal.close()


@contextmanager
def opened(folder: Path) -> Iterator[FileStore]:
    store = FileStore(folder)
    try:
        yield store
    finally:
        left(store)


def holds(store: FileStore, size: int) -> None:
    """These entries, their tree, and the number of the author's next one."""
    assert store.size() == size
    assert tuple(store.entries(0, size)) == batch(0, size).entries
    assert Head(size, root(size, store.node)) == tree(size).head()
    assert store.next_seq("shop.example") == size


def ends(raw: bytes) -> list[tuple[int, int]]:
    """Where each record of a journal ends, and how many entries there are then."""
    found, size = [], 0
    for number, record in enumerate(journal.records(raw)):
        if number:
            size += len(file_store.read_batch(record.content).entries)
        found.append((record.end, size))
    return found
