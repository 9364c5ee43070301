"""Referral and the two pools of traffic: who brought whom, at what cost, with what effect.

The public pool (ads, search) costs money at every touch; the private pool (groups, shares) is met
again for nothing. How many of its buyers the public pool first brought is what a shop wants to
know. These are numbers for its owner and for the report; no index takes them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import numpy as np

from suixin.credit.engine import Columns, Frame
from suixin.credit.file import PoolLine
from suixin.credit.forest import forest
from suixin.credit.index import Floats, Ints
from suixin.credit.nodes import summed
from suixin.credit.sales import day_of
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

POOLS = ("public", "private")


@dataclass(frozen=True)
class Chains:
    """Orders that somebody's share led to, and the referred order from which each came.

    One row an order, sorted by id: who bought, who referred, the place of the referrer's own
    latest referred order at that shop (−1: none) and how many referrals lie above.
    """

    order: tuple[str, ...]
    buyer: tuple[str, ...]
    referrer: tuple[str, ...]
    parent: Ints
    depth: Ints

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {order: at for at, order in enumerate(self.order)}

    def of(self, order: str) -> tuple[str, ...]:
        """The parties of a chain, from whoever shared first to the buyer of the order.

        KeyError for an order that no share led to.

        >>> parent, depth = np.array([-1, 0]), np.array([0, 1])
        >>> Chains(("o1", "o2"), ("bo", "cai"), ("an", "bo"), parent, depth).of("o2")
        ('an', 'bo', 'cai')
        """
        at = self._place[order]
        people = [self.buyer[at]]
        while self.parent[at] >= 0:
            at = int(self.parent[at])
            people.append(self.buyer[at])
        people.append(self.referrer[at])
        return tuple(reversed(people))


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool of traffic over the window, one row a subject; money in fen.

    `converted` touches led to an order. `orders`, `gross` and `new_buyers` (who had never bought
    there) go to the pool of the order's last touch, or to the one the order itself names.
    `began_public` orders of the private pool came down a chain that a public touch began.
    """

    touches: Floats
    cost: Floats
    converted: Floats
    orders: Floats
    gross: Floats
    new_buyers: Floats
    began_public: Floats

    @property
    def conversion(self) -> Floats:
        """Converted touches among all; NaN without a touch."""
        return _ratio(self.converted, self.touches)

    @property
    def cost_of_acquisition(self) -> Floats:
        """Fen spent for each new buyer; NaN where nobody new came."""
        return _ratio(self.cost, self.new_buyers)

    def whole(self) -> Pool:
        """The same over all subjects, as one row."""
        return Pool(*(np.array([getattr(self, name).sum()]) for name in _MEASURES))

    def line(self, pool: str, row: int = 0) -> PoolLine:
        """One subject's row under the pool's name, as a credit file holds it."""
        conversion, cost = self.conversion[row], self.cost_of_acquisition[row]
        return PoolLine(
            pool=pool,
            touches=int(self.touches[row]),
            cost_fen=int(self.cost[row]),
            conversion=None if np.isnan(conversion) else float(conversion),
            orders=int(self.orders[row]),
            gross_fen=int(self.gross[row]),
            new_buyers=int(self.new_buyers[row]),
            acquisition_fen=None if np.isnan(cost) else round(float(cost)),
            began_public=int(self.began_public[row]),
        )


_MEASURES = ("touches", "cost", "converted", "orders", "gross", "new_buyers", "began_public")


def referral_chains(feeds: FeedsOn, subjects: Subjects) -> Chains:
    """Rebuild who brought whom from the referrers that the orders of each shop name."""
    col, engine = nw.col, subjects.engine
    orders = feeds.frame("orders").filter(~col("referrer").is_null())
    numbered = engine.keep(
        "referred_orders",
        orders.select("order_id", "merchant", "buyer", "referrer", "placed_at").with_row_index(
            "at", order_by="order_id"
        ),
    )
    earlier = numbered.select("merchant", referrer="buyer", before="placed_at", came="at")
    # A later order of the referrer's cannot have led here: time itself forbids a circle.
    latest = (
        numbered.join(earlier, on=["merchant", "referrer"])
        .filter(col("before") < col("placed_at"))
        .group_by("at")
        .agg(before=col("before").max())
    )
    parent = (
        numbered.join(latest, on="at")
        .join(earlier, on=["merchant", "referrer", "before"])
        .group_by("at")
        .agg(parent=col("came").min())
    )
    found = engine.fetch(numbered.join(parent, on="at", how="left"))
    order = np.argsort(found["at"])
    above, depth, _ = forest(_whole(found["parent"][order]))
    return Chains(
        order=tuple(found["order_id"][order].tolist()),
        buyer=tuple(found["buyer"][order].tolist()),
        referrer=tuple(found["referrer"][order].tolist()),
        parent=above,
        depth=depth,
    )


