"""Live sessions, what their viewers did on the last two days, and the bots among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.county.bits import Bits, Ints, Texts
from suixin.county.cast import consent_ids
from suixin.county.kinds import Kind
from suixin.county.order_tables import Trade, session_ids
from suixin.county.shops import SHOW_SECONDS, WEEKS, Calendar
from suixin.county.table import NONE, Column, Table, named, same
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

HOUR = 3_600
KINDS = ("enter", "dwell", "click", "like", "favourite", "share", "cart", "order_paid")
_ENTER, _DWELL, _ORDER_PAID = 0, 1, 7
_AFTER_ENTER = (0, 6, 6, 8, 2, 1, 2)  # how often each kind follows
_VIEWERS = 18
_EVENTS = 9  # of a viewer who is a person
_GAP_LEAST, _GAP_SPREAD = 8, 240  # seconds between two acts of a person
_KEPT_DAYS = 2
"""Viewers gave no consent: their events are dropped a day after the session closed."""

_STORM_EVENTS, _STORM_VIEWERS = 48, 3
_METRONOME_EVENTS, _METRONOME_VIEWERS, _METRONOME_GAP = 20, 4, 15
_FARM_EVENTS, _FARM_VIEWERS = 8, 8


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts of viewers in the sessions whose events are kept; one row an act."""

    session: Ints  # shop row × WEEKS + week
    viewer: Texts
    device: Texts
    kind: Ints
    value: Ints
    order: Ints  # row in the orders, or NONE
    at: Ints


def session_table(trade: Trade, calendar: Calendar) -> Table:
    """live_sessions: every show that sold something, and each live shop's latest."""
    sessions = _held(trade, calendar)
    shop = sessions // WEEKS
    opens = _opens(trade, calendar, sessions)
    merchant = trade.cast.ids[trade.shops.subject[shop]]
    own: dict[str, Column] = {
        "source": same("kuaishou", sessions.size),
        "subject": merchant,
        "occurred_at": opens,
        "recorded_at": opens + SHOW_SECONDS + 1_800,
        "consent": consent_ids(trade.cast, trade.shops.subject, "trade")[shop],
        "session": session_ids(trade, sessions),
        "merchant": merchant,
        "streamer": trade.cast.ids[trade.cast.head(trade.shops.subject[shop])],
        "opens_at": opens,
        "closes_at": opens + SHOW_SECONDS,
    }
    return Table("live_sessions", own)


