"""The large county for benchmarks, at a small size."""

from __future__ import annotations

from pathlib import Path

import pytest

from suixin.county import Kind, make_county
from suixin.county.make import UNTIL
from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.data.read import read_feeds

HOUSEHOLDS, ORDERS = 40, 4_000


def test_as_many_orders_and_households_as_asked_for(tmp_path: Path) -> None:
    made = make_county(HOUSEHOLDS, 3, tmp_path, orders=ORDERS)
    assert (made.orders, made.rows["orders"], len(made.truth)) == (ORDERS, ORDERS, HOUSEHOLDS)
    assert set(made.truth.values()) == {Kind.ORDINARY}


def test_every_row_is_good_and_every_household_is_scored(tmp_path: Path) -> None:
    made = make_county(HOUSEHOLDS, 3, tmp_path, orders=ORDERS)
    with read_feeds(made.folder) as feeds:
        assert len(feeds.quarantine) == 0
        assert {name: count.good for name, count in feeds.counts.items()} == dict(made.rows)
        book = score(feeds, on=UNTIL)
    assert len(book) == HOUSEHOLDS
    assert sum(file.status == "scored" for file in book) > HOUSEHOLDS // 2


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "again", "other")]
    for folder, seed in zip(folders, (3, 3, 4), strict=True):
        make_county(HOUSEHOLDS, seed, folder, orders=ORDERS)
    one, again, other = (
        {path.name: path.read_bytes() for path in folder.glob("*.parquet")} for folder in folders
    )
    assert one == again
    assert one["orders.parquet"] != other["orders.parquet"]


def test_a_county_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 households and 10 orders cannot be made"):
        make_county(0, 1, tmp_path / "county", orders=10)
