"""Deliveries as a person sees them: what waits, what was given up, and sending it once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.api.webhooks.subscribing import SCOPE
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.permits import Act, may
from suixin.service.store.session import acting, query

_COLUMNS: Final = """d.id, d.subscription, d.kind, d.subject, d.at, d.tries, d.next_at,
    d.delivered_at, d.dead_at, d.fault"""
_THEIRS: Final = f"""
    select {_COLUMNS} from webhook_delivery as d
      join webhook_subscription as s
        on (s.institution_id, s.id) = (d.institution_id, d.subscription)
     where d.institution_id = %s and (s.client = %s or %s)
"""


class DeliveryStanding(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one subscription, or arrived, or given up."""

    delivery: int
    subscription: str
    kind: str
    subject: str
    at: datetime
    tries: int
    standing: DeliveryStanding
    next_at: datetime | None
    fault: str


def deliveries(
    caller: Caller, *, standing: DeliveryStanding | None, after: int, limit: int
) -> tuple[Delivery, ...]:
    """A partner's own, or all for who runs the service, oldest first."""
    shown = {
        None: "",
        DeliveryStanding.WAITING: " and d.next_at is not null",
        DeliveryStanding.DELIVERED: " and d.delivered_at is not null",
        DeliveryStanding.DEAD: " and d.dead_at is not null",
    }[standing]
    with acting(caller.actor("looked at deliveries")):
        rows = query(
            f"{_THEIRS}{shown} and d.id > %s order by d.id limit %s",
            [caller.institution, caller.by, _sees_all(caller), after, limit],
        )
        return tuple(_delivery(row) for row in rows)


def send_again(caller: Caller, delivery: int, *, at: datetime) -> Delivery:
    """Send once more what was given up; raises `InputError` NO_DELIVERY, NOT_DEAD."""
    with acting(caller.actor("sent a delivery again")):
        found = _one(caller, delivery)
        if found.standing is not DeliveryStanding.DEAD:
            wrong = f"The delivery {delivery} was not given up."
            raise InputError("NOT_DEAD", wrong, "Wait until it was tried, or look whether it came.")
        query(
            "update webhook_delivery set next_at = %s, dead_at = null, tries = 0"
            " where institution_id = %s and id = %s",
            [at, caller.institution, delivery],
        )
        return _one(caller, delivery)


def _one(caller: Caller, delivery: int) -> Delivery:
    rows = query(
        f"{_THEIRS} and d.id = %s",
        [caller.institution, caller.by, _sees_all(caller), delivery],
    )
    for row in rows:
        return _delivery(row)
    raise InputError("NO_DELIVERY", f"There is no delivery {delivery}.", "Check the id.")


def _sees_all(caller: Caller) -> bool:
    if may(caller, Act.RUN_AGAIN):
        return True
    if SCOPE not in caller.scopes:
        raise forbidden(caller, "To see deliveries is not yours.")
    return False


def _delivery(row: tuple[Any, ...]) -> Delivery:
    number, subscription, kind, subject, at, tries, next_at, delivered_at, dead_at, fault = row
    standing = DeliveryStanding.WAITING
    if delivered_at is not None:
        standing = DeliveryStanding.DELIVERED
    elif dead_at is not None:
        standing = DeliveryStanding.DEAD
    return Delivery(
        delivery=number,
        subscription=subscription,
        kind=kind,
        subject=subject,
        at=at,
        tries=tries,
        standing=standing,
        next_at=next_at,
        fault=fault,
    )
