"""Partners' systems: what each may do, which two people agree to, and its secrets, which rotate.

A client is named `<institution>.<name>`, so whoever asks for a token tells at once whose it is.
What is kept of a secret is its SHA-256: it is 256 random bits, which no search finds.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.permits import PERMITS, Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.session import Actor, acting, query

NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
CLIENT_ID: Final = re.compile(rf"([1-9]\d{{0,8}})\.({NAME.pattern})")
OVERLAP: Final = timedelta(days=1)
# How long a process may go by what it knows of a client: a revocation is felt within this.
KNOWN_SECONDS: Final = 20.0
_ALLOW: Final = """
    insert into api_client (institution_id, name, title, scopes, per_second, burst)
    values (%s, %s, %s, %s, %s, %s)
    on conflict (institution_id, name) do update
       set title = excluded.title, scopes = excluded.scopes, per_second = excluded.per_second,
           burst = excluded.burst, generation = api_client.generation + 1
"""
# Scopes of the API itself, which belong to no act of the table of permits.
OWN_SCOPES: Final = frozenset({"exchange:read", "webhooks:write"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A client as it stands: what it may do and how often."""

    institution: int
    name: str
    title: str
    scopes: frozenset[str]
    generation: int
    per_second: int
    burst: int
    revoked_at: datetime | None

    @property
    def client_id(self) -> str:
        """What it calls itself when it asks for a token."""
        return f"{self.institution}.{self.name}"

    def caller(self, scopes: frozenset[str]) -> Caller:
        """This client as one who asks, with no more than it was given."""
        return Caller(
            institution=self.institution,
            by=f"client:{self.name}",
            duties=frozenset({Duty.PARTNER}),
            scopes=self.scopes & scopes,
        )


def scopes_there_are() -> frozenset[str]:
    """Every scope a partner can be given: those of the table of permits, and the API's own.

    >>> "decisions:write" in scopes_there_are(), "decide" in scopes_there_are()
    (True, False)
    """
    return frozenset(permit.scope for permit in PERMITS.values() if permit.scope) | OWN_SCOPES


def allow(
    caller: Caller,
    name: str,
    *,
    title: str,
    scopes: frozenset[str],
    per_second: int,
    key: str,
    why: str,
    at: datetime,
) -> Proposal:
    """Propose that a client may do this and no more; another person confirms it.

    It registers a client that is not there. Raises `InputError` NOT_PERMITTED, CLIENT_NAME, SCOPE.
    """
    check_may(caller, Act.MANAGE_PARTNERS)
    if not NAME.fullmatch(name):
        wrong = f"{shown(name)} is no name of a client."
        raise InputError("CLIENT_NAME", wrong, "Use 2 to 40 of a-z, 0-9 and -, a letter first.")
    _check_scopes(scopes)
    content = {"title": title, "scopes": sorted(scopes), "per_second": per_second}
    return propose(caller, Act.MANAGE_PARTNERS, name, content, key=key, why=why, at=at)


