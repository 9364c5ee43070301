"""The reader of reviews: words and letters joined, odd texts, and the same result in any batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.reading import model_file
from suixin.credit.reading.lexicon import ASPECTS, OVERALL, packaged_lexicon
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.reading.rules import read_words
from suixin.credit.reading.text import TEXT_MAX, batch_of
from suixin.train.reviews_file import read_labelled
from suixin.train.reviews_thresholds import pair_figures

CASES_DIR = Path(__file__).parents[2] / "cases"
SENTENCES = yaml.safe_load((CASES_DIR / "review_sentences.yaml").read_text(encoding="utf-8"))
TURNED = yaml.safe_load((CASES_DIR / "review_negation.yaml").read_text(encoding="utf-8"))
ODD = yaml.safe_load((CASES_DIR / "review_odd.yaml").read_text(encoding="utf-8"))

# Pieces of which texts are made up at random: words, marks, and what no reader expects.
PIECES = st.sampled_from(
    ["好吃", "不", "坏了", "物流快", "，", "。", "！", " ", "包装", "👍", "a", "sweet", "\n", 
     "\ud83d", "没有", "但是", "贵", "\u200b", "ＧＯＯＤ", "爛", "1", "此用户没有填写评价"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def said(found: Readings, review: int = 0) -> dict[str, int]:
    rows = np.flatnonzero((found.review == review) & (found.aspect != OVERALL))
    return {ASPECTS[found.aspect[row]]: int(found.polarity[row]) for row in rows}


def overall(found: Readings) -> list[int]:
    return found.polarity[found.aspect == OVERALL].tolist()


@pytest.mark.mechanism("G03")
@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"])
def test_hard_sentence(case: dict[str, Any]) -> None:
    found = read_reviews([case["text"]])
    assert said(found) == case["says"]
    assert overall(found) == [case["overall"]]


def test_nine_in_ten_turned_clauses_are_read_rightly() -> None:
    clauses = [
        (c, group["polarity"]) for group in TURNED.values() for c in group["clauses"].split()
    ]
    assert len(clauses) >= 100
    found = overall(read_reviews([clause for clause, _ in clauses]))
    right = [told == polarity for told, (_, polarity) in zip(found, clauses, strict=True)]
    assert np.mean(right) >= 0.90


@pytest.mark.parametrize("case", ODD, ids=lambda case: case["name"])
def test_odd_text(case: dict[str, Any]) -> None:
    text = case["text"] * case.get("times", 1) if case["text"] is not None else None
    found = read_reviews([text])
    assert overall(found) == [case["overall"]]
    assert said(found) == case.get("says", {})
    assert bool(np.isnan(found.share[0])) == (case["overall"] == 0)


def test_the_clause_that_says_so_can_be_shown() -> None:
    text = "昨天到的，物流很快，但是打开箱子发现有三个坏果"
    found = read_reviews([text])
    shown = {
        ASPECTS[aspect]: text[begin:end]
        for aspect, begin, end in zip(found.aspect, found.begin, found.end, strict=True)
    }
    assert shown["logistics"] == "物流很快"
    assert "坏果" in shown["freshness_quality"]


def test_what_stands_beyond_two_thousand_characters_is_not_read() -> None:
    lead = "去" * (TEXT_MAX - 2)
    assert np.isnan(read_reviews([lead + "去去" + "好吃"]).share[0])
    assert read_reviews([lead + "好吃"]).share[0] > 0.5


def test_no_reviews_say_nothing() -> None:
    found = read_reviews([])
    assert len(found.review) == len(found.share) == 0


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_batch_reads_as_each_review_alone(texts: list[str]) -> None:
    together = read_reviews(texts)
    for row, text in enumerate(texts):
        alone, mine = read_reviews([text]), together.review == row
        assert together.share[row] == alone.share[0] or np.isnan(alone.share[0])
        for name in ("aspect", "polarity", "confidence", "begin", "end"):
            assert getattr(together, name)[mine].tolist() == getattr(alone, name).tolist()


@given(st.lists(TEXTS, max_size=6))
def test_every_reading_is_within_its_text(texts: list[str]) -> None:
    found = read_reviews(texts)
    lengths = np.array([len(text) for text in texts], np.int64)
    assert (found.begin >= 0).all()
    assert (found.begin <= found.end).all()
    assert (found.end <= lengths[found.review]).all()
    assert ((found.confidence >= 0.0) & (found.confidence <= 1.0)).all()
    assert (np.bincount(found.review[found.aspect == OVERALL], minlength=len(texts)) == 1).all()


def test_batches_meet_without_a_seam() -> None:
    texts = ["又脆又甜，物流也快，下次还会再来买的"] * 5_000 + [
        "难吃死了，全是坏的，再也不会买了，差评"
    ]
    found = read_reviews(texts)
    assert overall(found)[-2:] == [1, -1]
    assert len(set(found.share[:-1].tolist())) == 1


def test_the_packaged_model_learned_by_the_packaged_words() -> None:
    """Change the lexicon and the model is to be trained again: its card names the words' digest."""
    card = Path(model_file.__file__).parent / "packaged/card.yaml"
    assert f"lexicon: {packaged_lexicon().digest}" in card.read_text("utf-8")


def test_fruit_reviews_that_others_labelled(shared: Path) -> None:
    """F1 of pairs of aspect and polarity on a hundred texts that taught the reader nothing."""
    given = read_labelled(shared / "data/reviews/fruit_aspect_dev100.csv")
    found = read_reviews(given.texts)
    pairs = np.zeros((len(given.texts), len(ASPECTS), 2), bool)
    sided = np.flatnonzero(found.polarity)
    pairs[found.review[sided], found.aspect[sided], (1 - found.polarity[sided]) // 2] = True
    mine = [ASPECTS.index(name) for name in given.names]
    figures = pair_figures(pairs[:, mine], given.said)
    assert figures.micro >= 0.88
    assert figures.macro >= 0.85


def test_goods_of_another_kind_are_told_better_than_by_words_alone(shared: Path) -> None:
    """Praise of hotel rooms, which no part of the reader learned; the lexicon alone gets less."""
    given = read_labelled(shared / "data/reviews/chnsenticorp_hotel_7766.csv.gz")
    kept = np.arange(len(given.texts)) % 10 == 0
    some = given.only(kept)
    lexicon = packaged_lexicon()
    ours = read_reviews(some.texts).share
    words = read_words(batch_of(some.texts, lexicon.reads_as), lexicon).share
    right = [
        float(((np.nan_to_num(share, nan=0.5) > 0.5) == (some.praised == 1.0)).mean())
        for share in (ours, words)
    ]
    assert right[0] >= 0.80
    assert right[0] > right[1]
