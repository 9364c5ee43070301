"""A session run again from its events: what its limit did, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats
from suixin.credit.live.batch import minute_sums
from suixin.credit.live.counters import Rooms
from suixin.credit.live.events import Events
from suixin.credit.live.rules import LiveRules
from suixin.credit.live.slot import Change, Slot, moved
from suixin.credit.live.usual import Usual, usual
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn

LOOK_SECONDS = 5
"""A fact moves the limit within so many seconds of being stored."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a merchant: its name, its hours (epoch seconds), and its events in order.

    Rooms of the events are all 0. `minutes` (minutes, 3) are sums where the events are gone.
    """

    name: str
    merchant: str
    opens_at: int
    closes_at: int
    events: Events | None
    minutes: Floats | None = None

    def __post_init__(self) -> None:
        if self.closes_at <= self.opens_at:
            raise InputError("BAD_SESSION", f"Session {self.name} closes before it opens.")

    def sums(self, policy: PolicyOn) -> Floats:
        """Sums of its minutes, from its events while they are there."""
        if self.events is None:
            if self.minutes is None:
                raise InputError(
                    "BAD_SESSION", f"Session {self.name} has no events and no minutes."
                )
            return self.minutes
        length = -(-(self.closes_at - self.opens_at) // LiveRules.from_policy(policy).tick_seconds)
        start = np.array([self.opens_at])
        return minute_sums(self.events, start, room=0, minutes=length, policy=policy)


def run(
    session: Session, known: Usual, *, opening_fen: int, rules: LiveRules
) -> tuple[Change, ...]:
    """Every change of a session's limit, from its events in order.

    The counts are looked at every 5 seconds in which something happened, which may lower, and at
    every tick, which may also raise. The factor ends with the session.
    """
    if session.events is None:
        return ()
    rooms, slot = Rooms(rules, [session.opens_at]), Slot(opening_fen)
    changes = []
    for now, events, tick in _looks(session, rules):
        if events is not None:
            rooms.feed(events)
        z = known.z(now - session.opens_at, rooms.counts(at=now)[0], rules)
        slot, change = moved(slot, z, at=now, tick=tick, rules=rules)
        if change is not None:
            changes.append(change)
    return tuple(changes)


def _looks(session: Session, rules: LiveRules) -> Iterator[tuple[int, Events | None, bool]]:
    """When to look (moment, the events until then, whether it is a tick), in order of time."""
    events = session.events
    if events is None:
        return
    inside = (events.at >= session.opens_at) & (events.at < session.closes_at)
    events = events.take(np.flatnonzero(inside))
    since = events.at - session.opens_at
    at = np.unique((since // LOOK_SECONDS + 1) * LOOK_SECONDS)
    length = session.closes_at - session.opens_at
    ticks = np.arange(rules.tick_seconds, length + 1, rules.tick_seconds)
    moments = np.union1d(np.minimum(at, length), ticks)
    # A late event is looked at with those it arrived with.
    order = np.searchsorted(np.maximum.accumulate(since), moments, side="left")
    begin = 0
    for moment, end in zip(moments.tolist(), order.tolist(), strict=True):
        batch = events.take(slice(begin, end)) if end > begin else None
        yield session.opens_at + moment, batch, moment % rules.tick_seconds == 0
        begin = end


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a session's limit did, and how many earlier sessions told what is usual."""

    session: Session
    earlier: int
    changes: tuple[Change, ...]


def replay(
    sessions: Sequence[Session], *, opening_fen: int, policy: PolicyOn
) -> tuple[Replayed, ...]:
    """Run sessions in the order they opened, each against those of its merchant that had closed.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> replay((), opening_fen=100, policy=policy_on(date(2026, 6, 30), None))
    ()
    """
    rules = LiveRules.from_policy(policy)
    sums: dict[str, list[tuple[int, Floats]]] = {}
    found = []
    for session in sorted(sessions, key=lambda one: (one.opens_at, one.merchant, one.name)):
        before = sums.setdefault(session.merchant, [])
        earlier = [minutes for closed, minutes in before if closed <= session.opens_at]
        known = usual(earlier, rules)
        changes = run(session, known, opening_fen=opening_fen, rules=rules)
        found.append(Replayed(session, min(len(earlier), rules.sessions_most), changes))
        before.append((session.closes_at, session.sums(policy)))
    return tuple(found)
