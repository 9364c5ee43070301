"""A loan from an application to its last receipt, through the use cases on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from lending_world import World

from suixin.data.errors import InputError
from suixin.lending.ledger import Scope
from suixin.service.app import accepting, applying, deciding, paying, servicing
from suixin.service.app.applications import application_of, steps_of
from suixin.service.app.applying import Asked
from suixin.service.app.caller import Duty
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.app.servicing import Settled
from suixin.service.store.books import StoredBooks


@pytest.mark.mechanism("C12")
@pytest.mark.mechanism("F07")
def test_a_loan_repaid_from_sales_from_application_to_closed(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    world.later(days=20)
    after = servicing.sweep(
        world.cashier,
        name,
        [Settled(order="o-1", fen=1_000_000, on=world.day)],
        key="s1",
        at=world.at,
    )
    assert after.swept_fen > 0
    again = servicing.sweep(
        world.cashier,
        name,
        [Settled(order="o-1", fen=1_000_000, on=world.day)],
        key="s1",
        at=world.at,
    )
    assert again.payoff_fen == after.payoff_fen
    back = servicing.sweep(
        world.cashier,
        name,
        [Settled(order="o-1", fen=400_000, on=world.day, refund=True)],
        key="s2",
        at=world.at,
    )
    assert back.payoff_fen > after.payoff_fen
    world.later(days=10)
    rest = servicing.receive(
        world.cashier, name, fen=1, on=world.day, key="one-fen", at=world.at
    ).payoff_fen
    done = servicing.receive(world.cashier, name, fen=rest, on=world.day, key="all", at=world.at)
    assert (done.life, done.owed_fen) == ("closed", 0)
    books = StoredBooks(world.actor)
    balances = books.balances(Scope(agreement=name))
    assert sum(balances.values()) == 0
    assert balances.get("1101", 0) == balances.get("1102", 0) == 0


def test_every_step_is_recorded_once_with_who_when_and_why(world: World) -> None:
    world.register("h-1")
    name = world.applied("h-1", "sales_flow", 2_000_000).application.application
    world.accepted(name)
    steps = steps_of(world.actor, name)
    assert [(one.happening, one.standing, one.by) for one in steps] == [
        ("offer", "offered", "service:rules"),
        ("accept", "accepted", "user:h-1"),
        ("conditions_met", "ready", "user:h-1"),
    ]


def test_what_the_rules_refuse_is_refused_by_the_first_and_every_refusal_is_told(
    world: World,
) -> None:
    world.register("h-1")
    made = world.applied("h-1", "sales_flow", 6_000_000, purpose="shares")
    assert [one.why for one in made.refusals] == ["purpose_not_allowed", "above_limit"]
    assert made.application.standing == "refused"
    (step,) = steps_of(world.actor, made.application.application)
    assert (step.why, step.by) == ("purpose_not_allowed", "service:rules")


@pytest.mark.mechanism("B07")
def test_the_same_facts_decide_the_same_and_a_person_looks_where_the_lender_wants(
    world: World,
) -> None:
    world.register("h-1")
    small = world.applied("h-1", "sales_flow", 3_000_000)
    assert small.decided_by == "automatic"
    large = world.applied("h-1", "sales_flow", 3_000_001)
    assert (large.decided_by, large.why_a_person) == (
        "officer",
        ("amount above 30,000.00 CNY",),
    )
    name = large.application.application
    said = deciding.ask_decision(world.officer, name, at=world.at)
    assert (said.decided_by, said.offer) == ("officer", None)
    proposed = deciding.decide(
        world.officer, name, approve=True, why="seen his shop", key="d", at=world.at
    )
    world.agreed(proposed)
    decided = deciding.ask_decision(world.officer, name, at=world.at)
    assert decided.offer is not None
    assert (decided.offer.amount_fen, decided.decided_by) == (3_000_001, "user:1")


def test_the_borrower_may_refuse_automation_and_then_two_people_decide(world: World) -> None:
    world.register("h-1")
    made = world.applied("h-1", "sales_flow", 6_000_000)
    name = made.application.application
    anew = applying.ask_for_a_person(world.household("h-1"), name, key="again", at=world.at)
    assert anew.application.standing == "applied"
    assert anew.application.wants_person
    assert anew.decided_by == "officer"
    new = anew.application.application
    with pytest.raises(InputError, match="Above limit"):
        deciding.decide(world.officer, new, approve=True, why="x", key="d1", at=world.at)
    proposed = deciding.decide(
        world.officer,
        new,
        approve=True,
        amount_fen=5_000_000,
        why="within the limit",
        key="d2",
        at=world.at,
    )
    world.agreed(proposed)
    assert application_of(world.officer, new).standing == "offered"


@pytest.mark.mechanism("H02")
def test_a_platform_asks_and_the_lender_decides(world: World) -> None:
    world.register("h-1")
    name = world.applied("h-1", "sales_flow", 4_000_000).application.application
    platform = world.caller(
        "client:p", Duty.PARTNER, scopes=frozenset({"applications:write", "decisions:write"})
    )
    said = deciding.ask_decision(platform, name, at=world.at)
    assert (said.decided_by, said.offer) == ("officer", None)
    with pytest.raises(InputError) as wrong:
        deciding.decide(platform, name, approve=True, why="w", key="k", at=world.at)
    assert wrong.value.code == "NOT_PERMITTED"
    proposed = deciding.decide(
        world.officer, name, approve=False, why="the lender says no", key="k", at=world.at
    )
    with pytest.raises(InputError) as wrong:
        confirm(platform, proposed.proposal, digest=proposed.digest, at=world.at)
    assert wrong.value.code == "NOT_PERMITTED"
    world.agreed(proposed)
    assert application_of(world.officer, name).standing == "refused"


def test_an_offer_is_read_before_it_is_accepted_and_does_not_stand_for_ever(
    world: World,
) -> None:
    world.register("h-1")
    own = world.household("h-1")
    name = world.applied("h-1", "sales_flow", 2_000_000).application.application
    made = deciding.ask_decision(world.officer, name, at=world.at).offer
    assert made is not None
    assert float(made.all_in) > made.rate_bps / 100 > 0
    assert sum(row.principal_fen for row in made.rows) == 2_000_000
    told: list[str] = []
    for seconds, offer, later in ((60, made.digest, 0), (5, made.digest, 2), (60, "0" * 64, 0)):
        world.later(minutes=later)
        with pytest.raises(InputError) as wrong:
            accepting.accept(own, name, offer=offer, read_seconds=seconds, at=world.at)
        told.append(wrong.value.code)
    world.later(days=8)
    with pytest.raises(InputError) as wrong:
        accepting.accept(own, name, offer=made.digest, read_seconds=60, at=world.at)
    assert [*told, wrong.value.code] == ["NOT_READ", "NOT_READ", "OTHER_OFFER", "OFFER_LAPSED"]


def test_sent_again_an_application_is_the_same_one(world: World) -> None:
    world.register("h-1")
    own = world.household("h-1")
    asked = Asked(party="h-1", product="sales_flow", amount_fen=2_000_000, purpose="inputs")
    first = applying.apply(own, asked, key="a", at=world.at)
    assert applying.apply(own, asked, key="a", at=world.at) == first
    other = Asked(party="h-1", product="sales_flow", amount_fen=2_000_001, purpose="inputs")
    with pytest.raises(InputError) as wrong:
        applying.apply(own, other, key="a", at=world.at)
    assert wrong.value.code == "KEY_TAKEN"


def test_a_household_reaches_itself_and_an_agent_his_villages_alone(world: World) -> None:
    world.register("h-1")
    world.register("h-2", village="440811100999")
    asked = Asked(party="h-2", product="sales_flow", amount_fen=2_000_000, purpose="inputs")
    agent = world.agent("440811100201")
    for caller in (world.household("h-1"), agent):
        with pytest.raises(InputError, match="There is no party h-2") as wrong:
            applying.apply(caller, asked, key="x", at=world.at)
        assert wrong.value.code == "NO_PARTY"
    mine = Asked(party="h-1", product="sales_flow", amount_fen=2_000_000, purpose="inputs")
    name = applying.apply(agent, mine, key="y", at=world.at).application.application
    assert application_of(agent, name).party == "h-1"
    for stranger in (world.household("h-2"), world.agent("440811100999")):
        with pytest.raises(InputError, match=f"There is no application {name}"):
            application_of(stranger, name)


def test_a_loan_is_paid_out_whole_and_once(world: World) -> None:
    world.register("h-1")
    name = world.applied("h-1", "sales_flow", 2_000_000).application.application
    world.accepted(name)
    with pytest.raises(InputError) as wrong:
        paying.disburse(world.officer, name, fen=2_000_000, key="n", why="w", at=world.at)
    assert wrong.value.code == "NO_PAYEE"
    world.listed("h-1")
    world.paid(name, 2_000_000)
    with pytest.raises(InputError) as wrong:
        paying.disburse(world.officer, name, fen=2_000_000, key="m", why="w", at=world.at)
    assert wrong.value.code == "PAID_OUT"


@pytest.mark.mechanism("E06")
@pytest.mark.parametrize("draw_first", [True, False])
def test_a_line_is_drawn_and_repaid_at_will_with_interest_on_the_days_used(
    world: World, draw_first: bool
) -> None:
    world.register("h-1")
    name = world.applied("h-1", "village_live", 2_000_000, times=3).application.application
    world.accepted(name)
    world.listed("h-1")
    paying.draw(world.household("h-1"), name, fen=1_000_000, at=world.at)
    world.paid(name, 1_000_000)
    start = world.day
    world.later(days=10)
    if draw_first:
        world.paid(name, 500_000)
        stands = servicing.receive(
            world.cashier, name, fen=300_000, on=world.day, key="r", at=world.at
        )
    else:
        servicing.receive(world.cashier, name, fen=300_000, on=world.day, key="r", at=world.at)
        world.paid(name, 500_000)
        stands = servicing.receive(world.cashier, name, fen=1, on=world.day, key="r2", at=world.at)
    assert world.day == start + timedelta(days=10)
    interest = round(1_000_000 * 0.07 * 10 / 365)
    assert stands.payoff_fen == 1_500_000 + interest - 300_000 - (0 if draw_first else 1)
    with pytest.raises(InputError) as wrong:
        paying.disburse(world.officer, name, fen=900_000, key="more", why="w", at=world.at)
    assert wrong.value.code == "ABOVE_LIMIT"


def test_a_receipt_entered_by_mistake_is_taken_back_by_two(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    world.later(days=3)
    before = servicing.receive(
        world.cashier, name, fen=100_000, on=world.day, key="wrong", at=world.at
    )
    proposed = servicing.correct(
        world.cashier, name, "receipt/wrong", why="of another loan", key="c", at=world.at
    )
    with pytest.raises(InputError) as wrong:
        world.agreed(proposed, world.caller("user:4", Duty.RISK_OFFICER))
    assert wrong.value.code == "SAME_PERSON"
    world.agreed(proposed)
    after = servicing.receive(
        world.cashier, name, fen=100_000, on=world.day, key="right", at=world.at
    )
    assert after.payoff_fen == before.payoff_fen


def test_a_new_schedule_is_two_peoples(world: World) -> None:
    from suixin.lending.events import PlannedDue

    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    world.later(days=3)
    rows = [PlannedDue(date(2027, 3, 1)), PlannedDue(date(2027, 6, 1))]
    proposed = servicing.restructure(
        world.officer, name, rows, rate_bps=900, why="typhoon", key="r", at=world.at
    )
    world.agreed(proposed)
    stands = servicing.receive(world.cashier, name, fen=1, on=world.day, key="x", at=world.at)
    assert stands.life == "active"


def test_two_offers_are_not_accepted_beyond_the_limit(world: World) -> None:
    world.register("h-1")
    own = world.household("h-1")
    offered = []
    for _ in range(2):
        name = world.applied("h-1", "sales_flow", 3_000_000).application.application
        made = deciding.ask_decision(world.officer, name, at=world.at).offer
        assert made is not None
        offered.append((name, made.digest))
    world.later(minutes=2)
    (first, digest), (second, other) = offered
    accepting.accept(own, first, offer=digest, read_seconds=60, at=world.at)
    with pytest.raises(InputError) as wrong:
        accepting.accept(own, second, offer=other, read_seconds=60, at=world.at)
    assert wrong.value.code == "ABOVE_LIMIT"
    assert application_of(own, second).standing == "offered"


def test_two_payouts_agreed_to_at_once_pay_once(world: World) -> None:
    world.register("h-1")
    name = world.applied("h-1", "sales_flow", 2_000_000).application.application
    world.accepted(name)
    world.listed("h-1")
    made = [
        paying.disburse(world.officer, name, fen=2_000_000, key=key, why="w", at=world.at)
        for key in ("one", "two", "three", "four")
    ]

    def confirmed(proposal: Proposal) -> str:
        try:
            return world.agreed(proposal, world.cashier).standing.value
        except InputError as fault:
            return fault.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(confirmed, made))
    assert told == ["PAID_OUT"] * 3 + ["confirmed"]
    assert len(paying.paid_out(world.officer, name)) == 1
