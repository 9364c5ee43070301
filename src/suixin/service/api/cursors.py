"""Where a list goes on: the last key that was told, signed, for one list of one institution.

The place is a key and no number of rows, so that what is added or goes meanwhile shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from typing import Final

from suixin.data.errors import InputError
from suixin.service.api.secret import CURSORS, secrets_for

CHARACTERS_MAX: Final = 1_024
_MARK_BYTES: Final = 16
Key = Sequence[str | int]


def cursor(listed: str, key: Key, *, institution: int) -> str:
    """The opaque place after a key of a list."""
    text = json.dumps(list(key), ensure_ascii=False, separators=(",", ":")).encode()
    mark = _mark(secrets_for(CURSORS)[0], listed, institution, text)
    return base64.urlsafe_b64encode(mark + text).rstrip(b"=").decode()


def place(
    listed: str, told: str, kinds: Sequence[type], *, institution: int
) -> tuple[str | int, ...]:
    """The key a cursor stands for; raises `InputError` CURSOR where it is of no such list."""
    wrong = InputError("CURSOR", "The cursor is none of this list.", "Begin without one.")
    if len(told) > CHARACTERS_MAX or not told.isascii():
        raise wrong
    try:
        whole = base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
    except binascii.Error as fault:
        raise wrong from fault
    mark, text = whole[:_MARK_BYTES], whole[_MARK_BYTES:]
    if not any(
        hmac.compare_digest(mark, _mark(key, listed, institution, text))
        for key in secrets_for(CURSORS)
    ):
        raise wrong
    found = tuple(json.loads(text))
    if [type(part) for part in found] != list(kinds):
        raise wrong
    return found


def _mark(key: bytes, listed: str, institution: int, text: bytes) -> bytes:
    about = f"{institution}\n{listed}\n".encode()
    return hmac.digest(key, about + text, "sha256")[:_MARK_BYTES]
