"""Keys of the API's own: derived for one use each from the secrets of the service's home."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from suixin.service.home import usual_home
from suixin.service.identity.secret import read_secret

TOKENS: Final = b"suixin/api-token/1"
CURSORS: Final = b"suixin/api-cursor/1"
_BYTES: Final = 32


def secrets_for(use: bytes) -> tuple[bytes, ...]:
    """The keys for a use, the newest first: that one signs, any is accepted.

    Raises `EnvironmentFault` as `read_secret` does.
    """
    return _derived(read_secret(usual_home()), use)


@lru_cache(maxsize=16)
def _derived(told: tuple[str, ...], use: bytes) -> tuple[bytes, ...]:
    return tuple(HKDFExpand(SHA256(), _BYTES, use).derive(bytes.fromhex(line)) for line in told)
