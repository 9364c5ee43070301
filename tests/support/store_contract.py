"""What every store of a log promises, and what a log does over it: the same tests for each.

A store passes by two classes of a few lines, each of which says how its store is opened:

    class TestMine(StoreContract):
        @pytest.fixture
        def kept(self, tmp_path): ...  # a `Kept`

    class TestMyLog(LogContract): ...
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from kept_store import Kept, batch, filled, signed, tree
from log_contract import AUTHORS, LogContract, orders

from suixin.evidence import entry, merkle
from suixin.evidence.merkle import EMPTY_ROOT, ProofError, check_inclusion, leaf_hash, root
from suixin.evidence.store import Batch, StoreFault

__all__ = [
    "AUTHORS",
    "Kept",
    "LogContract",
    "StoreContract",
    "batch",
    "filled",
    "orders",
    "signed",
    "tree",
]

# Around the edges of tiles and bundles, which hold 256.
SIZES = (1, 2, 3, 7, 8, 254, 255, 256, 257, 511, 512, 513, 700)


class StoreContract:
    """The port `suixin.evidence.store.Store`."""

    @pytest.fixture
    def kept(self) -> Kept:
        raise NotImplementedError("say how the store is opened")

    def test_there_is_nothing_at_first(self, kept: Kept) -> None:
        for store in (kept.store, kept.again()):
            assert store.size() == 0
            assert list(store.entries(0, 0)) == []
            assert store.find(leaf_hash(b"")) is None
            assert store.published() is None
            assert store.next_seq("shop.example") == 0
            assert root(0, store.node) == EMPTY_ROOT

    def test_entries_come_back_as_they_were_in_order(self, kept: Kept) -> None:
        filled(kept.store, SIZES)
        expected = batch(0, SIZES[-1]).entries
        for store in (kept.store, kept.again()):
            assert store.size() == len(expected)
            assert tuple(store.entries(0, len(expected))) == expected
            for start, end in ((0, 1), (255, 257), (256, 256), (300, 699), (699, 700)):
                assert tuple(store.entries(start, end)) == expected[start:end]

    def test_nodes_roots_and_proofs_are_those_of_the_tree(self, kept: Kept) -> None:
        filled(kept.store, SIZES)
        expected = tree(SIZES[-1])
        for store in (kept.store, kept.again()):
            for level in range(10):
                for index in range(SIZES[-1] >> level):
                    assert store.node(level, index) == expected.node(level, index)
            for size in range(SIZES[-1] + 1):
                assert root(size, store.node) == expected.head(size).root
            for at in (0, 255, 256, 511, 512, 699):
                path = merkle.inclusion(at, SIZES[-1], store.node)
                check_inclusion(batch(at, 1).leaves[0], at, path, expected.head())

    def test_every_leaf_is_found_and_no_other(self, kept: Kept) -> None:
        filled(kept.store, SIZES)
        for store in (kept.store, kept.again()):
            for at in (0, 1, 255, 256, 300, 511, 512, 699):
                assert store.find(batch(at, 1).leaves[0]) == at
            assert store.find(leaf_hash(b"another")) is None
            for none in (bytes(32), b"", batch(0, 1).leaves[0][:31]):
                assert store.find(none) is None

    def test_of_two_equal_leaves_the_newest_is_found(self, kept: Kept) -> None:
        twice = (b"same", b"between", b"same")
        kept.store.add(Batch(0, twice, tuple(map(leaf_hash, twice)), {"shop.example": 3}))
        for store in (kept.store, kept.again()):
            assert store.find(leaf_hash(b"same")) == 2

    def test_the_numbers_of_authors_are_kept_with_their_entries(self, kept: Kept) -> None:
        kept.store.add(batch(0, 3, "one.example"))
        kept.store.add(replace(batch(3, 300), authors={"one.example": 5, "two.example": 298}))
        for store in (kept.store, kept.again()):
            assert store.next_seq("one.example") == 5
            assert store.next_seq("two.example") == 298
            assert store.next_seq("three.example") == 0

    def test_a_batch_that_begins_elsewhere_changes_nothing(self, kept: Kept) -> None:
        filled(kept.store, [5])
        for first in (0, 4, 6):
            with pytest.raises(StoreFault) as refused:
                kept.store.add(batch(first, 2, "other.example"))
            assert refused.value.code == "WRITER"
        for store in (kept.store, kept.again()):
            assert store.size() == 5
            assert store.next_seq("other.example") == 0
            assert root(5, store.node) == tree(5).head().root

    def test_a_batch_of_entries_without_their_hashes_cannot_be_made(self) -> None:
        with pytest.raises(ValueError, match="one leaf hash for each"):
            Batch(0, (b"one", b"two"), (leaf_hash(b"one"),), {})

    def test_the_longest_and_the_shortest_entry(self, kept: Kept) -> None:
        entries = (b"", b"x" * entry.ENTRY_BYTES_MAX, b"\0" * 300, b"")
        kept.store.add(Batch(0, entries, tuple(map(leaf_hash, entries)), {}))
        for store in (kept.store, kept.again()):
            assert tuple(store.entries(0, 4)) == entries

    def test_what_is_not_there_is_refused(self, kept: Kept) -> None:
        filled(kept.store, [256, 300])
        for start, end in ((-1, 1), (2, 1), (0, 301), (301, 301)):
            with pytest.raises(ProofError):
                list(kept.store.entries(start, end))
        for level, index in ((0, 300), (0, -1), (-1, 0), (8, 1), (9, 0), (63, 0)):
            with pytest.raises(ProofError):
                kept.store.node(level, index)

    def test_the_last_published_head_is_kept_to_the_letter(self, kept: Kept) -> None:
        filled(kept.store, [3])
        for told in ("one\n1\n\n— who AAAAAAA=\n", "穗信\n3\n\n— who AAAAAAA=\n— an AAAAAAE=\n"):
            kept.store.publish(signed(3, told), 3)
            assert kept.store.published() == signed(3, told)
        assert kept.again().published() == signed(3, told)

    def test_a_head_ahead_of_the_entries_is_kept_too(self, kept: Kept) -> None:
        """As while a log is filled again: nothing may be signed behind it."""
        filled(kept.store, [3])
        kept.store.publish(signed(700), 700)
        store = kept.again()
        assert store.published() == signed(700)
        filled(store, [700])
        assert kept.again().size() == 700

    def test_a_log_goes_on_where_it_was_left_each_time(self, kept: Kept) -> None:
        for size in (1, 2, 200, 255, 256, 257, 600):
            filled(kept.store, [size])
            kept.store.publish(signed(size), size)
            store = kept.again()
            assert store.size() == size
            assert root(size, store.node) == tree(size).head().root
            assert store.next_seq("shop.example") == size
