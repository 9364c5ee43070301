"""How amounts, rates, days and fingerprints are written on pages, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.utils.translation import get_language

from suixin.credit.report.figures import NONE, money, percent, share, signed, whole
from suixin.kernel.refusal import Wording
from suixin.service.app.day import CHINA

__all__ = [
    "NONE",
    "in_wan",
    "local",
    "money",
    "percent",
    "said",
    "share",
    "short",
    "signed",
    "whole",
]

FEN_PER_WAN: Final = 10_000_00
FEN_PER_YI: Final = 100_000_000_00


def english() -> bool:
    """Whether the reader reads English; else Chinese."""
    return (get_language() or "").startswith("en")


def in_wan(fen: int) -> str:
    """A sum as people say it: 1.23 万元, 2.86 亿元; below ten thousand yuan, and in English, whole.

    >>> in_wan(1_234_567), in_wan(12_345_678_900), in_wan(-860_000), in_wan(60_000_000)
    ('1.23 万元', '1.23 亿元', '−¥8,600', '60 万元')
    """
    if english() or abs(fen) < FEN_PER_WAN:
        return whole(round(fen / 100) * 100)
    unit, name = (FEN_PER_YI, "亿元") if abs(fen) >= FEN_PER_YI else (FEN_PER_WAN, "万元")
    text = f"{abs(fen) / unit:.2f}".rstrip("0").rstrip(".")
    return f"{'−' if fen < 0 else ''}{text} {name}"


def said(wording: Wording | None) -> str:
    """Words that exist in both languages, in the reader's."""
    if wording is None:
        return NONE
    return wording.en if english() else wording.zh


def local(at: datetime) -> str:
    """A moment in the time of China, to the minute.

    >>> from datetime import UTC
    >>> local(datetime(2026, 6, 30, 16, 5, tzinfo=UTC))
    '2026-07-01 00:05'
    """
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def month_day(day: date) -> str:
    """A day as people say it, where the year is plain: 11月23日, 23 Nov."""
    return f"{day:%d %b}".lstrip("0") if english() else f"{day.month}月{day.day}日"


def short(fingerprint: str) -> str:
    """A fingerprint cut in the middle, for reading.

    >>> short("89b6b19f9bfe9d8312348d1e")
    '89b6b1…8d1e'
    """
    return fingerprint if len(fingerprint) <= 12 else f"{fingerprint[:6]}…{fingerprint[-4:]}"
