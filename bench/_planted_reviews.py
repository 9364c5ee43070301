"""A county's reviews with farms of any style at work and any quality planted, weighed and summed.

Orders are made, read and netted once for a seed; reviews are then written as often as is asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from suixin.county.kinds import Kind
from suixin.county.make import UNTIL, Plan, plan_county, trade_of
from suixin.county.order_tables import Trade, order_tables
from suixin.county.registry import consent_table, link_table, party_table
from suixin.county.review_farms import FarmStyle
from suixin.county.reviews import review_table
from suixin.county.table import known_by, write_tables
from suixin.credit.credibility import Written, weigh
from suixin.credit.index import index, part_rules
from suixin.credit.reading.reader import read_reviews
from suixin.credit.reputation import WordOfMouth, added_up
from suixin.credit.reviews import Reviews, polarities
from suixin.credit.sheets import policy_on
from suixin.credit.subject import subjects_of
from suixin.credit.trade import clean_orders
from suixin.credit.trade import trade_of as netted
from suixin.data.read import read_feeds
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY, epoch_day
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class World:
    """A county of one seed, its orders netted: `clean` holds the row each clean order counts for.

    `rows` are the subjects' rows by id; `shop_rows` those of the shops, as `Shops` has them.
    """

    plan: Plan
    trade: Trade
    policy: PolicyOn
    rows: Mapping[str, int]
    shop_rows: Ints
    clean: Mapping[str, int]

    @property
    def farmed(self) -> Ints:
        """The rows of the shops that farms write for."""
        kinds = [self.plan.people.kinds[s] for s in self.plan.shops.subject.tolist()]
        return self.shop_rows[[kind is Kind.REVIEW_FARM for kind in kinds]]


@dataclass(frozen=True, slots=True)
class Heard:
    """Reviews of a world, and what they come to; `farm` is the style that wrote each, or None."""

    farm: Texts
    reviews: Reviews
    spoken: WordOfMouth
    points: Floats  # of the index of word of mouth, a subject

    @property
    def planted(self) -> Bools:
        return np.asarray(self.farm != np.array(None), bool)


def world_of(households: int, seed: int) -> World:
    """Make a county's people and orders, and net the orders as scoring does."""
    plan = plan_county(households, seed, UNTIL)
    trade = trade_of(plan.people, plan.shops, plan.lots, plan.bits)
    tables = [
        party_table(plan.people, plan.calendar, plan.bits),
        link_table(plan.people, plan.calendar),
        consent_table(plan.people, plan.calendar, plan.bits),
        *order_tables(trade, plan.bits),
    ]
    policy = policy_on(UNTIL, None)
    with tempfile.TemporaryDirectory() as folder:
        known = [known_by(table, plan.calendar.end) for table in tables]
        write_tables(known, Path(folder), parquet=True)
        with read_feeds(folder) as feeds:
            subjects = subjects_of(feeds.on(UNTIL), feeds.connection)
            sold = netted(feeds.on(UNTIL), subjects, policy)
            found = subjects.engine.fetch(clean_orders(sold).select("order_id", "row"))
    rows = {subject: row for row, subject in enumerate(subjects.ids)}
    shops = plan.people.ids[plan.shops.subject].tolist()
    clean = dict(zip(found["order_id"].tolist(), found["row"].tolist(), strict=True))
    return World(plan, trade, policy, rows, np.array([rows[shop] for shop in shops]), clean)


def heard(
    world: World,
    styles: tuple[FarmStyle, ...],
    *,
    quality: Floats | None = None,
    only_honest: bool = False,
    latest: int | None = None,
) -> Heard:
    """Write, weigh and add up the county's reviews.

    `quality` is planted in the shops in place of their own; `only_honest` leaves out what farms
    wrote; of each shop only so many of the `latest` count.
    """
    trade = world.trade
    if quality is not None:
        trade = replace(trade, shops=replace(trade.shops, quality=quality))
    day = world.plan.calendar.until
    table = review_table(trade, day, world.plan.bits, styles=styles)
    table = known_by(table, world.plan.calendar.end)
    columns = table.columns
    keep = np.ones(len(columns["text"]), bool)
    if only_honest:
        keep &= columns["farm"] == np.array(None)
    if latest is not None:
        keep &= _rank(columns["merchant"], columns["written_at"]) < latest
    columns = {name: values[keep] for name, values in columns.items()}
    reviews = _weighed(world, columns)
    spoken = added_up(reviews, len(world.rows), world.policy)
    rules = part_rules(world.policy["reputation.parts"])
    return Heard(columns["farm"], reviews, spoken, index(spoken.measures, rules).value)


def _rank(merchant: Texts, written: Ints) -> Ints:
    """0 for the latest review of each shop, 1 for the one before it."""
    _, shop = np.unique(merchant.astype(str), return_inverse=True)
    order = np.lexsort((-written.astype(np.int64), shop))
    rank = np.empty(len(shop), np.int64)
    rank[order] = np.arange(len(shop)) - np.searchsorted(shop[order], shop[order])
    return rank


def _weighed(world: World, columns: Mapping[str, Texts]) -> Reviews:
    texts = columns["text"].tolist()
    row = np.array([world.rows[merchant] for merchant in columns["merchant"].tolist()])
    readings = read_reviews(texts)
    written_on = (columns["written_at"].astype(np.int64) + LOCAL_OFFSET) // SECONDS_PER_DAY
    _, buyer = np.unique(columns["buyer"].astype(str), return_inverse=True)
    clean = [world.clean.get(order, -1) for order in columns["order_id"].tolist()]
    written = Written(
        merchant=row,
        buyer=buyer,
        age=np.maximum(0, epoch_day(UNTIL) - written_on),
        rating=columns["rating"].astype(np.float64),
        texts=texts,
        share=readings.share,
        backed=np.array(clean) == row,
    )
    return Reviews(
        ids=(columns["source"], columns["review_id"]),
        row=row,
        written=written,
        readings=readings,
        polarity=polarities(readings, written.rating, world.policy),
        credibility=weigh(written, world.policy),
        quotable=np.zeros(len(row), bool),
    )
