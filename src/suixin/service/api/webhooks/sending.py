"""Events on their way: taken, sent, and taken again until they are heard or given up.

A delivery that is being sent is put off before it is sent, so whoever is killed meanwhile loses
nothing: it is sent again. A receiver knows it by its `webhook-id`, the same each time.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Timer
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.service.api.webhooks import addresses, signing
from suixin.service.api.webhooks.addresses import Resolve, Target, resolved
from suixin.service.api.webhooks.subscribing import hosts, secret_of
from suixin.service.app.caller import Caller
from suixin.service.store.session import acting, query

# How long it rests after the first try, the second…; after the last it is given up.
RESTS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200)
)
SEND_SECONDS: Final = 10.0
# For whom a process took and was killed, another takes it after this.
_LEASE: Final = timedelta(seconds=120)
_FAULT_CHARACTERS: Final = 200
_TAKE: Final = """
    with due as (
        select institution_id, id from webhook_delivery
         where institution_id = %s and next_at <= %s
         order by next_at for update skip locked limit %s)
    update webhook_delivery as d set next_at = %s, tries = d.tries + 1
      from due, webhook_subscription as s
     where (d.institution_id, d.id) = (due.institution_id, due.id)
       and (s.institution_id, s.id) = (d.institution_id, d.subscription)
    returning d.id, d.subscription, d.kind, d.content::text, d.at, d.tries, s.url, s.key_name,
              s.secret
"""
_HEARD: Final = """
    update webhook_delivery set next_at = null, delivered_at = %s, fault = ''
     where institution_id = %s and id = %s
"""
_UNHEARD: Final = """
    update webhook_delivery set next_at = %s, dead_at = %s, fault = %s
     where institution_id = %s and id = %s
"""
_GONE: Final = """
    update webhook_subscription set ended_at = coalesce(ended_at, %s)
     where institution_id = %s and id = %s
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round did: heard, put off, given up."""

    heard: int
    put_off: int
    given_up: int


@dataclass(frozen=True, slots=True)
class _Taken:
    id: int
    subscription: str
    kind: str
    content: str
    at: datetime
    tries: int
    url: str
    key_name: str
    secret: bytes


def send_due(
    caller: Caller, *, at: datetime, limit: int = 100, resolve: Resolve = resolved
) -> Sent:
    """Send an institution's events that are due; a job calls it each few seconds.

    It raises nothing for what a receiver does: that is noted at the delivery.
    """
    institution, actor = caller.institution, caller.actor("sent events")
    with acting(actor):
        taken = [_Taken(*row) for row in query(_TAKE, [institution, at, limit, at + _LEASE])]
        named = hosts(institution)
    heard = given_up = 0
    for one in taken:
        fault, gone = _sent(institution, one, named, at, resolve)
        with acting(actor):
            if not fault:
                query(_HEARD, [at, institution, one.id])
                heard += 1
                continue
            last = gone or one.tries > len(RESTS)
            again = None if last else at + RESTS[one.tries - 1]
            told = shown(fault, _FAULT_CHARACTERS)
            query(_UNHEARD, [again, at if last else None, told, institution, one.id])
            if gone:
                query(_GONE, [at, institution, one.subscription])
            given_up += last
    return Sent(heard, len(taken) - heard - given_up, given_up)


def _sent(
    institution: int, one: _Taken, named: frozenset[str], at: datetime, resolve: Resolve
) -> tuple[str, bool]:
    """What went wrong, or nothing; and whether the receiver wants no more."""
    body = json.dumps(
        {"type": one.kind, "timestamp": one.at.isoformat(), "data": json.loads(one.content)},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    name, seconds = f"evt-{institution}-{one.id}", int(at.timestamp())
    try:
        secret = secret_of(institution, one.subscription, one.key_name, bytes(one.secret))
        where = addresses.target(one.url, named=named, resolve=resolve)
        status = _posted(
            where,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "suixin-webhooks/1",
                "webhook-id": name,
                "webhook-timestamp": str(seconds),
                "webhook-signature": signing.signature(secret, name, seconds, body),
            },
        )
    except InputError as fault:
        return fault.code, False
    except (OSError, http.client.HTTPException) as fault:
        return type(fault).__name__, False
    if 200 <= status < 300:
        return "", False
    return f"status {status}", status == http.client.GONE


def _posted(where: Target, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; of what else it says nothing is read, and it is not waited for."""
    made = _connection(where)
    end = Timer(SEND_SECONDS, _cut, [made])
    end.daemon = True
    end.start()
    try:
        made.request("POST", where.path, body, headers)
        return made.getresponse().status
    finally:
        end.cancel()
        made.close()


def _connection(where: Target) -> http.client.HTTPConnection:
    """A connection to the address that was looked at, whatever the host's name leads to now."""
    connected = socket.create_connection((where.address, where.port), SEND_SECONDS / 2)
    try:
        made: http.client.HTTPConnection
        if where.tls:
            context = ssl.create_default_context()
            made = http.client.HTTPSConnection(where.host, where.port, context=context)
            made.sock = context.wrap_socket(connected, server_hostname=where.host)
        else:
            made = http.client.HTTPConnection(where.host, where.port)
            made.sock = connected
    except OSError:
        connected.close()
        raise
    return made


def _cut(made: http.client.HTTPConnection) -> None:
    if made.sock is not None:
        with suppress(OSError):
            made.sock.shutdown(socket.SHUT_RDWR)
