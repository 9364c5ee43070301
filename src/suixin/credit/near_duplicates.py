"""Which sets are nearly the same: MinHash names the candidates, exact counting decides.

The signatures (rensa) only save looking at every pair; a pair counts when its Jaccard share, taken
exactly, reaches the threshold. No chance is involved: the same input gives the same pairs.
Sources: Broder 1997 (MinHash); Dahlgaard, Knudsen, Thorup 2017 (fast similarity sketching);
Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3 (bands).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from rensa import RMinHash
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Members = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]

_BANDS: Final = 10
_ROWS: Final = 3  # At a Jaccard share of .8 at least one band agrees in 999 of 1,000 pairs.
_SEED: Final = 1
_SETS_AT_ONCE: Final = 16_384
_MEMBERS_AT_ONCE: Final = 4_000_000  # Of the pairs that are counted out together.
_MEMBER_MAX: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets one behind the other: set i holds `members[bounds[i]:bounds[i + 1]]`, ascending.

    None is empty, none holds a member twice, and every member is below 2^62.
    """

    members: Members
    bounds: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def take(self, rows: Ints) -> Sets:
        """The sets of these rows, in their order."""
        sizes = np.diff(self.bounds)[rows]
        bounds = np.append(0, np.cumsum(sizes))
        within = np.arange(bounds[-1]) - np.repeat(bounds[:-1], sizes)
        return Sets(self.members[np.repeat(self.bounds[rows], sizes) + within], bounds)


def kinds(sets: Sets, group: Ints) -> tuple[Ints, Ints]:
    """Equal sets of one group as one: the first row of each kind, and the kind of every row.

    >>> one = Sets(np.array([1, 2, 1, 2, 3], np.uint64), np.array([0, 2, 4, 5]))
    >>> first, kind = kinds(one, np.zeros(3, np.int64))
    >>> first.tolist(), kind.tolist()
    ([0, 2], [0, 0, 1])
    """
    known: dict[tuple[int, bytes], int] = {}
    first: list[int] = []
    kind = np.zeros(len(sets), np.int64)
    ends = sets.bounds.tolist()
    for row, (begin, end, one) in enumerate(zip(ends, ends[1:], group.tolist(), strict=False)):
        place = known.setdefault((one, sets.members[begin:end].tobytes()), len(first))
        if place == len(first):
            first.append(row)
        kind[row] = place
    return np.array(first, np.int64), kind


def similar_pairs(
    sets: Sets, group: Ints, *, share: float, neighbours: int = 6
) -> tuple[Ints, Ints]:
    """Pairs of sets of one group (left row < right row) with a Jaccard share of at least `share`.

    In a crowd of similar sets each is held against so many `neighbours` on either side, not all.

    >>> sets = Sets(np.array([1, 2, 3, 4, 1, 2, 3, 4, 9], np.uint64), np.array([0, 4, 8, 9]))
    >>> left, right = similar_pairs(sets, np.zeros(3, np.int64), share=0.8)
    >>> left.tolist(), right.tolist()
    ([0], [1])
    """
    count = max(len(sets), 1)
    found = [np.zeros(0, np.int64)]
    for order, alike in _bands(sets, group):
        for one, other in _neighbours(order, alike, neighbours):
            found.append(np.minimum(one, other) * count + np.maximum(one, other))
    left, right = np.divmod(np.unique(np.concatenate(found)), count)
    keep = _shares(sets, left, right, share) >= share
    return left[keep], right[keep]


