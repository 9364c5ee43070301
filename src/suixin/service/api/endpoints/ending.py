"""The day's end: ending days, what they found is to be done, and how they closed."""

from __future__ import annotations

from datetime import date

from ninja import Router

from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.endpoints.fields import Body, CursorAsked, LimitAsked
from suixin.service.app import day_end
from suixin.service.app.day_end import Ended, UnderWay
from suixin.service.app.permits import Act

router = Router(tags=["Day end"])


class EndingDays(Body):
    """Through which day all open days are to be ended."""

    on: date


@writes(router, "/day-ends", tuple[Ended, ...], Act.END_DAY, alone=True)
def end_days(asked: Asked, body: EndingDays) -> tuple[Ended, ...]:
    """End every open day to this one; sent again it finds nothing to do."""
    return day_end.end_day(asked.caller, body.on, at=asked.at)


@reads(router, "/day-ends", Listed[Ended], Act.SEE_LEDGER)
def list_day_ends(asked: Asked, cursor: CursorAsked, limit: LimitAsked) -> Listed[Ended]:
    """The days that are closed, the last first."""
    place = asked.place(cursor, str)
    before = None if place is None else date.fromisoformat(place[0])
    found = day_end.days(asked.caller, before=before, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.day.isoformat(),))


@reads(router, "/day-ends/progress", UnderWay | None, Act.SEE_OPERATIONS)
def see_day_end(asked: Asked) -> UnderWay | None:
    """How far the day is that is being ended; null where none is."""
    return day_end.progress(asked.caller)
