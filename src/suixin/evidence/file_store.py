"""A log in a folder: static tiles, the signed checkpoint, and a journal that makes both safe.

    policy       the keys of the log, its authors and witnesses, in the form of a policy
    checkpoint   the last signed head; with tile/ it is all that the outside needs
    tile/…       tiles and bundles as C2SP tlog-tiles serves them
    journal      the batches since the last turn; each is on the disk before it is acknowledged
    lock         held by the one writer

A kill at any moment leaves a folder that opens: what the journal holds is written to the tiles
again. Once the journal has grown to `JOURNAL_BYTES_MAX` the tiles are synced and it begins anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from suixin.evidence import checkpoint, journal, note, policy
from suixin.evidence.canonical import entry_bytes, read_entry
from suixin.evidence.disk import disk_faults, sync, sync_all, write_file
from suixin.evidence.journal import Journal
from suixin.evidence.keys import COSIGNATURE, ECDSA, Verifier
from suixin.evidence.merkle import HASH_BYTES, ProofError, leaf_hash, root
from suixin.evidence.places import Places
from suixin.evidence.policy import NONE, Party, Policy
from suixin.evidence.store import Batch, StoreFault
from suixin.evidence.tiles import (
    ENTRIES,
    LEVEL_BITS,
    WIDTH,
    Edge,
    Nodes,
    Tile,
    bundle,
    edge,
    hashes_of,
    place_of,
    spans,
    tile_root,
    unbundle,
)

JOURNAL_BYTES_MAX: Final = 64 * 1024 * 1024
# New files between two syncs of the journal make each sync slow, so they are written many at once.
TILES_WAITING_MAX: Final = 256


def create(
    folder: Path,
    log: Verifier,
    *,
    authors: Iterable[Verifier] = (),
    witnesses: Iterable[Verifier] = (),
) -> None:
    """Begin a log: the key that will sign it, who may write in it, whose cosignatures it will keep.

    Raises `StoreFault` EXISTS where one is already, `DiskError` where the disk refuses,
    `PolicyFault` where a key has two roles.

    >>> import tempfile
    >>> from suixin.evidence.keys import ED25519, Signer
    >>> folder = Path(tempfile.mkdtemp())
    >>> create(folder, Signer("bank.example/suixin/1", ED25519, bytes(32)).verifier)
    >>> store = FileStore(folder)
    >>> store.size(), store.repaired
    (0, '')
    >>> store.close()
    """
    if (folder / "policy").exists():
        raise StoreFault("EXISTS", f"There is a log in {folder} already.", "Name another folder.")
    parties = {key.name: Party(key.name, key) for key in witnesses}
    text = str(Policy((Party(log.name, log),), parties, {}, NONE, tuple(dict.fromkeys(authors))))
    parse_keys(text.encode())
    with disk_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        journal.begin(folder / "journal", [_start(0, {})])
        write_file(folder / "policy", text.encode())


def read_keys(folder: Path) -> Policy:
    """The keys of a log in a folder: nothing but keys, so that each line checks itself.

    Raises `StoreFault` NO_LOG, or DAMAGED where the file is not what a log writes.
    """
    path = folder / "policy"
    if not path.is_file():
        raise StoreFault("NO_LOG", f"There is no log in {folder}.", "Begin one, or name another.")
    try:
        return parse_keys(path.read_bytes())
    except policy.PolicyFault as fault:
        raise StoreFault("DAMAGED", f"{path}: {fault.message}") from fault


def parse_keys(raw: bytes) -> Policy:
    """The keys of one log as its folder names them; raises `PolicyFault` where that is not so."""
    keys = policy.parse(raw)
    named = all(name == one.key.name and not one.url for name, one in keys.witnesses.items())
    types = {one.key.type for one in (*keys.logs, *keys.witnesses.values())}
    bare = (
        named
        and ECDSA not in types
        and len(keys.logs) == 1
        and not keys.logs[0].url
        and not keys.groups
    )
    if not bare or keys.quorum != NONE or str(keys).encode() != raw:
        wrong = "These are not the keys of one log, written as a log writes them."
        raise policy.PolicyFault("POLICY", wrong)
    return keys


class FileStore:
    """A log in a folder, open for its one writer; `repaired` says what opening it cut away."""

    def __init__(self, folder: Path) -> None:
        """Open what `create` began; raises `StoreFault`, `DiskError`."""
        self.keys = read_keys(folder)
        self.folder = folder
        self.repaired = ""
        self._edge = Edge()
        self._bundle: list[bytes] = []  # The entries of the incomplete bundle.
        self._authors: dict[str, int] = {}
        self._unwritten: dict[Tile, bytes] = {}
        self._unsynced: set[Path] = set()
        self._nodes = Nodes(lambda level, index: self._full(Tile(level, index)))
        self._places = Places(lambda index: self._full(Tile(0, index)))
        with disk_faults(folder):
            self._lock = _locked(folder / "lock")
            try:
                self._journal = self._replayed()
                self._held_to_head()
            except BaseException:
                os.close(self._lock)
                raise

    def size(self) -> int:
        return self._edge.size

    def next_seq(self, author: str) -> int:
        return self._authors.get(author, 0)

    def add(self, batch: Batch) -> None:
        """The batch is kept once the journal has it; its tiles may follow later."""
        if batch.first != self.size():
            raise StoreFault("WRITER", f"The log has {self.size()} entries, not {batch.first}.")
        with disk_faults(self.folder / "journal"):
            self._journal.write(_content(batch.first, batch.authors, batch.entries))
        self._take(batch)
        # A disk that refuses now refuses tiles alone: they stay in memory and in the journal.
        with suppress(OSError):
            if len(self._unwritten) >= TILES_WAITING_MAX:
                self._write_tiles()
            if self._journal.end > JOURNAL_BYTES_MAX:
                self._write_tiles()
                self._turn()

    def node(self, level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > self.size():
            raise ProofError(
                "SIZE", f"The tree of {self.size()} leaves has no node {level}/{index}."
            )
        tile, below = divmod(level, LEVEL_BITS)
        if (index << below) // WIDTH == self.size() >> LEVEL_BITS * (tile + 1):
            return self._edge.node(level, index)
        return self._nodes.node(level, index)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        if not 0 <= start <= end <= self.size():
            raise ProofError("SIZE", f"There are no entries {start} to {end} in {self.size()}.")
        full = self.size() // WIDTH
        for index in range(start // WIDTH, -(-end // WIDTH)):
            first = index * WIDTH
            held = self._bundle if index == full else unbundle(self._full(Tile(ENTRIES, index)))
            yield from held[max(start - first, 0) : end - first]

    def find(self, leaf: bytes) -> int | None:
        full = self.size() // WIDTH
        place = place_of(leaf, b"".join(self._edge.hashes(0)))
        return self._places.find(leaf, full) if place is None else full * WIDTH + place

    def published(self) -> str | None:
        try:
            return (self.folder / "checkpoint").read_text("utf-8")
        except FileNotFoundError:
            return None

    def publish(self, note: str, size: int) -> None:
        """The partial tiles of that size, then the checkpoint; durable on return."""
        with disk_faults(self.folder):
            self._write_tiles()
            if size <= self.size():
                self._write_partials(size)
            write_file(self.folder / "checkpoint", note.encode())

    def admit(self, key: Verifier) -> None:
        """Let an author write entries, or name a witness whose cosignatures will be kept."""
        keys = self.keys
        if key.type == COSIGNATURE:
            witnesses = {**keys.witnesses, key.name: Party(key.name, key)}
            keys = Policy(keys.logs, witnesses, {}, NONE, keys.authors)
        else:
            authors = tuple(dict.fromkeys((*keys.authors, key)))
            keys = Policy(keys.logs, keys.witnesses, {}, NONE, authors)
        text = str(keys)
        parse_keys(text.encode())  # A key that stands there in another role is refused.
        with disk_faults(self.folder / "policy"):
            write_file(self.folder / "policy", text.encode())
        self.keys = keys

    def close(self) -> None:
        """Begin the journal anew, so that the next opening is quick, and let go of the lock."""
        try:
            with disk_faults(self.folder):
                self._write_tiles()
                self._turn()
        finally:
            self._journal.close()
            os.close(self._lock)

    # What a folder that was killed needs -----------------------------------------------------

    def _replayed(self) -> Journal:
        """Take up where the journal ends; a record that was never whole is cut away."""
        for name in ("journal", "checkpoint", "policy"):
            (self.folder / f"{name}.part").unlink(missing_ok=True)
        path = self.folder / "journal"
        try:
            raw = path.read_bytes()
        except FileNotFoundError as fault:
            raise StoreFault("DAMAGED", f"{path} is missing.", "Fill a fresh folder.") from fault
        end, last = 0, b""
        for record in journal.records(raw):
            if not end:
                first, self._authors = read_start(record.content)
                self._edge = self._edge_at(first)
            else:
                self._take(read_batch(record.content))
            end, last = record.end, record.digest
        if not end:
            raise StoreFault("DAMAGED", f"{path} has no beginning.", "Fill a fresh folder.")
        if end < len(raw):
            short = len(raw) - end
            self.repaired = f"journal: cut at byte {end}, {short} bytes of a batch never completed"
        self._write_tiles()
        return Journal(path, end, last)

    def _edge_at(self, size: int) -> Edge:
        """The edge of so many leaves, a multiple of 256, from the full tiles before it."""
        levels: list[list[bytes]] = [[]]
        for level, (full, width) in enumerate(spans(size)[1:], 1):
            first = full * WIDTH
            tiles = (self._full(Tile(level - 1, index)) for index in range(first, first + width))
            levels.append([tile_root(hashes_of(tile)) for tile in tiles])
        return Edge(levels)

    def _held_to_head(self) -> None:
        """The tree must be the one that was signed; a head that is ahead is the log's to judge."""
        told = self.published()
        if told is None:
            return
        signed = checkpoint.read(note.read(told).text)
        if signed.size > self.size():
            return
        if root(signed.size, self.node) != signed.root:
            wrong = f"The tiles do not lead to the root that was signed at {signed.size} entries."
            raise StoreFault("DAMAGED", wrong, "`suixin audit` names the first wrong entry.")
        self._write_partials(signed.size)

    # Tiles -----------------------------------------------------------------------------------

    def _take(self, batch: Batch) -> None:
        """Into memory; what is complete waits to be written."""
        bundles = self.size() // WIDTH
        self._unwritten.update(self._edge.push(batch.leaves))
        held = self._bundle
        held += batch.entries
        while len(held) >= WIDTH:
            self._unwritten[Tile(ENTRIES, bundles)] = bundle(held[:WIDTH])
            del held[:WIDTH]
            bundles += 1
        self._authors.update(batch.authors)

    def _write_tiles(self) -> None:
        for tile in sorted(self._unwritten):
            path = self.folder / tile.path
            content = self._unwritten[tile]
            if not (path.exists() and path.read_bytes() == content):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, content, synced=False)
            self._unsynced.add(path)
            del self._unwritten[tile]
            partial = path.with_name(f"{path.name}.p")
            if partial.exists():
                shutil.rmtree(partial)

    def _write_partials(self, size: int) -> None:
        """The partial tiles that a tree of that size has, where no full one stands."""
        for tile in edge(size):
            path = self.folder / tile.path
            if path.exists() or (self.folder / Tile(tile.level, tile.index).path).exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if tile.level == ENTRIES:
                start = tile.index * WIDTH
                write_file(path, bundle(self.entries(start, start + tile.width)))
            else:
                write_file(path, b"".join(self._edge.hashes(tile.level)[: tile.width]))
            sync(path.parent.parent)

    def _turn(self) -> None:
        """Sync the tiles, and begin the journal at the last full bundle."""
        sync_all(self._unsynced)
        above = {folder for path in self._unsynced for folder in path.parents}
        sync_all(folder for folder in above if folder.is_relative_to(self.folder))
        self._unsynced.clear()
        first = self.size() // WIDTH * WIDTH
        contents = [_start(first, self._authors)]
        if self._bundle:
            contents.append(_content(first, {}, self._bundle))
        path = self.folder / "journal"
        end, last = journal.begin(path, contents)
        self._journal.close()
        self._journal = Journal(path, end, last)

    def _full(self, tile: Tile) -> bytes:
        """The bytes of a full tile or bundle."""
        waiting = self._unwritten.get(tile)
        if waiting is not None:
            return waiting
        try:
            raw = (self.folder / tile.path).read_bytes()
        except FileNotFoundError as fault:
            raise StoreFault("DAMAGED", f"{tile.path} is missing in {self.folder}.") from fault
        if tile.level != ENTRIES and len(raw) != WIDTH * HASH_BYTES:
            raise StoreFault("DAMAGED", f"{tile.path} has {len(raw)} bytes, not 8,192.")
        return raw


