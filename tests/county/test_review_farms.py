"""Farms from the plain to the careful: who is found, who is not, and what it brings him."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from bench._planted_reviews import World, heard, world_of
from bench.credibility import Caught, caught, even, named_shops, rank
from suixin.county.review_farms import HARDER, STYLES, FarmStyle

SEEDS = (1, 7, 23)
HOUSEHOLDS = 120  # One gang of four shops.
HARD = {style.name: style for style in HARDER}


@pytest.fixture(scope="module")
def worlds() -> dict[int, World]:
    return {seed: world_of(HOUSEHOLDS, seed) for seed in SEEDS}


def told(style: FarmStyle, one: Caught) -> None:
    """A line of the table, for `pytest -rP`."""
    sys.stdout.write(
        f"{style.name}: precision {one.precision:.3f} recall {one.recall:.3f} "
        f"weight left {one.left / one.bought:.3f} points gained {one.gain / one.shops:.2f}\n"
    )


@pytest.mark.mechanism("G03")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_what_a_farm_of_the_county_writes_is_found(
    worlds: dict[int, World], style: FarmStyle, seed: int
) -> None:
    one = caught(worlds[seed], style)
    told(style, one)
    assert one.precision >= 0.95
    assert one.recall >= 0.90
    assert (one.named, one.wrongly) == (one.shops, 0)
    assert one.left < 0.02 * one.bought
    assert one.gain / one.shops < 1.0


def test_where_no_farm_works_no_shop_is_named(worlds: dict[int, World]) -> None:
    for world in worlds.values():
        honest = heard(world, STYLES, only_honest=True)
        assert not named_shops(world, honest)
        assert honest.reviews.credibility.farmed.mean() < 0.002


def test_slander_weighs_nothing_and_names_nobody(worlds: dict[int, World]) -> None:
    """A rival's blame is taken for bought; the shop it is written against loses nothing by it."""
    one = caught(worlds[1], HARD["slander"])
    told(HARD["slander"], one)
    assert one.recall >= 0.90
    assert one.named == one.wrongly == 0
    assert one.gain / one.shops > -0.5


@pytest.mark.parametrize(
    ("name", "left"),
    [("shuffled", 0.15), ("own_words_at_once", 0.01), ("own_words", 0.20), ("paid_pasted", 0.03)],
)
def test_what_a_better_farm_keeps(worlds: dict[int, World], name: str, left: float) -> None:
    """It may not be named, but each of its reviews weighs little."""
    one = caught(worlds[1], HARD[name])
    told(HARD[name], one)
    assert one.left < left * one.bought
    assert one.wrongly == 0


def test_praise_paid_for_in_the_buyers_own_words_gets_through(worlds: dict[int, World]) -> None:
    """Real buyers, real orders, words of their own: no doubt lies on them, and none can."""
    one = caught(worlds[1], HARD["paid_own_words"])
    told(HARD["paid_own_words"], one)
    assert one.left > 0.8 * one.bought
    assert 5 < one.gain / one.shops < 25


@pytest.mark.mechanism("G03")
@pytest.mark.parametrize("seed", SEEDS)
def test_shops_of_planted_quality_are_ranked_right_at_fifty_reviews(
    worlds: dict[int, World], seed: int
) -> None:
    """Qualities evenly from .60 to .98, by the latest fifty reviews, farms at work in four."""
    world = worlds[seed]
    quality = even(world, (0.60, 0.98))
    spoken = heard(world, STYLES, quality=quality, latest=50)
    enough = spoken.spoken.reviews[world.shop_rows] >= 50
    found = rank(spoken.points[world.shop_rows][enough], quality[enough])
    sys.stdout.write(f"seed {seed}: Spearman {found:.3f} over {enough.sum()} shops\n")
    assert enough.sum() >= 30
    assert found >= 0.80


def test_the_county_has_the_same_farms_whoever_asks(worlds: dict[int, World]) -> None:
    """Honest reviews do not change with how a farm works that shows the same share of orders."""
    one, two = (heard(worlds[1], (STYLES[k],), only_honest=True) for k in (1, 2))
    assert one.reviews.written.texts == two.reviews.written.texts
    assert np.array_equal(one.points, two.points)
