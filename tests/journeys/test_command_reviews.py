"""Reviews read by aspect from the command line, by the packaged reader and by an own one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PRAISE, BLAME = ("显色自然", "持妆整日", "一抹即开"), ("卡纹严重", "拔干起屑", "斑驳结块")


def write(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_is_read_by_aspect(suixin: Callable[..., Any], tmp_path: Path) -> None:
    file = write(tmp_path / "reviews.csv", [("words",), ("没有坏果",), ("此用户没有填写评价",)])
    said = suixin("reviews", file, "--text", "words", "--out", tmp_path / "read.csv", "--json")
    assert said.status == 0
    assert said.json["rows"] == 2
    assert said.json["aspects"]["freshness_quality"] == {"praise": 1, "blame": 0, "neither": 0}
    assert said.json["aspects"]["overall"] == {"praise": 1, "blame": 0, "neither": 1}
    found = [(row["row"], row["aspect"], row["polarity"]) for row in read(tmp_path / "read.csv")]
    assert found == [
        ("1", "freshness_quality", "1"), ("1", "overall", "1"), ("2", "overall", "0"),
    ]  # fmt: skip


def test_what_is_no_file_of_reviews_is_told(suixin: Callable[..., Any], tmp_path: Path) -> None:
    said = suixin("reviews", write(tmp_path / "a.csv", [("words",), ("好吃",)]), "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "NO_COLUMN"
    said = suixin("reviews", tmp_path / "a.csv", "--model", tmp_path, "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "NO_MODEL"


@pytest.mark.mechanism("G03")
def test_an_institution_trains_and_uses_its_own_reader(
    suixin: Callable[..., Any], tmp_path: Path
) -> None:
    rows: list[tuple[object, ...]] = [("label", "review")]
    for k in range(240):
        words = BLAME if k % 2 else PRAISE
        said = f"第{k}次了，{words[k % 3]}，朋友带的，{words[k // 3 % 3]}，早上用的"
        rows.append((1 - k % 2, said))
    file, model = write(tmp_path / "labelled.csv", rows), tmp_path / "lips-1"
    trained = suixin(
        "train", "reviews", file, "--name", "lips", "--purpose", "Reviews of lipstick",
        "--on", "2026-06-30", "--out", model, "--json",
    )  # fmt: skip
    assert trained.status == 0
    assert trained.json["figures"]["praise"]["accuracy"] >= 0.95
    texts = write(
        tmp_path / "new.csv",
        [("review",), ("又一次了，显色自然，姐姐带的，一抹即开，晚上用的",),
         ("又一次了，卡纹严重，姐姐带的，拔干起屑，晚上用的",)],
    )  # fmt: skip
    done = suixin("reviews", texts, "--model", model, "--out", tmp_path / "read.csv")
    assert done.status == 0
    overall = [row["polarity"] for row in read(tmp_path / "read.csv") if row["aspect"] == "overall"]
    assert overall == ["1", "-1"]
