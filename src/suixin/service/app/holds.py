"""Holds: a stop on new money, set by one person at once, released by name; no debt moves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import acting, query

KINDS: Final = ("draw_stopped", "disputed", "sandbox_paused", "brake_slowed")
SCOPES: Final = ("all", "party", "product", "agreement")
_SET: Final = """
    insert into hold (institution_id, hold, kind, scope, since, reason, rule, held_by)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (hold, institution_id) do nothing
"""
_END: Final = """
    update hold set until = %s, released_by = %s
     where institution_id = %s and hold = %s and released_by = '' returning hold
"""
_ONE: Final = """
    select hold, kind, scope, since, until, reason, rule, held_by, released_by from hold
     where institution_id = %s and hold = %s
"""
_STANDING: Final = """
    select hold, kind, scope, since, until, reason, rule, held_by, released_by from hold
     where institution_id = %s and since <= %s and (until is null or until >= %s)
     order by since, hold limit %s
"""
LISTED_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A hold: what it stops and why, since when, and until when once it was released."""

    hold: str
    kind: str
    scope: str
    since: date
    until: date | None
    reason: str
    rule: str
    held_by: str
    released_by: str


def hold(
    caller: Caller, scope: str, *, kind: str, reason: str, rule: str = "", key: str, at: datetime
) -> Held:
    """Stop new money of `party:ID`, `product:NAME`, `agreement:ID` or `all`, from today on.

    Raises `InputError` NOT_PERMITTED, SCOPE, HOLD (no such kind, or no reason), KEY_TAKEN.
    """
    check_may(caller, Act.HOLD)
    what, _, whose = scope.partition(":")
    if what not in SCOPES or bool(whose) == (what == "all"):
        wrong = f"{scope!r} is nothing that can be held."
        raise InputError("SCOPE", wrong, "Give all, party:ID, product:NAME or agreement:ID.")
    if kind not in KINDS or not reason.strip():
        wrong = f"{kind!r} for {reason!r} is no hold."
        raise InputError("HOLD", wrong, f"Give one of {', '.join(KINDS)}, and a reason.")
    actor = caller.actor(reason)
    whole = entry_bytes([caller.institution, caller.by, key])
    name = f"h-{hashlib.sha256(whole).hexdigest()[:20]}"
    with acting(actor):
        day = business_day(actor, at)
        query(_SET, [actor.institution, name, kind, scope, day, reason, rule, caller.by])
        found = _held(query(_ONE, [actor.institution, name])[0])
        if (found.kind, found.scope, found.reason) != (kind, scope, reason):
            raise InputError("KEY_TAKEN", "The key was used for another hold.", "Use a new key.")
        _tell(caller, found, at)
    return found


def release_hold(caller: Caller, name: str, *, why: str, at: datetime) -> Held:
    """Let new money go again, from tomorrow on. Raises `InputError` NO_HOLD, KEPT (released)."""
    check_may(caller, Act.HOLD)
    actor = caller.actor(why)
    with acting(actor):
        rows = query(_ONE, [actor.institution, name])
        if not rows:
            raise InputError("NO_HOLD", f"There is no hold {name}.", "Check the id.")
        day = business_day(actor, at)
        if not query(_END, [day, caller.by, actor.institution, name]):
            raise InputError("KEPT", f"The hold {name} was released already.", "")
        found = _held(query(_ONE, [actor.institution, name])[0])
        _tell(caller, found, at)
    return found


def held(caller: Caller, *, on: date, limit: int = LISTED_MAX) -> tuple[Held, ...]:
    """The holds that stand on a day, oldest first."""
    check_may(caller, Act.SEE_CASE)
    with acting(caller.actor("looked at holds")):
        rows = query(_STANDING, [caller.institution, on, on, min(limit, LISTED_MAX)])
    return tuple(_held(row) for row in rows)


def _tell(caller: Caller, found: Held, at: datetime) -> None:
    said = {
        "hold": found.hold,
        "kind": found.kind,
        "scope": found.scope,
        "since": found.since,
        "until": found.until,
        "by": caller.by,
    }
    tell(caller.actor(), Kind.AGREEMENT, said, at=at)


def _held(row: tuple[object, ...]) -> Held:
    names = ("hold", "kind", "scope", "since", "until", "reason", "rule", "held_by", "released_by")
    return Held(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]
