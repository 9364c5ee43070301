"""What a station's device sends: its form, its chain, its signature, its seal, its clock.

Plain functions: no row is read or written here. An operation is JSON in its canonical form
(RFC 8785), named by its SHA-256 and signed by the device's P-256 key; it names the one before it.
Its payload is sealed to the institution's key, so that a device that is lost tells nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.service.store.key_ring import KeyRing

POINT_BYTES: Final = 65
_NONCE_BYTES: Final = 12
_HALF: Final = 32
_TAG_BYTES: Final = 16
_CURVE: Final = ec.SECP256R1()
# The order of P-256 (FIPS 186-5, D.1.2.3).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_USE: Final = "suixin/station-seal/1/"
_SEALED: Final = b"suixin/station-operation/1"
_HINT: Final = "The device's own program writes it; bring the device to the office."


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that was done at a station. `hash` is over all else but the signature.

    `wall_at` is what the device's clock said (ISO 8601), `mono_ms` how long its program had run
    since `boot_id`: only together with the same of a later request do they tell a time.
    """

    op_id: str
    device: str
    seq: int
    prev_hash: str
    kind: str
    entity_id: str
    base_version: str
    wall_at: str
    mono_ms: int
    boot_id: str
    agent: str
    form_version: int
    key: str
    sealed: str
    photo_hashes: tuple[str, ...]
    signature: str

    @property
    def told(self) -> dict[str, Any]:
        """As it was signed."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        del found["signature"]
        return {**found, "photo_hashes": list(self.photo_hashes)}

    @property
    def hash(self) -> str:
        """Its name in the chain: SHA-256, in hexadecimal."""
        return hashlib.sha256(entry_bytes(self.told)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceClock:
    """What a device's clock says as it sends, and from which start of its program."""

    wall_at: datetime
    mono_ms: int
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """When an operation was done: at `at`, or, where that is uncertain, after `after` until `at`.

    `off`: the device's clock was further off than allowed, which its agent is told.
    """

    at: datetime
    after: datetime
    uncertain: bool
    off: bool


def happened(
    op: Operation,
    clock: DeviceClock,
    *,
    last_seen: datetime,
    received: datetime,
    off_seconds: int,
) -> Happened:
    """When an operation was done, by how long the device's program had run; never by its clock.

    From another start of the program nothing is known but that it was after the device was last
    seen, and before it was received; what the law counts in days then counts from receipt.
    """
    off = abs((clock.wall_at - received).total_seconds()) > off_seconds
    since = clock.mono_ms - op.mono_ms
    if clock.boot_id == op.boot_id and since >= 0:
        at = received - timedelta(milliseconds=min(since, 10**11))
        return Happened(at=at, after=at, uncertain=False, off=off)
    return Happened(at=received, after=min(last_seen, received), uncertain=True, off=off)


def check_signed(op: Operation, public_key: bytes) -> None:
    """Hold an operation's signature against its device's key; raises `InputError` SIGNATURE."""
    raw = bytes_of(op.signature)
    wrong = InputError("SIGNATURE", f"The operation {op.seq} is not signed by its device.", _HINT)
    if len(raw) != 2 * _HALF:
        raise wrong
    halves = (int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))
    try:
        known(public_key).verify(
            encode_dss_signature(*halves), entry_bytes(op.told), ec.ECDSA(SHA256())
        )
    except InvalidSignature as fault:
        raise wrong from fault


def known(public_key: bytes) -> ec.EllipticCurvePublicKey:
    """A public key of P-256 in 65 bytes; raises `InputError` DEVICE_KEY."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public_key)
    except ValueError as fault:
        wrong = "That is no public key of P-256 in 65 bytes."
        raise InputError("DEVICE_KEY", wrong, "Begin again on the device.") from fault


def fingerprint(public_key: bytes) -> str:
    """A key as two people compare it aloud: eight groups of four digits.

    >>> fingerprint(bytes(65))
    '98ce 42de ef51 d402 69d5 42f5 314b ef2c'
    """
    told = hashlib.sha256(public_key).hexdigest()[:32]
    return " ".join(told[place : place + 4] for place in range(0, 32, 4))


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key to which devices seal; its secret never leaves the service's home."""

    name: str
    secret: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """As devices are given it: the point, uncompressed."""
        return self.secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal_key(ring: KeyRing, institution: int, name: str = "") -> SealKey:
    """An institution's key of that name, made from the home's own; the newest where none is named.

    Raises `InputError` NO_KEY.
    """
    key = ring.get(name) if name else ring.current
    number = int.from_bytes(key.of(f"{_USE}{institution}".encode()), "big")
    return SealKey(key.name, ec.derive_private_key(1 + number % (_ORDER - 1), _CURVE))


def opened(op: Operation, key: SealKey) -> dict[str, Any]:
    """What an operation says; raises `InputError` SEAL."""
    raw = unsealed(bytes_of(op.sealed), key, about=about(op.device, op.op_id, op.kind))
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise InputError("SEAL", f"The operation {op.seq} holds no form.", _HINT)
    return found


def about(device: str, op_id: str, kind: str) -> str:
    """What a seal is bound to, so that it opens nowhere else."""
    return f"{device}/{op_id}/{kind}"


def unsealed(raw: bytes, key: SealKey, *, about: str) -> bytes:
    """What was sealed to a key: the sender's point, a nonce, then AES-256-GCM.

    The key of each seal is of the two points' agreement (ECDH, then HKDF-SHA-256 salted with the
    sender's point). Raises `InputError` SEAL.
    """
    wrong = InputError("SEAL", "A seal does not open.", _HINT)
    if len(raw) < POINT_BYTES + _NONCE_BYTES + _TAG_BYTES:
        raise wrong
    point, nonce = raw[:POINT_BYTES], raw[POINT_BYTES : POINT_BYTES + _NONCE_BYTES]
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        shared = key.secret.exchange(ec.ECDH(), sender)
        secret = HKDF(SHA256(), 32, salt=point, info=_SEALED).derive(shared)
        return AESGCM(secret).decrypt(nonce, raw[POINT_BYTES + _NONCE_BYTES :], about.encode())
    except (ValueError, InvalidTag) as fault:
        raise wrong from fault


def bytes_of(text: str) -> bytes:
    """Bytes that were told in base64url without padding; raises `InputError` FORM.

    >>> bytes_of("-_8")
    b'\\xfb\\xff'
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise InputError("FORM", "Something is not in base64url.", _HINT) from fault


def told_bytes(raw: bytes) -> str:
    """Bytes as base64url without padding.

    >>> told_bytes(bytes([0xfb, 0xff]))
    '-_8'
    """
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def operation_of(told: Mapping[str, Any], *, sealed: str, signature: str = "") -> Operation:
    """An operation as it was kept."""
    given = {**told, "photo_hashes": tuple(told["photo_hashes"]), "sealed": sealed}
    return Operation(**given, signature=signature)
