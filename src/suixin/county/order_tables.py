"""Orders and their fates as the canonical feeds that platforms, carriers and stations keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.county.bits import Bits, Ints, Texts
from suixin.county.cast import Cast, consent_ids
from suixin.county.fate import REASONS, Fates
from suixin.county.shops import WEEKS, Shops
from suixin.county.table import NONE, Column, Table, named, same, stacked
from suixin.county.trade import CHANNELS, GROUP, LIVE, OFFLINE, Orders

HOUR = 3_600
# Who keeps the record of an order, by channel.
_SOURCES = ("kuaishou", "groupbuy", "weixin_shop", "station")
_CARRIERS = ("sf", "yto", "zto", "postal")
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Trade:
    """Everything about the orders that their tables are made of."""

    cast: Cast
    shops: Shops
    orders: Orders
    fates: Fates
    ids: Texts  # order ids
    accounts: Texts  # payment account hash, one a shop


def order_ids(n: int) -> Texts:
    """Ids of so many orders, in the order they were placed.

    >>> order_ids(1).tolist()
    ['o-0000001']
    """
    return np.array([f"o-{i:07}" for i in range(1, n + 1)], dtype=object)


def pulled(at: Ints, every: int) -> Ints:
    """When a source's next pull learned of it: five minutes past the end of its interval."""
    return np.where(at == NONE, NONE, (at // every + 1) * every + 300)


def order_tables(trade: Trade, bits: Bits) -> tuple[Table, ...]:
    """orders, order_lines, order_events, refunds, settlements and shipments."""
    n = len(trade.orders)
    return (
        _orders(trade, bits),
        _lines(trade, bits),
        _events(trade, bits, n),
        _refunds(trade),
        _settlements(trade),
        _shipments(trade),
    )


def _common(trade: Trade, rows: Ints, at: Ints, every: int) -> dict[str, Column]:
    """source, subject, order_id, times and consent of facts about the orders at some rows."""
    shop = trade.orders.shop[rows]
    consents = consent_ids(trade.cast, trade.shops.subject, "trade")
    # Nothing is learned of an order before the order itself.
    placed = pulled(trade.orders.placed[rows], 6 * HOUR)
    return {
        "source": named(_SOURCES, trade.orders.channel[rows]),
        "subject": trade.cast.ids[trade.shops.subject[shop]],
        "order_id": trade.ids[rows],
        "occurred_at": at,
        "recorded_at": np.maximum(pulled(at, every), placed),
        "consent": consents[shop],
    }


def _orders(trade: Trade, bits: Bits) -> Table:
    orders, cast, shops = trade.orders, trade.cast, trade.shops
    n, everything = len(orders), np.arange(len(orders))
    private = (orders.channel == GROUP) | bits.chance("order/private", n, 0.25)
    shared = private & bits.chance("order/shared", n, 0.3)
    friend = shops.buyers[orders.shop, bits.below("order/friend", n, shops.buyers.shape[1])]
    promised = trade.fates.promised
    common = _common(trade, everything, orders.placed, 6 * HOUR)
    own: dict[str, Column] = {
        "merchant": common["subject"],
        "buyer": cast.ids[orders.buyer],
        "channel": named(CHANNELS, orders.channel),
        "live_session": session_ids(trade, orders.session),
        "referrer": named(cast.ids, np.where(shared, friend, NONE)),
        "pool": named(("public", "private"), private.astype(np.int64)),
        "gross": orders.gross,
        "freight": orders.freight,
        "placed_at": orders.placed,
        "promised_at": promised,
        "promise": named(("ship",), np.where(promised == NONE, NONE, 0)),
        "buyer_kind": same("household", n),
    }
    return Table("orders", {**common, **own})


def session_ids(trade: Trade, session: Ints) -> Texts:
    """Names of live sessions (shop row × WEEKS + week); NONE gives None."""
    found, at = np.unique(session, return_inverse=True)
    names = [
        None
        if s == NONE
        else f"l-{str(trade.cast.ids[trade.shops.subject[s // WEEKS]])[2:]}-{s % WEEKS:03}"
        for s in found.tolist()
    ]
    return np.array(names, dtype=object)[at]


def _lines(trade: Trade, bits: Bits) -> Table:
    """One line an order, two for every fourth; their amounts sum to the order's gross."""
    orders, shops = trade.orders, trade.shops
    n = len(orders)
    two = bits.chance("line/two", n, 0.25) & (orders.gross >= 1_000)
    first = np.where(two, orders.gross * 7 // 10, orders.gross)
    rows = np.concatenate([np.arange(n), np.flatnonzero(two)])
    number = np.concatenate([np.ones(n, dtype=np.int64), np.full(int(two.sum()), 2)])
    amount = np.concatenate([first, (orders.gross - first)[two]])
    shop = orders.shop[rows]
    item = (bits.below("line/item", n, _ITEMS)[rows] + number - 1) % _ITEMS
    price = np.array([good.fen_kg for good in shops.goods], dtype=np.int64)[shops.good[shop]]
    weight = amount * 1_000 // price
    own: dict[str, Column] = {
        "line_no": number,
        "item": _items(trade)[shop * _ITEMS + item],
        "category": named(tuple(good.category for good in shops.goods), shops.good[shop]),
        "quantity": 1 + weight // 5_000,
        "net_weight": weight,
        "amount": amount,
    }
    return Table("order_lines", {**_common(trade, rows, orders.placed[rows], 6 * HOUR), **own})


def first_items(trade: Trade) -> Texts:
    """The item each shop sells most, one a shop."""
    return _items(trade)[::_ITEMS]


def _items(trade: Trade) -> Texts:
    names = trade.cast.ids[trade.shops.subject].tolist()
    return np.array(
        [f"i-{name[2:]}-{k + 1}" for name in names for k in range(_ITEMS)], dtype=object
    )


def _events(trade: Trade, bits: Bits, n: int) -> Table:
    orders, fates = trade.orders, trade.fates
    paid = orders.placed + 20 + bits.below("event/paid", n, 600)
    counter = orders.channel == OFFLINE
    rows = np.concatenate([np.arange(n), np.flatnonzero(fates.picked != NONE)])
    at = np.concatenate([np.where(counter, orders.placed, paid), fates.picked[rows[n:]]])
    agent = np.concatenate([np.where(counter, fates.agent, NONE), fates.agent[rows[n:]]])
    event = np.concatenate([np.zeros(n, dtype=np.int64), np.ones(rows.size - n, dtype=np.int64)])
    own: dict[str, Column] = {
        "event": named(("paid", "picked_up"), event),
        "at": at,
        "confirmed_by": named(trade.cast.ids, agent),
    }
    return Table("order_events", {**_common(trade, rows, at, HOUR), **own})


def _refunds(trade: Trade) -> Table:
    fates = trade.fates
    rows = np.flatnonzero(fates.refund > 0)
    own: dict[str, Column] = {
        "refund_id": np.array([f"r-{i + 1:07}" for i in rows.tolist()], dtype=object),
        "amount": fates.refund[rows],
        "reason": named(REASONS, fates.reason[rows]),
        "refunded_at": fates.refunded[rows],
    }
    return Table("refunds", {**_common(trade, rows, fates.refunded[rows], 6 * HOUR), **own})


def _settlements(trade: Trade) -> Table:
    """Paid out in the morning; a refund that came too late is taken off by a negative row."""
    fates = trade.fates
    paid = np.flatnonzero(fates.settled != NONE)
    gross = trade.orders.gross[paid]
    first = _settled(trade, paid, fates.settled[paid], "s")
    commission, netted = fates.commission[paid], fates.netted[paid]
    back = np.flatnonzero(fates.corrected != NONE)
    refund = np.minimum(fates.refund[back], trade.orders.gross[back])
    zero = np.zeros(back.size, dtype=np.int64)
    second = _settled(trade, back, fates.corrected[back], "n")
    return stacked(
        _with(first, gross=gross, commission=commission, refund_netted=netted),
        _with(second, gross=zero, commission=zero, refund_netted=refund),
    )


def _settled(trade: Trade, rows: Ints, at: Ints, mark: str) -> Table:
    common = _common(trade, rows, at, 6 * HOUR)
    live = trade.orders.channel[rows] == LIVE
    streamer = trade.cast.head(trade.shops.subject[trade.orders.shop[rows]])
    own: dict[str, Column] = {
        "settlement_id": np.array([f"{mark}-{i + 1:07}" for i in rows.tolist()], dtype=object),
        "merchant": common["subject"],
        "promoter": named(trade.cast.ids, np.where(live, streamer, NONE)),
        "payee_account_hash": trade.accounts[trade.orders.shop[rows]],
        "settled_at": at,
    }
    return Table("settlements", {**common, **own})


def _with(table: Table, *, gross: Ints, commission: Ints, refund_netted: Ints) -> Table:
    money = {"gross": gross, "commission": commission, "refund_netted": refund_netted}
    net = gross - commission - refund_netted
    return Table(table.feed, {**table.columns, **money, "net": net})


def _shipments(trade: Trade) -> Table:
    fates = trade.fates
    handed, delivered = (np.flatnonzero(t != NONE) for t in (fates.handed, fates.delivered))
    rows = np.concatenate([handed, delivered])
    at = np.concatenate([fates.handed[handed], fates.delivered[delivered]])
    event = np.repeat(np.array([0, 1]), [handed.size, delivered.size])
    carrier = trade.orders.shop[rows] % len(_CARRIERS)
    names = [
        f"{_CARRIERS[c]}{r + 1:09}" for c, r in zip(carrier.tolist(), rows.tolist(), strict=True)
    ]
    own: dict[str, Column] = {
        "source": named(_CARRIERS, carrier),
        "tracking": np.array(names, dtype=object),
        "event": named(("handed_over", "delivered"), event),
        "carrier": named(_CARRIERS, carrier),
        "at": at,
    }
    return Table("shipments", {**_common(trade, rows, at, HOUR), **own})
