"""Influence in a group: PageRank of who answers whom, ranked among the group's members.

All groups are walked at once, as blocks of one matrix; none touches another's numbers.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from suixin.credit.index import Floats, Ints

# PageRank settles to 1e-9; closer together than that (of the group's mean) is the same rank.
RANK_DECIMALS = 9


def pagerank(
    group: Ints, replies: tuple[Ints, Ints, Floats], *, damping: float, settled: float
) -> Floats:
    """PageRank of every member within its group; the ranks of a group sum to 1.

    `group` numbers each member's group from 0; `replies` are (replier, author, weight), members
    by their place in `group`. A member who answers nobody spreads evenly over his group; a group
    rests once its L1 change is under `settled`. Source: formulas §4.

    >>> answers = np.array([1, 2]), np.array([0, 0]), np.array([1.0, 1.0])
    >>> pagerank(np.zeros(3, np.int64), answers, damping=0.85, settled=1e-9).round(4).tolist()
    [0.5745, 0.2128, 0.2128]
    """
    members, (replier, author, weight) = group.size, replies
    if not members:
        return np.zeros(0)
    size = np.bincount(group).astype(np.float64)
    given = np.bincount(replier, weight, members)
    step = sparse.csr_array((weight / given[replier], (author, replier)), shape=(members, members))
    even = 1.0 / size[group]
    silent = np.where(given > 0, 0.0, 1.0)
    rank, moving = even.copy(), np.ones(size.size, dtype=np.bool_)
    while moving.any():
        loose = np.bincount(group, rank * silent)[group]
        new = damping * (step @ rank + loose * even) + (1.0 - damping) * even
        change = np.bincount(group, np.abs(new - rank))
        rank = np.where(moving[group], new, rank)
        moving &= change >= settled
    return rank


def mid_rank(group: Ints, value: Floats) -> Floats:
    """Percentile (0–100) of a value in its group: those below, and half of those equal.

    >>> mid_rank(np.array([0, 0, 0, 0, 1]), np.array([1.0, 2.0, 2.0, 9.0, 5.0])).tolist()
    [12.5, 50.0, 50.0, 87.5, 50.0]
    """
    if not group.size:
        return np.zeros(0)
    order = np.lexsort((value, group))
    g, v = group[order], value[order]
    opens = np.concatenate(([True], (g[1:] != g[:-1]) | (v[1:] != v[:-1])))
    first = np.flatnonzero(opens)
    run = np.cumsum(opens) - 1
    ties = np.diff(np.concatenate((first, [g.size])))
    size = np.bincount(group)
    start = np.concatenate(([0], np.cumsum(size)))[:-1]
    below = first - start[g[first]]
    found = np.empty(group.size)
    found[order] = (100.0 * (below + ties / 2) / size[g[first]])[run]
    return found


def influence(group: Ints, rank: Floats) -> Floats:
    """Mid-rank percentile of PageRank in each group, blind to differences it has not settled."""
    mean = np.bincount(group, minlength=1)[group] if group.size else np.zeros(0)
    return mid_rank(group, (rank * mean).round(RANK_DECIMALS))
