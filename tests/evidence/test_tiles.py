"""Tiles: paths, what a tree of any size has, and a log read from nothing but its static files."""

from __future__ import annotations

from pathlib import Path

import pytest
from evidence_parties import log_key
from hypothesis import given, settings
from hypothesis import strategies as st
from kept_store import batch, filled, signed, tree

from suixin.evidence import file_store, merkle
from suixin.evidence.file_store import FileStore
from suixin.evidence.merkle import ProofError, Tree, leaf_hash, root
from suixin.evidence.tiles import (
    ENTRIES,
    LEVEL_MAX,
    WIDTH,
    BundleFault,
    Edge,
    Static,
    Tile,
    bundle,
    edge,
    hashes_of,
    place_of,
    read_path,
    spans,
    tile_root,
    unbundle,
)

tiles = st.builds(
    Tile,
    st.integers(0, LEVEL_MAX) | st.just(ENTRIES),
    st.integers(0, 2**40),
    st.integers(1, WIDTH),
)


@given(tiles)
def test_a_path_leads_back_to_its_tile(tile: Tile) -> None:
    assert read_path(tile.path) == tile


@given(st.text("tile/entries0123456789x.p", max_size=40))
def test_no_tile_has_two_paths(path: str) -> None:
    tile = read_path(path)
    assert tile is None or tile.path == path


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/001",  # Zeros that are not written.
        "tile/0/x001",
        "tile/0/1000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000.p/",
        "tile/entries/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../000",
    ],
)
def test_what_is_no_path_of_a_tile(path: str) -> None:
    assert read_path(path) is None


@given(st.integers(0, 2**40))
def test_the_tiles_of_a_size_hold_each_complete_subtree_once(size: int) -> None:
    for level, (full, width) in enumerate(spans(size)):
        assert full * WIDTH + width == size >> 8 * level
        assert 0 <= width < WIDTH
    assert size >> 8 * len(spans(size)) == 0
    partial = {tile.level: tile for tile in edge(size)}
    assert all(0 < tile.width < WIDTH for tile in partial.values())
    assert (ENTRIES in partial) == (size % WIDTH > 0)


@given(st.lists(st.binary(max_size=20), max_size=20))
def test_bundles_come_back_and_cut_ones_tell_what_is_whole(entries: list[bytes]) -> None:
    raw = bundle(entries)
    assert unbundle(raw) == entries
    ends = {
        sum(2 + len(one) for one in entries[:count]): count for count in range(len(entries) + 1)
    }
    for cut in range(len(raw)):
        if cut in ends:
            assert unbundle(raw[:cut]) == entries[: ends[cut]]
            continue
        with pytest.raises(BundleFault) as refused:
            unbundle(raw[:cut])
        whole = max(count for end, count in ends.items() if end < cut)
        assert list(refused.value.whole) == entries[:whole]


def test_no_entry_is_longer_than_its_length_can_tell() -> None:
    with pytest.raises(OverflowError):
        bundle([b"x" * 65_536])


@settings(max_examples=30)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_an_edge_grows_as_the_tree_does(counts: list[int]) -> None:
    grown, whole, done = Edge(), Tree(), dict[Tile, bytes]()
    for count in counts:
        leaves = batch(grown.size, count).leaves
        done.update(grown.push(leaves))
        whole.extend(leaves)
        assert grown.head() == whole.head()
    assert set(done) == {
        Tile(level, index)
        for level, (full, _) in enumerate(spans(grown.size))
        for index in range(full)
    }
    for tile, raw in done.items():
        assert hashes_of(raw) == [
            whole.node(8 * tile.level, tile.index * WIDTH + at) for at in range(WIDTH)
        ]
        assert tile_root(hashes_of(raw)) == whole.node(8 * tile.level + 8, tile.index)
    copied = grown.copy()
    copied.push([leaf_hash(b"one more")])
    assert grown.head() == whole.head() != copied.head()


def test_an_edge_has_no_other_nodes() -> None:
    grown = Edge()
    grown.push(batch(0, 300).leaves)
    assert grown.node(0, 299) == tree(300).node(0, 299)
    assert grown.node(8, 0) == tree(300).node(8, 0)
    for level, index in ((0, 300), (0, 255), (3, 37), (8, 1), (16, 0)):
        with pytest.raises(ProofError):
            grown.node(level, index)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files of a log of 700, published at 300 and at 700; nothing else is read."""
    folder = tmp_path_factory.mktemp("served")
    file_store.create(folder, log_key().verifier)
    store = FileStore(folder)
    for size in (300, 700):
        filled(store, [size])
        store.publish(signed(size), size)
    store.close()
    for name in ("journal", "policy", "lock"):
        (folder / name).unlink()
    return folder


def fetched(folder: Path, path: str) -> bytes | None:
    found = folder / path
    return found.read_bytes() if found.is_file() else None


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 300, 512, 700])
def test_anybody_makes_every_proof_from_the_static_files(served: Path, size: int) -> None:
    """Sizes between heads too: their partial tiles are beginnings of those that stand there."""

    def fetch(path: str) -> bytes | None:
        asked = read_path(path)
        found = fetched(served, path)
        if found is not None or asked is None:
            return found
        for width in range(asked.width, WIDTH):
            found = found or fetched(served, Tile(asked.level, asked.index, width).path)
        return found

    static, whole = Static(fetch, size), tree(700)
    assert static.size() == size
    assert tuple(static.entries(0, size)) == batch(0, size).entries
    assert root(size, static.node) == whole.head(size).root
    for index in {0, size // 2, size - 1} & set(range(size)):
        path = merkle.inclusion(index, size, static.node)
        merkle.check_inclusion(whole.node(0, index), index, path, whole.head(size))
        assert static.find(whole.node(0, index)) == index
    for old in {0, size // 3, size}:
        path = merkle.consistency(old, size, static.node)
        merkle.check_consistency(whole.head(old), whole.head(size), path)
    assert static.find(whole.node(0, 699)) == (699 if size == 700 else None)


def test_a_file_that_is_missing_or_short_is_refused_by_its_path(served: Path) -> None:
    for gone, ask in (
        ("tile/entries/000", lambda static: list(static.entries(0, 1))),
        ("tile/0/000", lambda static: static.node(0, 0)),
        ("tile/1/000.p/2", lambda static: static.node(8, 0)),
    ):
        static = Static(
            lambda path, gone=gone: None if path == gone else fetched(served, path), 700
        )
        with pytest.raises(ProofError, match=gone):
            ask(static)
    cut = Static(lambda path: bundle([b"entry 0"]) if "entries" in path else None, 256)
    with pytest.raises(ProofError, match="ends before entry 2"):
        list(cut.entries(0, 2))
    for start, end in ((-1, 0), (0, 257), (2, 1)):
        with pytest.raises(ProofError):
            list(cut.entries(start, end))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 5), st.binary(max_size=31))
def test_a_hash_is_found_at_its_place_and_never_across_two(
    leaf: bytes, before: int, shift: bytes
) -> None:
    row = b"\xff" * 32 * before + leaf
    assert place_of(leaf, row) == before
    assert place_of(leaf, row + row) == 2 * before + 1
    across = shift + leaf + bytes(32 - len(shift))
    found = place_of(leaf, across)
    assert found is None or hashes_of(across)[found] == leaf
