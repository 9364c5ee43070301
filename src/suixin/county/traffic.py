"""Touches in the public and private pools, and what they cost the shop."""

from __future__ import annotations

import numpy as np

from suixin.county.bits import Bits
from suixin.county.cast import consent_ids
from suixin.county.order_tables import HOUR, Trade, pulled
from suixin.county.table import NONE, Column, Table, named
from suixin.kernel.day import SECONDS_PER_DAY

_SHARE = 0.12
_KINDS = ("ad", "share", "group_message", "search")
_PUBLIC, _PRIVATE = 0, 1


def traffic_table(trade: Trade, calendar_end: int, bits: Bits) -> Table:
    """traffic: touches before some orders of the last half year, and as many that led nowhere."""
    recent = trade.orders.placed > calendar_end - 180 * SECONDS_PER_DAY
    led = np.flatnonzero(recent & bits.chance("traffic/seen", len(trade.orders), 2 * _SHARE))
    rows = np.concatenate([led, led])
    n = rows.size
    nowhere = np.arange(n) >= led.size
    kind = bits.pick("traffic/kind", n, (3, 3, 2, 2))
    private = (kind == 1) | (kind == 2)
    back = 60 + bits.below("traffic/back", n, 12 * HOUR)
    at = trade.orders.placed[rows] - np.where(nowhere, back + 2 * HOUR, back)
    cost = np.where(kind == 0, 50 + bits.below("traffic/cost", n, 400), 0)
    merchant = trade.cast.ids[trade.shops.subject[trade.orders.shop[rows]]]
    names = np.array([f"y-{i + 1:07}" for i in range(n)], dtype=object)
    # Every other share was itself led to by the touch before it in the list.
    before = np.where((kind == 1) & (np.arange(n) % 2 == 1), np.arange(n) - 1, NONE)
    own: dict[str, Column] = {
        "source": named(("kuaishou", "wecom"), private.astype(np.int64)),
        "subject": merchant,
        "occurred_at": at,
        "recorded_at": pulled(at, 24 * HOUR),
        "consent": consent_ids(trade.cast, trade.shops.subject, "trade")[trade.orders.shop[rows]],
        "touch_id": names,
        "merchant": merchant,
        "pool": named(("public", "private"), np.where(private, _PRIVATE, _PUBLIC)),
        "referrer_touch": named(names, before),
        "order_id": named(trade.ids, np.where(nowhere, NONE, rows)),
        "cost": cost,
        "kind": named(_KINDS, kind),
        "at": at,
    }
    return Table("traffic", own)
