"""The log's store in the database: entries and postings in one transaction, or neither.

Beside what the port promises, several processes may write: each batch locks the log's head, and
`writing` holds it from an entry's number to its place. What a process remembers of the tree is
used only while the head has the token under which it was learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

from suixin.evidence.merkle import HASH_BYTES, ProofError
from suixin.evidence.store import Batch, StoreFault
from suixin.evidence.tiles import (
    ENTRIES,
    LEVEL_BITS,
    WIDTH,
    Edge,
    Nodes,
    Tile,
    bundle,
    read_path,
    spans,
    tile_root,
)
from suixin.service.store.session import Actor, acting, query, reading

_CHUNK: Final = 1_000
_HEAD: Final = "select size, token from log_head where institution_id = %s"
_BEGIN: Final = """
    insert into log_head (institution_id, size, token) values (%s, 0, %s) on conflict do nothing
"""
_ENTRIES: Final = """
    insert into log_entry (institution_id, index, leaf, raw)
    select %s, %s + place - 1, leaf, raw
      from unnest(%s::bytea[], %s::bytea[]) with ordinality as t(leaf, raw, place)
"""
_TILES: Final = """
    insert into log_tile (institution_id, level, index, hashes, root)
    select %s, level, index, hashes, root
      from unnest(%s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[])
           as t(level, index, hashes, root)
"""
_AUTHORS: Final = """
    insert into log_author (institution_id, name, next_seq)
    select %s, name, seq from unnest(%s::text[], %s::bigint[]) as t(name, seq)
    on conflict (institution_id, name) do update set next_seq = excluded.next_seq
"""
_LEAVES: Final = """
    select leaf from log_entry where institution_id = %s and index >= %s and index < %s
     order by index
"""
_ROOTS: Final = """
    select root from log_tile where institution_id = %s and level = %s and index >= %s
       and index < %s order by index
