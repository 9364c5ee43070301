"""Keys, notes and checkpoints: what is read, what is refused, and whose signature counts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from evidence_parties import NAMES, NOON, ORIGIN, log_key, seed, witness_key
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence import checkpoint, keys, note
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.keys import (
    COSIGNATURE,
    ED25519,
    KeyFault,
    KeyText,
    Signer,
    Verifier,
    key_id,
    key_text,
    signer,
    verifier,
)
from suixin.evidence.merkle import Head, ProofError
from suixin.evidence.note import INVALID, MALFORMED, UNVERIFIED, NoteError, sign, write

LOG = log_key()
WITNESSES = [witness_key(name) for name in NAMES]
TEXT = "one\ntwo\n"
SIGNED = write(TEXT, [sign(TEXT, LOG), *(sign(TEXT, one, time=NOON) for one in WITNESSES)])
KNOWN = [LOG.verifier, *(one.verifier for one in WITNESSES)]


def line(name: str, value: bytes) -> str:
    return f"— {name} {b64encode(value).decode()}\n"


def test_each_known_key_is_told_once_with_the_time_it_says() -> None:
    opened = note.open(SIGNED.encode(), KNOWN)
    assert opened.text == TEXT
    assert [(one.by.name, one.time) for one in opened.signed] == [
        (LOG.name, None),
        *((one.name, NOON) for one in WITNESSES),
    ]
    assert opened.unknown == ()
    alone = note.open(SIGNED, KNOWN[:1])
    assert [one.name for one in alone.unknown] == [one.name for one in WITNESSES]


def test_a_cosignature_is_over_its_time_too() -> None:
    """The same text cosigned a second later is another signature, and neither is a log's."""
    now, later = (sign(TEXT, WITNESSES[0], time=at) for at in (NOON, NOON + 1))
    assert now.value[:8] == NOON.to_bytes(8, "big")
    moved = note.Signature(now.name, now.id, later.value[:8] + now.value[8:])
    with pytest.raises(NoteError) as refused:
        note.open(write(TEXT, [moved]), KNOWN)
    assert refused.value.code == INVALID
    same_seed = Signer(WITNESSES[0].name, ED25519, WITNESSES[0].seed)
    assert same_seed.verifier.id != WITNESSES[0].verifier.id
    assert note.verified(TEXT, now, same_seed.verifier) is None


def test_a_cosignature_of_another_length_or_beyond_all_time_is_none() -> None:
    witness = WITNESSES[0]
    right = sign(TEXT, witness, time=NOON)
    late = (2**63).to_bytes(8, "big")
    for value in (right.value[:-1], right.value + b"\0", right.value[8:], late + right.value[8:]):
        assert note.verified(TEXT, replace(right, value=value), witness.verifier) is None
    assert not keys.verifies(b"no key", right.value[8:], b"")


def test_an_unknown_key_is_passed_over_and_a_known_one_that_fails_refuses_all() -> None:
    stranger = line("stranger.example", b"1234" + bytes(64))
    assert note.open(SIGNED + stranger, KNOWN).unknown[0].name == "stranger.example"
    for known in KNOWN:
        size = 72 if known.type == COSIGNATURE else 64
        with pytest.raises(NoteError) as refused:
            note.open(SIGNED + line(known.name, known.id + bytes(size)), KNOWN)
        assert refused.value.code == INVALID


def test_nobody_known_is_nobody() -> None:
    with pytest.raises(NoteError) as refused:
        note.open(SIGNED, [log_key("other.example/1").verifier])
    assert refused.value.code == UNVERIFIED


def test_one_signature_twice_counts_once_and_a_hundred_are_the_most() -> None:
    again = SIGNED + SIGNED.split("\n\n")[1]
    assert len(note.open(again, KNOWN).signed) == 4
    strangers = [line(f"s{number}.example", b"1234" + bytes(64)) for number in range(97)]
    assert len(note.open(SIGNED + "".join(strangers[:96]), KNOWN).unknown) == 96
    with pytest.raises(NoteError, match="at most 100"):
        note.open(SIGNED + "".join(strangers), KNOWN)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        "text\n\n— who AAAAAAA=".encode(),  # No end of the line.
        "text\n— who AAAAAAA=\n".encode(),  # No empty line.
        b"text\n\n- who AAAAAAA=\n",  # A hyphen for a dash.
        "text\n\n—  who AAAAAAA=\n".encode(),
        "text\n\n— who AAAAAAA= \n".encode(),
        "text\n\n— who AAAA\n".encode(),  # Three bytes: not even an id.
        "text\n\n— who AAAAAA==\n".encode(),  # An id and no signature.
        "text\n\n— who AAAAAAB=\n".encode(),  # Base64 with bits to spare.
        "text\n\n— who A A=\n".encode(),
        "text\n\n— wh+o AAAAAAA=\n".encode(),
        "text\n\n— who AAAAAAA=\n\n".encode(),
        "te\txt\n\n— who AAAAAAA=\n".encode(),
        "te\rxt\n\n— who AAAAAAA=\n".encode(),
        b"te\xffxt\n\n\xe2\x80\x94 who AAAAAAA=\n",
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_note(raw: bytes) -> None:
    for read in (note.read, lambda raw: note.open(raw, KNOWN)):
        with pytest.raises(NoteError) as refused:
            read(raw)
        assert refused.value.code == MALFORMED


