"""A witness: what it refuses and in which order, and that it never cosigns two pasts."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from evidence_parties import NOON, ORIGIN, checkpoint_note, log_key, sealed, witness_key
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence import checkpoint, note, witness
from suixin.evidence.merkle import Head, Tree, check_consistency, consistency, leaf_hash
from suixin.evidence.witness import LogKey, Request, Seen, State, add_checkpoint, write_request

ME = witness_key("bank")
ENTRIES = [sealed("bank", seq) for seq in range(12)]
TREE = Tree(map(leaf_hash, ENTRIES))
OTHER = Tree(map(leaf_hash, [*ENTRIES[:5], b"rewritten", *ENTRIES[6:]]))
FRESH: State = {ORIGIN: Seen(ORIGIN, (LogKey(log_key().verifier),))}


def asked(old: int, new: int, tree: Tree = TREE, **changed: object) -> bytes:
    """A request to grow from old to new, as an honest log sends it but for what is changed."""
    path = changed.get("path", consistency(old, new, tree.node) if 0 < old <= new else ())
    signed = changed.get("note", checkpoint_note(tree, [log_key()], new))
    return write_request(Request(old, path, signed))  # type: ignore[arg-type]


def at(size: int, tree: Tree = TREE) -> State:
    state, answer = add_checkpoint(FRESH, asked(0, size, tree), ME, NOON)
    assert answer.status == 200
    return state


def test_what_grows_is_cosigned_and_the_answer_is_the_cosignature() -> None:
    state, answer = add_checkpoint(at(5), asked(5, 12), ME, NOON)
    assert answer.status == 200
    seen = state[ORIGIN]
    assert seen.head == TREE.head()
    opened = note.open(seen.note, [log_key().verifier, ME.verifier])
    assert {one.by for one in opened.signed} == {log_key().verifier, ME.verifier}
    line = answer.body
    whole = f"{opened.text}\n{line}"
    assert note.open(whole, [ME.verifier]).signed[0].time == NOON


STRANGER = log_key("other.example/suixin/1")
REFUSALS = [
    pytest.param(b"old 0\n\nnothing", 400, "", id="no checkpoint"),
    pytest.param(
        b"old -1\n\n" + checkpoint_note(TREE, [log_key()]).encode(), 400, "`old`", id="-1"
    ),
    pytest.param(b"old 5\nAAA\n\n" + asked(0, 5)[7:], 400, "32 bytes", id="a hash too short"),
    pytest.param(
        b"old 5\n" + (b64encode(bytes(32)) + b"\n") * 64 + b"\n" + asked(0, 5)[7:],
        400,
        "at most 63",
        id="64 hashes",
    ),
    pytest.param(b"old 0\n" + asked(0, 5)[7:], 400, "", id="no empty line"),
    pytest.param(b"old 0\n\n\xff", 400, "UTF-8", id="no text"),
    pytest.param(b"old 0\n\n" + bytes(1_000_000), 400, "at most 1000000", id="too long"),
    pytest.param(
        asked(0, 5, note=checkpoint_note(TREE, [STRANGER], origin=STRANGER.name)),
        404,
        "other.example",
        id="a log that is not known",
    ),
    pytest.param(
        asked(0, 5, note=checkpoint_note(TREE, [log_key(version=2)])), 403, "", id="another key"
    ),
    pytest.param(
        asked(0, 5, note=checkpoint_note(TREE, [STRANGER])), 403, "", id="the key of another log"
    ),
    pytest.param(asked(9, 7), 400, "above the new", id="old above new"),
    pytest.param(asked(4, 12), 409, "5", id="old is behind"),
    pytest.param(asked(7, 12), 409, "5", id="old is ahead"),
    pytest.param(asked(0, 3), 409, "5", id="rolled back"),
    pytest.param(asked(5, 12, path=()), 422, "", id="no proof"),
    pytest.param(
        asked(5, 12, path=(bytes(32), *consistency(5, 12, TREE.node)[1:])),
        422,
        "",
        id="false proof",
    ),
    pytest.param(asked(5, 5, path=(bytes(32),)), 422, "", id="a proof where none is needed"),
]


@pytest.mark.parametrize(("raw", "status", "told"), REFUSALS)
def test_what_is_refused(raw: bytes, status: int, told: str) -> None:
    before = at(5)
    after, answer = add_checkpoint(before, raw, ME, NOON)
    assert (answer.status, told in answer.body) == (status, True), answer
    assert after == before
    if status == 409:
        assert answer.body == "5\n"


def test_another_root_of_one_size_is_refused_and_kept_as_proof() -> None:
    state, answer = add_checkpoint(at(12), asked(12, 12, OTHER), ME, NOON)
    assert answer.status == 422
    (fork,) = state[ORIGIN].forks
    assert fork.check([log_key().verifier]).size == 12
    assert state[ORIGIN].frozen == "it signed two histories of its first 12 entries."
    _, answer = add_checkpoint(state, asked(12, 12), ME, NOON)
    assert (answer.status, "is frozen here" in answer.body) == (403, True)


def test_a_replaced_key_counts_below_its_size_and_accuses_nobody() -> None:
    new = log_key(version=2)
    keys = (LogKey(log_key().verifier, 5), LogKey(new.verifier))
    state = {ORIGIN: replace(at(5)[ORIGIN], keys=keys)}
    _, answer = add_checkpoint(state, asked(5, 12), ME, NOON)
    assert (answer.status, "was replaced" in answer.body) == (403, True)
    after, answer = add_checkpoint(state, asked(5, 5, OTHER), ME, NOON)
    assert answer.status == 200  # One size, one root: OTHER differs from the sixth entry on.
    forged = checkpoint_note(Tree([bytes(32)] * 5), [log_key()])
    after, answer = add_checkpoint(state, asked(5, 5, note=forged), ME, NOON)
    assert answer.status == 422
    assert not after[ORIGIN].frozen
    grown = checkpoint_note(TREE, [new], 12)
    after, answer = add_checkpoint(state, asked(5, 12, note=grown), ME, NOON)
    assert answer.status == 200


def test_what_a_hostile_log_may_not_write_into_an_answer() -> None:
    origin = "evil\x1b[2J.example/suixin/1"
    raw = f"old 0\n\n{origin}\n1\n{b64encode(bytes(32)).decode()}\n\n— a AAAAAAA=\n".encode()
    _, answer = add_checkpoint(FRESH, raw, ME, NOON)
    assert answer.status in (400, 404)
    assert "\x1b" not in answer.body


@pytest.mark.mechanism("B06")
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=12
    )
)
def test_whatever_is_asked_in_whatever_order_only_one_past_is_cosigned(
    requests: list[tuple[bool, int, int]],
) -> None:
    """Two histories that part at the sixth entry, asked for as an operator of both would."""
    state, signed = FRESH, [Head(0, Tree(()).head().root)]
    for honest, old, new in requests:
        tree = TREE if honest else OTHER
        state, answer = add_checkpoint(state, asked(old, new, tree), ME, NOON)
        if answer.status == 200:
            signed.append(checkpoint.read(note.read(state[ORIGIN].note).text).head)
    assert [one.size for one in signed] == sorted(one.size for one in signed)
    for one in (TREE, OTHER):
        if signed[-1] == one.head(signed[-1].size):
            break
    for head in signed:
        path = consistency(head.size, signed[-1].size, one.node) if head.size else ()
        check_consistency(head, signed[-1], path)


def test_the_longest_request_that_fits_is_read() -> None:
    raw = asked(5, 12, path=(bytes(32),) * 63)
    assert len(witness.read_request(raw).path) == 63
