"""Paid orders told apart by their ids, so that one refunded soon after is taken back.

An order counts once however often it is told, and not at all once so large a share of it is
refunded within the hours of the quick-refund test of clean sales. Where orders are named, one that
is not counts nothing: nobody can look it up. Source: formulas §2 and §9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.live.events import Events
from suixin.credit.live.rules import PAID, REFUNDED, LiveRules
from suixin.kernel.rate import BPS_PER_WHOLE


@dataclass(slots=True)
class _Order:
    """What is known of one order: where and what it added once it was paid, and its refunds."""

    node: int = -1
    added: float = 0.0
    at: int = 0
    value: float = 0.0
    refunds: list[tuple[int, float]] = field(default_factory=list)
    gone: bool = False


class PaidOrders:
    """Orders so far; a refund may come before the order itself is told."""

    def __init__(self, rules: LiveRules) -> None:
        self._rules = rules
        self._orders: dict[int, _Order] = {}

    def taken_back(self, events: Events, node: Ints, added: Floats) -> tuple[Ints, Floats]:
        """Nodes and amounts that paid orders added, now or before, and that count no more.

        `node` and `added` are of the batch's events.
        """
        found: list[tuple[int, float]] = []
        for place, name, refund, at, value in told(events, self._rules):
            order = self._orders.get(name)
            if order is None:
                order = self._orders[name] = _Order()
            if refund:
                order.refunds.append((at, value))
            elif order.node < 0:
                order.node, order.added = int(node[place]), float(added[place])
                order.at, order.value = at, value
            else:  # Told twice: the second time adds nothing.
                found.append((int(node[place]), float(added[place])))
            if order.refunds and order.node >= 0 and not order.gone and self._refunded(order):
                order.gone = True
                found.append((order.node, order.added))
        nodes, amounts = zip(*found, strict=True) if found else ((), ())
        return np.array(nodes, dtype=np.int64), np.array(amounts, dtype=np.float64)

    def _refunded(self, order: _Order) -> bool:
        until = order.at + self._rules.quick_seconds
        back = sum(value for at, value in order.refunds if at <= until)
        return back > 0 and back * BPS_PER_WHOLE >= order.value * self._rules.quick_share_bps


def unnamed(events: Events, rules: LiveRules) -> Bools:
    """Paid orders that name none, where orders are named at all."""
    if events.order is None:
        return np.zeros(len(events), dtype=np.bool_)
    return np.asarray((rules.measure[events.kind] == PAID) & (events.order < 0), dtype=np.bool_)


def told(events: Events, rules: LiveRules) -> Iterator[tuple[int, int, bool, int, float]]:
    """The events that name an order paid or refunded, as they came.

    Each as its place in the batch, the order, whether it is a refund, when, and how much.
    """
    if events.order is None:
        return iter(())
    measure = rules.measure[events.kind]
    places = np.flatnonzero((events.order >= 0) & ((measure == PAID) | (measure == REFUNDED)))
    columns = (places, events.order[places], measure[places] == REFUNDED)
    more = (events.at[places], events.value[places])
    # Plain rows: at a million events a second even the making of a record tells.
    return zip(*(column.tolist() for column in (*columns, *more)), strict=True)
