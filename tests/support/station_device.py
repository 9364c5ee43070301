"""A station's device as the protocol has it, in Python: it seals, chains, signs and sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from suixin.evidence.canonical import entry_bytes
from suixin.service.app import devices, syncing
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.devices import Enrolment
from suixin.service.app.proposals import confirm
from suixin.service.app.sync_ops import DeviceClock, Operation, about, bytes_of, told_bytes
from suixin.service.app.syncing import Batch, Pushed

_numbers = count(1)


def sealed_to(public: bytes, plain: bytes, whose: str) -> bytes:
    """Sealed as a device does it, to the institution's key."""
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    server = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    shared = own.exchange(ec.ECDH(), server)
    key = HKDF(SHA256(), 32, salt=point, info=b"suixin/station-operation/1").derive(shared)
    nonce = token_bytes(12)
    return point + nonce + AESGCM(key).encrypt(nonce, plain, whose.encode())


@dataclass
class StationDevice:
    """A device with its outbox; `ran_ms` is how long its program has run since `boot`."""

    caller: Caller
    name: str
    key: ec.EllipticCurvePrivateKey
    enrolment: Enrolment | None = None
    outbox: list[Operation] = field(default_factory=list)
    boot: str = "boot-1"
    ran_ms: int = 0
    form: int = 2

    @property
    def public(self) -> str:
        """Its public key, as it is announced."""
        raw = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return told_bytes(raw)

    @property
    def tail(self) -> tuple[int, str]:
        """The seq and the hash of the last operation."""
        return (self.outbox[-1].seq, self.outbox[-1].hash) if self.outbox else (0, "")

    def done(self, kind: str, entity: str, told: Mapping[str, Any], **more: Any) -> Operation:
        """Something is done without a network: the operation, in the outbox."""
        self.ran_ms += 1_000
        seq, before = self.tail
        op_id = f"op-{next(_numbers):06d}"
        assert self.enrolment is not None
        whose = about(self.name, op_id, kind)
        plain = json.dumps(dict(told), ensure_ascii=False).encode()
        seal = sealed_to(bytes_of(self.enrolment.server_key), plain, whose)
        op = Operation(
            **{
                "op_id": op_id,
                "device": self.name,
                "seq": seq + 1,
                "prev_hash": before,
                "kind": kind,
                "entity_id": entity,
                "base_version": "",
                "wall_at": "2026-07-01T09:00:00+08:00",
                "mono_ms": self.ran_ms,
                "boot_id": self.boot,
                "agent": self.caller.by,
                "form_version": self.form,
                "key": self.enrolment.key,
                "sealed": told_bytes(seal),
                "photo_hashes": (),
                "signature": "",
                **more,
            }
        )
        self.outbox.append(self.signed(op))
        return self.outbox[-1]

    def signed(self, op: Operation) -> Operation:
        """The operation, signed by this device."""
        raw = self.key.sign(entry_bytes(op.told), ec.ECDSA(SHA256()))
        halves = b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(raw))
        return replace(op, signature=told_bytes(halves))

    def batch(self, operations: Any, at: datetime) -> Batch:
        """What it sends of these operations at a moment."""
        clock = DeviceClock(wall_at=at, mono_ms=self.ran_ms, boot_id=self.boot)
        return Batch(device=self.name, clock=clock, operations=tuple(operations))

    def push(self, at: datetime, *operations: Operation) -> Pushed:
        """Send some operations, or the whole outbox."""
        return syncing.push(self.caller, self.batch(operations or self.outbox, at), at=at)

    def restarted(self) -> None:
        """Its program begins anew: it knows no more how long it is since."""
        self.boot, self.ran_ms = f"boot-{next(_numbers)}", 0

    def waited(self, **by: int) -> None:
        """Time goes on for its program."""
        self.ran_ms += int(timedelta(**by).total_seconds() * 1_000)


def announced(caller: Caller, at: datetime) -> StationDevice:
    """A device that its agent told of."""
    made = StationDevice(
        caller=caller,
        name=f"d-{next(_numbers)}",
        key=ec.generate_private_key(ec.SECP256R1()),
    )
    devices.announce(caller, made.name, made.public, "phone", at=at)
    return made


def enrolled(caller: Caller, at: datetime) -> StationDevice:
    """A device that two people enrolled."""
    made = announced(caller, at)
    agree(caller.institution, made.name, at)
    made.enrolment = devices.enrolment(caller, made.name, at=at)
    return made


def agree(institution: int, device: str, at: datetime) -> None:
    """Two administrators enrol a device."""
    first, second = (
        Caller(institution=institution, by=f"user:90{n}", duties=frozenset({Duty.ADMINISTRATOR}))
        for n in (1, 2)
    )
    proposed = devices.propose_device(
        first, device, key=f"k{next(_numbers)}", why="works at the station", at=at
    )
    confirm(second, proposed.proposal, digest=proposed.digest, at=at)


def resident_id(number: int, area: str = "440811") -> str:
    """A number that checks and belongs to nobody: of a day long ago."""
    body = f"{area}1900{number // 1_000 % 12 + 1:02d}01{number % 1_000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def digest_of(raw: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return sha256(raw).hexdigest()
