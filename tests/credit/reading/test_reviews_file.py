"""Files of reviews in, readings out; and what a file is refused for."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from suixin.credit.reading import file as reviews_file
from suixin.credit.reading.file import read_file
from suixin.data.errors import InputError

TEXTS = [
    "没有坏果",
    "物流很快，包装也结实，可惜打开一看烂了三个",
    "此用户没有填写评价",
    "=1+1，难吃",
]


def write(path: Path, texts: list[str], column: str = "review") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerows([[column], *([text] for text in texts)])
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_its_overall_and_its_aspects(tmp_path: Path) -> None:
    counts = read_file(write(tmp_path / "a.csv", TEXTS), out=tmp_path / "read.csv")
    found = lines(tmp_path / "read.csv")
    assert [row["row"] for row in found if row["aspect"] == "overall"] == ["1", "2", "3", "4"]
    assert found[0] == {
        "row": "1", "aspect": "freshness_quality", "polarity": "1",
        "confidence": found[0]["confidence"], "clause": "坏果",
    }  # fmt: skip
    assert counts["overall"] == {1: 1, -1: 2, 0: 1}
    assert counts["logistics"] == {1: 1}


def test_a_clause_that_a_spreadsheet_would_run_is_quoted(tmp_path: Path) -> None:
    text = "=cmd难吃死了，烂得一塌糊涂，物流又慢，再也不买了"
    read_file(write(tmp_path / "a.csv", [text]), out=tmp_path / "read.csv")
    assert not [row for row in lines(tmp_path / "read.csv") if row["clause"].startswith("=")]


def test_chunks_number_rows_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_file(write(tmp_path / "a.csv", TEXTS * 3), out=tmp_path / "whole.csv")
    monkeypatch.setattr(reviews_file, "_AT_ONCE", 5)
    parts = read_file(tmp_path / "a.csv", out=tmp_path / "parts.csv")
    assert parts == whole
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.csv", TEXTS)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert read_file(tmp_path / "a.csv.gz") == read_file(plain)


def test_a_column_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXTS, "words")
    assert read_file(path, "words")["overall"].total() == 4
    with pytest.raises(InputError) as fault:
        read_file(path)
    assert fault.value.code == "NO_COLUMN"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"review\n", "NO_ROWS"),
        ("a.csv", b"", "NO_ROWS"),
        ("a.csv", "review\n难吃\n".encode("gb18030"), "NOT_READ"),
        ("a.csv.gz", b"review\n", "NOT_READ"),
        ("a.csv.gz", gzip.compress(b"review\n" + b"x" * 90_000)[:60], "NOT_READ"),
    ],
    ids=["a heading alone", "nothing", "another encoding", "not zipped", "cut short"],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as fault:
        read_file(tmp_path / name, out=tmp_path / "read.csv")
    assert fault.value.code == code
    assert not (tmp_path / "read.csv").exists()


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        read_file(tmp_path / "gone.csv")
    assert fault.value.code == "NO_FILE"
