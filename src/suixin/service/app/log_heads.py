"""The log's signed heads by day: who cosigned each, who did not, and that each continues the last.

Every signature is verified anew with the keys of that day's policy, and every head held against the
one before it; nothing is believed for its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from suixin.data.errors import InputError
from suixin.evidence import checkpoint as heads
from suixin.evidence import note
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import Head, ProofError, check_consistency, consistency
from suixin.evidence.policy import Policy, satisfied
from suixin.evidence.quorum import in_force
from suixin.service.app.caller import Caller, service_caller
from suixin.service.app.evidence import DayHead, checkpoints
from suixin.service.app.keys import LogKeys, log_keys
from suixin.service.app.permits import Act, check_may
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.session import acting


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSeen:
    """The last head of a day. `signed` are the parties whose cosignatures hold, with when;
    `missing` those of the day's policy that did not sign; `continues` whether the tree of the
    head before it is the beginning of this one's (None: it is the first that is shown)."""

    on: date
    size: int
    root: bytes
    signed_at: datetime
    signed: tuple[tuple[str, datetime], ...]
    missing: tuple[str, ...]
    own: bool
    enough: bool
    continues: bool | None
    note: str


def heads_of_days(
    caller: Caller, *, until: date, number: int = 1, days: int = 30
) -> tuple[HeadSeen, ...]:
    """The days' last heads, newest first, `days` of them to a page.

    Raises `InputError` NOT_PERMITTED, NO_KEY.
    """
    check_may(caller, Act.SEE_EVIDENCE)
    keys = log_keys(caller.institution)
    last = until - timedelta(days=(number - 1) * days)
    # One day more, so that the oldest shown is held against the one before it.
    found = _last_of_days(checkpoints(caller, since=last - timedelta(days=days), until=last))
    actor = service_caller(caller.institution, "proof").actor("held the log's heads together")
    seen: list[HeadSeen] = []
    before: Head | None = None
    with acting(actor):
        store = DatabaseStore(actor)
        for one in found:
            made = _seen(one, keys, store, before)
            before = Head(made.size, made.root)
            seen.append(made)
    return tuple(reversed(seen))[:days]


def policy_text(caller: Caller, on: date) -> str:
    """Whose signatures were believed on a day, as `suixin verify --policy` reads it."""
    check_may(caller, Act.SEE_EVIDENCE)
    return str(in_force(log_keys(caller.institution).policies, on))


def _last_of_days(found: tuple[DayHead, ...]) -> list[DayHead]:
    """Of each day the largest head, and of equals the one that most signed."""
    best: dict[date, DayHead] = {}
    for one in found:
        known = best.get(one.on)
        if known is None or (one.size, len(one.signers)) >= (known.size, len(known.signers)):
            best[one.on] = one
    return [best[on] for on in sorted(best)]


def _seen(one: DayHead, keys: LogKeys, store: DatabaseStore, before: Head | None) -> HeadSeen:
    policy = in_force(keys.policies, one.on)
    known = _keys(policy)
    opened = note.open(one.note, [keys.log.verifier, *known.values()])
    head = heads.read(opened.text).head
    by = {signed.by: signed.time or 0 for signed in opened.signed}
    return HeadSeen(
        on=one.on,
        size=head.size,
        root=head.root,
        signed_at=one.signed_at,
        signed=tuple(
            (name, datetime.fromtimestamp(by[key], one.signed_at.tzinfo))
            for name, key in known.items()
            if key in by
        ),
        missing=tuple(name for name, key in known.items() if key not in by),
        own=keys.log.verifier in by,
        enough=satisfied(policy, list(by), keys.origin),
        continues=None if before is None else _continues(store, before, head),
        note=one.note,
    )


def _keys(policy: Policy) -> dict[str, Verifier]:
    witnesses = policy.witnesses.items()
    return {name: one.key for name, one in witnesses if isinstance(one.key, Verifier)}


def _continues(store: DatabaseStore, old: Head, new: Head) -> bool:
    try:
        check_consistency(old, new, consistency(old.size, new.size, store.node))
    except (ProofError, InputError):
        return False
    return True
