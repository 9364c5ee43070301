"""Who sits where: a viewer in a room by a device, what he added, and whether he looks automatic.

A *seat* is a viewer in a room: rate and rhythm are judged there. A *node* is a seat by one device,
which is all a viewer has but for a few: what was added is kept by node, since a device with many
viewers weighs nothing whoever sits before it. The batch definition is `suixin.credit.viewers`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.live.events import Events, never_back
from suixin.credit.live.rules import MEASURES, LiveRules


class Grown:
    """A column that grows by doubling; `all` is as far as it was asked for."""

    def __init__(self, fill: float, dtype: npt.DTypeLike, width: int = 1) -> None:
        self._fill, self._width = fill, width
        self.all: npt.NDArray[Any] = np.full(1_024 * width, fill, dtype=dtype)

    def reach(self, rows: int) -> None:
        """Make room for so many rows."""
        short = rows * self._width - len(self.all)
        if short > 0:
            more = np.full(max(short, len(self.all)), self._fill, dtype=self.all.dtype)
            self.all = np.concatenate([self.all, more])


class Seats:
    """Every seat and node so far, by whole numbers from 0 in the order they first came."""

    def __init__(self, rules: LiveRules) -> None:
        self._rules = rules
        self._nodes: dict[tuple[int, int, int], int] = {}
        self._seats: dict[tuple[int, int], int] = {}
        self._before: set[tuple[int, int]] = set()  # (device, viewer) pairs seen.
        self._node_of = Grown(-1, np.int64)  # By viewer: the node it was last at.
        self._node_room = Grown(-1, np.int64)
        self._node_device = Grown(-1, np.int64)
        self._node_seat = Grown(0, np.int64)
        self._added = Grown(0.0, np.float64, len(MEASURES))
        self._count = Grown(0, np.int64)
        self._last = Grown(0, np.int64)
        self._times = Grown(0, np.int64, rules.rate_events)  # Of a seat's last events, in a ring.
        self._gap_sum = Grown(0.0, np.float64)
        self._gap_squares = Grown(0.0, np.float64)
        self._fast = Grown(0, np.bool_)
        self._automatic = Grown(0, np.bool_)
        self._viewers = Grown(0, np.int64)  # By device: how many sit before it.

    def seen(self, events: Events) -> tuple[Ints, Ints]:
        """The node of each event, and nodes that began or ceased to look automatic with them."""
        self._node_of.reach(int(events.viewer.max()) + 1)
        self._viewers.reach(int(events.device.max()) + 1)
        node = self._node_of.all[events.viewer]
        known = (node >= 0) & (self._node_room.all[node] == events.room)
        strange = np.flatnonzero(~(known & (self._node_device.all[node] == events.device)))
        farms: list[int] = []
        if strange.size:
            node[strange], farms = self._seated(events, strange)
        turned = [self._timed(self._node_seat.all[node], events.at)]
        for device in farms:
            turned.append(np.flatnonzero(self._node_device.all[: len(self._nodes)] == device))
        return node, np.concatenate(turned)

    def _seated(self, events: Events, strange: Ints) -> tuple[list[int], list[int]]:
        """Nodes of events whose viewer was last elsewhere, and devices that got one too many."""
        found, farms = [], []
        self._reach(strange.size)
        columns = (events.room[strange], events.viewer[strange], events.device[strange])
        for room, viewer, device in zip(*(column.tolist() for column in columns), strict=True):
            node = self._nodes.get((room, viewer, device))
            if node is None:
                node = self._nodes[room, viewer, device] = len(self._nodes)
                self._place(node, room, viewer, device)
            if (device, viewer) not in self._before:
                self._before.add((device, viewer))
                self._viewers.all[device] += 1
                if self._viewers.all[device] == self._rules.device_viewers + 1:
                    farms.append(device)
            self._node_of.all[viewer] = node
            found.append(node)
        return found, farms

    def _reach(self, more: int) -> None:
        """Make room for so many more nodes and seats."""
        for column in (self._node_room, self._node_device, self._node_seat, self._added):
            column.reach(len(self._nodes) + more)
        for column in (
            self._count, self._last, self._times, self._gap_sum, self._gap_squares,
            self._fast, self._automatic,
        ):  # fmt: skip
            column.reach(len(self._seats) + more)

    def _place(self, node: int, room: int, viewer: int, device: int) -> None:
        seat = self._seats.setdefault((room, viewer), len(self._seats))
        self._node_room.all[node] = room
        self._node_device.all[node] = device
        self._node_seat.all[node] = seat

    def _timed(self, seat: Ints, at: Ints) -> Ints:
        """Judge rate and rhythm with a batch; the nodes of seats that now look otherwise."""
        order = np.argsort(seat, kind="stable")
        seat = seat[order]
        first = np.concatenate(([True], seat[1:] != seat[:-1]))
        starts = np.flatnonzero(first)
        run = np.cumsum(first) - 1
        own, rank = seat[starts], np.arange(len(seat)) - starts[run]
        at = never_back(run, np.maximum(at[order], self._last.all[seat]))
        number = self._count.all[seat] + rank
        before = np.concatenate(([0], at[:-1]))
        before[starts] = self._last.all[own]
        gap = np.where(number > 0, at - before, 0).astype(np.float64)
        fast = self._too_fast(seat, at, rank, number)
        ends = np.concatenate((starts[1:], [len(seat)])) - 1
        self._count.all[own] = number[ends] + 1
        self._last.all[own] = at[ends]
        self._gap_sum.all[own] += np.add.reduceat(gap, starts)
        self._gap_squares.all[own] += np.add.reduceat(gap * gap, starts)
        self._fast.all[own] |= np.logical_or.reduceat(fast, starts)
        was = self._automatic.all[own]
        now = self._fast.all[own] | self._too_even(own)
        self._automatic.all[own] = now
        turned = own[was != now]
        if not turned.size:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(np.isin(self._node_seat.all[: len(self._nodes)], turned))

    def _too_fast(self, seat: Ints, at: Ints, rank: Ints, number: Ints) -> Bools:
        """Whether an event is one too many within the seconds; the ring then takes its time."""
        most = self._rules.rate_events
        fast = np.zeros(len(seat), dtype=bool)
        many = np.flatnonzero(number >= most)
        if many.size:
            here = rank[many] >= most  # The event so many before lies in this batch.
            ring = self._times.all[seat[many] * most + number[many] % most]
            earlier = np.where(here, at[np.where(here, many - most, 0)], ring)
            fast[many] = at[many] - earlier < self._rules.rate_seconds
        self._times.all[seat * most + number % most] = at
        return fast

    def _too_even(self, seat: Ints) -> Bools:
        """Whether the gaps of a seat hardly vary: n·Σg² − (Σg)² against (limit·Σg)²."""
        gaps = self._count.all[seat] - 1
        square = self._gap_sum.all[seat] ** 2
        spread = gaps * self._gap_squares.all[seat] - square
        even = (spread < self._rules.rhythm_variation**2 * square) | (spread <= 0)
        return np.asarray(even & (gaps >= self._rules.rhythm_gaps), dtype=np.bool_)

    def add(self, node: Ints, measure: Ints, added: Floats) -> None:
        """Note what events added, by node and measure."""
        np.add.at(self._added.all, node * len(MEASURES) + measure, added)

    def automatic(self, node: Ints) -> Bools:
        """Whether nodes weigh nothing: too fast, too even, or before a crowded device."""
        crowded = self._viewers.all[self._node_device.all[node]] > self._rules.device_viewers
        return np.asarray(self._automatic.all[self._node_seat.all[node]] | crowded, np.bool_)

    def room(self, node: Ints) -> Ints:
        """The room of each node."""
        return np.asarray(self._node_room.all[node], dtype=np.int64)

    def rooms_of(self, node: Ints) -> Ints:
        """The rooms that nodes are in."""
        return np.unique(self._node_room.all[node])

    def sums(self, rooms: Ints) -> Floats:
        """What all who do not look automatic have added (rooms, measures)."""
        nodes = np.flatnonzero(np.isin(self._node_room.all[: len(self._nodes)], rooms))
        nodes = nodes[~self.automatic(nodes)]
        place = np.searchsorted(rooms, self._node_room.all[nodes])
        total = np.zeros((len(rooms), len(MEASURES)))
        np.add.at(total, place, self._added.all.reshape(-1, len(MEASURES))[nodes])
        return total
