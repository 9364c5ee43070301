"""A witness in its folder: what it keeps, mirrors, freezes, and takes from the other parties."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from evidence_parties import (
    NAMES,
    NOON,
    ORIGIN,
    author_key,
    checkpoint_note,
    log_key,
    sealed,
    seed,
    witness_key,
)
from evidence_wire import ID, Room, policy_of, room

from suixin.data.errors import DiskError, InputError
from suixin.evidence import checkpoint, fork, freeze, note, seen_file, witness_folder
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.evidence.fork import Fork
from suixin.evidence.freeze import DecisionFault, NewKey, NewLog
from suixin.evidence.keys import ED25519, KeyFault, Signer
from suixin.evidence.merkle import Head, Tree, leaf_hash
from suixin.evidence.policy import PolicyFault
from suixin.evidence.witness_folder import WitnessFolder

TRADES = [sealed("platform", seq, kind=Kind.SETTLEMENT) for seq in range(40)]


def witnessed(here: Room, count: int = 40) -> WitnessFolder:
    """A log of a co-operative's trades, cosigned and mirrored by the bank alone."""
    kept, log = here.witness("bank"), here.log()
    log.as_left()
    log.add(TRADES[:count], NOON)
    log.beat(NOON)
    return kept


def size_of(kept: WitnessFolder) -> int:
    seen = kept.seen(ID)
    assert seen is not None
    return seen.head.size


def why_frozen(kept: WitnessFolder) -> str:
    seen = kept.seen(ID)
    assert seen is not None
    return seen.frozen


