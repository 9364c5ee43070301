"""What a review weighs, by the table a credit officer can read, and who works together."""

from __future__ import annotations

import ast
import operator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.county.words import reworded_text, shuffled_text
from suixin.credit import credibility, near_duplicates, review_letters
from suixin.credit.credibility import Credibility, Doubt, Written, copies_of, overlapping, weigh
from suixin.credit.reading.reader import read_reviews
from suixin.kernel.policy import load_policy

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/reputation_weights.yaml").read_text("utf-8")
)
POLICY = load_policy("reputation").on(date(2026, 6, 30))
OPERATIONS = {ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}


def worked(sum_: str | float) -> float:
    """The value of a product such as `1/2 * 0.3`."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](value(node.left), value(node.right))
        return -value(node.operand) if isinstance(node, ast.UnaryOp) else float(node.value)

    return value(ast.parse(str(sum_), mode="eval").body)


def stars_of(review: dict[str, Any]) -> float:
    return np.nan if review["stars"] is None else float(review["stars"])


def of_one_shop(reviews: list[dict[str, Any]]) -> Written:
    texts = [review["text"] for review in reviews]
    return Written(
        merchant=np.zeros(len(reviews), np.int64),
        buyer=np.array([review.get("buyer", k) for k, review in enumerate(reviews)], np.int64),
        age=np.array([review["age"] for review in reviews], np.int64),
        rating=np.array([stars_of(review) for review in reviews], np.float64),
        texts=texts,
        share=read_reviews(texts).share,
        backed=np.array([review.get("order", True) for review in reviews], bool),
    )


def from_shops(*shops_of_buyer: tuple[int, ...]) -> Written:
    """One wordless review of every shop a buyer names."""
    buyer = np.array([b for b, shops in enumerate(shops_of_buyer) for _ in shops])
    nothing = np.full(len(buyer), np.nan)
    return Written(
        merchant=np.array([shop for shops in shops_of_buyer for shop in shops]),
        buyer=buyer,
        age=np.arange(len(buyer)),
        rating=np.full(len(buyer), 5.0),
        texts=[None] * len(buyer),
        share=nothing,
        backed=None,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_weight_of_each_review(case: dict[str, Any]) -> None:
    found = weigh(of_one_shop(case["reviews"]), POLICY)
    for row, review in enumerate(case["reviews"]):
        assert found.weight[row] == pytest.approx(worked(review["weight"]), abs=1e-12)
        assert list(found.reasons(row)) == review["doubts"]
        assert found.farmed[row] == review.get("bought", found.farmed[row])


def test_orders_not_connected_leave_no_doubt() -> None:
    reviews = of_one_shop([{"age": 0, "stars": 5, "text": "很甜"}])
    blind = Written(
        reviews.merchant, reviews.buyer, reviews.age, reviews.rating, reviews.texts,
        reviews.share, backed=None,
    )  # fmt: skip
    assert weigh(blind, POLICY).weight.tolist() == [1.0]


def test_no_reviews_weigh_nothing() -> None:
    found = weigh(of_one_shop([]), POLICY)
    assert found == Credibility(found.weight, found.by_age, found.doubts, found.farmed)
    assert len(found.weight) == 0
    assert found.doubts.shape == (0, len(Doubt))


def overlap(*shops_of_buyer: tuple[int, ...]) -> list[bool]:
    written = from_shops(*shops_of_buyer)
    suspect = overlapping(written, POLICY["reputation.overlap"])
    return [bool(suspect[written.buyer == buyer].all()) for buyer in range(len(shops_of_buyer))]


def test_six_accounts_that_review_the_same_shops_work_together() -> None:
    assert overlap(*[(1, 2, 3)] * 6) == [True] * 6


def test_five_accounts_that_review_the_same_shops_do_not_yet() -> None:
    assert overlap(*[(1, 2, 3)] * 5) == [False] * 5


def test_four_shops_of_five_in_common_is_enough() -> None:
    assert overlap(*[(1, 2, 3, 4)] * 5, (1, 2, 3, 4, 5)) == [True] * 6


def test_three_shops_of_four_in_common_is_not() -> None:
    assert overlap(*[(1, 2, 3)] * 5, (1, 2, 3, 4)) == [False] * 6


def test_buyers_of_two_shops_say_nothing() -> None:
    assert overlap(*[(1, 2)] * 40) == [False] * 40


def test_each_accounts_own_extra_shop_does_not_hide_a_ring() -> None:
    ring = [(*range(20), 100 + account) for account in range(30)]
    assert overlap(*ring) == [True] * 30


def test_the_same_words_in_two_shops_are_two_texts() -> None:
    texts = ["又大又甜，好吃"] * 2
    written = Written(
        np.array([0, 1]), np.array([0, 1]), np.zeros(2, np.int64), np.full(2, 5.0), texts,
        read_reviews(texts).share, None,
    )  # fmt: skip
    assert copies_of(written, POLICY).size.tolist() == [1, 1]


def test_a_chain_of_near_copies_is_one_cluster() -> None:
    """Each text is close to the next; the first and last need not be close to each other."""
    whole = "这家的脐橙皮薄汁多特别新鲜下次还会再来买一箱送人也很体面包装结实"
    chain = [whole[3 * start :] for start in range(3)]
    written = of_one_shop([{"age": 0, "stars": 5, "text": text} for text in chain])
    assert copies_of(written, POLICY).size.tolist() == [3, 3, 3]


def test_clusters_of_many_shops_are_found_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credibility, "_REVIEWS_AT_ONCE", 100)
    monkeypatch.setattr(review_letters, "_TEXTS_AT_ONCE", 7)
    shops = 300
    told = ("苹果又甜又脆", "物流快得很")
    texts = [f"第{shop}家{told[copy // 2]}" for copy in range(4) for shop in range(shops)]
    rows = len(texts)
    written = Written(
        np.tile(np.arange(shops), 4), np.arange(rows), np.zeros(rows, np.int64),
        np.full(rows, 5.0), texts, read_reviews(texts).share, None,
    )  # fmt: skip
    sizes = copies_of(written, POLICY).size
    assert (sizes == 2).all()


def pairs_held(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many pairs of texts are held against each other for near copies among them."""
    held = []

    def counting(sets: Any, left: Any, right: Any, share: float) -> Any:
        held.append(len(left))
        return shares(sets, left, right, share)

    shares = near_duplicates._shares
    monkeypatch.setattr(near_duplicates, "_shares", counting)
    copies_of(of_one_shop([{"age": 0, "stars": 5, "text": text} for text in texts]), POLICY)
    monkeypatch.undo()
    return sum(held)


@pytest.mark.parametrize(
    "text",
    [
        lambda k: "这家的脐橙又大又甜又新鲜",
        lambda k: f"这家的脐橙又大又甜又新鲜，买了第{k}次",
        lambda k: reworded_text("脐橙", [k * (7 + j) % 600 for j in range(19)]),
        lambda k: shuffled_text("脐橙", [k * (7 + j) % 600 for j in range(19)]),
    ],
    ids=["pasted", "numbered", "reworded", "shuffled"],
)
def test_twice_the_reviews_of_one_shop_cost_about_twice_the_pairs(
    text: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However alike they are, none is held against all the others."""
    few, many = (pairs_held([text(k) for k in range(n)], monkeypatch) for n in (1_000, 4_000))
    assert many <= 120 * 4_000
    assert many <= 5 * few
