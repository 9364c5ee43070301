"""What a station's device sends when it is on line again: each operation once, in its order.

An operation is one transaction: its row, the step of the device's chain and what it does stand or
fall together. What the rules refuse is kept as refused, with the reason; nothing is sent in vain
twice, and nothing that was sent is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.devices import (
    ENROLLED,
    FROZEN,
    REVOKED,
    Device,
    device_row,
    freeze,
    no_device,
    own_device,
    service_actor,
)
from suixin.service.app.permits import Act, check_may
from suixin.service.app.sync_acts import Came, Doing, do, drop_unread
from suixin.service.app.sync_ops import (
    DeviceClock,
    Happened,
    Operation,
    bytes_of,
    check_signed,
    happened,
    operation_of,
)
from suixin.service.store.session import Actor, acting, again, query

_KNOWN: Final = """
    select hash, outcome, code, words, happened_at, time_uncertain, result, op_id, seq
      from station_operation
     where institution_id = %s and (op_id = %s or (device = %s and seq = %s))
"""
_ENTER: Final = """
    insert into station_operation (institution_id, op_id, device, seq, hash, agent, kind, entity,
                                   party_id, told, sealed, received_at, happened_at,
                                   happened_after, time_uncertain, clock_off, outcome, code, words,
                                   result)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s, %s,
            %s::jsonb)
"""
_STEP: Final = """
    update station_device set seq = %s, last_hash = %s where institution_id = %s and device = %s
"""
_SEEN: Final = "update station_device set seen_at = %s where institution_id = %s and device = %s"
_HELD: Final = """
    select told, sealed, happened_at, happened_after, time_uncertain, clock_off
      from station_operation
     where institution_id = %s and device = %s and outcome = 'held' order by seq
"""
_CAME: Final = """
    update station_operation set outcome = %s, code = %s, words = %s, result = %s::jsonb,
                                 sealed = %s, party_id = %s
     where institution_id = %s and op_id = %s and outcome = 'held'
"""
# They wait with their seal; of the others only the hash stays.
_OPEN: Final = frozenset({"held", "conflict"})


class SyncFault(InputError):
    """A batch that does not go on where the device's chain stands; `expected` is the next seq."""

    def __init__(self, code: str, message: str, hint: str, expected: int) -> None:
        super().__init__(code, message, hint)
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a device sends at once: operations in the order of their seq."""

    device: str
    clock: DeviceClock
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an operation: applied, held, conflict or refused; or duplicate, sent before.

    `was` is then what came of it the first time. `result` has ids of what was made.
    """

    op_id: str
    seq: int
    outcome: str
    was: str = ""
    code: str = ""
    words: str = ""
    happened_at: datetime
    time_uncertain: bool
    result: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What came of a batch; up to `ack_seq` the device may forget what it sent."""

    results: tuple[Outcome, ...]
    ack_seq: int
    server_at: datetime
    clock_off: bool


def push(caller: Caller, batch: Batch, *, at: datetime) -> Pushed:
    """Work what a device sends; sent again it is answered as before, and done no second time.

    Raises `InputError` NOT_PERMITTED, NO_DEVICE, NOT_ENROLLED, DEVICE_REVOKED, DEVICE_FROZEN,
    TOO_MANY_OPERATIONS; `SyncFault` SEQ_GAP, and OP_CHANGED, after which the device is frozen.
    """
    check_may(caller, Act.SYNC_DEVICE)
    device = own_device(caller, batch.device)
    _check_sends(device, at)
    policy = load_policy("stations").on(at.astimezone(CHINA).date())
    _check_batch(batch, device, policy["sync.ops"])
    seen = device.seen_at or device.announced_at
    work_held(caller, batch.device, at=at)
    results = []
    for op in batch.operations:
        when = happened(
            op, batch.clock, last_seen=seen, received=at, off_seconds=policy["sync.clock_off"]
        )
        try:
            results.append(_worked(caller, op, when, at))
        except SyncFault as fault:
            if fault.code == "OP_CHANGED":
                freeze(
                    service_actor("froze a device", caller), device.device, why=str(fault), at=at
                )
            raise
    actor = service_actor("a device was seen", caller)
    with acting(actor):
        query(_SEEN, [at, caller.institution, batch.device])
        now = device_row(actor, batch.device)
    off = abs((batch.clock.wall_at - at).total_seconds()) > policy["sync.clock_off"]
    ack = 0 if now is None else now.seq
    return Pushed(results=tuple(results), ack_seq=ack, server_at=at, clock_off=off)


def work_held(caller: Caller, device: str, *, at: datetime) -> int:
    """Try again what waited for something, in its order; how many wait no more."""
    check_may(caller, Act.SYNC_DEVICE)
    own_device(caller, device)
    actor = service_actor("tried again what waited", caller)
    with acting(actor):
        rows = query(_HELD, [caller.institution, device])
    ended = 0
    for told, sealed, *times in rows:
        when = Happened(at=times[0], after=times[1], uncertain=times[2], off=times[3])
        ended += _tried_again(caller, operation_of(json.loads(told), sealed=sealed), when, at)
    return ended


def _tried_again(caller: Caller, op: Operation, when: Happened, at: datetime) -> bool:
    actor = service_actor(f"did {op.kind} of a device", caller)

    def work() -> bool:
        with acting(actor):
            came = do(Doing(caller=caller, op=op, when=when, received=at))
            if came.outcome == "held":
                return False
            _kept(actor, op, came)
        return True

    try:
        return again(work)
    except InputError as fault:
        with acting(actor):
            _kept(actor, op, _refused(fault))
        return True


def _kept(actor: Actor, op: Operation, came: Came) -> None:
    sealed = op.sealed if came.outcome in _OPEN else ""
    given = [came.outcome, came.code, came.words, json.dumps(came.result), sealed, came.party_id]
    query(_CAME, [*given, actor.institution, op.op_id])


def _worked(caller: Caller, op: Operation, when: Happened, at: datetime) -> Outcome:
    """One operation: what it does with its row, or else its row with why it was refused."""
    actor = service_actor(f"did {op.kind} of a device", caller)

    def work(refusal: InputError | None) -> Outcome:
        with acting(actor):
            known = _next(caller, actor, op)
            if known is not None:
                return known
            doing = Doing(caller=caller, op=op, when=when, received=at)
            came = do(doing) if refusal is None else _refused(refusal)
            if came.code == "CONSENT_REVOKED":
                drop_unread(doing)
            _enter(actor, op, came, when, at)
        return Outcome(
            op_id=op.op_id,
            seq=op.seq,
            outcome=came.outcome,
            code=came.code,
            words=came.words,
            happened_at=when.at,
            time_uncertain=when.uncertain,
            result=came.result,
        )

    try:
        return again(lambda: work(None))
    except SyncFault:
        raise
    except InputError as fault:
        if fault.code in ("NO_DEVICE", "DEVICE_REVOKED", "DEVICE_FROZEN", "NOT_ENROLLED"):
            raise
        refused = fault
    return again(lambda: work(refused))


def _next(caller: Caller, actor: Actor, op: Operation) -> Outcome | None:
    """The answer to what was sent before, or None where it is the chain's next, signed so."""
    device = device_row(actor, op.device, locked=True)
    if device is None or device.agent != caller.by:
        raise no_device(op.device)
    _check_stands(device)
    for row in query(_KNOWN, [actor.institution, op.op_id, op.device, op.seq]):
        if row[0] != op.hash:
            raise _changed(device, op, "it was sent before, and said something else")
        return Outcome(
            op_id=row[7],
            seq=row[8],
            outcome="duplicate",
            was=row[1],
            code=row[2],
            words=row[3],
            happened_at=row[4],
            time_uncertain=row[5],
            result=json.loads(row[6]),
        )
    if op.seq != device.seq + 1:
        raise _gap(device, op.seq)
    if op.prev_hash != device.last_hash or op.agent != caller.by:
        raise _changed(device, op, "it does not go on from the one before")
    try:
        check_signed(op, bytes_of(device.public_key))
    except InputError as fault:
        raise _changed(device, op, "it is not signed by the device") from fault
    return None


