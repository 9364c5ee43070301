"""Forks and what finds them: two notes that cannot both be true, and who compares them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

import pytest
from evidence_parties import NAMES, NOON, ORIGIN, checkpoint_note, log_key, sealed, witness_key
from evidence_wire import ID, Room, policy_of, room
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.evidence import fork, monitor, policy
from suixin.evidence.fetch import Reply
from suixin.evidence.fork import Finding, Fork, compare, first_difference
from suixin.evidence.merkle import ProofError, Tree, consistency, leaf_hash
from suixin.evidence.note import NoteError
from suixin.evidence.serving import Told
from suixin.evidence.watch import NO_PROOF, Watch, watching
from suixin.evidence.witness_folder import WitnessFolder

LOG = [log_key().verifier]
ONE = Tree([leaf_hash(b"%d" % n) for n in range(20)])
OTHER = Tree([leaf_hash(b"%d" % (n if n != 6 else 99)) for n in range(20)])


def signed(tree: Tree, size: int) -> str:
    return checkpoint_note(tree, [log_key()], size)


@given(st.integers(0, 20), st.integers(0, 20))
def test_heads_of_one_history_agree_and_of_two_are_a_fork(small: int, large: int) -> None:
    small, large = sorted((small, large))
    assert compare(signed(ONE, small), signed(ONE, large), ONE.node) == (Finding.AGREE, None)
    finding, found = compare(signed(OTHER, small), signed(ONE, large), ONE.node)
    if small <= 6:
        assert finding is Finding.AGREE
        return
    assert finding is Finding.FORK
    assert found is not None
    assert found.check(LOG).size == small
    assert fork.read(found.text().encode()) == found
    for wrong in (
        replace(found, other_root=bytes(32)),
        replace(found, smaller=signed(ONE, small)),
        replace(found, path=(*found.path, bytes(32))),
        replace(found, larger=checkpoint_note(ONE, [log_key(version=2)], large)),
        replace(found, smaller=checkpoint_note(ONE, [witness_key("bank")], small)),
    ):
        with pytest.raises((ProofError, NoteError)):
            wrong.check(LOG)


def test_without_a_tree_two_sizes_are_unproven_and_one_size_is_not() -> None:
    finding, pair = compare(signed(ONE, 5), signed(ONE, 9))
    assert (finding, pair) == (Finding.UNPROVEN, Fork(signed(ONE, 5), signed(ONE, 9)))
    assert compare(signed(ONE, 9), signed(OTHER, 9))[0] is Finding.FORK
    assert compare(signed(ONE, 0), signed(ONE, 9))[0] is Finding.AGREE
    false = Tree([bytes(32)] * 20).node
    assert compare(signed(ONE, 5), signed(ONE, 9), false)[0] is Finding.UNPROVEN


def test_two_logs_are_not_compared() -> None:
    other = checkpoint_note(ONE, [log_key("other.example/suixin/1")], 5, "other.example/suixin/1")
    with pytest.raises(ValueError, match="two logs"):
        compare(signed(ONE, 5), other)
    both = [log_key().verifier, log_key("other.example/suixin/1").verifier]
    with pytest.raises(ProofError, match="two logs"):
        Fork(signed(ONE, 5), other).check(both)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"1", b"\xff", b'{"larger":"a","other_root":"","path":[1],"smaller":"b"}',
     b'{"larger":"a","other_root":"!","path":[],"smaller":"b"}',
     b'{"larger":1,"other_root":"","path":[],"smaller":"b"}'],
)  # fmt: skip
def test_what_is_no_record_of_a_fork(raw: bytes) -> None:
    with pytest.raises(InputError) as refused:
        fork.read(raw)
    assert refused.value.code == "FORK"


@given(st.integers(1, 40), st.data())
def test_the_first_difference_is_found_from_a_few_hashes(size: int, data: st.DataObject) -> None:
    changed = data.draw(st.sets(st.integers(0, size - 1)))
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    others = [leaf_hash(b"other") if n in changed else one for n, one in enumerate(leaves)]
    asked = 0
    theirs = Tree(others).node

    def counted(level: int, index: int) -> bytes:
        nonlocal asked
        asked += 1
        return theirs(level, index)

    found = first_difference(size, Tree(leaves).node, counted)
    assert found == (min(changed) if changed else None)
    assert asked <= 2 * size.bit_length() + 1


# Monitoring ----------------------------------------------------------------------------------


def one_history(here: Room) -> list[WitnessFolder]:
    kept = [here.witness(name) for name in NAMES]
    log = here.log()
    log.look_back()
    log.add([sealed("bank", seq) for seq in range(5)], NOON)
    log.beat(NOON)
    return kept


def parties() -> policy.Policy:
    return policy.parse(policy_of())


def test_witnesses_of_one_history_agree(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        one_history(here)
        found = monitor.look(ORIGIN, parties(), here.wire.ask)
        assert found.finding is Finding.AGREE
        assert {one.name: one.found.size if one.found else 0 for one in found.sightings} == {
            "log": 5, **dict.fromkeys(NAMES, 5)}  # fmt: skip


def test_who_shows_nothing_or_what_is_not_signed_is_told_and_stops_nothing(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        one_history(here)
        here.close("bank")
        tree = Tree([bytes(32)])
        alone = checkpoint_note(tree, [witness_key("government")])
        here.wire.lies("government", lambda call: Told(200, alone.encode()))
        here.wire.lies("platform", lambda call: Told(200, b"nothing"))
        found = monitor.look(ORIGIN, parties(), here.wire.ask)
        assert found.finding is Finding.AGREE
        told = {one.name: one.told for one in found.sightings}
        assert "cannot be reached" in told["bank"]
        assert told["government"] == "It is not signed by the log and by this witness."
        assert told["platform"]


def test_a_split_view_is_found_from_the_mirrors_though_the_log_is_gone(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        here.witness("bank")
        here.witness("government", mirrored="rogue")
        log, rogue = here.log(), here.log("rogue")
        for one, last in ((log, sealed("bank", 2)), (rogue, sealed("platform", 0))):
            one.as_left()
            one.add([sealed("bank", 0), sealed("bank", 1), last], NOON)
        rogue.add([sealed("platform", 1)], NOON)
        here.wire.down.add("government")
        log.beat(NOON)
        here.wire.down = {"bank"}
        rogue.beat(NOON)
        here.wire.down = {"log", "rogue"}
        found = monitor.look(ORIGIN, parties(), here.wire.ask)
        assert found.finding is Finding.FORK
        (pair,) = found.pairs
        assert pair.check(LOG).size == 3


def test_each_look_freezes_a_fork_and_tells_the_others(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        bank, government, platform = one_history(here)
        forged = checkpoint_note(Tree([bytes(32)] * 5), [log_key(), witness_key("government")])
        honest = here.wire.routes["government"]
        here.wire.routes["government"] = lambda call: (
            Told(200, forged.encode()) if call.path.endswith("checkpoint") and not call.body
            else honest(call))  # fmt: skip
        (found,) = Watch(bank, here.wire.ask).look()
        assert found.finding is Finding.FORK
        for kept in (bank, government, platform):
            seen = kept.seen(ID)
            assert seen is not None
            assert seen.frozen == "it signed two histories of its first 5 entries."


def test_what_cannot_be_proved_twice_freezes_and_once_does_not(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        bank, _, _ = one_history(here)
        tree = Tree([bytes(32)] * 9)
        later = checkpoint_note(tree, [log_key(), witness_key("platform")])
        honest = here.wire.routes["platform"]
        here.wire.lies("platform", lambda call: Told(200, later.encode()))
        watch = Watch(bank, here.wire.ask)
        seen = bank.seen(ID)
        (found,) = watch.look()
        assert found.finding is Finding.UNPROVEN
        assert seen is not None
        assert not seen.frozen
        here.wire.routes["platform"] = honest  # It was a hiccup.
        assert watch.look()[0].finding is Finding.AGREE
        here.wire.lies("platform", lambda call: Told(200, later.encode()))
        watch.look()
        watch.look()
        after = bank.seen(ID)
        assert after is not None
        assert after.frozen == NO_PROOF
        assert not after.forks


def test_looking_ends_with_its_block(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        bank, _, _ = one_history(here)
        asked = Event()

        def ask(url: str, body: bytes | None = None) -> Reply:
            asked.set()
            return here.wire.ask(url, body)

        before = set(enumerate_threads())
        with watching(Watch(bank, ask), 0.01):
            assert asked.wait(10)
        assert not set(enumerate_threads()) - before


def test_the_larger_tree_proves_it_for_everybody_alike() -> None:
    """The bytes of a fork do not depend on who was asked first."""
    _, found = compare(signed(OTHER, 9), signed(ONE, 14), ONE.node)
    _, again = compare(signed(ONE, 14), signed(OTHER, 9), ONE.node)
    assert found == again
    assert found is not None
    assert found.path == consistency(9, 14, ONE.node)
    assert b64encode(found.other_root).decode() in found.text()