def event_table(trade: Trade, calendar: Calendar, bits: Bits) -> Table:
    """live_events: of the shows of the last two days; bots fill those of planted shops."""
    sessions = _held(trade, calendar)
    day = _opens(trade, calendar, sessions) // SECONDS_PER_DAY
    kept = sessions[day > calendar.until - 1 - _KEPT_DAYS]
    planted = trade.cast.of(Kind.BOT_BURST)
    bots = kept[np.isin(trade.shops.subject[kept // WEEKS], planted)]
    parts = [_people(kept, bits), _paid(trade, kept, bits), *_bots(bots, bits)]
    acts = _together(parts, trade, calendar)
    n = acts.at.size
    merchant = trade.cast.ids[trade.shops.subject[acts.session // WEEKS]]
    first, show = np.unique(acts.session, return_index=True, return_inverse=True)[1:]
    sequence = np.arange(n) - first[show] + 1
    own: dict[str, Column] = {
        "source": same("kuaishou", n),
        "subject": merchant,
        "occurred_at": acts.at,
        "recorded_at": acts.at + 30,
        "consent": consent_ids(trade.cast, trade.shops.subject, "trade")[acts.session // WEEKS],
        "session": session_ids(trade, acts.session),
        "sequence": sequence.astype(np.int64),
        "viewer_day_hash": acts.viewer,
        "device_day_hash": acts.device,
        "kind": named(KINDS, acts.kind),
        "value": acts.value,
        "order_id": named(trade.ids, acts.order),
        "at": acts.at,
    }
    return Table("live_events", own)


def _held(trade: Trade, calendar: Calendar) -> Ints:
    sold = np.unique(trade.orders.session[trade.orders.session != NONE])
    live = np.flatnonzero(trade.shops.live)
    # A show later in the week than the county's last day is still to come: take the one before.
    to_come = trade.shops.show_day[live] > calendar.weekday
    latest = live * WEEKS + WEEKS - 1 - to_come
    return np.union1d(sold, latest).astype(np.int64)


def _opens(trade: Trade, calendar: Calendar, sessions: Ints) -> Ints:
    day = calendar.first + 7 * (sessions % WEEKS) + trade.shops.show_day[sessions // WEEKS]
    return day * SECONDS_PER_DAY - LOCAL_OFFSET + 20 * HOUR


def _acts(session: Ints, viewer: Texts, device: Texts, kind: Ints, second: Ints) -> Acts:
    """Acts at seconds after the opening, held inside the show."""
    n = session.size
    value = np.where(kind == _DWELL, 5 + second % 90, NONE)
    at = np.minimum(second, SHOW_SECONDS - 1)
    return Acts(session, viewer, device, kind, value, np.full(n, NONE, dtype=np.int64), at)


def _people(kept: Ints, bits: Bits) -> Acts:
    """Viewers who are persons: each on a device of its own, with uneven pauses."""
    viewers = kept.size * _VIEWERS
    n = viewers * _EVENTS
    gaps = _GAP_LEAST + bits.below("live/gap", n, _GAP_SPREAD).reshape(viewers, _EVENTS)
    gaps[:, 0] = bits.below("live/enter", viewers, SHOW_SECONDS - 1_800)
    kind = bits.pick("live/kind", n, _AFTER_ENTER).reshape(viewers, _EVENTS)
    kind[:, 0] = _ENTER
    return _acts(
        np.repeat(kept, _VIEWERS * _EVENTS),
        np.repeat(bits.hashes("live/viewer", viewers), _EVENTS),
        np.repeat(bits.hashes("live/device", viewers), _EVENTS),
        kind.reshape(-1),
        np.cumsum(gaps, axis=1).reshape(-1),
    )


def _paid(trade: Trade, kept: Ints, bits: Bits) -> Acts:
    """The orders that these shows sold, each by a viewer of its own."""
    rows = np.flatnonzero(np.isin(trade.orders.session, kept))
    n = rows.size
    opened = (trade.orders.placed[rows] + LOCAL_OFFSET) % SECONDS_PER_DAY - 20 * HOUR
    return Acts(
        session=trade.orders.session[rows],
        viewer=bits.hashes("live/payer", n),
        device=bits.hashes("live/payer_device", n),
        kind=np.full(n, _ORDER_PAID, dtype=np.int64),
        value=trade.orders.gross[rows],
        order=rows.astype(np.int64),
        at=opened,
    )


def _bots(sessions: Ints, bits: Bits) -> tuple[Acts, ...]:
    """Storms of events, events like clockwork, and one device with many viewers."""
    storm = _machine(sessions, _STORM_VIEWERS, _STORM_EVENTS, bits, "storm")
    clock = _machine(sessions, _METRONOME_VIEWERS, _METRONOME_EVENTS, bits, "clock")
    farm = _machine(sessions, _FARM_VIEWERS, _FARM_EVENTS, bits, "farm")
    return storm, clock, farm


def _machine(sessions: Ints, viewers: int, events: int, bits: Bits, style: str) -> Acts:
    total = sessions.size * viewers
    n = total * events
    start = 300 + bits.below(f"bot/{style}/start", total, SHOW_SECONDS - 2_400)
    place = np.tile(np.arange(events, dtype=np.int64), total)
    pace = {"storm": place, "clock": place * _METRONOME_GAP}.get(style, place * 150)
    jitter = bits.below(f"bot/{style}/jitter", n, 60) if style == "farm" else 0
    devices = bits.hashes(f"bot/{style}/device", sessions.size if style == "farm" else total)
    each = viewers * events if style == "farm" else events
    return _acts(
        np.repeat(sessions, viewers * events),
        np.repeat(bits.hashes(f"bot/{style}/viewer", total), events),
        np.repeat(devices, each),
        2 + bits.below(f"bot/{style}/kind", n, 2),
        np.repeat(start, events) + pace + jitter,
    )


def _together(parts: list[Acts], trade: Trade, calendar: Calendar) -> Acts:
    """All acts by session and time, with instants instead of seconds after the opening."""

    def column(name: str) -> Column:
        return np.concatenate([getattr(part, name) for part in parts])

    session = column("session")
    at = _opens(trade, calendar, session) + column("at")
    order = np.lexsort((at, session))
    names = ("viewer", "device", "kind", "value", "order")
    rest = {name: column(name)[order] for name in names}
    return Acts(session=session[order], at=at[order], **rest)
