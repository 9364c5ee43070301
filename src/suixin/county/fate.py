"""What became of every order: handed over, delivered, picked up, paid back, settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from suixin.county.bits import Bits, Bools, Ints
from suixin.county.cast import Cast
from suixin.county.shops import Shops
from suixin.county.table import NONE
from suixin.county.trade import GROUP, OFFLINE, SAME_NIGHT, SELF_BOUGHT, Orders
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

HOUR = 3_600
REASONS = ("quality", "late", "wrong", "no_reason")
_PROMISE = 48 * HOUR
_COMMISSION_BPS = (1_200, 300, 500, 100)  # by channel: a streamer costs most


@dataclass(frozen=True, slots=True)
class Fates:
    """One row an order; times are epoch seconds, NONE where the thing never happened."""

    promised: Ints
    handed: Ints
    delivered: Ints
    picked: Ints
    agent: Ints  # party who confirmed the pick-up
    refund: Ints  # fen, 0 for none
    refunded: Ints
    reason: Ints  # place in REASONS
    settled: Ints
    commission: Ints  # fen
    netted: Ints  # fen of the refund that the settlement already carries
    corrected: Ints  # when a later, negative settlement carried the refund instead


def joined(*lots: tuple[Orders, Fates]) -> tuple[Orders, Fates]:
    """Several lots of orders and their fates as one, in the order they were placed.

    Each lot's fates are drawn apart, so another lot beside it changes none of them.
    """
    orders = Orders(**_columns(Orders, [lot[0] for lot in lots]))
    fates = Fates(**_columns(Fates, [lot[1] for lot in lots]))
    place = np.lexsort((orders.shop, orders.placed))
    return (
        orders.take(place),
        Fates(**{f.name: getattr(fates, f.name)[place] for f in fields(Fates)}),
    )


def _columns(kind: type[Orders] | type[Fates], parts: Sequence[Orders | Fates]) -> dict[str, Ints]:
    return {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(kind)}


def fates(orders: Orders, shops: Shops, cast: Cast, bits: Bits) -> Fates:
    """Draw what became of one lot of orders."""
    n = len(orders)
    picked = _picked(orders, bits)
    posted = picked == NONE
    handed, delivered = _posted(orders, shops, posted, bits)
    had = np.where(posted, delivered, picked)
    fake = orders.wash == SAME_NIGHT
    refund, refunded = _refunds(orders, shops, had, bits)
    settled = _clock(np.where(had == NONE, orders.placed, had) + _days(bits, "settle", n, 7, 1), 10)
    settled = np.where((had == NONE) & (orders.wash == 0), NONE, settled)
    known = (refund > 0) & (refunded < settled)
    later = (refund > 0) & ~known & bits.chance("fate/corrected", n, 0.5)
    netted = np.where(known, np.minimum(refund, orders.gross), 0)
    rate = np.array(_COMMISSION_BPS, dtype=np.int64)[orders.channel]
    agents = cast.first_agent + cast.village(shops.subject[orders.shop])
    return Fates(
        promised=np.where(posted, orders.placed + _PROMISE, NONE),
        handed=handed,
        delivered=delivered,
        picked=picked,
        agent=np.where(posted, NONE, agents),
        refund=refund,
        refunded=refunded,
        reason=np.where(fake, 3, bits.below("fate/reason", n, len(REASONS))),
        settled=settled,
        commission=(orders.gross - netted) * rate // 10_000,
        netted=netted,
        corrected=np.where(later, _clock(refunded + 3 * SECONDS_PER_DAY, 10), NONE),
    )


def _picked(orders: Orders, bits: Bits) -> Ints:
    """Group orders are fetched at the station within three days; over the counter, at once."""
    n = len(orders)
    day = (orders.placed + LOCAL_OFFSET) // SECONDS_PER_DAY + 1 + bits.below("fate/pick_day", n, 3)
    hour = 9 * HOUR + bits.below("fate/pick_hour", n, 9 * HOUR)
    fetched = day * SECONDS_PER_DAY - LOCAL_OFFSET + hour
    picked = np.where(orders.channel == GROUP, fetched, NONE)
    return np.where(orders.channel == OFFLINE, orders.placed, picked)


def _posted(orders: Orders, shops: Shops, posted: Bools, bits: Bits) -> tuple[Ints, Ints]:
    """When the carrier took and delivered a parcel; a fake order's parcel never moves."""
    n = len(orders)
    late = bits.chance("fate/late", n, shops.late[orders.shop])
    quick = 3 * HOUR + bits.below("fate/hand", n, 40 * HOUR)
    handed = orders.placed + np.where(
        late, _PROMISE + bits.below("fate/delay", n, 50 * HOUR), quick
    )
    delivered = handed + 28 * HOUR + bits.below("fate/road", n, 70 * HOUR)
    lost = bits.chance("fate/lost", n, 0.003)
    empty = (orders.wash == SAME_NIGHT) | (
        (orders.wash == SELF_BOUGHT) & bits.chance("fate/empty", n, 0.6)
    )
    goes = posted & ~empty
    return (
        np.where(goes, handed, NONE),
        np.where(goes & ~lost & (orders.wash == 0), delivered, NONE),
    )


def _refunds(orders: Orders, shops: Shops, had: Ints, bits: Bits) -> tuple[Ints, Ints]:
    n = len(orders)
    honest = bits.chance("fate/refund", n, shops.returned[orders.shop]) & (orders.wash == 0)
    whole = bits.chance("fate/whole", n, 0.6)
    part = orders.gross * (2 + bits.below("fate/part", n, 6)) // 10
    base = np.where(had == NONE, orders.placed + 6 * SECONDS_PER_DAY, had)
    at = base + _days(bits, "refund", n, 1, 7)
    fake = orders.wash == SAME_NIGHT
    soon = orders.placed + HOUR + bits.below("fate/same_night", n, 5 * HOUR)
    amount = np.where(honest, np.where(whole, orders.gross, part), 0)
    lost = (had == NONE) & (orders.wash == 0)
    amount = np.where(lost | fake, orders.gross, amount)
    return amount, np.where(amount > 0, np.where(fake, soon, at), NONE)


def _days(bits: Bits, name: str, n: int, least: int, spread: int) -> Ints:
    return least * SECONDS_PER_DAY + bits.below(f"fate/{name}", n, spread * SECONDS_PER_DAY)


def _clock(at: Ints, hour: int) -> Ints:
    """The first such hour of the local day after an instant: platforms settle in the morning."""
    day = (at + LOCAL_OFFSET) // SECONDS_PER_DAY + 1
    return day * SECONDS_PER_DAY - LOCAL_OFFSET + hour * HOUR
