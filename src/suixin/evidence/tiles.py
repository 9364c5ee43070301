"""Tiles (C2SP tlog-tiles): a log as static files, from which anybody computes its proofs.

A tile of level L holds up to 256 hashes, each of a complete subtree of 256**L leaves; a bundle
holds the entries of a tile of level 0. Full tiles never change; the last of a level is partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from suixin.evidence.merkle import HASH_BYTES, Head, ProofError, Tree, root

WIDTH: Final = 256
BUNDLE_BYTES_MAX: Final = WIDTH * (2 + 65_535)  # Of the largest entries; no tile has more.
LEVEL_MAX: Final = 63
LEVEL_BITS: Final = 8
ENTRIES: Final = -1  # The level of bundles of entries.

_TAIL: Final = r"(?P<index>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?"
_PATH: Final = re.compile(rf"tile/(?P<level>entries|0|[1-9]\d?)/{_TAIL}", re.ASCII)

Fetch = Callable[[str], bytes | None]
"""What stands under a path of a log's static files, or None where nothing does."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile by level (`ENTRIES`: a bundle), index and width, 256 where it is full.

    >>> Tile(0, 1234067).path, Tile(ENTRIES, 273, 112).path
    ('tile/0/x001/x234/067', 'tile/entries/273.p/112')
    """

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        where = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{where}{partial}"


def read_path(path: str) -> Tile | None:
    """The tile of a path, or None where it is the path of none.

    >>> read_path("tile/0/x001/x234/067").index, read_path("tile/0/67")
    (1234067, None)
    """
    found = _PATH.fullmatch(path)
    if not found:
        return None
    told = found["level"]
    level = ENTRIES if told == "entries" else int(told)
    index = int(found["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(found["width"] or WIDTH))
    return tile if level <= LEVEL_MAX and tile.path == path else None


def spans(size: int) -> list[tuple[int, int]]:
    """Of each level of a tree: how many full tiles, and the width of the partial one after them.

    >>> spans(70_000)
    [(273, 112), (1, 17), (0, 1)]
    """
    found: list[tuple[int, int]] = []
    while size:
        found.append(divmod(size, WIDTH))
        size //= WIDTH
    return found


def edge(size: int) -> list[Tile]:
    """The partial tiles of a tree, and the partial bundle.

    >>> [tile.path for tile in edge(257)]
    ['tile/0/001.p/1', 'tile/1/000.p/1', 'tile/entries/001.p/1']
    """
    found: list[Tile] = [
        Tile(level, full, width) for level, (full, width) in enumerate(spans(size)) if width
    ]
    if size % WIDTH:
        found.append(Tile(ENTRIES, size // WIDTH, size % WIDTH))
    return found


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length in two bytes.

    >>> bundle([b"one", b""])
    b'\\x00\\x03one\\x00\\x00'
    """
    return b"".join([part for one in entries for part in (len(one).to_bytes(2, "big"), one)])


def unbundle(raw: bytes) -> list[bytes]:
    """The entries of a bundle; raises `BundleFault` where it ends within one.

    >>> unbundle(b"\\x00\\x03one\\x00\\x00")
    [b'one', b'']
    """
    found: list[bytes] = []
    at = 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if at + 2 > len(raw) or end > len(raw):
            wrong = f"The bundle ends within entry {len(found)}, at byte {len(raw)}."
            raise BundleFault(wrong, found)
        found.append(raw[at + 2 : end])
        at = end
    return found


class BundleFault(ProofError):
    """A bundle that ends within an entry (BUNDLE); `whole` are those that stand before it."""

    def __init__(self, wrong: str, whole: Sequence[bytes]) -> None:
        super().__init__("BUNDLE", wrong)
        self.whole = whole


def hashes_of(raw: bytes) -> list[bytes]:
    """The hashes of a tile, one after the other.

    >>> hashes_of(bytes(64)) == [bytes(32)] * 2
    True
    """
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a full tile's hashes, which is one hash of the tile above."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


