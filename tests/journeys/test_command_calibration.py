"""From outcomes to files with probabilities: a calibration fitted, proposed, adopted and used."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def calibration(suixin: Callable[..., Any], tmp_path: Path) -> Path:
    """Two thousand finished agreements whose odds fall with the composite, calibrated."""
    rng = np.random.default_rng(6)
    composite = rng.uniform(20, 90, 2_000).round(4)
    bad = rng.random(2_000) < 1 / (1 + np.exp(0.07 * (composite - 30)))
    outcomes = tmp_path / "outcomes.csv"
    with outcomes.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("day", "composite", "bad"))
        for k, (value, end) in enumerate(zip(composite.tolist(), bad.tolist(), strict=True)):
            rows.writerow((np.datetime64("2024-01-01") + k // 4, value, int(end)))
    out = tmp_path / "calibration.yaml"
    said = suixin(
        "train", "calibration", outcomes, "--target", "bad", "--time", "day",
        "--version", "2026-06", "--on", "2026-06-01", "--out", out, "--json",
    )  # fmt: skip
    assert said.status == 0, said.err
    return out


def scores(out: Path) -> list[dict[str, str]]:
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "scored"]


@pytest.mark.mechanism("B08", "C03")
def test_two_people_give_files_a_probability(
    suixin: Callable[..., Any], county: Path, calibration: Path, tmp_path: Path
) -> None:
    proposal, adopted = tmp_path / "proposal.yaml", tmp_path / "adopted"
    asked = ("--by", "risk officer", "--on", "2026-06-02")
    assert suixin("model", "propose", calibration, *asked, "--out", proposal).status == 0
    use = ("--calibration", calibration, "--adopted", adopted, "--json")
    score = ("score", county, "--on", "2026-06-30", "--pages", 0)

    early = suixin(*score, "--out", tmp_path / "early", *use)
    assert (early.status, early.json["error"]["code"]) == (1, "NOT_ADOPTED")

    promote = ("model", "promote", proposal, "--model", calibration, "--on", "2026-06-03")
    same = suixin(*promote, "--by", "RISK officer", "--out", adopted, "--json")
    assert (same.status, same.json["error"]["code"]) == (1, "SAME_PERSON")
    assert suixin(*promote, "--by", "head of credit", "--out", adopted).status == 0

    assert suixin(*score, "--out", tmp_path / "scores", *use).status == 0
    rows = scores(tmp_path / "scores")
    assert {row["calibration"] for row in rows} == {"2026-06"}
    by_composite = sorted(rows, key=lambda row: float(row["composite"]))
    pds = [float(row["pd"]) for row in by_composite]
    assert pds == sorted(pds, reverse=True)
    assert len(set(pds)) > 5
    assert all(300 <= int(row["score"]) <= 850 and row["grade"] for row in rows)


def test_another_file_or_a_changed_byte_is_not_what_was_adopted(
    suixin: Callable[..., Any], county: Path, calibration: Path, tmp_path: Path
) -> None:
    proposal, adopted = tmp_path / "proposal.yaml", tmp_path / "adopted"
    asked = ("--by", "risk officer", "--on", "2026-06-02")
    suixin("model", "propose", calibration, *asked, "--out", proposal)
    promote = ("model", "promote", proposal, "--by", "head of credit", "--on", "2026-06-03")
    suixin(*promote, "--model", calibration, "--out", adopted)
    whole = calibration.read_bytes()
    calibration.write_bytes(whole.replace(b"cases: 2000", b"cases: 9000"))
    words = (
        "score", county, "--on", "2026-06-30", "--out", tmp_path / "scores",
        "--calibration", calibration, "--adopted", adopted, "--json",
    )  # fmt: skip
    said = suixin(*words)
    assert (said.status, said.json["error"]["code"]) == (1, "MODEL_ALTERED")
    calibration.write_bytes(whole)
    alone = suixin("score", county, "--on", "2026-06-30", "--out", tmp_path / "scores",
                   "--calibration", calibration)  # fmt: skip
    assert alone.status == 2
