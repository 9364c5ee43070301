"""Which business day it is for an institution: never one that is closed, whatever a clock says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from suixin.service.store.session import Actor, acting, query

CHINA: Final = ZoneInfo("Asia/Shanghai")
_CLOSED: Final = "select closed_through from institution where id = %s"


def business_day(actor: Actor, at: datetime) -> date:
    """The day to book on: the local day of the moment `at`, but not before the first open day.

    A clock that was moved back therefore never books into a closed day.
    """
    with acting(actor):
        ((closed,),) = query(_CLOSED, [actor.institution])
    today = at.astimezone(CHINA).date()
    return today if closed is None else max(today, closed + timedelta(days=1))
