"""Receipts, proofs and openings: what a log promised, and how a broken promise is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_parties import (
    NAMES,
    NOON,
    ORIGIN,
    checkpoint_note,
    log_key,
    policy_text,
    proof_of,
    witness_key,
)
from hypothesis import given
from hypothesis import strategies as st
from log_contract import grown, orders

from suixin.data.errors import DiskError, InputError
from suixin.evidence import note, proof
from suixin.evidence.entry import Opening
from suixin.evidence.merkle import ProofError, Tree, leaf_hash
from suixin.evidence.note import NoteError
from suixin.evidence.openings import Openings
from suixin.evidence.policy import PolicyFault, parse
from suixin.evidence.receipt import Receipt, ReceiptFault, promise, read, suppressed

LEAVES = tuple(one.leaf for one in orders(0, 5))
POLICY = parse(policy_text(2))
ALL = [log_key(), *map(witness_key, NAMES)]
PROOF = proof_of([one.raw for one in orders(0, 5)], 3, ALL)


def head(size: int, party: str = "bank") -> str:
    """A head of the log at noon, cosigned by all."""
    return checkpoint_note(Tree(one.leaf for one in orders(0, size, party)), ALL)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5), st.integers(0, 2**40))
def test_a_receipt_reads_as_it_was_promised(leaves: list[bytes], deadline: int) -> None:
    told = promise(leaves, deadline, log_key())
    assert read(told, log_key().verifier) == Receipt(ORIGIN, deadline, tuple(leaves))


def test_a_receipt_is_of_the_log_that_signed_it_and_is_no_checkpoint() -> None:
    told = promise(LEAVES, NOON, log_key())
    with pytest.raises(NoteError):
        read(told, log_key("other.example/suixin/1").verifier)
    with pytest.raises(NoteError):
        read(told.replace(f"by {NOON}", f"by {NOON + 1}"), log_key().verifier)
    with pytest.raises(NoteError):
        read(head(3), log_key().verifier)


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace("leaf ", "loaf ", 1),
        lambda text: text.replace("by ", "by 0", 1),
        lambda text: text.replace(f"log {ORIGIN}", "log other.example/suixin/1"),
        lambda text: "\n".join(text.split("\n")[:3]) + "\n",
        lambda text: text.replace("leaf ", "leaf A", 1),
        lambda text: text.replace("suixin/receipt/1", "suixin/receipt/2"),
        lambda text: text + "more words here\n",
    ],
)
def test_a_signed_text_that_is_no_receipt(alter: Callable[[str], str]) -> None:
    text = alter(Receipt(ORIGIN, NOON, LEAVES).text)
    with pytest.raises(NoteError):
        read(note.write(text, [note.sign(text, log_key())]), log_key().verifier)


def test_what_cannot_be_promised() -> None:
    for leaves, deadline in (((), NOON), ((b"short",), NOON), (LEAVES, -1), (LEAVES, 2**63)):
        with pytest.raises(ValueError, match=r"leaf hashes of 32 bytes|POSIX second"):
            promise(leaves, deadline, log_key())


def test_a_suppressed_entry_is_proved_by_receipt_head_and_mirror() -> None:
    """The log signed that it had entry 3; a head seen after the deadline does not count it."""
    promised = Receipt(ORIGIN, NOON - 1, (LEAVES[1], LEAVES[3]))
    assert suppressed(promised, head(3), grown(3), POLICY) == (LEAVES[3],)
    assert suppressed(promised, head(5), grown(5), POLICY) == ()
    assert suppressed(promised, head(3), grown(5), POLICY) == (LEAVES[3],)


def test_what_shows_no_suppression() -> None:
    late = Receipt(ORIGIN, NOON, LEAVES)
    promised = Receipt(ORIGIN, NOON - 1, LEAVES)
    other = Receipt("other.example/suixin/1", NOON - 1, LEAVES)
    for told, head_seen, mirror, code in (
        (late, head(3), grown(3), "EARLY"),
        (other, head(3), grown(3), "MIRROR"),
        (promised, head(3), grown(3, "platform"), "MIRROR"),
    ):
        with pytest.raises(ReceiptFault) as refused:
            suppressed(told, head_seen, mirror, POLICY)
        assert refused.value.code == code
    with pytest.raises(ProofError):
        suppressed(promised, head(3), grown(2), POLICY)
    alone = checkpoint_note(Tree(LEAVES[:3]), [log_key(), witness_key("bank")])
    with pytest.raises(PolicyFault):
        suppressed(promised, alone, grown(3), POLICY)


# Proofs as files --------------------------------------------------------------------------------


def test_a_proof_reads_as_it_was_written_and_leads_to_its_head() -> None:
    found = proof.read(PROOF)
    assert str(found).encode() == PROOF
    assert found.index == 3
    opened = note.open(found.checkpoint, [log_key().verifier])
    assert proof.checked(found, LEAVES[3], opened).size == 5
    with pytest.raises(ProofError):
        proof.checked(found, LEAVES[2], opened)
    extra = proof.Proof(3, found.path, found.checkpoint, b"entry")
    assert proof.read(str(extra)) == extra


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        lambda text: text.replace("index 3", "index 03"),
        lambda text: text.replace("index 3", "index -3"),
        lambda text: text.replace("index 3\n", ""),
        lambda text: text.replace("index 3", "extra \nindex 3"),
        lambda text: text.replace("index 3", "extra A\nindex 3"),
        lambda text: text.replace("\n\n", "\nAAAA\n\n", 1),
        lambda text: text.replace("\n\n", "\n" + "A" * 43 + "=\n" * 64 + "\n", 1),
        lambda text: text.split("\n\n")[0],
        lambda text: text.split("\n\n")[0] + "\n\n",
        lambda text: "\n" + text,
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_what_is_no_proof(alter: Callable[[str], str]) -> None:
    with pytest.raises((ProofError, NoteError)):
        proof.read(alter(PROOF.decode()))


def test_a_proof_that_is_no_text_is_refused() -> None:
    with pytest.raises(ProofError, match="not UTF-8"):
        proof.read(b"\xff" + PROOF)


# Openings ---------------------------------------------------------------------------------------


def test_openings_are_kept_given_and_forgotten(tmp_path: Path) -> None:
    kept = Openings(tmp_path / "private")
    opening = Opening(bytes(range(32)), b"{}")
    kept.put(LEAVES[0], opening)
    kept.put(LEAVES[1], Opening(bytes(32), b""))
    assert kept.get(LEAVES[0]) == opening
    assert kept.forget(LEAVES[0])
    assert not kept.forget(LEAVES[0])
    with pytest.raises(InputError, match="There is no opening"):
        kept.get(LEAVES[0])
    assert kept.get(LEAVES[1]).private == b""
    assert [path.stem for path in kept.folder.iterdir()] == [LEAVES[1].hex()]


def test_openings_where_no_folder_can_be_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskError, match="file"):
        Openings(tmp_path / "file").put(leaf_hash(b""), Opening(bytes(32), b""))
