"""Two people move the weights of an industry, and scores name the weights they used."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HEAD = ("began", "industry", "engagement", "stability", "reputation", "bad")


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """A thousand finished agreements of workshops, in which stability decides."""
    rng = np.random.default_rng(2)
    x = rng.uniform(20, 90, (1_000, 3)).round(2)
    bad = rng.random(1_000) < 1 / (1 + np.exp(0.12 * (x[:, 1] - 40)))
    path = tmp_path / "outcomes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for k, (row, end) in enumerate(zip(x.tolist(), bad.tolist(), strict=True)):
            day = np.datetime64("2024-01-01") + k // 2
            rows.writerow([day, "workshop", *row, int(end)])
    return path


def scored(suixin: Callable[..., Any], county: Path, out: Path, *more: object) -> dict[str, str]:
    assert suixin("score", county, "--on", "2026-06-30", "--out", out, *more).status == 0
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        return {row["subject"]: row["weight_version"] for row in csv.DictReader(file)}


@pytest.mark.mechanism("G04")
def test_from_outcomes_to_scores_by_two_people(
    suixin: Callable[..., Any], county: Path, outcomes: Path, tmp_path: Path
) -> None:
    proposal, adopted = tmp_path / "workshop.yaml", tmp_path / "adopted"
    said = suixin(
        "weights", "propose", outcomes, "--industry", "workshop", "--by", "risk officer",
        "--on", "2026-06-01", "--out", proposal, "--json",
    )  # fmt: skip
    assert said.status == 0
    assert said.json["n"] == 1_000
    assert said.json["weight_stability"] == pytest.approx(0.55)
    assert said.json["gain_low"] <= said.json["auc_after"] - said.json["auc_before"]

    same = suixin(
        "weights", "approve", proposal, "--by", "Risk Officer", "--on", "2026-06-02",
        "--out", adopted, "--json",
    )  # fmt: skip
    assert (same.status, same.json["error"]["code"]) == (1, "SAME_PERSON")
    assert not adopted.exists()

    other = ("--by", "head of credit", "--on", "2026-06-02", "--out", adopted)
    assert suixin("weights", "approve", proposal, *other).status == 0
    listed = suixin("weights", "show", adopted, "--on", "2026-06-30")
    assert "2026-06-01 workshop: engagement" in listed.out
    assert "(risk officer, head of credit)" in listed.out

    default = set(scored(suixin, county, tmp_path / "a").values())
    moved = scored(suixin, county, tmp_path / "b", "--weights", adopted)
    assert default == {"default-2000-01-01"}
    assert set(moved.values()) == {"default-2000-01-01", "workshop-2026-06-01"}
    explained = suixin("weights", "show", adopted, "--on", "2026-06-01")
    assert "the default holds" in explained.out


def test_a_proposal_is_never_replaced_and_a_changed_one_never_adopted(
    suixin: Callable[..., Any], outcomes: Path, tmp_path: Path
) -> None:
    proposal = tmp_path / "workshop.yaml"
    words = (
        "weights", "propose", outcomes, "--industry", "workshop", "--by", "risk officer",
        "--on", "2026-06-01", "--out", proposal, "--json",
    )  # fmt: skip
    assert suixin(*words).status == 0
    assert suixin(*words).json["error"]["code"] == "WRITTEN_ALREADY"
    proposal.write_text(proposal.read_text("utf-8").replace("n: 1000", "n: 9000"), "utf-8")
    said = suixin(
        "weights", "approve", proposal, "--by", "head of credit", "--on", "2026-06-02",
        "--out", tmp_path / "adopted", "--json",
    )  # fmt: skip
    assert said.json["error"]["code"] == "ALTERED"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "BAD_OUTCOMES"),
        ("began,industry\n2026-01-01,workshop\n", "BAD_OUTCOMES"),
        (",".join(HEAD) + "\nyesterday,workshop,1,2,3,0\n", "BAD_OUTCOMES"),
        (",".join(HEAD) + "\n2026-01-01,workshop,1,,3,0\n", "BAD_OUTCOMES"),
        (",".join(HEAD) + "\n2026-01-01,workshop,1,2,3,\n", "BAD_OUTCOMES"),
        (",".join(HEAD) + "\n2026-01-01,workshop,1,2,3,0\n", "TOO_FEW_OUTCOMES"),
    ],
)
def test_outcomes_that_prove_nothing(
    suixin: Callable[..., Any], tmp_path: Path, text: str, code: str
) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    said = suixin(
        "weights", "propose", path, "--industry", "workshop", "--by", "risk officer",
        "--on", "2026-06-01", "--out", tmp_path / "p.yaml", "--json",
    )  # fmt: skip
    assert (said.status, said.json["error"]["code"]) == (1, code)
    assert not (tmp_path / "p.yaml").exists()
