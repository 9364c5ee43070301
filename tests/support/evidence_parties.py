"""Parties of the evidence tests: keys that are the same in every run, an entry, a signed proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from suixin.evidence import merkle, note, proof
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.entry import Body, Kind, seal
from suixin.evidence.keys import COSIGNATURE, ED25519, Signer

ORIGIN = "county.example/suixin/1"
NAMES = ("bank", "government", "platform")
NOON = 1_782_792_000  # 2026-06-30 04:00:00 UTC, noon in the county.


def seed(name: str) -> bytes:
    return sha256(f"test key of {name}".encode()).digest()


def log_key(name: str = ORIGIN, version: int = 1) -> Signer:
    return Signer(name, ED25519, seed(f"{name} {version}"))


def witness_key(party: str) -> Signer:
    return Signer(f"{party}.example/witness", COSIGNATURE, seed(f"{party} witness"))


def author_key(party: str) -> Signer:
    return Signer(f"{party}.example/author", ED25519, seed(f"{party} author"))


def policy_text(
    needed: int | str = 2, names: Sequence[str] = NAMES, urls: Sequence[str] = ()
) -> str:
    """A policy of one log, these parties as witnesses, so many needed, and all as authors."""
    at = [f" {url}" for url in urls] or [""] * len(names)
    lines = [f"log {log_key().verifier}"]
    lines += [f"witness {n} {witness_key(n).verifier}{u}" for n, u in zip(names, at, strict=True)]
    lines += [f"group parties {needed} {' '.join(names)}", "quorum parties"]
    lines += [f"#author {author_key(name).verifier}" for name in names]
    return "\n".join([*lines, ""])


def sealed(party: str, seq: int, commit: str = "", kind: Kind = Kind.DECISION) -> bytes:
    """An entry that a party signed."""
    committed = bytes.fromhex(commit) if commit else sha256(f"{party} {seq}".encode()).digest()
    return seal(Body(kind, NOON + seq, seq, committed), author_key(party)).raw


def checkpoint_note(
    tree: merkle.Tree, signers: Iterable[Signer], size: int | None = None, origin: str = ORIGIN
) -> str:
    """A checkpoint of a tree, signed by a log and by witnesses at noon."""
    text = Checkpoint(origin, tree.head(size)).text
    times = {ED25519: None, COSIGNATURE: NOON}
    return note.write(text, [note.sign(text, one, time=times[one.type]) for one in signers])


def proof_of(
    entries: Sequence[bytes], at: int, signers: Iterable[Signer], origin: str = ORIGIN
) -> bytes:
    """The proof that the entry stands there, under a checkpoint these have signed."""
    tree = merkle.Tree(merkle.leaf_hash(entry) for entry in entries)
    path = merkle.inclusion(at, len(entries), tree.node)
    signed = checkpoint_note(tree, signers, origin=origin)
    return str(proof.Proof(at, path, signed)).encode()
