"""The reply graph: PageRank held against its defining equation, ranks against counting."""

from __future__ import annotations

import numpy as np
import pytest

from suixin.credit.forest import forest
from suixin.credit.index import Floats, Ints
from suixin.credit.reply_graph import influence, mid_rank, pagerank


def solved(group: Ints, replier: Ints, author: Ints, weight: Floats, damping: float) -> Floats:
    """The fixed point by a dense solve, group by group: the slow way that cannot be wrong."""
    rank = np.zeros(group.size)
    for g in np.unique(group):
        at = np.flatnonzero(group == g)
        step = np.zeros((at.size, at.size))
        for r, a, w in zip(replier, author, weight, strict=True):
            if group[r] == g:
                step[np.searchsorted(at, a), np.searchsorted(at, r)] += w
        given = step.sum(axis=0)
        step = np.where(given > 0, step / np.where(given > 0, given, 1), 1 / at.size)
        even = np.full(at.size, (1 - damping) / at.size)
        rank[at] = np.linalg.solve(np.eye(at.size) - damping * step, even)
    return rank


@pytest.mark.mechanism("B05")
def test_pagerank_solves_its_equation_in_every_group() -> None:
    rng = np.random.default_rng(7)
    group = np.repeat(np.arange(5), [8, 1, 30, 12, 9])
    replier = rng.integers(0, group.size, 400)
    author = rng.integers(0, group.size, 400)
    inside = (group[replier] == group[author]) & (replier != author) & (replier % 4 != 0)
    replies = replier[inside], author[inside], rng.uniform(0.1, 3, inside.sum())
    found = pagerank(group, replies, damping=0.85, settled=1e-9)
    assert found == pytest.approx(solved(group, *replies, 0.85), abs=1e-8)
    assert np.bincount(group, found) == pytest.approx(np.ones(5))


def test_a_group_is_not_touched_by_another() -> None:
    alone = np.zeros(3, dtype=np.int64)
    replies = np.array([1, 2]), np.array([0, 1]), np.array([1.0, 0.5])
    beside = np.concatenate([alone, np.full(40, 1)])
    more = (
        np.concatenate([replies[0], np.arange(3, 42)]),
        np.concatenate([replies[1], np.arange(4, 43)]),
        np.concatenate([replies[2], np.ones(39)]),
    )
    first = pagerank(alone, replies, damping=0.85, settled=1e-9)
    second = pagerank(beside, more, damping=0.85, settled=1e-9)
    assert first.tobytes() == second[:3].tobytes()


def test_rank_twelve_of_forty_from_below() -> None:
    value = np.arange(1.0, 41.0)
    assert mid_rank(np.zeros(40, dtype=np.int64), value)[11] == 28.75


def test_equals_share_a_rank_whatever_the_last_bits_say() -> None:
    group = np.zeros(4, dtype=np.int64)
    rank = np.array([0.25, 0.25 + 1e-13, 0.25 - 1e-13, 0.25])
    assert influence(group, rank).tolist() == [50.0] * 4


def test_nobody_is_ranked_where_nobody_is() -> None:
    none, numbers = np.zeros(0, dtype=np.int64), np.zeros(0)
    assert influence(none, numbers).size == 0
    assert pagerank(none, (none, none, numbers), damping=0.85, settled=1e-9).size == 0


def test_a_chain_of_a_million_is_climbed_in_twenty_steps() -> None:
    _, depth, root = forest(np.arange(1_000_000) - 1)
    assert (depth[-1], root[-1]) == (999_999, 0)


def test_a_circle_has_no_beginning() -> None:
    parent, depth, root = forest(np.array([1, 2, 0, 2, 3, -1, 5]))
    assert parent.tolist() == [-1, -1, -1, -1, -1, -1, 5]
    assert (depth.tolist(), root.tolist()) == ([0, 0, 0, 0, 0, 0, 1], [0, 1, 2, 3, 4, 5, 5])
