"""What of a buyer's words may stand in a credit file, and what never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.review_clause import CLAUSE_MAX, clauses, plain

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/review_clauses.yaml").read_text("utf-8"))
MARKS = st.sampled_from(("", " ", "-", ".", "·", "、", "/"))
DIGITS = ("0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "⓪①②③④⑤⑥⑦⑧⑨")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_clauses_that_may_be_shown(case: dict[str, Any]) -> None:
    assert list(clauses(case["text"], 0, max(1, len(case["text"])))) == case["clauses"]


def test_only_the_clauses_that_the_span_lies_in_are_shown() -> None:
    text = "物流快，果子不怎么好吃，包装好"
    assert list(clauses(text, 4, 7)) == ["果子不怎么好吃"]
    assert list(clauses(text, 2, 6)) == ["物流快", "果子不怎么好吃"]


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_whatever_is_written_no_clause_is_long_or_hides_anything(
    text: str, begin: int, length: int
) -> None:
    assert len(plain(text)) == len(text)
    for shown in clauses(text, begin, begin + length):
        assert 2 <= len(shown) <= CLAUSE_MAX
        assert shown.strip(" ") == shown
        assert shown.replace(" ", "x").isprintable()


@given(
    st.lists(st.integers(0, 9), min_size=11, max_size=11),
    st.lists(MARKS, min_size=10, max_size=10),
    st.sampled_from(DIGITS),
)
def test_a_telephone_number_is_not_shown_however_it_is_written(
    number: list[int], marks: list[str], digits: str
) -> None:
    written = "".join(digits[n] + m for n, m in zip(number, [*marks, ""], strict=True))
    for shown in clauses(f"很甜{written}好吃", 0, 99):
        assert not set(shown) & set(digits)
