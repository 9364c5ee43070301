"""What people read of lending: the case, the worklist, an agreement, the book, the fund."""

from __future__ import annotations

from datetime import date

import pytest
from lending_world import World
from opened import new_institution

from suixin.data.errors import InputError
from suixin.service.app import cases, deciding, funds, loans, portfolio, servicing
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.cases import Filters
from suixin.service.app.portfolio_rows import BookRow
from suixin.service.home import Home
from suixin.service.store.fund_covers import open_cover


def test_a_case_has_everything_on_one_page(world: World) -> None:
    world.register("h-1")
    name = world.applied("h-1", "sales_flow", 4_000_000).application.application
    undecided = cases.case(world.officer, name, at=world.at)
    assert (undecided.refusals, undecided.decided_by) == ((), "officer")
    assert undecided.why_a_person == ("amount above 30,000.00 CNY",)
    assert undecided.facts is not None
    assert undecided.facts.limit_left_fen("sales_flow") == 5_000_000
    deciding.decide(world.officer, name, approve=True, why="w", key="d", at=world.at)
    assert [one.act.value for one in cases.case(world.risk, name, at=world.at).proposals] == [
        "decide"
    ]
    own = cases.case(world.household("h-1"), name, at=world.at)
    assert (own.proposals, own.facts) == ((), None)
    refused = world.applied("h-1", "sales_flow", 9_000_000).application.application
    (step,) = cases.case(world.household("h-1"), refused, at=world.at).steps
    assert set(step.content) == {"refusals"}
    (step,) = cases.case(world.officer, refused, at=world.at).steps
    assert set(step.content) == {"refusals", "facts"}
    with pytest.raises(InputError, match=f"There is no application {name}"):
        cases.case(world.household("h-2"), name, at=world.at)


