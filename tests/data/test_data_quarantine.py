"""Rows set aside stay in the database and are reached like a sequence, however many."""

from __future__ import annotations

import pytest

from suixin.data.lake import Loader
from suixin.data.quarantine import SetAside


def aside(line, feed="orders"):
    return SetAside("orders.csv", line, feed, "gross", "BAD_TYPE", "x", "whole fen", 5, f"k{line}")


@pytest.fixture
def loader():
    loader = Loader()
    yield loader
    loader.close()


def test_a_sequence(loader):
    for line in (3, 1, 2):
        loader.set_aside(aside(line))
    found = loader.finish().quarantine
    assert len(found) == 3
    assert list(found) == [aside(1), aside(2), aside(3)]
    assert (found[0], found[-1]) == (aside(1), aside(3))
    assert found[1:] == (aside(2), aside(3))
    assert found[::2] == (aside(1), aside(3))
    assert aside(2) in found
    with pytest.raises(IndexError, match="3 rows were set aside; there is none at 3"):
        found[3]


def test_a_hundred_thousand_from_a_query(loader):
    loader.set_aside_rows(
        "orders",
        "SELECT 'orders.csv', i, 'orders', 'gross', 'BAD_TYPE', 'x', 'whole fen', 5, 'k' || i "
        "FROM range(100000) AS r(i)",
    )
    feeds = loader.finish()
    assert len(feeds.quarantine) == feeds.counts["orders"].set_aside == 100_000
    assert feeds.quarantine[99_999] == aside(99_999)
    assert sum(row.amount_fen for row in feeds.quarantine) == 500_000


def test_many_one_by_one(loader):
    for line in range(5_000):
        loader.set_aside(aside(line))
    assert len(loader.finish().quarantine) == 5_000


def test_a_row_set_aside_twice_stands_once(loader):
    loader.set_aside(aside(1))
    loader.set_aside(aside(1))
    feeds = loader.finish()
    count = feeds.counts["orders"]
    assert (count.read, count.repeated, count.set_aside) == (2, 1, 1)
    assert len(feeds.quarantine) == 1
