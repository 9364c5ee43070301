"""The same counts by the batch definition: all events at once, no running state.

What the micro-batches of `Rooms` keep running is defined here over a table of events, with the
automatic viewers of `suixin.credit.viewers`; the two are held to each other by tests.
"""

from __future__ import annotations

import duckdb
import narwhals as nw
import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.live.events import Events
from suixin.credit.live.rules import MEASURES, LiveRules
from suixin.credit.viewers import marked
from suixin.kernel.policy import PolicyOn


def counts_at(events: Events, opens_at: Ints, *, at: int, policy: PolicyOn) -> Floats:
    """Interest, paid orders and refunds (rooms, 3) at a moment, from all events until then.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> zero, two = np.zeros(2, np.int64), np.array([0, 1])
    >>> seen = Events(zero, two, two, np.array([6, 7]), np.zeros(2), np.array([0, 300]))
    >>> policy = policy_on(date(2026, 6, 30), None)
    >>> counts_at(seen, np.zeros(1), at=300, policy=policy).tolist()
    [[1.5, 1.0, 0.0]]
    """
    rules = LiveRules.from_policy(policy)
    events = events.take(np.flatnonzero(events.at <= at))
    found = np.zeros((len(opens_at), len(MEASURES)))
    kept = ~automatic(events, policy)
    weight = rules.each[events.kind] + rules.by_value[events.kind] * events.value
    faded = weight * np.exp2((events.at - at) / rules.half_life)
    np.add.at(found, (events.room[kept], rules.measure[events.kind[kept]]), faded[kept])
    return found


def minute_sums(
    events: Events, opens_at: Ints, *, room: int, minutes: int, policy: PolicyOn
) -> Floats:
    """Sums of the minutes (minutes, 3) of a closed room: what is kept once its events are dropped.

    Automatic viewers are left out, as known at the close.
    """
    rules, kept = LiveRules.from_policy(policy), ~automatic(events, policy)
    kept &= events.room == room
    minute = (events.at - opens_at[room]) // rules.tick_seconds
    kept &= (minute >= 0) & (minute < minutes)
    weight = rules.each[events.kind] + rules.by_value[events.kind] * events.value
    found = np.zeros((minutes, len(MEASURES)))
    np.add.at(found, (minute[kept], rules.measure[events.kind[kept]]), weight[kept])
    return found


def automatic(events: Events, policy: PolicyOn) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each event is by a viewer or device that looks automatic over all of them."""
    if not len(events):
        return np.zeros(0, dtype=np.bool_)
    columns = {
        "session": events.room,
        "sequence": np.arange(len(events)),
        "viewer": events.viewer,
        "device": events.device,
        "at": events.at,
    }
    with duckdb.connect() as connection:
        connection.register("events", columns)
        frame = nw.from_native(connection.table("events"))
        found = marked(frame, policy).sort("sequence").select("automatic").to_native()
        return np.asarray(found.fetchnumpy()["automatic"], dtype=np.bool_)