class Edge:
    """The right edge of a growing tree: of each level the hashes of its incomplete tile.

    >>> from suixin.evidence.merkle import leaf_hash
    >>> grown = Edge()
    >>> made = grown.push([leaf_hash(b"%d" % k) for k in range(300)])
    >>> [tile.path for tile, hashes in made], grown.size, len(grown.hashes(1))
    (['tile/0/000'], 300, 1)
    """

    __slots__ = ("_levels", "size")

    def __init__(self, levels: Iterable[Iterable[bytes]] = ()) -> None:
        self._levels = [list(hashes) for hashes in levels] or [[]]
        self.size = sum(
            len(hashes) << LEVEL_BITS * level for level, hashes in enumerate(self._levels)
        )

    def hashes(self, level: int) -> Sequence[bytes]:
        """The hashes of the incomplete tile of a level."""
        return self._levels[level] if level < len(self._levels) else ()

    def push(self, leaves: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add leaf hashes; the tiles that they complete, with their bytes."""
        done: list[tuple[Tile, bytes]] = []
        first = self.size // WIDTH
        self.size += len(leaves)
        self._push(0, first, leaves, done)
        return done

    def _push(
        self, level: int, first: int, added: Sequence[bytes], done: list[tuple[Tile, bytes]]
    ) -> None:
        """`first` is the index of the level's incomplete tile."""
        if level == len(self._levels):
            self._levels.append([])
        held = self._levels[level]
        held += added
        full = len(held) // WIDTH
        if not full:
            return
        above = []
        for number in range(full):
            hashes = held[number * WIDTH : (number + 1) * WIDTH]
            done.append((Tile(level, first + number), b"".join(hashes)))
            above.append(tile_root(hashes))
        del held[: full * WIDTH]
        self._push(level + 1, first // WIDTH, above, done)

    def node(self, level: int, index: int) -> bytes:
        """A complete subtree inside the incomplete tiles: all that the root needs."""
        tile, below = divmod(level, LEVEL_BITS)
        held = self.hashes(tile)
        before = (self.size >> LEVEL_BITS * (tile + 1)) << LEVEL_BITS
        first = (index << below) - before
        if not 0 <= first <= len(held) - (1 << below):
            raise ProofError("SIZE", f"The edge of {self.size} leaves has no node {level}/{index}.")
        return tile_root(held[first : first + (1 << below)])

    def head(self) -> Head:
        """Size and root as they are."""
        return Head(self.size, root(self.size, self.node))

    def copy(self) -> Edge:
        """Another edge that grows apart from this one."""
        return Edge(self._levels)


class Nodes:
    """Complete nodes of a tree from tiles that change no more; the last 512 used stay in memory.

    `tile` gives the bytes of a tile by level and index.
    """

    def __init__(self, tile: Callable[[int, int], bytes]) -> None:
        self._tree = lru_cache(maxsize=512)(
            lambda level, index: Tree(hashes_of(tile(level, index)))
        )

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises `ProofError` where no tile tells it."""
        tile, below = divmod(level, LEVEL_BITS)
        at, place = divmod(index << below, WIDTH)
        return self._tree(tile, at).node(below, place >> below)


class Static:
    """A log read from its static files, up to a size: entries, nodes and where a leaf stands.

    It trusts nothing: what is read proves itself only against a signed head of that size.
    """

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._nodes = Nodes(self._tile)

    def size(self) -> int:
        """How many entries are read at most."""
        return self._size

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._nodes.node(level, index)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Entries by index, from start to before end; raises `ProofError` where one is missing."""
        if not 0 <= start <= end <= self._size:
            raise ProofError("SIZE", f"There are no entries {start} to {end} in {self._size}.")
        for index in range(start // WIDTH, -(-end // WIDTH)):
            found = unbundle(self._whole(Tile(ENTRIES, index)))
            first = index * WIDTH
            wanted = found[max(start - first, 0) : end - first]
            if len(wanted) != min(end, first + WIDTH) - max(start, first):
                raise BundleFault(f"Bundle {index} ends before entry {end}.", found)
            yield from wanted

    def find(self, leaf: bytes) -> int | None:
        """The index of a leaf hash, the newest where it stands twice, or None."""
        for index in range(-(-self._size // WIDTH) - 1, -1, -1):
            place = place_of(leaf, self._tile(0, index))
            if place is not None and index * WIDTH + place < self._size:
                return index * WIDTH + place
        return None

    def _tile(self, level: int, index: int) -> bytes:
        raw = self._whole(Tile(level, index))
        return raw[: min(len(raw), self._width(level, index) * HASH_BYTES)]

    def _width(self, level: int, index: int) -> int:
        return min((self._size >> LEVEL_BITS * max(level, 0)) - index * WIDTH, WIDTH)

    def _whole(self, tile: Tile) -> bytes:
        """The full file where there is one, else the partial one of the size."""
        width = self._width(tile.level, tile.index)
        partial = Tile(tile.level, tile.index, width) if 0 < width < WIDTH else tile
        for path in dict.fromkeys((partial.path, tile.path)):
            found = self._fetch(path)
            if found is not None:
                return found
        raise ProofError("TILE", f"The file {partial.path} is not there.")


def place_of(leaf: bytes, hashes: bytes) -> int | None:
    """Where in a row of hashes one stands, the last place if several."""
    if len(leaf) != HASH_BYTES:
        return None
    at = len(hashes)
    while (at := hashes.rfind(leaf, 0, at)) >= 0:
        if at % HASH_BYTES == 0:
            return at // HASH_BYTES
        at += HASH_BYTES - 1
    return None
