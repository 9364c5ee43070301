"""The verifier beside the house and OpenSSL: two readers of one proof must never differ.

What one accepts and the other refuses could be shown to one party as proof and to another as none.
"""

from __future__ import annotations

from hashlib import sha512
from itertools import product

import pytest
from evidence_parties import NAMES, author_key, log_key, policy_text, proof_of, sealed, witness_key
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.evidence import keys as our_keys
from suixin.evidence import merkle, verifier
from suixin.evidence import policy as our_policy
from suixin.evidence import proof as our_proof
from suixin.evidence.keys import COSIGNATURE, Signer
from suixin.evidence.merkle import leaf_hash
from suixin.evidence.verifier import L, P, verify

ALL = [log_key(), *map(witness_key, NAMES)]
ENTRIES = [sealed(NAMES[seq % 3], seq) for seq in range(11)]
IDENTITY = b"\1" + bytes(31)  # By this point anybody signs anything.
WEAK_ID = our_keys.key_id("weak.example", 1, IDENTITY)
WEAK = f"#author {our_keys.KeyText('weak.example', 1, IDENTITY, WEAK_ID)}\n"
OWN = Signer("county.example/witness", COSIGNATURE, bytes(range(32)))

PLAIN = "plain.example/log"
PLAIN_ALL = [log_key(PLAIN), *ALL[1:]]
PLAIN_POLICY = policy_text().replace(str(log_key().verifier), str(log_key(PLAIN).verifier))
PLAIN_PROOF = proof_of(ENTRIES, 6, PLAIN_ALL, PLAIN)
WORDS = [b"\n", b"\n\n", b"index 6", "—".encode(), b"A", b"=", b" ", b"0", b"\0", b"\xff", b"11"]


def as_the_house_sees_it(raw: bytes, policy: str, entry: bytes) -> bool:
    try:
        read = our_proof.read(raw)
        found = our_policy.accept(our_policy.parse(policy), read.checkpoint)
        leaf, head = leaf_hash(entry), found.checkpoint.head
        merkle.check_inclusion(leaf, read.index, read.path, head)
    except InputError:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_house_and_the_verifier_never_differ_on_a_proof(data: st.DataObject) -> None:
    """Lines dropped, doubled and moved, bytes put in and taken away."""
    raw = PLAIN_PROOF
    for _ in range(data.draw(st.integers(1, 3))):
        if data.draw(st.booleans()):
            lines = raw.split(b"\n")
            one, two = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            lines[one : one + data.draw(st.integers(0, 1))] = [lines[two]]
            raw = b"\n".join(lines)
        else:
            at = data.draw(st.integers(0, len(raw)))
            put = data.draw(st.sampled_from([b"", *WORDS]))
            raw = raw[:at] + put + raw[at + data.draw(st.integers(0, 2)) :]
    verdict = verify(raw, PLAIN_POLICY, entry=ENTRIES[6])
    assert bool(verdict) is as_the_house_sees_it(raw, PLAIN_POLICY, ENTRIES[6])


POOL = [
    f"log {log_key().verifier}", f"log {log_key().verifier} https://county.example/log",
    *(f"witness {n} {witness_key(n).verifier}" for n in NAMES),
    f"witness bank {OWN.verifier}", f"#author {author_key('bank').verifier}",
    f"#author {OWN.verifier}", "#author", "# a comment", "", "\t", "quorum none", "quorum parties",
    "quorum bank", "group parties 2 bank government", "group parties all bank",
    "group g any parties",
    "group parties 0 bank", "group parties 01 bank", "group parties 99999999999999999999 bank",
    "group bank any platform", "group none any bank", "witness none x", "log x", "log", "\xa0",
    "witness a\xa0b " + str(OWN.verifier), "quorum", "log late.example+4b3b2f23+Af8=",
    WEAK.strip(), f"witness w {our_keys.KeyText('x', 2, b'ecdsa', b'abcd')}",
    f"witness w {our_keys.KeyText('x', 6, b'dsa', our_keys.key_id('x', 6, b'dsa'))}",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(POOL), max_size=9),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n"]),
    st.sets(st.sampled_from(NAMES)),
)
def test_the_house_and_the_verifier_never_differ_on_a_policy(
    lines: list[str], end: str, some: set[str]
) -> None:
    text = "".join(f"{line}{end}" for line in lines)
    try:
        theirs = our_policy.parse(text)
    except our_policy.PolicyFault:
        with pytest.raises(verifier.Unusable):
            verifier.read_policy(text.encode())
        return
    ours = verifier.read_policy(text.encode())
    assert [str(key) for key in ours.authors] == [
        f"{key.name}+{key.id.hex()}" for key in theirs.authors
    ]
    proof = verifier.read_proof(proof_of(ENTRIES, 6, [log_key(), *map(witness_key, sorted(some))]))
    case = verifier.Case(proof, ours, ENTRIES[6], None)
    try:
        enough = verifier._quorum(case)[0] is not False
    except verifier.Invalid:
        enough = False
    signed = [witness_key(name).verifier for name in some]
    assert enough is our_policy.satisfied(theirs, signed, proof.origin)


