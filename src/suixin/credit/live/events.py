"""Live events as columns: whole numbers for rooms, viewers, devices and kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.live.rules import KINDS
from suixin.data.errors import InputError


@dataclass(frozen=True, slots=True)
class Events:
    """Events in the order they came: codes from 0, `at` epoch seconds, `value` seconds of dwell.

    A viewer or device has one code a day, over all rooms. Raises `InputError` on columns of
    unequal length, negative codes, an unknown kind, or a dwell that is not a number ≥ 0.
    """

    room: Ints
    viewer: Ints
    device: Ints
    kind: Ints
    value: Floats
    at: Ints

    def __post_init__(self) -> None:
        columns = (self.room, self.viewer, self.device, self.kind, self.value, self.at)
        if len({len(column) for column in columns}) > 1:
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
        )  # fmt: skip

    def batches(self, size: int) -> Iterator[Events]:
        """The events in lots of at most so many."""
        return (self.take(slice(k, k + size)) for k in range(0, len(self), size))
