"""Papers that are photographed without a network: they go on where they were cut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lending_world import World
from station_device import StationDevice, digest_of, sealed_to

from suixin.data.errors import InputError
from suixin.service.app import sync_papers, sync_tasks
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.sync_ops import bytes_of
from suixin.service.app.syncing import work_held
from tests.service.stations.test_push import household


def officer_of(world: World) -> Caller:
    """An officer who is nobody else here."""
    return world.caller("user:801", Duty.CREDIT_OFFICER)


def uploaded(device: StationDevice, world: World, raw: bytes, cut: int = 0) -> None:
    """Send a paper's bytes, or its first `cut` of them."""
    begun = sync_papers.begin_upload(
        device.caller, device.name, length=len(raw), sha256=digest_of(raw), at=world.at
    )
    part = raw[begun.received : cut or len(raw)]
    sync_papers.add_piece(device.caller, begun.upload, part, offset=begun.received, at=world.at)


def test_a_missing_paper_is_waited_for(world: World, device: StationDevice) -> None:
    """A task says so; the upload goes on at 37 per cent, and what waited is then worked."""
    assert device.enrolment is not None
    photo = b"jpeg" * 10_000
    raw = sealed_to(bytes_of(device.enrolment.server_key), photo, f"{device.name}/paper")
    device.done("register", "e-1", household(8))
    device.done("document", "e-1", {"kind": "id_card"}, photo_hashes=(digest_of(raw),))
    outcome = device.push(world.at).results[-1]
    assert (outcome.outcome, outcome.code) == ("held", "AWAITING_DOCUMENTS")
    (task,) = sync_tasks.open_tasks(device.caller.actor(), at=world.at)
    assert (task.kind, task.due_on) == ("papers", world.day + timedelta(days=14))
    uploaded(device, world, raw, cut=len(raw) * 37 // 100)
    assert work_held(device.caller, device.name, at=world.at) == 0
    uploaded(device, world, raw)
    assert work_held(device.caller, device.name, at=world.at) == 1
    assert sync_papers.paper(officer_of(world), "e-1", digest_of(raw)) == photo
    (done,) = sync_tasks.open_tasks(device.caller.actor(), at=world.at)
    assert done.done


def test_an_upload_is_what_it_was_told_to_be(world: World, device: StationDevice) -> None:
    raw = bytes(range(256)) * 4
    begun = sync_papers.begin_upload(
        device.caller, device.name, length=len(raw), sha256=digest_of(raw), at=world.at
    )
    again = sync_papers.begin_upload(
        device.caller, device.name, length=len(raw), sha256=digest_of(raw), at=world.at
    )
    assert begun == again

    def code(part: bytes, offset: int, at: timedelta = timedelta()) -> str:
        try:
            sync_papers.add_piece(
                device.caller, begun.upload, part, offset=offset, at=world.at + at
            )
        except InputError as fault:
            return fault.code
        return ""

    assert code(raw[:100], 5) == "OFFSET"
    assert code(b"", 0) == "PIECE"
    assert code(raw + b"more", 0) == "PIECE"
    assert code(bytes(len(raw)), 0) == "UPLOAD_HASH"
    assert code(raw[:100], 0) == ""
    assert code(raw[:100], 0) == "OFFSET"
    assert code(raw[100:], 100, timedelta(days=15)) == "UPLOAD_EXPIRED"
    fresh = sync_papers.begin_upload(
        device.caller,
        device.name,
        length=len(raw),
        sha256=digest_of(raw),
        at=world.at + timedelta(days=15),
    )
    assert fresh.received == 0
    assert code(raw, 0, timedelta(days=15)) == ""
    with pytest.raises(InputError) as wrong:
        sync_papers.begin_upload(
            device.caller, device.name, length=2**21, sha256=digest_of(b""), at=world.at
        )
    assert wrong.value.code == "UPLOAD_TOO_LARGE"
