"""`suixin history`: the scores of two days kept, and asked about."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suixin.cli import app
from suixin.credit.score import score
from suixin.data.read import read_feeds

pytestmark = pytest.mark.mechanism("F03")


def history(*words: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, ["history", *map(str, words)])


@pytest.fixture(scope="module")
def runs(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `suixin score` writes of May and of June, as far as a history reads it."""
    out = tmp_path_factory.mktemp("runs")
    with read_feeds(county, today=date(2026, 6, 30)) as feeds:
        for name, day in (("may", date(2026, 5, 31)), ("june", date(2026, 6, 30))):
            book = score(feeds, on=day)
            book.to_csv(out / name / "scores.csv")
            book.to_parquet(out / name / "scores.parquet")
    return out


def test_a_score_of_before_is_found_again(runs: Path, tmp_path: Path) -> None:
    past = tmp_path / "past"
    for name, day in (("may", "2026-06-01"), ("june", "2026-07-01")):
        said = history("add", runs / name, "--history", past, "--recorded", day)
        assert said.exit_code == 0
        assert f"learned {day}" in said.stdout
    with (runs / "may/scores.csv").open(encoding="utf-8", newline="") as file:
        line = next(row for row in csv.DictReader(file) if row["grade"])
    asked = ("show", line["subject"], "--history", past, "--on")
    told = json.loads(history(*asked, "2026-06-15", "--json").stdout)
    assert (told["as_of"], told["recorded_on"]) == ("2026-05-31", "2026-06-01")
    assert (told["grade"], told["limit_fen"]) == (line["grade"], int(line["limit_fen"]))
    assert f"{told['composite']:.4f}" == line["composite"]
    found = history(*asked, "2026-06-30", "--known-on", "2026-06-30", "--json")
    told = json.loads(found.stdout)
    assert told["as_of"] == "2026-05-31"
    assert "as_of           2026-06-30" in history(*asked, "2026-06-30").stdout


def test_asked_about_what_was_not_known(runs: Path, tmp_path: Path) -> None:
    add = ("add", runs / "june", "--history", tmp_path, "--recorded")
    assert history(*add, "2026-06-30").exit_code == 0
    assert history(*add, "2026-06-30").exit_code == 0
    said = history("show", "m-0001", "--history", tmp_path, "--on", "2026-06-29", "--json")
    assert (said.exit_code, json.loads(said.stdout)["error"]["code"]) == (1, "NO_PAST_SCORE")
    said = history(*add, "2026-06-01", "--json")
    assert (said.exit_code, json.loads(said.stdout)["error"]["code"]) == (1, "BEFORE_AS_OF")
    said = history("add", tmp_path, "--history", tmp_path, "--recorded", "2026-07-01")
    assert said.exit_code == 1
    assert "is no table" in said.stderr
