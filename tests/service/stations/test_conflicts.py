"""What two tell differently, what changed meanwhile, what is missing: each by its rule."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lending_world import VILLAGE, World, good_file
from station_device import StationDevice, digest_of, enrolled, resident_id

from suixin.data.errors import InputError
from suixin.service.app import (
    consents,
    deciding,
    parties,
    sync_conflicts,
    sync_pull,
    sync_tasks,
)
from suixin.service.app.applications import application_of
from suixin.service.app.caller import Caller
from suixin.service.app.commissions import commissions
from suixin.service.app.sync_conflicts import Verdict, conflicts, settle, sides
from suixin.service.app.syncing import Outcome, work_held
from suixin.service.store import people
from suixin.service.store.sealing import Personal
from suixin.service.store.session import acting, query
from tests.service.stations.test_papers import officer_of, uploaded
from tests.service.stations.test_push import household
from tests.service.stations.test_push import parties as all_parties

OTHER = "440811100202"
AgentOf = Callable[..., Caller]
SINCE = date(2026, 1, 1)


def sent(device: StationDevice, world: World) -> Outcome:
    """What came of the last operation."""
    return device.push(world.at, device.outbox[-1]).results[0]


@pytest.mark.mechanism("D05")
def test_one_household_by_two_agents(
    world: World, device: StationDevice, agent_of: AgentOf
) -> None:
    """The first received stands, both are shown to both and to a person, one commission is paid."""
    second = enrolled(agent_of(), world.at)
    device.done("register", "e-1", household(1))
    second.done("register", "e-2", household(1, phone="13900000009"))
    assert sent(device, world).result["commission_fen"] == 1_500
    late = sent(second, world)
    assert (late.outcome, late.code, late.result["same_as"]) == ("conflict", "SAME_AS", "e-1")
    assert all_parties(world) == ["e-1"]
    for one in (device, second):
        (shown,) = conflicts(one.caller)
        assert set(shown.agents) == {device.caller.by, second.caller.by}
        assert (shown.party, shown.kind) == ("e-1", sync_conflicts.SAME_HOUSEHOLD)
    assert commissions(second.caller, since=SINCE) == ()
    seen = sides(officer_of(world), shown.conflict)
    assert (seen.first["phone"], seen.second["phone"]) == ("13800000001", "13900000009")
    # What the second agent did for it is done for the one household.
    consent = {"purpose": "credit", "kinds": ["orders"], "until": "2027-06-30"}
    second.done("consent", "e-2", consent)
    assert sent(second, world).result["consent"].startswith("e-1/")
    settle(officer_of(world), shown.conflict, Verdict.SECOND, why="seen the card", at=world.at)
    kept = people.personal(world.actor, parties.ring(), "e-1")
    assert kept[Personal.PHONE] == "13900000009"
    (ended,) = [
        one
        for one in sync_pull.pull(second.caller, second.name, "", at=world.at).outcomes
        if one.seq == 1
    ]
    assert (ended.outcome, ended.code) == ("applied", "SETTLED")


def test_the_first_of_another_village_is_not_told(
    world: World, device: StationDevice, agent_of: AgentOf
) -> None:
    """The second agent learns that it is known, not where; what rests on it waits for a person."""
    far = enrolled(agent_of(OTHER), world.at)
    device.done("register", "e-1", household(2))
    far.done("register", "e-2", household(2, village=OTHER))
    far.done("revoke", "e-2", {"purpose": "credit"})
    sent(device, world)
    late = far.push(world.at).results
    assert late[0].result["same_as"] == ""
    assert "e-1" not in repr(late)
    assert (late[1].outcome, late[1].code) == ("held", "DEPENDS_ON_CONFLICT")


def test_one_telephone_is_for_a_person(
    world: World, device: StationDevice, agent_of: AgentOf
) -> None:
    """Both are registered; that they are one household takes the second commission back."""
    second = enrolled(agent_of(), world.at)
    device.done("register", "e-1", household(3))
    second.done("register", "e-2", household(4, phone="13800000003"))
    sent(device, world)
    late = sent(second, world)
    assert (late.outcome, late.code) == ("applied", "SAME_PHONE")
    assert len(all_parties(world)) == 2
    number = late.result["conflict"]
    with pytest.raises(InputError) as wrong:
        settle(second.caller, number, Verdict.FIRST, why="mine", at=world.at)
    assert wrong.value.code == "NOT_PERMITTED"
    settle(officer_of(world), number, Verdict.FIRST, why="husband and wife", at=world.at)
    earned = [(one.fen, one.of) for one in commissions(second.caller, since=SINCE)]
    assert sorted(earned) == [(-1_500, f"file/{second.outbox[0].op_id}"), (1_500, "")]
    with acting(world.actor):
        rows = query(
            """select account, sum(fen) from posting
                where institution_id = %s and party = %s group by 1""",
            [world.institution, second.caller.by],
        )
    assert {fen for _, fen in rows} == {0}
    with pytest.raises(InputError) as again:
        settle(officer_of(world), number, Verdict.SECOND, why="no", at=world.at)
    assert again.value.code == "SETTLED"


def test_a_month_pays_so_much_at_most(world: World, device: StationDevice) -> None:
    for number in range(100):
        device.done("register", f"e-{number}", household(number + 1_000))
    device.push(world.at)
    for number in range(100):
        device.done("register", f"f-{number}", household(number + 2_000))
    paid = [
        one.result["commission_fen"] for one in device.push(world.at, *device.outbox[100:]).results
    ]
    assert sum(paid) == 150_000
    for number in range(100):
        device.done("register", f"g-{number}", household(number + 3_000))
    last = device.push(world.at, *device.outbox[200:]).results
    assert [one.outcome for one in last] == ["applied"] * 100
    assert sum(one.result["commission_fen"] for one in last) == 0


def test_taken_back_beats_given(world: World, device: StationDevice) -> None:
    """A consent that was revoked after it was given offline is not in force, nor read by it."""
    device.done("register", "e-1", household(5))
    device.push(world.at)
    world.at += timedelta(minutes=5)
    consent = {"purpose": "credit", "kinds": ["orders"], "until": "2027-06-30"}
    device.done("consent", "e-1", consent)
    assert device.push(world.at, device.outbox[-1]).results[0].outcome == "applied"
    device.done("consent", "e-1", consent)  # Given now, sent later.
    paper = b"a paper that nobody may read"
    world.at += timedelta(hours=1)
    device.waited(hours=1)
    (right,) = consents.who_may_use(officer_of(world), "e-1", on=world.day)
    consents.revoke(officer_of(world), right.consent, at=world.at)
    world.at += timedelta(hours=1)
    device.waited(hours=1)
    uploaded(device, world, paper)
    device.done("document", "e-1", {"kind": "card"}, photo_hashes=(digest_of(paper),))
    late, document = device.push(world.at, *device.outbox[-2:]).results
    assert (late.outcome, late.code) == ("refused", "REVOKED_SINCE")
    assert (document.outcome, document.code) == ("refused", "CONSENT_REVOKED")
    with acting(world.actor):
        assert query("select count(*) from station_piece") == [(0,)]
    device.done("consent", "e-1", consent)  # Asked anew.
    assert sent(device, world).outcome == "applied"


def test_a_revocation_counts_from_its_signing(world: World, device: StationDevice) -> None:
    device.done("register", "e-1", household(6))
    consent = {"purpose": "credit", "kinds": ["orders"], "until": "2027-06-30"}
    device.done("consent", "e-1", consent)
    device.push(world.at)
    device.done("revoke", "e-1", {"purpose": "credit"})
    device.waited(hours=5)
    world.at += timedelta(hours=6)
    device.push(world.at, device.outbox[-1])
    (right,) = consents.who_may_use(officer_of(world), "e-1", on=world.day)
    assert right.revoked_at == world.at - timedelta(hours=5)


def test_an_application_waits_for_a_person(world: World, device: StationDevice) -> None:
    """It enters as applied, on today's facts, and the rules by themselves approve it never."""
    device.done("register", "e-1", household(7))
    consent = {"purpose": "credit", "kinds": ["orders"], "until": "2027-06-30"}
    device.done("consent", "e-1", consent)
    asked = {"product": "sales_flow", "amount_fen": 1_000_000, "purpose": "inputs"}
    device.done("apply", "e-1", asked)
    outcome = device.push(world.at).results[-1]
    assert (outcome.outcome, outcome.code) == ("held", "NO_FILE")
    world.files["e-1"] = good_file(world.day)
    assert work_held(device.caller, device.name, at=world.at) == 1
    (ended,) = [
        one
        for one in sync_pull.pull(device.caller, device.name, "", at=world.at).outcomes
        if one.seq == 3
    ]
    assert ended.result["standing"] == "applied"
    assert ended.result["commission_fen"] == 1_000
    name = ended.result["application"]
    said = deciding.ask_decision(officer_of(world), name, at=world.at)
    assert said.offer is None
    assert application_of(officer_of(world), name).standing == "applied"


