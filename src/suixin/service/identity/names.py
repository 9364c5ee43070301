"""Codes of institutions: what stands behind the @ of every name that signs in there."""

from __future__ import annotations

import re
from typing import Final

from suixin.data.errors import InputError, shown

_CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def checked_code(code: str) -> str:
    """An institution's code; raises `InputError` CODE.

    >>> checked_code("county-bank")
    'county-bank'
    """
    if not _CODE.fullmatch(code):
        wrong = f"{shown(code)!r} is no code of an institution."
        raise InputError("CODE", wrong, "Take 1 to 40 small letters, digits and dashes.")
    return code
