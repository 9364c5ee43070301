"""Every desk of the service, in the order in which one who has several comes to them.

A new desk is a module with `DESK` and a line here; addresses, navigation and the inventory of
pages (tests/service/web/test_inventory.py) follow from it.
"""

from __future__ import annotations

from typing import Any, Final

from suixin.service.app.caller import Duty
from suixin.service.web.administration import desk as administration
from suixin.service.web.agent import desk as agent
from suixin.service.web.auditor import desk as auditor
from suixin.service.web.cashier import desk as cashier
from suixin.service.web.government import desk as government
from suixin.service.web.household import desk as household
from suixin.service.web.officer import desk as officer
from suixin.service.web.page import Desk

DESKS: Final[tuple[Desk, ...]] = (
    household.DESK,
    agent.DESK,
    officer.DESK,
    cashier.DESK,
    auditor.DESK,
    government.DESK,
    administration.DESK,
    administration.POLICY,
    administration.STATUS,
)


def desks_of(user: Any) -> tuple[Desk, ...]:
    """The desks that are a user's by his duties."""
    duties = frozenset(Duty(duty) for duty in user.duties)
    return tuple(desk for desk in DESKS if desk.duties & duties)