def test_the_worklist_page_by_page_with_its_filters(world: World) -> None:
    for party, village in (("h-1", "440811100201"), ("h-2", "440811100999")):
        world.register(party, village=village)
    made = [
        world.applied(party, "sales_flow", fen).application.application
        for party, fen in (("h-1", 2_000_000), ("h-2", 4_000_000), ("h-1", 9_000_000))
    ]
    seen: list[str] = []
    after = ""
    while True:
        page = cases.worklist(world.officer, after=after, limit=2)
        seen += [row.application for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == made[::-1]
    assert page.counts == {"applied": 2, "refused": 1}

    def found(caller: Caller, **filters: object) -> list[str]:
        told = cases.worklist(caller, Filters(**filters))  # type: ignore[arg-type]
        return [row.application for row in told.rows]

    assert found(world.officer, standings=("refused",)) == [made[2]]
    assert found(world.officer, village="440811100999") == [made[1]]
    assert found(world.officer, least_fen=3_000_000) == [made[2], made[1]]
    assert found(world.officer, product="live_slot") == []
    assert found(world.household("h-1")) == [made[2], made[0]]
    assert found(world.household("h-1"), party="h-2") == [made[2], made[0]]
    assert found(world.agent("440811100999")) == [made[1]]
    assert found(world.agent()) == []
    deciding.decide(world.officer, made[1], approve=True, why="w", key="d", at=world.at)
    assert found(world.risk, waiting=True) == [made[1]]
    assert found(world.officer, waiting=True) == []
    with pytest.raises(InputError, match="is no cursor"):
        cases.worklist(world.officer, after="1; drop table")


def test_an_agreement_with_its_schedule_and_statement(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    world.later(days=10)
    servicing.receive(world.cashier, name, fen=300_000, on=world.day, key="r", at=world.at)
    page = loans.agreement(world.household("h-1"), name, at=world.at)
    interest = round(2_000_000 * page.terms.rate_bps / 10_000 * 10 / 365)
    assert page.row.payoff_fen == 2_000_000 + interest - 300_000
    assert page.statement[-1].owed_fen == page.row.payoff_fen
    assert [one.kind for one in page.events] == ["Draw", "Receipt"]
    assert len(page.schedule) == 6
    assert page.graded.grade.name == "NORMAL"
    listed = loans.agreements(world.officer, at=world.at)
    assert [row.agreement for row in listed.rows] == [name]
    assert listed.rows[0] == page.row
    assert loans.agreements(world.household("h-2"), at=world.at).rows == ()
    for stranger in (world.household("h-2"), world.agent("440811100999")):
        with pytest.raises(InputError, match=f"There is no agreement {name}"):
            loans.agreement(stranger, name, at=world.at)
    with pytest.raises(InputError) as wrong:
        loans.agreement(world.caller("user:5", Duty.FUND_OFFICER), name, at=world.at)
    assert wrong.value.code == "NOT_PERMITTED"


def test_the_list_of_agreements_goes_on_from_its_cursor(world: World) -> None:
    made = []
    for number in range(3):
        world.register(f"h-{number}")
        made.append(world.lent(f"h-{number}", "sales_flow", 1_000_000))
    first = loans.agreements(world.officer, at=world.at, limit=2)
    rest = loans.agreements(world.officer, at=world.at, after=first.after)
    assert [row.agreement for row in (*first.rows, *rest.rows)] == sorted(made)
    assert rest.after == ""


def row(name: str, **said: object) -> BookRow:
    plain = {
        "agreement": name,
        "party": "h-1",
        "village_code": "v-1",
        "product": "sales_flow",
        "mode": "platform",
        "start": date(2026, 5, 4),
        "life": "active",
        "grade": 1,
        "disbursed_fen": 100,
        "disbursed_on": date(2026, 5, 4),
        "principal_fen": 100,
        "written_off_fen": 0,
        "bad_on": None,
        "days_past_due": 0,
    }
    return BookRow(**{**plain, **said})  # type: ignore[arg-type]


def test_the_book_by_lateness_grade_and_month() -> None:
    rows = [
        row("a"),
        row("b", days_past_due=8, grade=2, principal_fen=60, life="overdue"),
        row("c", days_past_due=91, grade=3, principal_fen=40, party="h-2", bad_on=date(2026, 6, 1)),
        row("d", disbursed_on=date(2026, 6, 1), principal_fen=0, life="closed"),
        row("e", disbursed_fen=0, disbursed_on=None, principal_fen=0, life="ready"),
    ]
    made = portfolio.told(rows, date(2026, 7, 1))
    assert (made.agreements, made.households, made.principal_fen) == (4, 2, 200)
    assert [(one.days, one.principal_fen, one.share_bps) for one in made.at_risk] == [
        (1, 100, 5000),
        (8, 100, 5000),
        (31, 40, 2000),
        (91, 40, 2000),
    ]
    assert sum(one.principal_fen for one in made.grades) == made.principal_fen
    assert [(one.month, one.disbursed_fen, one.bad_fen) for one in made.vintages] == [
        ("2026-05", 300, 100),
        ("2026-06", 100, 0),
    ]
    assert [(one.name, one.principal_fen) for one in made.largest] == [("h-1", 160), ("h-2", 40)]


def test_the_book_rolls_from_band_to_band(world: World) -> None:
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000)
    last = loans.agreement(world.officer, name, at=world.at).terms.rows[-1].due_on
    world.later(days=(last - world.day).days + 40)
    (roll,) = portfolio.roll_rates(world.risk, world.day)
    assert (roll.was, roll.now, roll.principal_fen) == ("8-30", "31-90", 2_000_000)
    made = portfolio.portfolio(world.risk, world.day)
    assert [one.principal_fen for one in made.at_risk] == [2_000_000] * 3 + [0]
    assert made.grades[1].principal_fen == 2_000_000
    with pytest.raises(InputError):
        portfolio.portfolio(world.household("h-1"), world.day)


@pytest.mark.mechanism("H06")
def test_the_fund_reads_what_its_lenders_told_it(world: World, database: Home) -> None:
    number = new_institution(database, books="fund")
    open_cover(number, world.institution, "village_live", since=world.day, tiers=["county"])
    officer = Caller(institution=number, by="user:1", duties=frozenset({Duty.FUND_OFFICER}))
    world.register("h-1")
    name = world.lent("h-1", "village_live", 2_000_000, times=1)
    funds.publish_rates(world.cashier, at=world.at)
    assert funds.publish_rates(world.cashier, at=world.at) == ()
    page = funds.fund(officer, at=world.at)
    (told,) = page.lenders
    assert (told.covered_fen, told.rate_ppm, told.lends) == (2_000_000, 0, True)
    assert [step.stands for step in told.steps] == [True, False, False, False]
    world.later(days=150)
    funds.publish_rates(world.cashier, at=world.at)
    (told,) = funds.fund(officer, at=world.at).lenders
    # Its one loan is due a month on, and more than 90 days late at the quarter's end.
    assert (told.bad_fen, told.mature_fen) in ((0, 0), (2_000_000, 2_000_000))
    assert loans.agreement(world.officer, name, at=world.at).row.days_past_due > 90
    assert funds.fund(world.risk, at=world.at).lenders == (told,)
    other = Caller(institution=new_institution(database), by="u", duties=frozenset({Duty.AUDITOR}))
    assert funds.fund(other, at=world.at).lenders == ()


def test_a_rate_near_its_step_tells_how_far_the_next_is() -> None:
    from suixin.kernel.policy import load_policy
    from suixin.service.app.funds import _floating

    policy = load_policy("fund").on(date(2026, 6, 30))
    whole = 8_640_000_000

    def told(bad: int) -> funds.Floating:
        row = (1, "c", "n", "p", date(2026, 6, 30), date(2026, 3, 31), bad, whole, "{}", True)
        return _floating((*row, None, 0, 0, 0, 0), policy)

    assert told(103_679_999).to_next_fen == 1
    assert told(103_680_000).to_next_fen == whole * 300 // 10_000 - 103_680_000
    assert told(432_000_000).to_next_fen == 1
    assert told(432_000_001).to_next_fen is None
