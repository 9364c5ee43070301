"""Devices of station agents: announced by the agent, enrolled by two people, ended by one.

A device makes its own keys and tells the public one; nobody carries a secret. What it sends counts
from the moment that two people, who compared the key's fingerprint, agreed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.sync_ops import bytes_of, fingerprint, known, seal_key, told_bytes
from suixin.service.store.session import Actor, acting, query

ANNOUNCED, ENROLLED, FROZEN, REVOKED = "announced", "enrolled", "frozen", "revoked"
LISTED_MAX: Final = 200
_COLUMNS: Final = """device, agent, title, public_key, standing, seq, last_hash, expires_on,
                     seen_at, announced_at, ended_why"""
_ONE: Final = f"select {_COLUMNS} from station_device where institution_id = %s and device = %s"
_LISTED: Final = f"""
    select {_COLUMNS} from station_device
     where institution_id = %s and (%s = '' or agent = %s) and device > %s order by device limit %s
"""
_ANNOUNCE: Final = """
    insert into station_device (institution_id, device, agent, title, public_key, announced_at)
    values (%s, %s, %s, %s, %s, %s) on conflict do nothing returning device
"""
_ENROL: Final = """
    update station_device set standing = 'enrolled', agreed = %s, expires_on = %s, seen_at = %s,
                              ended_at = null, ended_why = ''
     where institution_id = %s and device = %s
"""
_END: Final = """
    update station_device set standing = %s, ended_at = %s, ended_why = %s
     where institution_id = %s and device = %s
"""
_AGENT: Final = """
    select true from "user"
     where institution_id = %s and 'user:' || id = %s and is_active
       and 'station_agent' = any (duties)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device as it is known: whose, where it stands, how far its chain has come.

    `public_key` is in base64url, `key_words` is what two people compare.
    """

    device: str
    agent: str
    title: str
    public_key: str
    key_words: str
    standing: str
    seq: int
    last_hash: str
    expires_on: date | None
    seen_at: datetime | None
    announced_at: datetime
    ended_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a device needs to work: the key to seal to, its agent's villages, the dated limits."""

    device: Device
    key: str
    server_key: str
    agent: str
    villages: tuple[str, ...]
    form_version: int
    offline_days: int
    households: int
    piece_bytes: int
    operations: int
    operation_bytes: int
    server_at: datetime


def announce(caller: Caller, device: str, public_key: str, title: str, *, at: datetime) -> Device:
    """Tell the institution of a device; until two people agree it may send nothing.

    Sent again it is the same one. Raises `InputError` NOT_PERMITTED, DEVICE_KEY, KEY_TAKEN.
    """
    check_may(caller, Act.SYNC_DEVICE)
    raw = bytes_of(public_key)
    known(raw)
    actor = service_actor("announced a device", caller)
    with acting(actor):
        query(_ANNOUNCE, [caller.institution, device, caller.by, title.strip()[:60], raw, at])
        found = device_row(actor, device)
    if found is None or (found.agent, found.public_key) != (caller.by, told_bytes(raw)):
        wrong = f"The name {device} is of another device."
        raise InputError("KEY_TAKEN", wrong, "Begin again on the device.")
    return found


def enrolment(caller: Caller, device: str, *, at: datetime) -> Enrolment:
    """What an agent's own device needs, wherever it stands by now; raises `InputError` NO_DEVICE,
    DEVICE_REVOKED."""
    check_may(caller, Act.SYNC_DEVICE)
    found = own_device(caller, device)
    policy = load_policy("stations").on(at.astimezone(CHINA).date())
    key = seal_key(ring(), caller.institution)
    return Enrolment(
        device=found,
        key=key.name,
        server_key=told_bytes(key.public),
        agent=caller.by,
        villages=caller.villages,
        form_version=policy["sync.form"],
        offline_days=policy["device.offline_days"],
        households=policy["device.households"],
        piece_bytes=policy["upload.piece"],
        operations=policy["sync.ops"],
        operation_bytes=policy["sync.bytes"],
        server_at=at,
    )


