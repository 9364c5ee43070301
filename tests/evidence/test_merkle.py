"""Roots and proofs against RFC 9162 as it is written, for sizes to 130, and all that is wrong."""

from __future__ import annotations

from hashlib import sha256

import merkle_by_the_book as book
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence import merkle
from suixin.evidence.merkle import (
    EMPTY,
    Head,
    Peaks,
    ProofError,
    Tree,
    check_consistency,
    check_inclusion,
    leaf_hash,
)

SIZES = 130
ENTRIES = tuple(b"entry %d" % number for number in range(SIZES))
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = Tree(LEAVES)
HEADS = [TREE.head(size) for size in range(SIZES + 1)]
OTHER = sha256(b"another").digest()


def test_every_root_to_130_is_the_one_of_the_definition() -> None:
    grown = Peaks()
    for size in range(SIZES + 1):
        expected = book.mth(ENTRIES[:size])
        assert HEADS[size] == Head(size, expected)
        assert grown.head() == HEADS[size]
        assert Peaks(size, TREE.node).head() == HEADS[size]
        if size < SIZES:
            grown.push(LEAVES[size])


def test_every_inclusion_to_130_is_the_one_of_the_definition_and_holds() -> None:
    for size in range(1, SIZES + 1):
        for index in range(size):
            path = merkle.inclusion(index, size, TREE.node)
            assert list(path) == book.path(index, ENTRIES[:size])
            check_inclusion(LEAVES[index], index, path, HEADS[size])


def test_every_consistency_to_130_is_the_one_of_the_definition_and_holds() -> None:
    for new in range(SIZES + 1):
        for old in range(new + 1):
            path = merkle.consistency(old, new, TREE.node)
            if 0 < old < new:
                assert list(path) == book.proof(old, ENTRIES[:new])
            else:
                assert path == ()
            check_consistency(HEADS[old], HEADS[new], path)


def test_a_path_of_one_leaf_holds_for_no_other_index_or_size() -> None:
    for size in range(1, 34):
        for index in range(size):
            path = merkle.inclusion(index, size, TREE.node)
            for other in range(size + 1):
                if other != index:
                    with pytest.raises(ProofError):
                        check_inclusion(LEAVES[index], other, path, HEADS[size])
            for other in (size - 1, size + 1):
                with pytest.raises(ProofError):
                    check_inclusion(LEAVES[index], index, path, HEADS[other])


def test_a_consistency_path_holds_for_no_other_sizes() -> None:
    for new in range(2, 34):
        for old in range(1, new):
            path = merkle.consistency(old, new, TREE.node)
            for wrong_old, wrong_new in (
                (old - 1, new),
                (old + 1, new),
                (old, new + 1),
                (new, old),
            ):
                with pytest.raises(ProofError):
                    check_consistency(HEADS[wrong_old], HEADS[wrong_new], path)


