"""A partner's subscriptions: which kinds of event go where. Its secret is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from suixin.data.errors import InputError, shown
from suixin.service.api.webhooks import addresses, signing
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may, may
from suixin.service.store.session import acting, query

SUBSCRIPTIONS_MAX: Final = 20
SCOPE: Final = "webhooks:write"
_COLUMNS: Final = "id, client, url, kinds, created_at, ended_at"


class EventKind(StrEnum):
    """What a partner can be told of."""

    AGREEMENT_SIGNED = "agreement.signed"
    AGREEMENT_EVENT = "agreement.event"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"


# What a partner must be able to ask for, to be told of it.
NEEDS: Final = {
    EventKind.AGREEMENT_SIGNED: Act.SEE_AGREEMENT,
    EventKind.AGREEMENT_EVENT: Act.SEE_AGREEMENT,
    EventKind.CONSENT_GIVEN: Act.CONSENT,
    EventKind.CONSENT_WITHDRAWN: Act.CONSENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where a partner is told of what."""

    subscription: str
    client: str
    url: str
    kinds: tuple[EventKind, ...]
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """A subscription with its secret, which is told this once."""

    subscription: Subscription
    secret: str


def subscribe(caller: Caller, url: str, kinds: tuple[EventKind, ...]) -> NewSubscription:
    """Tell this partner of these kinds of event at an address.

    Raises `InputError` NOT_PERMITTED, WEBHOOK_URL, SUBSCRIPTIONS (it has as many as may be).
    """
    _check_scope(caller)
    for kind in kinds:
        check_may(caller, NEEDS[kind])
    secret, name = signing.new_secret(), str(uuid4())
    with acting(caller.actor("subscribed to events")):
        addresses.checked(url, named=hosts(caller.institution))
        ((had,),) = query(
            "select count(*) from webhook_subscription"
            " where institution_id = %s and client = %s and ended_at is null",
            [caller.institution, caller.by],
        )
        if had >= SUBSCRIPTIONS_MAX:
            wrong = f"There are {had} subscriptions."
            raise InputError("SUBSCRIPTIONS", wrong, "End one that is not needed.")
        key_name, seal = signing.sealed(ring(), secret, _about(caller.institution, name))
        query(
            "insert into webhook_subscription"
            " (institution_id, id, client, url, kinds, key_name, secret)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                *(caller.institution, name, caller.by, url),
                *([kind.value for kind in dict.fromkeys(kinds)], key_name, seal),
            ],
        )
        return NewSubscription(subscription=_one(caller, name), secret=signing.told(secret))


def subscriptions(caller: Caller) -> tuple[Subscription, ...]:
    """A partner's own, or for who manages partners all; raises `InputError` NOT_PERMITTED."""
    whose = _whose(caller)
    with acting(caller.actor("looked at subscriptions")):
        rows = query(
            f"select {_COLUMNS} from webhook_subscription where institution_id = %s"
            " and (client = %s or %s) order by created_at, id limit 1000",
            [caller.institution, caller.by, whose],
        )
        return tuple(_subscription(row) for row in rows)


def unsubscribe(caller: Caller, name: str, *, at: datetime) -> Subscription:
    """End a subscription, and what waits for it; raises `InputError` NO_SUBSCRIPTION."""
    _whose(caller)
    with acting(caller.actor("ended a subscription")):
        _one(caller, name)
        query(
            "update webhook_subscription set ended_at = coalesce(ended_at, %s)"
            " where institution_id = %s and id = %s",
            [at, caller.institution, name],
        )
        query(
            "update webhook_delivery set next_at = null, dead_at = %s, fault = 'unsubscribed'"
            " where institution_id = %s and subscription = %s and next_at is not null",
            [at, caller.institution, name],
        )
        return _one(caller, name)


def hosts(institution: int) -> frozenset[str]:
    """The hosts of its own network that an institution lets webhooks go to."""
    rows = query("select host from webhook_host where institution_id = %s", [institution])
    return frozenset(host for (host,) in rows)


def secret_of(institution: int, name: str, key_name: str, seal: bytes) -> bytes:
    """The secret of a subscription; raises `InputError` NO_KEY."""
    return signing.unsealed(ring(), key_name, seal, _about(institution, name))


def _check_scope(caller: Caller) -> None:
    if SCOPE not in caller.scopes:
        raise forbidden(caller, "To subscribe is a partner's that has the scope webhooks:write.")


def _whose(caller: Caller) -> bool:
    """Whether the caller sees all partners' subscriptions; raises NOT_PERMITTED for neither."""
    if may(caller, Act.MANAGE_PARTNERS):
        return True
    _check_scope(caller)
    return False


def _one(caller: Caller, name: str) -> Subscription:
    rows = query(
        f"select {_COLUMNS} from webhook_subscription where institution_id = %s and id = %s"
        " and (client = %s or %s)",
        [caller.institution, name, caller.by, may(caller, Act.MANAGE_PARTNERS)],
    )
    for row in rows:
        return _subscription(row)
    wrong = f"There is no subscription {shown(name)}."
    raise InputError("NO_SUBSCRIPTION", wrong, "Check the id.")


def _subscription(row: tuple[Any, ...]) -> Subscription:
    name, client, url, kinds, created_at, ended_at = row
    return Subscription(
        subscription=name,
        client=client,
        url=url,
        kinds=tuple(EventKind(kind) for kind in kinds),
        created_at=created_at,
        ended_at=ended_at,
    )


def _about(institution: int, name: str) -> str:
    return f"{institution}/{name}"
