"""The demonstration county, made and scored once for all tests that only look at it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from suixin.county import CountyResult, make_county
from suixin.county.make import UNTIL
from suixin.credit.book import ScoreBook
from suixin.credit.score import score
from suixin.data.lake import Feeds
from suixin.data.read import read_feeds


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyResult:
    """The county of `make demo`: 300 households of seed 1."""
    return make_county(300, 1, tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def lake(county: CountyResult) -> Iterator[Feeds]:
    with read_feeds(county.folder) as feeds:
        yield feeds


@pytest.fixture(scope="session")
def book(lake: Feeds) -> ScoreBook:
    return score(lake, on=UNTIL)


@pytest.fixture(scope="session")
def known(lake: Feeds) -> duckdb.DuckDBPyConnection:
    """The connection of the lake, with a view of every feed named `all_<feed>`."""
    for name in lake.present:
        lake.relation(name).create_view(f"all_{name}", replace=True)
    return lake.connection


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