def test_what_rests_on_a_refused_one_is_refused_alone(world: World, device: StationDevice) -> None:
    device.done("register", "e-1", household(9, village=OTHER))
    device.done("revoke", "e-1", {"purpose": "credit"})
    device.done("register", "e-2", household(10))
    device.done("revoke", "e-9", {"purpose": "credit"})
    codes = [(one.outcome, one.code) for one in device.push(world.at).results]
    assert codes == [
        ("refused", "NOT_YOURS"),
        ("refused", "DEPENDS_ON_REFUSED"),
        ("applied", ""),
        ("refused", "NO_PARTY"),
    ]


def test_a_village_that_moved(world: World, agent_of: AgentOf) -> None:
    """What was done before it went to another agent counts; what was done after is refused."""
    from suixin.service.identity.models import User

    caller = agent_of(VILLAGE, OTHER)
    user = User.objects.using("owner").get(pk=int(caller.by[5:]))
    time.sleep(0.02)  # The device tells whole milliseconds.
    user.villages = [VILLAGE]
    user.save(using="owner")
    with acting(world.actor):
        ((began_at, moved_at),) = query(
            """select min(pgh_created_at), max(pgh_created_at) from user_history
                where pgh_obj_id = %s""",
            [user.pk],
        )
    device = enrolled(caller, began_at)
    device.done("register", "e-1", household(11, village=OTHER))
    device.caller = user.caller()
    world.at = moved_at + timedelta(minutes=1)
    device.ran_ms += int((world.at - began_at) / timedelta(milliseconds=1)) - 5
    first = device.push(world.at).results[0]
    assert began_at <= first.happened_at < moved_at
    device.done("register", "e-2", household(12, village=OTHER))
    late = device.push(world.at, device.outbox[-1]).results[0]
    assert (first.outcome, late.outcome, late.code) == ("applied", "refused", "NOT_YOURS")


