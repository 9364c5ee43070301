"""A lender beside its chain: days told, carried, logged, held together and anchored."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from lending_world import World
from stored import owner_url

from suixin.data.errors import InputError
from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts
from suixin.service import database as databases
from suixin.service.app import anchoring, arrears, holds, loans, servicing
from suixin.service.app.anchoring import Anchored
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.chain import places
from suixin.service.app.chain.names import names
from suixin.service.app.day_end import end_day
from suixin.service.app.proposals import Proposal
from suixin.service.database import OWNER_ALIAS
from suixin.service.home import usual_home
from suixin.service.store import people
from suixin.service.store.session import acting, query


@pytest.fixture
def lender(world: World) -> World:
    """A lender whose chain is open."""
    anchoring.open_chain(world.institution, usual_home(), on=world.day - timedelta(days=1))
    return world


def job(world: World) -> Caller:
    return service_caller(world.institution, "anchoring")


def ended(world: World, folder: Path) -> Anchored:
    """End the day, and tell the chain of it in the morning after."""
    day = world.day
    world.later(days=1)
    end_day(service_caller(world.institution, "day-end"), day, at=world.at, lake=folder)
    return anchoring.anchor_day(job(world), day, at=world.at)


def received(world: World, name: str, fen: int) -> None:
    servicing.receive(world.cashier, name, fen=fen, on=world.day, key=world.key(), at=world.at)


def lent_two(world: World) -> list[str]:
    """One that the rules decided and one that people did, both paid out."""
    found = []
    for party, product, fen in (
        ("h-1", "sales_flow", 2_000_000),
        ("h-2", "village_live", 4_000_000),
    ):
        world.register(party)
        found.append(world.lent(party, product, fen, times=1))
    return found


@pytest.mark.mechanism("B06")
@pytest.mark.mechanism("B07")
def test_two_days_of_lending_are_anchored_without_a_difference(
    lender: World, tmp_path: Path
) -> None:
    names_ = lent_two(lender)
    first = ended(lender, tmp_path)
    assert (first.done, first.differences, first.pending) == (True, (), 0)
    received(lender, names_[0], 500_000)
    second = ended(lender, tmp_path)
    assert second.differences == ()
    assert (first.size or 0) < (second.size or 0)
    auditor = lender.caller("user:7", Duty.AUDITOR)
    heads = anchoring.anchors(auditor)
    assert [one.size for one in heads] == [second.size, first.size]
    assert heads[0].block > heads[1].block
    state = anchoring.chain_state(lender.caller("user:8", Duty.ADMINISTRATOR))
    assert (state.last, state.open_cases, state.left) == (heads[0], 0, ())
    again = anchoring.anchor_day(job(lender), second.on, at=lender.at)
    assert again.differences == ()
    kept = places.chain_of(lender.actor)
    assert kept is not None
    with places.opened(lender.actor, kept) as made:
        for name in names_:
            owed = loans.agreement(lender.officer, name, at=lender.at).row.principal_fen
            on_chain = names(lender.actor)[name].on_chain
            assert on_chain is not None
            assert made.ask(agreement.record(on_chain.id)).outstanding == owed


def corrupted(statement: str, values: Any) -> None:
    """What somebody does who has the database itself, past every rule of it."""
    name = str(connections[OWNER_ALIAS].settings_dict["NAME"])
    with databases.connected(owner_url(name)) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(statement, values)


@pytest.mark.mechanism("E09")
def test_an_altered_posting_is_found_held_and_closed_by_two(lender: World, tmp_path: Path) -> None:
    names_ = lent_two(lender)
    received(lender, names_[0], 500_000)
    assert ended(lender, tmp_path).differences == ()
    alter = """update posting set fen = fen + %s * sign(fen) where account in ('1101', '2001')
                  and transaction_id = (select transaction_id from posting
                                         where agreement = %s and account = '1101' and fen < 0)"""
    corrupted(alter, (1, names_[0]))
    found = ended(lender, tmp_path)
    of = names(lender.actor)[names_[0]].on_chain
    assert of is not None
    assert found.differences == (
        f"{of.of}: sum_differs: paid in the ledger: 500001 against 500000, +1 fen",
        f"{of.of}: amount_differs: paid: 500000 against 500001, -1 fen",
    )
    assert found.size is None
    (case,) = anchoring.differences(lender.risk)
    assert (case.agreement, case.differs, len(case.findings)) == (names_[0], True, 2)
    assert [one.scope for one in holds.held(lender.risk, on=lender.day)] == [
        f"agreement:{names_[0]}"
    ]
    with pytest.raises(InputError) as wrong:
        settle(lender, case.case)
    assert wrong.value.code == "STILL_DIFFERS"
    corrupted(alter, (-1, names_[0]))
    assert ended(lender, tmp_path).size is None  # Gone, and nobody has said why.
    with pytest.raises(InputError) as alone:
        lender.agreed(settle(lender, case.case), lender.risk)
    assert alone.value.code == "SAME_PERSON"
    lender.agreed(settle(lender, case.case), lender.second_risk)
    assert ended(lender, tmp_path).size is not None
    (done,) = anchoring.differences(lender.risk)
    assert (done.closed_by, done.reason) == (("user:2", "user:3"), "seen both")
    assert holds.held(lender.risk, on=lender.day + timedelta(days=1)) == ()


def settle(world: World, case: str, *, take_over: bool = False) -> Proposal:
    return anchoring.settle(
        world.risk, case, take_over=take_over, key=world.key(), why="seen both", at=world.at
    )


@pytest.mark.mechanism("E09")
def test_what_another_did_with_the_banks_key_is_named_and_taken_over(
    lender: World, tmp_path: Path
) -> None:
    (name, _) = lent_two(lender)
    ended(lender, tmp_path)
    id = names(lender.actor)[name].on_chain
    kept = places.chain_of(lender.actor)
    assert id is not None
    assert kept is not None
    keys = places.signers(usual_home(), lender.institution)
    paid = agreement.Receive(
        id.id, bytes([7] * 32), Kind.BORROWER, Parts(principal=900), lender.day
    )
    with places.opened(lender.actor, kept) as made:
        done = made.do(paid, keys[Role.BANK])
        assert done.refusal is None
    found = ended(lender, tmp_path)
    call = done.transaction.hex()
    assert found.differences == (
        f"{id.of}: missing_in_ledger: received principal {call} paid: 900 against nothing",
        f"{id.of}: amount_differs: paid: 900 against 0, +900 fen",
    )
    (case,) = anchoring.differences(lender.risk)
    lender.agreed(settle(lender, case.case, take_over=True), lender.second_risk)
    left = ended(lender, tmp_path)  # The books have no such money: a sum that differs stays.
    assert [one.partition(": ")[2].partition(":")[0] for one in left.differences] == [
        "sum_differs",
        "amount_differs",
    ]


def test_a_block_that_was_changed_in_the_log_is_named(lender: World, tmp_path: Path) -> None:
    lent_two(lender)
    ended(lender, tmp_path)
    corrupted(
        """update log_entry as e set raw = n.raw, leaf = sha256('\\x00'::bytea || n.raw)
             from (select index, set_byte(raw, 99, get_byte(raw, 99) # 1) as raw from log_entry
                    where institution_id = %(of)s
                      and position('"kind":"block"'::bytea in raw) > 0
                    order by index desc limit 1) as n
            where e.index = n.index and e.institution_id = %(of)s""",
        {"of": lender.institution},
    )
    found = ended(lender, tmp_path)
    assert [one.partition(" block ")[0] for one in found.differences] == [
        "chain: block_without_entry:"
    ]
    assert [one.scope for one in holds.held(lender.risk, on=lender.day)] == ["all"]
    assert found.size is None


def test_the_chains_folder_is_made_again_from_the_log(lender: World, tmp_path: Path) -> None:
    lent_two(lender)
    ended(lender, tmp_path)
    kept = places.chain_of(lender.actor)
    assert kept is not None
    with places.opened(lender.actor, kept) as made:
        head = made.chain.head()
    shutil.rmtree(usual_home().folder / "chain" / str(lender.institution))
    with places.opened(lender.actor, kept) as made:
        assert made.chain.head() == head
    assert ended(lender, tmp_path).differences == ()


def test_a_day_that_has_not_ended_and_no_chain(world: World) -> None:
    nothing = anchoring.anchor_day(job(world), world.day, at=world.at)
    assert (nothing.done, nothing.size) == (False, None)
    assert anchoring.chain_state(world.cashier).opened_on is None
    anchoring.open_chain(world.institution, usual_home(), on=world.day)
    with pytest.raises(InputError) as wrong:
        anchoring.anchor_day(job(world), world.day, at=world.at)
    assert wrong.value.code == "NOT_YET"
    with pytest.raises(InputError) as other:
        anchoring.open_chain(world.institution, usual_home(), on=world.day, url="http://x")
    assert other.value.code == "PLACE"
    place = anchoring.open_chain(world.institution, usual_home(), on=world.day)
    assert anchoring.open_chain(world.institution, usual_home(), on=world.day) == place


def test_without_the_extra_nothing_is_done(lender: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchoring, "find_spec", lambda name: None)
    day = lender.day - timedelta(days=1)
    assert not anchoring.anchor_day(job(lender), day, at=lender.at).done
    assert not anchoring.chain_state(lender.cashier).installed


def test_who_is_erased_leaves_nothing_that_leads_to_the_chain(
    lender: World, tmp_path: Path
) -> None:
    (name, _) = lent_two(lender)
    ended(lender, tmp_path)
    of = names(lender.actor)[name].on_chain
    assert of is not None
    people.erase(lender.actor, "h-1")
    assert names(lender.actor)[name].on_chain is None
    told = ended(lender, tmp_path)
    assert told.differences == ()
    assert told.size is not None
    with acting(lender.actor):
        ((kept,),) = query("select kept from chain_name where agreement = %s", [name])
    assert of.id not in bytes(kept)


def test_a_loan_to_its_end_one_written_off_and_days_left_out(lender: World, tmp_path: Path) -> None:
    names_ = lent_two(lender)
    ended(lender, tmp_path)
    received(lender, names_[0], 300_000)
    ended(lender, tmp_path)
    (mistaken,) = [
        one.key
        for one in loans.agreement(lender.officer, names_[0], at=lender.at).events
        if one.kind == "Receipt"
    ]
    back = servicing.correct(
        lender.officer, names_[0], mistaken, why="another's", key="c", at=lender.at
    )
    lender.agreed(back)
    assert ended(lender, tmp_path).differences == ()
    owed = loans.agreement(lender.officer, names_[0], at=lender.at).row.payoff_fen
    received(lender, names_[0], owed)
    day = lender.day
    lender.later(days=130)
    caller = service_caller(lender.institution, "day-end")
    end_day(caller, day + timedelta(days=129), at=lender.at, lake=tmp_path)
    late = anchoring.anchor_day(job(lender), day + timedelta(days=129), at=lender.at)
    assert (late.differences, late.pending) == ((), 0)
    gone = arrears.write_off(lender.risk, names_[1], why="gone", key="w", at=lender.at)
    lender.agreed(gone, lender.second_risk)
    assert ended(lender, tmp_path).differences == ()
    kept = places.chain_of(lender.actor)
    assert kept is not None
    with places.opened(lender.actor, kept) as made:
        found = []
        for name in names_:
            on_chain = names(lender.actor)[name].on_chain
            assert on_chain is not None
            found.append(made.ask(agreement.record(on_chain.id)).status)
    assert found == [agreement.Status.CLOSED, agreement.Status.WRITTEN_OFF]
