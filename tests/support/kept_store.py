"""A store of a log as its contract is tried on it: how it is opened again, and what goes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from evidence_parties import ORIGIN, log_key

from suixin.evidence import checkpoint, note
from suixin.evidence.merkle import Tree, leaf_hash
from suixin.evidence.store import Batch, Store


@dataclass
class Kept:
    """A store, and how it is left and opened again, as by another process."""

    open: Callable[[], Store]
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = self.open()

    def again(self) -> Store:
        self.store.close()
        self.store = self.open()
        return self.store


def batch(first: int, count: int, author: str = "shop.example") -> Batch:
    """Entries that nobody signed: a store checks nothing of what they say."""
    entries = tuple(b"entry %d" % number for number in range(first, first + count))
    return Batch(first, entries, tuple(map(leaf_hash, entries)), {author: first + count})


@cache
def tree(size: int) -> Tree:
    return Tree(batch(0, size).leaves)


def filled(store: Store, sizes: Sequence[int]) -> None:
    for size in sizes:
        store.add(batch(store.size(), size - store.size()))


@cache
def signed(size: int, more: str = "") -> str:
    """A head of the tree of so many entries as a note; a store looks at no signature."""
    text = checkpoint.Checkpoint(ORIGIN, tree(size).head()).text
    last = "".join(f"— {name} AAAAAAA=\n" for name in more.split() if name.isalpha())
    return str(note.Note(text, (note.sign(text, log_key()),))) + last
