"""Which bought reviews are found, by how the farm works, and how long looking for them takes.

`python -m bench.credibility [--households N] [--seeds S …] [--reviews N]` plants farms of every
style in counties, then ranks shops of known quality, then weighs many reviews of one shop. Near
copies are sought a second time by multiplying out every pair, on as many texts as that can hold.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import spearmanr

from bench import last_line, table
from bench._planted_reviews import Heard, World, heard, world_of
from suixin.county.make import UNTIL
from suixin.county.review_farms import HARDER, STYLES, FarmStyle
from suixin.county.words import pasted_text, review_text, reworded_text
from suixin.credit.credibility import Written, weigh
from suixin.credit.near_duplicates import clusters
from suixin.credit.reading.reader import read_reviews
from suixin.credit.review_letters import word_pairs
from suixin.credit.sheets import policy_on

SMALL = ("--households", "120", "--seeds", "1", "--reviews", "20000")
EVERY_PAIR = 4_000
QUALITIES = ((0.80, 0.98), (0.70, 0.98), (0.60, 0.98))
LATEST = 50
SEED = 20260630


@dataclass(frozen=True, slots=True)
class Caught:
    """What was found of one style's farms, in one county or in several together."""

    bought: int
    found: int  # of these
    taken: int  # taken for bought, rightly or not
    left: float  # weight that the bought keep, summed
    shops: int
    named: int  # of these
    wrongly: int  # other shops named
    gain: float  # points of the index, summed over shops

    def __add__(self, other: Caught) -> Caught:
        pairs = zip(self._figures(), other._figures(), strict=True)
        return Caught(*(one + two for one, two in pairs))

    def _figures(self) -> tuple[float, ...]:
        return (self.bought, self.found, self.taken, self.left, self.shops, self.named,
                self.wrongly, self.gain)  # fmt: skip

    @property
    def precision(self) -> float:
        return self.found / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.bought


def main(arguments: Sequence[str]) -> str:
    """Print the three tables; the last line holds the county's own farms and the speed."""
    parser = argparse.ArgumentParser(prog="bench.credibility")
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 7, 23])
    parser.add_argument("--reviews", type=int, default=100_000)
    asked = parser.parse_args(arguments)
    speed = timed(asked.reviews)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worlds = [world_of(asked.households, seed) for seed in asked.seeds]
    by_style = {style.name: over(worlds, style) for style in (*STYLES, *HARDER)}
    print(table(*_farms(by_style)))
    ranked = [[*spread, *ranks(worlds, spread)] for spread in QUALITIES]
    head = ["quality from", "to", "Spearman, least", "mean", "mean stars of the honest alone"]
    print(table(head, ranked))
    print(table(["how", "reviews", "seconds", "reviews a second"], speed.rows))
    county = [by_style[style.name] for style in STYLES]
    line = last_line(
        "bench.credibility",
        precision=round(min(one.precision for one in county), 3),
        recall=round(min(one.recall for one in county), 3),
        spearman=round(ranked[1][2], 3),
        differing=speed.differing,
        per_second=speed.per_second,
        peak_mb=round(peak / 1024),
    )
    print(line)
    return line


def over(worlds: Sequence[World], style: FarmStyle) -> Caught:
    """What is found when every farm works in one style, all counties together."""
    found = [caught(world, style) for world in worlds]
    return sum(found[1:], start=found[0])


def caught(world: World, style: FarmStyle) -> Caught:
    """What is found of one style's farms in one county."""
    all_, honest = heard(world, (style,)), heard(world, (style,), only_honest=True)
    found, planted = all_.reviews.credibility, all_.planted
    named = named_shops(world, all_)
    return Caught(
        bought=int(planted.sum()),
        found=int((found.farmed & planted).sum()),
        taken=int(found.farmed.sum()),
        left=float((found.weight / found.by_age)[planted].sum()),
        shops=len(world.farmed),
        named=len(named & set(world.farmed.tolist())),
        wrongly=len(named - set(world.farmed.tolist())),
        gain=float((all_.points - honest.points)[world.farmed].sum()),
    )


def named_shops(world: World, told: Heard) -> set[int]:
    """The shops that the sign of a review farm names."""
    rule = world.policy["signs.review_farm"]
    enough = told.spoken.reviews >= rule["reviews_min"]
    return set(np.flatnonzero(enough & (told.spoken.lost_share >= rule["lost_share"])).tolist())


def _farms(by_style: dict[str, Caught]) -> tuple[list[str], list[list[object]]]:
    head = ["farm", "bought", "precision", "recall", "weight left", "shops named", "others named",
            "points gained"]  # fmt: skip
    return head, [
        [
            name,
            one.bought,
            round(one.precision, 3),
            round(one.recall, 3),
            round(one.left / one.bought, 3),
            f"{one.named}/{one.shops}",
            one.wrongly,
            round(one.gain / one.shops, 2),
        ]
        for name, one in by_style.items()
    ]


