"""Partners' systems, and where each wants to be told of what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen
from ninja import Path, Query, Router
from pydantic import StringConstraints

from suixin.service.api import clients
from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.clients import Partner
from suixin.service.api.endpoints.fields import (
    Body,
    CursorAsked,
    IdInPath,
    LimitAsked,
    ShortWords,
    Words,
)
from suixin.service.api.webhooks import letters, subscribing
from suixin.service.api.webhooks.letters import Delivery, DeliveryStanding
from suixin.service.api.webhooks.subscribing import EventKind, NewSubscription, Subscription
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal

router = Router(tags=["Partners"])
ClientName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
ScopeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}:[a-z]{1,20}$")]
Number = Annotated[int, Ge(1), Le(2**63 - 1), Path()]


class Allowed(Body):
    """What a partner's system shall be allowed."""

    name: ClientName
    title: ShortWords
    scopes: Annotated[list[ScopeName], MaxLen(50)]
    per_second: Annotated[int, Ge(1), Le(10_000)] = 100
    why: Words


@dataclass(frozen=True, slots=True)
class Secret:
    """A client's fresh secret, which is told this once."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class ClientRevoked:
    """That a client may do nothing any more."""

    client_id: str
    revoked_at: datetime


@reads(router, "/clients", tuple[Partner, ...], Act.MANAGE_PARTNERS)
def list_clients(asked: Asked) -> tuple[Partner, ...]:
    """The systems of partners, and what each may do."""
    return clients.partners(asked.caller)


@writes(router, "/clients", Proposal, Act.MANAGE_PARTNERS)
def allow_client(asked: Asked, body: Allowed) -> Proposal:
    """Propose what a partner's system may do; another person confirms it."""
    return clients.allow(
        asked.caller,
        body.name,
        title=body.title,
        scopes=frozenset(body.scopes),
        per_second=body.per_second,
        key=asked.key,
        why=body.why,
        at=asked.at,
    )


@writes(router, "/clients/{name}/secrets", Secret, Act.MANAGE_PARTNERS)
def renew_secret(asked: Asked, name: Annotated[ClientName, Path()]) -> Secret:
    """A fresh secret of a client; older ones end after a day."""
    secret = clients.new_secret(asked.caller, name, at=asked.at)
    return Secret(f"{asked.caller.institution}.{name}", secret)


@writes(router, "/clients/{name}/revoke", ClientRevoked, Act.MANAGE_PARTNERS, status=200)
def revoke_client(asked: Asked, name: Annotated[ClientName, Path()]) -> ClientRevoked:
    """End what a partner's system may do; felt everywhere within a minute."""
    clients.revoke(asked.caller, name, at=asked.at)
    return ClientRevoked(f"{asked.caller.institution}.{name}", asked.at)


class Wanted(Body):
    """Where a partner wants to be told of what."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=500)]
    kinds: Annotated[list[EventKind], MinLen(1), MaxLen(20)]


@reads(router, "/webhooks", tuple[Subscription, ...], scope=subscribing.SCOPE)
def list_webhooks(asked: Asked) -> tuple[Subscription, ...]:
    """Where you are told of what."""
    return subscribing.subscriptions(asked.caller)


@writes(router, "/webhooks", NewSubscription, scope=subscribing.SCOPE)
def subscribe(asked: Asked, body: Wanted) -> NewSubscription:
    """Be told of events at an address; the secret that signs them is told this once."""
    return subscribing.subscribe(asked.caller, body.url, tuple(body.kinds))


@writes(
    router,
    "/webhooks/{webhook_id}",
    Subscription,
    scope=subscribing.SCOPE,
    status=200,
    method="DELETE",
)
def unsubscribe(asked: Asked, webhook_id: IdInPath) -> Subscription:
    """Be told no more."""
    return subscribing.unsubscribe(asked.caller, webhook_id, at=asked.at)


@reads(router, "/webhook-deliveries", Listed[Delivery], scope=subscribing.SCOPE)
def list_deliveries(
    asked: Asked,
    standing: Annotated[DeliveryStanding | None, Query(None)],
    cursor: CursorAsked,
    limit: LimitAsked,
) -> Listed[Delivery]:
    """What was sent, waits, or was given up."""
    (after,) = asked.place(cursor, int) or (0,)
    found = letters.deliveries(asked.caller, standing=standing, after=after, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.delivery,))


@writes(
    router, "/webhook-deliveries/{delivery}/retry", Delivery, scope=subscribing.SCOPE, status=200
)
def send_delivery_again(asked: Asked, delivery: Number) -> Delivery:
    """Send once more what was given up."""
    return letters.send_again(asked.caller, delivery, at=asked.at)
