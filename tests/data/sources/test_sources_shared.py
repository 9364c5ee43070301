"""Every platform's sample against the answer that stands beside it, and Olist to the cent."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from suixin.data.lake import Loader
from suixin.data.sources import MapResult, apply, load_mapping, map_folder
from suixin.data.sources.seen import ORDERS

KEY = b"a key of these tests"
SHOPS = ("kuaishou", "douyin", "pinduoduo", "taobao", "jd", "weixin_shop", "groupbuy")
ANSWERS = [
    *(pytest.param(name, "orders", id=name) for name in SHOPS),
    pytest.param("wecom", "messages", id="wecom"),
    pytest.param("logistics", "shipments", id="logistics"),
]
OLIST_CENTS = 83_743_105


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            {name: cell for name, cell in row.items() if name != "note"}
            for row in csv.DictReader(stream)
        ]


def mapped(name: str, folder: Path, out: Path) -> MapResult:
    return map_folder(name, folder, out, hash_key=KEY)


@pytest.fixture(scope="session")
def sample(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], MapResult]:
    """A platform's sample mapped, once for all tests that look at it."""

    @cache
    def once(name: str) -> MapResult:
        out = tmp_path_factory.mktemp("samples") / name
        return mapped(name, shared / "data/platforms" / name, out)

    return once


@pytest.mark.mechanism("B04")
@pytest.mark.parametrize(("name", "what"), ANSWERS)
def test_the_sample_becomes_its_answer(
    shared: Path, sample: Callable[[str], MapResult], name: str, what: str
) -> None:
    answer = shared / "data/platforms" / name / f"expected_{what}.csv"
    assert rows(sample(name).out / f"{what}_seen.csv") == rows(answer)


@pytest.mark.parametrize("name", SHOPS)
def test_nothing_of_a_sample_is_set_aside_but_sheets_without_time(
    sample: Callable[[str], MapResult], name: str
) -> None:
    out = sample(name).out
    assert {row["field"] for row in rows(out / "quarantine.csv")} <= {"sent_at"}
    seen = (out / "orders_seen.csv").read_text(encoding="utf-8")
    assert seen.startswith(",".join(ORDERS))


@pytest.mark.parametrize("name", SHOPS)
def test_the_interface_alone_gives_the_same_orders(shared: Path, tmp_path: Path, name: str) -> None:
    folder = shared / "data/platforms" / name
    pages = tmp_path / "pages"
    pages.mkdir()
    for path in folder.glob("*.json"):
        (pages / path.name).write_bytes(path.read_bytes())
    mapped(name, pages, tmp_path / "out")
    wanted = rows(folder / "expected_orders.csv")
    if name == "kuaishou":  # Only the table tells live from shelf.
        wanted = [row | {"channel": ""} for row in wanted]
    assert rows(tmp_path / "out" / "orders_seen.csv") == wanted


@pytest.mark.parametrize("name", ["kuaishou", "douyin", "pinduoduo", "taobao", "jd"])
def test_the_table_alone_gives_the_same_money(shared: Path, tmp_path: Path, name: str) -> None:
    folder = shared / "data/platforms" / name
    tables = tmp_path / "tables"
    tables.mkdir()
    for path in folder.glob("*.csv"):
        if not path.name.startswith("expected_"):
            (tables / path.name).write_bytes(path.read_bytes())
    mapped(name, tables, tmp_path / "out")
    wanted = {row["order"]: row for row in rows(folder / "expected_orders.csv")}
    found = rows(tmp_path / "out" / "orders_seen.csv")
    assert found
    for row in found:
        for column in ("status", "gross_fen", "refund_fen"):
            assert row[column] == wanted[row["order"]][column], (row["order"], column)


def test_no_body_name_or_open_id_leaves_a_sample(sample: Callable[[str], MapResult]) -> None:
    for name in (*SHOPS, "wecom", "logistics"):
        result = sample(name)
        text = "".join(p.read_text(encoding="utf-8") for p in result.out.iterdir())
        # The shop's own id is no buyer's.
        text = (text + " ".join(result.notes)).replace("SELLER_OPENID_0001", "")
        for secret in ("TEXT_MUST_BE_DROPPED", "测*", "OPENID", "OPENUID", "1****", "少放几个"):
            assert secret not in text, (name, secret)


def test_olist_to_the_cent_and_in_time(shared: Path) -> None:
    mapping = load_mapping("olist")
    loader = Loader()
    start = time.process_time()
    apply(mapping, shared / "data/marketplace", loader, hash_key=KEY)
    spent = time.process_time() - start
    with loader.finish() as feeds:
        [(kept, lines)] = (
            feeds.relation("order_lines").aggregate("sum(amount), count(*)").fetchall()
        )
        aside = [row for row in feeds.quarantine if row.code == "ORDER_WITHOUT_ITEMS"]
        assert kept + sum(row.amount_fen or 0 for row in feeds.quarantine) == OLIST_CENTS
        assert (lines, len(aside), len(feeds.quarantine)) == (6_767, 73, 73)
        assert {row.amount_fen for row in aside} == {0}
        [(gross,)] = feeds.relation("orders").aggregate("sum(gross)").fetchall()
        assert gross == OLIST_CENTS
        sellers = feeds.relation("order_lines").aggregate("count(DISTINCT subject)").fetchall()
        assert sellers == [(len(feeds.relation("parties")),)] == [(880,)]
        assert feeds.present == {"orders", "order_lines", "order_events", "parties", "shipments"}
        assert "currency BRL" in feeds.notes
        [(promises,)] = (
            feeds.relation("orders").aggregate("string_agg(DISTINCT promise)").fetchall()
        )
        assert promises == "deliver"
        cancelled = feeds.relation("order_events").filter("event = 'cancelled'")
        assert len(cancelled.aggregate("order_id").fetchall()) == 37
        split = feeds.relation("orders").aggregate("left(order_id, 32) AS o, count(*) AS n", "o")
        assert len(split.filter("n > 1").fetchall()) == 57
    assert spent < 3, "the mapping alone must leave scoring its six seconds"