@carries_out(Act.MANAGE_PARTNERS)
def allow_confirmed(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Register a client or change what it may do; tokens that it has end."""
    told = proposal.content
    _check_scopes(frozenset(told["scopes"]))
    query(
        _ALLOW,
        [
            *(caller.institution, proposal.subject, told["title"], told["scopes"]),
            *(told["per_second"], 2 * told["per_second"]),
        ],
    )
    forget(caller.institution, proposal.subject)


def new_secret(caller: Caller, name: str, *, at: datetime, overlap: timedelta = OVERLAP) -> str:
    """A fresh secret, told this once; older ones end after the overlap.

    Raises `InputError` NOT_PERMITTED, NO_CLIENT.
    """
    check_may(caller, Act.MANAGE_PARTNERS)
    secret = secrets.token_urlsafe(32)
    with acting(caller.actor("gave a partner a secret")):
        _there(caller.institution, name)
        query(
            "update api_client_secret set until = %s where institution_id = %s and client = %s"
            " and (until is null or until > %s)",
            [at + overlap, caller.institution, name, at + overlap],
        )
        query(
            "insert into api_client_secret (institution_id, client, digest) values (%s, %s, %s)",
            [caller.institution, name, _digest(secret)],
        )
    return secret


def revoke(caller: Caller, name: str, *, at: datetime) -> None:
    """End a client: its tokens are refused, here at once and elsewhere within `KNOWN_SECONDS`.

    Raises `InputError` NOT_PERMITTED, NO_CLIENT.
    """
    check_may(caller, Act.MANAGE_PARTNERS)
    with acting(caller.actor("ended a partner's access")):
        _there(caller.institution, name)
        query(
            "update api_client set revoked_at = coalesce(revoked_at, %s),"
            " generation = generation + 1 where institution_id = %s and name = %s",
            [at, caller.institution, name],
        )
        query(
            "update webhook_subscription set ended_at = coalesce(ended_at, %s)"
            " where institution_id = %s and client = %s",
            [at, caller.institution, name],
        )
    forget(caller.institution, name)


def partners(caller: Caller) -> tuple[Partner, ...]:
    """Every client of the institution; raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.MANAGE_PARTNERS)
    with acting(caller.actor()):
        return tuple(_partner(row) for row in query(_CLIENTS + " order by name"))


def secret_fits(institution: int, name: str, secret: str, *, at: datetime) -> bool:
    """Whether a client has such a secret in use; that it has none at all takes no less time."""
    with acting(Actor(institution=institution)):
        rows = query(
            "select digest from api_client_secret where institution_id = %s and client = %s"
            " and (until is null or until > %s)",
            [institution, name, at],
        )
    given, fits = _digest(secret), False
    for (kept,) in rows or [("",)]:
        fits |= hmac.compare_digest(str(kept), given)
    return fits


_CLIENTS: Final = (
    "select institution_id, name, title, scopes, generation, per_second, burst, revoked_at"
    " from api_client"
)
_known: dict[tuple[int, str], tuple[float, Partner | None]] = {}
_known_lock = threading.Lock()


def known(institution: int, name: str) -> Partner | None:
    """A client as this process knows it, asked anew when that is older than `KNOWN_SECONDS`."""
    now = time.monotonic()
    found = _known.get((institution, name))
    if found is not None and now - found[0] < KNOWN_SECONDS:
        return found[1]
    with acting(Actor(institution=institution)):
        partner = _read(institution, name)
    with _known_lock:
        if len(_known) > 10_000:  # Names that nobody registered cannot fill the memory.
            _known.clear()
        _known[institution, name] = (now, partner)
    return partner


def forget(institution: int, name: str) -> None:
    """Ask anew about a client at the next request."""
    with _known_lock:
        _known.pop((institution, name), None)


def _read(institution: int, name: str) -> Partner | None:
    for row in query(_CLIENTS + " where institution_id = %s and name = %s", [institution, name]):
        return _partner(row)
    return None


def _partner(row: tuple[Any, ...]) -> Partner:
    institution, name, title, scopes, generation, per_second, burst, revoked_at = row
    return Partner(
        institution=institution,
        name=name,
        title=title,
        scopes=frozenset(scopes),
        generation=generation,
        per_second=per_second,
        burst=burst,
        revoked_at=revoked_at,
    )


def _there(institution: int, name: str) -> None:
    if _read(institution, name) is None:
        raise InputError("NO_CLIENT", f"There is no client {shown(name)}.", "Register it first.")


def _check_scopes(scopes: frozenset[str]) -> None:
    unknown = sorted(scopes - scopes_there_are())
    if unknown:
        wrong = f"There is no scope {shown(unknown[0])}."
        raise InputError("SCOPE", wrong, f"Choose from: {', '.join(sorted(scopes_there_are()))}.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
