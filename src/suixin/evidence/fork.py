"""Forks: two checkpoints of one log that cannot both be true, kept so that anybody can check it.

Of one size with two roots, the two notes say it themselves. Of two sizes, the larger tree's own
proof says it: it begins with as many leaves as the smaller one, but with another root.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suixin.data.errors import InputError
from suixin.evidence import checkpoint, note
from suixin.evidence.canonical import CanonicalFault, entry_bytes, read_entry
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.keys import Verifier, decoded
from suixin.evidence.merkle import (
    Head,
    Node,
    ProofError,
    check_consistency,
    consistency,
    root,
)


class Finding(StrEnum):
    """What two checkpoints of one log are to one another."""

    AGREE = "agree"
    FORK = "fork"
    UNPROVEN = "unproven"  # No proof either way could be had.


@dataclass(frozen=True, slots=True)
class Fork:
    """Two notes of one log; where their sizes differ, the larger tree's root at the smaller size.

    Nothing here is believed until `check` has opened the notes.
    """

    smaller: str
    larger: str
    other_root: bytes = b""
    path: tuple[bytes, ...] = ()

    def check(self, keys: Collection[Verifier]) -> Checkpoint:
        """The smaller checkpoint; raises `NoteError` or `ProofError` unless these keys forked.

        >>> from suixin.evidence.keys import ED25519, Signer
        >>> log = Signer("bank.example/suixin/1", ED25519, bytes(32))
        >>> two = [Checkpoint(log.name, Head(1, bytes([n]) * 32)).text for n in (1, 2)]
        >>> Fork(*(note.write(text, [note.sign(text, log)]) for text in two)).check(
        ...     [log.verifier]
        ... ).size
        1
        """
        one, other = (
            checkpoint.read(note.open(raw, keys).text) for raw in (self.smaller, self.larger)
        )
        if one.origin != other.origin:
            raise ProofError("ROOT", "The two checkpoints are of two logs.")
        claimed = self.other_root or other.root
        if claimed == one.root:
            raise ProofError("ROOT", "Both checkpoints have one root; there is no fork.")
        check_consistency(Head(one.size, claimed), other.head, self.path)
        return one

    def text(self) -> str:
        """As canonical JSON, to be kept and sent."""
        path = [b64encode(step).decode() for step in self.path]
        whole = {
            "larger": self.larger,
            "other_root": b64encode(self.other_root).decode(),
            "path": path,
            "smaller": self.smaller,
            "v": 1,
        }
        return entry_bytes(whole).decode() + "\n"


def read(raw: bytes) -> Fork:
    """A fork as it was kept; raises `InputError` FORK where the text is none.

    >>> fork = Fork("one", "other", bytes(32))
    >>> read(fork.text().encode()) == fork
    True
    """
    try:
        return of(read_entry(raw.removesuffix(b"\n")))
    except CanonicalFault as fault:
        raise _no_fork() from fault


def of(told: Any) -> Fork:
    """A fork from the value of its JSON; raises `InputError` FORK where it is none."""
    try:
        notes = told["smaller"], told["larger"]
        hashes = [decoded(text) for text in (told["other_root"], *told["path"])]
    except (KeyError, TypeError, AttributeError) as fault:
        raise _no_fork() from fault
    found = [one for one in hashes if one is not None]
    if len(found) != len(hashes) or not all(isinstance(one, str) for one in notes):
        raise _no_fork()
    return Fork(*notes, found[0], tuple(found[1:]))


def _no_fork() -> InputError:
    return InputError("FORK", "This is not the record of a fork.", "Send the file as it was kept.")


def compare(one: str, other: str, node: Node | None = None) -> tuple[Finding, Fork | None]:
    """Hold two opened checkpoints of one log together, with the log's own tree as it is now.

    The notes must have been opened before; `node` gives the tree that the log serves, or None where
    it serves none. A fork is returned as what proves it, what is unproven as the two notes.
    """
    (small, smaller), (large, larger) = sorted(
        ((checkpoint.read(note.read(raw).text), raw) for raw in (one, other)),
        key=lambda pair: pair[0].size,
    )
    if small.origin != large.origin:
        raise ValueError(f"{small.origin} and {large.origin} are two logs.")
    bare = Fork(smaller, larger)
    if small.size in (0, large.size):
        return (Finding.AGREE, None) if small.root == large.root or not small.size else (
            Finding.FORK, bare)  # fmt: skip
    if node is None:
        return Finding.UNPROVEN, bare
    try:
        path = consistency(small.size, large.size, node)
        then = root(small.size, node)
        check_consistency(Head(small.size, then), large.head, path)
    except (ProofError, LookupError):
        return Finding.UNPROVEN, bare
    if then == small.root:
        return Finding.AGREE, None
    return Finding.FORK, Fork(smaller, larger, then, path)


def first_difference(size: int, ours: Node, theirs: Node) -> int | None:
    """The first of so many entries whose leaf hash is another in their tree, or None.

    It goes down from the largest complete subtrees, so a few hashes tell.

    >>> from suixin.evidence.merkle import Tree, leaf_hash
    >>> one, other = ([leaf_hash(b"%d" % k) for k in range(7)] for _ in range(2))
    >>> other[5] = leaf_hash(b"another")
    >>> first_difference(7, Tree(one).node, Tree(other).node)
    5
    """
    start = 0
    while start < size:
        level = (size - start).bit_length() - 1
        if ours(level, start >> level) != theirs(level, start >> level):
            break
        start += 1 << level
    else:
        return None
    while level:
        level -= 1
        if ours(level, start >> level) == theirs(level, start >> level):
            start += 1 << level
    return start