def ranks(worlds: Sequence[World], spread: tuple[float, float]) -> tuple[float, float, float]:
    """Spearman of quality planted evenly with the index by the latest reviews, farms at work.

    The least and the mean over counties, and the mean for one who takes the mean of the stars of
    honest reviews, told which they are.
    """
    found, best = [], []
    for world in worlds:
        quality = even(world, spread)
        told = heard(world, STYLES, quality=quality, latest=LATEST)
        enough = told.spoken.reviews[world.shop_rows] >= LATEST
        found.append(rank(told.points[world.shop_rows][enough], quality[enough]))
        best.append(rank(_honest_stars(world, told)[enough], quality[enough]))
    return min(found), sum(found) / len(found), sum(best) / len(best)


def even(world: World, spread: tuple[float, float]) -> npt.NDArray[np.float64]:
    """A quality for every shop, evenly between two, in an order that chance gave."""
    count = len(world.shop_rows)
    place = np.random.default_rng(SEED).permutation(count)
    return spread[0] + (spread[1] - spread[0]) * place / (count - 1)


def rank(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Spearman's coefficient."""
    return float(spearmanr(one, other).statistic)


def _honest_stars(world: World, told: Heard) -> npt.NDArray[np.float64]:
    """The mean of the stars of honest reviews alone, the farms' known and left out."""
    honest, stars = ~told.planted, told.reviews.written.rating
    row = told.reviews.row[honest]
    total = np.bincount(row, minlength=len(world.rows))
    stars_sum = np.bincount(row, stars[honest], len(world.rows))
    return (stars_sum / np.maximum(total, 1))[world.shop_rows]


@dataclass(frozen=True, slots=True)
class Timed:
    """Rows of the table, how many texts the two ways tell differently, and the rate."""

    rows: list[list[object]]
    differing: int
    per_second: int


def timed(count: int) -> Timed:
    """Weigh so many reviews of one shop, a third each pasted, reworded and honest."""
    written = one_shop(count)
    policy = policy_on(UNTIL, None)
    began = perf_counter()
    weigh(written, policy)
    seconds = perf_counter() - began
    rows, sets = word_pairs(written.texts[:EVERY_PAIR])
    share = policy["reputation.near_duplicate"]
    began = perf_counter()
    ours = clusters(sets, np.zeros(len(rows), np.int64), share=share)
    quick = perf_counter() - began
    began = perf_counter()
    every = by_every_pair(sets.members, sets.bounds, share)
    floor = perf_counter() - began
    size, other = np.bincount(ours)[ours], np.bincount(every)[every]
    return Timed(
        [
            ["all doubts", count, seconds, round(count / seconds)],
            ["near copies by MinHash", len(rows), quick, round(len(rows) / quick)],
            ["near copies by every pair", len(rows), floor, round(len(rows) / floor)],
        ],
        differing=int((size != other).sum()),
        per_second=round(count / seconds),
    )


def one_shop(count: int) -> Written:
    """Reviews of one shop: pasted, reworded and honest in turn, over two years."""
    chance = np.random.default_rng(SEED)
    draws = chance.integers(0, 600, (count, 19)).tolist()
    texts = [
        pasted_text("蜂蜜", one[0]) if k % 3 == 0
        else reworded_text("蜂蜜", one) if k % 3 == 1
        else review_text("蜂蜜", [draw < 540 for draw in one[8:11]], one)
        for k, one in enumerate(draws)
    ]  # fmt: skip
    return Written(
        merchant=np.zeros(count, np.int64),
        buyer=chance.integers(0, count // 2 + 1, count),
        age=chance.integers(0, 730, count),
        rating=np.full(count, 5.0),
        texts=texts,
        share=read_reviews(texts).share,
        backed=chance.random(count) < 0.9,
    )


def by_every_pair(
    members: npt.NDArray[np.uint64], bounds: npt.NDArray[np.int64], share: float
) -> npt.NDArray[np.int64]:
    """Clusters when every pair of sets is held against each other."""
    _, column = np.unique(members, return_inverse=True)
    held = csr_array((np.ones(len(column), np.int32), column, bounds))
    both = (held @ held.T).tocoo()
    size = np.diff(bounds)
    whole = size[both.row] + size[both.col] - both.data
    near = both.data >= share * whole
    links = csr_array(
        (np.ones(int(near.sum()), np.int8), (both.row[near], both.col[near])), shape=both.shape
    )
    found: npt.NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
