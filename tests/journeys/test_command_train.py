"""A risk officer trains a scorecard, another person promotes it, and it is trained again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
import yaml
from typer.testing import CliRunner

from suixin.cli import train as commands

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def say() -> Said:
    """The commands under their own nouns."""
    app, of_model = typer.Typer(), typer.Typer()
    for name in ("scorecard", "challenger", "again", "calibration"):
        app.command(name)(getattr(commands, f"train_{name}"))
    for name in ("show", "check", "score", "propose", "promote"):
        of_model.command(name)(getattr(commands, f"model_{name}"))
    app.add_typer(of_model, name="model")

    def said(*words: object) -> tuple[int, str, str]:
        found = CliRunner().invoke(app, [str(word) for word in words])
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.exit_code, found.stdout, found.stderr

    return said


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight hundred finished cases over eighty days."""
    chance = np.random.default_rng(8)
    late, composite = chance.exponential(5, 800), chance.uniform(20, 90, 800)
    bad = chance.random(800) < 1 / (1 + np.exp(-(0.3 * late - 0.05 * composite - 0.5)))
    path = tmp_path_factory.mktemp("train") / "cases.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "day", "late", "composite", "sex", "bad"])
        for k in range(800):
            day = f"2025-{1 + k // 280:02d}-{1 + k // 10 % 28:02d}"
            writer.writerow([f"c{k}", day, f"{late[k]:.2f}", f"{composite[k]:.2f}",
                             "fm"[k % 2], int(bad[k])])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def model(say: Said, cases: Path) -> Path:
    out = cases.parent / "shops-1"
    words = ("scorecard", cases, "--target", "bad", "--time", "day", "--name", "shops", "--purpose",
             "Default within 12 months", "--leave-out", "case", "--group", "sex",
             "--on", "2026-06-30", "--out", out, "--json")  # fmt: skip
    status, told, err = say(*words)
    assert status == 0, err
    found = json.loads(told)
    assert (found["name"], found["version"]) == ("shops", "1")
    assert found["auc"] > 0.65
    return out


@pytest.mark.mechanism("C03")
def test_two_people_bring_a_trained_model_into_use(say: Said, model: Path, tmp_path: Path) -> None:
    proposal, adopted = tmp_path / "shops-1.yaml", tmp_path / "adopted"
    status, _, err = say("model", "propose", model, "--by", "risk officer", "--on", "2026-07-01",
                         "--out", proposal)  # fmt: skip
    assert status == 0, err
    words = ("model", "promote", proposal, "--model", model, "--on", "2026-07-02", "--out", adopted)
    status, told, _ = say(*words, "--by", "risk officer", "--json")
    assert (status, json.loads(told)["error"]["code"]) == (1, "SAME_PERSON")
    status, told, err = say(*words, "--by", "head of credit", "--json")
    assert status == 0, err
    record = yaml.safe_load(Path(json.loads(told)["adoption"]).read_text("utf-8"))
    assert record["approved_by"] == "head of credit"


def test_a_model_is_shown_and_checked(say: Said, model: Path, tmp_path: Path) -> None:
    status, told, _ = say("model", "show", model, "--json")
    assert status == 0
    assert json.loads(told)["model"]["columns"][0]["name"] == "late"
    assert "purpose: Default within 12 months" in say("model", "show", model)[1]
    assert "as it was written" in say("model", "check", model)[1]
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in model.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    text = (broken / "card.yaml").read_text("utf-8")
    (broken / "card.yaml").write_text(
        text.replace("kind: scorecard", "kind: scorecarD", 1), "utf-8"
    )
    status, told, _ = say("model", "check", broken, "--json")
    error = json.loads(told)["error"]
    assert (status, error["code"]) == (1, "MODEL_ALTERED")
    assert "kind differs" in error["message"]


def test_cases_are_scored_with_reasons(say: Said, model: Path, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "scored.csv"
    status, told, err = say("model", "score", model, cases, "--out", out, "--json")
    assert (status, err) == (0, "")
    assert json.loads(told)["rows"] == 800
    rows: list[dict[str, Any]] = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert len(rows) == 800
    assert {row["model"] for row in rows} == {"shops 1"}
    worst = min(rows, key=lambda row: float(row["score"]))
    best = max(rows, key=lambda row: float(row["score"]))
    assert float(worst["pd"]) > float(best["pd"])
    assert {worst["reason_1"], worst["reason_2"]} == {"late", "composite"}


def test_a_file_that_lacks_a_column_is_refused_by_its_name(
    say: Said, model: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.csv"
    short.write_text("case,late\nc1,2\n", "utf-8")
    status, _, err = say("model", "score", model, short, "--out", tmp_path / "scored.csv")
    assert status == 1
    assert "MISSING_FEATURE" in err
    assert "composite" in err
    assert not (tmp_path / "scored.csv").exists()


def test_the_next_version_is_trained_by_the_record_of_the_last(
    say: Said, model: Path, cases: Path, tmp_path: Path
) -> None:
    words = ("again", model, "--data", cases, "--on", "2026-12-31", "--out", tmp_path / "shops-2")
    status, told, err = say(*words, "--json")
    assert status == 0, err
    assert json.loads(told)["version"] == "2"
    texts = [(folder / "card.yaml").read_text("utf-8") for folder in (model, tmp_path / "shops-2")]
    before, after = map(yaml.safe_load, texts)
    assert after["run"] == before["run"]
    assert after["model"] == before["model"]  # The same cases, so the same points.


def test_composites_are_calibrated_on_outcomes(say: Said, cases: Path, tmp_path: Path) -> None:
    from suixin.credit.model.calibration import default_probability
    from suixin.credit.model.calibration_file import read_calibration

    out = tmp_path / "calibration.yaml"
    status, told, err = say("calibration", cases, "--target", "bad", "--time", "day", "--version",
                            "2026-06", "--on", "2026-06-30", "--out", out, "--json")  # fmt: skip
    assert status == 0, err
    assert json.loads(told)["cases"] == 800
    found = read_calibration(out)
    assert found.version == "2026-06"
    low, high = default_probability(found, np.array([25.0, 85.0]))
    assert low > high


def test_a_challenger_without_what_trains_it_says_what_to_install(
    say: Said, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lightgbm", None)
    status, _, err = say("challenger", cases, "--target", "bad", "--time", "day", "--name", "trees",
                         "--purpose", "Challenger", "--leave-out", "case", "--leave-out", "sex",
                         "--on", "2026-06-30", "--out", tmp_path / "trees")  # fmt: skip
    assert status == 1
    assert "pip install 'suixin[train]'" in err
    assert not (tmp_path / "trees").exists()
