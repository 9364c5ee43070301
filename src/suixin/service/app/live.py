"""Live slots: events kept as they come, a limit that follows within the call, and why it moved.

Nothing here signs, decides or pays: what stands beside a stream only links to the lender's own
page (R-MKT). The slot's factor ends with its session and moves no standing limit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from threading import Lock
from typing import Final

import numpy as np

from suixin.credit.live.batch import minute_sums
from suixin.credit.live.rules import LiveRules
from suixin.credit.live.slot import Change, Slot, moved
from suixin.credit.live.sources import sessions_of
from suixin.credit.live.usual import Usual, usual
from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.service.app import lake, scoring
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import tell
from suixin.service.app.live_events import Counted, LiveEvents, joined, packed_events
from suixin.service.app.live_slots import (
    SlotRow,
    SlotState,
    live_rules,
    no_slot,
    slot_row,
    slot_state,
)
from suixin.service.app.packing import packed_arrays, unpacked_arrays
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may, may
from suixin.service.app.summaries import not_scored, rules_on
from suixin.service.store.session import Actor, acting, query

PRODUCT: Final = "live_slot"
# A clock that is ahead by so many seconds is let pass.
AHEAD_SECONDS: Final = 60
# Events are of viewers who gave no consent: dropped so many seconds after their session.
KEPT_SECONDS: Final = 86_400
COUNTED_MAX: Final = 64
_THOUSAND: Final = 1_000
_OPEN: Final = """
    insert into live_slot (institution_id, slot, party_id, opens_at, closes_at, opening_fen,
                           factor_bps, above, looked_at, usual)
    values (%s, %s, %s, %s, %s, %s, %s, '[]', %s, %s)
    on conflict (institution_id, slot) do nothing
"""
_BATCH: Final = """
    insert into live_batch (institution_id, slot, number, key, events, content)
    values (%s, %s, %s, %s, %s, %s) on conflict (institution_id, slot, key) do nothing
    returning number
"""
_MOVE: Final = """
    update live_slot set factor_bps = %s, above = %s, batches = %s, events = events + %s,
                         looked_at = %s
     where institution_id = %s and slot = %s
"""
_CHANGE: Final = """
    insert into live_change (institution_id, slot, number, at_second, from_bps, to_bps, limit_fen,
                             why, z, target_bps)
    select %s, %s, coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s, %s, %s
      from live_change where institution_id = %s and slot = %s
"""
_MISSED: Final = """
    select number, key, content from live_batch
     where institution_id = %s and slot = %s and number >= %s order by number
