"""What a platform's cell says: money as fen, times as epoch seconds, ids as plain text.

Unknown is None, never 0: platforms write it as an empty cell, a dash, year 1 or the epoch itself.
Source: the common rules of the platforms' exports (docs/mappings.md).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY, day_end, day_start, epoch_day

NOTHING: Final = frozenset({"", "-", "--", "/", "null", "none", "nan"})
_NOTHING_LONGEST: Final = max(map(len, NOTHING))
_NO_ID: Final = NOTHING | {"0"}
# Year 1 and the epoch are how platforms write "not yet"; the epoch also in Shanghai's clock.
_NO_DAY: Final = ("0000-00-00", "0001-01-01", "1970-01-01")
_EARLIEST: Final = day_start(date(2000, 1, 1))
_LATEST: Final = day_end(date(2199, 12, 31))

_TIME: Final = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
    r"(Z|[+-]\d{2}:?\d{2})?"
)
_EXPORTED: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])"
    r"(?:[-_ T.]?([01]\d|2[0-3])[-_.:]?([0-5]\d)(?:[-_.:]?([0-5]\d))?)?(?!\d)"
)
_EPOCH: Final = re.compile(r"(?<!\d)(1[5-9]\d{8}|2[01]\d{8})(?!\d)")
_NUMBER_DAY: Final = re.compile(r"(\d\d)(\d\d)(\d\d)(?!\d)")
_ROUNDED: Final = re.compile(r"\d\.\d+[Ee]\+\d+")
_PRIVATE: Final = re.compile(r"[^\x00-\x7f]|\d{7}")
_FORMULA: Final = re.compile(r'="?(.*?)"?$', re.DOTALL)
_EDGES: Final = " \t\r\n\ufeff\u200b\u3000\xa0"


class BadValue(ValueError):
    """A cell that cannot be what its mapping says: the code to set it aside under, and why.

    Where columns have slipped a name or a telephone number may stand in the cell: text that could
    be one is told by its length alone.

    >>> [BadValue("BAD_TYPE", text, "yuan").wrong for text in ("12.345", "13800000000")]
    ['12.345', '11 characters']
    """

    def __init__(self, code: str, wrong: str, expected: str) -> None:
        private = _PRIVATE.search(wrong) is not None
        self.code, self.expected = code, expected
        self.wrong = f"{len(wrong)} characters" if private else wrong[:40]
        super().__init__(f"{self.wrong!r} is not {expected}")


def clean(raw: object) -> str | None:
    """A cell as plain text: spreadsheet armour off, unknown as None.

    >>> clean('="0123"'), clean("\\t69000"), clean("'0012"), clean(" - "), clean(0), clean(True)
    ('0123', '69000', '0012', None, '0', 'true')
    """
    if raw is None:
        return None
    if type(raw) is str:
        # Most cells wear no armour; this is the way they take.
        if raw[:1].isalnum() and raw[-1:].isalnum():
            return None if len(raw) <= _NOTHING_LONGEST and raw.lower() in NOTHING else raw
    elif isinstance(raw, bool):
        return "true" if raw else "false"
    text = str(raw).strip(_EDGES)
    if text.startswith("="):
        text = _FORMULA.sub(r"\1", text, count=1)
    text = text.lstrip("'").strip(_EDGES)
    return None if text.lower() in NOTHING else text


def plain(text: str) -> str:
    """A name or code as it is compared: full-width marks made narrow, edges off.

    >>> plain("发生额（元）"), plain("买家已付款，等待卖家发货")
    ('发生额(元)', '买家已付款,等待卖家发货')
    """
    return unicodedata.normalize("NFKC", text).strip(_EDGES)


def as_id(text: str) -> str | None:
    """An id; 0 means there is none. Raises BadValue where a spreadsheet cut its digits.

    >>> as_id("880001"), as_id("0")
    ('880001', None)
    """
    if _ROUNDED.fullmatch(text):
        raise BadValue("BAD_TYPE", text, "an id in full; a spreadsheet has rounded this one")
    return None if text in _NO_ID else text


def as_fen(text: str) -> int:
    """Whole fen; raises BadValue where it has a decimal point that matters.

    >>> as_fen("2990"), as_fen("2990.0")
    (2990, 2990)
    """
    amount = _decimal(text, "whole fen")
    if amount != amount.to_integral_value():
        raise BadValue("BAD_TYPE", text, "whole fen, got yuan?")
    return int(amount)


def as_yuan(text: str) -> int:
    """Yuan as fen, by decimal; raises BadValue below a fen.

    >>> as_yuan("29.90"), as_yuan("79.8"), as_yuan("￥1,234"), as_yuan("-0.09")
    (2990, 7980, 123400, -9)
    """
    return as_fen_of_yuan(_decimal(text, "yuan with at most two decimals"), text)


def as_fen_of_yuan(amount: Decimal, text: str) -> int:
    """An exact amount in yuan as fen."""
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise BadValue("BAD_TYPE", text, "yuan with at most two decimals")
    return int(fen)


def as_count(text: str) -> int:
    """A whole number of pieces.

    >>> as_count("2"), as_count("2.0")
    (2, 2)
    """
    number = _decimal(text, "a whole number")
    if number != number.to_integral_value():
        raise BadValue("BAD_TYPE", text, "a whole number")
    return int(number)


def as_seconds(text: str) -> int | None:
    """Epoch seconds; 0 is unknown.

    >>> as_seconds("1777727400"), as_seconds("0")
    (1777727400, None)
    """
    return _instant(as_count(text), text)


def as_milliseconds(text: str) -> int | None:
    """Epoch milliseconds as seconds; 0 is unknown.

    >>> as_milliseconds("1777637465000")
    1777637465
    """
    return _instant(as_count(text) // 1000, text)


def as_time(text: str) -> int | None:
    """A time of Shanghai's clock, unless it names its own offset, as epoch seconds.

    >>> as_time("2026-05-01 20:11:05"), as_time("2026/5/1 20:11"), as_time("0001-01-01 00:00:00")
    (1777637465, 1777637460, None)
    """
    if text.startswith(_NO_DAY) or text == "0":
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadValue("BAD_TIME", text, "a time such as 2026-05-31 21:10:00")
    year, month, day, hour, minute, second, zone = match.groups(default="")
    midnight = _midnight(year, month, day)
    seconds = int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)
    if midnight is None or seconds >= SECONDS_PER_DAY:
        raise BadValue("BAD_TIME", text, "a time of the calendar")
    return _instant(midnight + seconds - _offset(zone), text)


def as_number_day(text: str) -> int | None:
    """The first second of the day that the six leading digits (yymmdd) of an order number name.

    >>> as_number_day("260503-100000000000011") == as_time("2026-05-03 00:00:00")
    True
    >>> as_number_day("A60503"), as_number_day("26050310")
    (None, None)
    """
    match = _NUMBER_DAY.match(text)
    if match is None:
        return None
    try:
        return day_start(date(2000 + int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return None


def exported_at(name: str) -> int | None:
    """When a file was exported, if its name says so: a date, a date and time, or epoch seconds.

    >>> exported_at("orders_20260510120000.csv") == as_time("2026-05-10 12:00:00")
    True
    >>> exported_at("订单 2026-05-10.csv") == as_time("2026-05-10 23:59:59")
    True
    >>> exported_at("1791430000_new.csv"), exported_at("orders_export.csv")
    (1791430000, None)
    """
    match = _EXPORTED.search(name)
    if match is None:
        epoch = _EPOCH.search(name)
        return int(epoch[1]) if epoch else None
    year, month, day = (int(match[i]) for i in (1, 2, 3))
    try:
        on = date(year, month, day)
    except ValueError:
        return None
    if match[4] is None:
        return day_end(on)
    return day_start(on) + int(match[4]) * 3600 + int(match[5]) * 60 + int(match[6] or 0)


def keyed_hash(key: bytes, *parts: str) -> str:
    """Keyed SHA-256 of some texts, in hexadecimal: without the key it names nobody.

    >>> one, other = keyed_hash(b"k", "shop-1", "buyer"), keyed_hash(b"k", "shop-2", "buyer")
    >>> len(one), one == other
    (64, False)
    """
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def iso(seconds: int) -> str:
    """An instant as Shanghai's clock shows it.

    >>> iso(1777637465)
    '2026-05-01T20:11:05+08:00'
    """
    wall = datetime.fromtimestamp(seconds, tz=UTC) + timedelta(seconds=LOCAL_OFFSET)
    return wall.strftime("%Y-%m-%dT%H:%M:%S+08:00")


def _decimal(text: str, expected: str) -> Decimal:
    try:
        number = Decimal(plain(text).replace(",", "").lstrip("¥￥").removesuffix("元"))
    except InvalidOperation:
        raise BadValue("BAD_TYPE", text, expected) from None
    if not number.is_finite():
        raise BadValue("BAD_TYPE", text, expected)
    return number


def _instant(seconds: int, text: str) -> int | None:
    if seconds <= 0:
        return None
    if not _EARLIEST <= seconds <= _LATEST:
        raise BadValue("BAD_TIME", text, "a time from 2000 on; is the unit right?")
    return seconds


@lru_cache(maxsize=4096)
def _midnight(year: str, month: str, day: str) -> int | None:
    try:
        return epoch_day(date(int(year), int(month), int(day))) * SECONDS_PER_DAY
    except ValueError:
        return None


def _offset(zone: str) -> int:
    if not zone:
        return LOCAL_OFFSET
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)


# How a mapping says what a cell holds. Texts that join (`key`) or are hashed later have no reader.
UNITS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "id": as_id,
        "text": str,
        "fen": as_fen,
        "yuan": as_yuan,
        "count": as_count,
        "s": as_seconds,
        "ms": as_milliseconds,
        "time": as_time,
        "yymmdd": as_number_day,
    }
)
MONEY: Final = frozenset({"fen", "yuan"})
TIMES: Final = frozenset({"s", "ms", "time", "yymmdd"})
