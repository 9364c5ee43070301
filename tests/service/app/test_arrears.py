"""Arrears: groups called, claims on a fund in both books, write-offs, and what comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lending_world import World
from opened import new_institution

from suixin.data.errors import InputError
from suixin.lending.ledger import Scope
from suixin.service.app import accepting, arrears, claims, fund_claims, holds, servicing
from suixin.service.app.accepting import Accepted, ReadBack
from suixin.service.app.applications import Backer, application_of
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.claim_rows import claims as all_claims
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.home import Home
from suixin.service.store.books import StoredBooks
from suixin.service.store.fund_covers import open_cover
from suixin.service.store.session import Actor

GROUP = ("h-1", "h-2", "h-3")


def grouped(world: World, *members: str, fen: int = 2_000_000) -> str:
    """A loan of the first, for which the others stand; accepted."""
    for party in members:
        world.register(party)
    backers = tuple(Backer(party=party, cap_fen=2_000_000) for party in members[1:])
    name = world.applied(
        members[0], "community_chain", fen, group="g-1", backers=backers
    ).application.application
    world.accepted(name)
    return name


def signs(world: World, name: str, party: str, *, cap: int = 2_000_000, read: int = 0) -> Accepted:
    until = world.day + timedelta(days=700)
    said = ReadBack(cap_fen=cap, until=until, read_fen=read or cap, read_until=until)
    return accepting.sign_guarantee(world.household(party), name, party, said, at=world.at)


@pytest.mark.mechanism("E08")
def test_a_group_signs_each_with_amount_and_period_and_then_the_loan_is_ready(
    world: World,
) -> None:
    name = grouped(world, *GROUP)
    waits = [signs(world, name, party).to_sign for party in ("h-2", "h-3")]
    assert waits == [("h-3", "h-1"), ("h-1",)]
    assert application_of(world.officer, name).standing == "accepted"
    done = signs(world, name, "h-1")
    assert application_of(world.officer, name).standing == "ready"
    assert done.to_sign == ()


@pytest.mark.mechanism("E08")
def test_what_is_not_read_back_is_not_signed_nor_by_a_stranger(world: World) -> None:
    name = grouped(world, *GROUP)
    world.register("h-9")
    told = []
    for party, read, cap in (("h-2", 1, 2_000_000), ("h-2", 0, 1_999_999), ("h-9", 0, 2_000_000)):
        with pytest.raises(InputError) as wrong:
            signs(world, name, party, cap=cap, read=read)
        told.append(wrong.value.code)
    assert told == ["READ_BACK", "NOT_ASKED", "NO_APPLICATION"]


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize(
    ("members", "why"),
    [(("h-1", "h-2"), "too_few"), (tuple(f"h-{n}" for n in range(1, 7)), "too_many")],
)
def test_two_or_six_are_no_group(world: World, members: tuple[str, ...], why: str) -> None:
    name = grouped(world, *members)
    made = [signs(world, name, party) for party in (*members[1:], members[0])]
    assert made[-1].refusal.why == why
    assert application_of(world.officer, name).standing == "accepted"
    assert len(accepting.guarantees_of(world.actor, name)) == len(members) - 1


@pytest.mark.mechanism("E08")
def test_kin_are_no_group(world: World) -> None:
    name = grouped(world, *GROUP)
    world.rows["party_links"] = [{"from": "h-2", "to": "h-3", "kind": "kin"}]
    made = [signs(world, name, party) for party in ("h-2", "h-3", "h-1")]
    assert made[-1].refusal.why == "direct_kin"


def defaulted(world: World, name: str) -> None:
    """Time goes on until the agreement is more than 90 days late."""
    last = max(
        row.due_on for row in servicing.standing_of(world.actor, name, on=world.day).terms.rows
    )
    world.later(days=(last - world.day).days + 95)


@pytest.mark.mechanism("E08")
@pytest.mark.mechanism("E12")
def test_a_group_is_called_in_equal_shares_and_again_for_what_one_cannot_pay(
    world: World,
) -> None:
    name = grouped(world, *GROUP)
    for party in ("h-2", "h-3", "h-1"):
        signs(world, name, party)
    world.listed("h-1")
    world.paid(name, 2_000_000)
    with pytest.raises(InputError) as early:
        arrears.call_guarantors(world.officer, name, why="w", key="c0", at=world.at)
    assert early.value.code == "NOT_LATE"
    defaulted(world, name)
    world.agreed(arrears.call_guarantors(world.officer, name, why="late", key="c1", at=world.at))
    calls = arrears.calls_of(world.actor, name)
    owed = servicing.standing_of(world.actor, name, on=world.day).state.payoff_fen
    assert sum(one.asked_fen for one in calls) == min(owed, 4_000_000)
    assert abs(calls[0].asked_fen - calls[1].asked_fen) <= 1
    stands = arrears.guarantor_pays(
        world.cashier, name, "h-2", fen=calls[0].asked_fen, on=world.day, key="p", at=world.at
    )
    assert stands.payoff_fen == owed - calls[0].asked_fen
    assert stands.owed_fen == owed  # The debtor owes his neighbour now.
    with pytest.raises(InputError) as soon:
        arrears.call_guarantors(world.officer, name, why="again", key="c2", at=world.at)
    assert soon.value.code == "NOT_DUE"
    world.later(days=16)
    world.agreed(arrears.call_guarantors(world.officer, name, why="again", key="c3", at=world.at))
    second = [one for one in arrears.calls_of(world.actor, name) if one.number == 2]
    assert [(one.guarantor, one.asked_fen) for one in second] == [
        ("h-2", min(calls[0].cap_left_fen, calls[1].asked_fen))
    ]


@pytest.fixture
def fund(world: World, database: Home) -> int:
    """A fund with two tiers that covers the lender's village loans."""
    number = new_institution(database, books="fund")
    open_cover(number, world.institution, "village_live", since=world.day, tiers=["county", "city"])
    return number