def devices(caller: Caller, *, after: str = "", limit: int = LISTED_MAX) -> tuple[Device, ...]:
    """The institution's devices for who enrols them; raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.ENROL_DEVICE)
    given = [caller.institution, "", "", after, min(limit, LISTED_MAX)]
    with acting(caller.actor("looked at devices")):
        return tuple(_device(row) for row in query(_LISTED, given))


def propose_device(caller: Caller, device: str, *, key: str, why: str, at: datetime) -> Proposal:
    """Propose that a device be enrolled, or let on again after it was frozen; another agrees.

    Who agrees reads whose it is and its key's fingerprint. Raises `InputError` NOT_PERMITTED,
    NO_DEVICE, DEVICE_REVOKED, and as `propose`.
    """
    check_may(caller, Act.ENROL_DEVICE)
    with acting(caller.actor("looked at a device")):
        found = _open_device(caller, device)
    content = {
        "device": device,
        "agent": found.agent,
        "title": found.title,
        "key": found.key_words,
        "was": found.standing,
        "seq": found.seq,
    }
    return propose(caller, Act.ENROL_DEVICE, device, content, key=key, why=why, at=at)


@carries_out(Act.ENROL_DEVICE)
def enrol(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Let a device send, as two people agreed; raises `InputError` NO_DEVICE, MOVED, NO_PERSON."""
    found = _open_device(caller, proposal.subject)
    told = proposal.content
    if (found.agent, found.key_words, found.standing) != (told["agent"], told["key"], told["was"]):
        wrong = f"The device {proposal.subject} is not what it was when this was proposed."
        raise InputError("MOVED", wrong, "Reject it and propose anew.")
    if not query(_AGENT, [caller.institution, found.agent]):
        wrong = f"{found.agent} is no station agent any more."
        raise InputError("NO_PERSON", wrong, "Give the duty first, or revoke the device.")
    day = at.astimezone(CHINA).date()
    until = day + timedelta(days=load_policy("stations").on(day)["device.days"])
    query(_ENROL, [proposal.proposal, until, at, caller.institution, proposal.subject])


def revoke_device(caller: Caller, device: str, *, why: str, at: datetime) -> Device:
    """End a device at once, by one person: a lost one waits for nobody.

    At its next contact it erases itself. Raises `InputError` NOT_PERMITTED, NO_DEVICE, WHY.
    """
    check_may(caller, Act.ENROL_DEVICE)
    if not why.strip():
        raise InputError("WHY", "No reason is given.", "Say in a sentence why.")
    actor = caller.actor(why.strip())
    with acting(actor):
        found = device_row(actor, device, locked=True)
        if found is None:
            raise no_device(device)
        if found.standing != REVOKED:
            query(_END, [REVOKED, at, why.strip(), caller.institution, device])
        ended = device_row(actor, device)
    if ended is None:
        raise no_device(device)
    return ended


def own_device(caller: Caller, device: str) -> Device:
    """A device of the caller's own; raises `InputError` NO_DEVICE, DEVICE_REVOKED."""
    check_may(caller, Act.SYNC_DEVICE)
    actor = service_actor("looked at his device", caller)
    with acting(actor):
        found = device_row(actor, device)
    if found is None or found.agent != caller.by:
        raise no_device(device)
    if found.standing == REVOKED:
        wrong = f"The device {device} was revoked."
        raise InputError("DEVICE_REVOKED", wrong, "It erases what it holds; ask for another.")
    return found


def service_actor(why: str, caller: Caller) -> Actor:
    """The service, in an agent's name: rows of devices are no rows of villages."""
    return Actor(institution=caller.institution, by=caller.by, why=why)


def device_row(actor: Actor, device: str, *, locked: bool = False) -> Device | None:
    """A device within a transaction, or none."""
    tail = " for update" if locked else ""
    for row in query(_ONE + tail, [actor.institution, device]):
        return _device(row)
    return None


def freeze(actor: Actor, device: str, *, why: str, at: datetime) -> None:
    """Take nothing more from a device until two people have looked at it."""
    with acting(actor):
        query(_END, [FROZEN, at, why, actor.institution, device])


def no_device(device: str) -> InputError:
    """That a device is not there, or is not the caller's: the same words."""
    return InputError("NO_DEVICE", f"There is no device {device}.", "Announce it first.")


def _open_device(caller: Caller, device: str) -> Device:
    found = device_row(Actor(institution=caller.institution, by=caller.by), device, locked=True)
    if found is None:
        raise no_device(device)
    if found.standing == REVOKED:
        wrong = f"The device {device} was revoked."
        raise InputError("DEVICE_REVOKED", wrong, "Let the agent announce it anew.")
    return found


def _device(row: tuple[Any, ...]) -> Device:
    name, agent, title, key, standing, seq, last, expires, seen, announced, why = row
    return Device(
        device=name,
        agent=agent,
        title=title,
        public_key=told_bytes(bytes(key)),
        key_words=fingerprint(bytes(key)),
        standing=standing,
        seq=seq,
        last_hash=last,
        expires_on=expires,
        seen_at=seen,
        announced_at=announced,
        ended_why=why,
    )
