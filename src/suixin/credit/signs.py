"""Signs: the patterns a credit officer looks at first. They lower nothing; they name.

The netting, the weights and the tests have already done their work on the numbers; a sign only
says in one word why a person should open the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from suixin.credit.index import Bools, Floats
from suixin.kernel.policy import PolicyOn


class Sign(StrEnum):
    """What a file shows, the most serious first."""

    WASH_TRADE = "WASH_TRADE"
    ENDORSEMENT_RING = "ENDORSEMENT_RING"
    REVIEW_FARM = "REVIEW_FARM"
    BOT_BURST = "BOT_BURST"
    THIN_FILE = "THIN_FILE"
    FALLING = "FALLING"
    SEASONAL = "SEASONAL"
    STEADY = "STEADY"


@dataclass(frozen=True, slots=True)
class Traces:
    """What signs are read from; one value a subject."""

    orders: Floats  # placed in the window of the wash-trade sign
    own_orders: Floats  # of these, bought by the seller's own side or refunded within hours
    ring: Bools  # in a ring of endorsements
    reviews: Floats
    lost_review_share: Floats  # 0–1
    bots: Bools  # a live session whose audience looks automatic
    thin: Bools  # thin file or no facts
    seasonal: Bools  # the category is flagged seasonal
    weeks: Floats  # with a sale
    trend: Floats  # log sales in 26 weeks, NaN unknown
    volatility: Floats


def signs(traces: Traces, policy: PolicyOn) -> tuple[tuple[Sign, ...], ...]:
    """The signs of every subject, the most serious first."""
    found = {
        Sign.WASH_TRADE: _wash_trade(traces, policy["signs.wash_trade"]),
        Sign.ENDORSEMENT_RING: traces.ring,
        Sign.REVIEW_FARM: _review_farm(traces, policy["signs.review_farm"]),
        Sign.BOT_BURST: traces.bots,
        Sign.THIN_FILE: traces.thin,
    }
    serious = np.any(np.column_stack(list(found.values())), axis=1)
    falling, steady = policy["signs.falling"], policy["signs.steady"]
    with np.errstate(invalid="ignore"):
        falls = (traces.trend <= falling["trend_max"]) & (traces.weeks >= falling["weeks_min"])
        level = np.abs(traces.trend) <= steady["trend_abs_max"]
        even = traces.volatility <= steady["volatility_max"]
    # A season's rise and fall is no trend, and a shop that something is wrong with is not steady.
    found[Sign.FALLING] = falls & ~traces.seasonal & ~traces.thin
    found[Sign.SEASONAL] = traces.seasonal & ~traces.thin
    found[Sign.STEADY] = level & even & ~serious & ~found[Sign.FALLING] & ~traces.seasonal
    table = np.column_stack([found[sign] for sign in Sign])
    names = tuple(Sign)
    return tuple(tuple(names[k] for k in np.flatnonzero(row)) for row in table)


def _wash_trade(traces: Traces, rule: Mapping[str, int]) -> Bools:
    many = traces.own_orders >= rule["orders_min"]
    return many & (traces.own_orders * 10_000 >= traces.orders * rule["share_bps"])


def _review_farm(traces: Traces, rule: Mapping[str, float]) -> Bools:
    return (traces.lost_review_share >= rule["lost_share"]) & (
        traces.reviews >= rule["reviews_min"]
    )
