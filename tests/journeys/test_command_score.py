"""A risk engineer scores a folder of facts, reads one file, and scores again a month later."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-06-30"
WRITTEN = {"scores.csv", "scores.parquet", "report.html", "quarantine.csv", "run.json"}

Command = Callable[..., Any]


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def scored(county: Path, suixin: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scored") / "scores"
    said = suixin("score", county, "--on", DAY, "--out", out)
    assert said.status == 0, said.err
    assert "61 subjects" in said.out
    assert str(out / "report.html") in said.out.replace("\n", "")
    return out


def test_all_that_was_promised_is_written(scored: Path) -> None:
    assert {path.name for path in scored.iterdir()} >= WRITTEN
    assert not [path for path in scored.rglob("*") if path.name.endswith(".part")]
    rows = lines(scored / "scores.csv")
    assert len(rows) == len({row["subject"] for row in rows}) == 61
    assert (scored / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert (scored / "quarantine.csv").read_text("utf-8").startswith("file,line,feed,field,code,")


def test_the_record_of_the_run_says_what_and_how_much(scored: Path) -> None:
    run = json.loads((scored / "run.json").read_text("utf-8"))
    assert run["on"] == DAY
    assert run["subjects"] == 61
    assert {"suixin", "weights"} <= run["versions"].keys()
    assert run["feeds"]["orders"]["read"] == run["feeds"]["orders"]["good"] > 10_000
    assert run["money"]["in_fen"] == run["money"]["kept_fen"] + run["money"]["set_aside_fen"]
    assert all(seconds >= 0 for seconds in run["seconds"].values())


@pytest.mark.mechanism("F03")
def test_the_same_folder_twice_gives_the_same_bytes(
    county: Path, scored: Path, suixin: Command, files_of: Command, tmp_path: Path
) -> None:
    out = tmp_path / "a name with a space"
    said = suixin("score", county, "--on", DAY, "--out", out, "--json")
    assert said.status == 0, said.err
    assert said.json["subjects"] == 61
    assert said.err == ""
    one, two = files_of(scored), files_of(out)
    assert one.pop("run.json") != b""  # Its seconds are its own.
    two.pop("run.json")
    assert one == two


def test_one_file_is_told_in_words(county: Path, suixin: Command) -> None:
    """Both languages unless one is asked for (tests/credit holds the words themselves)."""
    both = suixin("explain", county, "--on", DAY, "--subject", "m-0022")
    english = suixin("explain", county, "--on", DAY, "--subject", "m-0022", "--language", "en")
    for said in (both, english):
        assert said.status == 0, said.err
        assert "Credit file m-0022, as of 2026-06-30" in said.out
    assert "信用档案" in both.out
    assert "信用档案" not in english.out


def test_one_file_is_told_to_a_machine(county: Path, scored: Path, suixin: Command) -> None:
    said = suixin("explain", county, "--on", DAY, "--subject", "m-0022", "--json")
    assert said.status == 0
    file = said.json
    [row] = [row for row in lines(scored / "scores.csv") if row["subject"] == "m-0022"]
    assert f"{file['composite']:.4f}" == row["composite"]
    assert file["grade"] == row["grade"]
    assert str(file["terms"]["limit_fen"]) == row["limit_fen"]
    assert [reason["code"] for reason in file["reasons"]] == [
        row[f"reason_{k}"] for k in range(1, 5) if row[f"reason_{k}"]
    ]


def test_a_subject_that_is_not_there_is_refused_with_the_nearest(
    county: Path, suixin: Command
) -> None:
    said = suixin("explain", county, "--on", DAY, "--subject", "m-00222")
    assert said.status == 1
    assert "there is no subject m-00222 among 61; nearest: m-0022" in said.err.replace("\n", " ")


@pytest.mark.mechanism("A04")
def test_a_month_later_limits_rise_from_those_of_before(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    """With the scores of 30 days ago no limit rises by more than a fifth; without, it may."""
    before = (date.fromisoformat(DAY) - timedelta(days=30)).isoformat()
    for name, words in {
        "before": ("--on", before),
        "after": ("--on", DAY, "--previous", tmp_path / "before" / "scores.csv"),
    }.items():
        said = suixin("score", county, *words, "--out", tmp_path / name, "--pages", 0)
        assert said.status == 0, said.err
    had, has = (
        {row["subject"]: int(row["limit_fen"]) for row in lines(tmp_path / name / "scores.csv")}
        for name in ("before", "after")
    )
    kept = [subject for subject, limit in had.items() if limit > 0]
    assert len(kept) > 20
    assert all(has[subject] <= had[subject] * 1.2 for subject in kept)
    assert any(has[subject] > had[subject] for subject in kept)


def test_limits_of_before_are_found_under_an_id_that_a_sheet_would_run(
    suixin: Command, tmp_path: Path
) -> None:
    """scores.csv disarms such an id; read back, it is the same subject's."""
    feeds, out = tmp_path / "feeds", tmp_path / "out"
    feeds.mkdir()
    head = "source,subject,occurred_at,recorded_at"
    at = "2026-03-02T12:00:00+08:00,2026-03-02T12:00:00+08:00"
    for feed, columns, told in (
        ("orders", "order_id,merchant,buyer,channel,gross,freight,placed_at,buyer_kind",
         "{k},=shop,b{k},shelf,200000,0,2026-03-02T12:00:00+08:00,household"),
        ("settlements", "settlement_id,merchant,order_id,gross,commission,refund_netted,net,"
         "payee_account_hash,settled_at",
         "{k},=shop,{k},200000,0,0,200000," + "0" * 64 + ",2026-03-02T12:00:00+08:00"),
    ):  # fmt: skip
        rows = [f"test,=shop,{at},{told.format(k=k)}" for k in range(10)]
        text = "\n".join([f"{head},{columns}", *rows]) + "\n"
        (feeds / f"{feed}.csv").write_text(text, encoding="utf-8")
    words = ("score", feeds, "--on", "2026-04-30", "--out", out)
    assert suixin(*words).status == 0
    [first] = lines(out / "scores.csv")
    assert first["subject"] == "'=shop"
    assert int(first["limit_fen"]) > 600_00
    first["limit_fen"] = "50000"
    with (tmp_path / "before.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, first)
        writer.writeheader()
        writer.writerow(first)
    assert suixin(*words, "--previous", tmp_path / "before.csv").status == 0
    [after] = lines(out / "scores.csv")
    assert after["limit_fen"] == "60000"


def test_only_so_many_pages_as_asked_for(county: Path, suixin: Command, tmp_path: Path) -> None:
    said = suixin("score", county, "--on", DAY, "--out", tmp_path, "--pages", 2)
    assert said.status == 0, said.err
    assert len(list((tmp_path / "report").glob("m-*.html"))) == 2


@pytest.mark.mechanism("C05")
def test_another_product_by_another_institutions_rules(
    county: Path, suixin: Command, tmp_path: Path
) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "terms.yaml").write_text(
        "limit.alpha_unseen:\n"
        "  description: No cut for what is not seen\n"
        "  unit: share of one, flags\n"
        "  values:\n"
        "    2026-01-01:\n"
        "      value: {factor: 1.0, flags: [SETTLEMENT_UNKNOWN]}\n"
        "      reference: Board resolution 9\n"
        "      confidence: house\n",
        encoding="utf-8",
    )
    said = suixin(
        "score", county, "--on", DAY, "--out", tmp_path / "out", "--product", "village_live",
        "--policies", ours, "--pages", 1,
    )  # fmt: skip
    assert said.status == 0, said.err
    rows = lines(tmp_path / "out" / "scores.csv")
    assert {row["product"] for row in rows} == {"village_live"}
    rates = {int(row["rate_bps"]) for row in rows if row["rate_bps"]}
    assert rates
    assert all(600 <= rate <= 800 for rate in rates)
    pages = (tmp_path / "out").rglob("*.html")
    assert any("Board resolution 9" in page.read_text("utf-8") for page in pages)
