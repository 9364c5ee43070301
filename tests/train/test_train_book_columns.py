"""A score book as columns to train on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from suixin.county.make import make_county
from suixin.credit.book import ScoreBook
from suixin.credit.score import score
from suixin.data.read import read_feeds
from suixin.train.book_columns import book_columns, with_outcomes

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(60, 3, tmp_path_factory.mktemp("columns") / "county").folder


@pytest.fixture(scope="module")
def book(county: Path) -> ScoreBook:
    return book_of(county)


def book_of(folder: Path) -> ScoreBook:
    with read_feeds(folder, today=DAY) as feeds:
        return score(feeds, on=DAY)


def test_every_part_of_every_index_is_a_column_and_so_are_graph_and_parcel(
    book: ScoreBook,
) -> None:
    columns = book_columns(book)
    assert list(columns["subject"]) == list(book.judged.ids)
    assert (columns["stability"] == book.table["stability"]).all()
    for name in ("stability_level", "stability_trend", "engagement_influence", "reputation_taste",
                 "social_points", "crop_points"):  # fmt: skip
        assert np.isfinite(columns[name]).any(), name
    for name, column in columns.items():
        assert len(column) == len(book), name
        assert column.dtype == object or not np.isinf(column).any(), name


def test_what_is_not_connected_is_unknown_and_not_neutral(county: Path, tmp_path: Path) -> None:
    for file in county.glob("*.csv"):
        if file.name != "reviews.csv":
            (tmp_path / file.name).symlink_to(file)
    columns = book_columns(book_of(tmp_path))
    assert np.isnan(columns["reputation_taste"]).all()
    assert np.isnan(columns["reputation_taste_n"]).all()


def test_only_subjects_with_an_outcome_are_kept(book: ScoreBook) -> None:
    columns = book_columns(book)
    first, second = columns["subject"][:2]
    found = with_outcomes(columns, {first: 1.0, "nobody": 0.0, second: float("nan")})
    assert (found["subject"].tolist(), found["bad"].tolist()) == ([first], [1.0])