"""
_MINUTES: Final = """
    insert into live_minute (institution_id, slot, minute, interest_thousandths, paid_orders,
                             refunds)
    select %s, %s, * from unnest(%s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
    on conflict do nothing
"""
_BEFORE: Final = """
    select m.slot, m.minute, m.interest_thousandths, m.paid_orders, m.refunds
      from live_minute as m join live_slot as s
        on (s.institution_id, s.slot) = (m.institution_id, m.slot)
     where m.institution_id = %s and s.party_id = %s and s.closes_at <= %s
     order by s.closes_at, m.slot, m.minute
"""


# Running counts of the slots this process has met, under the row's lock; dropped where one fails.
_COUNTED: Final[dict[tuple[int, str, int], Counted]] = {}
_LOCK: Final = Lock()


def open_slot(
    caller: Caller, slot: str, party_id: str, *, opens_at: int, closes_at: int, at: datetime
) -> SlotState:
    """Open a session's slot; sent again it is the same one.

    It opens with what the seller's file gives by its sessions, else with its limit as far as the
    sheet of live slots goes. Times are epoch seconds. Raises `InputError` NOT_PERMITTED, NO_PARTY,
    HOURS, NOT_SCORED, KEY_TAKEN.
    """
    check_may(caller, Act.SEND_LIVE_EVENTS)
    actor = acting_for(caller, party_id, "opened a live slot")
    if not 0 < closes_at - opens_at <= 2 * KEPT_SECONDS:
        wrong = "A session opens before it closes, and lasts at most two days."
        raise InputError("HOURS", wrong, "Give its hours as epoch seconds.")
    on = at.astimezone(CHINA).date()
    opening_fen = _opening_fen(actor, party_id, on)
    known = _usual(actor, party_id, on, opens_at)
    with acting(actor):
        given = [actor.institution, slot, party_id, opens_at, closes_at, opening_fen]
        query(_OPEN, [*given, BPS_PER_WHOLE, opens_at, packed_arrays(asdict(known))])
        found = slot_row(actor, slot)
        if (found.party_id, found.opens_at, found.closes_at) != (party_id, opens_at, closes_at):
            wrong = f"There is another slot called {slot}."
            raise InputError("KEY_TAKEN", wrong, "Use a new id for another session.")
        return slot_state(actor, found, at)


def send(caller: Caller, slot: str, events: LiveEvents, *, key: str, at: datetime) -> SlotState:
    """Keep events of a slot, durably, and move its limit by them; with one key they come once.

    Raises `InputError` NOT_PERMITTED, NO_SLOT, CLOSED, EVENTS, MANY, EVENT_TIME, KEY.
    """
    check_may(caller, Act.SEND_LIVE_EVENTS)
    actor = Actor(institution=caller.institution, by=caller.by, why="sent live events")
    now = int(at.timestamp())
    if not key:
        raise InputError("KEY", "The events have no key.", "Give a key of your own, new each time.")
    with _counting(actor, slot), acting(actor):
        row = slot_row(actor, slot, locked=True)
        content = packed_events(
            events, opens_at=row.opens_at, until=min(row.closes_at, now + AHEAD_SECONDS)
        )
        given = [actor.institution, slot, row.batches + 1, key, len(events.at), content]
        if query(_BATCH, given):
            row.batches += 1
            counted = _caught_up(actor, row)
            _look(actor, row, counted, now=now, fresh=len(events.at), at=at)
        return slot_state(actor, slot_row(actor, slot), at)


def slot_of(caller: Caller, slot: str, *, at: datetime, after: int = 0) -> SlotState:
    """Where a slot stands, with its moves after one; a minute that is over is looked at first.

    Raises `InputError` NOT_PERMITTED, NO_SLOT.
    """
    actor = _may_see(caller, slot)
    _look_if_due(actor, slot, at)
    with acting(actor):
        return slot_state(actor, slot_row(actor, slot), at, after=after)


def look(caller: Caller, *, at: datetime) -> int:
    """Look at the open slots whose minute is over, for a job each second; how many."""
    check_may(caller, Act.SEND_LIVE_EVENTS)
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at live slots")
    now = int(at.timestamp())
    asked = """select slot from live_slot where institution_id = %s and opens_at <= %s
                and closes_at > %s and batches > 0 order by slot"""
    with acting(actor):
        slots = [slot for (slot,) in query(asked, [actor.institution, now, now])]
    return sum(_look_if_due(actor, slot, at) for slot in slots)


def close_ended(caller: Caller, *, at: datetime) -> int:
    """Keep the sums of sessions that ended, and drop their events a day later; how many slots."""
    check_may(caller, Act.SEND_LIVE_EVENTS)
    actor = Actor(institution=caller.institution, by=caller.by, why="closed live slots")
    now, done = int(at.timestamp()), 0
    asked = """select slot from live_slot as s where institution_id = %s and closes_at <= %s
                and exists (select from live_batch as b where b.institution_id = s.institution_id
                               and b.slot = s.slot) order by slot"""
    with acting(actor):
        slots = [slot for (slot,) in query(asked, [actor.institution, now])]
    for slot in slots:
        with acting(actor):
            done += _close(actor, slot, now)
    return done


def _opening_fen(actor: Actor, party_id: str, on: date) -> int:
    own, whole = (scoring.latest(actor, party_id, one, on=on) for one in (PRODUCT, ""))
    if own is None or whole is None:
        raise not_scored(party_id)
    most = rules_on(on).terms.products[PRODUCT].cap_fen
    return own.limit_fen or min(whole.limit_fen, most)


def _close(actor: Actor, slot: str, now: int) -> bool:
    row, whose = slot_row(actor, slot, locked=True), [actor.institution, slot]
    known = "select exists (select from live_minute where institution_id = %s and slot = %s)"
    ((summed,),) = query(known, whose)
    if not summed:
        rules, policy = live_rules(row.opens_at)
        contents = (bytes(content) for _, _, content in query(_MISSED, [*whose, 0]))
        events = joined(rules, row.opens_at, contents)
        if events is not None:
            opens = np.array([row.opens_at])
            minutes = -(-(row.closes_at - row.opens_at) // rules.tick_seconds)
            sums = minute_sums(events, opens, room=0, minutes=minutes, policy=policy)
            columns = [np.round(sums[:, 0] * _THOUSAND), sums[:, 1], sums[:, 2]]
            told = [column.astype(np.int64).tolist() for column in columns]
            query(_MINUTES, [*whose, list(range(minutes)), *told])
    if now >= row.closes_at + KEPT_SECONDS:
        query("delete from live_batch where institution_id = %s and slot = %s", whose)
    return not summed


def _look_if_due(actor: Actor, slot: str, at: datetime) -> bool:
    now = int(at.timestamp())
    with acting(actor):
        row = slot_row(actor, slot)
    rules, _ = live_rules(row.opens_at)
    until = min(now, row.closes_at)
    due = (until - row.opens_at) // rules.tick_seconds
    if not row.batches or due <= (row.looked_at - row.opens_at) // rules.tick_seconds:
        return False
    with _counting(actor, slot), acting(actor):
        row = slot_row(actor, slot, locked=True)
        _look(actor, row, _caught_up(actor, row), now=now, fresh=0, at=at)
    return True


def _look(
    actor: Actor, row: SlotRow, counted: Counted, *, now: int, fresh: int, at: datetime
) -> None:
    """Each minute that is over since the last look, and this moment; what moves is kept."""
    rules, _ = live_rules(row.opens_at)
    known = Usual(**unpacked_arrays(bytes(row.usual)))
    until = max(row.looked_at, min(now, row.closes_at))
    stands = Slot(row.opening_fen, row.factor_bps, tuple(json.loads(row.above)))
    changes = []
    for moment, tick in _moments(row, until, rules):
        z = known.z(moment - row.opens_at, counted.rooms.counts(at=moment)[0], rules)
        stands, change = moved(stands, z, at=moment, tick=tick, rules=rules)
        if change is not None:
            changes.append(change)
    for change in changes:
        _keep(actor, row, change, at)
    above = json.dumps(list(stands.above))
    given = [stands.factor_bps, above, row.batches, fresh, until]
    query(_MOVE, [*given, actor.institution, row.slot])


def _moments(row: SlotRow, until: int, rules: LiveRules) -> Iterator[tuple[int, bool]]:
    """When to look: at the end of each minute since the last look, and between them now."""
    tick, begun = rules.tick_seconds, row.looked_at - row.opens_at
    last = (until - row.opens_at) // tick
    # After a long silence the last minutes say all: a rise takes but so many in a row.
    first = max(begun // tick + 1, last - rules.ticks_above - 1)
    for number in range(first, last + 1):
        yield row.opens_at + number * tick, True
    if (until - row.opens_at) % tick:
        yield until, False


def _keep(actor: Actor, row: SlotRow, change: Change, at: datetime) -> None:
    whose = [actor.institution, row.slot]
    z = json.dumps([round(one, 4) for one in change.z])
    told = [change.at, change.from_bps, change.to_bps, change.limit_fen, change.why.value, z]
    query(_CHANGE, [*whose, *told, round(change.target * BPS_PER_WHOLE), *whose])
    content = {
        "what": "live limit",
        "slot": row.slot,
        "at": change.at,
        "from_bps": change.from_bps,
        "to_bps": change.to_bps,
        "limit_fen": change.limit_fen,
        "why": change.why,
    }
    tell(actor, Kind.DECISION, content, at=at, party_id=row.party_id)


@contextmanager
def _counting(actor: Actor, slot: str) -> Iterator[None]:
    """Running counts are forgotten where what was done with them was taken back."""
    try:
        yield
    except BaseException:
        with _LOCK:
            for place in [one for one in _COUNTED if one[:2] == (actor.institution, slot)]:
                del _COUNTED[place]
        raise


def _caught_up(actor: Actor, row: SlotRow) -> Counted:
    """The counts after all that is kept of a slot, whoever kept it. Under the row's lock.

    What this process counted before counts only where it ends with a batch that is kept.
    """
    place = (actor.institution, row.slot, row.opens_at)
    with _LOCK:
        found = _COUNTED.pop(place, None)
    known = 0 if found is None else found.batches
    missed = query(_MISSED, [actor.institution, row.slot, known])
    if found is None or [key for number, key, _ in missed[:1] if number == known] != [found.key]:
        found, known = Counted(live_rules(row.opens_at)[0], row.opens_at), 0
        missed = query(_MISSED, [actor.institution, row.slot, 0])
    for number, key, content in missed:
        if number > known:
            found.feed(number, key, bytes(content))
    with _LOCK:
        while len(_COUNTED) >= COUNTED_MAX:
            del _COUNTED[next(iter(_COUNTED))]
        _COUNTED[place] = found
    return found


def _usual(actor: Actor, party_id: str, on: date, opens_at: int) -> Usual:
    """What was usual in the seller's sessions before: of those here, else as its facts tell."""
    rules, policy = live_rules(opens_at)
    with acting(actor):
        rows = query(_BEFORE, [actor.institution, party_id, opens_at])
    sums: dict[str, list[list[float]]] = {}
    for slot, _, interest, paid, refunds in rows:
        sums.setdefault(slot, []).append([interest / _THOUSAND, float(paid), float(refunds)])
    found = [np.array(minutes) for minutes in sums.values()]
    if len(found) < rules.sessions_most:
        with lake.live_facts(actor, party_id) as feeds:
            told = [one for one in sessions_of(feeds.on(on)) if one.closes_at <= opens_at]
        told.sort(key=lambda one: one.opens_at)
        lacking = rules.sessions_most - len(found)
        found = [one.sums(policy) for one in told[-lacking:] if one.merchant == party_id] + found
    return usual(found, rules)


def _may_see(caller: Caller, slot: str) -> Actor:
    """For whom a slot is looked at: who sends its events, or who may see its seller's file."""
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at a live slot")
    if not may(caller, Act.SEND_LIVE_EVENTS):
        check_may(caller, Act.SEE_CREDIT_FILE)
        with acting(actor):
            whose = slot_row(actor, slot).party_id
        try:
            acting_for(caller, whose, "looked at a live slot")
        except InputError as fault:
            raise no_slot(slot) from fault
    return actor
