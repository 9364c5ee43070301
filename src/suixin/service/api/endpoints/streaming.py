"""Live slots: what happens in a session's room, and the limit that follows it (C08: read alone)."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen
from ninja import Query, Router

from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Id, IdInPath
from suixin.service.app import live
from suixin.service.app.live_events import LiveEvents
from suixin.service.app.live_slots import SlotState
from suixin.service.app.permits import Act

router = Router(tags=["Live"])
Second = Annotated[int, Ge(0), Le(2**40)]
_Told = MaxLen(50_000)


class Opening(Body):
    """A session's slot: whose it is, and its hours as epoch seconds."""

    slot: Id
    party: Id
    opens_at: Second
    closes_at: Second


class EventColumns(Body):
    """Events in the order they came, as columns of one length.

    `viewer` and `device` are hashes, salted for the day; `value` seconds of dwell or fen.
    """

    slot: Id
    kind: Annotated[list[str], MinLen(1), _Told]
    viewer: Annotated[list[str], MinLen(1), _Told]
    device: Annotated[list[str], MinLen(1), _Told]
    at: Annotated[list[Second], MinLen(1), _Told]
    value: Annotated[list[Annotated[int, Ge(0), Le(10**15)]], MinLen(1), _Told]
    order: Annotated[list[str], MinLen(1), _Told]


# Kept under their key by the act itself, and looked at within its own transaction.
@writes(router, "/live-events", SlotState, Act.SEND_LIVE_EVENTS, alone=True)
def send_live_events(asked: Asked, body: EventColumns) -> SlotState:
    """Send what happened in a room; where the limit then stands."""
    events = LiveEvents(
        kind=body.kind,
        viewer=body.viewer,
        device=body.device,
        at=body.at,
        value=body.value,
        order=body.order,
    )
    return live.send(asked.caller, body.slot, events, key=asked.key, at=asked.at)


@writes(router, "/live-slots", SlotState, Act.SEND_LIVE_EVENTS)
def open_live_slot(asked: Asked, body: Opening) -> SlotState:
    """Open a session's slot; sent again it is the same one."""
    return live.open_slot(
        asked.caller,
        body.slot,
        body.party,
        opens_at=body.opens_at,
        closes_at=body.closes_at,
        at=asked.at,
    )


@reads(router, "/live-slots/{slot}", SlotState, Act.SEND_LIVE_EVENTS)
def see_live_slot(
    asked: Asked, slot: IdInPath, after: Annotated[Annotated[int, Ge(0), Le(2**40)], Query(0)]
) -> SlotState:
    """Where a slot's limit stands, and its moves after one."""
    return live.slot_of(asked.caller, slot, at=asked.at, after=after)
