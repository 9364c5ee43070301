"""Personal fields, sealed: each person has a key, wrapped by the institution's. No key, no person.

AES-256-GCM throughout; what a seal is about (whose, which field) is authenticated with it, so that
a row moved to another person does not open. Keys and nonces are arguments.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import digest
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from suixin.data.errors import InputError
from suixin.kernel.identity import BadIdentity, check_bank_card, check_resident_id, check_uscc

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_WRAPPED: Final = b"suixin/person-key/1"
_SEALED: Final = b"suixin/personal-field/1"
_LOOKUP: Final = b"suixin/lookup/1"


class Personal(StrEnum):
    """The personal fields there are."""

    NAME = "name"
    RESIDENT_ID = "resident_id"
    USCC = "uscc"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    ADDRESS = "address"


SEARCHED: Final = frozenset(
    {Personal.RESIDENT_ID, Personal.USCC, Personal.PHONE, Personal.BANK_CARD}
)
_CHECKS: Final = {
    Personal.RESIDENT_ID: check_resident_id,
    Personal.USCC: check_uscc,
    Personal.BANK_CARD: check_bank_card,
}


@dataclass(frozen=True, slots=True)
class InstitutionKey:
    """An institution's key: what it wraps is told its name. It is never shown, nor used as it is.

    >>> InstitutionKey("1", bytes(32))
    InstitutionKey(name='1')
    """

    name: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            wrong = f"The key {self.name} has {len(self.secret)} bytes, not {KEY_BYTES}."
            raise InputError("KEY", wrong, "Take the file from where it is kept.")

    def of(self, use: bytes) -> bytes:
        """The key for one use alone."""
        return HKDFExpand(SHA256(), KEY_BYTES, use).derive(self.secret)


def checked(name: Personal, text: str) -> str:
    """A personal field in its one way of writing; raises `InputError` PERSONAL, without the text.

    >>> checked(Personal.PHONE, " +86 138-0000-0000 ")
    '13800000000'
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        plain = _CHECKS[name](plain) if name in _CHECKS else plain
    except BadIdentity as fault:
        raise InputError("PERSONAL", str(fault), "Correct it at its source.") from fault
    if name is Personal.PHONE:
        plain = plain.replace(" ", "").replace("-", "").removeprefix("+86")
        if not plain.isascii() or not plain.isdecimal():
            raise InputError("PERSONAL", "Not a telephone number.", "Give digits.")
    if not plain:
        raise InputError("PERSONAL", f"The {name} is empty.", "Leave it out.")
    return plain


def wrapped(by: InstitutionKey, key: bytes, *, about: str, nonce: bytes) -> bytes:
    """A person's key as it is kept; `about` says whose it is."""
    return nonce + AESGCM(by.of(_WRAPPED)).encrypt(nonce, key, about.encode())


def unwrapped(by: InstitutionKey, kept: bytes, *, about: str) -> bytes:
    """A person's key; raises `InputError` SEAL where another key wrapped it, or it was changed.

    >>> by, nonce = InstitutionKey("1", bytes(32)), bytes(12)
    >>> kept = wrapped(by, b"k" * 32, about="1/h-1", nonce=nonce)
    >>> unwrapped(by, kept, about="1/h-1") == b"k" * 32
    True
    """
    return _open(by.of(_WRAPPED), kept, about)


def sealed(key: bytes, content: bytes, *, about: str, nonce: bytes) -> bytes:
    """Something personal as it is kept; `about` says whose and which it is."""
    return nonce + AESGCM(_derived(key)).encrypt(nonce, content, about.encode())


def opened(key: bytes, kept: bytes, *, about: str) -> bytes:
    """Something personal as it was given; raises `InputError` SEAL.

    >>> key = b"k" * 32
    >>> opened(key, sealed(key, b"138", about="1/h-1/phone", nonce=bytes(12)), about="1/h-1/phone")
    b'138'
    """
    return _open(_derived(key), kept, about)


def lookup(by: InstitutionKey, name: Personal, text: str) -> bytes:
    """By what a field is searched: a keyed hash, so that who has the rows alone cannot guess.

    >>> by = InstitutionKey("1", bytes(32))
    >>> lookup(by, Personal.PHONE, "138").hex()[:8]
    '64aee905'
    """
    return digest(by.of(_LOOKUP), name.encode() + b"\0" + text.encode(), "sha256")


def _derived(key: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, _SEALED).derive(key)


def _open(key: bytes, kept: bytes, about: str) -> bytes:
    try:
        return AESGCM(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as fault:
        wrong = f"What is sealed of {about} does not open."
        raise InputError("SEAL", wrong, "It was changed, or its key is another.") from fault
