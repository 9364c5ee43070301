"""The shops of the county: how much each sells, how it grows, and how well it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from suixin.county.bits import Bits, Bools, Floats, Ints, Texts, exp
from suixin.county.cast import Cast
from suixin.county.goods import Good, goods, in_season
from suixin.county.kinds import Kind
from suixin.kernel.day import epoch_day

WEEKS = 115  # 26 months, the last of them perhaps unfinished
SHOW_SECONDS = 5_400
"""A live show runs an hour and a half."""

_THURSDAY = 3  # 1970-01-01
_FALL_WEEKS = 30
_FALL = 2.4  # of the logarithm of sales, over the weeks of the fall
_PAIRS = 13  # of weeks, in half a year
_POOL = 120  # buyers who ever buy in one shop


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of a county, Monday to Sunday; the last is the one in which `until` lies."""

    until: int  # days since 1970-01-01

    @property
    def weekday(self) -> int:
        """The day of the week of `until`, Monday 0."""
        return (self.until + _THURSDAY) % 7

    @property
    def first(self) -> int:
        """The Monday on which trade begins."""
        return self.until - self.weekday - 7 * (WEEKS - 1)

    @property
    def days(self) -> Ints:
        """Every day of these weeks."""
        return np.arange(self.first, self.first + 7 * WEEKS, dtype=np.int64)

    @property
    def end(self) -> int:
        """The last second that anything was learned in, epoch seconds."""
        return (self.until + 1) * 86_400 - 28_801


@dataclass(frozen=True, slots=True)
class Shops:
    """One row a shop, aligned to `Cast.shops`."""

    subject: Ints
    goods: tuple[Good, ...]
    good: Ints  # place in goods
    seasons: Floats  # (goods, WEEKS) sales of a week in mean weeks
    weekly: Floats  # (shops, WEEKS) orders expected
    basket: Floats  # (shops, WEEKS) how much larger than a middling order one of that week is
    order_fen: Ints  # a middling order
    spread: Floats  # deviation of the logarithm of an order
    live: Bools
    show_day: Ints  # of the week, 0–6
    late: Floats  # share of parcels handed over late
    returned: Floats  # share of orders paid back
    quality: Floats  # share of good words about it
    buyers: Ints  # (shops, _POOL) parties


def open_shops(cast: Cast, calendar: Calendar, until: date, bits: Bits) -> Shops:
    """Draw the shops of everyone who trades."""
    n = cast.shops.size
    kind = np.array([cast.kinds[s] for s in cast.shops.tolist()], dtype=object)
    sold = goods(until)
    good, seasons = _choose_goods(kind, sold, bits), _season(sold, calendar)
    steady, bots = kind == Kind.STEADY, kind == Kind.BOT_BURST
    noise = _noise(kind, bits)
    live = np.asarray(bots | (bits.chance("shop/live", n, 0.4) & (kind != Kind.SEASONAL)))
    show_day = bits.below("shop/show_day", n, 7)
    show_day[bots] = (calendar.weekday - 1) % 7  # yesterday: its events are still kept
    buyers = bits.below("shop/buyers", n * _POOL, cast.first_alias - cast.first_buyer)
    return Shops(
        subject=cast.shops,
        goods=sold,
        good=good,
        seasons=seasons,
        weekly=_weekly(kind, seasons[good], bits) * noise,
        basket=noise,
        order_fen=8_000 + bits.below("shop/order", n, 16_000),
        spread=np.where(steady, 0.08, 0.25),
        live=live,
        show_day=show_day,
        late=0.01 + 0.12 * bits.uniform("shop/late", n) * bits.uniform("shop/late2", n),
        returned=0.01 + 0.08 * bits.uniform("shop/returned", n) * bits.uniform("shop/ret2", n),
        quality=0.80 + 0.18 * bits.uniform("shop/quality", n),
        buyers=cast.first_buyer + buyers.reshape(n, _POOL),
    )


def _choose_goods(kind: Texts, sold: tuple[Good, ...], bits: Bits) -> Ints:
    every_day = np.flatnonzero([not g.season for g in sold])
    flat = np.flatnonzero([g.flat for g in sold])
    seasonal = np.flatnonzero([bool(g.season) for g in sold])
    draw = bits.uniform("shop/good", kind.size)
    chosen = every_day[(draw * every_day.size).astype(np.int64)]
    chosen = np.where(kind == Kind.STEADY, flat[(draw * flat.size).astype(np.int64)], chosen)
    fruit = seasonal[(draw * seasonal.size).astype(np.int64)]
    return np.where(kind == Kind.SEASONAL, fruit, chosen)