"""


class DatabaseStore:
    """The log of an actor's institution, for one thread; see `suixin.evidence.store.Store`."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._token: UUID | None = None
        self._edge = Edge()
        self._nodes = Nodes(self._hashes)

    def size(self) -> int:
        with reading(self.actor):
            return self._head()[0]

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """By the thousand, each thousand read as it is asked for."""
        if not 0 <= start <= end <= self.size():
            raise ProofError("SIZE", f"There are no entries {start} to {end} in {self.size()}.")
        return self._entries(start, end)

    def node(self, level: int, index: int) -> bytes:
        with reading(self.actor):
            size = self._learned()
            tile, below = divmod(level, LEVEL_BITS)
            if (index << below) // WIDTH == size >> LEVEL_BITS * (tile + 1) and level >= 0:
                return self._edge.node(level, index)
            if min(level, index) < 0 or (index + 1) << level > size:
                raise ProofError("SIZE", f"The tree of {size} leaves has no node {level}/{index}.")
            return self._nodes.node(level, index)

    def find(self, leaf: bytes) -> int | None:
        told = "select max(index) from log_entry where institution_id = %s and leaf = %s"
        with reading(self.actor):
            ((index,),) = query(told, [self.actor.institution, leaf])
        return None if index is None else int(index)

    def add(self, batch: Batch) -> None:
        """Part of the transaction that is under way, where one is; durable as that commits."""
        institution = self.actor.institution
        with self.writing():
            if batch.first != self._learned():
                wrong = f"The log has {self._edge.size} entries, not {batch.first}."
                raise StoreFault("WRITER", wrong, "Ask for its size anew.")
            edge = self._edge.copy()
            tiles = edge.push(batch.leaves)
            leaves, raws = list(batch.leaves), list(batch.entries)
            query(_ENTRIES, [institution, batch.first, leaves, raws])
            if tiles:
                levels, indices = zip(*((tile.level, tile.index) for tile, _ in tiles), strict=True)
                hashes = [found for _, found in tiles]
                roots = [tile_root(_each(found)) for found in hashes]
                query(_TILES, [institution, list(levels), list(indices), hashes, roots])
            authors = sorted(batch.authors.items())
            query(_AUTHORS, [institution, [name for name, _ in authors], [n for _, n in authors]])
            token = uuid4()
            told = "update log_head set size = %s, token = %s where institution_id = %s"
            query(told, [edge.size, token, institution])
            self._edge, self._token = edge, token

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which nobody else adds to this log: number, sign and append within."""
        with acting(self.actor):
            locked = f"{_HEAD} for update"
            if not query(locked, [self.actor.institution]):
                query(_BEGIN, [self.actor.institution, uuid4()])
                query(locked, [self.actor.institution])
            yield

    def next_seq(self, author: str) -> int:
        told = "select next_seq from log_author where institution_id = %s and name = %s"
        with reading(self.actor):
            rows = query(told, [self.actor.institution, author])
        return int(rows[0][0]) if rows else 0

    def published(self) -> str | None:
        with reading(self.actor):
            rows = query(
                "select note from log_head where institution_id = %s", [self.actor.institution]
            )
        return rows[0][0] if rows else None

    def publish(self, note: str, size: int) -> None:
        """The tiles of every size are served as they are asked for, so the note is all."""
        with self.writing():
            told = "update log_head set note = %s where institution_id = %s"
            query(told, [note, self.actor.institution])

    def fetch(self, path: str) -> bytes | None:
        """What stands under a path of the log's static files, as C2SP tlog-tiles has them."""
        if path == "checkpoint":
            told = self.published()
            return None if told is None else told.encode()
        tile = read_path(path)
        if tile is None:
            return None
        first, end = tile.index * WIDTH, tile.index * WIDTH + tile.width
        with reading(self.actor):
            if end > self._head()[0] >> LEVEL_BITS * max(tile.level, 0):
                return None
            if tile.level == ENTRIES:
                return bundle(self._entries(first, end))
            return b"".join(self._row(tile.level, first, end))

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _head(self) -> tuple[int, UUID | None]:
        rows = query(_HEAD, [self.actor.institution])
        return (int(rows[0][0]), rows[0][1]) if rows else (0, None)

    def _learned(self) -> int:
        """The size, once the edge of the tree that stands is in memory."""
        size, token = self._head()
        if token != self._token:
            levels = []
            for level, (full, width) in enumerate(spans(size)):
                levels.append(self._row(level, full * WIDTH, full * WIDTH + width))
            self._edge, self._nodes = Edge(levels), Nodes(self._hashes)
            self._token = token
        return size

    def _row(self, level: int, start: int, end: int) -> list[bytes]:
        """Hashes of a level that are the whole of a full tile below, or leaves."""
        if level == 0:
            rows = query(_LEAVES, [self.actor.institution, start, end])
        else:
            rows = query(_ROOTS, [self.actor.institution, level - 1, start, end])
        return [found for (found,) in rows]

    def _hashes(self, level: int, index: int) -> bytes:
        """The bytes of a full tile."""
        told = "select hashes from log_tile where (institution_id, level, index) = (%s, %s, %s)"
        rows = query(told, [self.actor.institution, level, index])
        if not rows:
            raise StoreFault("DAMAGED", f"The tile {Tile(level, index).path} is missing.")
        return bytes(rows[0][0])

    def _entries(self, start: int, end: int) -> Iterator[bytes]:
        told = """select raw from log_entry
                   where institution_id = %s and index >= %s and index < %s order by index"""
        for first in range(start, end, _CHUNK):
            with reading(self.actor):
                last = min(first + _CHUNK, end)
                rows = query(told, [self.actor.institution, first, last])
            if len(rows) != last - first:
                raise StoreFault("DAMAGED", f"Entries are missing between {first} and {last}.")
            yield from (raw for (raw,) in rows)


def _each(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
