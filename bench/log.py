"""Entries a second into the log, in memory and on the disk, and proofs of ten million leaves.

`python -m bench.log [--entries N] [--folder DIR]` appends the same entries to a log in memory, to a
log in files in batches of 1,000 that are each on the disk before the next begins, and to a plain
loop over `hashlib`, one leaf at a time, that keeps nothing but the edge; all roots must be equal.
The library most people would name here, pymerkle (7.0.0), is under the GPL, version 3 or later, and
is neither run nor read.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from bench import last_line, table
from suixin.evidence import file_store, log
from suixin.evidence.entry import Body, Kind, Opening, Sealed, authors, seal
from suixin.evidence.entry import open as opened
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import ED25519, Signer
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.merkle import Head, check_inclusion, inclusion, leaf_hash, node_hash, root
from suixin.evidence.store import Store

T = TypeVar("T")
SMALL = ("--entries", "50000")
BATCH = 1_000
SINGLES = 1_000
LEAVES = 10_000_000
LOG = Signer("bench.example/suixin/1", ED25519, bytes(32))
AUTHOR = Signer("shop.example/orders", ED25519, bytes([1]) * 32)


def main(arguments: Sequence[str]) -> str:
    """Print every rate; the last line has the durable one, that in memory, and the proof's."""
    parser = argparse.ArgumentParser(prog="bench.log")
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[1] / "build")
    given = parser.parse_args(arguments)
    made = entries(given.entries)
    gc.collect()
    gc.freeze()
    plain, plain_seconds = timed(lambda: plain_root([one.raw for one in made]))
    memory = MemoryStore()
    memory_waits = appended(memory, made, BATCH)
    given.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-log-", dir=given.folder))
    try:
        floor = synced_alone(folder / "floor", made)
        files = on_disk(folder / "log", made)
    finally:
        shutil.rmtree(folder)
    equal = plain == memory.head().root == files.head.root
    waits, singles = files.waits, files.singles
    seal_us, open_us = signing()
    path_bytes, make_us, check_us = ten_million()
    count = len(made)
    rows = [
        ["log in files, 1,000 at a time, each synced", count, sum(waits), count / sum(waits)],
        [
            "log in files, one at a time, each synced",
            len(singles),
            sum(singles),
            len(singles) / sum(singles),
        ],
        ["find a leaf hash: first, and again", "", files.first_find, 1 / files.find],
        ["the same bytes in one file, synced", count, sum(floor), count / sum(floor)],
        ["log in memory, 1,000 at a time", count, sum(memory_waits), count / sum(memory_waits)],
        ["a plain loop, root alone", count, plain_seconds, count / plain_seconds],
        ["author: commit and sign", "", seal_us / 1e6, 1e6 / seal_us],
        ["log: read an entry, verify it", "", open_us / 1e6, 1e6 / open_us],
        [f"path of {LEAVES:,} leaves: make", "", make_us / 1e6, 1e6 / make_us],
        [f"path of {LEAVES:,} leaves: check", "", check_us / 1e6, 1e6 / check_us],
    ]
    print(table(["what", "entries", "seconds", "a second"], rows))
    print(f"one batch of 1,000, synced: half within {nth(waits, 0.5) * 1e3:.1f} ms")
    line = last_line(
        "bench.log",
        per_second=round(count / sum(waits)),
        memory_per_second=round(count / sum(memory_waits)),
        p95_ms=nth(waits, 0.95) * 1e3,
        single_p95_ms=nth(singles, 0.95) * 1e3,
        find_ms=files.find * 1e3,
        sync_floor_per_second=round(count / sum(floor)),
        plain_loop_per_second=round(count / plain_seconds),
        path_bytes=path_bytes,
        check_ms=check_us / 1e3,
        roots_equal=int(equal),
    )
    print(line)
    return line


def entries(count: int) -> list[Sealed]:
    """Entries of the size of real ones, from one author, numbered; their signatures are not real.

    Signing and verifying are measured apart: the log takes what was verified before.
    """
    first = seal(Body(Kind.ORDER, 1_780_000_000, 0, Opening(bytes(32), b"{}").commitment), AUTHOR)
    start = first.raw[:-14]
    return [
        Sealed(replace(first.body, seq=seq), first.by, start + b'%012d"}' % seq)
        for seq in range(count)
    ]


