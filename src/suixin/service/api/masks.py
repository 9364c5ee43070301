"""How much of a value a reader is shown: eight masks, from nothing to all of it."""

from __future__ import annotations

import hmac
from bisect import bisect_right
from datetime import date, datetime
from enum import StrEnum
from typing import Final

Value = str | int | float | bool | None


class Mask(StrEnum):
    """From the least to the most that is shown."""

    HIDDEN = "hidden"
    EXISTS = "exists"
    HASH = "hash"
    YEAR = "year"
    BAND = "band"
    LAST4 = "last4"
    CLEAR = "clear"


_ORDER: Final = {mask: place for place, mask in enumerate(Mask)}
# In yuan: 0, below 1,000, 5,000, 20,000, 50,000, and more.
_BOUNDS: Final = (1, 1_000_00, 5_000_00, 20_000_00, 50_000_00)
_BANDS: Final = ("0", "<1k", "<5k", "<20k", "<50k", ">=50k")


def least(masks: list[Mask]) -> Mask:
    """Of several grants the one that shows most.

    >>> least([Mask.HIDDEN, Mask.BAND, Mask.EXISTS]).value
    'band'
    """
    return max(masks, key=_ORDER.__getitem__, default=Mask.HIDDEN)


def masked(value: object, mask: Mask, *, reader_key: bytes) -> Value:
    """A value as a mask shows it; None is shown as none by every mask but `exists`.

    Amounts are fen. `reader_key` is of one reader alone, so two readers cannot join by hashes.

    >>> masked(4_999_99, Mask.BAND, reader_key=b""), masked(0, Mask.BAND, reader_key=b"")
    ('<5k', '0')
    >>> masked("13800001234", Mask.LAST4, reader_key=b"")
    '1234'
    >>> masked(date(2026, 6, 30), Mask.YEAR, reader_key=b"")
    2026
    """
    match mask:
        case Mask.EXISTS:
            return value is not None
        case Mask.HIDDEN:
            return None
        case _ if value is None:
            return None
        case Mask.CLEAR:
            return _plain(value)
        case Mask.HASH:
            return hmac.digest(reader_key, str(_plain(value)).encode(), "sha256").hex()
        case Mask.YEAR:
            return _year(value)
        case Mask.BAND:
            return _band(value)
        case _:
            return _last(value)


def _plain(value: object) -> Value:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _year(value: object) -> int | None:
    if isinstance(value, date | datetime):
        return value.year
    told = str(value)[:4]
    return int(told) if told.isascii() and told.isdigit() and len(told) == 4 else None


def _band(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return _BANDS[bisect_right(_BOUNDS, value)]


def _last(value: object) -> str | None:
    told = str(_plain(value))
    return told[-4:] if len(told) > 4 else None
