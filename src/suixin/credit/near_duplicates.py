"""Which sets are nearly the same: MinHash names the candidates, exact counting decides.

The hashes only save looking at every pair; a pair counts when its Jaccard share, taken exactly,
reaches the threshold. No chance is involved: the same input gives the same pairs.
Sources: Broder 1997 (MinHash); Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_BANDS: Final = 10
_ROWS: Final = 3  # At a Jaccard share of .8 at least one band agrees in 999 of 1,000 pairs.
_SETS_AT_ONCE: Final = 16_384
_PAIRS_AT_ONCE: Final = 200_000
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)  # SplitMix64: Steele, Lea, Flood 2014.
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets one behind the other: set i holds `members[bounds[i]:bounds[i + 1]]`, none empty."""

    members: Hashes
    bounds: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def take(self, rows: Ints) -> Sets:
        """The sets of these rows, in their order."""
        sizes = np.diff(self.bounds)[rows]
        bounds = np.append(0, np.cumsum(sizes))
        within = np.arange(bounds[-1]) - np.repeat(bounds[:-1], sizes)
        return Sets(self.members[np.repeat(self.bounds[rows], sizes) + within], bounds)


def mixed(values: npt.NDArray[np.integer]) -> Hashes:
    """Whole numbers spread evenly over 64 bits, each to its own.

    >>> mixed(np.array([1, 2])).tolist()
    [16294208416658607535, 7960286522194355700]
    """
    spread = values.astype(np.uint64) * _STEP
    spread = (spread ^ (spread >> np.uint64(30))) * _MIX[0]
    spread = (spread ^ (spread >> np.uint64(27))) * _MIX[1]
    return spread ^ (spread >> np.uint64(31))


def similar_pairs(
    sets: Sets, group: Ints, *, share: float, neighbours: int = 6
) -> tuple[Ints, Ints]:
    """Pairs of sets of one group (left row < right row) with a Jaccard share of at least `share`.

    In a crowd of similar sets each is held against so many `neighbours` on either side, not all.

    >>> sets = Sets(mixed(np.array([1, 2, 3, 4, 1, 2, 3, 4, 9, 9])), np.array([0, 4, 8, 10]))
    >>> left, right = similar_pairs(sets, np.zeros(3, np.int64), share=0.8)
    >>> left.tolist(), right.tolist()
    ([0], [1])
    """
    count = len(sets)
    found = [np.zeros(0, np.int64)]
    for key in _bands(sets, group):
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        for step in range(1, min(neighbours, count - 1) + 1):
            alike = np.flatnonzero(ordered[step:] == ordered[:-step])
            if not len(alike):
                break
            one, other = order[alike], order[alike + step]
            found.append(np.minimum(one, other) * count + np.maximum(one, other))
    pair = np.unique(np.concatenate(found))
    left, right = pair // max(count, 1), pair % max(count, 1)
    keep = _jaccard(sets, left, right, share) >= share
    return left[keep], right[keep]


def clusters(count: int, left: Ints, right: Ints) -> Ints:
    """The cluster of each of `count` rows when paired rows belong together.

    >>> clusters(4, np.array([0, 1]), np.array([1, 3])).tolist()
    [0, 0, 1, 0]
    """
    links = csr_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _bands(sets: Sets, group: Ints) -> Iterator[Hashes]:
    """For each band one key a set: equal keys, same group and the same least hashes."""
    factors = mixed(np.arange(1, _BANDS * _ROWS + 1)) | np.uint64(1)
    rows = range(0, len(sets), _SETS_AT_ONCE)
    chunks = [sets.take(np.arange(at, min(at + _SETS_AT_ONCE, len(sets)))) for at in rows]
    seed = mixed(group)
    for band in range(_BANDS):
        key = seed
        for factor in factors[band * _ROWS : (band + 1) * _ROWS]:
            least = [np.minimum.reduceat(c.members * factor, c.bounds[:-1]) for c in chunks]
            key = mixed(key ^ np.concatenate([*least, np.zeros(0, np.uint64)]))
        yield key


def _jaccard(sets: Sets, left: Ints, right: Ints, share: float) -> npt.NDArray[np.float64]:
    """The exact Jaccard share of each pair (0 where the sizes alone rule the pair out)."""
    if not len(left):
        return np.zeros(0)
    rows = np.unique(np.concatenate([left, right]))
    some = sets.take(rows)
    members, column = np.unique(some.members, return_inverse=True)
    holds = csr_array(
        (np.ones(len(column), np.int32), column, some.bounds), shape=(len(rows), len(members))
    )
    holds.sum_duplicates()
    holds.data[:] = 1
    size = np.diff(holds.indptr)
    one, other = np.searchsorted(rows, left), np.searchsorted(rows, right)
    found = np.zeros(len(left))
    small, large = np.minimum(size[one], size[other]), np.maximum(size[one], size[other])
    worth = np.flatnonzero(small >= share * large)
    for at in range(0, len(worth), _PAIRS_AT_ONCE):
        pairs = worth[at : at + _PAIRS_AT_ONCE]
        both: Ints = holds[one[pairs]].multiply(holds[other[pairs]]).sum(axis=1)
        found[pairs] = both / (size[one[pairs]] + size[other[pairs]] - both)
    return found
