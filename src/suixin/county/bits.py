"""Chance that is the same on every machine: Philox bit streams and no mathematics library.

Only integer arithmetic and the four IEEE operations are used. `exp`, `log` and `cos` of the
platform differ in their last bit from one machine to the next; squaring does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_SQUARINGS = 20


@dataclass(frozen=True, slots=True)
class Bits:
    """Named streams of chance: adding a stream never disturbs another.

    >>> Bits(7).below("weekday", 5, 7).tolist() == Bits(7).below("weekday", 5, 7).tolist()
    True
    """

    seed: int
    room: str = ""

    def within(self, room: str) -> Bits:
        """The same seed with streams of its own under a name."""
        return Bits(self.seed, f"{self.room}{room}/")

    def words(self, stream: str, n: int) -> npt.NDArray[np.uint64]:
        """Unsigned 64-bit words of a stream."""
        digest = blake2b(f"{self.seed}/{self.room}{stream}".encode(), digest_size=16).digest()
        return np.random.Philox(key=int.from_bytes(digest, "little")).random_raw(n)

    def uniform(self, stream: str, n: int) -> Floats:
        """Numbers strictly between 0 and 1.

        >>> bool((Bits(7).uniform("price", 1000) < 1).all())
        True
        """
        return ((self.words(stream, n) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, stream: str, n: int) -> Floats:
        """Bell-shaped numbers of mean 0 and deviation 1: the sum of twelve 16-bit uniforms.

        >>> float(abs(Bits(7).normal("noise", 10_000).mean())) < 0.05
        True
        """
        words = self.words(stream, 3 * n).reshape(n, 3)
        parts = [(words >> np.uint64(16 * k)) & np.uint64(0xFFFF) for k in range(4)]
        total = sum(p.sum(axis=1).astype(np.int64) for p in parts)
        return (np.asarray(total, dtype=np.float64) - 6 * 65_535) / 65_536

    def below(self, stream: str, n: int, high: int) -> Ints:
        """Whole numbers from 0 to high − 1.

        >>> sorted(set(Bits(7).below("die", 100, 3).tolist()))
        [0, 1, 2]
        """
        top = (self.words(stream, n) >> np.uint64(32)) * np.uint64(high)
        return (top >> np.uint64(32)).astype(np.int64)

    def pick(self, stream: str, n: int, weights: Sequence[int]) -> Ints:
        """Positions in a list of whole weights, each as likely as its weight.

        >>> set(Bits(7).pick("kind", 50, [3, 0, 1]).tolist())
        {0, 2}
        """
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(stream, n, int(edges[-1])), side="right")

    def chance(self, stream: str, n: int, share: float | Floats) -> Bools:
        """True with the given probability."""
        return np.asarray(self.uniform(stream, n) < share)

    def order(self, stream: str, n: int) -> Ints:
        """A permutation of 0 … n − 1.

        >>> sorted(Bits(7).order("kinds", 5).tolist())
        [0, 1, 2, 3, 4]
        """
        return np.argsort(self.words(stream, n), kind="stable").astype(np.int64)

    def hashes(self, stream: str, n: int) -> Texts:
        """Texts of 64 hex digits, as a keyed hash of a number nobody here knows.

        >>> len(Bits(7).hashes("device", 1)[0])
        64
        """
        text = self.words(stream, 4 * n).astype(">u8").tobytes().hex()
        return np.array([text[k : k + 64] for k in range(0, 64 * n, 64)], dtype=object)


def exp(x: Floats) -> Floats:
    """e to the power of x by repeated squaring: exact to six digits for |x| ≤ 5, equal everywhere.

    >>> round(float(exp(np.array([1.0]))[0]), 5)
    2.71828
    """
    y = 1.0 + x * 2.0**-_SQUARINGS
    for _ in range(_SQUARINGS):
        y = y * y
    return np.asarray(y)
