"""Who came from whom: parent pointers as a forest, its depths and its roots."""

from __future__ import annotations

import numpy as np

from suixin.credit.index import Ints


def forest(parent: Ints) -> tuple[Ints, Ints, Ints]:
    """Parent (−1 at a root), depth (0 at a root) and root of every node.

    A circle has no first node: whoever stands in one, or came from one, is cut off as a root.
    Pointers are doubled, so a chain of a million takes twenty steps.

    >>> [a.tolist() for a in forest(np.array([-1, 0, 1, 4, 3]))]
    [[-1, 0, 1, -1, -1], [0, 1, 2, 0, 0], [0, 0, 0, 3, 4]]
    """
    own = np.arange(parent.size)
    above, depth = np.where(parent < 0, own, parent), (parent >= 0).astype(np.int64)
    for _ in range(int(parent.size).bit_length()):
        depth, above = depth + depth[above], above[above]
    circling = parent[above] >= 0
    return (
        np.where(circling, -1, parent),
        np.where(circling, 0, depth),
        np.where(circling, own, above),
    )
