"""Events of a live slot: as a partner tells them, as they are kept, as the counters take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np

from suixin.credit.index import Ints
from suixin.credit.live.counters import Rooms
from suixin.credit.live.events import Events
from suixin.credit.live.rules import KINDS, LiveRules
from suixin.data.errors import InputError, shown

EVENTS_MAX: Final = 50_000
_HASH: Final = 64
_CODE: Final = {kind: code for code, kind in enumerate(KINDS)}
_NO_ORDER: Final = -1
# viewer, device, value, order: 8 bytes each; second from opening: 4; kind: 1.
_FORMS: Final = (("<i8", 4), ("<i4", 1), ("u1", 1))
_BYTES: Final = 37


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvents:
    """Events in the order they came, as columns; `viewer` and `device` are salted for the day.

    `kind` is of `KINDS`; `at` epoch seconds; `value` seconds of dwell, or fen of an order or a
    refund; `order` names the order of these, empty where there is none.
    """

    kind: Sequence[str]
    viewer: Sequence[str]
    device: Sequence[str]
    at: Sequence[int]
    value: Sequence[int]
    order: Sequence[str]


def packed_events(told: LiveEvents, *, opens_at: int, until: int) -> bytes:
    """The events as they are kept; raises `InputError` EVENTS, MANY, EVENT_TIME.

    `until` is the last second that an event may bear.
    """
    columns = (told.kind, told.viewer, told.device, told.at, told.value, told.order)
    size = len(told.at)
    if {len(column) for column in columns} != {size}:
        raise _events("The columns of events are not equally long.")
    if not 0 < size <= EVENTS_MAX:
        wrong = f"{size} events; 1 to {EVENTS_MAX} are taken at a time."
        raise InputError("MANY", wrong, "Send them in more batches.")
    try:
        kind = np.array([_CODE[one] for one in told.kind], dtype=np.uint8)
        at, value = np.array(told.at, dtype=np.int64), np.array(told.value, dtype=np.int64)
    except KeyError as fault:
        wrong = f"{shown(fault.args[0])} is no kind of a live event."
        raise InputError("EVENTS", wrong, f"Kinds: {', '.join(KINDS)}.") from fault
    except (OverflowError, TypeError, ValueError) as fault:
        raise _events("A time or a value of an event is no whole number.") from fault
    if value.min() < 0:
        raise _events("The value of an event is below 0.")
    if at.min() < opens_at or at.max() > until:
        wrong = "An event lies before the session opened, after it closed, or ahead of the clock."
        raise InputError("EVENT_TIME", wrong, f"Times from {opens_at} to {until}.")
    wide = np.stack([_ids(told.viewer), _ids(told.device), value, _orders(told.order)])
    since = (at - opens_at).astype("<i4")
    return wide.astype("<i8").tobytes() + since.tobytes() + kind.tobytes()


class Counted:
    """The running counts of one slot, fed batch by batch as they were kept."""

    def __init__(self, rules: LiveRules, opens_at: int) -> None:
        self.opens_at, self.batches, self.key = opens_at, 0, ""
        self.rooms = Rooms(rules, [opens_at])
        self._viewers: dict[int, int] = {}
        self._devices: dict[int, int] = {}

    def feed(self, number: int, key: str, content: bytes) -> None:
        """Take the next batch, which has a key; raises AssertionError where one is left out."""
        if number != self.batches + 1:
            raise AssertionError(f"Batch {number} comes after {self.batches}.")
        self.rooms.feed(self.events(content))
        self.batches, self.key = number, key

    def events(self, content: bytes) -> Events:
        """A batch's events, its viewers and devices numbered as they came to this slot."""
        wide, since, kind = _columns(content)
        return Events(
            room=np.zeros(len(kind), dtype=np.int64),
            viewer=_coded(wide[0], self._viewers),
            device=_coded(wide[1], self._devices),
            kind=kind.astype(np.int64),
            value=wide[2].astype(np.float64),
            at=self.opens_at + since.astype(np.int64),
            order=wide[3],
        )


def joined(rules: LiveRules, opens_at: int, contents: Iterable[bytes]) -> Events | None:
    """All the events of batches as one; None where there is none."""
    told = Counted(rules, opens_at)
    parts = [told.events(content) for content in contents]
    if not parts:
        return None
    names = ("room", "viewer", "device", "kind", "value", "at", "order")
    return Events(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


def _columns(content: bytes) -> tuple[Any, Any, Any]:
    size, at, found = len(content) // _BYTES, 0, []
    for form, width in _FORMS:
        found.append(np.frombuffer(content, form, size * width, at))
        at += size * width * np.dtype(form).itemsize
    return found[0].reshape(4, size), found[1], found[2]


def _coded(ids: Ints, known: dict[int, int]) -> Ints:
    """Numbers from 0 in the order in which ids first came."""
    own, place = np.unique(ids, return_inverse=True)
    codes = [known.setdefault(one, len(known)) for one in own.tolist()]
    return np.array(codes, dtype=np.int64)[place.reshape(-1)]


def _ids(hashes: Sequence[str]) -> Ints:
    """The first 63 bits of each hash."""
    try:
        whole = bytes.fromhex("".join([one[:16] for one in hashes]))
    except (TypeError, ValueError) as fault:
        raise _hashes() from fault
    if len(whole) != 8 * len(hashes) or {len(one) for one in hashes} != {_HASH}:
        raise _hashes()
    return (np.frombuffer(whole, ">u8") >> np.uint64(1)).astype(np.int64)


def _orders(names: Sequence[str]) -> Ints:
    return np.array(
        [
            int.from_bytes(blake2b(one.encode(), digest_size=8).digest()) >> 1 if one else _NO_ORDER
            for one in names
        ],
        dtype=np.int64,
    )


def _hashes() -> InputError:
    wrong = "A viewer or a device is no hash."
    return InputError("EVENTS", wrong, "Give 64 hexadecimal digits, salted for the day.")


def _events(wrong: str) -> InputError:
    return InputError("EVENTS", wrong, "docs/facts_service.md has their form.")
