"""The two pools of traffic in a book, a file and the report: for people to read, in no number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from suixin.credit.book import ScoreBook
from suixin.credit.file import PoolLine

Scored = Callable[..., ScoreBook]
ON = date(2026, 6, 30)
LOCAL = timezone(timedelta(hours=8))


def shop_with(folder: Any, *, traffic: bool) -> Path:
    """Two shops; the first pays for three ads, of which one sells, and shares once for nothing."""
    for party in ("shop", "other"):
        folder.party(party, "household")
    at = datetime(2026, 6, 1, 12, tzinfo=LOCAL)
    folder.sale("o1", at + timedelta(hours=1), 50_00)
    folder.sale("o2", at + timedelta(days=1), 70_00)
    touches = [
        ("t1", "public", "o1", 1_50, at),
        ("t2", "public", None, 1_50, at),
        ("t3", "public", None, 1_51, at),
        ("t4", "private", "o2", 0, at + timedelta(hours=20)),
    ]
    for touch, pool, order, cost, when in touches if traffic else []:
        folder.add(
            "traffic", when, touch_id=touch, merchant="shop", pool=pool, order_id=order, cost=cost,
            kind="ad" if pool == "public" else "share", at=when,
        )  # fmt: skip
    return Path(folder.write())


@pytest.mark.mechanism("C06")
def test_a_book_and_its_files_tell_what_each_pool_cost_and_brought(
    folder: Any, scored: Scored, tmp_path: Path
) -> None:
    book = scored(shop_with(folder, traffic=True), ON)
    public = PoolLine("public", 3, 4_51, 1 / 3, 1, 50_00, 1, 4_51, 0)
    private = PoolLine("private", 1, 0, 1.0, 1, 70_00, 1, 0, 0)
    assert book.pools == book["shop"].pools == (public, private)
    nothing = [
        (line.touches, line.conversion, line.acquisition_fen) for line in book["other"].pools
    ]
    assert nothing == [(0, None, None)] * 2
    told = book["shop"].explain("en")
    assert (
        "Public pool: touches 3, cost 4.51, conversion 33.3%, orders 1, new buyers 1, each for 4.51"
    ) in told
    book.report(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "一个新客：公域 ¥4.51，私域 ¥0.00" in page
    assert "A new buyer: public pool ¥4.51, private ¥0.00" in page


def test_traffic_moves_no_number_and_without_it_nothing_is_told(
    folder: Any, scored: Scored, make_folder: Any, tmp_path: Path
) -> None:
    (tmp_path / "without").mkdir()
    without = scored(shop_with(make_folder(tmp_path / "without"), traffic=False), ON)
    book = scored(shop_with(folder, traffic=True), ON)
    assert without.pools == without["shop"].pools == ()
    assert "pool" not in without["shop"].explain("en").lower()
    for name in ("composite", "limit_fen", "rate_bps", "stability"):
        assert str(book.table[name].tolist()) == str(without.table[name].tolist())
    without.report(tmp_path / "report.html")
    assert "公域" not in (tmp_path / "report.html").read_text(encoding="utf-8")
