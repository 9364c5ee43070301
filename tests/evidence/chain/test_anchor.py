"""Anchored heads: a log moves by proof alone, under its own party, and freezes on two accusers."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from chain_house import DAY, House, name
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence import merkle
from suixin.evidence.chain.calls import anchor
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.merkle import Head, ProofError, leaf_hash, node_hash

SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 32, 33, 64)


def node(level: int, index: int) -> bytes:
    """A complete subtree of leaves that are their numbers."""
    if level == 0:
        return leaf_hash(str(index).encode())
    return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


def tree(size: int) -> bytes:
    """The root of so many leaves."""
    return merkle.root(size, node)


def grown(origin: bytes, old: int, new: int) -> anchor.Anchor:
    """A step from one size to another, with its proof."""
    return anchor.Anchor(origin, new, tree(new), merkle.consistency(old, new, node), DAY)


def first(origin: bytes, size: int) -> anchor.Anchor:
    """A log's first head."""
    return anchor.Anchor(origin, size, tree(size), (), DAY)


@pytest.mark.mechanism("B06")
def test_a_log_moves_by_proof_from_each_size_to_each(shared_house: House) -> None:
    steps = [(old, new) for old in SIZES for new in SIZES if old < new]
    house = shared_house
    house.do_all([(first(name("steps", old), old), Role.PLATFORM) for old in SIZES])
    assert [
        step for step in steps if house.why(grown(name("steps", step[0]), *step), Role.PLATFORM)
    ] == []


@pytest.mark.mechanism("B06")
@given(data=st.data())
def test_what_no_proof_leads_to_is_refused(data: st.DataObject, shared_house: House) -> None:
    """A hash changed, left out or added, another root or size: refused as by `merkle`."""
    old = data.draw(st.sampled_from(SIZES[:-1]))
    new = data.draw(st.sampled_from([size for size in SIZES if size > old]))
    origin = name("wrong", old)
    if shared_house.made.ask(anchor.head(Role.PLATFORM, origin)).size == 0:
        shared_house.do(first(origin, old), Role.PLATFORM)
    path, root, size = list(merkle.consistency(old, new, node)), tree(new), new
    change = data.draw(st.sampled_from(["hash", "less", "more", "root", "size"]))
    if change == "hash" and path:
        path[data.draw(st.integers(0, len(path) - 1))] = name("another")
    elif change == "less" and path:
        del path[data.draw(st.integers(0, len(path) - 1))]
    elif change == "more" or not path:
        path.insert(data.draw(st.integers(0, len(path))), name("one more"))
    elif change == "root":
        root = tree(new + 1)
    else:
        size = new + data.draw(st.integers(1, 3))
    act = anchor.Anchor(origin, size, root, tuple(path), DAY)
    try:
        merkle.check_consistency(Head(old, tree(old)), Head(size, root), path)
    except ProofError:
        assert shared_house.why(act, Role.PLATFORM) == "anchor: no proof"
    else:  # A proof does not always depend on the exact size.
        assert shared_house.why(act, Role.PLATFORM) is None


def test_the_probes_of_other_makers_are_judged_alike(shared_house: House, shared: Path) -> None:
    rows = json.loads((shared / "data/trust/consistency_probes.json").read_text("utf-8"))
    judged = 0
    for number, row in enumerate(rows):
        old, new = row["size1"], row["size2"]
        roots = [b64decode(row[root] or "") for root in ("root1", "root2")]
        path = tuple(b64decode(one) for one in row["proof"] or ())
        if not 0 < old < new or any(len(one) != 32 for one in (*roots, *path)):
            continue
        origin = name("probe", number)
        began = anchor.Anchor(origin, old, roots[0], (), DAY)
        shared_house.do(began, Role.PLATFORM)
        heard = shared_house.why(anchor.Anchor(origin, new, roots[1], path, DAY), Role.PLATFORM)
        assert (heard is not None) == row["wantErr"], row["file"]
        judged += 1
    assert judged > 25


@pytest.mark.mechanism("B06")
def test_a_head_without_proof_is_refused(house: House) -> None:
    origin = name("o")
    house.do(first(origin, 5), Role.BANK)
    tries = {
        "anchor: not growing": anchor.Anchor(origin, 5, tree(5), (), DAY),
        "anchor: no proof": anchor.Anchor(origin, 9, tree(9), (), DAY),
        "anchor: the day went back": anchor.Anchor(
            origin, 9, tree(9), merkle.consistency(5, 9, node), DAY - timedelta(days=1)
        ),
        "anchor: size too large": anchor.Anchor(origin, 2**63, tree(9), (), DAY),
    }
    assert {text: house.why(act) for text, act in tries.items()} == {text: text for text in tries}
    empty = anchor.Anchor(name("none"), 0, tree(1), (), DAY)
    assert house.why(empty) == "anchor: an empty tree"
    proved = anchor.Anchor(name("none"), 2, tree(2), (tree(1),), DAY)
    assert house.why(proved) == "anchor: the first takes no proof"


def test_a_log_is_its_partys_alone(house: House) -> None:
    """The same name under another party is another log."""
    origin = name("o")
    house.do(first(origin, 5), Role.BANK)
    house.do(first(origin, 3), Role.PLATFORM)
    house.do(grown(origin, 3, 9), Role.PLATFORM)
    ask = house.made.ask
    assert ask(anchor.head(Role.BANK, origin)).size == 5
    assert ask(anchor.head(Role.PLATFORM, origin)) == anchor.Head(9, tree(9), DAY)


@pytest.mark.mechanism("B06")
def test_two_accusers_freeze_a_log_and_it_goes_on_under_another_name(house: House) -> None:
    origin, after = name("forked"), name("after")
    house.do(first(origin, 5), Role.PLATFORM)
    accusation = anchor.Accuse(Role.PLATFORM, origin, name("two heads"), DAY)
    house.do(accusation, Role.BANK)
    assert house.why(grown(origin, 5, 8), Role.PLATFORM) is None
    house.do(accusation, Role.GOVERNMENT)
    assert house.made.ask(anchor.head(Role.PLATFORM, origin)).frozen
    assert house.why(grown(origin, 5, 8), Role.PLATFORM) == "anchor: origin frozen"
    house.do(anchor.Succeed(origin, after, DAY), Role.PLATFORM)
    assert house.why(grown(origin, 5, 8), Role.PLATFORM) == "anchor: origin succeeded"
    house.do(first(after, 1), Role.PLATFORM)
    assert house.made.ask(anchor.head(Role.PLATFORM, origin)).successor == after


def test_what_an_accusation_and_a_succession_need(house: House) -> None:
    origin = name("o")
    house.do_all([(first(origin, 5), Role.PLATFORM), (first(name("p"), 5), Role.PLATFORM)])
    assert (
        house.why(anchor.Accuse(Role.PLATFORM, origin, bytes(32), DAY), Role.BANK)
        == "anchor: no evidence"
    )
    assert (
        house.why(anchor.Accuse(Role.PLATFORM, name("x"), name("e"), DAY), Role.BANK)
        == "anchor: unknown origin"
    )
    for successor, text in (
        (bytes(32), "anchor: no such successor"),
        (origin, "anchor: no such successor"),
        (name("p"), "anchor: successor in use"),
    ):
        assert house.why(anchor.Succeed(origin, successor, DAY), Role.PLATFORM) == text
