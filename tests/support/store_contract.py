"""What every store of a log promises, and what a log over it does: the same tests for each.

A store passes by two classes of a few lines, each of which says how its store is opened:

    class TestMine(StoreContract):
        @pytest.fixture
        def kept(self, tmp_path): ...  # a `Kept`

    class TestMyLog(LogContract): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from evidence_parties import NAMES, NOON, ORIGIN, author_key, log_key, sealed, witness_key

from suixin.evidence import checkpoint, entry, log, merkle, note
from suixin.evidence.entry import Body, Kind, Sealed
from suixin.evidence.keys import Signer
from suixin.evidence.log import LogFault
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.merkle import EMPTY_ROOT, ProofError, Tree, check_inclusion, leaf_hash, root
from suixin.evidence.note import NoteError
from suixin.evidence.store import Batch, Store, StoreFault

AUTHORS = entry.authors(author_key(name).verifier for name in NAMES)
# Around the edges of tiles and bundles, which hold 256.
SIZES = (1, 2, 3, 7, 8, 254, 255, 256, 257, 511, 512, 513, 700)


@dataclass
class Kept:
    """A store, and how it is left and opened again, as by another process."""

    open: Callable[[], Store]
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = self.open()

    def again(self) -> Store:
        self.store.close()
        self.store = self.open()
        return self.store


def batch(first: int, count: int, author: str = "shop.example") -> Batch:
    """Entries that nobody signed: a store checks nothing of what they say."""
    entries = tuple(b"entry %d" % number for number in range(first, first + count))
    return Batch(first, entries, tuple(map(leaf_hash, entries)), {author: first + count})


@cache
def tree(size: int) -> Tree:
    return Tree(batch(0, size).leaves)


def filled(store: Store, sizes: Sequence[int]) -> None:
    for size in sizes:
        store.add(batch(store.size(), size - store.size()))


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


@cache
def signed(size: int, more: str = "") -> str:
    """A head of the tree of so many entries as a note; a store looks at no signature."""
    text = checkpoint.Checkpoint(ORIGIN, tree(size).head()).text
    last = "".join(f"— {name} AAAAAAA=\n" for name in more.split() if name.isalpha())
    return str(note.Note(text, (note.sign(text, log_key()),))) + last


def orders(first: int, count: int, party: str = "bank") -> list[Sealed]:
    return [entry.open(sealed(party, seq), AUTHORS) for seq in range(first, first + count)]


class LogContract:
    """`suixin.evidence.log` over a store: numbered entries, heads that only grow, proofs."""

    @pytest.fixture
    def kept(self) -> Kept:
        raise NotImplementedError("say how the store is opened")

    def test_entries_of_several_authors_stand_in_the_order_of_the_batch(self, kept: Kept) -> None:
        mixed = [*orders(0, 2), *orders(0, 3, "platform"), *orders(2, 1)]
        assert log.append(kept.store, mixed) == (0, 1, 2, 3, 4, 5)
        store = kept.again()
        assert list(store.entries(0, 6)) == [one.raw for one in mixed]
        assert log.append(store, orders(3, 2)) == (6, 7)
        assert log.append(store, []) == ()

    @pytest.mark.parametrize("wrong", [[1], [0, 2], [0, 1, 3], [5]])
    def test_a_gap_in_the_numbers_refuses_the_whole_batch(
        self, kept: Kept, wrong: list[int]
    ) -> None:
        skipped = [orders(seq, 1)[0] for seq in wrong]
        with pytest.raises(LogFault) as refused:
            log.append(kept.store, [*orders(0, 1, "platform"), *skipped])
        assert refused.value.code == "SEQ"
        assert kept.store.size() == kept.again().size() == 0

    def test_what_was_sent_again_is_not_logged_again(self, kept: Kept) -> None:
        first = orders(0, 3)
        assert log.append(kept.store, first) == (0, 1, 2)
        assert log.append(kept.store, [first[1], *orders(3, 1), first[0]]) == (1, 3, 0)
        four = orders(4, 1)
        assert log.append(kept.again(), [*first, *four, *four]) == (0, 1, 2, 4, 4)
        assert kept.store.size() == 5

    def test_another_entry_under_a_number_that_is_taken_is_refused(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 2))
        body = Body(Kind.CONSENT, NOON, 1, bytes(32))
        with pytest.raises(LogFault) as refused:
            log.append(kept.store, [entry.seal(body, author_key("bank"))])
        assert refused.value.code == "SEQ"

    def test_a_head_is_signed_once_for_a_size_and_proves_every_entry(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 5))
        told = log.checkpoint(kept.store, log_key())
        assert log.checkpoint(kept.again(), log_key()) == told
        head = checkpoint.read(note.open(told, [log_key().verifier]).text).head
        for index, one in enumerate(orders(0, 5)):
            proof = log.prove(kept.store, index)
            assert proof.checkpoint == told
            check_inclusion(one.leaf, index, proof.path, head)
        with pytest.raises(LogFault) as refused:
            log.prove(kept.store, 5)
        assert refused.value.code == "NO_ENTRY"

    def test_each_head_begins_with_every_head_before(self, kept: Kept) -> None:
        heads = []
        for seq in range(0, 60, 7):
            log.append(kept.store, orders(seq, 7))
            told = log.checkpoint(kept.again(), log_key())
            heads.append(checkpoint.read(note.read(told).text).head)
        for at, old in enumerate(heads):
            for new in heads[at:]:
                path = merkle.consistency(old.size, new.size, kept.store.node)
                merkle.check_consistency(old, new, path)

    def test_before_the_first_head_there_is_no_proof(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 1))
        for ask in (
            lambda: log.prove(kept.store, 0),
            lambda: log.cosign(kept.store, [], []),
        ):
            with pytest.raises(LogFault) as refused:
                ask()
            assert refused.value.code == "NO_HEAD"

    def test_cosignatures_over_the_last_head_by_listed_witnesses_are_kept(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 1))
        old = note.read(log.checkpoint(kept.store, log_key())).text
        log.append(kept.store, orders(1, 1))
        new = note.read(log.checkpoint(kept.store, log_key())).text
        bank, government = witness_key("bank"), witness_key("government")
        late, good, unlisted = (
            note.sign(old, bank, time=NOON),
            note.sign(new, bank, time=NOON),
            note.sign(new, government, time=NOON),
        )
        false = replace(good, value=good.value[:-1] + bytes([good.value[-1] ^ 1]))
        for offered in ([late, unlisted, false], [good, good]):
            told = log.cosign(kept.store, offered, [bank.verifier])
        opened = note.open(told, [log_key().verifier, bank.verifier, government.verifier])
        assert [one.by.name for one in opened.signed] == [ORIGIN, bank.name]
        assert kept.again().published() == told
        assert log.prove(kept.store, 0).checkpoint == told

    def test_a_key_of_another_origin_signs_no_head_here(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 1))
        log.checkpoint(kept.store, log_key())
        with pytest.raises(LogFault) as refused:
            log.checkpoint(kept.store, log_key("other.example/suixin/1"))
        assert refused.value.code == "ORIGIN"

    def test_behind_its_own_head_it_takes_and_signs_nothing_until_it_is_filled(
        self, kept: Kept
    ) -> None:
        """A restored backup: the head that witnesses keep is newer than the entries."""
        mirror = grown(9)
        newest = mirror.published()
        assert newest is not None
        log.append(kept.store, orders(0, 4))
        kept.store.publish(newest, 9)
        for act in (
            lambda: log.append(kept.again(), orders(4, 1)),
            lambda: log.checkpoint(kept.store, log_key()),
        ):
            with pytest.raises(LogFault) as refused:
                act()
            assert refused.value.code == "BEHIND"
        assert log.refill(kept.store, newest, mirror, log_key().verifier) == 5
        store = kept.again()
        assert list(store.entries(0, 9)) == [one.raw for one in orders(0, 9)]
        assert store.next_seq(author_key("bank").name) == 9
        assert log.append(store, orders(9, 1)) == (9,)
        assert log.checkpoint(store, log_key()) != newest

    def test_a_mirror_that_tells_another_history_fills_nothing(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 3))
        true, other = grown(6), grown(6, "platform")
        newest = true.published()
        assert newest is not None
        short = grown(5)
        for source, code in ((other, "FORK"), (short, "BEHIND"), (Fickle(6), "FORK")):
            with pytest.raises(LogFault) as refused:
                log.refill(kept.store, newest, source, log_key().verifier)
            assert refused.value.code == code
            assert kept.store.size() == 3
        assert log.refill(kept.again(), newest, true, log_key().verifier) == 3

    def test_a_head_of_another_history_is_a_fork_and_changes_nothing(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 6))
        told = log.checkpoint(kept.store, log_key())
        for size in (2, 6, 8):
            rogue = grown(size, "platform")
            newest = rogue.published()
            assert newest is not None
            with pytest.raises(LogFault) as refused:
                log.refill(kept.store, newest, rogue, log_key().verifier)
            assert refused.value.code == "FORK"
            assert kept.store.size() == 6
            # A larger head is kept though it is another's history: nothing is signed behind it.
            assert kept.store.published() == (newest if size > 6 else told)
        with pytest.raises(LogFault):
            log.checkpoint(kept.again(), log_key())

    def test_a_head_that_the_log_did_not_sign_fills_nothing(self, kept: Kept) -> None:
        mirror = grown(3, by=log_key(version=2))
        newest = mirror.published()
        assert newest is not None
        with pytest.raises(NoteError):
            log.refill(kept.store, newest, mirror, log_key().verifier)
        told = note.read(newest).text.replace("county", "bounty")
        renamed = note.write(told, [note.sign(told, log_key())])
        with pytest.raises(LogFault) as refused:
            log.refill(kept.store, renamed, mirror, log_key().verifier)
        assert refused.value.code == "ORIGIN"
        assert kept.store.size() == 0
        assert kept.store.published() is None

    def test_an_older_head_brings_nothing_back(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 4))
        told = log.checkpoint(kept.store, log_key())
        older = grown(2)
        newest = older.published()
        assert newest is not None
        assert log.refill(kept.store, newest, older, log_key().verifier) == 0
        assert kept.again().published() == told


def grown(size: int, party: str = "bank", by: Signer | None = None) -> MemoryStore:
    """Another log of the same name, with its signed head."""
    store = MemoryStore()
    log.append(store, orders(0, size, party))
    log.checkpoint(store, by or log_key())
    return store


class Fickle(MemoryStore):
    """A mirror that shows the right entries once, and others when it is asked again."""

    def __init__(self, size: int) -> None:
        super().__init__()
        log.append(self, orders(0, size))
        self.asked = 0

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        self.asked += 1
        found = super().entries(start, end)
        return found if self.asked == 1 else iter([b"another"] * (end - start))
