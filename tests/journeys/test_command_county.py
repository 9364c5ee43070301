"""Whoever tries it first: a county is made, scored, and what was planted is found in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def test_a_county_is_made_from_a_seed(county: Path, suixin: Command, files_of: Command,
                                      tmp_path: Path) -> None:  # fmt: skip
    words = ("county", "make", "--households", 60, "--seed", 3, "--out", tmp_path / "county")
    said = suixin(*words, "--json")
    assert said.status == 0, said.err
    assert said.json["households"] == 60
    assert said.json["rows"]["orders"] > 10_000
    assert files_of(tmp_path / "county") == files_of(county)


def test_another_seed_is_another_county(county: Path, suixin: Command, tmp_path: Path) -> None:
    words = ("county", "make", "--households", 60, "--seed", 4, "--out", tmp_path / "county")
    said = suixin(*words)
    assert said.status == 0, said.err
    assert "orders" in said.out
    made = (tmp_path / "county" / "orders.csv").read_bytes()
    assert made != (county / "orders.csv").read_bytes()


def test_a_scored_county_finds_what_it_planted_and_says_where_the_report_is(
    suixin: Command, tmp_path: Path
) -> None:
    """Made, scored and compared in one command, as the first one anybody runs."""
    said = suixin("county", "score", "--households", 100, "--out", tmp_path / "demo", "--json")
    assert said.status == 0, said.err
    told = said.json
    report = tmp_path / "demo" / "scores" / "report.html"
    assert Path(told["report"]) == report
    assert report.is_file()
    kinds = {row["kind"]: row for row in told["planted"]}
    assert {"steady", "seasonal", "falling", "wash_trader", "endorsement_ring", "review_farm",
            "thin_file", "bot_burst"} <= kinds.keys()  # fmt: skip
    for kind, row in kinds.items():
        assert row["planted"] > 0, kind
        assert 0 <= row["recall"] <= 1, kind
    run = json.loads((tmp_path / "demo" / "scores" / "run.json").read_text("utf-8"))
    assert run["subjects"] == told["subjects"]
    assert (tmp_path / "demo" / "county" / "truth" / "subjects.csv").is_file()
    # A second time it stands in the first one's place.
    again = suixin("county", "score", "--households", 60, "--out", tmp_path / "demo")
    assert again.status == 0, again.err
    assert "planted" in again.out
    assert str(report) in again.out.replace("\n", "")