def of_fund(fund: int, number: int) -> Caller:
    return Caller(institution=fund, by=f"user:{number}", duties=frozenset({Duty.FUND_OFFICER}))


@pytest.mark.mechanism("A02")
@pytest.mark.mechanism("E04")
@pytest.mark.mechanism("H06")
def test_a_claim_goes_through_both_books_and_what_comes_back_is_shared(
    world: World, fund: int
) -> None:
    world.register("h-1")
    name = world.lent("h-1", "village_live", 2_000_000, times=3)
    with pytest.raises(InputError) as early:
        claims.claim(world.officer, name, why="w", key="c0", at=world.at)
    assert early.value.code == "NOT_OVERDUE_ENOUGH"
    defaulted(world, name)
    one, other = of_fund(fund, 1), of_fund(fund, 2)
    for tier, fen in (("county", 500_000), ("city", 5_000_000)):
        fund_claims.contribute(one, tier, fen=fen, on=world.day, key=tier, at=world.at)
    world.agreed(claims.claim(world.officer, name, why="91 days", key="c1", at=world.at))
    (made,) = all_claims(one.actor())
    loss = servicing.standing_of(world.actor, name, on=world.day).state
    assert made.loss_fen == loss.principal_fen + loss.suspended_interest_fen
    # Its one loan is bad, so the lender stands on the lowest step and bears half.
    assert made.weights == {"lender": 50, "fund": 50}
    assert made.fen == made.loss_fen // 2
    agreed(
        fund_claims.decide_claim(one, made.claim, accept=True, why="seen", key="d", at=world.at),
        other,
        world,
    )
    agreed(
        fund_claims.pay_claim(one, made.claim, why="accepted", key="p", at=world.at), other, world
    )
    (paid,) = all_claims(one.actor())
    assert paid.standing == "paid"
    assert paid.out_fen == {"county": 500_000, "city": made.fen - 500_000}
    assert len(claims.take_over(world.cashier, at=world.at)) == 2
    assert claims.take_over(world.cashier, at=world.at) == ()
    lender, theirs = StoredBooks(world.actor), StoredBooks(Actor(institution=fund))
    assert lender.unpaired(theirs) == ()
    assert lender.balance("1106") == 0
    assert theirs.balances()["F102"] == made.fen
    state = servicing.standing_of(world.actor, name, on=world.day).state
    assert state.recourse_fund_fen == made.fen
    arrears.recover(world.cashier, name, fen=1_000_000, on=world.day, key="r", at=world.at)
    assert len(fund_claims.take_back(one, at=world.at)) == 1
    assert fund_claims.take_back(one, at=world.at) == ()
    assert lender.unpaired(theirs) == ()
    (after,) = all_claims(one.actor())
    back = made.fen - sum(after.out_fen.values())
    assert abs(back - 1_000_000 * made.fen / state.owed_fen) <= 1
    assert theirs.balances()["F101"] == 5_500_000 - made.fen + back
    assert sum(theirs.balances().values()) == 0


