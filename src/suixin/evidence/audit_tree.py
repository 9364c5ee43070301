"""The tree of an audited log: entries, hashes, tiles and authors, from first to last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from suixin.data.errors import InputError, shown
from suixin.evidence import entry as sealed
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import HASH_BYTES, Head, leaf_hash
from suixin.evidence.policy import is_ours
from suixin.evidence.tiles import (
    ENTRIES,
    LEVEL_BITS,
    WIDTH,
    BundleFault,
    Edge,
    Tile,
    read_path,
    spans,
    unbundle,
)

_PARTS: Final = frozenset({"policy", "checkpoint", "journal", "lock"})


class Files(Protocol):
    """The files of a log, by their paths in its folder."""

    def names(self) -> Iterable[str]:
        """Every path."""
        ...

    def read(self, name: str) -> bytes | None:
        """What stands there, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not hold: in which file, and at which entry where it is one's."""

    file: str
    wrong: str
    entry: int | None = None

    def __str__(self) -> str:
        if self.entry is None:
            return f"{self.file}: {self.wrong}"
        return f"entry {self.entry} ({self.file}): {self.wrong}"


class Wrong(Exception):
    """An audit ends here."""

    def __init__(self, file: str, wrong: str, entry: int | None = None) -> None:
        self.fault = Fault(file, wrong.rstrip("."), entry)
        super().__init__(str(self.fault))


@dataclass(slots=True)
class Journaled:
    """What a journal tells: entries from `first` on, and each author's next number."""

    first: int = 0
    entries: list[bytes] = field(default_factory=list)
    authors: dict[str, int] | None = None  # None: there is no journal.

    @property
    def end(self) -> int:
        """The index after the last entry."""
        return self.first + len(self.entries)


@dataclass(slots=True)
class _Stored:
    """Tiles and bundles that stand in the folder, by level and index: width to path."""

    files: Files
    tiles: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    held: int = 0

    def look(self) -> None:
        found: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
        for name in self.files.names():
            tile = read_path(name)
            if tile is not None:
                found[tile.level, tile.index][tile.width] = name
            elif name not in _PARTS:
                self.strange.append(name)
        self.tiles = dict(found)

    def take(self, level: int, index: int) -> list[tuple[int, str, bytes]]:
        """Width, path and bytes of each file of a tile, the widest first; asked for once."""
        found = self.tiles.pop((level, index), {})
        self.held += len(found)
        widest_first = sorted(found.items(), reverse=True)
        return [(width, path, self.files.read(path) or b"") for width, path in widest_first]

    def first_unfit(self, first: int, entries: Sequence[bytes]) -> int | None:
        """The index of the first of these entries that is not what the tile's hash says of it."""
        index, hashes = -1, b""
        for at, raw in enumerate(entries, first):
            if at // WIDTH != index:
                index = at // WIDTH
                widths = self.tiles.get((0, index), {0: ""})
                hashes = self.files.read(widths[max(widths)]) or b""
            told = hashes[at % WIDTH * HASH_BYTES :][:HASH_BYTES]
            if told and told != leaf_hash(raw):
                return at
        return None

    def entries(self) -> int:
        """How many entries the bundles have by their names."""
        return max(
            (
                index * WIDTH + max(widths)
                for (level, index), widths in self.tiles.items()
                if level == ENTRIES
            ),
            default=0,
        )


@dataclass(frozen=True, slots=True)
class Claims:
    """What the tree is held to: the heads by their files, the last one first; journal; authors."""

    heads: tuple[tuple[str, Checkpoint], ...]
    journaled: Journaled
    authors: tuple[Verifier, ...]

    @property
    def signed(self) -> Checkpoint:
        """The last signed head."""
        return self.heads[0][1]

    def due(self) -> dict[int, list[tuple[str, Head]]]:
        """Roots by the size at which they must be found."""
        found: dict[int, list[tuple[str, Head]]] = defaultdict(list)
        for file, head in self.heads:
            found[head.size].append((file, head.head))
        return found


