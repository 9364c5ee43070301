"""The same counts by the batch definition: all events at once, no running state.

What the micro-batches of `Rooms` keep running is defined here over a table of events, with the
automatic viewers of `suixin.credit.viewers`; the two are held to each other by tests.
"""

from __future__ import annotations

import duckdb
import narwhals as nw
import numpy as np

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.live.events import Events, never_back
from suixin.credit.live.paid import told, unnamed
from suixin.credit.live.rules import MEASURES, LiveRules
from suixin.credit.viewers import marked
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE


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
    kept = ~automatic(events, policy) & counting(events, rules)
    weight = rules.each[events.kind] + rules.by_value[events.kind] * events.value
    faded = weight * np.exp2((events.at - at) / rules.half_life)
    np.add.at(found, (events.room[kept], rules.measure[events.kind[kept]]), faded[kept])
    return found


def minute_sums(
    events: Events, opens_at: Ints, *, room: int, minutes: int, policy: PolicyOn
) -> Floats:
    """Sums of the minutes (minutes, 3) of a closed room: what is kept once its events are dropped.

    Automatic viewers and orders refunded at once are left out, as known at the close.
    """
    rules = LiveRules.from_policy(policy)
    kept = ~automatic(events, policy) & counting(events, rules) & (events.room == room)
    minute = (events.at - opens_at[room]) // rules.tick_seconds
    kept &= (minute >= 0) & (minute < minutes)
    weight = rules.each[events.kind] + rules.by_value[events.kind] * events.value
    found = np.zeros((minutes, len(MEASURES)))
    np.add.at(found, (minute[kept], rules.measure[events.kind[kept]]), weight[kept])
    return found


def counting(events: Events, rules: LiveRules) -> Bools:
    """Whether each event counts: a named order does once, and not when refunded soon after."""
    counts = ~unnamed(events, rules)
    paid: dict[int, tuple[int, int, float]] = {}
    refunds: dict[int, list[tuple[int, float]]] = {}
    for place, order, refund, at, value in told(events, rules):
        if refund:
            refunds.setdefault(order, []).append((at, value))
        elif order in paid:
            counts[place] = False
        else:
            paid[order] = place, at, value
    for order, (place, at, value) in paid.items():
        until = at + rules.quick_seconds
        back = sum(amount for when, amount in refunds.get(order, ()) if when <= until)
        if back > 0 and back * BPS_PER_WHOLE >= value * rules.quick_share_bps:
            counts[place] = False
    return counts


def automatic(events: Events, policy: PolicyOn) -> Bools:
    """Whether each event is by a viewer or device that looks automatic over all of them."""
    if not len(events):
        return np.zeros(0, dtype=np.bool_)
    seat = np.unique(np.column_stack([events.room, events.viewer]), axis=0, return_inverse=True)[1]
    order = np.argsort(seat.reshape(-1), kind="stable")
    at = np.empty_like(events.at)
    at[order] = never_back(seat.reshape(-1)[order], events.at[order])
    columns = {
        "session": events.room,
        "sequence": np.arange(len(events)),
        "viewer": events.viewer,
        "device": events.device,
        "at": at,
    }
    with duckdb.connect() as connection:
        connection.register("events", columns)
        frame = nw.from_native(connection.table("events"))
        found = marked(frame, policy).sort("sequence").select("automatic").to_native()
        return np.asarray(found.fetchnumpy()["automatic"], dtype=np.bool_)
