"""What a log does over a store: numbered entries, heads that only grow, proofs; for every store.

class TestMyLog(LogContract):
    @pytest.fixture
    def kept(self, tmp_path): ...  # a `Kept` of tests/support/kept_store.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from evidence_parties import NAMES, NOON, ORIGIN, author_key, log_key, sealed, witness_key
from kept_store import Kept

from suixin.evidence import checkpoint, entry, log, merkle, note
from suixin.evidence.entry import Body, Kind, Sealed
from suixin.evidence.keys import Signer
from suixin.evidence.log import LogFault
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.merkle import check_inclusion
from suixin.evidence.note import NoteError

AUTHORS = entry.authors(author_key(name).verifier for name in NAMES)


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

    def test_a_mirror_that_left_a_signed_head_on_the_way_fills_nothing(self, kept: Kept) -> None:
        """The log signed six of one history, then eight of another with the same first three."""
        log.append(kept.store, orders(0, 3))
        newest = grown(6).published()
        assert newest is not None
        kept.store.publish(newest, 6)
        rogue = MemoryStore()
        log.append(rogue, [*orders(0, 3), *orders(0, 5, "platform")])
        told = log.checkpoint(rogue, log_key())
        with pytest.raises(LogFault, match="not those signed at 6") as refused:
            log.refill(kept.store, told, rogue, log_key().verifier)
        assert refused.value.code == "FORK"
        assert kept.store.size() == 3

    def test_entries_that_are_not_those_it_signed_stop_the_log(self, kept: Kept) -> None:
        log.append(kept.store, orders(0, 3))
        other = grown(2, "platform").published()
        assert other is not None
        kept.store.publish(other, 2)
        with pytest.raises(LogFault, match="not those in the store") as refused:
            log.checkpoint(kept.store, log_key())
        assert refused.value.code == "FORK"

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
