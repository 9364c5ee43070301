"""Twins: two folders that differ in one thing, so that a test can see what that thing does.

A small village whose first shops are good ones; everything but the difference is equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from pathlib import Path

import numpy as np

from suixin.county import trade as ways
from suixin.county.bits import Bits
from suixin.county.cast import Cast, numbered
from suixin.county.kinds import GANG, Kind
from suixin.county.make import UNTIL, county_tables, trade_of
from suixin.county.order_tables import Trade
from suixin.county.shops import WEEKS, Calendar, Shops, calendar_until, open_shops
from suixin.county.table import Table, known_by, write_tables
from suixin.county.talk import Pairs, ring
from suixin.county.trade import Orders, honest_orders, wash_orders
from suixin.kernel.day import day_end

_HOUSEHOLDS = 12
_SHOPS = 6
_WEEKLY = 12.0
_ORDER_FEN = 15_000
_BUYERS = 6_000
_POOL = 1_000  # buyers of one shop: so many that none of them buys much


class Wash(IntEnum):
    """How a shop has fake orders placed; what friends buy is real and cannot be barred."""

    SELF_BOUGHT = ways.SELF_BOUGHT
    SAME_NIGHT = ways.SAME_NIGHT
    FRIENDS = ways.FRIENDS


@dataclass(frozen=True, slots=True)
class Twins:
    """Two folders of canonical feeds and the subjects that differ between them."""

    without: Path
    added: Path
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Village:
    cast: Cast
    shops: Shops
    calendar: Calendar
    bits: Bits


def wash_twins(folder: Path, style: Wash, *, until: date = UNTIL, seed: int = 1) -> Twins:
    """A shop without and with wash trading worth all its sales of the last year.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     twins = wash_twins(Path(parent), Wash.SELF_BOUGHT)
    ...     twins.subjects, twins.added.name
    (('m-0001',), 'added')
    """
    village = _village([Kind.WASH_TRADER], until, seed)
    styles = np.zeros(_HOUSEHOLDS, dtype=np.int64)
    honest = honest_orders(village.shops, village.calendar, village.bits)
    styles[0] = style
    fake = wash_orders(honest, styles, village.cast, village.shops, village.bits)
    _write(village, _trade(village, honest), [], folder / "without")
    _write(village, _trade(village, honest, fake), [], folder / "added")
    return _twins(folder, village, 1)


def ring_twins(folder: Path, *, until: date = UNTIL, seed: int = 1) -> Twins:
    """Four good shops without and with vouching for each other in a ring.

    One honest endorsement is in both, so that the feed is never absent.
    """
    village = _village([Kind.ENDORSEMENT_RING] * GANG, until, seed)
    trade = _trade(village, honest_orders(village.shops, village.calendar, village.bits))
    honest: Pairs = [(GANG, GANG + 1)]
    _write(village, trade, honest, folder / "without")
    _write(village, trade, [*honest, *ring(village.cast)], folder / "added")
    return _twins(folder, village, GANG)


def future_twins(folder: Path, day: date, *, until: date = UNTIL, seed: int = 1) -> Twins:
    """A village as it was known on a day, and the same with all that became known until later."""
    village = _village([Kind.STEADY, Kind.SEASONAL, Kind.FALLING], until, seed)
    trade = _trade(village, honest_orders(village.shops, village.calendar, village.bits))
    pairs: Pairs = [(GANG, GANG + 1)]
    _write(village, trade, pairs, folder / "without", end=day_end(day))
    _write(village, trade, pairs, folder / "added")
    return _twins(folder, village, _SHOPS)


def season_twins(
    folder: Path, category: str, *, until: date = UNTIL, seed: int = 1
) -> tuple[str, str]:
    """A flat shop and a grower of a seasonal category, of equal sales in the last year.

    Both are in the one folder; returns their ids, the flat shop's first. Raises ValueError for
    a category that is not seasonal.
    """
    village = _village([Kind.STEADY, Kind.SEASONAL], until, seed)
    names = [good.category for good in village.shops.goods if good.season]
    if category not in names:
        raise ValueError(f"{category} is not a seasonal category of the county: {', '.join(names)}")
    village = replace(village, shops=_sell(village, row=1, category=category))
    orders = honest_orders(village.shops, village.calendar, village.bits)
    _write(village, _trade(village, _evened(orders, village.calendar)), [], folder)
    flat, grower = village.cast.ids[:2].tolist()
    return flat, grower


def _village(kinds: list[Kind], until: date, seed: int) -> _Village:
    """Twelve households of whom six trade; the first are of the given kinds, and good shops."""
    bits, calendar = Bits(seed), calendar_until(until)
    rest = [Kind.ORDINARY] * (_SHOPS - len(kinds)) + [Kind.THIN_FILE] * (_HOUSEHOLDS - _SHOPS)
    rank = np.arange(_HOUSEHOLDS, dtype=np.int64)
    people = numbered(
        [*kinds, *rest], rank, np.arange(_SHOPS, dtype=np.int64), buyers=_BUYERS, washing=1
    )
    drawn = open_shops(people, calendar, until, bits)
    good = np.arange(_SHOPS) < len(kinds)
    wobble = bits.below("twin/week", _SHOPS * WEEKS, 41).reshape(_SHOPS, WEEKS) - 20
    pool = bits.below("twin/buyers", _SHOPS * _POOL, _BUYERS)
    shops = replace(
        drawn,
        weekly=np.where(good[:, None], _WEEKLY * (1 + wobble / 200), drawn.weekly),
        basket=np.where(good[:, None], 1.0, drawn.basket),
        order_fen=np.where(good, _ORDER_FEN, drawn.order_fen),
        spread=np.where(good, 0.1, drawn.spread),
        live=np.zeros(_SHOPS, dtype=np.bool_),
        late=np.where(good, 0.01, drawn.late),
        returned=np.where(good, 0.01, drawn.returned),
        quality=np.where(good, 0.97, drawn.quality),
        good=np.where(good, _flat_good(drawn), drawn.good),
        buyers=people.first_buyer + pool.reshape(_SHOPS, _POOL),
    )
    return _Village(people, shops, calendar, bits)


def _flat_good(shops: Shops) -> int:
    return next(k for k, good in enumerate(shops.goods) if good.flat)


def _sell(village: _Village, *, row: int, category: str) -> Shops:
    """The shops, one of which sells a seasonal category: as much a year, in fewer weeks."""
    shops = village.shops
    place = next(k for k, good in enumerate(shops.goods) if good.category == category)
    good, weekly = shops.good.copy(), shops.weekly.copy()
    good[row] = place
    weekly[row] *= shops.seasons[place]
    return replace(shops, good=good, weekly=weekly)


def _evened(orders: Orders, calendar: Calendar) -> Orders:
    """The orders, the second shop's amounts scaled so that its last year equals the first's."""
    year = orders.placed > calendar.end - 365 * 86_400
    flat, grown = (int(orders.gross[year & (orders.shop == s)].sum()) for s in (0, 1))
    return replace(
        orders, gross=np.where(orders.shop == 1, orders.gross * flat // grown, orders.gross)
    )


def _trade(village: _Village, *lots: Orders) -> Trade:
    return trade_of(village.cast, village.shops, lots, village.bits)


def _write(
    village: _Village, trade: Trade, pairs: Pairs, folder: Path, *, end: int | None = None
) -> None:
    tables = county_tables(trade, pairs, village.calendar, village.bits)
    last = village.calendar.end if end is None else end
    known = [known_by(table, last) for table in tables]
    write_tables([table for table in known if _said(table)], folder, parquet=False)


def _said(table: Table) -> bool:
    """Whether a feed is connected: a village without live shows has no feed of them."""
    return len(table) > 0


def _twins(folder: Path, village: _Village, subjects: int) -> Twins:
    names: tuple[str, ...] = tuple(village.cast.ids[:subjects].tolist())
    return Twins(folder / "without", folder / "added", names)
