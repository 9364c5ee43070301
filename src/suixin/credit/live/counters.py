"""Decayed counts of many rooms at once, in micro-batches of numpy.

Each event is written forward: its weight times 2^((at − opening)/half-life), so that adding needs
no old value and any cut into batches gives the same sums. A count at a moment is its sum times
2^−((moment − opening)/half-life). What an automatic viewer ever added is known, so it can be taken
out again on the day he is found out, and put back when his rhythm loosens; what an order added is
taken out when it is refunded.
"""

from __future__ import annotations

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.live.events import Events
from suixin.credit.live.paid import PaidOrders, unnamed
from suixin.credit.live.rules import MEASURES, PAID, LiveRules
from suixin.credit.live.seats import Seats

FARTHEST = 1_000.0
"""Half-lives from opening that a float can still hold; 300 s of half-life make 83 hours."""


class Rooms:
    """Running counts of every room; `feed` takes events in the order they came.

    A late event counts in full from its own time, and for the tests of rate and rhythm as if it
    came with the one before it of the same viewer in the same room.

    >>> import numpy as np
    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> rooms = Rooms(LiveRules.from_policy(policy_on(date(2026, 6, 30), None)), opens_at=[0])
    >>> zero = np.zeros(2, np.int64)
    >>> rooms.feed(Events(zero, np.array([0, 1]), np.array([0, 1]), np.array([6, 7]),
    ...                   np.zeros(2), np.array([0, 300])))
    >>> rooms.counts(at=300).tolist()
    [[1.5, 1.0, 0.0]]
    """

    def __init__(self, rules: LiveRules, opens_at: list[int] | Ints) -> None:
        self._rules = rules
        self._opens_at = np.asarray(opens_at, dtype=np.int64)
        self._sums = np.zeros(len(self._opens_at) * len(MEASURES))
        self._seats, self._orders = Seats(rules), PaidOrders(rules)

    def feed(self, events: Events) -> None:
        """Add a batch; ValueError where an event is before its room opened, or days after."""
        if not len(events):
            return
        since = events.at - self._opens_at[events.room]
        ages = since / self._rules.half_life
        if since.min() < 0 or ages.max() > FARTHEST:
            raise ValueError("A live event lies before its room opened, or days after it.")
        weight = self._rules.each[events.kind] + self._rules.by_value[events.kind] * events.value
        added = np.where(unnamed(events, self._rules), 0.0, weight * np.exp2(ages))
        measure = self._rules.measure[events.kind]
        node, turned = self._seats.seen(events)
        self._seats.add(node, measure, added)
        counts = ~self._seats.automatic(node)
        np.add.at(self._sums, (events.room * len(MEASURES) + measure)[counts], added[counts])
        self._take_back(*self._orders.taken_back(events, node, added))
        if turned.size:
            # Somebody began or ceased to look automatic: his rooms are summed anew.
            rooms = self._seats.rooms_of(turned)
            self._sums.reshape(-1, len(MEASURES))[rooms] = self._seats.sums(rooms)

    def _take_back(self, node: Ints, added: Floats) -> None:
        """Take out what paid orders added that count no more."""
        if node.size:
            self._seats.add(node, np.full(len(node), PAID), -added)
            counts = ~self._seats.automatic(node)
            at = self._seats.room(node) * len(MEASURES) + PAID
            np.add.at(self._sums, at[counts], -added[counts])

    def counts(self, *, at: int) -> Floats:
        """Interest, paid orders and refunds (rooms, 3) as they stand at a moment."""
        since = np.maximum(0, at - self._opens_at) / self._rules.half_life
        return self._sums.reshape(-1, len(MEASURES)) * np.exp2(-since)[:, None]