def test_what_it_cosigned_it_mirrors_and_keeps_over_a_restart(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        assert size_of(kept) == 40
        mirror = tmp_path / "bank/logs" / ID / "mirror"
        for path in (tmp_path / "log/tile").rglob("*"):
            if path.is_file():
                assert (
                    mirror / path.relative_to(tmp_path / "log")
                ).read_bytes() == path.read_bytes()
        here.close("bank")
        again = here.witness("bank")
        assert size_of(again) == 40
        assert not why_frozen(again)


def test_without_the_entries_it_does_not_cosign(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = here.witness("bank", mirrored="nowhere")
        log = here.log()
        log.as_left()
        log.add(TRADES[:2], NOON)
        (told,) = [one for one in log.beat(NOON) if one.name == "bank"]
        assert (told.outcome, "503" in told.told) == ("refused", True)
        assert size_of(kept) == 0


@pytest.mark.mechanism("E09")
@pytest.mark.parametrize("rewritten", [0, 7, 38])
def test_a_rewritten_trade_is_named_and_the_log_frozen(tmp_path: Path, rewritten: int) -> None:
    """The operator changes one byte of one settlement, signs the whole anew, and asks again."""
    with room(tmp_path) as here:
        kept = witnessed(here)
        here.close("log")
        shutil.rmtree(tmp_path / "log")
        other = here.log()
        other.as_left()
        changed = list(TRADES)
        changed[rewritten] = sealed("platform", rewritten, "00" * 32, Kind.SETTLEMENT)
        other.add([*changed, sealed("platform", 40)], NOON)
        other.beat(NOON)
        assert size_of(kept) == 40
        assert why_frozen(kept) == f"it rewrote entry {rewritten}."
        named = tmp_path / "bank/logs" / ID / f"rewritten-{rewritten}"
        assert named.read_bytes() == changed[rewritten]
        assert "two histories" in other.state  # It asked why, and was shown the proof.
        with pytest.raises(InputError, match="frozen"):
            other.beat(NOON)


def test_the_proof_of_a_fork_is_taken_from_anybody_and_no_lie_is(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        trees = [Tree([bytes([n]) * 32] * 3) for n in (1, 2)]
        notes = [checkpoint_note(tree, [log_key()]) for tree in trees]
        strange = [checkpoint_note(tree, [log_key(version=2)]) for tree in trees]
        other = log_key("other.example/suixin/1")
        unknown = [checkpoint_note(tree, [other], origin=other.name) for tree in trees]
        for pair, status in (
            ((notes[0], notes[0]), 422),
            (strange, 422),
            (unknown, 404),
        ):
            assert kept.add_fork(Fork(*pair).text().encode()).status == status
        assert kept.add_fork(b"nothing").status == 422
        assert not why_frozen(kept)
        assert kept.add_fork(Fork(*notes).text().encode()).status == 200
        assert why_frozen(kept) == "it signed two histories of its first 3 entries."
        told = json.loads(here.wire.ask(f"http://bank/witness/{ID}/forks").body)
        assert fork.of(told["forks"][0]).check([log_key().verifier]).size == 3
        with pytest.raises(DecisionFault, match="It forked"):
            kept.thaw(ORIGIN)


def test_whoever_stole_a_replaced_key_freezes_nothing_alone(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        kept.decide(decided_key(kept))
        trees = [Tree([bytes([n]) * 32] * 40) for n in (1, 2)]
        forged = Fork(*(checkpoint_note(tree, [log_key()]) for tree in trees))
        assert kept.add_fork(forged.text().encode()).status == 422
        thief = checkpoint_note(trees[0], [log_key()])
        assert kept.add_checkpoint(f"old 40\n\n{thief}".encode(), NOON).status == 422
        assert not why_frozen(kept)
        seen = kept.seen(ID)
        assert seen is not None
        with_party = checkpoint_note(trees[0], [log_key(), witness_key("government")])
        real = Fork(seen.note, with_party)
        assert kept.add_fork(real.text().encode()).status == 200  # A party cosigned it: both are.
        assert why_frozen(kept)


def decided_key(kept: WitnessFolder, signers: tuple[str, ...] = NAMES[:2]) -> str:
    seen = kept.seen(ID)
    assert seen is not None
    text = NewKey(log_key().verifier, log_key(version=2).verifier, seen.head).text
    return note.write(text, [note.sign(text, author_key(name)) for name in signers])


def test_a_new_key_lasts_and_is_told_by_two(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        with pytest.raises(DecisionFault) as refused:
            kept.decide(decided_key(kept, NAMES[:1]))
        assert refused.value.code == "SIGNERS"
        kept.decide(decided_key(kept))
        with pytest.raises(DecisionFault) as refused:
            kept.decide(decided_key(kept))
        assert refused.value.code == "KEY"
        here.close("bank", "log")
        policy = policy_of(logs=[log_key()]).replace(
            f"log {log_key().verifier} http://log/log\nlog {log_key().verifier}",
            f"log {log_key().verifier} http://log/log\nlog {log_key(version=2).verifier}",
        )
        (tmp_path / "bank/policy").write_text(policy, "utf-8")
        again = here.witness("bank")
        log = here.log(by=log_key(version=2))
        log.as_left()
        log.add([sealed("platform", 40)], NOON)
        log.beat(NOON)
        assert size_of(again) == 41


def test_two_keys_of_one_party_are_one_party(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        seen = kept.seen(ID)
        assert seen is not None
        text = NewKey(log_key().verifier, log_key(version=2).verifier, seen.head).text
        bank = [Signer(f"bank.example/{desk}", ED25519, seed(desk)) for desk in ("one", "two")]
        raw = note.write(text, [note.sign(text, key) for key in bank])
        keys = [*(key.verifier for key in bank), author_key("platform").verifier]
        with pytest.raises(DecisionFault, match="1 of 2 parties signed; it needs 2"):
            freeze.read(raw, keys)
        both = note.read(raw).signatures[0], note.sign(text, author_key("platform"))
        assert freeze.read(note.write(text, both), keys).text == text


def test_a_new_log_follows_a_frozen_one_when_all_parties_sign(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        new = log_key("county.example/suixin/2")
        seen = kept.seen(ID)
        assert seen is not None
        text = NewLog(ORIGIN, new.verifier, seen.head).text
        every = note.write(text, [note.sign(text, author_key(name)) for name in NAMES])
        with pytest.raises(DecisionFault, match="not frozen"):
            kept.decide(every)
        kept.freeze(ORIGIN, (), "asked by its parties.")
        some = note.write(text, [note.sign(text, author_key(name)) for name in NAMES[:2]])
        with pytest.raises(DecisionFault) as refused:
            kept.decide(some)
        assert refused.value.code == "SIGNERS"
        wrong = NewLog(ORIGIN, new.verifier, Head(40, bytes(32))).text
        with pytest.raises(DecisionFault) as refused:
            kept.decide(note.write(wrong, [note.sign(wrong, author_key(name)) for name in NAMES]))
        assert refused.value.code == "HEAD"
        made = kept.decide(every)
        assert (made.origin, made.head.size) == (new.name, 0)
        first = checkpoint_note(Tree([bytes(32)]), [new], origin=new.name)
        assert kept.add_checkpoint(f"old 0\n\n{first}".encode(), NOON).status == 200
        assert why_frozen(kept)


def test_what_no_proof_froze_may_go_on_once_people_know_why(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        with pytest.raises(DecisionFault, match="cannot be thawed"):
            kept.thaw(ORIGIN)
        pair = Fork(checkpoint_note(Tree([bytes(32)]), [log_key()]), "later")
        kept.freeze(ORIGIN, [pair], "no proof could be had.")
        assert not freeze.may(kept.seen(ID), freeze.Act.DISBURSE)  # type: ignore[arg-type]
        assert freeze.may(kept.seen(ID), freeze.Act.PROVE)  # type: ignore[arg-type]
        assert list((tmp_path / "bank/logs" / ID).glob("unproven-*"))
        assert kept.thaw(ORIGIN).frozen == ""
        assert not why_frozen(kept)


def test_what_could_not_be_kept_is_not_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: no cosignature leaves, and nothing is forgotten when there is room again."""
    with room(tmp_path) as here:
        kept = witnessed(here, 3)
        head = checkpoint_note(Tree(map(leaf_hash, TRADES[:3])), [log_key()])
        request = f"old 3\n\n{head}".encode()
        url = "http://bank/witness/add-checkpoint"
        with monkeypatch.context() as full:

            def refuse(path: Path, seen: object) -> None:
                raise DiskError("the disk is full.", "Free some.")

            full.setattr(seen_file, "write", refuse)
            reply = here.wire.ask(url, request)
            assert (reply.status, b"the disk is full" in reply.body) == (503, True)
            assert b"witness" not in reply.body
        assert size_of(kept) == 3
        assert here.wire.ask(url, request).status == 200


def test_two_processes_are_not_one_witness(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        here.witness("bank")
        with pytest.raises(InputError) as refused:
            WitnessFolder(tmp_path / "bank", here.wire.ask)
        assert refused.value.code == "LOCKED"


def test_a_changed_memory_is_refused(tmp_path: Path) -> None:
    """Whoever turns back what a witness has seen could have it sign a second past."""
    with room(tmp_path) as here:
        kept = witnessed(here)
        seen = kept.seen(ID)
        assert seen is not None
        here.close("bank")
        path = tmp_path / "bank/logs" / ID / "seen"
        was = path.read_bytes()
        told = json.loads(was)
        other = checkpoint_note(Tree([bytes(32)]), [log_key()])
        for changed in (
            told["note"].replace("\n40\n", "\n39\n"),
            other,
            checkpoint_note(Tree([bytes(32)]), [witness_key("bank")]),
        ):
            path.write_bytes(entry_bytes({**told, "note": changed}) + b"\n")
            with pytest.raises(InputError, match="was changed") as refused:
                here.witness("bank")
            assert refused.value.code == "SEEN"
        for raw in (b"", b"{}", b"[]\n", was[:-9], was.replace(b'"v":1', b'"v":1.0')):
            path.write_bytes(raw)
            with pytest.raises(InputError) as refused:
                here.witness("bank")
            assert refused.value.code == "SEEN"
        path.write_bytes(was)
        assert size_of(here.witness("bank")) == 40


def test_what_it_begins_with_must_be_a_policy_and_a_name(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault):
        witness_folder.create(tmp_path / "one", "bank.example/witness", bytes(32), "quorum")
    assert not (tmp_path / "one").exists()
    with pytest.raises(KeyFault):
        witness_folder.create(tmp_path / "one", "bank example", bytes(32), policy_of())
    made = witness_folder.create(tmp_path / "one", "bank.example/witness", bytes(32), policy_of())
    assert (tmp_path / "one/key").stat().st_mode & 0o077 == 0
    with pytest.raises(InputError) as refused:
        witness_folder.create(tmp_path / "one", made.name, bytes(32), policy_of())
    assert refused.value.code == "EXISTS"


def test_it_serves_its_copy_and_nothing_else_of_the_folder(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        kept = witnessed(here)
        ask = here.wire.ask
        base = f"http://bank/witness/{ID}"
        assert checkpoint.read(note.read(ask(f"{base}/checkpoint").body).text).size == 40
        tile = ask(f"{base}/tile/0/000.p/40")
        assert tile.body == b"".join(map(leaf_hash, TRADES))
        for path in ("tile/../seen", "tile/0/000.p/41", "seen", "tile/../../../key", "tile/x"):
            assert ask(f"{base}/{path}").status == 404
        assert ask(f"http://bank/witness/{'0' * 64}/checkpoint").status == 404
        assert ask("http://bank/witness/add-checkpoint").status == 405
        assert ask(f"{base}/checkpoint", b"").status == 405
        assert ask("http://bank/witness/add-checkpoint", b"").status == 400
        assert kept.static(ID, "tile/../seen") is None
