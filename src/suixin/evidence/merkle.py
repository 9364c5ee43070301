"""The Merkle tree of RFC 9162 section 2.1: roots, proofs of inclusion and of consistency.

Whoever makes a proof gives a `Node`: from (level, index) to the hash of the complete subtree of
2**level leaves that begins at leaf index * 2**level. Whoever checks one needs nothing but hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from suixin.data.errors import InputError

Node = Callable[[int, int], bytes]

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1
EMPTY_ROOT: Final = sha256(b"").digest()


class ProofError(InputError):
    """A proof, or a head it is held against, that must be refused.

    HASH: not 32 bytes. SIZE: a size or index that cannot be. PATH: too few or too many hashes.
    ROOT: the path leads to another root.
    """


def _hash(what: str, value: bytes) -> None:
    if len(value) != HASH_BYTES:
        raise ProofError("HASH", f"{what} has {len(value)} bytes; a hash has 32.")


@dataclass(frozen=True, slots=True)
class Head:
    """A tree in short: how many leaves it has, and its root. A root not of 32 bytes is refused.

    >>> Head(0, EMPTY_ROOT).size
    0
    >>> Head(1, b"short")
    Traceback (most recent call last):
    ...
    suixin.evidence.merkle.ProofError: The root has 5 bytes; a hash has 32.
    """

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size <= SIZE_MAX:
            raise ProofError("SIZE", f"A tree of {self.size} leaves cannot be.")
        _hash("The root", self.root)
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise ProofError(
                "ROOT", "A tree without leaves has one root alone, SHA-256 of nothing."
            )


EMPTY: Final = Head(0, EMPTY_ROOT)


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf.

    >>> leaf_hash(b"").hex()[:8]
    '6e340b9c'
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two nodes."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The complete nodes of a growing tree, in memory: 64 bytes a leaf. It only adds.

    >>> tree = Tree([leaf_hash(b"one"), leaf_hash(b"two"), leaf_hash(b"three")])
    >>> path = inclusion(2, 3, tree.node)
    >>> check_inclusion(leaf_hash(b"three"), 2, path, tree.head())
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes, each of 32 bytes, and every node they complete."""
        added = tuple(leaves)
        if set(map(len, added)) - {HASH_BYTES}:
            raise ProofError("HASH", "A hash has 32 bytes, and so has every leaf hash.")
        self._levels[0] += b"".join(added)
        for level, below in enumerate(self._levels):
            full = len(below) // 64 * 64
            if not full:
                break
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            above += b"".join(
                [
                    sha256(b"\x01" + below[at : at + 64]).digest()
                    for at in range(len(above) * 2, full, 64)
                ]
            )

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises `ProofError` where the tree has none."""
        at = index * HASH_BYTES
        if not 0 <= level < len(self._levels) or not 0 <= at < len(self._levels[level]):
            raise ProofError("SIZE", f"The tree of {len(self)} leaves has no node {level}/{index}.")
        return bytes(self._levels[level][at : at + HASH_BYTES])

    def head(self, size: int | None = None) -> Head:
        """The tree's head, or what it was at a smaller size."""
        size = len(self) if size is None else size
        return Head(size, root(size, self.node))


class Peaks:
    """The roots of a tree's complete subtrees, largest first: all it takes to grow it by a leaf.

    >>> grown = Peaks()
    >>> grown.push(leaf_hash(b"one"))
    >>> grown.head() == Tree([leaf_hash(b"one")]).head()
    True
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, node: Node | None = None) -> None:
        self.size = size
        self._peaks = _subtrees(0, size, node) if node else []

    def push(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        merged = self.size
        while merged & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            merged >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def head(self) -> Head:
        """Size and root as they are."""
        return Head(self.size, _folded(self._peaks) if self._peaks else EMPTY_ROOT)


def root(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves.

    >>> root(0, Tree().node) == EMPTY_ROOT
    True
    """
    if size < 0:
        raise ProofError("SIZE", f"A tree of {size} leaves cannot be.")
    return _range(0, size, node) if size else EMPTY_ROOT


def inclusion(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The path from a leaf to the root of the first `size` leaves, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ProofError("SIZE", f"A tree of {size} leaves has no leaf {index}.")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    return tuple(reversed(path))


def consistency(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """The proof that the first `new` leaves begin with the first `old`; none where either is all.

    >>> consistency(0, 3, Tree([leaf_hash(b"")] * 3).node)
    ()
    """
    if not 0 <= old <= new:
        raise ProofError("SIZE", f"A tree of {new} leaves does not begin with one of {old}.")
    if old in (0, new):
        return ()
    path, start, end = [], 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    if start:
        path.append(_range(start, end, node))
    return tuple(reversed(path))


def check_inclusion(leaf: bytes, index: int, path: Sequence[bytes], head: Head) -> None:
    """Hold a leaf hash and its path against a head; raises `ProofError` unless they agree.

    RFC 9162 section 2.1.3.2.
    """
    _hash("The leaf hash", leaf)
    _hashes(path)
    if not 0 <= index < head.size:
        raise ProofError("SIZE", f"A tree of {head.size} leaves has no leaf {index}.")
    here, last, found = index, head.size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("PATH", f"The path has {len(path)} hashes, too many for the size.")
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("PATH", f"The path has {len(path)} hashes, too few for the size.")
    if found != head.root:
        raise ProofError("ROOT", f"Leaf {index} and its path lead to another root.")


def check_consistency(old: Head, new: Head, path: Sequence[bytes]) -> None:
    """Whether the new tree begins with the old; raises `ProofError` unless the path proves it.

    RFC 9162 section 2.1.4.2; from nothing to anything, and from a tree to itself, by no hash.
    """
    _hashes(path)
    if old.size > new.size:
        raise ProofError("SIZE", f"{new.size} leaves do not begin with {old.size}.")
    if old.size in (0, new.size):
        if path:
            raise ProofError("PATH", f"The path has {len(path)} hashes where none is needed.")
        if old.size and old.root != new.root:
            raise ProofError("ROOT", f"Two roots for one size, {old.size}.")
        return
    here, last = old.size - 1, new.size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    steps = iter(path) if here else iter((old.root, *path))
    was = now = next(steps, b"")
    if not was:
        raise ProofError("PATH", "The path has no hash where some are needed.")
    for sibling in steps:
        if last == 0:
            raise ProofError("PATH", f"The path has {len(path)} hashes, too many for the sizes.")
        if here & 1 or here == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("PATH", f"The path has {len(path)} hashes, too few for the sizes.")
    if was != old.root or now != new.root:
        raise ProofError("ROOT", f"{old.size} and {new.size} leaves are not of one tree.")


def _range(start: int, end: int, node: Node) -> bytes:
    """The root of leaves start to end; start is a multiple of the powers of two that end needs."""
    return _folded(_subtrees(start, end, node))


def _subtrees(start: int, end: int, node: Node) -> list[bytes]:
    """The complete subtrees of leaves start to end, largest first."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(node(level, start >> level))
        start += 1 << level
    return found


def _folded(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, largest first."""
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def _split(count: int) -> int:
    """The largest power of two below a count above one."""
    return 1 << (count - 1).bit_length() - 1


def _hashes(path: Sequence[bytes]) -> None:
    for at, value in enumerate(path):
        _hash(f"Hash {at} of the path", value)
