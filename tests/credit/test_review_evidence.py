"""What a file shows of reviews: counts, shares, trend, and words only where a consent says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from suixin.credit.book import ScoreBook
from suixin.credit.file import AspectLine, ReviewEvidence
from suixin.credit.review_evidence import difference, wilson
from suixin.run import run_score

DAY = date(2026, 6, 30)
WORDS = "reviews;review_words"
MARKS = [chr(0x5E00 + 7 * k) * 3 for k in range(120)]  # Keep short texts from being one text.
TOLD = "打开箱子一看，脐橙新鲜得很，皮薄汁多，老母亲连着吃了三个还说下回要两箱"


@pytest.fixture
def shop(folder: Any) -> Any:
    folder.party("shop")
    return folder


def consent(folder: Any, name: str, kinds: str = WORDS, **more: Any) -> None:
    given = {"from": date(2026, 1, 1), "until": date(2026, 12, 31)} | more
    folder.add(
        "consents", given["from"], "shop", consent=name, party="shop", purpose="credit",
        receiver="bank", kinds=kinds, **given,
    )  # fmt: skip


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def review(folder: Any, text: str | None, *, days_ago: int = 5, **more: Any) -> None:
    at, number = noon(DAY - timedelta(days=days_ago)), len(folder.rows["reviews"])
    fields = {"buyer": f"buyer-{number}", "item": "jar", "rating": 5} | more
    folder.add(
        "reviews", at, "shop", review_id=f"v{number:04}", merchant="shop", text=text,
        written_at=at, **fields,
    )  # fmt: skip


@pytest.fixture
def said(shop: Any, scored: Any) -> Any:
    """What the shop's file shows of its reviews on the day."""

    def shown(**more: Any) -> ReviewEvidence:
        book: ScoreBook = scored(shop.write(), DAY, **more)
        spoken = book["shop"].spoken
        assert spoken is not None
        return spoken

    return shown


def line(spoken: ReviewEvidence, aspect: str) -> AspectLine:
    [found] = [one for one in spoken.aspects if one.aspect == aspect]
    return found


def test_a_clause_a_side_where_the_consent_lets_words_be_shown(shop: Any, said: Any) -> None:
    consent(shop, "k")
    review(shop, "物流快，脐橙新鲜得很，皮薄汁多", consent="k")
    review(shop, "包装破了，坏了两个", consent="k", rating=2)
    spoken = said()
    fresh = line(spoken, "freshness_quality")
    assert (fresh.praised, fresh.blamed) == (1, 1)
    assert (fresh.praise, fresh.blame) == ("脐橙新鲜得很", "坏了两个")
    assert line(spoken, "logistics").praise == "物流快"
    assert line(spoken, "packaging").blame == "包装破了"
    assert spoken.quotable == 2


@pytest.mark.parametrize("kinds", ["reviews", "reviews;review_words_not", "orders; reviews"])
def test_without_a_consent_to_it_words_are_counted_only(shop: Any, said: Any, kinds: str) -> None:
    consent(shop, "k", kinds=kinds)
    review(shop, "脐橙新鲜得很", consent="k")
    review(shop, "坏了两个", consent="k", rating=1)
    spoken = said()
    fresh = line(spoken, "freshness_quality")
    assert (fresh.praised, fresh.blamed) == (1, 1)
    assert {one.praise for one in spoken.aspects} | {one.blame for one in spoken.aspects} == {None}
    assert spoken.quotable == 0


@pytest.mark.parametrize(
    "given",
    [
        {"kinds": "review_words"},
        {"from": date(2026, 7, 1)},
        {"until": date(2026, 6, 29)},
        {"revoked_at": noon(DAY)},
    ],
    ids=["not of reviews", "not yet begun", "ended", "withdrawn"],
)
def test_under_a_consent_not_in_force_nothing_is_read(
    shop: Any, said: Any, given: dict[str, Any]
) -> None:
    consent(shop, "k", **given)
    review(shop, "脐橙新鲜得很", consent="k")
    review(shop, "果子新鲜")  # A public one, so that the shop is known.
    spoken = said()
    assert (spoken.reviews, spoken.quotable) == (1, 0)


def test_one_consent_lets_nobody_elses_words_be_shown(shop: Any, said: Any) -> None:
    consent(shop, "k")
    consent(shop, "counts", kinds="reviews")
    review(shop, "脐橙新鲜得很", consent="counts", days_ago=1)
    review(shop, "果子新鲜", consent="k", days_ago=30)
    review(shop, "新鲜", days_ago=1)
    spoken = said()
    assert line(spoken, "freshness_quality").praise == "果子新鲜"
    assert spoken.quotable == 1


def test_what_is_doubtful_stock_or_old_is_not_quoted(shop: Any, said: Any) -> None:
    consent(shop, "k")
    for number in range(6):
        review(shop, "这家的脐橙又大又甜又新鲜大家都来买", consent="k", buyer=f"x{number}")
    review(shop, "系统默认好评", consent="k", days_ago=9)
    review(shop, "果子新鲜", consent="k", days_ago=200)
    spoken = said()
    fresh = line(spoken, "freshness_quality")
    assert (spoken.bought, fresh.praised, fresh.praise) == (6, 7, None)
    assert spoken.doubts == {"NEAR_DUPLICATE": 6, "REVIEW_BURST": 6, "STOCK_TEXT": 1}


