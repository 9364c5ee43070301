"""RFC 9162 section 2.1 as it is written, from all leaves and by recursion: slow, and beyond doubt.

Nothing here is shared with `suixin.evidence.merkle`; D[a:b] is a slice of a list of entries.
"""

from __future__ import annotations

import hashlib
from functools import cache


@cache
def mth(entries: tuple[bytes, ...]) -> bytes:
    """MTH(D[n]), section 2.1.1."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: tuple[bytes, ...]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: tuple[bytes, ...]) -> list[bytes]:
    """PROOF(m, D[n]), section 2.1.4.1, for 0 < m < n."""
    return subproof(m, entries, whole=True)


def subproof(m: int, entries: tuple[bytes, ...], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k
