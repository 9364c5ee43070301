"""A marketplace's own export: every seller once, money to the cent, the unknown said."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

DAY = "2017-10-01"

Command = Callable[..., Any]


def rows(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def marketplace(shared: Path) -> Path:
    return shared / "data" / "marketplace"


@pytest.fixture(scope="module")
def out(marketplace: Path, suixin: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scored in this process, by the command a person would type."""
    path = tmp_path_factory.mktemp("marketplace") / "scores"
    said = suixin("score", marketplace, "--mapping", "olist", "--on", DAY, "--out", path)
    assert said.status == 0, said.err
    assert "880 subjects" in said.out
    return path


def test_every_seller_with_a_fact_appears_once(marketplace: Path, out: Path) -> None:
    placed = {
        row["order_id"]: row["order_purchase_timestamp"]
        for row in rows(marketplace / "orders.csv.gz")
    }
    sellers = {
        row["seller_id"]
        for row in rows(marketplace / "order_items.csv.gz")
        if placed[row["order_id"]] < "2017-10-02"
    }
    subjects = Counter(row["subject"] for row in rows(out / "scores.csv"))
    assert subjects == Counter(dict.fromkeys(sellers, 1))


@pytest.mark.mechanism("B04")
def test_money_in_is_money_kept_and_set_aside_to_the_cent(marketplace: Path, out: Path) -> None:
    items = rows(marketplace / "order_items.csv.gz")
    prices = sum(Decimal(row["price"]) for row in items) * 100
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["money"]["in_fen"] == prices
    assert run["money"]["kept_fen"] + run["money"]["set_aside_fen"] == prices
    assert "currency BRL" in run["notes"]


def test_orders_without_items_are_set_aside_by_name(marketplace: Path, out: Path) -> None:
    sold = {row["order_id"] for row in rows(marketplace / "order_items.csv.gz")}
    empty = {row["order_id"] for row in rows(marketplace / "orders.csv.gz")} - sold
    aside = rows(out / "quarantine.csv")
    assert len(aside) == len(empty) == 73
    assert {row["key"] for row in aside} == empty
    assert {row["code"] for row in aside} == {"ORDER_WITHOUT_ITEMS"}
    assert all(int(row["line"]) > 1 for row in aside)


@pytest.mark.mechanism("B04")
def test_files_say_that_settlements_are_not_known(
    marketplace: Path, out: Path, suixin: Command
) -> None:
    """The export has no settlements and masked buyers: the multiple is cut by a fifth, once."""
    with_limit = max(rows(out / "scores.csv"), key=lambda row: int(row["limit_fen"]))
    said = suixin(
        "explain", marketplace, "--mapping", "olist", "--on", DAY,
        "--subject", with_limit["subject"], "--json",
    )  # fmt: skip
    file = said.json
    assert "SETTLEMENT_UNKNOWN" in file["flags"]
    steps = dict(file["terms"]["steps"])
    assert steps["unseen_factor"] == 0.8
    assert steps["by_alpha"] == pytest.approx(
        steps["base_sales"] * steps["alpha"] * steps["tenor_factor"] * 0.8, abs=1
    )
    indices = {one["name"]: one for one in file["indices"]}
    assert not indices["engagement"]["present"]
    assert not indices["reputation"]["present"]
    assert indices["stability"]["coverage"] == pytest.approx(0.9)  # Nothing is told of refunds.


def test_a_fresh_process_writes_the_same_bytes(
    marketplace: Path, out: Path, process: Command, files_of: Command, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    said = process(["score", marketplace, "--mapping", "olist", "--on", DAY, "--out", again])
    assert said.status == 0, said.err
    one, two = files_of(out), files_of(again)
    one.pop("run.json")
    two.pop("run.json")
    assert one == two


def test_mapped_once_and_scored_as_feeds_the_numbers_are_the_same(
    marketplace: Path, out: Path, suixin: Command, tmp_path: Path
) -> None:
    feeds, scores = tmp_path / "feeds", tmp_path / "scores"
    said = suixin("feeds", "map", "olist", marketplace, "--out", feeds, "--json")
    assert said.status == 0, said.err
    assert said.json["set_aside"] == 73
    assert {"orders.csv", "order_lines.csv", "orders_seen.csv"} <= {
        path.name for path in feeds.iterdir()
    }
    checked = suixin("feeds", "check", feeds, "--strict", "--json")
    assert checked.status == 0
    assert checked.json["set_aside"] == 0
    said = suixin("score", feeds, "--on", DAY, "--out", scores, "--pages", 0)
    assert said.status == 0, said.err
    assert (scores / "scores.csv").read_bytes() == (out / "scores.csv").read_bytes()


def test_parquet_says_what_csv_says(out: Path) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT subject, composite, limit_fen, grade FROM '{out / 'scores.parquet'}'"
        ).fetchall()
    told = [
        (row["subject"], row["composite"], row["limit_fen"], row["grade"])
        for row in rows(out / "scores.csv")
    ]
    assert [
        (subject, f"{composite:.4f}", str(limit), grade or "")
        for subject, composite, limit, grade in found
    ] == told
