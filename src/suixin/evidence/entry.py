"""Entries of the log: a signed body, and a commitment to what must not stand in it.

An entry is canonical JSON of `body`, `by` and `sig`. Persons, amounts, goods, scores and reasons
never enter: they are the private part P, and the body holds SHA-256 over a fresh salt and P. Salt
and P stay in the institution's database; erased there, nothing can be guessed from what stays here.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.evidence.canonical import CanonicalFault, entry_bytes, read_entry
from suixin.evidence.keys import Signer, Verifier, decoded
from suixin.evidence.merkle import HASH_BYTES, leaf_hash
from suixin.evidence.policy import holder

ENTRY_BYTES_MAX: Final = 65_535
SALT_BYTES: Final = 32
VERSION: Final = 1
_POLICY: Final = re.compile(r"[!-~]{0,200}")
_SIGNED: Final = b"suixin/leaf/1\n"
_COMMITTED: Final = b"suixin/commit/1\0"
_BODY: Final = frozenset({"v", "kind", "at", "seq", "commit", "refs", "policy"})


class EntryFault(InputError):
    """An entry that must be refused.

    FORM: not canonical JSON of the right members. LONG: above 65,535 bytes. AUTHOR: not by a known
    key. SIGNATURE: not made by that key. OPENING: salt and private part are not what was committed.
    KIND: not for this author to enter.
    """


class Kind(StrEnum):
    """What an entry records."""

    ORDER = "order"
    SETTLEMENT = "settlement"
    CONSENT = "consent"
    DECISION = "decision"
    AGREEMENT = "agreement"  # A move of an agreement.
    LEDGER_DAY = "ledger_day"  # The digest of the ledger at day's end.
    FUND_CLAIM = "fund_claim"
    COUNTERSIGN = "countersign"  # Names another's entry, which its author agrees to.
    BLOCK = "block"
    KEY = "key"
    ERASURE = "erasure"


# These show what they record to everybody: it is about no person.
OPEN_KINDS: Final = frozenset({Kind.BLOCK, Kind.KEY})
# These must name other entries.
NAMING_KINDS: Final = frozenset({Kind.COUNTERSIGN, Kind.ERASURE})


@dataclass(frozen=True, slots=True)
class Opening:
    """What a commitment hides: 32 random bytes made for this record alone, and its private part.

    >>> Opening(bytes(32), b"{}").commitment.hex()[:8]
    'fd673f59'
    """

    salt: bytes
    private: bytes

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise EntryFault("OPENING", f"A salt has 32 random bytes, not {len(self.salt)}.")

    @property
    def commitment(self) -> bytes:
        """SHA-256 over the domain, the salt and the private part; without the salt, no guess."""
        return sha256(_COMMITTED + self.salt + self.private).digest()

    def __bytes__(self) -> bytes:
        """As it is kept in a file: the salt, then the private part."""
        return self.salt + self.private


@dataclass(frozen=True, slots=True)
class Body:
    """What an author says: of which kind, when (POSIX seconds), his how-manieth entry from 0.

    `refs` are leaf hashes of other entries; `policy` names the dated policies it followed; `show`
    is text that all may read, for kinds that are about no person (48 KiB of bytes fit in base85).
    """

    kind: Kind
    at: int
    seq: int
    commit: bytes | None = None
    refs: tuple[bytes, ...] = ()
    policy: str = ""
    show: str | None = None

    def members(self) -> dict[str, Any]:
        """The body as the members of JSON, `show` left out where there is nothing to show."""
        found: dict[str, Any] = {
            "v": VERSION,
            "kind": self.kind.value,
            "at": self.at,
            "seq": self.seq,
            "commit": None if self.commit is None else self.commit.hex(),
            "refs": [ref.hex() for ref in self.refs],
            "policy": self.policy,
        }
        return found if self.show is None else {**found, "show": self.show}


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry whose signature was verified; only `seal` and `open` make one.

    `by` is the author's key, `raw` the bytes that are logged.
    """

    body: Body
    by: Verifier
    raw: bytes

    @property
    def leaf(self) -> bytes:
        """The leaf hash, by which receipts, proofs and other entries name it."""
        return leaf_hash(self.raw)


def seal(body: Body, author: Signer) -> Sealed:
    """Sign a body; raises `EntryFault` or `CanonicalFault` where it is none that may be logged.

    >>> from suixin.evidence.keys import ED25519
    >>> author = Signer("shop.example/orders", ED25519, bytes(32))
    >>> kept = Opening(bytes(range(32)), b'{"amount_fen":6800}')
    >>> sealed = seal(Body(Kind.ORDER, 1_780_000_000, 0, kept.commitment), author)
    >>> open(sealed.raw, authors([author.verifier])) == sealed
    True
    >>> check_opening(sealed.body, kept)
    """
    _check(body)
    members = body.members()
    signature = author.sign(_SIGNED + entry_bytes(members))
    by = author.verifier
    whole = {"body": members, "by": author_of(by), "sig": b64encode(signature).decode()}
    return Sealed(body, by, _bounded(entry_bytes(whole)))


def open(raw: bytes, authors: Mapping[str, Verifier]) -> Sealed:
    """An entry by one of these authors, its form and signature checked; raises `EntryFault`."""
    body, by, signature, signed = _read(raw)
    author = authors.get(by)
    if author is None:
        wrong = f"{shown(by)} is no author that is known here."
        raise EntryFault("AUTHOR", wrong, "The log admits who may write: suixin log admit.")
    if not author.verifies(signature, signed):
        raise EntryFault("SIGNATURE", f"The signature of {shown(by)} is not over this entry.")
    return Sealed(body, author, raw)


