"""From a file of cases to a card: what is refused, what is told, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.model.apply import read_table
from suixin.credit.model.card import ModelCard, scored
from suixin.credit.model.folder import load_model, write_model
from suixin.credit.ranking import auc
from suixin.data.errors import InputError
from suixin.train.cases_file import Layout
from suixin.train.run import Asking, asked_again, train

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/model_training.yaml").read_text(encoding="utf-8")
)
DAY = date(2026, 6, 30)
ASKING = Asking(
    "scorecard", Layout("bad", "day", ("sex",), ("id",)), name="shops", version=1,
    purpose="Default within 12 months of loans to shops",
)  # fmt: skip


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fewer settings to try and fewer draws, so that a training takes a second."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "model.yaml").write_text(
        """
model.scorecard:
  description: Fewer to try
  unit: bins, rho, penalties, cases
  values:
    2000-01-01:
      value: {bins: [10, 10], rhos: [0.1, 0.1], holds: [{ridge: 20.0, smooth: 20.0}],
              level_cases_min: 30}
      reference: Test
      confidence: house
model.interval:
  description: Fewer draws
  unit: draws, seed
  values:
    2000-01-01: {value: {draws: 40, seed: 1}, reference: Test, confidence: house}
""",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def card(cases_file: Path, policies: Path) -> ModelCard:
    return train(cases_file, ASKING, on=DAY, policies=policies)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_what_cannot_be_trained_on_is_refused(
    case: dict[str, Any], made: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    rows = case.get("rows", len(made["bad"]))
    columns = {name: column[:rows] for name, column in made.items()}
    more = {name: [value] * rows for name, value in case.get("change", {}).items()}
    more |= {name: columns[of].tolist() for name, of in case.get("add", {}).items()}
    layout = replace(
        ASKING.layout,
        target=case.get("target", "bad"),
        time=case.get("time", "day"),
        groups=(case.get("group", "sex"),),
    )
    file = write(tmp_path / "cases.csv", columns, **more)
    with pytest.raises(InputError) as fault:
        train(file, replace(ASKING, layout=layout), on=DAY)
    assert fault.value.code == case["code"]


def test_no_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        train(tmp_path / "none.csv", ASKING, on=DAY)
    assert fault.value.code == "NO_FILE"


def test_cases_that_are_not_finished_are_left_out_and_counted(
    made: Any, write: Callable[..., Path], tmp_path: Path, policies: Path
) -> None:
    bad: list[object] = made["bad"].tolist()
    bad[:7] = [""] * 7
    file = write(tmp_path / "cases.csv", made, bad=bad)
    data = train(file, ASKING, on=DAY, policies=policies).told["data"]
    assert (data["cases"], data["left_out_unfinished"]) == (len(bad) - 7, 7)


def test_the_latest_three_tenths_test_and_train_nothing(card: ModelCard, made: Any) -> None:
    split, n = card.told["split"], len(made["bad"])
    assert split["trained_on"] + split["tested_on"] == n
    assert split["tested_on"] == 0.3 * n  # Ten cases a day, so the cut falls between two days.
    assert split["test_from"] == (date(2024, 1, 1) + timedelta(days=int(0.7 * n) // 10)).isoformat()


def test_the_figures_on_the_card_are_those_of_the_model_on_the_card(
    card: ModelCard, cases_file: Path
) -> None:
    table = read_table(cases_file)
    found = scored(card, table)
    late = np.asarray(table["day"]) >= np.datetime64(card.told["split"]["test_from"])
    bad = np.asarray(table["bad"], np.float64)[late]
    test = card.told["metrics"]["test"]
    assert test["auc"]["value"] == pytest.approx(auc(bad, -found.score[late]), abs=1e-6)
    assert test["auc"]["low"] < test["auc"]["value"] < test["auc"]["high"]
    assert test["auc"]["value"] > 0.7
    counted = [one["cases"] for one in card.told["bands_in_test"]["outcomes"]]
    assert counted == np.bincount(found.band[late], minlength=len(card.bands) + 1)[1:].tolist()


def test_the_model_reads_no_group_and_nothing_that_was_left_out(card: ModelCard) -> None:
    assert set(card.model.names) == {"late", "sales", "kind"}
    groups = card.told["groups_in_test"]["sex"]
    assert groups["f"]["n"] + groups["m"]["n"] == card.told["split"]["tested_on"]


def test_the_same_file_gives_the_same_bytes(
    card: ModelCard, cases_file: Path, policies: Path, tmp_path: Path
) -> None:
    write_model(tmp_path / "a", card)
    write_model(tmp_path / "b", train(cases_file, ASKING, on=DAY, policies=policies))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_the_next_version_is_trained_as_the_last_was(
    card: ModelCard, made: Any, write: Callable[..., Path], policies: Path, tmp_path: Path
) -> None:
    again = asked_again(card)
    assert again == replace(ASKING, version=2)
    fewer = {name: column[:1200] for name, column in made.items()}
    after = train(write(tmp_path / "c.csv", fewer), again, on=DAY, policies=policies)
    assert (after.name, after.version) == ("shops", "2")
    assert after.told["data"]["sha256"] != card.told["data"]["sha256"]


def test_a_challenger_is_written_and_read_as_trees(
    cases_file: Path, policies: Path, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    text = (
        (policies / "model.yaml").read_text("utf-8")
        + """
model.challenger:
  description: Fewer to try
  unit: LightGBM's own
  values:
    2000-01-01:
      value: {leaves: [4, 4], rhos: [0.1, 0.1], rounds_max: 100, rounds_step: 50,
              learning_rate: 0.1, cases_in_leaf_min: 40, row_share: 0.7, column_share: 1.0,
              ridge: 10.0, seeds: 2}
      reference: Test
      confidence: house
"""
    )
    (tmp_path / "policies" / "model.yaml").write_text(text, "utf-8")
    asking = replace(ASKING, kind="challenger")
    trained = train(cases_file, asking, on=DAY, policies=tmp_path / "policies")
    write_model(tmp_path / "trees", trained)
    assert {file.name for file in (tmp_path / "trees").iterdir()} == {
        "card.yaml", "forest_1.txt", "forest_2.txt",
    }  # fmt: skip
    table = read_table(cases_file)
    here, there = (scored(one, table) for one in (trained, load_model(tmp_path / "trees")))
    assert here.score.tolist() == there.score.tolist()
    assert here.pd.tolist() == there.pd.tolist()
    forest = tmp_path / "trees" / "forest_2.txt"
    forest.write_text(forest.read_text("utf-8").replace("leaf_value=", "leaf_value= ", 1), "utf-8")
    with pytest.raises(InputError, match=r"forest_2.txt is not as it was written"):
        load_model(tmp_path / "trees")
