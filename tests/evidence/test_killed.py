"""A log that is killed, at any byte and between any two calls of the system, opens whole.

What was acknowledged is there; what was not is there whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from evidence_parties import log_key
from kept_store import signed
from log_folder import added, ends, holds, left, opened

from suixin.evidence import file_store
from suixin.evidence.file_store import FileStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file_store.create(tmp_path / "log", log_key().verifier)
    return tmp_path / "log"


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that open a folder hundreds of times and take no power away."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda file: None)


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
from kept_store import batch
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