def _weekly(kind: Texts, season: Floats, bits: Bits) -> Floats:
    """Orders expected in each week: level × growth × season, nothing before opening."""
    n, week = kind.size, np.arange(WEEKS, dtype=np.float64)
    u = bits.uniform("shop/level", n)
    level = np.minimum(3.0 + 0.4 * exp(0.9 * bits.normal("shop/size", n)), 9.0)
    level = np.where(kind == Kind.STEADY, 4.0 + 3.0 * u, level)
    level = np.where(kind == Kind.FALLING, 8.0 + 3.0 * u, level)
    level = np.where(kind == Kind.THIN_FILE, 0.25, level)
    growth = 0.5 + 0.5 * bits.uniform("shop/growth", n)
    quiet = (kind == Kind.STEADY) | (kind == Kind.SEASONAL) | (kind == Kind.FALLING)
    growth = np.where(quiet | (kind == Kind.THIN_FILE), 0.0, growth)
    weekly = level[:, None] * exp(growth[:, None] * (week[None, :] - WEEKS) / 52.0)
    fall = np.maximum(0.0, (week - (WEEKS - _FALL_WEEKS)) / _FALL_WEEKS)
    falling = (kind == Kind.FALLING)[:, None]
    weekly = np.where(falling, weekly * exp(-_FALL * fall)[None, :], weekly)
    return np.where(week[None, :] >= _opening(kind, bits)[:, None], weekly * season, 0.0)


def _opening(kind: Texts, bits: Bits) -> Ints:
    """The week a shop opens: three in five were open before the county's first week."""
    n = kind.size
    draw = bits.below("shop/opening", n, WEEKS - 60)
    before = bits.chance("shop/old", n, 0.6) | (kind == Kind.SEASONAL)
    young = WEEKS - 30 + draw % 20
    return np.where(kind == Kind.THIN_FILE, young, np.where(before, 0, draw))


def _noise(kind: Texts, bits: Bits) -> Floats:
    """Weekly chance, on the number of orders and again on their size: a good week has more of both.

    It comes in pairs of opposite sign that take turns, with every size in each half year, so that
    chance alone makes a shop uneven but gives it no trend.
    """
    n = kind.size
    deviation = np.full(n, 0.55)
    deviation[kind == Kind.STEADY] = 0.03
    deviation[(kind == Kind.SEASONAL) | (kind == Kind.FALLING)] = 0.1
    halves = -(-WEEKS // (2 * _PAIRS))
    draws = bits.uniform("shop/weeks", n * halves * _PAIRS).reshape(-1, _PAIRS)
    # Each half year has every size once, evenly from 0 to the square root of 3: deviation 1.
    size = 1.732 * (np.argsort(draws, axis=1, kind="stable") + 0.5) / _PAIRS
    first = np.where(bits.chance("shop/sign", n, 0.5), 1.0, -1.0)
    turns = first[:, None] * (1.0 - 2.0 * (np.arange(halves * _PAIRS) % 2))
    pairs = size.reshape(n, -1) * turns
    both = np.stack([pairs, -pairs], axis=2).reshape(n, -1)[:, :WEEKS]
    return exp(deviation[:, None] * both)


def _season(sold: tuple[Good, ...], calendar: Calendar) -> Floats:
    """(goods, WEEKS): how much more than in a mean week a good sells; a year sums to 52 weeks."""
    rows = []
    for good in sold:
        open_days = in_season(good, calendar.days).reshape(WEEKS, 7)
        year = int(open_days.reshape(-1)[-364:].sum())
        month = (calendar.days.astype("datetime64[D]").astype("datetime64[M]")).astype(np.int64)
        share = np.array(good.months, dtype=np.float64)[month % 12].reshape(WEEKS, 7)[:, 3] / 100
        # Whole weeks of trade here; days out of season are dropped when orders get their day.
        rows.append(np.where(open_days.any(axis=1), 364 / year, 0.0) * share)
    return np.stack(rows)


def calendar_until(until: date) -> Calendar:
    """The calendar whose last day is `until`.

    >>> calendar_until(date(2026, 6, 30)).days.size
    805
    """
    return Calendar(epoch_day(until))
