"""Near-duplicates among texts, and folds that keep them together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MARKS: Final = re.compile(r"[\s，。！？；：,.!?;:~～…·]+")
_BLOCK: Final = 1_000


def copies(texts: Sequence[str], alike: float) -> Ints:
    """A group (from 0) for every text; near-duplicates, and theirs, share one.

    Near-duplicates have more than `alike` of their pairs of characters in common (Jaccard).

    >>> copies(["又脆又甜很好吃", "又脆又甜，很好吃！", "坏了"], 0.8).tolist()
    [0, 0, 1]
    """
    rows, columns = _alike(texts, texts, alike)
    ones = np.ones(len(rows), np.int8)
    graph = coo_array((ones, (rows, columns)), shape=(len(texts), len(texts)))
    groups: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return groups


def has_copy(texts: Sequence[str], others: Sequence[str], alike: float) -> Bools:
    """Which texts have a near-duplicate among others.

    >>> has_copy(["又脆又甜很好吃", "坏了"], ["又脆又甜，很好吃！"], 0.8).tolist()
    [True, False]
    """
    found = np.zeros(len(texts), bool)
    found[_alike(texts, others, alike)[0]] = True
    return found


def dealt(groups: Ints, count: int, seed: int) -> Ints:
    """A fold for every text; a group is in one fold.

    >>> dealt(np.array([0, 0, 1, 2]), 2, seed=0).tolist()
    [0, 0, 1, 0]
    """
    size = int(groups.max(initial=-1)) + 1
    folds: Ints = np.random.RandomState(seed).permutation(size)[groups] % count
    return folds


def _alike(texts: Sequence[str], others: Sequence[str], alike: float) -> tuple[Ints, Ints]:
    known: dict[str, int] = {}
    both = _pairs([*texts, *others], known)
    first, second = both[: len(texts)], both[len(texts) :]
    turned = second.T.tocsr()
    sizes = np.diff(first.indptr), np.diff(second.indptr)
    rows, columns = [], []
    for start in range(0, len(texts), _BLOCK):
        shared = (first[start : start + _BLOCK] @ turned).tocoo()
        row = shared.row.astype(np.int64) + start
        whole = sizes[0][row] + sizes[1][shared.col] - shared.data
        near = shared.data > alike * whole
        rows.append(row[near])
        columns.append(shared.col[near].astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _pairs(texts: Sequence[str], known: dict[str, int]) -> csr_array:
    """(texts, pairs) which pairs of characters each text has; a text without one has itself."""
    indices: list[int] = []
    ends = [0]
    for text in texts:
        plain = _MARKS.sub("", text)
        pairs = {plain[k : k + 2] for k in range(len(plain) - 1)} or {plain}
        indices += [known.setdefault(pair, len(known)) for pair in sorted(pairs)]
        ends.append(len(indices))
    ones = np.ones(len(indices), np.float32)
    return csr_array((ones, indices, ends), shape=(len(texts), len(known)))
