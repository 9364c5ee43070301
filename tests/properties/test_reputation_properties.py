"""What always holds of word of mouth, whatever buyers write."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.credit.credibility import Written, weigh
from suixin.credit.near_duplicates import Sets, similar_pairs
from suixin.credit.reading.lexicon import ASPECTS, packaged_lexicon
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reputation import sure_share
from suixin.kernel.policy import load_policy

POLICY = load_policy("reputation").on(date(2026, 6, 30))

weights = st.floats(0, 10_000)
anything = st.one_of(st.none(), st.text(max_size=60))
sentences = st.lists(
    st.sampled_from((*packaged_lexicon().words[::7], "，", "。", " ", "的", "不", "没有", "箱")),
    max_size=12,
).map("".join)


def share(praise: float, blame: float) -> float:
    return float(sure_share(np.array([praise]), np.array([blame]), POLICY)[0])


@given(weights, weights, st.floats(0.01, 1_000))
def test_more_praise_is_surer_and_more_blame_less_sure(p: float, n: float, more: float) -> None:
    assert share(p + more, n) >= share(p, n) - 1e-12
    assert share(p, n + more) <= share(p, n) + 1e-12


@given(weights, weights)
def test_what_is_sure_lies_below_what_was_said(p: float, n: float) -> None:
    assert -0.05 < share(p, n) <= (20 * 0.9 + p) / (20 + p + n)


@given(st.integers(1, 500), st.integers(2, 20))
def test_the_same_proportion_of_more_reviews_is_surer(n: int, times: int) -> None:
    assert share(9.0 * n * times, 1.0 * n * times) > share(9.0 * n, 1.0 * n)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(anything, sentences), max_size=8))
def test_reading_stays_in_bounds_and_does_not_mind_its_neighbours(texts: list[str | None]) -> None:
    found = read_reviews(texts)
    said = found.share[~np.isnan(found.share)]
    assert ((said > 0) & (said < 1)).all()
    assert set(found.polarity.tolist()) <= {-1, 0, 1}
    assert ((found.confidence >= 0) & (found.confidence < 1)).all()
    assert len(found.share) == len(texts) == (found.aspect == len(ASPECTS) - 1).sum()
    length = np.array([len(text or "") for text in texts], np.int64)[found.review]
    assert ((found.begin >= 0) & (found.begin <= found.end) & (found.end <= length)).all()
    for row, text in enumerate(texts):
        alone = read_reviews([text])
        assert found.aspect[found.review == row].tolist() == alone.aspect.tolist()
        assert found.polarity[found.review == row].tolist() == alone.polarity.tolist()


@st.composite
def reviews(draw: st.DrawFn) -> Written:
    count = draw(st.integers(1, 14))

    def numbers(low: int, high: int) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)))

    written = [("很甜", "又脆又甜又大的苹果", "难吃", "。。")[k] for k in numbers(0, 3)]
    return Written(
        merchant=numbers(0, 2),
        buyer=numbers(0, 5),
        age=numbers(0, 400),
        rating=numbers(1, 5).astype(np.float64),
        texts=written,
        share=read_reviews(written).share,
        backed=numbers(0, 1) == 1,
    )


def chosen(written: Written, rows: np.ndarray) -> Written:
    return Written(
        written.merchant[rows], written.buyer[rows], written.age[rows], written.rating[rows],
        [written.texts[row] for row in rows], written.share[rows],
        None if written.backed is None else written.backed[rows],
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(reviews(), st.randoms(use_true_random=False))
def test_a_doubt_only_lowers_and_the_order_of_reviews_does_not_matter(
    written: Written, chance: Random
) -> None:
    found = weigh(written, POLICY)
    assert (found.weight > 0).all()
    assert (found.weight <= found.by_age).all()
    assert ((found.weight < found.by_age) == found.doubts.any(axis=1)).all()
    rows = np.arange(len(written.texts))
    chance.shuffle(rows)
    shuffled = weigh(chosen(written, rows), POLICY)
    np.testing.assert_allclose(shuffled.weight, found.weight[rows])
    assert (shuffled.doubts == found.doubts[rows]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(0, 3))
def test_copies_of_a_review_weigh_no_more_than_the_one(copies: int, days: int) -> None:
    texts = ["这家的脐橙皮薄汁多特别新鲜"] * copies
    written = Written(
        np.zeros(copies, np.int64), np.arange(copies), np.arange(copies) % (days + 1),
        np.full(copies, 5.0), texts, read_reviews(texts).share, None,
    )  # fmt: skip
    assert weigh(written, POLICY).weight.sum() <= 1 + 1e-9


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=10), min_size=2, max_size=8))
def test_pairs_found_are_the_pairs_that_counting_finds(sets: list[set[int]]) -> None:
    members = np.array([m for one in sets for m in sorted(one)], np.uint64)
    bounds = np.append(0, np.cumsum([len(one) for one in sets]))
    left, right = similar_pairs(
        Sets(members, bounds), np.zeros(len(sets), np.int64), share=0.8, neighbours=len(sets)
    )
    counted = {
        (i, j)
        for i in range(len(sets))
        for j in range(i + 1, len(sets))
        if len(sets[i] & sets[j]) >= 0.8 * len(sets[i] | sets[j])
    }
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert found <= counted
    assert {pair for pair in counted if sets[pair[0]] == sets[pair[1]]} <= found
