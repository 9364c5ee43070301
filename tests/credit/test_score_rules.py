"""Scoring under an institution's own rules, and days on which there is nothing to score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from opened_feeds import opened

from suixin.credit.book import ScoreBook
from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.data.lake import Feeds
from suixin.kernel.parameter import NotInForce
from suixin.kernel.policy import PolicyError

DAY = date(2026, 6, 30)

Scored = Callable[..., ScoreBook]


def override(folder: Path, name: str, since: str, value: str) -> Path:
    folder.mkdir(exist_ok=True)
    unit = {"limit.thin": "fen, share of one"}[name]
    (folder / "terms.yaml").write_text(
        f"{name}:\n"
        f"  description: Limit of a thin file\n"
        f"  unit: {unit}\n"
        f"  values:\n"
        f"    {since}: {{value: {value}, reference: Board resolution 7, confidence: house}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def thin_shop(make_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feeds]:
    folder = make_folder(tmp_path_factory.mktemp("thin"))
    folder.party("shop", "household")
    folder.weekly("shop", date(2026, 2, 2), 17, 20_000_00)
    with opened(folder.write()) as feeds:
        yield feeds


@pytest.fixture(scope="module")
def thin_book(thin_shop: Feeds) -> ScoreBook:
    return score(thin_shop, on=DAY)


def test_an_override_changes_a_number_and_is_named_with_its_reference(
    thin_shop: Feeds, thin_book: ScoreBook, tmp_path: Path
) -> None:
    ours = override(tmp_path / "ours", "limit.thin", "2026-01-01", "{cap_fen: 300000, share: 0.3}")
    plain, changed = thin_book, score(thin_shop, on=DAY, policies=ours)
    assert plain["shop"].terms.limit_fen == 5_000_00
    assert changed["shop"].terms.limit_fen == 3_000_00
    [use] = [use for use in changed["shop"].policies if use.name == "limit.thin"]
    assert (use.value["cap_fen"], use.since) == (300_000, date(2026, 1, 1))
    assert (use.reference, use.confidence) == ("Board resolution 7", "house")
    assert "Board resolution 7" in changed["shop"].explain("en")
    assert "Board resolution 7" not in plain["shop"].explain("en")


def test_an_override_holds_from_its_first_day_and_guesses_nothing_before(
    thin_shop: Feeds, tmp_path: Path
) -> None:
    value = "{cap_fen: 300000, share: 0.3}"
    ours = override(tmp_path / "ours", "limit.thin", "2026-06-30", value)
    assert score(thin_shop, on=DAY, policies=ours)["shop"].terms.limit_fen == 3_000_00
    with pytest.raises(NotInForce, match=r"limit\.thin.*2026-06-30"):
        score(thin_shop, on=DAY - timedelta(days=1), policies=ours)


def test_an_override_of_another_shape_is_refused_with_its_line(
    thin_shop: Feeds, tmp_path: Path
) -> None:
    ours = override(tmp_path / "ours", "limit.thin", "2026-01-01", "{cap_fen: plenty, share: 0.3}")
    with pytest.raises(PolicyError, match=r"terms\.yaml:5: .*cap_fen"):
        score(thin_shop, on=DAY, policies=ours)


def test_every_rule_that_moved_a_file_is_named_with_its_reference(thin_book: ScoreBook) -> None:
    used = {use.name: use for use in thin_book["shop"].policies}
    assert {"clean.burst", "stability.parts", "engagement.parts", "thin.minimum", "limit.thin",
            "weights.default", "band.platform", "price.table"} <= used.keys()  # fmt: skip
    assert all(use.reference and use.since <= DAY for use in used.values())
    parts = [use for name, use in used.items() if name == "stability.parts"]
    assert parts[0].since == date(2000, 1, 1)


# What cannot be asked -------------------------------------------------------------------------


def test_before_the_first_fact_there_is_nothing_to_say(thin_shop: Feeds) -> None:
    """The first fact, the party itself, was learned on 1 January 2024."""
    with pytest.raises(InputError) as refused:
        score(thin_shop, on=date(2023, 12, 31))
    assert refused.value.code == "BEFORE_FIRST_FACT"
    assert "2023-12-31" in refused.value.message
    assert "2024-01-01" in refused.value.message
    assert refused.value.hint == "Ask for 2024-01-01 or a later day."
    assert score(thin_shop, on=date(2024, 1, 1))["shop"].status == "no_facts"


def test_feeds_without_a_usable_row_are_refused(folder: Any, scored: Scored) -> None:
    folder.connect("orders")
    with pytest.raises(InputError) as refused:
        scored(folder.write(), DAY)
    assert refused.value.code == "NO_FACTS"
    assert "suixin feeds check" in refused.value.hint


def test_a_product_without_a_sheet_is_refused_with_those_there_are(thin_shop: Feeds) -> None:
    with pytest.raises(InputError) as refused:
        score(thin_shop, on=DAY, product="sales_flw")
    assert refused.value.code == "NO_SUCH_PRODUCT"
    assert "sales_flow" in refused.value.message + refused.value.hint


def test_a_product_may_be_asked_for(thin_shop: Feeds) -> None:
    terms = score(thin_shop, on=DAY, product="village_live")["shop"].terms
    assert (terms.product, terms.mode, terms.rate_bps) == ("village_live", "government", 700)
