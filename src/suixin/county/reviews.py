"""Reviews: honest ones of delivered orders, and the bursts that review farms write."""

from __future__ import annotations

import numpy as np

from suixin.county.bits import Bits, Ints
from suixin.county.cast import consent_ids
from suixin.county.kinds import GANG, Kind
from suixin.county.order_tables import HOUR, Trade, first_items, pulled
from suixin.county.table import NONE, Column, Table, same, stacked
from suixin.county.trade import HONEST
from suixin.county.words import pasted_text, review_text
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

_SHARE = 0.22
_SHARE_FARMED = 0.05
_CLAUSES = 3
_FARM_ACCOUNTS = 60
_FARM_DAYS = 2
_SOURCE = "weixin_shop"


def review_table(trade: Trade, until: int, bits: Bits) -> Table:
    """reviews: about one delivered order in five, then the farms' own."""
    return stacked(_honest(trade, bits), _farmed(trade, until, bits))


def _honest(trade: Trade, bits: Bits) -> Table:
    orders, fates, shops = trade.orders, trade.fates, trade.shops
    had = np.maximum(fates.delivered, fates.picked)
    # A shop that pays for praise is little spoken of otherwise.
    farmed = np.isin(shops.subject, trade.cast.of(Kind.REVIEW_FARM))
    share = np.where(farmed, _SHARE_FARMED, _SHARE)[orders.shop]
    spoken = bits.chance("review/written", len(orders), share)
    rows = np.flatnonzero((had != NONE) & (orders.wash == HONEST) & spoken)
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
    }
    return _written(trade, shop, at, own, "v")


def _farmed(trade: Trade, until: int, bits: Bits) -> Table:
    """Each farm's accounts praise each of its shops within two days, with no order behind it."""
    cast, shops = trade.cast, trade.shops
    row = np.full(cast.households, NONE, dtype=np.int64)
    row[shops.subject] = np.arange(shops.subject.size)
    served = row[cast.of(Kind.REVIEW_FARM)]
    shop = np.repeat(served, _FARM_ACCOUNTS)
    gang = np.repeat(np.arange(served.size, dtype=np.int64) // GANG, _FARM_ACCOUNTS)
    account = np.tile(np.arange(_FARM_ACCOUNTS, dtype=np.int64), served.size)
    n = shop.size
    names = [
        f"x-{g + 1:02}-{a + 1:02}" for g, a in zip(gang.tolist(), account.tolist(), strict=True)
    ]
    first = until - 40 + 3 * (np.repeat(np.arange(served.size), _FARM_ACCOUNTS) % GANG)
    second = bits.below("farm/second", n, _FARM_DAYS * SECONDS_PER_DAY)
    zh = [shops.goods[g].zh for g in shops.good[shop].tolist()]
    texts = [
        pasted_text(z, d) for z, d in zip(zh, bits.below("farm/tail", n, 6).tolist(), strict=True)
    ]
    own: dict[str, Column] = {
        "buyer": np.array(names, dtype=object),
        "order_id": same(None, n),
        "rating": np.full(n, 5, dtype=np.int64),
        "text": np.array(texts, dtype=object),
    }
    return _written(trade, shop, first * SECONDS_PER_DAY - LOCAL_OFFSET + second, own, "w")


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