# Ed25519 as strict as RFC 8032, and as OpenSSL -------------------------------------------------

BASE = verifier._decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
ORDER_8 = verifier._decoded(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
)


def times(scalar: int, point: verifier.Point | None) -> verifier.Point:
    assert point is not None
    found: verifier.Point = (0, 1, 1, 0)
    for bit in bin(scalar)[2:]:
        found = verifier._added(found, found)
        if bit == "1":
            found = verifier._added(found, point)
    return found


def encoded(point: verifier.Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def test_points_with_a_part_of_small_order_are_judged_as_openssl_judges_them() -> None:
    """Keys and nonces with every such part: eight by eight, each signed by the plain equation."""
    secret, nonce, agreed = 12_345, 67_890, []
    for of_key, of_nonce in product(range(8), range(8)):
        public = encoded(verifier._added(times(secret, BASE), times(of_key, ORDER_8)))
        first = encoded(verifier._added(times(nonce, BASE), times(of_nonce, ORDER_8)))
        for message in (b"%d" % number for number in range(4)):
            digest = int.from_bytes(sha512(first + public + message).digest(), "little")
            scalar = (nonce + digest % L * secret) % L
            signature = first + scalar.to_bytes(32, "little")
            ours = verifier.signed_by(public, message, signature)
            assert ours is our_keys.verifies(public, signature, message)
            agreed.append(ours)
    assert set(agreed) == {True, False}


def test_no_second_form_of_a_signature_passes() -> None:
    signer = log_key()
    public, message = signer.verifier.key, b"text"
    signature = signer.sign(message)
    scalar = int.from_bytes(signature[32:], "little")
    assert verifier.signed_by(public, message, signature)
    for more in range(1, 16):  # S + L, and so on as far as 32 bytes reach.
        if (larger := scalar + more * L) < 1 << 256:
            other = signature[:32] + larger.to_bytes(32, "little")
            assert not verifier.signed_by(public, message, other)
            assert not our_keys.verifies(public, other, message)
    first = int.from_bytes(signature[:32], "little")
    for other_first in (first ^ 1 << 255, (first & (1 << 255) - 1) + P):
        if other_first < 1 << 256:
            other = other_first.to_bytes(32, "little") + signature[32:]
            assert not verifier.signed_by(public, message, other)
    for length in (0, 32, 63, 65, 128):
        assert not verifier.signed_by(public, message, (signature * 2)[:length])
    for length in (0, 31, 33):
        assert not verifier.signed_by((public * 2)[:length], message, signature)


@pytest.mark.parametrize("y", [0, 1, 2, 3, 9, 18, P - 1, P, P + 1, P + 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_point_has_one_encoding(y: int, sign: int) -> None:
    raw = (y | sign << 255).to_bytes(32, "little")
    point = verifier._decoded(raw)
    if point is not None:
        assert y < P
        assert encoded(point) == raw


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64), st.binary())
def test_random_bytes_are_nobodys_signature(public: bytes, signature: bytes, text: bytes) -> None:
    assert not verifier.signed_by(public, text, signature)
