"""The chain's own store: a table of keys and values in SQLite, one durable commit a block.

What a block writes is kept in memory until the block is whole, so that a refused block leaves
nothing and a killed process has all of a block or none. No money is here: this is what can be
replayed.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eth.abc import AtomicWriteBatchAPI
from eth.db.atomic import AtomicDBWriteBatch
from eth.db.backends.base import BaseAtomicDB

from suixin.data.errors import DiskError
from suixin.evidence.chain.port import ChainFault

_TABLES: Final = """
create table if not exists node(key blob primary key, value blob not null) without rowid;
create table if not exists block(
    number integer primary key, hash blob not null, rlp blob not null, receipts blob not null
);
create table if not exists sent(hash blob primary key, block integer not null) without rowid;
"""
_ANEW: Final = "Replay the blocks of the log into another folder."
# Nodes kept in memory at most; the tops of the tries are read for every transaction.
_CACHED: Final = 100_000


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """A block as it is kept, and the hashes of its transactions."""

    number: int
    hash: bytes
    rlp: bytes
    receipts: bytes
    sent: tuple[bytes, ...]


class NodeStore(BaseAtomicDB):
    """Nodes of the tries by their hash, and blocks by number; one process writes."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as fault:
            raise DiskError(f"{path.parent} cannot be written: {fault.strerror}.") from fault
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            os.close(self._lock)
            raise ChainFault(
                "BUSY", f"Another process writes {path.name}.", "Stop it, or open another folder."
            ) from fault
        self._written: dict[bytes, bytes] = {}
        self._cache: dict[bytes, bytes] = {}
        try:
            self._base = _opened(path)
        except sqlite3.DatabaseError as fault:
            os.close(self._lock)
            raise DiskError(f"{path.name} is not a chain's store: {fault}.", _ANEW) from fault

    def close(self) -> None:
        """Let go of the store, so that another process may write."""
        self._base.close()
        os.close(self._lock)

    @contextmanager
    def block(self) -> Iterator[None]:
        """All that is written inside is durable at its end, or nothing of it is there."""
        self._written.clear()
        try:
            yield
            self._commit()
        finally:
            self._written.clear()
            self._row = None

    def put_block(self, block: KeptBlock) -> None:
        """Keep a block with its receipts; inside `block`."""
        self._row = block

    def block_of(self, transaction: bytes) -> int | None:
        """The number of the block that holds a transaction."""
        found = self._base.execute("select block from sent where hash = ?", (transaction,))
        row = found.fetchone()
        return None if row is None else int(row[0])

    def blocks(self, first: int) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, block and receipts from a number on."""
        return iter(
            self._base.execute(
                "select number, rlp, receipts from block where number >= ? order by number",
                (first,),
            )
        )

    def _commit(self) -> None:
        try:
            self._base.execute("begin immediate")
            self._base.executemany(
                "insert or replace into node values (?, ?)", self._written.items()
            )
            if self._row is not None:
                row = self._row
                self._base.execute(
                    "insert into block values (?, ?, ?, ?)",
                    (row.number, row.hash, row.rlp, row.receipts),
                )
                self._base.executemany(
                    "insert into sent values (?, ?)", [(one, row.number) for one in row.sent]
                )
            self._base.execute("commit")
        except sqlite3.DatabaseError as fault:
            if self._base.in_transaction:
                self._base.execute("rollback")
            raise DiskError(f"The block could not be written: {fault}.") from fault
        if len(self._cache) > _CACHED:
            self._cache.clear()
        self._cache.update(self._written)

    _row: KeptBlock | None = None

    def __getitem__(self, key: bytes) -> bytes:
        for near in (self._written, self._cache):
            value = near.get(key)
            if value is not None:
                return value
        try:
            row = self._base.execute("select value from node where key = ?", (key,)).fetchone()
        except sqlite3.DatabaseError as fault:
            raise DiskError(f"The chain could not be read: {fault}.", _ANEW) from fault
        if row is None:
            raise KeyError(key)
        found: bytes = row[0]
        self._cache[key] = found
        return found

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._written[key] = value

    def __delitem__(self, key: bytes) -> None:
        raise AssertionError("A chain's store only adds.")

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    @contextmanager
    def atomic_batch(self) -> Iterator[AtomicWriteBatchAPI]:
        """py-evm's own batches; they reach the disk with the block."""
        with AtomicDBWriteBatch._commit_unless_raises(self) as batch:
            yield batch


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, isolation_level=None)
    try:
        base.execute("pragma journal_mode=wal")
        base.execute("pragma synchronous=full")
        base.executescript(_TABLES)
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base
