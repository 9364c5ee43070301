"""Reviews: honest ones of delivered orders, and those that review farms write."""

from __future__ import annotations

import numpy as np

from suixin.county.bits import Bits, Ints
from suixin.county.cast import consent_ids
from suixin.county.order_tables import HOUR, Trade, first_items, pulled
from suixin.county.review_farms import (
    STYLES,
    Farms,
    FarmStyle,
    bought_praise,
    farms_of,
    paid_praise,
)
from suixin.county.table import NONE, Column, Table, same, stacked
from suixin.county.trade import HONEST
from suixin.county.words import review_text
from suixin.kernel.day import SECONDS_PER_DAY

_SHARE = 0.22
_CLAUSES = 3
_SOURCE = "weixin_shop"


def review_table(
    trade: Trade, until: int, bits: Bits, *, styles: tuple[FarmStyle, ...] = STYLES
) -> Table:
    """reviews: about one delivered order in five, then the farms' own.

    Beside the columns of the feed, `farm` holds the style of the farm that wrote it (None: none).
    """
    farms = farms_of(trade, styles)
    spoken = _spoken(trade, farms, bits)
    bought = bought_praise(farms, trade, until, bits)
    paid = paid_praise(farms, trade, spoken, until, bits)
    return stacked(
        _honest(trade, spoken, bits),
        _written(trade, bought.pop("shop"), bought.pop("at"), bought, "w"),
        _written(trade, paid.pop("shop"), paid.pop("at"), paid, "p"),
    )


def bought(table: Table) -> list[tuple[str, str, str]]:
    """What no feed tells: of each review that was bought its id, its shop, and the farm's style."""
    own = table.take(np.flatnonzero(table.columns["farm"] != np.array(None)))
    columns = (own.columns[name].tolist() for name in ("review_id", "merchant", "farm"))
    return sorted(zip(*columns, strict=True))


def _spoken(trade: Trade, farms: Farms, bits: Bits) -> Ints:
    """The orders (rows) whose buyers say something by themselves."""
    orders, fates = trade.orders, trade.fates
    had = np.maximum(fates.delivered, fates.picked)
    share = farms.honest(_SHARE, trade.shops.subject.size)[orders.shop]
    spoken = bits.chance("review/written", len(orders), share)
    return np.flatnonzero((had != NONE) & (orders.wash == HONEST) & spoken)


def _honest(trade: Trade, rows: Ints, bits: Bits) -> Table:
    """What buyers wrote of these orders, well or ill as the shop's quality has it."""
    orders, fates, shops = trade.orders, trade.fates, trade.shops
    had = np.maximum(fates.delivered, fates.picked)
    n = rows.size
    shop = orders.shop[rows]
    count = _CLAUSES - bits.below("review/clauses", n, 2)
    content = bits.uniform("review/pleased", n * _CLAUSES).reshape(n, _CLAUSES)
    returned = fates.refund[rows] > 0
    pleased = content < np.where(returned, 0.15, shops.quality[shop])[:, None]
    draws = bits.below("review/draws", n * (2 * _CLAUSES + 2), 600).reshape(n, -1)
    told = np.arange(_CLAUSES)[None, :] < count[:, None]
    bad = (~pleased & told).sum(axis=1)
    strict = bits.below("review/strict", n, 10)
    stars = np.where(
        bad == 0, 5 - (strict == 0), np.where(bad < count, 4 - strict % 2, 2 - strict % 2)
    )
    texts = [
        review_text(shops.goods[g].zh, p[:c], d)
        for g, p, c, d in zip(
            shops.good[shop].tolist(), pleased.tolist(), count.tolist(), draws.tolist(), strict=True
        )
    ]
    at = had[rows] + 4 * HOUR + bits.below("review/at", n, 8 * SECONDS_PER_DAY)
    own: dict[str, Column] = {
        "buyer": trade.cast.ids[orders.buyer[rows]],
        "order_id": trade.ids[rows],
        "rating": stars.astype(np.int64),
        "text": np.array(texts, dtype=object),
        "farm": same(None, n),
    }
    return _written(trade, shop, at, own, "v")


def _written(trade: Trade, shop: Ints, at: Ints, own: dict[str, Column], mark: str) -> Table:
    merchant = trade.cast.ids[trade.shops.subject[shop]]
    consents = consent_ids(trade.cast, trade.shops.subject, "trade")
    n = shop.size
    common: dict[str, Column] = {
        "source": same(_SOURCE, n),
        "subject": merchant,
        "occurred_at": at,
        "recorded_at": pulled(at, 24 * HOUR),
        "consent": consents[shop],
        "review_id": np.array([f"{mark}-{i + 1:07}" for i in range(n)], dtype=object),
        "merchant": merchant,
        "item": first_items(trade)[shop],
        "written_at": at,
    }
    return Table("reviews", {**common, **own})