def agreed(proposal: Proposal, by: Caller, world: World) -> None:
    confirm(by, proposal.proposal, digest=proposal.digest, at=world.at)


@pytest.mark.mechanism("E04")
def test_a_claim_is_decided_by_the_funds_own_people_and_once(world: World, fund: int) -> None:
    world.register("h-1")
    name = world.lent("h-1", "village_live", 2_000_000, times=3)
    defaulted(world, name)
    world.agreed(claims.claim(world.officer, name, why="late", key="c", at=world.at))
    (made,) = all_claims(world.actor)
    one, other = of_fund(fund, 1), of_fund(fund, 2)
    for stranger in (world.officer, world.household("h-1")):
        with pytest.raises(InputError) as wrong:
            fund_claims.decide_claim(
                stranger, made.claim, accept=True, why="w", key="k", at=world.at
            )
        assert wrong.value.code == "NOT_PERMITTED"
    lenders_own = world.caller("user:8", Duty.FUND_OFFICER)
    with pytest.raises(InputError) as wrong:
        fund_claims.decide_claim(
            lenders_own, made.claim, accept=True, why="w", key="k", at=world.at
        )
    assert wrong.value.code == "NO_CLAIM"
    proposed = fund_claims.decide_claim(
        one, made.claim, accept=False, why="no", key="k", at=world.at
    )
    with pytest.raises(InputError) as wrong:
        agreed(proposed, one, world)
    assert wrong.value.code == "SAME_PERSON"
    agreed(proposed, other, world)
    with pytest.raises(InputError) as wrong:
        fund_claims.pay_claim(one, made.claim, why="w", key="p", at=world.at)
    assert wrong.value.code == "NOT_ACCEPTED"
    with pytest.raises(InputError) as wrong:
        claims.claim(world.officer, name, why="again", key="c2", at=world.at)
    assert wrong.value.code == "CLAIMED_ALREADY"


def test_a_write_off_is_two_risk_officers_and_the_debt_stays(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    with pytest.raises(InputError) as wrong:
        arrears.write_off(world.risk, name, why="w", key="w0", at=world.at)
    assert wrong.value.code == "MOVE_NOT_ALLOWED"
    defaulted(world, name)
    owed = servicing.standing_of(world.actor, name, on=world.day).state.owed_fen
    proposed = arrears.write_off(world.risk, name, why="gone", key="w1", at=world.at)
    for by, code in ((world.risk, "SAME_PERSON"), (world.cashier, "NO_PROPOSAL")):
        with pytest.raises(InputError) as wrong:
            world.agreed(proposed, by)
        assert wrong.value.code == code
    world.agreed(proposed, world.second_risk)
    state = servicing.standing_of(world.actor, name, on=world.day).state
    assert (state.life.value, state.owed_fen) == ("written_off", owed)
    back = arrears.recover(world.cashier, name, fen=500_000, on=world.day, key="r", at=world.at)
    assert back.owed_fen == owed - 500_000
    assert StoredBooks(world.actor).balance("1101", Scope(agreement=name)) == 0


def test_a_hold_stops_new_money_and_nothing_else(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    stop = holds.hold(
        world.risk,
        "party:h-1",
        kind="draw_stopped",
        reason="asked by the police",
        key="h",
        at=world.at,
    )
    refused = world.applied("h-1", "sales_flow", 500_000)
    assert refused.refusals[0].why == "held"
    assert (
        servicing.receive(world.cashier, name, fen=100, on=world.day, key="r", at=world.at).life
        == "active"
    )
    holds.release_hold(world.officer, stop.hold, why="cleared", at=world.at)
    world.later(days=1)
    assert world.applied("h-1", "sales_flow", 500_000).refusals == ()
    with pytest.raises(InputError) as wrong:
        holds.release_hold(world.officer, stop.hold, why="cleared", at=world.at)
    assert wrong.value.code == "KEPT"
