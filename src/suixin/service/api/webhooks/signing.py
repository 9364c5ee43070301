"""Standard Webhooks: what is sent is signed with the time it is sent at, and sealed secrets."""

from __future__ import annotations

import base64
import hmac
from secrets import token_bytes
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from suixin.service.store.key_ring import KeyRing

SECRET_BYTES: Final = 32
TOLERANCE_SECONDS: Final = 300
_NONCE_BYTES: Final = 12
_USE: Final = b"suixin/webhook-secret/1"
_PREFIX: Final = "whsec_"


def new_secret() -> bytes:
    """A fresh secret."""
    return token_bytes(SECRET_BYTES)


def told(secret: bytes) -> str:
    """A secret as a partner is told it.

    >>> told(bytes(3))
    'whsec_AAAA'
    """
    return _PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, name: str, at: int, body: bytes) -> str:
    """What goes into `webhook-signature`, for an id, a moment (Unix seconds) and a body.

    >>> signature(b"secret", "evt-1", 1614265330, b"{}")
    'v1,TLMrzEYLBSyK4gFVc7nfMVvb291pDdmKfxtOUQNwbvg='
    """
    mark = hmac.digest(secret, f"{name}.{at}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(mark).decode()}"


def sealed(ring: KeyRing, secret: bytes, about: str) -> tuple[str, bytes]:
    """A secret sealed by the newest key for one subscription: the key's name, and the seal."""
    nonce = token_bytes(_NONCE_BYTES)
    seal = AESGCM(ring.current.of(_USE)).encrypt(nonce, secret, about.encode())
    return ring.current.name, nonce + seal


def unsealed(ring: KeyRing, key_name: str, seal: bytes, about: str) -> bytes:
    """The secret of a subscription; raises `InputError` NO_KEY, `InvalidTag` where it was moved."""
    key = AESGCM(ring.get(key_name).of(_USE))
    return key.decrypt(seal[:_NONCE_BYTES], seal[_NONCE_BYTES:], about.encode())
