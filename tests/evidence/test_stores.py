"""Every store of ours keeps the contracts of tests/support; two classes a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from evidence_parties import NAMES, author_key, log_key, witness_key
from hypothesis import given, settings
from hypothesis import strategies as st
from store_contract import Kept, LogContract, StoreContract, batch, signed, tree

from suixin.evidence import file_store
from suixin.evidence.file_store import FileStore
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.merkle import Head, root


class _Memory:
    @pytest.fixture
    def kept(self) -> Kept:
        store = MemoryStore()
        return Kept(lambda: store)


class _Files:
    @pytest.fixture
    def kept(self, tmp_path: Path) -> Iterator[Kept]:
        folder = tmp_path / "log"
        begin(folder)
        found = Kept(lambda: FileStore(folder))
        yield found
        found.store.close()


class TestStoreInMemory(_Memory, StoreContract):
    pass


class TestLogInMemory(_Memory, LogContract):
    pass


class TestStoreInFiles(_Files, StoreContract):
    pass


class TestLogInFiles(_Files, LogContract):
    pass


def begin(folder: Path) -> None:
    file_store.create(
        folder,
        log_key().verifier,
        authors=[author_key(name).verifier for name in NAMES],
        witnesses=[witness_key(name).verifier for name in NAMES],
    )


steps = st.lists(st.sampled_from([0, 1, 3, 100, 256, 300, "again", "publish"]), max_size=12)


@settings(max_examples=15)
@given(steps)
def test_files_and_memory_tell_the_same_whatever_is_done_to_them(
    tmp_path_factory: pytest.TempPathFactory, done: list[int | str]
) -> None:
    folder = tmp_path_factory.mktemp("same") / "log"
    begin(folder)
    files, memory = Kept(lambda: FileStore(folder)), MemoryStore()
    for step in done:
        if step == "again":
            files.again()
        elif step == "publish":
            for store in (files.store, memory):
                store.publish(signed(memory.size()), memory.size())
        else:
            added = batch(memory.size(), int(step))
            for store in (files.store, memory):
                store.add(added)
        size = memory.size()
        assert files.store.size() == size
        assert Head(size, root(size, files.store.node)) == memory.head() == tree(size).head()
        assert files.store.published() == memory.published()
        assert files.store.next_seq("shop.example") == memory.next_seq("shop.example")
        assert list(files.store.entries(0, size)) == list(memory.entries(0, size))
    files.store.close()
