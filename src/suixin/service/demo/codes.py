"""One-time codes of a demonstration's people, whose secrets are no secrets (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
from typing import Final

STEP_SECONDS: Final = 30
_DIGITS: Final = 6


def code_of(secret: str, seconds: int) -> str:
    """The code that holds at a moment, in seconds since 1970. Source: RFC 6238, appendix B.

    >>> code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59)
    '287082'
    """
    key = base64.b32decode(secret)
    mac = hmac.digest(key, (seconds // STEP_SECONDS).to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)
