"""The reader of reviews: hard sentences, odd texts, accuracy on real reviews, and speed."""

from __future__ import annotations

import csv
import gzip
import io
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.reading.lexicon import ASPECTS, OVERALL, lexicon_of, packaged_lexicon
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.reading.text import TEXT_MAX
from suixin.kernel.parameter import Setting
from suixin.kernel.policy import PolicyOn, load_policy

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases/aspect_sentences.yaml").read_text(encoding="utf-8")
)


def aspects_said(found: Readings, review: int = 0) -> dict[str, int]:
    rows = np.flatnonzero((found.review == review) & (found.aspect != OVERALL))
    return {ASPECTS[found.aspect[row]]: int(found.polarity[row]) for row in rows}


def overall(found: Readings) -> tuple[int, float]:
    row = np.flatnonzero(found.aspect == OVERALL)[0]
    return int(found.polarity[row]), float(found.confidence[row])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sentence(case: dict[str, Any]) -> None:
    found = read_reviews([case["text"]])
    assert aspects_said(found) == case["says"]
    if case.get("says_nothing"):
        assert np.isnan(found.share[0])
        assert overall(found) == (0, 0.0)
    else:
        assert overall(found)[0] == case["overall"]
        assert 0 < found.share[0] < 1


def test_a_batch_reads_as_each_review_alone() -> None:
    texts = [case["text"] for case in CASES] * 2
    together = read_reviews(texts)
    for row, text in enumerate(texts):
        alone = read_reviews([text])
        assert aspects_said(together, row) == aspects_said(alone)
        assert together.share[row] == pytest.approx(alone.share[0], nan_ok=True)


def test_the_words_that_say_so_can_be_shown() -> None:
    text = "昨天到的，物流很快，可惜有坏果"
    found = read_reviews([text])
    shown = {
        ASPECTS[aspect]: text[begin:end]
        for aspect, begin, end in zip(found.aspect, found.begin, found.end, strict=True)
    }
    assert shown == {"freshness_quality": "坏果", "logistics": "很快", "overall": ""}


def test_what_stands_beyond_two_thousand_characters_is_not_read() -> None:
    assert np.isnan(read_reviews(["字" * TEXT_MAX + "好吃"]).share[0])
    assert read_reviews(["字" * (TEXT_MAX - 2) + "好吃"]).share[0] > 0.5
    assert read_reviews(["好吃" + "字" * 5_000]).share[0] > 0.5


def test_half_a_character_is_read_over() -> None:
    assert aspects_said(read_reviews(["\ud83d好吃\udc4d"])) == {"taste": 1}


def test_no_reviews_say_nothing() -> None:
    found = read_reviews([])
    assert len(found.review) == len(found.share) == 0


def test_every_batch_keeps_its_rows() -> None:
    texts = ["好吃"] * 40_000 + ["难吃"]
    found = read_reviews(texts)
    assert found.review.max() == 40_000
    assert aspects_said(found, 39_999) == {"taste": 1}
    assert aspects_said(found, 40_000) == {"taste": -1}


def lexicon_with(**changed: Any) -> PolicyOn:
    on = load_policy("aspect_lexicon").on(date(2026, 6, 30))
    settings = dict(on.settings)
    for name, value in changed.items():
        settings[f"lexicon.{name}"] = Setting(date(2026, 1, 1), value, "An institution's", "house")
    return replace(on, settings=settings)


def test_an_institution_may_bring_its_own_words() -> None:
    table = {"透心凉": {"alone": {"freshness_quality": 1}}}
    lexicon = lexicon_of(lexicon_with(by_aspect=table))
    assert aspects_said(read_reviews(["透心凉"], lexicon=lexicon)) == {"freshness_quality": 1}
    assert aspects_said(read_reviews(["透心凉"])) == {}


def test_a_word_with_two_opinions_is_refused() -> None:
    twice = {"taste": {"positive": "甜 香", "negative": "香", "neutral": ""}}
    with pytest.raises(ValueError, match="香 has two opinions"):
        lexicon_of(lexicon_with(opinions=twice))


def test_a_strong_word_without_an_opinion_is_refused() -> None:
    with pytest.raises(ValueError, match=r"strong words without an opinion: \['桌子'\]"):
        lexicon_of(lexicon_with(strong="垃圾 桌子"))


def reviews(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_polarity_of_real_fruit_reviews(shared: Path) -> None:
    """The lexicon alone; a text read as saying nothing counts as read wrongly."""
    rows = reviews(shared / "data/reviews/fruit_train.csv.gz")
    share = read_reviews([row["review"] for row in rows]).share
    praised = np.array([row["label"] == "1" for row in rows])
    right = ~np.isnan(share) & ((share >= 0.5) == praised)
    assert right.mean() >= 0.895
    assert np.isnan(share).mean() <= 0.03


def test_aspects_of_real_fruit_reviews(shared: Path) -> None:
    """F1 of (aspect, polarity) pairs; the file was at hand when the lexicon was written."""
    rows = reviews(shared / "data/reviews/fruit_aspect_dev100.csv")
    found = read_reviews([row["review"] for row in rows])
    given = {
        (row, aspect, int(review[aspect]))
        for row, review in enumerate(rows)
        for aspect in ASPECTS
        if aspect != "overall" and review[aspect] != "-2"
    }
    ours = {
        (row, aspect, polarity)
        for row in range(len(rows))
        for aspect, polarity in aspects_said(found, row).items()
    }
    assert 2 * len(given & ours) / (len(given) + len(ours)) >= 0.87


def test_reads_twenty_thousand_reviews_a_second() -> None:
    """Sentences of the case table, which are about as long as a real review of fruit."""
    texts = [f"{case['text']}，{case['name']}" for case in CASES] * 1_000
    packaged_lexicon()
    began = time.perf_counter()
    read_reviews(texts)
    assert len(texts) / (time.perf_counter() - began) >= 20_000