def clusters(sets: Sets, group: Ints, *, share: float, neighbours: int = 6) -> Ints:
    """The cluster of each set: those of one group that similar pairs lead to from one another.

    What is in one cluster already is not held against each other again, so that a crowd of copies
    costs no more than as many strangers.

    >>> sets = Sets(np.array([1, 2, 3, 4, 1, 2, 3, 4, 9], np.uint64), np.array([0, 4, 8, 9]))
    >>> clusters(sets, np.zeros(3, np.int64), share=0.8).tolist()
    [0, 0, 1]
    """
    cluster = np.arange(len(sets))
    for order, alike in _bands(sets, group):
        for one, other in _neighbours(order, alike, neighbours):
            apart = cluster[one] != cluster[other]
            left, right = one[apart], other[apart]
            near = _shares(sets, left, right, share) >= share
            if near.any():
                cluster = joined(cluster, left[near], right[near])
    return cluster


def joined(cluster: Ints, left: Ints, right: Ints) -> Ints:
    """Clusters (0 … n − 1) when the clusters of the rows `left` and `right` are one.

    >>> joined(np.array([0, 1, 2, 1]), np.array([0]), np.array([3])).tolist()
    [0, 0, 1, 0]
    """
    size = int(cluster.max(initial=-1)) + 1
    links = csr_array(
        (np.ones(len(left), np.int8), (cluster[left], cluster[right])), shape=(size, size)
    )
    whole: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return whole[cluster]


def _bands(sets: Sets, group: Ints) -> Iterator[tuple[Ints, npt.NDArray[np.bool_]]]:
    """For each band the rows in its order, and whether each equals the one before it in band
    and group."""
    if len(sets) < 2:
        return
    signatures = _signatures(sets)
    for band in range(_BANDS):
        one, two, three = signatures[:, band * _ROWS : (band + 1) * _ROWS].astype(np.uint64).T
        high, low = (one << np.uint64(32)) | two, (three << np.uint64(32)) | group.astype(np.uint64)
        order = np.lexsort((low, high))
        high, low = high[order], low[order]
        alike = np.append(False, (high[1:] == high[:-1]) & (low[1:] == low[:-1]))
        yield order, alike


def _neighbours(
    order: Ints, alike: npt.NDArray[np.bool_], most: int
) -> Iterator[tuple[Ints, Ints]]:
    """Rows side by side in one bucket, then rows with one between them, and so on."""
    bucket = np.cumsum(~alike)
    for step in range(1, min(most, len(order) - 1) + 1):
        near = np.flatnonzero(bucket[step:] == bucket[:-step])
        if not len(near):
            return
        yield order[near], order[near + step]


def _signatures(sets: Sets) -> Signatures:
    """(sets, bands × rows): the MinHash signature of each set."""
    parts = []
    for at in range(0, len(sets), _SETS_AT_ONCE):
        bounds = sets.bounds[at : at + _SETS_AT_ONCE + 1]
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(
            np.ascontiguousarray(sets.members[bounds[0] : bounds[-1]]),
            (bounds - bounds[0]).astype(np.uint64),
            _BANDS * _ROWS,
            _SEED,
        )
        parts.append(np.array(matrix.to_rows(), np.uint32))
    return np.concatenate(parts)


def _shares(sets: Sets, left: Ints, right: Ints, share: float) -> Floats:
    """The exact Jaccard share of each pair; 0 where the sizes alone rule `share` out."""
    found, whole = np.zeros(len(left)), _rows(sets)
    size = np.diff(sets.bounds)
    small, large = np.minimum(size[left], size[right]), np.maximum(size[left], size[right])
    worth = np.flatnonzero(small >= share * large)
    piece = np.cumsum(size[left[worth]] + size[right[worth]]) // _MEMBERS_AT_ONCE
    for pairs in np.split(worth, np.flatnonzero(np.diff(piece)) + 1):
        one, other = left[pairs], right[pairs]
        both: Ints = whole[one].multiply(whole[other]).sum(axis=1)
        found[pairs] = both / (size[one] + size[other] - both)
    return found


def _rows(sets: Sets) -> csr_array[np.int8]:
    """One row a set, one column a member; only the members there are take room."""
    return csr_array(
        (np.ones(len(sets.members), np.int8), sets.members.astype(np.int64), sets.bounds),
        shape=(len(sets), _MEMBER_MAX),
    )