def held(
    files: Files, claims: Claims, told: Callable[[int, int], None]
) -> Iterator[tuple[str, str]]:
    """The checks of entries, tiles and authors, as each is done; raises `Wrong`."""
    stored, signed, journaled = _Stored(files), claims.signed, claims.journaled
    stored.look()
    _all_there(stored, signed.size)
    size = max(stored.entries(), journaled.end)
    for file, head in claims.heads:
        if head.size > size:
            raise Wrong(file, f"is missing; {head.size} are signed", size)
    known = sealed.authors(claims.authors) if is_ours(signed.origin) else None
    grown, seqs, due = Edge(), dict[str, int](), claims.due()
    _grow(stored, grown, due, ())
    for index in range(-(-size // WIDTH)):
        found, where = _bundle(stored, index, journaled, min(WIDTH, size - index * WIDTH))
        leaves = [leaf_hash(raw) for raw in found]
        _same(stored, 0, index, b"".join(leaves), where)  # First, for this names the entry.
        _grow(stored, grown, due, leaves)
        if known is not None:
            for at, raw in enumerate(found, index * WIDTH):
                _author(raw, known, seqs, at, where)
        told(index * WIDTH + len(found), size)
    for level in range(len(spans(size))):
        last = size >> LEVEL_BITS * (level + 1)
        _same(stored, level, last, b"".join(grown.hashes(level)))
    for widths in stored.tiles.values():
        raise Wrong(widths[max(widths)], f"is of no entry; there are {size}")
    yield from _lines(stored, claims, size)
    if known is None:
        yield "authors", f"not checked: {shown(signed.origin)} is no log with authors"
        return
    if journaled.authors is not None and journaled.authors != seqs:
        raise Wrong("journal", "its authors have other numbers than their entries")
    yield "authors", f"{len(seqs)} signed, each numbered without a gap"


def _lines(stored: _Stored, claims: Claims, size: int) -> Iterator[tuple[str, str]]:
    signed, kept = claims.signed.size, len(claims.heads) - 1
    later = f"; {size - signed} more are not signed yet" * (size > signed)
    older = f"; so do {kept} kept heads" * (kept > 0)
    yield "entries", f"{signed} lead to the signed root{older}{later}"
    yield "tiles", f"{stored.held} files are what they are made of"
    strange = sorted(set(stored.strange) - {file for file, _ in claims.heads})
    if strange:
        names = ", ".join(shown(name) for name in strange[:5])
        yield "other", f"{len(strange)} files are not looked into: {names}"


def _all_there(stored: _Stored, size: int) -> None:
    """Every tile and bundle that a tree of the signed size has must stand there."""
    levels = [(ENTRIES, *spans(size)[0])] if size else []
    levels += [(level, full, width) for level, (full, width) in enumerate(spans(size))]
    for level, full, width in levels:
        for index in range(full + (width > 0)):
            wanted = WIDTH if index < full else width
            there = stored.tiles.get((level, index), {})
            if wanted not in there and WIDTH not in there:
                first = index * WIDTH << LEVEL_BITS * max(level, 0)
                raise Wrong(Tile(level, index, wanted).path, "is missing", first)


def _bundle(
    stored: _Stored, index: int, journaled: Journaled, wanted: int
) -> tuple[list[bytes], str]:
    """The entries of a bundle, its copies and the journal alike; and the file they are from."""
    first, found, where = index * WIDTH, list[bytes](), "journal"
    for width, path, raw in stored.take(ENTRIES, index):
        entries, wrong = _unbundled(raw, width)
        if wrong:
            at = stored.first_unfit(first, entries)
            raise Wrong(path, wrong, first + min(len(entries), width) if at is None else at)
        if not found:
            found, where = entries, path
        _alike(entries, found[:width], first, path, where)
    start = max(first, journaled.first)
    last = journaled.entries[start - journaled.first : first + WIDTH - journaled.first]
    if first + len(found) < start + len(last) and start <= first + len(found):
        found = [*found, *last[first + len(found) - start :]]
    _alike(last, found[start - first :], start, where, "journal")
    if len(found) < wanted:
        raise Wrong(Tile(ENTRIES, index).path, "is missing", first + len(found))
    return found, where


def altered(files: Files, first: int, raw: bytes) -> int | None:
    """The first entry of a bundle from elsewhere that does not fit its hash in the tiles."""
    stored = _Stored(files)
    stored.look()
    try:
        return stored.first_unfit(first, unbundle(raw))
    except BundleFault as fault:
        at = stored.first_unfit(first, fault.whole)
        return first + len(fault.whole) if at is None else at


def _unbundled(raw: bytes, width: int) -> tuple[list[bytes], str]:
    """The whole entries of a bundle, and what is wrong with it."""
    try:
        entries = unbundle(raw)
    except BundleFault as fault:
        return list(fault.whole), "is cut, or a length before it is altered"
    if len(entries) != width:
        return entries, f"does not fit: there are {len(entries)} in a bundle of {width}"
    return entries, ""


def _alike(
    copy: Sequence[bytes], found: Sequence[bytes], first: int, file: str, where: str
) -> None:
    for at, (one, other) in enumerate(zip(copy, found, strict=False), first):
        if one != other:
            raise Wrong(file, f"is another than in {where}", at)


def _grow(
    stored: _Stored,
    grown: Edge,
    due: dict[int, list[tuple[str, Head]]],
    leaves: Sequence[bytes],
) -> None:
    """Add a bundle's leaves; hold what they complete, and each root at the size where it is due."""
    first, end = grown.size, grown.size + len(leaves)
    for size in sorted({*(one for one in due if first <= one < end), end}):
        for tile, hashes in grown.push(leaves[grown.size - first : size - first]):
            _same(stored, tile.level, tile.index, hashes)
        for file, head in due.pop(size, ()):
            if grown.head() != head:
                wrong = f"the first {size} entries do not lead to the root that was signed"
                raise Wrong(file, wrong)


def _same(stored: _Stored, level: int, index: int, hashes: bytes, where: str = "") -> None:
    """The files of a tile must be the hashes that were computed, as far as they go."""
    for width, path, raw in stored.take(level, index):
        for place in range(max(width, -(-len(raw) // HASH_BYTES))):
            part = slice(place * HASH_BYTES, (place + 1) * HASH_BYTES)
            if raw[part] == hashes[part] and len(raw[part]) == HASH_BYTES and place < width:
                continue
            first = index * WIDTH + place << LEVEL_BITS * level
            if level == 0:
                raise Wrong(where or path, f"does not fit its hash in {path}", first)
            last = first + (1 << LEVEL_BITS * level) - 1
            raise Wrong(path, f"to {last} do not fit their hash", first)


def _author(
    raw: bytes, known: dict[str, Verifier], seqs: dict[str, int], at: int, where: str
) -> None:
    try:
        one = sealed.open(raw, known)
    except InputError as fault:
        raise Wrong(where, f"is refused: {fault.message}", at) from fault
    name, awaited = one.by.name, seqs.get(one.by.name, 0)
    if one.body.seq != awaited:
        wrong = f"is number {one.body.seq} of {shown(name)}, whose next is {awaited}"
        raise Wrong(where, wrong, at)
    seqs[name] = awaited + 1
