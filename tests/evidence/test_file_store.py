"""A log in files: killed at any byte and between any two calls of the system, it opens whole.

What was acknowledged is there; what was not is there whole or not at all; nothing is mended that
somebody altered.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from evidence_parties import author_key, log_key, witness_key
from store_contract import batch, signed, tree

from suixin.data.errors import DiskError
from suixin.evidence import file_store, journal
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import ED25519, Signer
from suixin.evidence.merkle import Head, ProofError, leaf_hash, root
from suixin.evidence.policy import PolicyFault
from suixin.evidence.store import StoreFault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file_store.create(tmp_path / "log", log_key().verifier)
    return tmp_path / "log"


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that open a folder hundreds of times and take no power away."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda file: None)


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


@pytest.mark.usefixtures("unsynced")
def test_a_journal_cut_at_any_byte_opens_with_every_batch_that_is_whole(folder: Path) -> None:
    with opened(folder) as store:
        added(store, 1, 3, 2)
    raw = (folder / "journal").read_bytes()
    marks = ends(raw)
    assert [size for _, size in marks] == [0, 1, 4, 6]
    for cut in range(marks[0][0], len(raw) + 1):
        (folder / "journal").write_bytes(raw[:cut])
        end, size = [mark for mark in marks if mark[0] <= cut][-1]
        with opened(folder) as store:
            holds(store, size)
            short = cut - end
            told = f"journal: cut at byte {end}, {short} bytes of a batch never completed"
            assert store.repaired == (told if short else "")
            added(store, 2)
        with opened(folder) as store:
            holds(store, size + 2)
            assert store.repaired == ""


@pytest.mark.usefixtures("unsynced")
def test_a_journal_cut_across_tiles_opens_too(folder: Path) -> None:
    with opened(folder) as store:
        added(store, 200, 100, 300)
    raw = (folder / "journal").read_bytes()
    marks = ends(raw)
    near = {at for end, _ in marks for at in range(end - 3, end + 50)}
    for cut in sorted(near | set(range(marks[0][0], len(raw), 211))):
        if not marks[0][0] <= cut <= len(raw):
            continue
        (folder / "journal").write_bytes(raw[:cut])
        with opened(folder) as store:
            holds(store, [size for end, size in marks if end <= cut][-1])


def test_tiles_that_a_power_cut_lost_or_tore_are_written_again(folder: Path) -> None:
    """Tiles are not synced before the journal begins anew: until then it makes them again."""
    with opened(folder) as store:
        added(store, 300, 300)
        store._write_tiles()
    tiles = sorted(path for path in (folder / "tile").rglob("*") if path.is_file())
    assert [path.relative_to(folder / "tile").as_posix() for path in tiles] == [
        "0/000",
        "0/001",
        "entries/000",
        "entries/001",
    ]
    for path in tiles:
        whole = path.read_bytes()
        for torn in (None, b"", *(whole[:cut] for cut in range(1, len(whole), 401))):
            path.unlink() if torn is None else path.write_bytes(torn)
            path.with_name(f"{path.name}.part").write_bytes(b"torn")
            with opened(folder) as store:
                holds(store, 600)
            assert path.read_bytes() == whole
    shutil.rmtree(folder / "tile")
    with opened(folder) as store:
        holds(store, 600)


class Killed(BaseException):
    """No code of ours runs after it, as after SIGKILL: nothing may catch it."""


CALLS = ("pwrite", "fdatasync", "fsync", "replace", "ftruncate", "mkdir", "unlink")


@contextmanager
def killed_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The n-th call that changes the disk does not happen; of a write, half does."""
    made: list[str] = []

    def stopping(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            if len(made) == number:
                if name == "pwrite":
                    real(given[0], given[1][: len(given[1]) // 2], given[2])
                raise Killed
            made.append(name)
            return real(*given, **named)

        return call

    with monkeypatch.context() as patched:
        for name in CALLS:
            patched.setattr(os, name, stopping(name))
        yield made


@pytest.mark.usefixtures("unsynced")
def test_killed_between_any_two_calls_of_the_system_it_opens_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches, tiles, heads and a journal that begins anew; every call is once the last one."""
    monkeypatch.setattr(file_store, "JOURNAL_BYTES_MAX", 4_000)
    monkeypatch.setattr(file_store, "TILES_WAITING_MAX", 1)
    number, seen, ended = 0, set[str](), False
    while not ended:
        folder = tmp_path / f"{number}"
        file_store.create(folder, log_key().verifier)
        store, acknowledged, published = FileStore(folder), 0, 0
        with killed_at(number, monkeypatch) as made, suppress(Killed):
            for next_size in (3, 255, 257, 557):
                added(store, next_size - acknowledged)
                acknowledged = next_size
                store.publish(signed(acknowledged), acknowledged)
                published = acknowledged
            ended = True
        left(store)
        with opened(folder) as again:
            assert again.size() in (acknowledged, next_size)
            holds(again, again.size())
            assert again.published() in (
                signed(published) if published else None,
                signed(acknowledged) if acknowledged else None,
            )
            added(again, 5)
        with opened(folder) as again:
            holds(again, again.size())
        seen |= set(made)
        shutil.rmtree(folder)
        number += 1
    assert number > 40
    assert seen == set(CALLS) - {"ftruncate"}


WRITER = """
import sys
from pathlib import Path
from store_contract import batch
from suixin.evidence import file_store
file_store.JOURNAL_BYTES_MAX, file_store.TILES_WAITING_MAX = 40_000, 2
store = file_store.FileStore(Path(sys.argv[1]))
while True:
    store.add(batch(store.size(), 97))
    print(store.size(), flush=True)
"""


@pytest.mark.mechanism("B06")
def test_a_process_killed_while_it_writes_loses_nothing_that_it_acknowledged(folder: Path) -> None:
    """SIGKILL after so many acknowledgements, again and again on the same folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    acknowledged = 0
    for after in (1, 7, 23, 60):
        command = [sys.executable, "-c", WRITER, str(folder)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
        ) as run:
            assert run.stdout is not None
            for _ in range(after):
                acknowledged = int(run.stdout.readline())
            run.kill()
            for line in run.stdout:  # What it still said before the signal came.
                acknowledged = int(line) if line.endswith("\n") else acknowledged
        assert run.returncode == -9
        with opened(folder) as store:
            assert store.size() - acknowledged in (0, 97)
            holds(store, store.size())


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_refuses_is_told_and_nothing_is_half_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    with opened(folder) as store:
        added(store, 3)

        def refuses(*given: Any) -> int:
            raise OSError(fault, os.strerror(fault))

        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", refuses)
            with pytest.raises(DiskError):
                added(store, 2)
        holds(store, 3)
        added(store, 2)
        holds(store, 5)
    with opened(folder) as store:
        holds(store, 5)


def test_after_a_sync_that_failed_nothing_is_acknowledged_until_it_is_opened_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what a second sync would keep of what the first one lost."""

    def fails(file: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    with opened(folder) as store:
        added(store, 3)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", fails)
            with pytest.raises(DiskError):
                added(store, 2)
        with pytest.raises(StoreFault) as refused:
            added(store, 2)
        assert refused.value.code == "CLOSED"
        holds(store, 3)
    with opened(folder) as store:
        assert store.size() in (3, 5)
        holds(store, store.size())


def test_tiles_that_the_disk_refuses_stay_in_memory_and_in_the_journal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_store, "TILES_WAITING_MAX", 1)

    def refuses(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with opened(folder) as store:
        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", refuses)
            added(store, 300, 300)
            holds(store, 600)
            assert not list(folder.rglob("*.part"))
        added(store, 1)
        holds(store, 601)
        assert (folder / "tile" / "0" / "001").exists()


def test_one_writer_at_a_time(folder: Path) -> None:
    first = FileStore(folder)
    with pytest.raises(StoreFault) as refused:
        FileStore(folder)
    assert refused.value.code == "LOCKED"
    first.close()
    with opened(folder):
        pass


@pytest.mark.usefixtures("unsynced")
def test_a_journal_with_any_byte_altered_is_refused_and_left_as_it_is(folder: Path) -> None:
    with opened(folder) as store:
        added(store, 1, 2)
    raw = (folder / "journal").read_bytes()
    for at in range(len(raw)):
        altered = raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :]
        (folder / "journal").write_bytes(altered)
        with pytest.raises(StoreFault) as refused:
            FileStore(folder)
        assert refused.value.code == "DAMAGED"
        assert (folder / "journal").read_bytes() == altered
    (folder / "journal").write_bytes(raw)
    with opened(folder) as store:
        holds(store, 3)


def test_records_put_in_another_order_or_taken_out_are_refused(folder: Path) -> None:
    """Each record is bound to the one before."""
    with opened(folder) as store:
        added(store, 1, 1, 1)
    raw = (folder / "journal").read_bytes()
    cuts = [0, *(end for end, _ in ends(raw))]
    start, one, two, three = (raw[a:b] for a, b in pairwise(cuts))
    for forged in (start + two + three, start + one + three, start + two + one, one + two):
        (folder / "journal").write_bytes(forged)
        with pytest.raises(StoreFault) as refused:
            FileStore(folder)
        assert refused.value.code == "DAMAGED"


def test_a_folder_without_its_journal_or_its_tiles_is_refused_by_name(folder: Path) -> None:
    store = FileStore(folder)
    added(store, 600)
    store.publish(signed(600), 600)
    store.close()
    kept = (folder / "journal").read_bytes()
    (folder / "journal").unlink()
    with pytest.raises(StoreFault, match="journal is missing"):
        FileStore(folder)
    (folder / "journal").write_bytes(b"")
    with pytest.raises(StoreFault, match="has no beginning"):
        FileStore(folder)
    (folder / "journal").write_bytes(kept)
    (folder / "tile/0/001").rename(folder / "away")
    with pytest.raises(StoreFault, match="tile/0/001 is missing"):
        FileStore(folder)
    (folder / "tile/0/001").write_bytes((folder / "away").read_bytes()[:-32])
    with pytest.raises(StoreFault, match="tile/0/001 has 8160 bytes"):
        FileStore(folder)
    (folder / "tile/0/001").write_bytes((folder / "tile/0/000").read_bytes())
    with pytest.raises(StoreFault, match="do not lead to the root that was signed at 600"):
        FileStore(folder)


def test_the_journal_begins_anew_before_it_is_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_store, "JOURNAL_BYTES_MAX", 5_000)
    with opened(folder) as store:
        for _ in range(30):
            added(store, 100)
            assert (folder / "journal").stat().st_size < 10_000
    with opened(folder) as store:
        holds(store, 3_000)


def test_what_a_folder_serves_grows_with_each_head_and_leaves_nothing_over(folder: Path) -> None:
    """The partial tiles of a head stand there until the full ones do."""
    store = FileStore(folder)
    for size, served in ((3, "000.p/3"), (255, "000.p/255"), (256, "000"), (259, "001.p/3")):
        added(store, size - store.size())
        store.publish(signed(size), size)
        for level in ("0", "entries"):
            assert (folder / "tile" / level / served).exists()
            assert (folder / "tile" / level / "000.p").exists() == (size < 256)
    assert (folder / "tile/1/000.p/1").exists()
    store.close()
    assert not list(folder.rglob("*.part"))


def test_a_head_older_than_the_entries_gets_its_own_tiles(folder: Path) -> None:
    with opened(folder) as store:
        added(store, 300)
        store.publish(signed(257), 257)
        assert (folder / "tile/0/001.p/1").stat().st_size == 32
        assert (folder / "tile/0/000").stat().st_size == 8_192


def test_a_second_log_is_not_begun_over_the_first(folder: Path) -> None:
    with pytest.raises(StoreFault) as refused:
        file_store.create(folder, log_key().verifier)
    assert refused.value.code == "EXISTS"
    with pytest.raises(StoreFault) as missing:
        FileStore(folder / "elsewhere")
    assert missing.value.code == "NO_LOG"


def test_begun_and_killed_it_can_be_begun_again(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"torn")
    (tmp_path / "policy.part").write_bytes(b"torn")
    file_store.create(tmp_path, log_key().verifier)
    with opened(tmp_path) as store:
        holds(store, 0)
    assert not (tmp_path / "policy.part").exists()


def test_authors_and_witnesses_are_admitted_once_and_in_one_role(folder: Path) -> None:
    author, witness = author_key("bank").verifier, witness_key("bank").verifier
    store = FileStore(folder)
    for key in (author, witness, author, witness):
        store.admit(key)
    store.close()
    keys = file_store.read_keys(folder)
    assert keys.authors == (author,)
    assert [one.key for one in keys.witnesses.values()] == [witness]
    with opened(folder) as store:
        same_key = Signer("other.example", ED25519, author_key("bank").seed).verifier
        with pytest.raises(PolicyFault, match="listed already"):
            store.admit(same_key)  # One holder who numbers his entries twice.
        assert store.keys == keys == file_store.read_keys(folder)


@pytest.mark.parametrize(
    "alter",
    [
        lambda raw: raw + b"# a remark\n",
        lambda raw: raw + raw,
        lambda raw: raw.replace(b"quorum none", b"quorum nona"),
        lambda raw: raw[:-1],
        lambda raw: b"",
        lambda raw: raw.replace(b"\n", b" https://bank.example\n", 1),
    ],
)
def test_keys_that_a_log_did_not_write_so_are_refused(
    folder: Path, alter: Callable[[bytes], bytes]
) -> None:
    raw = (folder / "policy").read_bytes()
    with pytest.raises(PolicyFault):
        file_store.parse_keys(alter(raw))
    (folder / "policy").write_bytes(alter(raw))
    with pytest.raises(StoreFault) as refused:
        FileStore(folder)
    assert refused.value.code == "DAMAGED"


def test_a_bundle_altered_on_the_disk_is_never_served_as_what_it_was(folder: Path) -> None:
    store = FileStore(folder)
    added(store, 300)
    store.close()
    path = folder / "tile/entries/000"
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    with opened(folder) as store, pytest.raises(ProofError):
        list(store.entries(0, 300))
    assert leaf_hash(b"entry 0") == tree(1).node(0, 0)
