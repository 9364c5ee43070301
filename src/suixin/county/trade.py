"""Orders as placed: who buys what, where and when; honest ones, and those a wash trader adds."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from suixin.county.bits import Bits, Bools, Floats, Ints, exp
from suixin.county.cast import ALIASES, Cast
from suixin.county.goods import in_season
from suixin.county.kinds import Kind
from suixin.county.shops import SHOW_SECONDS, WEEKS, Calendar, Shops
from suixin.county.table import NONE
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

CHANNELS = ("live", "group", "shelf", "offline")
LIVE, GROUP, SHELF, OFFLINE = range(4)

HONEST, SELF_BOUGHT, SAME_NIGHT, FRIENDS = range(4)
"""Whose order it is; what friends buy is real trade, but of few people."""

# Orders by hour of the day, from midnight: few at night, most after supper.
_HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 9, 8, 8, 8, 9, 9, 10, 13, 16, 16, 11, 5)
_WASH_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in the order they were placed, as columns; a row is an order's number."""

    shop: Ints  # row in Shops
    buyer: Ints  # party
    placed: Ints  # epoch seconds
    channel: Ints
    session: Ints  # shop row × WEEKS + week, or NONE
    gross: Ints  # fen
    freight: Ints  # fen
    wash: Ints  # HONEST, SELF_BOUGHT or SAME_NIGHT

    def __len__(self) -> int:
        return int(self.shop.size)

    def take(self, rows: Ints | Bools) -> Orders:
        """The orders at some rows."""
        return Orders(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def honest_orders(shops: Shops, calendar: Calendar, bits: Bits) -> Orders:
    """Orders of buyers who wanted the goods: as many as expected, the fraction carried over."""
    start = bits.uniform("order/count", len(shops.weekly))
    upto = np.floor(np.cumsum(shops.weekly, axis=1) + start[:, None]).astype(np.int64)
    counts = np.diff(upto, axis=1, prepend=0).reshape(-1)
    cell = np.repeat(np.arange(counts.size, dtype=np.int64), counts)
    shop, week = cell // WEEKS, cell % WEEKS
    n = cell.size
    channel = _channels(shops.live[shop], bits, n)
    on_show = channel == LIVE
    weekday = np.where(on_show, shops.show_day[shop], bits.below("order/weekday", n, 7))
    day = calendar.first + 7 * week + weekday
    hour = bits.pick("order/hour", n, _HOURS)
    second = np.where(
        on_show,
        20 * 3_600 + bits.below("order/show_second", n, SHOW_SECONDS),
        hour * 3_600 + bits.below("order/second", n, 3_600),
    )
    buyer = shops.buyers[shop, _favourite(bits, n, shops.buyers.shape[1])]
    middle = shops.order_fen[shop] * shops.basket[shop, week]
    orders = Orders(
        shop=shop,
        buyer=buyer,
        placed=day * SECONDS_PER_DAY - LOCAL_OFFSET + second,
        channel=channel,
        session=np.where(on_show, cell, NONE),
        gross=_amounts(middle, shops.spread[shop], bits.normal("order/gross", n)),
        freight=np.where(bits.chance("order/freight", n, 0.3), 600, 0).astype(np.int64),
        wash=np.full(n, HONEST, dtype=np.int64),
    )
    return orders.take(_sold_in_season(orders, shops, calendar) & (orders.placed <= calendar.end))


def county_styles(cast: Cast) -> Ints:
    """How each subject washes: every second wash trader buys himself, the others pay back."""
    styles = np.full(cast.households, HONEST, dtype=np.int64)
    washing = cast.of(Kind.WASH_TRADER)
    styles[washing] = np.where(np.arange(washing.size) % 2 == 0, SELF_BOUGHT, SAME_NIGHT)
    return styles


def wash_orders(honest: Orders, styles: Ints, cast: Cast, shops: Shops, bits: Bits) -> Orders:
    """As many fake orders again as a wash trader's honest ones of the last year.

    One who buys himself uses his spouse, and accounts that share his device, card or address;
    others have strangers buy and pay them back the same night, or ask friends to buy for real.
    """
    recent = honest.placed >= honest.placed.max(initial=0) - _WASH_WEEKS * 7 * SECONDS_PER_DAY
    fake = honest.take((styles[shops.subject[honest.shop]] != HONEST) & recent)
    n, subject = len(fake), shops.subject[fake.shop]
    style = styles[subject]
    place = np.zeros(cast.households, dtype=np.int64)
    washing = cast.of(Kind.WASH_TRADER)
    place[washing] = np.arange(washing.size)
    account = bits.below("wash/account", n, ALIASES + 1)
    alias = cast.first_alias + ALIASES * place[subject] + account
    own = np.where(account == ALIASES, cast.head(subject) + 1, alias)
    friend = shops.buyers[fake.shop, account]
    day = (fake.placed + LOCAL_OFFSET) // SECONDS_PER_DAY
    evening = 21 * 3_600 + bits.below("wash/second", n, 7_000)
    return Orders(
        shop=fake.shop,
        buyer=np.select([style == SELF_BOUGHT, style == FRIENDS], [own, friend], fake.buyer),
        placed=day * SECONDS_PER_DAY - LOCAL_OFFSET + evening,
        channel=np.full(n, SHELF, dtype=np.int64),
        session=np.full(n, NONE, dtype=np.int64),
        gross=fake.gross,
        freight=np.zeros(n, dtype=np.int64),
        wash=np.where(style == FRIENDS, HONEST, style),
    )


def _channels(live: Bools, bits: Bits, n: int) -> Ints:
    plain = bits.pick("order/channel", n, (0, 20, 77, 3))
    return np.where(live & bits.chance("order/live", n, 0.5), LIVE, plain)


def _favourite(bits: Bits, n: int, pool: int) -> Ints:
    """A place in a shop's pool of buyers: the first come three times as often as the last."""
    u = bits.uniform("order/buyer", n)
    return np.floor(pool * u * (1.0 + u) / 2.0).astype(np.int64)


def _amounts(middle: Floats, spread: Floats, z: Floats) -> Ints:
    """Whole tens of fen, so that a price looks like one."""
    return np.maximum(100, 10 * np.floor(middle * exp(spread * z) / 10.0).astype(np.int64))


def _sold_in_season(orders: Orders, shops: Shops, calendar: Calendar) -> Bools:
    open_days = np.stack([in_season(good, calendar.days) for good in shops.goods])
    day = (orders.placed + LOCAL_OFFSET) // SECONDS_PER_DAY - calendar.first
    return np.asarray(open_days[shops.good[orders.shop], day])
