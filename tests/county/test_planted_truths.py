"""What a scoring finds of what was planted, and what the plants gain by it: nothing."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from suixin.county import CountyResult, Kind, KindFound, found, make_county
from suixin.county.make import UNTIL
from suixin.county.twins import (
    Wash,
    future_twins,
    ring_twins,
    season_twins,
    wash_twins,
)
from suixin.credit.book import ScoreBook
from suixin.credit.file import CreditFile
from suixin.credit.score import score
from suixin.data.read import read_feeds

RECALL, PRECISION = 0.9, 0.95


def scored(folder: Path, on: date = UNTIL) -> dict[str, CreditFile]:
    with read_feeds(folder) as feeds:
        assert len(feeds.quarantine) == 0
        return {file.subject: file for file in score(feeds, on=on)}


def missed(kinds: tuple[KindFound, ...]) -> list[KindFound]:
    return [kind for kind in kinds if kind.recall < RECALL or kind.precision < PRECISION]


def limit(folder: Path, subject: str) -> int:
    """A subject's limit, fen."""
    return scored(folder)[subject].terms.limit_fen


def stability(file: CreditFile) -> float:
    [value] = [index.value for index in file.indices if index.name == "stability"]
    assert value is not None
    return value


def test_each_planted_kind_is_found(county: CountyResult, book: ScoreBook) -> None:
    signs = {file.subject: file.signs for file in book}
    assert signs.keys() == county.truth.keys()
    assert missed(found(signs, county.folder)) == []


def test_another_seed_is_found_as_well(tmp_path: Path) -> None:
    make_county(300, 7, tmp_path)
    signs = {subject: file.signs for subject, file in scored(tmp_path).items()}
    assert missed(found(signs, tmp_path)) == []


@pytest.fixture(scope="module")
def honest_limit(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The limit of the shop that all wash twins share, before any wash; fen."""
    twins = wash_twins(tmp_path_factory.mktemp("honest"), Wash.SELF_BOUGHT)
    return limit(twins.without, twins.subjects[0])


@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("style", [Wash.SELF_BOUGHT, Wash.SAME_NIGHT])
def test_wash_trading_worth_all_sales_lifts_a_limit_by_less_than_two_percent(
    tmp_path: Path, honest_limit: int, style: Wash
) -> None:
    twins = wash_twins(tmp_path, style)
    assert honest_limit > 0
    assert limit(twins.added, twins.subjects[0]) < 1.02 * honest_limit


def test_what_unrelated_friends_buy_is_real_and_cannot_be_barred(
    tmp_path: Path, honest_limit: int
) -> None:
    """Their money was paid and their goods went out; what it lifts is printed (pytest -rP)."""
    twins = wash_twins(tmp_path, Wash.FRIENDS)
    helped = limit(twins.added, twins.subjects[0])
    sys.stdout.write(f"limit {honest_limit / 100:,.2f} -> {helped / 100:,.2f} yuan by friends\n")
    assert honest_limit <= helped < 2 * honest_limit


@pytest.mark.mechanism("B01")
def test_a_ring_of_endorsers_gains_nothing(tmp_path: Path) -> None:
    twins = ring_twins(tmp_path)
    without, added = scored(twins.without), scored(twins.added)
    assert max(without[s].terms.limit_fen for s in twins.subjects) > 0
    for subject in twins.subjects:
        before, after = without[subject], added[subject]
        assert after.composite == before.composite
        assert after.terms == before.terms
        assert after.signs == ("ENDORSEMENT_RING",)


@pytest.mark.mechanism("F03")
@pytest.mark.mechanism("H01")
def test_facts_of_a_later_day_change_no_number(tmp_path: Path) -> None:
    day = date(2026, 3, 31)
    twins = future_twins(tmp_path, day)
    assert scored(twins.without, day) == scored(twins.added, day)


@pytest.mark.mechanism("G02")
@pytest.mark.parametrize(
    "category", ["apple", "navel_orange", "spring_tea", "garlic", "potato", "sugar_cane"]
)
def test_a_season_costs_a_grower_neither_stability_nor_limit(tmp_path: Path, category: str) -> None:
    flat_id, grower_id = season_twins(tmp_path, category)
    book = scored(tmp_path)
    flat, grower = book[flat_id], book[grower_id]
    assert abs(stability(grower) - stability(flat)) <= 5
    assert grower.terms.limit_fen >= 0.95 * flat.terms.limit_fen > 0
    assert "SEASONAL" in grower.signs


def test_only_a_seasonal_category_makes_season_twins(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="egg is not a seasonal category"):
        season_twins(tmp_path, "egg")


def test_a_supported_pair_is_no_ring(county: CountyResult, book: ScoreBook) -> None:
    """Two steady shops vouch for each other, and others for both of them."""
    ringed = {file.subject for file in book if "ENDORSEMENT_RING" in file.signs}
    assert ringed == {s for s, kind in county.truth.items() if kind is Kind.ENDORSEMENT_RING}