def _locked(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        os.close(file)
        wrong = f"Another process writes to the log in {path.parent}."
        raise StoreFault("LOCKED", wrong, "A log has one writer; stop the other first.") from fault
    return file


def read_start(content: bytes) -> tuple[int, dict[str, int]]:
    """What a journal or a batch says first: the index of its first entry, and authors' numbers."""
    told = read_entry(content)
    if not isinstance(told, dict) or set(told) != {"authors", "first"}:
        raise StoreFault("DAMAGED", "The journal holds something else than batches.")
    return told["first"], dict(told["authors"])


def entries_of(content: bytes) -> bytes:
    """The bundle in a record of a batch, which says before it how long its first part is."""
    return content[4 + int.from_bytes(content[:4], "big") :]


def read_batch(content: bytes) -> Batch:
    """The batch of a record."""
    first, authors = read_start(content[4 : len(content) - len(entries_of(content))])
    entries = tuple(unbundle(entries_of(content)))
    return Batch(first, entries, tuple(map(leaf_hash, entries)), authors)


def _start(first: int, authors: Mapping[str, int]) -> bytes:
    return entry_bytes({"first": first, "authors": sorted(authors.items())})


def _content(first: int, authors: Mapping[str, int], entries: Iterable[bytes]) -> bytes:
    told = _start(first, authors)
    return len(told).to_bytes(4, "big") + told + bundle(entries)
