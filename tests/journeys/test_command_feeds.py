"""Someone checks a folder of exports before it is scored: what is good, what is not, and why."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def edited(source: Path, folder: Path, feed: str, **cells: str) -> Path:
    """A folder with one feed of the county, its third row's cells replaced."""
    folder.mkdir()
    with (source / f"{feed}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:10]
    rows[2] |= cells
    with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_good_folder_is_counted_feed_by_feed(county: Path, suixin: Command) -> None:
    said = suixin("feeds", "check", county, "--strict", "--json")
    assert said.status == 0
    told = said.json
    assert told["set_aside"] == 0
    assert told["rows"] == []
    for feed in ("orders", "messages", "reviews", "settlements", "parcels"):
        lines = (county / f"{feed}.csv").read_text("utf-8").count("\n") - 1
        count = told["feeds"][feed]
        assert count == {"read": lines, "good": lines, "repeated": 0, "set_aside": 0}, feed


def test_a_bad_row_is_told_with_what_was_expected(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    folder = edited(county, tmp_path / "feeds", "store_ratings", rating_hundredths="4.8")
    said = suixin("feeds", "check", folder)
    assert said.status == 0
    told = " ".join(said.out.replace("│", " ").split())
    for part in ("store_ratings", "rating_hundredths", "BAD_TYPE", "4.8", "a whole number"):
        assert part in told


def test_strict_is_for_whoever_wants_no_row_set_aside(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    folder = edited(county, tmp_path / "feeds", "store_ratings", rating_hundredths="-480")
    said = suixin("feeds", "check", folder, "--strict", "--json")
    assert said.status == 1
    told = said.json
    assert told["set_aside"] == 1
    assert told["feeds"]["store_ratings"] == {
        "read": 10, "good": 9, "repeated": 0, "set_aside": 1
    }  # fmt: skip
    [row] = told["rows"]
    assert (row["file"], row["line"]) == ("store_ratings.csv", 4)
    assert (row["field"], row["code"], row["wrong"]) == (
        "rating_hundredths", "OUT_OF_RANGE", "-480"
    )  # fmt: skip


def test_a_renamed_column_is_refused_with_the_nearest(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    folder = edited(county, tmp_path / "feeds", "store_ratings")
    path = folder / "store_ratings.csv"
    path.write_text(path.read_text("utf-8").replace("rating_hundredths", "rating_hundreds", 1))
    said = suixin("feeds", "check", folder)
    assert said.status == 1
    assert "rating_hundredths" in said.err
    assert "rating_hundreds" in said.err


def test_the_same_folder_given_twice_in_one_is_read_once(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    folder = edited(county, tmp_path / "feeds", "store_ratings")
    shutil.copy(folder / "store_ratings.csv", folder / "store_ratings-again.csv")
    told = suixin("feeds", "check", folder, "--strict", "--json").json
    assert told["feeds"]["store_ratings"] == {
        "read": 20, "good": 10, "repeated": 10, "set_aside": 0
    }  # fmt: skip


def test_a_file_that_is_no_feed_is_named_and_not_read(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    folder = edited(county, tmp_path / "feeds", "store_ratings")
    (folder / "store_rating.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = suixin("feeds", "check", folder, "--json")
    assert said.status == 0
    assert any("store_rating.csv" in note for note in said.json["notes"])


@pytest.mark.mechanism("B04")
@pytest.mark.parametrize("platform", ["kuaishou", "douyin"])
def test_a_platforms_export_becomes_feeds_that_check(
    platform: str, shared: Path, suixin: Command, tmp_path: Path
) -> None:
    """What becomes of each state and sum is held in tests/data/sources; here: that it all runs."""
    export = shared / "data" / "platforms" / platform
    out = tmp_path / "feeds"
    said = suixin("feeds", "map", platform, export, "--out", out, "--json")
    assert said.status == 0, said.err
    assert said.json["feeds"]["orders"]["good"] > 0
    with (out / "orders_seen.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) > 0
    checked = suixin("feeds", "check", out, "--strict", "--json")
    assert checked.status == 0, checked.out
    assert checked.json["feeds"]["orders"]["good"] == said.json["feeds"]["orders"]["good"]