def test_a_field_is_changed_by_a_checker(world: World, device: StationDevice) -> None:
    """Changed elsewhere meanwhile it is shown as such; either way an officer picks."""
    device.done("register", "e-1", household(13))
    device.push(world.at)
    pulled = sync_pull.pull(device.caller, device.name, "", at=world.at)
    version = pulled.households[0].versions["phone"]
    told = {"field": "phone", "value": "13700000001"}
    device.done("edit", "e-1", told, base_version=version)
    assert sent(device, world).code == "FOR_CHECKER"
    parties.correct_mine(
        officer_of(world), "e-1", {Personal.PHONE: "13700000002"}, why="he called", at=world.at
    )
    device.done("edit", "e-1", {"field": "phone", "value": "13700000003"}, base_version=version)
    late = sent(device, world)
    assert (late.outcome, late.code) == ("conflict", "OTHER_VERSION")
    number = late.result["conflict"]
    seen = sides(officer_of(world), number)
    assert (seen.first["phone"], seen.second["phone"]) == ("13700000002", "13700000003")
    settle(officer_of(world), number, Verdict.FIRST, why="he called himself", at=world.at)
    kept = people.personal(world.actor, parties.ring(), "e-1")
    assert kept[Personal.PHONE] == "13700000002"
    device.done("edit", "e-1", {"field": "resident_id", "value": resident_id(14)})
    assert sent(device, world).code == "FIELD"


