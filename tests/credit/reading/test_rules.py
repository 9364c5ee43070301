"""The rules of words: hard sentences read by the lexicon alone, and an institution's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.reading.lexicon import ASPECTS, OVERALL, Lexicon, lexicon_of, packaged_lexicon
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reading.readings import Readings
from suixin.credit.reading.rules import read_words
from suixin.credit.reading.text import batch_of
from suixin.kernel.parameter import Setting
from suixin.kernel.policy import PolicyOn, load_policy

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases/aspect_sentences.yaml").read_text(encoding="utf-8")
)


def by_words(texts: Sequence[str | None], lexicon: Lexicon | None = None) -> Readings:
    chosen = lexicon or packaged_lexicon()
    return read_words(batch_of(texts, chosen.reads_as), chosen)


def aspects_said(found: Readings, review: int = 0) -> dict[str, int]:
    rows = np.flatnonzero((found.review == review) & (found.aspect != OVERALL))
    return {ASPECTS[found.aspect[row]]: int(found.polarity[row]) for row in rows}


def overall(found: Readings) -> tuple[int, float]:
    row = np.flatnonzero(found.aspect == OVERALL)[0]
    return int(found.polarity[row]), float(found.confidence[row])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sentence(case: dict[str, Any]) -> None:
    found = by_words([case["text"]])
    assert aspects_said(found) == case["says"]
    if case.get("says_nothing"):
        assert np.isnan(found.share[0])
        assert overall(found) == (0, 0.0)
    else:
        assert overall(found)[0] == case["overall"]
        assert 0 < found.share[0] < 1


def test_the_words_that_say_so_can_be_shown() -> None:
    text = "昨天到的，物流很快，可惜有坏果"
    found = by_words([text])
    shown = {
        ASPECTS[aspect]: text[begin:end]
        for aspect, begin, end in zip(found.aspect, found.begin, found.end, strict=True)
    }
    assert shown == {"freshness_quality": "坏果", "logistics": "很快", "overall": ""}


def test_half_a_character_is_read_over() -> None:
    assert aspects_said(by_words(["\ud83d好吃\udc4d"])) == {"taste": 1}


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
