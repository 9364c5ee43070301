"""Station devices: announced, enrolled by two people; what they send and what they are told."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from ninja import Query, Router
from pydantic import StringConstraints

from suixin.kernel.policy import load_policy
from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Code, Day, Id, IdInPath, Moment, Words
from suixin.service.api.problems import Problem, Wrong
from suixin.service.app import devices, sync_conflicts, sync_pull, sync_tasks, syncing
from suixin.service.app.day import CHINA
from suixin.service.app.devices import Device, Enrolment
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal
from suixin.service.app.sync_conflicts import Conflict, Sides, Verdict
from suixin.service.app.sync_ops import DeviceClock, Operation
from suixin.service.app.sync_pull import Pulled
from suixin.service.app.syncing import Batch, Pushed, SyncFault

router = Router(tags=["Stations"])
Base64 = Annotated[
    str, StringConstraints(min_length=1, max_length=200_000, pattern=r"^[A-Za-z0-9_-]+$")
]
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
DigestOrEmpty = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
Short = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
Whole = Annotated[int, Ge(0), Le(2**53 - 1)]
CursorOfSync = Annotated[Annotated[str, StringConstraints(max_length=100)], Query("")]


class Announced(Body):
    """A device tells of itself: its name, its public key (P-256, 65 bytes), what it is called."""

    device: Id
    public_key: Base64
    title: Short


class WhyDevice(Body):
    """Why it is done."""

    why: Words


class SentOperation(Body):
    """One operation as the device signed it; docs/stations.md tells its form."""

    op_id: Id
    device: Id
    seq: Annotated[int, Ge(1), Le(2**53 - 1)]
    prev_hash: DigestOrEmpty
    kind: Code
    entity_id: Id
    base_version: Short
    wall_at: Short
    mono_ms: Whole
    boot_id: Short
    agent: Id
    form_version: Annotated[int, Ge(1), Le(1_000)]
    key: Code
    sealed: Base64
    photo_hashes: Annotated[list[Digest], MaxLen(6)]
    signature: Signature


class SentBatch(Body):
    """What a device sends at once, with what its clocks say."""

    device: Id
    wall_at: Moment
    mono_ms: Whole
    boot_id: Short
    operations: Annotated[list[SentOperation], MaxLen(1_000)]


class Picked(Body):
    """Which side stands, and why."""

    verdict: Verdict
    why: Words


class NewTask(Body):
    """What an agent is to do for a party, by when."""

    party: Id
    words: Words
    due_on: Day


class TaskMade(Body):
    """The task's name."""

    task: str


@writes(router, "/devices", Device, Act.SYNC_DEVICE)
def announce_device(asked: Asked, body: Announced) -> Device:
    """Tell of a device; two people then enrol it."""
    return devices.announce(asked.caller, body.device, body.public_key, body.title, at=asked.at)


@reads(router, "/devices", tuple[Device, ...], Act.ENROL_DEVICE)
def list_devices(asked: Asked) -> tuple[Device, ...]:
    """Devices, by name: 200 at most."""
    return devices.devices(asked.caller)


@reads(router, "/devices/{device}", Enrolment, Act.SYNC_DEVICE)
def see_enrolment(asked: Asked, device: IdInPath) -> Enrolment:
    """What one's own device needs to work: the key to seal to, villages, limits."""
    return devices.enrolment(asked.caller, device, at=asked.at)


@writes(router, "/devices/{device}/enrolment", Proposal, Act.ENROL_DEVICE)
def propose_device(asked: Asked, device: IdInPath, body: WhyDevice) -> Proposal:
    """Propose that a device be enrolled; another person agrees."""
    return devices.propose_device(asked.caller, device, key=asked.key, why=body.why, at=asked.at)


@writes(router, "/devices/{device}/revoke", Device, Act.ENROL_DEVICE, status=200)
def revoke_device(asked: Asked, device: IdInPath, body: WhyDevice) -> Device:
    """End a device at once; at its next contact it erases itself."""
    return devices.revoke_device(asked.caller, device, why=body.why, at=asked.at)


# Each operation has its own transaction and its own key: the device's seq.
@writes(router, "/sync/push", Pushed, Act.SYNC_DEVICE, status=200, alone=True)
def push_operations(asked: Asked, body: SentBatch) -> Pushed:
    """Send what was done at a station; sent again it is answered as before."""
    check_may(asked.caller, Act.SYNC_DEVICE)
    operations = tuple(
        Operation(**{**one.dict(), "photo_hashes": tuple(one.photo_hashes)})
        for one in body.operations
    )
    _check_bytes(operations, asked)
    clock = DeviceClock(wall_at=body.wall_at, mono_ms=body.mono_ms, boot_id=body.boot_id)
    batch = Batch(device=body.device, clock=clock, operations=operations)
    try:
        return syncing.push(asked.caller, batch, at=asked.at)
    except SyncFault as fault:
        wrong = Wrong(where="seq", wrong=fault.code, expected=str(fault.expected))
        raise Problem(fault.code, fault.message, fault.hint, errors=(wrong,)) from fault


@reads(router, "/sync/pull", Pulled, Act.SYNC_DEVICE)
def pull_changes(asked: Asked, device: Annotated[Id, Query()], cursor: CursorOfSync) -> Pulled:
    """What changed in one's own villages since a cursor."""
    return sync_pull.pull(asked.caller, device, cursor, at=asked.at)


@reads(router, "/conflicts", tuple[Conflict, ...], Act.SETTLE_CONFLICT)
def list_conflicts(asked: Asked, open_only: bool = True) -> tuple[Conflict, ...]:
    """What two agents told differently, the newest first: 100 at most; an agent sees his own."""
    return sync_conflicts.conflicts(asked.caller, open_only=open_only)


@reads(router, "/conflicts/{conflict}", Sides, Act.SETTLE_CONFLICT)
def see_conflict(asked: Asked, conflict: IdInPath) -> Sides:
    """Both sides of a conflict."""
    return sync_conflicts.sides(asked.caller, conflict)


@writes(router, "/conflicts/{conflict}/settle", Conflict, Act.SETTLE_CONFLICT, status=200)
def settle_conflict(asked: Asked, conflict: IdInPath, body: Picked) -> Conflict:
    """Pick a side of a conflict that one told nothing of."""
    return sync_conflicts.settle(asked.caller, conflict, body.verdict, why=body.why, at=asked.at)


@writes(router, "/station-tasks", TaskMade, Act.SETTLE_CONFLICT)
def make_station_task(asked: Asked, body: NewTask) -> TaskMade:
    """Ask the agent of a party's village to do something."""
    made = sync_tasks.make_task(
        asked.caller, body.party, body.words, due_on=body.due_on, key=asked.key, at=asked.at
    )
    return TaskMade(task=made)


def _check_bytes(operations: tuple[Operation, ...], asked: Asked) -> None:
    most = load_policy("stations").on(asked.at.astimezone(CHINA).date())["sync.bytes"]
    size = sum(len(one.sealed) for one in operations)
    if size > most:
        wrong = f"The operations have {size} bytes; {most} at most."
        raise Problem("TOO_MANY_OPERATIONS", wrong, "Send them in parts.")
