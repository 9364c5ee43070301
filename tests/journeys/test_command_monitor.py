"""`suixin monitor` on two scorings of a county."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def scorings(
    suixin: Callable[..., Any], county: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    made = []
    for day in ("2025-12-31", "2026-06-30"):
        out = tmp_path_factory.mktemp("scores")
        assert suixin("score", county, "--on", day, "--out", out, "--pages", 0).status == 0
        made.append(out)
    return made[0], made[1]


@pytest.mark.mechanism("B08")
def test_two_scorings_are_held_together(
    suixin: Callable[..., Any], county: Path, scorings: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = scorings
    said = suixin(
        "monitor", "--before", before, "--after", after, "--outcomes", county,
        "--challenger", before / "scores.csv", "--out", tmp_path / "watch", "--json",
    )  # fmt: skip
    assert said.status == 0
    assert [one["drift"]["column"] for one in said.json["drifts"]][3] == "composite"
    assert {one["attribute"] for one in said.json["groups"]} == {"sex", "age", "distance"}
    assert said.json["months"] == []  # Uncalibrated files have no probability to hold to account.
    assert (tmp_path / "watch/monitor.html").stat().st_size > 5_000


def test_what_cannot_be_watched(
    suixin: Callable[..., Any], scorings: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = scorings
    out = ("--out", tmp_path / "watch", "--json")
    turned = suixin("monitor", "--before", after, "--after", before, *out)
    assert turned.json["error"]["code"] == "DAYS_TURNED"
    absent = suixin("monitor", "--before", tmp_path / "none.csv", "--after", after, *out)
    assert (absent.status, absent.json["error"]["code"]) == (1, "BAD_SCORES")
    assert not (tmp_path / "watch").exists()
