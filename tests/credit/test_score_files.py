"""scores.csv and scores.parquet: the promised columns, unknown as nothing, safe to open."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from suixin.credit.book import ScoreBook
from suixin.data.write import csv_safe

DAY = date(2026, 3, 31)
# The promise of the interface: add at the end, never rename, never reorder.
COLUMNS = [
    "subject", "as_of", "status", "engagement", "stability", "reputation", "weight_version",
    "composite", "score", "grade", "pd", "calibration", "limit_fen", "rate_bps", "product",
    "reason_1", "reason_2", "reason_3", "reason_4", "raise_1",
]  # fmt: skip
ODD = ("=1+1", "+86", "-2", "@sum", "'quoted", '=HYPERLINK("x")', "a,b", 'say "so"', "村头 店")


@pytest.fixture(scope="module")
def book(
    make_folder: Any,
    fill_village: Callable[..., None],
    tmp_path_factory: pytest.TempPathFactory,
    scored: Callable[..., ScoreBook],
) -> ScoreBook:
    """A village with two shops, and households whose ids a spreadsheet would run."""
    folder = make_folder(tmp_path_factory.mktemp("village"))
    fill_village(folder, DAY)
    for party in ODD:
        folder.party(csv_safe(party), "household")  # As our own files write it.
    return scored(folder.write(), DAY)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_of_scores_csv_are_those_promised(book: ScoreBook, tmp_path: Path) -> None:
    book.to_csv(tmp_path / "scores.csv")
    header = (tmp_path / "scores.csv").read_text("utf-8").splitlines()[0]
    assert header.split(",") == COLUMNS


def test_a_line_a_subject_in_the_order_of_ids(book: ScoreBook, tmp_path: Path) -> None:
    book.to_csv(tmp_path / "scores.csv")
    rows = lines(tmp_path / "scores.csv")
    assert [row["subject"] for row in rows] == [csv_safe(file.subject) for file in book]
    assert len(rows) == 2 + len(ODD)
    for row, file in zip(rows, book, strict=True):
        assert row["as_of"] == "2026-03-31"
        assert row["status"] == file.status
        assert row["weight_version"] == file.weight_version == "default-2000-01-01"
        assert row["limit_fen"] == str(file.terms.limit_fen)
        assert row["product"] == "sales_flow"


def test_empty_means_unknown_and_never_nought(book: ScoreBook, tmp_path: Path) -> None:
    book.to_csv(tmp_path / "scores.csv")
    rows = {row["subject"]: row for row in lines(tmp_path / "scores.csv")}
    seller, silent = rows["home"], rows["村头 店"]
    assert silent["status"] == "no_facts"
    unknown = ("composite", "score", "grade", "pd", "rate_bps", "reason_2")
    assert {name: silent[name] for name in unknown} == dict.fromkeys(unknown, "")
    assert silent["limit_fen"] == "0"  # Known: nothing is lent.
    assert seller["status"] == "scored"
    assert (seller["score"], seller["pd"], seller["calibration"]) == ("", "", "uncalibrated")
    assert all(seller[name] for name in ("engagement", "stability", "reputation", "composite"))


def test_numbers_have_the_decimals_they_were_rounded_to(book: ScoreBook, tmp_path: Path) -> None:
    book.to_csv(tmp_path / "scores.csv")
    [seller] = [row for row in lines(tmp_path / "scores.csv") if row["subject"] == "home"]
    file = book["home"]
    assert seller["composite"] == f"{file.composite:.4f}"
    for one in file.indices:
        assert seller[one.name] == f"{one.value:.4f}"
    assert seller["rate_bps"] == str(file.terms.rate_bps)


@pytest.mark.parametrize("party", ODD)
def test_text_that_a_spreadsheet_would_run_is_disarmed(
    book: ScoreBook, tmp_path: Path, party: str
) -> None:
    assert party in book
    book.to_csv(tmp_path / "scores.csv")
    shown = [row["subject"] for row in lines(tmp_path / "scores.csv")]
    assert csv_safe(party) in shown
    assert not any(one.startswith(("=", "+", "-", "@", "\t", "\r")) for one in shown)


def test_parquet_holds_the_same_columns_typed_and_unknown_as_null(
    book: ScoreBook, tmp_path: Path
) -> None:
    path = tmp_path / "scores.parquet"
    book.to_parquet(path)
    with duckdb.connect() as connection:
        kinds = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        rows = connection.execute(f"SELECT * FROM '{path}'").fetchall()
    assert [name for name, *_ in kinds] == COLUMNS
    types = {name: kind for name, kind, *_ in kinds}
    assert types["as_of"] == "DATE"
    assert {types[name] for name in ("score", "limit_fen", "rate_bps")} == {"BIGINT"}
    assert {types[name] for name in ("engagement", "composite", "pd")} == {"DOUBLE"}
    assert types["subject"] == types["reason_1"] == "VARCHAR"
    found = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}
    assert list(found) == [file.subject for file in book]  # Ids as they are: no sheet runs these.
    silent, seller = found["=1+1"], found["home"]
    assert (silent["composite"], silent["grade"], silent["rate_bps"]) == (None, None, None)
    assert silent["limit_fen"] == 0
    assert seller["composite"] == book["home"].composite
    assert (seller["score"], seller["pd"]) == (None, None)


def test_both_files_are_the_same_bytes_each_time(book: ScoreBook, tmp_path: Path) -> None:
    for name in ("one", "two"):
        book.to_csv(tmp_path / f"{name}.csv")
        book.to_parquet(tmp_path / f"{name}.parquet")
    for form in ("csv", "parquet"):
        one, two = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("one", "two"))
        assert one == two


def test_neither_the_order_of_rows_nor_of_files_matters(
    make_folder: Any,
    fill_village: Callable[..., None],
    tmp_path: Path,
    scored: Callable[..., ScoreBook],
) -> None:
    """The same facts last first and torn into three files a feed: the same bytes of everything."""
    (tmp_path / "feeds").mkdir()
    folder = make_folder(tmp_path / "feeds")
    fill_village(folder, DAY)
    paths = {
        "once": folder.write(), "again": folder.path, "torn": folder.write_torn(tmp_path / "t", 3)
    }  # fmt: skip
    found = {}
    for name, path in paths.items():
        book, out = scored(path, DAY), tmp_path / name
        book.to_csv(out / "scores.csv")
        book.to_parquet(out / "scores.parquet")
        book.report(out / "report.html")
        files = sorted(path for path in out.rglob("*") if path.is_file())
        found[name] = {str(path.relative_to(out)): path.read_bytes() for path in files}
    assert {"scores.csv", "scores.parquet", "report.html", "report/home.html"} <= found[
        "once"
    ].keys()
    assert found["once"] == found["again"] == found["torn"]


def test_a_path_may_have_a_quote_and_a_space_in_it(book: ScoreBook, tmp_path: Path) -> None:
    folder = tmp_path / "bank's scores"
    book.to_csv(folder / "scores.csv")
    book.to_parquet(str(folder / "scores.parquet"))
    assert {path.name for path in folder.iterdir()} == {"scores.csv", "scores.parquet"}