@given(data=st.data(), size=st.integers(1, SIZES))
def test_a_path_with_one_bit_turned_a_hash_more_or_a_hash_less_is_refused(
    data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(index, size, TREE.node)
    broken = [(*path, OTHER), (OTHER, *path)]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        turned = flipped(path[at], data.draw(st.integers(0, 255)))
        broken += [path[:-1], path[1:], (*path[:at], turned, *path[at + 1 :])]
    for wrong in broken:
        with pytest.raises(ProofError):
            check_inclusion(LEAVES[index], index, wrong, HEADS[size])
    with pytest.raises(ProofError):
        check_inclusion(flipped(LEAVES[index], 0), index, path, HEADS[size])


@given(data=st.data(), new=st.integers(2, SIZES))
def test_a_consistency_path_with_one_bit_turned_or_of_another_length_is_refused(
    data: st.DataObject, new: int
) -> None:
    old = data.draw(st.integers(1, new - 1))
    path = merkle.consistency(old, new, TREE.node)
    at = data.draw(st.integers(0, len(path) - 1))
    turned = flipped(path[at], data.draw(st.integers(0, 255)))
    for wrong in (
        (*path, OTHER),
        (OTHER, *path),
        path[:-1],
        path[1:],
        (*path[:at], turned, *path[at + 1 :]),
    ):
        with pytest.raises(ProofError):
            check_consistency(HEADS[old], HEADS[new], wrong)


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_two_histories_that_differ_anywhere_are_never_consistent(
    entries: list[bytes], data: st.DataObject
) -> None:
    """Whatever path is offered: one made for either history does not join them."""
    one = Tree(map(leaf_hash, entries))
    at = data.draw(st.integers(0, max(len(entries) - 1, 0)))
    forged = [*entries[:at], b"another" + b"".join(entries[at : at + 1]), *entries[at + 1 :]]
    two = Tree(map(leaf_hash, forged))
    for old in range(at + 1, len(entries) + 1):
        for maker in (one, two):
            path = merkle.consistency(old, len(forged), maker.node)
            with pytest.raises(ProofError):
                check_consistency(one.head(old), two.head(), path)


@given(st.lists(st.binary(max_size=3), max_size=130), st.integers(0, 130))
def test_a_tree_grows_alike_however_it_is_cut_into_batches(
    entries: list[bytes], first: int
) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    whole, parts = Tree(leaves), Tree()
    parts.extend(leaves[:first])
    for leaf in leaves[first:]:
        parts.extend([leaf])
    assert parts.head() == whole.head() == Head(len(entries), book.mth(tuple(entries)))


def test_a_leaf_is_never_taken_for_a_node() -> None:
    """Domain separation: two hashes side by side, entered as one entry, do not make the root."""
    forged = leaf_hash(LEAVES[0] + LEAVES[1])
    assert forged != HEADS[2].root
    with pytest.raises(ProofError, match="another root"):
        check_inclusion(leaf_hash(LEAVES[0] + LEAVES[1]), 0, [], Head(1, HEADS[2].root))


def test_from_nothing_to_anything_and_from_a_tree_to_itself_needs_no_hash() -> None:
    check_consistency(EMPTY, HEADS[7], ())
    check_consistency(HEADS[7], HEADS[7], ())
    for old, new, path in (
        (EMPTY, HEADS[7], (OTHER,)),
        (HEADS[7], HEADS[7], (OTHER,)),
        (HEADS[7], Head(7, OTHER), ()),
        (HEADS[7], HEADS[6], ()),
        (HEADS[3], HEADS[7], ()),
    ):
        with pytest.raises(ProofError):
            check_consistency(old, new, path)


@pytest.mark.parametrize(
    ("size", "root", "code"),
    [
        (-1, OTHER, "SIZE"),
        (2**63, OTHER, "SIZE"),
        (1, OTHER[:31], "HASH"),
        (1, b"", "HASH"),
        (0, OTHER, "ROOT"),
    ],
)
def test_heads_that_cannot_be(size: int, root: bytes, code: str) -> None:
    with pytest.raises(ProofError) as refused:
        Head(size, root)
    assert refused.value.code == code


def test_a_path_of_the_wrong_length_is_told_as_such() -> None:
    """Before any root is compared, for one of the right length may lead nowhere either."""
    included = merkle.inclusion(2, 7, TREE.node)
    consistent = merkle.consistency(3, 7, TREE.node)
    for wrong, told in ((included[:-1], "too few"), ((*included, OTHER), "too many")):
        with pytest.raises(ProofError, match=told):
            check_inclusion(LEAVES[2], 2, wrong, HEADS[7])
    for wrong, told in (
        (consistent[:-1], "too few"),
        ((*consistent, OTHER), "too many"),
        ((), "no hash where some are needed"),
    ):
        with pytest.raises(ProofError, match=told):
            check_consistency(HEADS[3], HEADS[7], wrong)


def test_hashes_of_another_length_are_refused_wherever_they_stand() -> None:
    path = merkle.inclusion(2, 7, TREE.node)
    for short in (path[0][:31], path[0] + b"\0", b""):
        with pytest.raises(ProofError, match="a hash has 32"):
            check_inclusion(LEAVES[2], 2, (short, *path[1:]), HEADS[7])
        with pytest.raises(ProofError, match="a hash has 32"):
            check_consistency(HEADS[0], HEADS[7], (short,))
        with pytest.raises(ProofError):
            Tree([short])
    with pytest.raises(ProofError, match="a hash has 32"):
        check_inclusion(b"", 0, (), HEADS[1])


def test_what_a_tree_does_not_have() -> None:
    for ask in (
        lambda: merkle.root(-1, TREE.node),
        lambda: merkle.inclusion(7, 7, TREE.node),
        lambda: merkle.inclusion(-1, 7, TREE.node),
        lambda: merkle.consistency(8, 7, TREE.node),
        lambda: TREE.node(0, SIZES),
        lambda: TREE.node(7, 1),
        lambda: TREE.node(-1, 0),
        lambda: TREE.node(0, -1),
        lambda: TREE.head(SIZES + 1),
    ):
        with pytest.raises(ProofError):
            ask()


def test_the_path_of_ten_million_leaves_stays_below_800_bytes() -> None:
    """A tree whose leaves are all alike has one hash a level."""
    levels = [leaf_hash(b"alike")]
    while 1 << len(levels) <= 10_000_000:
        levels.append(merkle.node_hash(levels[-1], levels[-1]))
    size = 10_000_000
    head = Head(size, merkle.root(size, lambda level, index: levels[level]))
    for index in (0, 1, 2**22, 8_388_608, 9_999_999):
        path = merkle.inclusion(index, size, lambda level, index: levels[level])
        assert sum(map(len, path)) <= 800
        check_inclusion(levels[0], index, path, head)


def flipped(value: bytes, bit: int) -> bytes:
    """The same bytes with one bit turned."""
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")
