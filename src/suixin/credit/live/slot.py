"""The limit of a live slot: it follows paid orders, up slowly, down at once, inside its band.

It scales the opening limit of the session and ends with it; the standing limit never moves. The
borrow entry beside the stream only links to the lender's own page: nothing here signs or pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.credit.index import Floats
from suixin.credit.live.rules import LiveRules
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.kernel.refusal import Wording


class Why(StrEnum):
    """Why a slot's limit moved."""

    PAID_ORDERS_FOLLOW = "paid_orders_follow"
    FEWER_PAID_ORDERS = "fewer_paid_orders"
    MORE_REFUNDS = "more_refunds"
    BACK_TO_USUAL = "back_to_usual"


WORDING: Final[Mapping[Why, Wording]] = MappingProxyType(
    {
        Why.PAID_ORDERS_FOLLOW: Wording(
            "观众兴趣与付款订单都高于平时。", "Interest and paid orders are both above the usual."
        ),
        Why.FEWER_PAID_ORDERS: Wording("付款订单少于平时。", "Fewer orders are paid than usual."),
        Why.MORE_REFUNDS: Wording("退款多于平时。", "More is refunded than usual."),
        Why.BACK_TO_USUAL: Wording("已回到平时水平。", "It is back to the usual."),
    }
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A session's limit: what it opened with (fen), its factor (bps), and the ticks above it."""

    opening_fen: int
    factor_bps: int = BPS_PER_WHOLE
    above: tuple[int, ...] = ()

    @property
    def limit_fen(self) -> int:
        """The opening limit times the factor, rounded down to the fen.

        >>> Slot(10_001, 10_500).limit_fen
        10501
        """
        return self.opening_fen * self.factor_bps // BPS_PER_WHOLE


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a slot's limit, for the log: when, from and to (bps), the limit, and why.

    `z` is how far interest, paid orders and refunds stood from the usual; `target` the factor that
    they ask for before it is stepped, to 4 decimals.
    """

    at: int
    from_bps: int
    to_bps: int
    limit_fen: int
    why: Why
    z: tuple[float, float, float]
    target: float


def target(z: Floats | tuple[float, float, float], rules: LiveRules) -> float:
    """The factor that interest, paid orders and refunds ask for, held to its band, to 4 decimals.

    Source: formulas §9.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> rules = LiveRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> [target(z, rules) for z in ((1.4, 0.9, 0), (3, -0.2, 0), (1, 1, 2.2), (0, -4, 0))]
    [1.09, 0.98, 0.77, 0.7]
    """
    interest, paid, refunded = (float(one) for one in z)
    raised = rules.up * max(0.0, min(interest, paid))
    lowered = rules.unpaid * max(0.0, -paid) + rules.refunded * max(0.0, refunded)
    return round(max(rules.least, min(rules.most, 1 + raised - lowered)), 4)


def stepped_bps(factor: float, rules: LiveRules) -> int:
    """A factor rounded to the step nearer 1, in basis points.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> rules = LiveRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> [stepped_bps(one, rules) for one in (1.09, 0.98, 0.77, 0.7)]
    [10500, 10000, 8000, 7000]
    """
    away = round(factor * BPS_PER_WHOLE) - BPS_PER_WHOLE
    step = round(rules.step * BPS_PER_WHOLE)
    steps = abs(away) // step * step
    return BPS_PER_WHOLE + (steps if away > 0 else -steps)


def moved(
    slot: Slot, z: Floats | None, *, at: int, tick: bool, rules: LiveRules
) -> tuple[Slot, Change | None]:
    """The slot after a look at its counts, and the change if there was one.

    A tick lowers at once; a rise takes three in a row above and goes to the lowest of them. A look
    between ticks lowers for refunds alone: a minute not over yet has few orders for no fault.
    `z` None (too few earlier sessions) leaves all as it is.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> rules = LiveRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> slot = Slot(1_000_000)
    >>> for minute, z in enumerate(((2, 1.6, 0), (2, 1.1, 0), (2, 2, 0))):
    ...     slot, change = moved(slot, z, at=60 * minute, tick=True, rules=rules)
    >>> change.to_bps, change.limit_fen, change.why.value
    (11000, 1100000, 'paid_orders_follow')
    """
    if z is None:
        return replace(slot, above=()), None
    wanted = target(z, rules) if tick else _after_refunds(slot, float(z[2]), rules)
    step = stepped_bps(wanted, rules)
    if not tick and step >= slot.factor_bps:
        return slot, None
    if step > slot.factor_bps:
        above = (*slot.above, step)[-rules.ticks_above :]
        if len(above) < rules.ticks_above:
            return replace(slot, above=above), None
        step = min(above)
    elif step == slot.factor_bps:
        return replace(slot, above=()), None
    after = Slot(slot.opening_fen, step)
    told = (float(z[0]), float(z[1]), float(z[2]))
    why = _why(told, step > slot.factor_bps, step)
    return after, Change(at, slot.factor_bps, step, after.limit_fen, why, told, wanted)


def _after_refunds(slot: Slot, refunded: float, rules: LiveRules) -> float:
    """What refunds leave of the factor as it stands (of 1, where it stands below)."""
    stands = max(1.0, slot.factor_bps / BPS_PER_WHOLE)
    return round(max(rules.least, stands - rules.refunded * max(0.0, refunded)), 4)


def _why(z: tuple[float, float, float], up: bool, step: int) -> Why:
    if up:
        return Why.PAID_ORDERS_FOLLOW if step > BPS_PER_WHOLE else Why.BACK_TO_USUAL
    if step >= BPS_PER_WHOLE:
        return Why.BACK_TO_USUAL
    return Why.MORE_REFUNDS if z[2] > -z[1] else Why.FEWER_PAID_ORDERS
