"""Word of mouth from feeds to points: worked examples, the overall verdict, farms, days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.index import Measures, index, part_rules
from suixin.credit.reading.lexicon import ASPECTS
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.reputation import WordOfMouth, measure, sure_share, word_of_mouth
from suixin.credit.subject import Subjects, subjects_of
from suixin.data.lake import FeedsOn
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
LOCAL = timezone(timedelta(hours=8))
POLICY = load_policy("reputation").on(DAY)
RULES = part_rules(POLICY["reputation.parts"])


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text("utf-8"))
    return found


def review(folder: Any, number: int, day: date = DAY, **fields: Any) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL) + timedelta(seconds=number)
    given = {
        "review_id": f"r{number:05}", "merchant": "shop", "buyer": f"buyer-{number}",
        "item": "jar", "rating": 5, "written_at": at,
    } | fields  # fmt: skip
    folder.add("reviews", at, given["merchant"], **given)


@contextmanager
def known(folder: Any, day: date = DAY) -> Iterator[tuple[FeedsOn, Subjects]]:
    parties = {party["party_id"] for party in folder.rows["parties"]}
    merchants = {row["merchant"] for row in folder.rows.get("reviews", ())}
    for shop in sorted({"shop", *merchants} - parties):
        folder.party(shop, "household")
    with read_feeds(folder.write(), today=date(2026, 7, 31)) as feeds:
        yield feeds.on(day), subjects_of(feeds.on(day), feeds.connection)


def heard(folder: Any, day: date = DAY, **more: Any) -> tuple[WordOfMouth, dict[str, int]]:
    with known(folder, day) as (feeds, subjects):
        found = word_of_mouth(feeds, subjects, POLICY, clean_orders=None, **more)
        return found, {subject: row for row, subject in enumerate(subjects.ids)}


@pytest.mark.parametrize("case", cases("reputation_share.yaml"), ids=lambda case: case["name"])
def test_points_of_an_aspect(case: dict[str, Any]) -> None:
    share = sure_share(np.array([float(case["praise"])]), np.array([float(case["blame"])]), POLICY)
    ones = np.ones(1)
    parts = [rule.part for rule in RULES]
    one = Measures(
        "reputation", True, dict.fromkeys(parts, share), dict.fromkeys(parts, ones),
        dict.fromkeys(parts, ones > 0),
    )  # fmt: skip
    found = index(one, RULES)
    assert found.value[0] == pytest.approx(case["points"], abs=0.005)


@pytest.mark.mechanism("G03")
@pytest.mark.parametrize("case", cases("reputation_few_many.yaml"), ids=lambda case: case["name"])
def test_few_reviews_against_many(case: dict[str, Any]) -> None:
    praise, blame = np.array([case["few"], case["many"]], dtype=np.float64).T
    few, many = sure_share(praise, blame, POLICY)
    assert (few > many) == (case["higher"] == "few")


def test_weights_of_the_aspects_make_a_hundred() -> None:
    assert [rule.part for rule in RULES] == list(ASPECTS)
    assert sum(rule.weight for rule in RULES) == 100


@pytest.fixture(scope="module")
def verdicts(make_folder: Any, tmp_path_factory: Any) -> dict[str, tuple[int, int] | None]:
    """What one review alone says of a shop overall, by the name of its case."""
    folder = make_folder(tmp_path_factory.mktemp("overall"))
    table = cases("reputation_overall.yaml")
    for number, case in enumerate(table):
        review(folder, number, merchant=f"shop-{number}", rating=case["rating"], text=case["text"])
    found, row = heard(folder)
    said = {case["name"]: found.aspects[row[f"shop-{k}"]] for k, case in enumerate(table)}
    return {name: aspects.get("overall") for name, aspects in said.items()}


@pytest.mark.parametrize("case", cases("reputation_overall.yaml"), ids=lambda case: case["name"])
def test_overall_verdict(case: dict[str, Any], verdicts: dict[str, Any]) -> None:
    verdict = {"praise": (1, 0), "blame": (0, 1), "nothing": None}[case["overall"]]
    assert verdicts[case["name"]] == verdict


def test_three_glowing_reviews_stay_below_three_hundred_good_ones(folder: Any) -> None:
    praise = ("很甜", "又脆又甜", "味道很好")
    for number, text in enumerate(praise):
        review(folder, number, merchant="new", text=text)
    for number in range(312):
        day = DAY - timedelta(days=number // 3)
        told = f"{number}号，味道很好" if number % 26 else f"{number}号，难吃"
        review(folder, 100 + number, day, merchant="old", text=told, rating=None)
    found, row = heard(folder)
    points = index(found.measures, RULES).value
    assert points[row["new"]] < points[row["old"]]
    assert found.aspects[row["new"]] == {"taste": (3, 0), "overall": (3, 0)}
    assert found.aspects[row["old"]] == {"taste": (300, 12), "overall": (300, 12)}


def test_a_review_speaks_for_its_merchants_household(folder: Any) -> None:
    folder.party("wife", household_id="shop")
    review(folder, 1, merchant="wife", text="很甜")
    found, row = heard(folder)
    assert "wife" not in row
    assert found.reviews[row["shop"]] == 1


def test_what_is_written_after_the_day_changes_nothing(folder: Any) -> None:
    review(folder, 1, text="很甜")
    before, _ = heard(folder)
    review(folder, 2, DAY + timedelta(days=1), text="难吃", rating=1)
    after, _ = heard(folder)
    assert after.reviews.tolist() == before.reviews.tolist()
    for part in ASPECTS:
        assert after.measures.x[part].tolist() == before.measures.x[part].tolist()


def test_a_clean_order_of_the_shop_must_stand_behind_it(folder: Any) -> None:
    review(folder, 1, text="很甜", order_id="clean")
    review(folder, 2, merchant="other", text="很甜", order_id="clean")
    review(folder, 3, merchant="third", text="很甜")
    with known(folder) as (feeds, subjects):
        row = {subject: place for place, subject in enumerate(subjects.ids)}
        clean = subjects.engine.lay(
            "clean", {"order_id": np.array(["clean"]), "row": np.array([row["shop"]])}
        )
        found = measure(feeds, subjects, POLICY, clean_orders=clean)
        weight = found.n["taste"]
        assert weight[row["shop"]] == 1.0
        assert weight[row["other"]] == weight[row["third"]] == pytest.approx(0.2)
        blind = measure(feeds, subjects, POLICY, clean_orders=None)
        assert blind.n["taste"].tolist() == [1.0, 1.0, 1.0]


def test_a_farm_shows_and_gains_little(folder: Any) -> None:
    """Forty accounts praise three shops in the same words on one day; a fourth is honest."""
    words = ("很甜", "个头大", "发货快", "包装结实", "便宜实惠", "老板热情", "皮薄汁多", "新鲜")
    for number in range(40):
        honest = DAY - timedelta(days=3 * number + 3)
        told = f"{number}{words[number % len(words)]}"
        for shop in ("farmed", "honest"):
            review(folder, 1_000 * (shop == "honest") + number, honest, merchant=shop, text=told,
                   rating=None)  # fmt: skip
        for k, shop in enumerate(("farmed", "second", "third")):
            review(folder, 10_000 * (k + 1) + number, merchant=shop, buyer=f"account-{number}",
                   text="脐橙又大又甜，物流也快，会回购的好店")  # fmt: skip
    found, row = heard(folder)
    points = index(found.measures, RULES).value
    assert found.lost_share[row["second"]] == 1.0
    assert found.lost_share[row["farmed"]] > 0.5
    assert found.lost_share[row["honest"]] == 0.0
    assert abs(points[row["farmed"]] - points[row["honest"]]) < 0.05
    assert found.reviews[row["farmed"]] == 80


def test_no_feed_is_not_connected(folder: Any) -> None:
    found, row = heard(folder)
    assert not found.measures.connected
    assert not any(present.any() for present in found.measures.present.values())
    assert found.aspects[row["shop"]] == {}


def test_a_feed_without_reviews_stands_at_the_prior(folder: Any) -> None:
    folder.connect("reviews")
    found, row = heard(folder)
    assert found.measures.connected
    assert index(found.measures, RULES).value[row["shop"]] == pytest.approx(43.22, abs=0.005)


def test_another_reader_takes_the_lexicons_place(folder: Any) -> None:
    review(folder, 1, text="脐橙，一言难尽", rating=None)

    def stern(texts: Any) -> Readings:
        found = read_reviews(texts)
        polarity = np.where(found.aspect == ASPECTS.index("overall"), -1, found.polarity)
        return Readings(
            found.review, found.aspect, polarity, found.confidence, found.begin, found.end,
            share=np.zeros(len(texts)),
        )  # fmt: skip

    found, row = heard(folder, reader=stern)
    assert found.aspects[row["shop"]] == {"overall": (0, 1)}


def test_order_of_rows_changes_nothing(folder: Any, make_folder: Any, tmp_path: Path) -> None:
    other = make_folder(tmp_path / "other")
    other.path.mkdir()
    numbers = list(range(30))
    for target, order in ((folder, numbers), (other, numbers[::-1])):
        for number in order:
            text = ("很甜", "难吃", "又大又甜，好吃！")[number % 3]
            review(target, number, DAY - timedelta(days=number % 4), text=text)
    one, _ = heard(folder)
    two, _ = heard(other)
    for part in ASPECTS:
        assert one.measures.x[part].tolist() == two.measures.x[part].tolist()
