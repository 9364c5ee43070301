"""Keys of notes as text (C2SP signed-note): whose, of which type, and the key itself.

Two types are known: 0x01, Ed25519 over the text, by which a log signs; and 0x04, a cosignature with
its time, by which a witness signs. A key of another type is read and kept, and verifies nothing.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from suixin.data.errors import InputError, shown

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
ECDSA: Final = 0x02  # Not verified here; the one type whose id is made another way.
KNOWN_TYPES: Final = frozenset({ED25519, COSIGNATURE})
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

# Points of small order, as y with the sign away: a key of these lets anybody sign (RFC 8032 §8.4).
_FIELD: Final = 2**255 - 19
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    }
)
_PRIVATE: Final = "PRIVATE+KEY+"
_ID: Final = re.compile(r"[0-9a-f]{8}")


class KeyFault(InputError):
    """The text of a key that cannot be used.

    KEY: not of the form, or its id is not that of the key. KEY_TYPE: a type that is not known here.
    """


@dataclass(frozen=True, slots=True)
class KeyText:
    """A public key as it is written, of whatever type: `<name>+<id>+<type and key>`."""

    name: str
    type: int
    key: bytes
    id: bytes  # Four bytes, as they stand before every signature.

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.type]) + self.key).decode()}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A name and a public key of a known type, by which signatures are verified.

    >>> one = verifier("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    >>> one.name, one.type, one.id.hex()
    ('example.com/foo', 1, '530d903a')
    """

    name: str
    type: int
    key: bytes
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.type not in KNOWN_TYPES:
            raise KeyFault("KEY_TYPE", f"Type {self.type:#04x} of a key is not known here.")
        if len(self.key) != KEY_BYTES:
            raise KeyFault(
                "KEY", f"The key of {shown(self.name)} has {len(self.key)} bytes, not 32."
            )
        y = int.from_bytes(self.key, "little") & (2**255 - 1)
        if y >= _FIELD or y in _SMALL_ORDER or _public(self.key) is None:
            wrong = f"The key of {shown(self.name)} is none that only its holder can sign with."
            raise KeyFault("KEY", wrong)
        object.__setattr__(self, "id", key_id(self.name, self.type, self.key))

    def __str__(self) -> str:
        return str(KeyText(self.name, self.type, self.key, self.id))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the key made this Ed25519 signature (RFC 8032) over the message."""
        return verifies(self.key, signature, message)


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the secret seed of a key; its text never shows by printing it.

    >>> log = Signer("bank.example/suixin/1", ED25519, bytes(32))
    >>> log.verifier.verifies(log.sign(b"text"), b"text")
    True
    >>> log
    Signer('bank.example/suixin/1', …)
    >>> signer(log.text()) == log
    True
    """

    name: str
    type: int
    seed: bytes
    verifier: Verifier = field(init=False, compare=False)
    _private: Ed25519PrivateKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise KeyFault("KEY", f"The seed of a key has {len(self.seed)} bytes, not 32.")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = private.public_key().public_bytes_raw()
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "verifier", Verifier(self.name, self.type, public))

    def __repr__(self) -> str:
        return f"Signer({self.name!r}, …)"

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature over the message, 64 bytes."""
        return self._private.sign(message)

    def text(self) -> str:
        """The secret key as text, to be kept in a file that others cannot read."""
        secret = b64encode(bytes([self.type]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{secret}"


def key_id(name: str, type: int, key: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, newline, type and key."""
    return sha256(f"{name}\n".encode() + bytes([type]) + key).digest()[:4]


def key_text(text: str) -> KeyText:
    """Read a public key of any type; raises `KeyFault` where the form or the id is wrong.

    >>> key_text("monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT").type
    1
    """
    if text.startswith(_PRIVATE):
        raise KeyFault("KEY", "This is a secret key where a public one is meant: it is not shown.")
    read = _read(text, "<name>+<id>+<key>", hidden=False)
    if read.type != ECDSA:
        _same_id(read.id, key_id(read.name, read.type, read.key), read.name)
    return read


def verifier(text: str) -> Verifier:
    """Read a public key of a known type; raises `KeyFault`, KEY_TYPE where the type is not."""
    read = key_text(text)
    return Verifier(read.name, read.type, read.key)


def signer(text: str) -> Signer:
    """Read a secret key; raises `KeyFault`, which never shows the key."""
    if not text.startswith(_PRIVATE):
        raise KeyFault("KEY", f"The text of a secret key begins with {_PRIVATE}; this does not.")
    form = f"{_PRIVATE}<name>+<id>+<key>"
    read = _read(text.removeprefix(_PRIVATE), form, hidden=True)
    found = Signer(read.name, read.type, read.key)
    _same_id(read.id, found.verifier.id, read.name)
    return found


def check_name(name: str) -> None:
    """Raise `KeyFault` unless a name may stand in a note: no space, no plus, not empty."""
    if not name or "+" in name or any(c.isspace() or c < " " or _surrogate(c) for c in name):
        wrong = f"{shown(name)!r} is no name of a key: it must not be empty nor hold space or plus."
        raise KeyFault("KEY", wrong)


def verifies(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature over a message is by this public key."""
    public = _public(key)
    if public is None:
        return False
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def decoded(text: str) -> bytes | None:
    """The bytes of standard base64 in its one right form, or None.

    >>> decoded("AAA="), decoded("AAB="), decoded("AAA")
    (b'\\x00\\x00', None, None)
    """
    try:
        found = b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return found if b64encode(found).decode() == text else None


@lru_cache(maxsize=1024)
def _public(key: bytes) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return None


def _read(text: str, form: str, *, hidden: bool) -> KeyText:
    name, _, rest = text.partition("+")
    told, _, encoded = rest.partition("+")
    material = decoded(encoded)
    if not _ID.fullmatch(told) or not material or len(material) < 2:
        what = "This" if hidden else f"{shown(text)!r}"
        raise KeyFault("KEY", f"{what} is no key; the form is {form}, the id 8 digits of 0-9a-f.")
    check_name(name)
    return KeyText(name, material[0], material[1:], bytes.fromhex(told))


def _same_id(told: bytes, found: bytes, name: str) -> None:
    if told != found:
        wrong = f"The id of {shown(name)} is {told.hex()}, but that of the key is {found.hex()}."
        raise KeyFault("KEY", wrong, "Copy it again from whoever made it.")


def _surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"
