"""What a device sends: each operation once, in its order, whatever is cut, repeated or changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from lending_world import VILLAGE, World
from station_device import StationDevice, agree, announced, enrolled, resident_id

from suixin.data.errors import InputError
from suixin.service.app import devices, syncing
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.sync_ops import about, told_bytes
from suixin.service.app.syncing import SyncFault
from suixin.service.store.session import acting, query


def household(number: int, **more: str) -> dict[str, str]:
    """A household as the agent writes it down."""
    return {
        "village": VILLAGE,
        "name": f"农户{number}",
        "resident_id": resident_id(number),
        "phone": f"138{number:08d}",
        **more,
    }


def parties(world: World) -> list[str]:
    """The parties there are, by name."""
    with acting(world.actor):
        rows = query(
            "select party_id from party where institution_id = %s order by party_id",
            [world.institution],
        )
    return [name for (name,) in rows]


def refused(push: Callable[[], object]) -> InputError:
    """By what a push is refused."""
    with pytest.raises(InputError) as wrong:
        push()
    return wrong.value


@pytest.mark.mechanism("D05")
def test_fifty_households_come_once(world: World, device: StationDevice) -> None:
    """Registered and agreed to without a network, then sent: twice, and nothing is there twice."""
    for number in range(50):
        device.done("register", f"e-{number}", household(number))
        consent = {"purpose": "credit", "kinds": ["orders"], "until": "2027-06-30"}
        device.done("consent", f"e-{number}", consent)
    first = device.push(world.at)
    assert {one.outcome for one in first.results} == {"applied"}
    assert first.ack_seq == 100
    assert len(parties(world)) == 50
    again = device.push(world.at)
    assert {(one.outcome, one.was) for one in again.results} == {("duplicate", "applied")}
    assert [one.result for one in again.results] == [one.result for one in first.results]
    assert len(parties(world)) == 50


def test_a_push_may_be_cut_anywhere(world: World, device: StationDevice) -> None:
    """At each boundary the rest is sent again with what was sent: none lost, none double."""
    for number in range(8):
        device.done("register", f"e-{number}", household(number + 100))
    for cut in range(1, 9):
        sent = device.push(world.at, *device.outbox[:cut])
        assert sent.ack_seq == cut
        assert [one.outcome for one in sent.results] == ["duplicate"] * (cut - 1) + ["applied"]
    assert len(parties(world)) == 8


def test_a_gap_tells_the_next_seq(world: World, device: StationDevice) -> None:
    for number in range(4):
        device.done("register", f"e-{number}", household(number + 200))
    device.push(world.at, device.outbox[0])
    fault = refused(lambda: device.push(world.at, *device.outbox[2:]))
    assert (fault.code, isinstance(fault, SyncFault) and fault.expected) == ("SEQ_GAP", 2)
    crossed = refused(lambda: device.push(world.at, device.outbox[1], device.outbox[3]))
    assert crossed.code == "SEQ_GAP"
    assert device.push(world.at).ack_seq == 4


@pytest.mark.parametrize("how", ["said otherwise", "other chain", "other key", "other agent"])
def test_what_was_changed_freezes_the_device(world: World, device: StationDevice, how: str) -> None:
    """And two people let it on again; what it had sent is there once."""
    device.done("register", "e-1", household(301))
    device.push(world.at)
    op = device.done("register", "e-2", household(302))
    stranger = announced(device.caller, world.at)
    changed = {
        "said otherwise": device.signed(replace(device.outbox[0], kind="consent")),
        "other chain": device.signed(replace(op, prev_hash="0" * 64)),
        "other key": stranger.signed(op),
        "other agent": device.signed(replace(op, agent="user:1")),
    }[how]
    assert refused(lambda: device.push(world.at, changed)).code == "OP_CHANGED"
    assert refused(lambda: device.push(world.at)).code == "DEVICE_FROZEN"
    agree(world.institution, device.name, world.at)
    outcomes = [one.outcome for one in device.push(world.at).results]
    assert outcomes == ["duplicate", "applied"]


def test_a_device_sends_when_two_people_agreed(world: World, device: StationDevice) -> None:
    """Not before, not after it was revoked, nor for another agent; and only whole batches."""
    waits = announced(device.caller, world.at)
    waits.enrolment = device.enrolment
    waits.done("register", "e-1", household(401))
    assert refused(lambda: waits.push(world.at)).code == "NOT_ENROLLED"
    other = world.agent(VILLAGE)
    assert refused(lambda: syncing.push(other, device.batch([], world.at), at=world.at)).code == (
        "NO_DEVICE"
    )
    for number in range(101):
        device.done("register", f"e-{number}", household(number + 500))
    assert refused(lambda: device.push(world.at)).code == "TOO_MANY_OPERATIONS"
    device.push(world.at, *device.outbox[:1])
    admin = world.caller("user:901", Duty.ADMINISTRATOR)
    devices.revoke_device(admin, device.name, why="left on a bus", at=world.at)
    assert refused(lambda: device.push(world.at)).code == "DEVICE_REVOKED"
    assert refused(lambda: agree(world.institution, device.name, world.at)).code == (
        "DEVICE_REVOKED"
    )
    with acting(world.actor):
        whose = [world.institution, device.name]
        raw = "update station_device set standing = 'enrolled' where institution_id = %s"
        assert refused(lambda: query(f"{raw} and device = %s", whose)).code == "KEPT"


def test_nobody_enrols_by_raw_sql(world: World, device: StationDevice) -> None:
    """The database asks for the two people too."""
    waits = announced(device.caller, world.at)
    raw = """update station_device set standing = 'enrolled', agreed = 'p-1'
              where institution_id = %s and device = %s"""

    def tried() -> None:
        with acting(world.actor):
            query(raw, [world.institution, waits.name])

    assert refused(tried).code == "NOT_AGREED"


def test_time_is_told_by_how_long_the_program_ran(world: World, device: StationDevice) -> None:
    """A wall clock two years off changes nothing; after a restart the time is uncertain."""
    device.done("register", "e-1", household(601))
    device.waited(hours=5)
    at = world.at + timedelta(hours=6)
    off = replace(device.batch(device.outbox, at).clock, wall_at=at - timedelta(days=730))
    sent = syncing.push(device.caller, replace(device.batch(device.outbox, at), clock=off), at=at)
    assert sent.clock_off
    assert sent.results[0].happened_at == at - timedelta(hours=5)
    assert not sent.results[0].time_uncertain
    device.done("register", "e-2", household(602))
    device.restarted()
    later = at + timedelta(days=2)
    uncertain = device.push(later, device.outbox[-1])
    assert uncertain.results[0].time_uncertain
    assert uncertain.results[0].happened_at == later
    assert not uncertain.clock_off


def test_a_seal_opens_for_its_operation_alone(world: World, device: StationDevice) -> None:
    """Moved to another, or sealed to another key, it is refused; the chain goes on."""
    device.done("register", "e-1", household(701))
    moved = device.outbox[0].sealed
    device.done("register", "e-2", household(702), sealed=moved)
    device.done("register", "e-3", household(703), sealed=told_bytes(b"\4" + bytes(99)))
    device.done("register", "e-4", household(704))
    sent = device.push(world.at)
    assert [(one.outcome, one.code) for one in sent.results] == [
        ("applied", ""),
        ("refused", "SEAL"),
        ("refused", "SEAL"),
        ("applied", ""),
    ]
    assert about("d", "o", "k") == "d/o/k"


def test_nothing_sealed_stays_of_what_is_done(world: World, device: StationDevice) -> None:
    """Once an operation is worked only its hash is kept: who is erased is erased here too."""
    device.done("register", "e-1", household(801))
    device.push(world.at)
    with acting(world.actor):
        ((sealed, told),) = query(
            "select sealed, told::text from station_operation where institution_id = %s",
            [world.institution],
        )
    assert sealed == ""
    assert "农户801" not in told
    assert resident_id(801) not in told


def test_two_agents_devices_are_two_chains(
    world: World, device: StationDevice, agent_of: Callable[..., Caller]
) -> None:
    second = enrolled(agent_of(), world.at)
    device.done("register", "e-1", household(901))
    second.done("register", "e-2", household(902))
    assert (device.push(world.at).ack_seq, second.push(world.at).ack_seq) == (1, 1)
