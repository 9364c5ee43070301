"""Leaf hashes are found where they stand, however many begin alike and however the log grows."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.evidence.merkle import HASH_BYTES
from suixin.evidence.places import Places
from suixin.evidence.tiles import WIDTH

CHANCE = random.Random(20260630)
LEAVES = [CHANCE.randbytes(HASH_BYTES) for _ in range(300 * WIDTH)]
LEAVES[-3] = LEAVES[1]  # One stands twice.


def tiles(leaves: list[bytes], asked: list[int]) -> Callable[[int], bytes]:
    def tile(index: int) -> bytes:
        asked.append(index)
        return b"".join(leaves[index * WIDTH : (index + 1) * WIDTH])

    return tile


@settings(max_examples=10)
@given(st.lists(st.integers(1, 100), min_size=3, max_size=3))
def test_each_is_found_as_the_log_grows_and_each_tile_is_read_once(grows: list[int]) -> None:
    asked: list[int] = []
    places, full = Places(tiles(LEAVES, asked)), 0
    for more in grows:
        full += more
        for at in (0, 2, WIDTH - 1, full * WIDTH // 2, full * WIDTH - 4, full * WIDTH - 1):
            assert places.find(LEAVES[at], full) == at
        if full < 300:
            assert places.find(LEAVES[full * WIDTH], full) is None
    assert len(asked) == full + 6 * len(grows)  # Once, and once to confirm what was found.


def test_of_two_that_are_the_same_the_last_is_found() -> None:
    places = Places(tiles(LEAVES, []))
    assert places.find(LEAVES[1], 299) == 1
    assert places.find(LEAVES[1], 300) == len(LEAVES) - 3
    assert places.find(LEAVES[1], 299) == 1


@pytest.mark.parametrize("alike", [6, 7, 8, 31])
def test_those_that_begin_alike_are_told_apart(alike: int) -> None:
    leaves = list(dict.fromkeys(bytes(alike) + leaf[alike:] for leaf in LEAVES))[:WIDTH]
    leaves += [bytes(alike) + leaf[alike:] for leaf in LEAVES[: WIDTH - len(leaves)]]
    places = Places(tiles(leaves, []))
    for leaf in leaves[::17]:
        assert places.find(leaf, 1) == len(leaves) - 1 - leaves[::-1].index(leaf)


def test_what_is_no_leaf_hash_is_not_found() -> None:
    places = Places(tiles(LEAVES, []))
    for leaf in (b"", LEAVES[0][:31], LEAVES[0] + b"\0", bytes(32), b"\xff" * 32):
        assert places.find(leaf, 300) is None
        assert places.find(leaf, 0) is None
