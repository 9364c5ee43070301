"""A log in files: what the disk refuses, what somebody altered, what is served, who may write."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from evidence_parties import author_key, log_key, witness_key
from kept_store import signed, tree
from log_folder import added, ends, holds, opened

from suixin.data.errors import DiskError
from suixin.evidence import file_store, journal
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import ED25519, Signer
from suixin.evidence.merkle import ProofError, leaf_hash
from suixin.evidence.policy import PolicyFault
from suixin.evidence.store import StoreFault
from tests.conftest import skip_or_fail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file_store.create(tmp_path / "log", log_key().verifier)
    return tmp_path / "log"


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that open a folder hundreds of times and take no power away."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda file: None)


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_refuses_is_told_and_nothing_is_half_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    with opened(folder) as store:
        added(store, 3)

        real, before = os.pwrite, (folder / "journal").stat().st_size

        def refuses(file: int, content: bytes, at: int) -> int:
            """Half of it goes through, then the disk is full."""
            if at > before:
                raise OSError(fault, os.strerror(fault))
            return real(file, content[: len(content) // 2], at)

        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", refuses)
            with pytest.raises(DiskError):
                added(store, 2)
        assert (folder / "journal").stat().st_size == before
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


def test_what_the_journal_lets_go_of_is_on_the_disk_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing takes the place of another file but what it rests on is synced: tiles, then heads."""
    if not Path("/proc/self/fd").is_dir():
        skip_or_fail("which file is synced is asked of /proc, which this system has not")
    monkeypatch.setattr(file_store, "JOURNAL_BYTES_MAX", 4_000)
    synced, replaced = set[Path](), list[tuple[str, set[Path]]]()
    fsync, replace = os.fsync, os.replace

    def noted(file: int) -> None:
        fsync(file)
        synced.add(Path(f"/proc/self/fd/{file}").readlink())

    def seen(source: Path, target: Path) -> None:
        replaced.append((Path(target).relative_to(folder).as_posix(), set(synced)))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", seen)
    store = FileStore(folder)
    added(store, 300, 300)
    store.publish(signed(600), 600)
    store.close()
    names = [name for name, _ in replaced]
    assert "journal" in names
    assert "checkpoint" in names
    for at, (name, on_disk) in enumerate(replaced):
        written = [one for one in names[:at] if one.startswith("tile/")]
        if name == "checkpoint":
            partial = [f"{one}.part" for one in written if ".p/" in one]
            assert partial
            assert {folder / one for one in partial} <= on_disk
        if name == "journal":
            full = [folder / one for one in written if ".p/" not in one]
            assert full
            assert {*full, *(path.parent for path in full), folder / "journal.part"} <= on_disk


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


def test_a_journal_of_something_else_than_batches_is_refused(folder: Path) -> None:
    for contents in ([b'{"first":0}'], [b"[]"]):
        journal.begin(folder / "journal", contents)
        with pytest.raises(StoreFault, match="something else than batches"):
            FileStore(folder)


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