def test_a_task_is_done_once(world: World, device: StationDevice, agent_of: AgentOf) -> None:
    second = enrolled(agent_of(), world.at)
    far = enrolled(agent_of(OTHER), world.at)
    device.done("register", "e-1", household(15))
    device.push(world.at)
    task = sync_tasks.make_task(
        officer_of(world), "e-1", "看看大棚", due_on=world.day, key="t", at=world.at
    )
    assert (
        sync_tasks.make_task(
            officer_of(world), "e-1", "看看大棚", due_on=world.day, key="t", at=world.at
        )
        == task
    )
    for one in (device, second, far):
        one.done("task", "e-1", {"task": task, "note": "done"})
    outcomes = [(sent(one, world).outcome, sent(one, world).code) for one in (device, second, far)]
    assert outcomes == [("applied", ""), ("applied", "DONE_BEFORE"), ("refused", "NO_TASK")]


def test_an_older_form_is_worked_a_month_and_then_waits(
    world: World, device: StationDevice
) -> None:
    """The form before the newest is worked for thirty days; later it is held, never lost."""
    device.form = 1
    device.done("register", "e-1", household(16))
    assert sent(device, world).outcome == "applied"
    device.done("register", "e-2", household(17))
    world.at += timedelta(days=20)
    late = sent(device, world)
    assert (late.outcome, late.code) == ("held", "FORM_OLD")
    device.form = 2
    device.done("register", "e-3", household(18), form_version=3)
    assert sent(device, world).code == "FORM_OLD"


def test_nobody_follows_another_village(
    world: World, device: StationDevice, agent_of: AgentOf
) -> None:
    """Not one row; a household that moves away, or is erased, is told as gone."""
    far = enrolled(agent_of(OTHER), world.at)
    for number in range(3):
        device.done("register", f"e-{number}", household(number + 20))
        far.done("register", f"f-{number}", household(number + 40, village=OTHER))
    device.push(world.at)
    far.push(world.at)
    pulled = sync_pull.pull(far.caller, far.name, "", at=world.at)
    assert pulled.reset
    assert {one.party for one in pulled.households} == {"f-0", "f-1", "f-2"}
    assert "e-" not in repr((pulled.households, pulled.gone, pulled.tasks))
    with acting(world.actor):
        query(
            """update party set village_code = %s
                where institution_id = %s and party_id = 'f-0'""",
            [VILLAGE, world.institution],
        )
        people.erase(world.actor, "f-1")
    later = sync_pull.pull(far.caller, far.name, pulled.next, at=world.at)
    assert not later.reset
    assert later.gone == ("f-0", "f-1")
    assert sync_pull.pull(far.caller, far.name, later.next, at=world.at).gone == ()
    own = sync_pull.pull(device.caller, device.name, "", at=world.at)
    assert "f-0" in {one.party for one in own.households}
    # With other villages all is told anew.
    far.caller = replace(far.caller, villages=(OTHER, VILLAGE))
    both = sync_pull.pull(far.caller, far.name, later.next, at=world.at)
    assert both.reset
    assert {one.village for one in both.households} == {OTHER, VILLAGE}
