"""Review farms: who writes what praise for which shops, from the plain to the careful."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from suixin.county.bits import Bits, Floats, Ints, Texts
from suixin.county.kinds import GANG, Kind
from suixin.county.order_tables import HOUR, Trade
from suixin.county.table import NONE, Column, same
from suixin.county.trade import HONEST
from suixin.county.words import (
    pasted_text,
    review_text,
    reworded_text,
    shuffled_text,
    slander_text,
)
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

_REVIEWS = 60  # that a farm writes for one shop
_BURST_DAYS = 2
_TAILS = 6
_DRAWS = 19  # of a text
_PRAISES = 3  # of a text in a farm's own words


@dataclass(frozen=True, slots=True)
class FarmStyle:
    """How a farm works.

    Its `texts` are pasted, reworded, shuffled, its own words or slander, written within so many
    days; an account praises so many of its shops; `honest` is the share of the shops' real orders
    that are spoken of beside it. `paid`: it writes nothing itself, but real buyers are paid for
    saying of their real orders what they are told.
    """

    name: str
    texts: str
    days: int
    shops_each: int
    honest: float
    stars: int = 5
    four_stars: float = 0.0
    paid: bool = False


STYLES = (
    FarmStyle("pasted", "pasted", days=2, shops_each=GANG, honest=0.05),
    FarmStyle("careful", "reworded", days=120, shops_each=2, honest=0.22, four_stars=0.1),
    FarmStyle("reworded", "reworded", days=2, shops_each=GANG, honest=0.22),
    FarmStyle("spread", "pasted", days=120, shops_each=GANG, honest=0.22),
)
"""The farms of a county work in these styles, one after another."""

HARDER = (
    FarmStyle("shuffled", "shuffled", days=120, shops_each=2, honest=0.22, four_stars=0.1),
    FarmStyle("own_words_at_once", "own", days=2, shops_each=GANG, honest=0.22),
    FarmStyle("own_words", "own", days=120, shops_each=1, honest=0.22, four_stars=0.1),
    FarmStyle("paid_pasted", "pasted", days=120, shops_each=1, honest=0.22, paid=True),
    FarmStyle("paid_own_words", "own", days=120, shops_each=1, honest=0.22, paid=True),
    FarmStyle("slander", "slander", days=2, shops_each=GANG, honest=0.22, stars=1),
)
"""What better farms do, and what is done to a rival: for measuring, in no county by itself."""


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

    def of(self, *, paid: bool) -> Ints:
        """The places of those that pay real buyers, or that write themselves."""
        return np.flatnonzero([style.paid == paid for style in self.style])


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
    writing = farms.of(paid=False)
    n = writing.size * _REVIEWS
    at, number = np.divmod(np.arange(n, dtype=np.int64), _REVIEWS)
    shop = writing[at]
    days = np.array([style.days for style in farms.style], dtype=np.int64)[shop]
    # A short burst lies weeks back, a shop after the other; a long one ends yesterday.
    first = np.where(days <= _BURST_DAYS, until - 40 + 3 * (shop % GANG), until - days)
    second = bits.below("farm/second", n, SECONDS_PER_DAY)
    day = bits.below("farm/day", n, 1 << 20) * days >> 20
    return {
        "shop": farms.shop[shop],
        "at": (first + day) * SECONDS_PER_DAY - LOCAL_OFFSET + second,
        "buyer": _accounts(farms, shop, number),
        "order_id": same(None, n),
        **_said(farms, trade, shop, bits.within("farm")),
    }


def paid_praise(
    farms: Farms, trade: Trade, spoken: Ints, until: int, bits: Bits
) -> dict[str, Column]:
    """What shops pay real buyers for, of their latest orders that nobody spoke of by himself.

    `spoken` are the orders (rows) that were spoken of.
    """
    orders, fates = trade.orders, trade.fates
    had = np.maximum(fates.delivered, fates.picked)
    free = (had != NONE) & (orders.wash == HONEST)
    free[spoken] = False
    rows, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for place in farms.of(paid=True).tolist():
        since = (until - farms.style[place].days) * SECONDS_PER_DAY
        mine = np.flatnonzero(free & (orders.shop == farms.shop[place]) & (had >= since))
        rows.append(mine[np.argsort(-had[mine], kind="stable")][:_REVIEWS])
        places.append(np.full(rows[-1].size, place))
    row, shop = np.concatenate(rows), np.concatenate(places)
    return {
        "shop": farms.shop[shop],
        "at": had[row] + HOUR + bits.below("paid/at", row.size, 2 * SECONDS_PER_DAY),
        "buyer": trade.cast.ids[orders.buyer[row]],
        "order_id": trade.ids[row],
        **_said(farms, trade, shop, bits.within("paid")),
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


def _said(farms: Farms, trade: Trade, shop: Ints, bits: Bits) -> dict[str, Column]:
    """The stars and words of each review, and the style of its farm."""
    goods = [trade.shops.goods[g].zh for g in trade.shops.good[farms.shop].tolist()]
    draws = bits.below("words", shop.size * _DRAWS, 600).reshape(-1, _DRAWS).tolist()
    styles = [farms.style[s] for s in shop.tolist()]
    told = zip(styles, shop.tolist(), draws, strict=True)
    less = bits.uniform("stars", shop.size) < [style.four_stars for style in styles]
    stars = np.array([style.stars for style in styles], dtype=np.int64)
    return {
        "rating": stars - less,
        "text": np.array([_TEXTS[style.texts](goods[s], d) for style, s, d in told], object),
        "farm": np.array([style.name for style in styles], dtype=object),
    }


def _own_words(zh: str, draws: Sequence[int]) -> str:
    return review_text(zh, [True] * _PRAISES, draws)


_TEXTS: Mapping[str, Callable[[str, Sequence[int]], str]] = MappingProxyType(
    {
        "pasted": lambda zh, draws: pasted_text(zh, draws[0] % _TAILS),
        "reworded": reworded_text,
        "shuffled": shuffled_text,
        "own": _own_words,
        "slander": lambda zh, draws: slander_text(zh, draws[0]),
    }
)
"""How a text of each kind is made, of a good and of whole-number draws."""