def _enter(actor: Actor, op: Operation, came: Came, when: Happened, at: datetime) -> None:
    told = {name: value for name, value in op.told.items() if name != "sealed"}
    sealed = op.sealed if came.outcome in _OPEN else ""
    query(
        _ENTER,
        [
            *(actor.institution, op.op_id, op.device, op.seq, op.hash, actor.by, op.kind),
            *(op.entity_id, came.party_id, json.dumps(told), sealed, at, when.at, when.after),
            *(when.uncertain, when.off, came.outcome, came.code, came.words),
            json.dumps(came.result),
        ],
    )
    query(_STEP, [op.seq, op.hash, actor.institution, op.device])


def _refused(fault: InputError) -> Came:
    return Came("refused", code=fault.code, words=f"{fault.message} {fault.hint}".strip()[:400])


def _check_sends(device: Device, at: datetime) -> None:
    _check_stands(device)
    if device.expires_on is not None and at.astimezone(CHINA).date() > device.expires_on:
        wrong = f"The device {device.device} was enrolled until {device.expires_on}."
        raise InputError("NOT_ENROLLED", wrong, "Let two people enrol it anew; nothing is lost.")


def _check_stands(device: Device) -> None:
    name = device.device
    if device.standing == REVOKED:
        wrong = f"The device {name} was revoked."
        raise InputError("DEVICE_REVOKED", wrong, "It erases what it holds; ask for another.")
    if device.standing == FROZEN:
        wrong = f"The device {name} is frozen: {device.ended_why}"
        raise InputError("DEVICE_FROZEN", wrong[:300], "Two people look at it, and let it on.")
    if device.standing != ENROLLED:
        wrong = f"The device {name} waits for two people."
        raise InputError("NOT_ENROLLED", wrong, "Let an administrator enrol it.")


def _check_batch(batch: Batch, device: Device, most: int) -> None:
    if len(batch.operations) > most:
        wrong = f"The batch has {len(batch.operations)} operations; {most} at most."
        raise InputError("TOO_MANY_OPERATIONS", wrong, "Send them in parts.")
    _check_row(batch.operations, batch.device, device)


def _check_row(operations: Sequence[Operation], name: str, device: Device) -> None:
    for before, after in pairwise(operations):
        if after.seq != before.seq + 1:
            raise _gap(device, after.seq)
    for op in operations:
        if op.device != name:
            raise _changed(device, op, f"it is of the device {op.device}")


def _gap(device: Device, seq: int) -> SyncFault:
    wrong = f"Operation {seq} came where {device.seq + 1} is the next."
    hint = f"Send from {device.seq + 1} on."
    return SyncFault("SEQ_GAP", wrong, hint, device.seq + 1)


def _changed(device: Device, op: Operation, why: str) -> SyncFault:
    wrong = f"Operation {op.seq} of {device.device} was changed: {why}."
    return SyncFault("OP_CHANGED", wrong, "Bring the device to the office.", device.seq + 1)
