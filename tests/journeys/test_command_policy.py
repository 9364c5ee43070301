"""A compliance officer reads the rules in force on a day, and checks an institution's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-06-30"

Command = Callable[..., Any]


def test_a_sheet_is_shown_with_the_text_that_set_each_value(suixin: Command) -> None:
    said = suixin("policy", "show", "stability", "--on", DAY)
    assert said.status == 0
    assert "stability.parts" in said.out
    assert "since 2000-01-01, house: Credit formulas, section 3" in said.out


@pytest.mark.parametrize(("day", "level"), [("2026-11-23", 25), ("2026-11-24", 20)])
def test_a_rule_is_shown_as_it_stands_on_the_day(day: str, level: int, suixin: Command) -> None:
    said = suixin("policy", "show", "stability.parts", "--on", day, "--json")
    assert said.status == 0
    [(name, setting)] = said.json.items()
    assert name == "stability.parts"
    weights = {row["part"]: row["weight"] for row in setting["value"]}
    assert weights["level"] == level
    assert setting["since"] <= day
    assert setting["reference"]


def test_an_institutions_own_value_is_shown_in_its_place(suixin: Command, tmp_path: Path) -> None:
    written(tmp_path, "2026-01-01", "{orders: 30, weeks: 10, window_weeks: 26}")
    said = suixin("policy", "show", "thin.minimum", "--on", DAY, "--policies", tmp_path, "--json")
    assert said.json["thin.minimum"]["value"]["orders"] == 30
    assert said.json["thin.minimum"]["reference"] == "Board resolution 3"


def written(folder: Path, since: str, value: str, *, more: str = "") -> None:
    (folder / "stability.yaml").write_text(
        "thin.minimum:\n"
        "  description: What a thin file is\n"
        "  unit: orders, weeks, weeks\n"
        "  values:\n"
        f"    {since}:\n"
        f"      value: {value}\n"
        "      reference: Board resolution 3\n"
        f"      confidence: house\n{more}",
        encoding="utf-8",
    )


def test_a_folder_without_fault(suixin: Command, tmp_path: Path) -> None:
    written(tmp_path, "2026-01-01", "{orders: 30, weeks: 10, window_weeks: 26}")
    said = suixin("policy", "check", tmp_path)
    assert (said.status, said.out.strip()) == (0, "no fault")
    assert suixin("policy", "check", tmp_path, "--json").json == {"faults": []}


@pytest.mark.parametrize(
    ("since", "value", "more", "line", "says"),
    [
        ("2026-01-01", "{orders: many, weeks: 10, window_weeks: 26}", "", 6, "a whole number"),
        ("2026-13-01", "{orders: 30, weeks: 10, window_weeks: 26}", "", 5, "is not a date"),
        (
            "2026-01-01",
            "{orders: 30, weeks: 10, window_weeks: 26}",
            "    2026-01-01: {value: 1, reference: a, confidence: house}\n",
            9,
            "given twice, first on line 5",
        ),
        (
            "2026-01-01",
            "{orders: 30, weeks: 10, window_weeks: 26}",
            "    2026-02-01: {value: {orders: 1, weeks: 1, window_weeks: 1}, confidence: house}\n",
            9,
            "lacks its reference",
        ),
    ],
    ids=["not a number", "no such day", "a day twice", "no reference"],
)
def test_every_fault_is_told_with_its_line(
    since: str, value: str, more: str, line: int, says: str, suixin: Command, tmp_path: Path
) -> None:
    written(tmp_path, since, value, more=more)
    said = suixin("policy", "check", tmp_path)
    assert said.status == 1
    assert f"stability.yaml:{line}: " in said.err
    assert says in said.err
    [fault] = suixin("policy", "check", tmp_path, "--json").json["faults"]
    assert (Path(fault["file"]).name, fault["line"]) == ("stability.yaml", line)


def test_a_folder_at_fault_scores_nobody(county: Path, suixin: Command, tmp_path: Path) -> None:
    written(tmp_path, "2026-01-01", "{orders: many, weeks: 10, window_weeks: 26}")
    words = ("score", county, "--on", DAY, "--out", tmp_path / "out", "--policies", tmp_path)
    said = suixin(*words)
    assert said.status == 1
    assert "stability.yaml:6" in said.err
    assert not (tmp_path / "out").exists()
