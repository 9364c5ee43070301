"""Live events as columns: whole numbers for rooms, viewers, devices and kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.live.rules import KINDS
from suixin.data.errors import InputError

_APART = 1 << 40  # Sets the times of one group apart from those of the next.


@dataclass(frozen=True, slots=True)
class Events:
    """Events in the order they came: codes from 0, `at` epoch seconds.

    `value` is seconds of dwell, or fen of an order or a refund; `order` the code of the order that
    these name, −1 where they name none, None where none ever do. A viewer or device has one code a
    day, over all rooms. Raises `InputError` on columns of
    unequal length, negative codes, an unknown kind, or a dwell that is not a number ≥ 0.
    """

    room: Ints
    viewer: Ints
    device: Ints
    kind: Ints
    value: Floats
    at: Ints
    order: Ints | None = None

    def __post_init__(self) -> None:
        columns = (self.room, self.viewer, self.device, self.kind, self.value, self.at)
        lengths = {len(column) for column in columns}
        if self.order is not None:
            lengths.add(len(self.order))
        if len(lengths) > 1:
            raise InputError("BAD_EVENTS", "The columns of live events are not equally long.")
        if not len(self.at):
            return
        if min(self.room.min(), self.viewer.min(), self.device.min(), self.kind.min()) < 0:
            raise InputError("BAD_EVENTS", "A live event has a code below 0.")
        if self.kind.max() >= len(KINDS):
            raise InputError(
                "BAD_EVENTS", f"Kind {self.kind.max()} is none of {', '.join(KINDS)} (0 to 8)."
            )
        if not (self.value.min() >= 0 and self.value.max() < np.inf):
            raise InputError("BAD_EVENTS", "The value of a live event is not a number ≥ 0.")

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: slice | Ints) -> Events:
        """Some of the events."""
        return Events(
            self.room[rows], self.viewer[rows], self.device[rows],
            self.kind[rows], self.value[rows], self.at[rows],
            None if self.order is None else self.order[rows],
        )  # fmt: skip

    def batches(self, size: int) -> Iterator[Events]:
        """The events in lots of at most so many."""
        return (self.take(slice(k, k + size)) for k in range(0, len(self), size))


def never_back(run: Ints, at: Ints) -> Ints:
    """Times as they count for rate and rhythm: a late one as if it came with the one before it.

    `run` numbers the groups from 0; rows of a group stand together, as they came.

    >>> never_back(np.array([0, 0, 0, 1]), np.array([5, 3, 6, 1])).tolist()
    [5, 5, 6, 1]
    """
    return np.maximum.accumulate(at + run * _APART) - run * _APART
