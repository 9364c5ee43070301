"""Review farms: who writes what praise for which shops, from the plain to the careful."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.county.bits import Bits, Floats, Ints, Texts
from suixin.county.kinds import GANG, Kind
from suixin.county.order_tables import Trade
from suixin.county.table import Column
from suixin.county.words import pasted_text, reworded_text
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

_REVIEWS = 60  # that a farm writes for one shop
_BURST_DAYS = 2
_TAILS = 6
_REWORDING = 19  # draws of a reworded text


@dataclass(frozen=True, slots=True)
class FarmStyle:
    """How a farm works.

    It pastes one text or exchanges its words, within so many days; an account praises so many of
    its shops; `honest` is the share of the shops' real orders that are spoken of beside it.
    """

    name: str
    reworded: bool
    days: int
    shops_each: int
    honest: float
    four_stars: float = 0.0


STYLES = (
    FarmStyle("pasted", reworded=False, days=2, shops_each=GANG, honest=0.05),
    FarmStyle("careful", reworded=True, days=120, shops_each=2, honest=0.22, four_stars=0.1),
    FarmStyle("reworded", reworded=True, days=2, shops_each=GANG, honest=0.22),
    FarmStyle("spread", reworded=False, days=120, shops_each=GANG, honest=0.22),
)
"""The farms of a county work in these styles, one after another."""


@dataclass(frozen=True, slots=True)
class Farms:
    """The shops that farms write for, gang by gang: rows of `Shops`, and each one's style."""

    shop: Ints
    style: tuple[FarmStyle, ...]

    def honest(self, otherwise: float, shops: int) -> Floats:
        """The share of real orders spoken of, for every shop."""
        share = np.full(shops, otherwise)
        share[self.shop] = [style.honest for style in self.style]
        return share


def farms_of(trade: Trade, styles: tuple[FarmStyle, ...] = STYLES) -> Farms:
    """The farms of a county; the first gang works in the first style."""
    row = np.zeros(trade.cast.households, dtype=np.int64)
    row[trade.shops.subject] = np.arange(trade.shops.subject.size)
    shop = row[trade.cast.of(Kind.REVIEW_FARM)]
    return Farms(shop, tuple(styles[k // GANG % len(styles)] for k in range(shop.size)))


def bought_praise(farms: Farms, trade: Trade, until: int, bits: Bits) -> dict[str, Column]:
    """What farms write: shop, time and the columns of a review that are their own.

    No order stands behind any of it.
    """
    n = farms.shop.size * _REVIEWS
    shop, number = np.divmod(np.arange(n, dtype=np.int64), _REVIEWS)
    days = np.array([style.days for style in farms.style], dtype=np.int64)[shop]
    # A short burst lies weeks back, a shop after the other; a long one ends yesterday.
    first = np.where(days <= _BURST_DAYS, until - 40 + 3 * (shop % GANG), until - days)
    second = bits.below("farm/second", n, SECONDS_PER_DAY)
    day = bits.below("farm/day", n, 1 << 20) * days >> 20
    generous = bits.uniform("farm/stars", n)
    four = np.array([style.four_stars for style in farms.style])[shop]
    return {
        "shop": farms.shop[shop],
        "at": (first + day) * SECONDS_PER_DAY - LOCAL_OFFSET + second,
        "buyer": _accounts(farms, shop, number),
        "rating": np.where(generous < four, 4, 5).astype(np.int64),
        "text": _texts(farms, trade, shop, bits),
        "farm": np.array([farms.style[s].name for s in shop.tolist()], dtype=object),
    }


def _accounts(farms: Farms, shop: Ints, number: Ints) -> Texts:
    """Who writes the n-th review of a shop: the accounts of its gang take turns.

    An account begins at one shop and writes for the next ones too, round the gang.
    """
    names = []
    for s, k in zip(shop.tolist(), number.tolist(), strict=True):
        each = farms.style[s].shops_each
        begun = (s - k % each) % GANG
        names.append(f"x-{s // GANG + 1:02}-{begun * _REVIEWS + k // each + 1:03}")
    return np.array(names, dtype=object)


def _texts(farms: Farms, trade: Trade, shop: Ints, bits: Bits) -> Texts:
    goods = [trade.shops.goods[g].zh for g in trade.shops.good[farms.shop].tolist()]
    draws = bits.below("farm/words", shop.size * _REWORDING, 600).reshape(-1, _REWORDING)
    return np.array(
        [
            reworded_text(goods[s], row) if farms.style[s].reworded
            else pasted_text(goods[s], row[0] % _TAILS)
            for s, row in zip(shop.tolist(), draws.tolist(), strict=True)
        ],
        dtype=object,
    )  # fmt: skip
