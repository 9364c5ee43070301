"""The dated rules of the live slot, read once a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE

KINDS = ("enter", "dwell", "click", "like", "favourite", "share", "cart", "order_paid", "refund")
"""Kinds of event in the order of their codes, as in the feed `live_events`."""

INTEREST, PAID, REFUNDED = range(3)
MEASURES = ("interest", "paid", "refunded")
_SECONDS_PER_MINUTE = 60.0
_SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class LiveRules:
    """What an event adds, how counts decay, who looks automatic, and how the factor moves.

    `each` and `by_value` are by kind: what an event adds to its measure, and what a unit of its
    value (a second of dwell) adds; `measure` is which of the three it adds to.
    """

    half_life: float
    each: Floats
    by_value: Floats
    measure: Ints
    rate_events: int
    rate_seconds: int
    rhythm_gaps: int
    rhythm_variation: float
    device_viewers: int
    quick_share_bps: int
    quick_seconds: int
    sessions_most: int
    sessions_least: int
    mad: float
    floor: float
    up: float
    unpaid: float
    refunded: float
    least: float
    most: float
    step: float
    tick_seconds: int
    ticks_above: int

    @classmethod
    def from_policy(cls, policy: PolicyOn) -> LiveRules:
        """Read `live.*`, `viewers.*` and `clean.quick_refund` of a policy that holds them.

        >>> from datetime import date
        >>> from suixin.credit.sheets import policy_on
        >>> rules = LiveRules.from_policy(policy_on(date(2026, 6, 30), None))
        >>> rules.half_life, rules.each[KINDS.index("cart")].item(), rules.rate_events
        (300.0, 3.0, 30)
        """
        adds, usual, slopes = policy["live.interest"], policy["live.usual"], policy["live.slopes"]
        band, ticks = policy["live.band"], policy["live.ticks"]
        rate, rhythm = policy["viewers.rate"], policy["viewers.rhythm"]
        quick = policy["clean.quick_refund"]
        each, by_value, measure = _adds(adds)
        return cls(
            half_life=float(policy["live.half_life_seconds"]),
            each=each,
            by_value=by_value,
            measure=measure,
            rate_events=rate["events"],
            rate_seconds=rate["seconds"],
            rhythm_gaps=rhythm["gaps"],
            rhythm_variation=rhythm["variation"] / BPS_PER_WHOLE,
            device_viewers=policy["viewers.device"],
            quick_share_bps=quick["share_bps"],
            quick_seconds=quick["hours"] * _SECONDS_PER_HOUR,
            sessions_most=usual["most"],
            sessions_least=usual["least"],
            mad=usual["mad"],
            floor=usual["floor"],
            up=slopes["up"],
            unpaid=slopes["unpaid"],
            refunded=slopes["refunded"],
            least=band["least"],
            most=band["most"],
            step=band["step"],
            tick_seconds=ticks["seconds"],
            ticks_above=ticks["above"],
        )


def _adds(adds: Mapping[str, float]) -> tuple[Floats, Floats, Ints]:
    each, by_value = np.zeros(len(KINDS)), np.zeros(len(KINDS))
    measure = np.zeros(len(KINDS), dtype=np.int64)
    for code, kind in enumerate(KINDS):
        if kind == "dwell":
            by_value[code] = adds["dwell_minute"] / _SECONDS_PER_MINUTE
        elif kind in ("order_paid", "refund"):
            each[code], measure[code] = 1.0, PAID if kind == "order_paid" else REFUNDED
        else:
            each[code] = adds.get(kind, 0.0)  # Entering is an event, but no interest yet.
    return each, by_value, measure
