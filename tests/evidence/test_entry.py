"""Entries: what is refused and why, what a signature covers, and what a commitment hides.

The refusals stand in tests/cases/evidence_entries.yaml.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence import entry
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Body, EntryFault, Kind, Opening, check_opening, seal
from suixin.evidence.keys import ED25519, Signer

CASES = Path(__file__).resolve().parents[1] / "cases" / "evidence_entries.yaml"
SHOP = Signer("shop.example/orders", ED25519, bytes([1]) * 32)
BANK = Signer("bank.example/decisions", ED25519, bytes([2]) * 32)
KNOWN = entry.authors([SHOP.verifier, BANK.verifier])
COMMIT = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
ORDER = Body(Kind.ORDER, 1_782_792_000, 0, COMMIT, (), "limits@2026-01-01")
RIGHT = seal(ORDER, SHOP)


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in yaml.safe_load(CASES.read_text("utf-8"))]
)
def test_what_a_log_takes_in_and_what_not(case: dict[str, Any]) -> None:
    raw = written(case)
    if case["code"] == "ok":
        assert entry.open(raw, KNOWN).raw == raw
        return
    assert raw != RIGHT.raw
    with pytest.raises(EntryFault) as refused:
        entry.open(raw, KNOWN)
    assert refused.value.code == case["code"]


def written(case: dict[str, Any]) -> bytes:
    body = {**ORDER.members(), **case.get("body", {})}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    sig = b64encode(SHOP.sign(b"suixin/leaf/1\n" + text)).decode()
    if case.get("signed") is False:
        sig = json.loads(RIGHT.raw)["sig"]
    whole = {"body": body, "by": entry.author_of(SHOP.verifier), "sig": sig}
    whole |= case.get("entry", {})
    raw = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    old, new = case.get("text", ("", ""))
    return raw.replace(old, new, 1).encode()


bodies = st.builds(
    Body,
    st.sampled_from(sorted(set(Kind) - entry.OPEN_KINDS)),
    st.integers(0, 2**53 - 1),
    st.integers(0, 2**53 - 1),
    st.none() | st.binary(min_size=32, max_size=32),
    st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3).map(tuple),
    st.from_regex(r"[!-~]{0,200}", fullmatch=True),
)


@given(bodies)
def test_what_was_sealed_opens_to_the_same_and_the_same_bytes_each_time(body: Body) -> None:
    sealed = seal(body, SHOP)
    assert entry.open(sealed.raw, KNOWN) == sealed == seal(body, SHOP)
    assert sealed.leaf == sha256(b"\0" + sealed.raw).digest()
    assert entry.numbered(sealed.raw) == (SHOP.name, body.seq + 1)


@given(st.integers(0, len(RIGHT.raw) - 1), st.integers(1, 255))
def test_no_byte_of_an_entry_can_be_another(at: int, turned: int) -> None:
    raw = RIGHT.raw[:at] + bytes([RIGHT.raw[at] ^ turned]) + RIGHT.raw[at + 1 :]
    with pytest.raises(EntryFault):
        entry.open(raw, KNOWN)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_are_refused_by_name(raw: bytes) -> None:
    with pytest.raises(EntryFault):
        entry.open(raw, KNOWN)


def test_the_signature_covers_the_body_under_a_heading_of_its_own() -> None:
    """Domain separation: what a key signs elsewhere is no entry, and no entry is a checkpoint."""
    body = entry_bytes(ORDER.members())
    bare = b64encode(SHOP.sign(body)).decode()
    whole = {"body": ORDER.members(), "by": entry.author_of(SHOP.verifier), "sig": bare}
    with pytest.raises(EntryFault, match="not over this entry"):
        entry.open(entry_bytes(whole), KNOWN)


def test_an_author_cannot_pass_for_another() -> None:
    """The bank's signature under the shop's name, and the shop's under the bank's."""
    told = json.loads(seal(ORDER, BANK).raw)
    told["by"] = entry.author_of(SHOP.verifier)
    with pytest.raises(EntryFault) as refused:
        entry.open(entry_bytes(told), KNOWN)
    assert refused.value.code == "SIGNATURE"


def test_an_entry_is_at_most_65535_bytes() -> None:
    """So that its length fits the two bytes before it in a bundle."""
    room = 65_535 - len(seal(replace(ORDER, kind=Kind.BLOCK, commit=None, show=""), SHOP).raw)
    longest = replace(ORDER, kind=Kind.BLOCK, commit=None, show="x" * room)
    assert len(seal(longest, SHOP).raw) == 65_535
    for make in (
        lambda: seal(replace(longest, show=f"{longest.show}x"), SHOP),
        lambda: entry.open(b" " * 65_536, KNOWN),
    ):
        with pytest.raises(EntryFault) as refused:
            make()
        assert refused.value.code == "LONG"


def test_a_block_of_48_kib_fits_in_base85() -> None:
    from base64 import b85encode

    block = bytes(range(256)) * 192
    shown = replace(ORDER, kind=Kind.BLOCK, commit=None, show=b85encode(block).decode())
    assert entry.open(seal(shown, SHOP).raw, KNOWN).body.show == shown.show


def test_an_erasure_names_what_it_erased_and_holds_nothing_else() -> None:
    told = entry.erase([RIGHT.leaf], BANK, at=ORDER.at, seq=4, policy="privacy@2026-01-01")
    assert told.body == Body(Kind.ERASURE, ORDER.at, 4, None, (RIGHT.leaf,), "privacy@2026-01-01")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_a_commitment_is_one_hash_under_its_own_heading(salt: bytes, private: bytes) -> None:
    opening = Opening(salt, private)
    assert opening.commitment == sha256(b"suixin/commit/1\0" + salt + private).digest()
    assert entry.read_opening(bytes(opening)) == opening
    body = replace(ORDER, commit=opening.commitment)
    check_opening(body, opening)
    for wrong in (
        Opening(salt, private + b"\0"),
        Opening(salt[1:] + salt[:1] if len(set(salt)) > 1 else bytes(32), private + b"x"),
    ):
        with pytest.raises(EntryFault) as refused:
            check_opening(body, wrong)
        assert refused.value.code == "OPENING"


def test_the_same_private_part_under_two_salts_has_nothing_in_common() -> None:
    """Two records of one person cannot be linked by what the log holds."""
    private = b'{"id_number":"110101199003070000"}'
    commitments = {Opening(bytes([number]) * 32, private).commitment for number in range(50)}
    assert len(commitments) == 50
    assert sha256(private).digest() not in commitments


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_salt_has_32_bytes(length: int) -> None:
    with pytest.raises(EntryFault) as refused:
        Opening(bytes(length), b"")
    assert refused.value.code == "OPENING"


def test_an_opening_too_short_for_a_salt_is_none() -> None:
    with pytest.raises(EntryFault) as refused:
        entry.read_opening(bytes(31))
    assert refused.value.code == "OPENING"


def test_a_body_that_no_log_takes_cannot_be_sealed() -> None:
    for wrong in (
        replace(ORDER, seq=-1),
        replace(ORDER, commit=b"short"),
        replace(ORDER, refs=(b"short",)),
        replace(ORDER, show="text"),
        replace(ORDER, policy="two words"),
        replace(ORDER, kind=Kind.ERASURE),
    ):
        with pytest.raises(EntryFault) as refused:
            seal(wrong, SHOP)
        assert refused.value.code == "FORM"
