"""One credit file of each kind planted in a county: it adds up, gives reasons, and reads well."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from suixin.county.kinds import Kind
from suixin.county.make import UNTIL, make_county
from suixin.credit.book import ScoreBook
from suixin.credit.file import CreditFile
from suixin.credit.reasons import ReasonRules
from suixin.credit.score import score
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

RULES = ReasonRules.from_policy(load_policy("scoring").on(UNTIL))
PAGE = Path(__file__).parents[2] / "docs/reasons.md"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(80, 2, tmp_path_factory.mktemp("kinds") / "county").folder


@pytest.fixture(scope="module")
def book(county: Path) -> Iterator[ScoreBook]:
    with read_feeds(county) as feeds:
        yield score(feeds, on=UNTIL)


@pytest.fixture(scope="module")
def one_of(county: Path) -> dict[str, str]:
    """A subject of each kind."""
    with (county / "truth/subjects.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: row["subject"] for row in csv.DictReader(file)}


def contributions(file: CreditFile) -> float:
    parts = (part.contribution for index in file.indices for part in index.parts)
    return sum(parts) + file.social + file.crop


@pytest.mark.mechanism("B08")
@pytest.mark.parametrize("kind", [kind.value for kind in Kind if kind.value != "none"])
def test_a_file_of_each_kind(book: ScoreBook, one_of: dict[str, str], kind: str) -> None:
    file = book[one_of[kind]]
    told = {language: file.explain(language) for language in ("zh", "en")}
    assert all(len(text.splitlines()) > 10 for text in told.values())
    assert not re.search(r"\bnan\b|None|\{\w*\}", told["zh"] + told["en"])
    if file.status == "no_facts":
        return
    assert file.composite is not None
    assert contributions(file) == pytest.approx(file.composite - 50, abs=1e-9)
    assert file.reasons
    assert len(file.reasons) <= 4
    assert all(reason.zh and reason.en for reason in file.reasons)
    assert file.raise_ is None or file.raise_.points >= 0


@pytest.mark.mechanism("B08")
def test_every_files_contributions_sum_to_the_score_less_the_reference(book: ScoreBook) -> None:
    for file in book:
        if file.composite is not None and file.status != "no_facts":
            assert contributions(file) == pytest.approx(file.composite - 50, abs=1e-9)


def codes() -> dict[str, tuple[str, str]]:
    """Every code that a reason may have, with its words."""
    found: dict[str, tuple[str, str]] = {}
    for part, words in RULES.up.items():
        found[f"{part.upper()}_UP"] = (words.zh, words.en)
    for part, words in RULES.down.items():
        found[f"{part.upper()}_DOWN"] = (words.zh, words.en)
    for name, words in RULES.unknown.items():
        found[f"{name.upper()}_UNKNOWN"] = (words.zh, words.en)
    for status, words in RULES.status.items():
        found[status.upper()] = (words.zh, words.en)
    return found


def test_the_page_of_codes_says_what_the_policy_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {code: (zh, en) for code, zh, en in rows} == codes()


def test_every_reason_told_has_a_code_of_the_page(book: ScoreBook) -> None:
    known = codes()
    for file in book:
        assert {reason.code for reason in file.reasons} <= known.keys()