@given(st.integers(0, len(SIGNED.encode()) - 1), st.integers(1, 255))
def test_no_byte_of_a_note_can_be_another_where_all_keys_are_known(at: int, turned: int) -> None:
    """A name or an id that is altered makes a key unknown: then its signature does not count."""
    raw = bytearray(SIGNED.encode())
    raw[at] ^= turned
    try:
        opened = note.open(bytes(raw), KNOWN)
    except NoteError:
        return
    assert opened.text == TEXT
    assert len(opened.signed) == 3
    assert len(opened.unknown) == 1


def test_two_keys_with_one_name_and_id_make_every_answer_doubtful() -> None:
    twin = Verifier(LOG.name, ED25519, log_key(version=2).verifier.key)
    object.__setattr__(twin, "id", LOG.verifier.id)
    with pytest.raises(KeyFault, match="share the name"):
        note.open(SIGNED, [LOG.verifier, twin])


def test_what_cannot_be_signed() -> None:
    with pytest.raises(NoteError, match="ends with a newline"):
        sign("no end", LOG)
    with pytest.raises(NoteError, match="control character"):
        sign("bell\a\n", LOG)
    for by, time in ((LOG, NOON), (WITNESSES[0], None), (WITNESSES[0], -1), (WITNESSES[0], 2**63)):
        with pytest.raises(ValueError, match="says its time"):
            sign(TEXT, by, time=time)


@given(st.binary(max_size=80))
def test_whatever_bytes_come_they_are_refused_by_name(raw: bytes) -> None:
    with pytest.raises(NoteError):
        note.open(raw, KNOWN)


# Checkpoints ------------------------------------------------------------------------------------


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_three_lines_and_reads_as_it_was_written(size: int, root: bytes) -> None:
    told = Checkpoint(ORIGIN, Head(size, root))
    assert told.text == f"{ORIGIN}\n{size}\n{b64encode(root).decode()}\n"
    assert checkpoint.read(told.text) == told


ROOT = b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n1\n{ROOT}",
        f"{ORIGIN}\n1\n{ROOT}\nextension\n",  # Nobody could audit what it says.
        f"\n1\n{ROOT}\n",
        f"{ORIGIN}\n01\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n1 \n{ROOT}\n",
        f"{ORIGIN}\n９\n{ROOT}\n",
        f"{ORIGIN}\n9223372036854775808\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n1\n{ROOT[:-2]}B=\n",
        f"{ORIGIN}\n1\n\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError) as refused:
        checkpoint.read(text)
    assert refused.value.code == MALFORMED


def test_no_leaves_have_one_root_alone() -> None:
    with pytest.raises(ProofError, match="one root alone"):
        checkpoint.read(f"{ORIGIN}\n0\n{ROOT}\n")


# Keys -------------------------------------------------------------------------------------------


@given(
    st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="+"), min_size=1),
    st.binary(min_size=32, max_size=32),
    st.sampled_from([ED25519, COSIGNATURE]),
)
def test_keys_are_read_as_they_were_written(name: str, secret: bytes, type: int) -> None:
    made = Signer(name, type, secret)
    assert verifier(str(made.verifier)) == made.verifier
    assert signer(made.text()) == made
    assert b64encode(secret).decode() not in f"{made!r} {made}"


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text[:-4],
        lambda text: text.replace("+", "-", 1),
        lambda text: text.replace("county", "bounty", 1),  # Then the id is of another key.
        lambda text: text.replace("county", "cou ty", 1),
        lambda text: text.upper(),
        lambda text: f"{text} ",
        lambda text: "",
        lambda text: "+" + text.split("+", 1)[1],
    ],
)
def test_what_is_no_key(alter: Callable[[str], str]) -> None:
    with pytest.raises(KeyFault) as refused:
        verifier(alter(str(LOG.verifier)))
    assert refused.value.code == "KEY"
    with pytest.raises(KeyFault) as secretly:
        signer(alter(LOG.text()))
    assert LOG.text()[-20:-2] not in str(secretly.value)


def test_a_secret_key_given_for_a_public_one_is_not_shown() -> None:
    for read in (verifier, key_text):
        with pytest.raises(KeyFault, match="secret key") as refused:
            read(LOG.text())
        assert LOG.text()[-40:-2] not in str(refused.value)


def test_a_type_that_is_not_known_is_kept_and_verifies_nothing() -> None:
    """As ML-DSA-44 or SM2 (0xff) would be before it is known here."""
    strange = KeyText("sm2.example/suixin/1", 0xFF, bytes(40), b"")
    text = str(KeyText(strange.name, 0xFF, strange.key, key_id(strange.name, 0xFF, strange.key)))
    assert key_text(text).type == 0xFF
    with pytest.raises(KeyFault) as refused:
        verifier(text)
    assert refused.value.code == "KEY_TYPE"


def test_a_key_with_which_anybody_can_sign_is_none() -> None:
    """Points of small order, and coordinates written above the field (RFC 8032, 8.4)."""
    p = 2**255 - 19
    eighth = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    of_order_8 = int.from_bytes(bytes.fromhex(eighth), "little")
    for y in (0, 1, p - 1, of_order_8, p - of_order_8, p, p + 1, p + 18):
        for sign_bit in (0, 1 << 255):
            key = (y | sign_bit).to_bytes(32, "little")
            with pytest.raises(KeyFault):
                Verifier("weak.example", ED25519, key)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(KeyFault):
        Signer("short.example", ED25519, bytes(length))
    with pytest.raises(KeyFault):
        Verifier("short.example", ED25519, bytes(length))


def test_base64_has_one_right_form() -> None:
    assert keys.decoded(b64encode(seed("x")).decode()) == seed("x")
    for wrong in ("AAB=", "AAA", "A AA", "AAA=\n", "–AA=", "AA-_", "=AAA"):
        assert keys.decoded(wrong) is None
