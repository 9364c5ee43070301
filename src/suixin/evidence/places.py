"""Where leaf hashes stand in a log of millions: eight bytes of each, in memory from the first ask.

A log asks this of its own tiles, for a proof by leaf hash and for an entry that is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from suixin.evidence.merkle import HASH_BYTES
from suixin.evidence.tiles import WIDTH

_SHORT: Final = 8
_ROOM: Final = 64 * WIDTH


class Places:
    """Full tiles of level 0, read once each; `tile` gives the bytes of one by its index.

    >>> places = Places(lambda index: bytes([index]) * WIDTH * HASH_BYTES)
    >>> places.find(bytes([2]) * HASH_BYTES, 3), places.find(bytes([3]) * HASH_BYTES, 3)
    (767, None)
    """

    def __init__(self, tile: Callable[[int], bytes]) -> None:
        self._tile = tile
        self._short = np.empty(_ROOM, np.uint64)
        self._read = 0

    def find(self, leaf: bytes, full: int) -> int | None:
        """The last index of a leaf hash in the first `full` tiles, or None."""
        while self._read < full:
            self._take(self._tile(self._read))
        if len(leaf) != HASH_BYTES:
            return None
        wanted = np.frombuffer(leaf[:_SHORT], np.uint64)[0]
        for found in np.flatnonzero(self._short[: full * WIDTH] == wanted)[::-1].tolist():
            index, place = divmod(int(found), WIDTH)
            if self._tile(index)[place * HASH_BYTES : (place + 1) * HASH_BYTES] == leaf:
                return int(found)
        return None

    def _take(self, raw: bytes) -> None:
        first = self._read * WIDTH
        if first == len(self._short):
            self._short = np.concatenate([self._short, np.empty_like(self._short)])
        hashes = np.frombuffer(raw, np.uint64).reshape(WIDTH, HASH_BYTES // _SHORT)
        self._short[first : first + WIDTH] = hashes[:, 0]
        self._read += 1