def erase(leaves: Sequence[bytes], author: Signer, *, at: int, seq: int, policy: str) -> Sealed:
    """The record that salt and private part of these entries are erased, and under which policy.

    Erase first, everywhere (`openings.forget`, the database, its history, its backups), then log
    this: what is told here must be true. Every proof of the erased entries stays valid.
    """
    return seal(Body(Kind.ERASURE, at, seq, None, tuple(leaves), policy), author)


def authors(keys: Iterable[Verifier]) -> dict[str, Verifier]:
    """Keys of authors by how entries name them."""
    return {author_of(key): key for key in keys}


def check_opening(body: Body, opening: Opening) -> None:
    """Raise `EntryFault` OPENING unless salt and private part are what the body commits to."""
    if body.commit != opening.commitment:
        raise EntryFault("OPENING", "Salt and private part are not what the entry commits to.")


def check_enters(sealed: Sealed, origin: str) -> None:
    """Raise `EntryFault` KIND unless the author may enter this kind in the log of that origin.

    Whoever follows the log runs its blocks: one that fits nowhere would stop them all.
    """
    if sealed.body.kind is Kind.BLOCK and holder(sealed.by.name) != holder(origin):
        wrong = f"{shown(sealed.by.name)} enters a block; only {holder(origin)} does here."
        raise EntryFault("KIND", wrong, "Send the transaction to whoever makes the blocks.")


def read_opening(raw: bytes) -> Opening:
    """An opening as a file keeps it; raises `EntryFault` where it is too short for a salt.

    >>> read_opening(bytes(32) + b"private").private
    b'private'
    """
    return Opening(raw[:SALT_BYTES], raw[SALT_BYTES:])


def author_of(key: Verifier) -> str:
    """How an entry names its author: the name of the key and its id.

    >>> from suixin.evidence.keys import ED25519
    >>> author_of(Signer("shop.example", ED25519, bytes(32)).verifier)
    'shop.example+3049729f'
    """
    return f"{key.name}+{key.id.hex()}"


def numbered(raw: bytes) -> tuple[str, int]:
    """The author's name and his next number after this entry, whose signature is not checked.

    For entries that a signed head covers, as when a log is filled again from a mirror.
    """
    body, by, *_ = _read(raw)
    return by.rpartition("+")[0], body.seq + 1


def _check(body: Body) -> None:
    """What a body must be, whoever signs it."""
    if body.at < 0 or body.seq < 0:
        raise EntryFault("FORM", f"Time and number are 0 or more; got {body.at}, {body.seq}.")
    if any(len(one) != HASH_BYTES for one in (*body.refs, body.commit or bytes(HASH_BYTES))):
        raise EntryFault("FORM", "A commitment and every leaf hash have 32 bytes.")
    if body.show is not None and body.kind not in OPEN_KINDS:
        kinds = ", ".join(sorted(OPEN_KINDS))
        wrong = f"An entry of kind {body.kind} shows nothing; only {kinds} do."
        raise EntryFault("FORM", wrong, "Commit to the private part instead.")
    if not _POLICY.fullmatch(body.policy):
        wrong = f"{shown(body.policy)!r} names no policies: at most 200 letters of ASCII, no space."
        raise EntryFault("FORM", wrong)
    if body.kind in NAMING_KINDS and not body.refs:
        raise EntryFault("FORM", f"An entry of kind {body.kind} names the entry it is about.")


def _read(raw: bytes) -> tuple[Body, str, bytes, bytes]:
    """Body, author, signature, and the bytes that were signed."""
    try:
        whole = read_entry(_bounded(raw))
    except CanonicalFault as fault:
        raise EntryFault("FORM", f"This is no entry: {fault.message}") from fault
    if not isinstance(whole, dict) or set(whole) != {"body", "by", "sig"}:
        raise EntryFault("FORM", "An entry has the members body, by and sig, and no other.")
    by, sig = whole["by"], whole["sig"]
    signature = decoded(sig) if isinstance(sig, str) else None
    if not isinstance(by, str) or signature is None:
        raise EntryFault("FORM", "`by` is text and `sig` is base64.")
    return _body(whole["body"]), by, signature, _SIGNED + entry_bytes(whole["body"])


def _body(told: Any) -> Body:
    if not isinstance(told, dict) or set(told) - {"show"} != _BODY:
        raise EntryFault("FORM", f"A body has the members {', '.join(sorted(_BODY))}.")
    texts = (told["kind"], told["policy"], told.get("show", ""), told["commit"] or "")
    numbers, refs = (told["v"], told["at"], told["seq"]), told["refs"]
    if (
        not all(isinstance(one, str) for one in texts)
        or not all(type(one) is int for one in numbers)
        or not (isinstance(refs, list) and all(isinstance(ref, str) for ref in refs))
        or told["v"] != VERSION
        or told["kind"] not in set(Kind)
    ):
        raise EntryFault("FORM", f"A member of the body is not of its kind, or v is not {VERSION}.")
    commit = None if told["commit"] is None else _hex(told["commit"])
    body = Body(
        Kind(told["kind"]),
        told["at"],
        told["seq"],
        commit,
        tuple(_hex(ref) for ref in refs),
        told["policy"],
        told.get("show"),
    )
    _check(body)
    return body


def _hex(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES or found.hex() != text:
        raise EntryFault("FORM", f"{shown(text)!r} is no hash in 64 hexadecimal digits.")
    return found


def _bounded(raw: bytes) -> bytes:
    if len(raw) > ENTRY_BYTES_MAX:
        raise EntryFault("LONG", f"An entry has at most 65,535 bytes, not {len(raw)}.")
    return raw