def appended(store: Store, made: Sequence[Sealed], batch: int) -> list[float]:
    """Seconds of each batch."""
    waits = []
    for start in range(0, len(made), batch):
        part = made[start : start + batch]
        began = perf_counter()
        log.append(store, part)
        waits.append(perf_counter() - began)
    return waits


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The head of the log in files; seconds of each batch, of each single entry, of a look-up."""

    head: Head
    waits: list[float]
    singles: list[float]
    first_find: float
    find: float


def on_disk(folder: Path, made: Sequence[Sealed]) -> OnDisk:
    """The same entries into a log in files, which is then opened again as by another process."""
    file_store.create(folder, LOG.verifier, authors=[AUTHOR.verifier])
    store = FileStore(folder)
    waits = appended(store, made, BATCH)
    store.close()
    store = FileStore(folder)
    head = Head(store.size(), root(store.size(), store.node))
    asked = [one.leaf for one in made[:: len(made) // 100]]
    _, first = timed(lambda: store.find(asked[0]))
    found, again = timed(lambda: [store.find(leaf) for leaf in asked])
    if found != list(range(0, len(made), len(made) // 100)):
        raise AssertionError("a leaf hash was found elsewhere")
    last = made[-1]
    more = [
        Sealed(replace(last.body, seq=last.body.seq + 1 + at), last.by, b"single %d" % at)
        for at in range(min(SINGLES, len(made) // 50))
    ]
    singles = appended(store, more, 1)
    store.close()
    return OnDisk(head, waits, singles, first, again / len(asked))


def synced_alone(path: Path, made: Sequence[Sealed]) -> list[float]:
    """Seconds of each batch where nothing is done but to write its bytes and sync them."""
    waits = []
    with path.open("wb", buffering=0) as file:
        for start in range(0, len(made), BATCH):
            content = b"".join([one.raw for one in made[start : start + BATCH]])
            began = perf_counter()
            file.write(content)
            os.fdatasync(file.fileno())
            waits.append(perf_counter() - began)
    return waits


def plain_root(raws: Sequence[bytes]) -> bytes:
    """RFC 9162 as it is told: hash a leaf, merge what is complete, fold the rest at the end."""
    edge: list[tuple[int, bytes]] = []
    for raw in raws:
        height, found = 0, hashlib.sha256(b"\x00" + raw).digest()
        while edge and edge[-1][0] == height:
            found = hashlib.sha256(b"\x01" + edge.pop()[1] + found).digest()
            height += 1
        edge.append((height, found))
    _, found = edge.pop()
    while edge:
        found = hashlib.sha256(b"\x01" + edge.pop()[1] + found).digest()
    return found


def signing(count: int = 2_000) -> tuple[float, float]:
    """Microseconds to seal an entry, commitment and all, and to open one."""
    bodies = [Body(Kind.ORDER, 1_780_000_000, seq) for seq in range(count)]

    def sealed() -> list[Sealed]:
        return [
            seal(replace(body, commit=Opening(bytes(32), b'{"fen":6800}').commitment), AUTHOR)
            for body in bodies
        ]

    made, seal_seconds = timed(sealed)
    known = authors([AUTHOR.verifier])
    _, open_seconds = timed(lambda: [opened(one.raw, known) for one in made])
    return seal_seconds / count * 1e6, open_seconds / count * 1e6


def ten_million(count: int = 2_000) -> tuple[int, float, float]:
    """Bytes of the longest path in a tree of so many leaves, and microseconds to make and check.

    All leaves of this tree are alike, so that a hash a level is the whole tree.
    """
    levels = [leaf_hash(b"one of ten million")]
    while 1 << len(levels) <= LEAVES:
        levels.append(node_hash(levels[-1], levels[-1]))

    def node(level: int, index: int) -> bytes:
        return levels[level]

    head = Head(LEAVES, root(LEAVES, node))
    places = range(0, LEAVES, LEAVES // count)
    paths, make_seconds = timed(lambda: [inclusion(place, LEAVES, node) for place in places])
    _, check_seconds = timed(
        lambda: [
            check_inclusion(levels[0], place, path, head)
            for place, path in zip(places, paths, strict=True)
        ]
    )
    longest = max(sum(map(len, path)) for path in paths)
    return longest, make_seconds / len(places) * 1e6, check_seconds / len(places) * 1e6


def timed(what: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds it took."""
    began = perf_counter()
    found = what()
    return found, perf_counter() - began


def nth(waits: Sequence[float], share: float) -> float:
    """The wait within which such a share of all end."""
    return sorted(waits)[min(int(len(waits) * share), len(waits) - 1)]


if __name__ == "__main__":
    main(sys.argv[1:])
