"""The whole way: an export into the lake, into a folder, under a key, in any order of files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suixin.data.feed import FEEDS
from suixin.data.lake import Loader
from suixin.data.sources import apply, key_of_export, load_mapping, map_folder, read_export
from suixin.data.sources.values import as_time, as_yuan, iso, keyed_hash

KEY = b"a key of these tests"
Make = Callable[..., Any]


def every_kind(folder: Any, templates: Any) -> None:
    for kind in templates[folder.mapping]:
        folder.write(kind, [{}])


@pytest.mark.mechanism("B04")
@pytest.mark.parametrize(
    "name",
    [
        "kuaishou", "douyin", "pinduoduo", "taobao", "jd", "weixin_shop", "groupbuy", "wecom",
        "logistics",
    ],
)  # fmt: skip
def test_a_row_of_every_kind_of_file_stands_in_the_lake(
    export: Make, templates: Any, name: str
) -> None:
    folder = export(name)
    every_kind(folder, templates)
    loader = Loader()
    apply(load_mapping(name), folder.folder, loader, hash_key=KEY)
    with loader.finish() as feeds:
        wrong = [row for row in feeds.quarantine if row.field != "sent_at"]
        assert not wrong, [str(row) for row in wrong]
        for count in feeds.counts.values():
            assert count.read == count.good + count.repeated + count.set_aside


def test_no_name_memo_or_body_leaves_any_kind_of_file(export: Make, templates: Any) -> None:
    for name in templates:
        folder = export(name, name)
        every_kind(folder, templates)
        outcome = folder.read()
        rows = outcome.mapped.rows
        seen = (outcome.orders, outcome.shipments, outcome.messages)
        text = repr((rows.of, rows.set_aside, rows.notes, seen))
        for secret in ("NAME_MUST_BE_DROPPED", "TEXT_MUST_BE_DROPPED", "BUYER_A", "OUID"):
            assert secret not in text, (name, secret)


def test_a_buyer_is_another_in_another_shop_and_under_another_key(export: Make) -> None:
    def buyer(shop: str, key: bytes, folder: Any) -> str:
        folder.write("orders", [{"orderBaseInfo.sellerOpenId": shop}])
        (order,) = folder.read(key=key).feed("orders")
        return str(order["buyer"])

    folder = export("kuaishou")
    mine = buyer("SHOP_A", b"key one", folder)
    assert mine == keyed_hash(b"key one", "kuaishou", "SHOP_A", "BUYER_A")
    assert buyer("SHOP_A", b"key one", folder) == mine
    assert (
        len({mine, buyer("SHOP_B", b"key one", folder), buyer("SHOP_A", b"key two", folder)}) == 3
    )


def test_a_shop_no_file_names_is_the_one_given(export: Make) -> None:
    folder = export("weixin_shop")
    folder.write("orders", [{}])
    assert folder.read().feed("orders")[0]["merchant"] == "weixin_shop-shop"
    assert folder.read(merchant="m-7").feed("orders")[0]["merchant"] == "m-7"
    named = export("douyin", "named")
    named.write("orders", [{}])
    assert named.read(merchant="m-7").feed("orders")[0]["merchant"] == "900002"


def test_an_empty_key_is_refused(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}])
    loader = Loader()
    with pytest.raises(ValueError, match="empty key"):
        apply(load_mapping("kuaishou"), folder.folder, loader, hash_key=b"")
    loader.close()


def test_without_a_key_the_export_is_its_own(export: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}])
    monkeypatch.delenv("SUIXIN_HASH_KEY", raising=False)
    first = key_of_export(folder.folder)

    def buyer() -> Any:
        loader = Loader()
        read_export("kuaishou", folder.folder, loader)
        with loader.finish() as feeds:
            [(hashed,)] = feeds.relation("orders").project("buyer").fetchall()
            return hashed

    assert buyer() == keyed_hash(first, "kuaishou", "SHOP_A", "BUYER_A")
    monkeypatch.setenv("SUIXIN_HASH_KEY", "ours")
    assert buyer() == keyed_hash(b"ours", "kuaishou", "SHOP_A", "BUYER_A")


def test_as_of_a_day_only_what_was_known(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}], name="a.json")
    finished = {
        "orderBaseInfo.status": 70,
        "orderBaseInfo.sendTime": 1777685400000,
        "orderBaseInfo.recvTime": 1778061731000,
        "orderBaseInfo.updateTime": 1778061731000,
    }
    folder.write("orders", [finished], name="b.json")
    folder.write("refunds", [{}])
    loader = Loader()
    apply(load_mapping("kuaishou"), folder.folder, loader, hash_key=KEY)
    with loader.finish() as feeds:
        known = {
            day: {
                feed: len(feeds.on(day).relation(feed))
                for feed in ("orders", "shipments", "refunds", "order_events")
            }
            for day in (date(2026, 4, 30), date(2026, 5, 2), date(2026, 5, 4), date(2026, 5, 7))
        }
    assert known == {
        date(2026, 4, 30): {"orders": 0, "shipments": 0, "refunds": 0, "order_events": 0},
        date(2026, 5, 2): {"orders": 1, "shipments": 0, "refunds": 0, "order_events": 1},
        date(2026, 5, 4): {"orders": 1, "shipments": 0, "refunds": 1, "order_events": 1},
        date(2026, 5, 7): {"orders": 1, "shipments": 2, "refunds": 1, "order_events": 2},
    }


def test_a_mapped_folder_reads_back_as_it_was_written(
    export: Make, templates: Any, tmp_path: Path
) -> None:
    folder = export("douyin")
    every_kind(folder, templates)
    result = map_folder("douyin", folder.folder, tmp_path / "out", hash_key=KEY)
    assert set(result.files) == {path.name for path in (tmp_path / "out").iterdir()}
    for name, count in result.counts.items():
        path = tmp_path / "out" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            read = list(csv.DictReader(stream))
        assert len(read) == count.good
        assert not read or list(read[0]) == [column.name for column in FEEDS[name].columns]


def test_mapping_twice_gives_the_same_bytes(export: Make, templates: Any, tmp_path: Path) -> None:
    folder = export("jd")
    every_kind(folder, templates)
    for out in ("one", "two"):
        map_folder("jd", folder.folder, tmp_path / out, hash_key=KEY)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()}
        for out in ("one", "two")
    )
    assert one == two


def test_a_fault_leaves_the_old_folder_whole(export: Make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "orders.csv").write_text("old")
    folder = export("kuaishou")
    folder.folder.mkdir()
    with pytest.raises(Exception, match="holds no file"):
        map_folder("kuaishou", folder.folder, out, hash_key=KEY)
    assert (out / "orders.csv").read_text() == "old"


STATUSES = st.sampled_from([10, 30, 40, 50, 70, 80])
ORDERS = st.lists(
    st.tuples(st.integers(1, 5), STATUSES, st.integers(1, 10**6), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ORDERS, cuts=st.integers(1, 4), seed=st.randoms(use_true_random=False))
def test_how_rows_are_cut_into_pages_and_in_which_order_changes_nothing(
    export: Make, rows: list[tuple[int, int, int, int]], cuts: int, seed: Any
) -> None:
    # A version of an order is one row: the same update time never tells two stories.
    versions = {
        (oid, age): {
            "orderBaseInfo.oid": oid,
            "orderBaseInfo.status": status,
            "orderBaseInfo.totalFee": fee,
            "orderBaseInfo.updateTime": 1777637480000 + age * 1000,
        }
        for oid, status, fee, age in rows
    }
    whole = export("kuaishou", f"whole-{seed.random()}")
    whole.write("orders", list(versions.values()))
    shuffled = list(versions.values())
    seed.shuffle(shuffled)
    cut = export("kuaishou", f"cut-{seed.random()}")
    for place in range(cuts):
        cut.write("orders", shuffled[place::cuts], name=f"{place}.json")
    one, other = whole.read(), cut.read()
    assert one.orders == other.orders
    assert sum(row["gross"] for row in one.feed("orders")) == sum(
        row["amount"] for row in other.feed("order_lines")
    )


@given(st.integers(-(10**12), 10**12))
def test_yuan_as_text_is_exact(fen: int) -> None:
    sign = "-" if fen < 0 else ""
    assert as_yuan(f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}") == fen


@given(st.integers(946_656_000, 4_102_444_800))
def test_a_time_is_shown_as_it_was_read(seconds: int) -> None:
    assert as_time(iso(seconds)) == seconds
    assert as_time(iso(seconds)[:19].replace("T", " ")) == seconds