def test_blame_that_looks_bought_is_told_apart(shop: Any, said: Any, scored: Any) -> None:
    """Sixty rivals on one day: they weigh little, are told, and name the shop nothing."""
    shop.connect("orders")
    for number in range(60):
        text = "太差了，坏了一大半，味道怪怪的，千万不要买"
        review(shop, text, rating=1, days_ago=9, buyer=f"x{number}")
    spoken = said()
    assert (spoken.reviews, spoken.bought, spoken.bought_blame) == (60, 60, 60)
    assert spoken.weight < 0.2
    book = scored(shop.path, DAY)
    assert "REVIEW_FARM" not in book["shop"].signs
    assert "疑似代写 60 条（差评 60 条）" in book["shop"].explain("zh")


def test_shares_are_of_weight_and_their_interval_is_wilsons(shop: Any, said: Any) -> None:
    for number in range(8):
        review(shop, f"{number}号果子新鲜", days_ago=7 * number)
    review(shop, "不新鲜了", rating=2, days_ago=0)
    fresh = line(said(), "freshness_quality")
    weight = sum(2 ** (-7 * number / 180) for number in range(8))
    assert (fresh.praised, fresh.blamed) == (8, 1)
    assert fresh.weight == pytest.approx(weight + 1)
    assert fresh.share == pytest.approx(weight / (weight + 1))
    assert (fresh.low, fresh.high) == pytest.approx(wilson(weight, 1.0, 1.2816))
    assert 0 < fresh.low < fresh.share < fresh.high < 1


@pytest.mark.parametrize(
    ("before", "lately", "trend"),
    [
        ((2, 10), (12, 0), "up"),
        ((12, 0), (2, 10), "down"),
        ((9, 3), (8, 4), "even"),
        ((4, 0), (12, 0), "too_few"),
        ((12, 0), (4, 0), "too_few"),
    ],
)
def test_trend_of_the_last_ninety_days_against_the_ninety_before(
    shop: Any, said: Any, before: tuple[int, int], lately: tuple[int, int], trend: str
) -> None:
    for (praise, blame), first in ((before, 95), (lately, 5)):
        for k in range(praise + blame):
            told = MARKS[first + k] + ("：果子新鲜" if k < praise else "：不新鲜了")
            review(shop, told, days_ago=first + 5 * k, rating=None)
    fresh = line(said(), "freshness_quality")
    assert fresh.trend == trend
    if trend == "too_few":
        assert fresh.change is None
    else:
        was, now = (p / (p + n) for p, n in (before, lately))
        assert fresh.change == pytest.approx(now - was, abs=1e-9)


def test_the_difference_of_the_same_shares_is_no_difference() -> None:
    change, low, high = difference((8.0, 2.0), (80.0, 20.0), 1.96)
    assert change == pytest.approx(0.0)
    assert low < 0 < high


def test_no_reviews_connected_and_none_yet_are_told_apart(shop: Any, scored: Any) -> None:
    shop.order("o", noon(DAY - timedelta(days=3)), 10_00)
    assert scored(shop.write(), DAY)["shop"].spoken is None
    shop.connect("reviews")
    spoken = scored(shop.write(), DAY)["shop"].spoken
    assert (spoken.reviews, spoken.aspects, spoken.weight) == (0, (), 0.0)


def strings(path: Path) -> Iterator[str]:
    """Everything a stored file says: as it lies there, and a table's cells as they read."""
    yield path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".parquet":
        rows = duckdb.execute("from read_parquet(?)", [str(path)]).fetchall()
        yield from (str(cell) for row in rows for cell in row)


def stored(folder: Path) -> str:
    return "\n".join(
        told for path in sorted(folder.rglob("*")) if path.is_file() for told in strings(path)
    )


def pieces(text: str, length: int = 6) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


@pytest.mark.mechanism("G03")
@pytest.mark.parametrize(("kinds", "kept"), [("reviews", False), (WORDS, True)])
def test_no_stored_file_holds_a_review_but_the_clauses_that_may_be_shown(
    shop: Any, tmp_path: Path, kinds: str, kept: bool
) -> None:
    """Every file a run writes is searched for any six letters in a row of any review."""
    bad = "这一条的评分写错了，可是它说的话也不该留下"
    consent(shop, "k", kinds=kinds)
    shop.order("o", noon(DAY - timedelta(days=9)), 10_00)
    review(shop, TOLD, consent="k", order_id="o")
    review(shop, bad, consent="k", rating=9)
    review(shop, bad + "，" + "真的" * 1_500, consent="k")
    out = tmp_path / "out"
    book, _ = run_score(shop.write(), out, on=DAY)
    files = {path.name for path in out.rglob("*") if path.is_file()}
    assert {"scores.csv", "scores.parquet", "quarantine.csv", "run.json", "shop.html"} <= files
    everything = stored(out) + book["shop"].explain()
    shown = {one.praise for one in book["shop"].spoken.aspects} - {None}
    assert bool(shown) == kept
    allowed = set().union(*(pieces(clause) for clause in shown))
    found = {piece for piece in pieces(TOLD) | pieces(bad) if piece in everything}
    assert found <= allowed
    assert all(clause in everything for clause in shown)


def test_a_clause_on_a_page_is_text_and_nothing_else(shop: Any, tmp_path: Path) -> None:
    consent(shop, "k")
    review(shop, '新鲜<img src=x onerror="alert(1)">&amp;好吃', consent="k")
    out = tmp_path / "out"
    book, _ = run_score(shop.write(), out, on=DAY)
    page = (out / "report" / "shop.html").read_text("utf-8")
    assert "<img" not in page
    assert "onerror=" not in page.replace("onerror=&#34;", "")
    assert book["shop"].spoken.reviews == 1