def pools(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn) -> Mapping[str, Pool]:
    """Cost, reach and conversion of the public and the private pool for every subject."""
    today, engine = epoch_day(feeds.day), subjects.engine
    since = today - policy["referral.window"]
    touches = engine.keep("numbered_touches", _touches(feeds, subjects))
    recent = touches.filter(nw.col("day") > since, nw.col("day") <= today)
    bought = engine.keep("pooled_orders", _bought(feeds, subjects, recent, since))
    return {pool: _pool(pool, touches, recent, bought, subjects) for pool in POOLS}


def _touches(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Every touch of a subject's, numbered; with its row and day."""
    rows = subjects.frame.select("row", merchant="party")
    return (
        feeds.frame("traffic")
        .join(rows, on="merchant")
        .with_row_index("number", order_by=["source", "touch_id"])
        .with_columns(day=day_of(nw.col("at")))
        .select(
            "number", "row", "pool", "at", "day", "order_id", "cost", "touch_id", "referrer_touch"
        )
    )  # fmt: skip


def _bought(feeds: FeedsOn, subjects: Subjects, recent: Frame, since: int) -> Frame:
    """Orders since a day that a pool can claim: row, pool, gross, new (buyer, null: known)."""
    col = nw.col
    led = recent.filter(~col("order_id").is_null())
    last = led.group_by("order_id").agg(at=col("at").max())
    # Two last touches in one second: the private one, which comes first by name, is nearer.
    touched = (
        led.join(last, on=["order_id", "at"])
        .group_by("order_id")
        .agg(by=col("pool").min(), number=col("number").min())
    )
    orders = feeds.frame("orders").join(
        subjects.frame.select("row", merchant="party"), on="merchant"
    )
    first = orders.group_by("row", "buyer").agg(first=col("placed_at").min())
    return (
        orders.filter(day_of(col("placed_at")) > since)
        .join(touched, on="order_id", how="left")
        .join(first, on=["row", "buyer"])
        .with_columns(
            pool=nw.coalesce("by", "pool"),
            new=nw.when(col("placed_at") == col("first")).then(col("buyer")),
        )
        .filter(~col("pool").is_null())
        .select("row", "pool", "gross", "new", "number")
    )


def _pool(pool: str, touches: Frame, recent: Frame, bought: Frame, subjects: Subjects) -> Pool:
    col, engine, size = nw.col, subjects.engine, len(subjects)
    met = engine.fetch(
        recent.filter(col("pool") == pool)
        .group_by("row")
        .agg(
            touches=nw.len(),
            cost=col("cost").sum().cast(nw.Int64),
            converted=col("order_id").count(),
        )
    )
    mine = bought.filter(col("pool") == pool)
    sold = engine.fetch(
        mine.group_by("row").agg(orders=nw.len(), gross=col("gross").sum().cast(nw.Int64))
    )
    new = engine.fetch(
        mine.filter(~col("new").is_null()).group_by("row").agg(buyers=col("new").n_unique())
    )
    began = np.zeros(size)
    if pool == "private":
        led = mine.filter(~col("number").is_null())
        began = _began_public(touches, engine.fetch(led.select("row", "number")), subjects)

    def spread(found: Columns, name: str) -> Floats:
        return summed(found["row"], found[name], size)

    return Pool(
        touches=spread(met, "touches"),
        cost=spread(met, "cost"),
        converted=spread(met, "converted"),
        orders=spread(sold, "orders"),
        gross=spread(sold, "gross"),
        new_buyers=spread(new, "buyers"),
        began_public=began,
    )


def _began_public(touches: Frame, led: Columns, subjects: Subjects) -> Floats:
    """Orders of each subject whose last touch hangs on a chain that a public touch began."""
    # The touch before it may be another source's: an ad on a platform, a share in a group.
    before = touches.select(referrer_touch="touch_id", came="number")
    linked = touches.join(before, on="referrer_touch", how="left")
    found = subjects.engine.fetch(
        linked.group_by("number").agg(
            came=nw.col("came").min(), public=(nw.col("pool") == "public").max()
        )
    )
    order = np.argsort(found["number"])
    _, _, root = forest(_whole(found["came"][order]))
    public = found["public"][order].astype(bool)[root[led["number"].astype(np.int64)]]
    return summed(led["row"], public, len(subjects))


def _whole(places: Floats | Ints) -> Ints:
    """Places with −1 for none."""
    return np.nan_to_num(places.astype(np.float64), nan=-1.0).astype(np.int64)


def _ratio(part: Floats, all_of: Floats) -> Floats:
    ratio = np.full(part.shape, np.nan)
    np.divide(part, all_of, out=ratio, where=all_of > 0)
    return ratio
