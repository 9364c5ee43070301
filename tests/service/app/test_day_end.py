"""Who ends a day, what it tells the log, what it finds to be done, and a state rebuilt by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from lives import START, terms_of
from opened import new_institution
from portfolios import VILLAGE, draw
from stored import url

from suixin.data.errors import InputError
from suixin.service.app import day_end
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.proposals import confirm
from suixin.service.day_end.items import Kind
from suixin.service.day_end.receiving import receive
from suixin.service.home import Home
from suixin.service.store import agreements, people
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
DUE = date(2026, 3, 20)


@pytest.fixture(scope="module")
def institution(database: Home, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A lender with a loan that fell due and was not paid, whose days to the due day are ended."""
    number = new_institution(database)
    actor = Actor(institution=number)
    people.register(actor, Registered(party_id="h-1", kind="household", village_code=VILLAGE))
    terms = terms_of({"rate": 960, "rows": [[DUE]]})
    for name in ("a-0", "a-1"):
        agreements.sign(actor, replace(terms, agreement=name))
        receive(actor, name, [draw(on=START)])
    lake = tmp_path_factory.mktemp("lake")
    for on in (START, DUE):
        day_end.end_day(service_caller(number, "day-end"), on, at=AT, lake=lake)
    return number


def person(institution: int, by: str, *duties: Duty) -> Caller:
    return Caller(institution=institution, by=by, duties=frozenset(duties))


def test_each_day_is_in_the_log_with_its_digest(institution: int) -> None:
    days = day_end.days(person(institution, "user:1", Duty.AUDITOR))
    assert [one.day for one in days][:2] == [DUE, date(2026, 3, 19)]
    assert days[-1].day == START
    with acting(Actor(institution=institution)):
        ((told,),) = query("select count(*) from log_record where kind = 'ledger_day'")
    assert told == len(days) == 20
    assert (
        day_end.days(person(institution, "user:1", Duty.AUDITOR), before=DUE, limit=1) == days[1:2]
    )
    assert day_end.progress(service_caller(institution, "jobs")) is None


@pytest.mark.parametrize("duty", [Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.COUNTY_OFFICE])
def test_a_day_is_ended_by_who_may(institution: int, duty: Duty, tmp_path: Path) -> None:
    with pytest.raises(InputError) as wrong:
        day_end.end_day(person(institution, "user:2", duty), DUE, at=AT, lake=tmp_path)
    assert wrong.value.code == "NOT_PERMITTED"
    with pytest.raises(InputError) as wrong:
        day_end.days(person(institution, "user:2", duty))
    assert wrong.value.code == "NOT_PERMITTED"


def test_a_day_that_has_not_come_is_not_ended(institution: int, tmp_path: Path) -> None:
    cashier = person(institution, "user:3", Duty.CASHIER)
    with pytest.raises(InputError) as wrong:
        day_end.end_day(cashier, date(2026, 7, 2), at=AT, lake=tmp_path)
    assert wrong.value.code == "NOT_YET"


def test_what_a_day_found_is_listed_and_done(institution: int, tmp_path: Path) -> None:
    cashier = person(institution, "user:3", Duty.CASHIER)
    (day,) = day_end.end_day(cashier, date(2026, 3, 21), at=AT, lake=tmp_path)
    assert day.counts["grades"]["special_mention"]["agreements"] == 2
    officer = person(institution, "user:4", Duty.CREDIT_OFFICER)
    reminders = day_end.to_do(officer, (Kind.REMINDER,))
    assert [(one.day, one.agreement) for one in reminders] == [(day.day, "a-0"), (day.day, "a-1")]
    assert day_end.done(officer, reminders[0], at=AT)
    assert day_end.to_do(officer, (Kind.REMINDER,)) == reminders[1:]


def test_a_state_is_rebuilt_by_two_people(institution: int, tmp_path: Path) -> None:
    with psycopg.connect(url()) as owner:
        owner.execute(
            "update agreement_state set fee_fen = 9"
            f" where institution_id = {institution} and agreement = 'a-0'"
        )
    cashier = person(institution, "user:3", Duty.CASHIER)
    with pytest.raises(InputError) as wrong:
        day_end.end_day(cashier, date(2026, 3, 22), at=AT, lake=tmp_path)
    assert wrong.value.code == "DIFFERS"
    made = day_end.propose_rebuild(cashier, "a-0", key="k", why="the day does not close", at=AT)
    with pytest.raises(InputError) as wrong:
        confirm(cashier, made.proposal, digest=made.digest, at=AT)
    assert wrong.value.code in ("NOT_PERMITTED", "SAME_PERSON")
    risk = person(institution, "user:5", Duty.RISK_OFFICER)
    confirm(risk, made.proposal, digest=made.digest, at=AT)
    (day,) = day_end.end_day(cashier, date(2026, 3, 22), at=AT, lake=tmp_path)
    assert day.day == date(2026, 3, 22)


@pytest.mark.mechanism("D01")
def test_a_subsidy_is_granted_by_two_people(institution: int) -> None:
    officer = person(institution, "user:4", Duty.CREDIT_OFFICER)
    made = day_end.propose_subsidy(
        officer, "a-1", since=START, until=DUE, key="s", why="the county pays", at=AT
    )
    risk = person(institution, "user:5", Duty.RISK_OFFICER)
    confirm(risk, made.proposal, digest=made.digest, at=AT)
    with acting(Actor(institution=institution)):
        assert query("select agreement, since, until from subsidy_grant") == [("a-1", START, DUE)]
    with pytest.raises(InputError) as wrong:
        day_end.propose_subsidy(
            person(institution, "user:6", Duty.CASHIER),
            "a-1",
            since=START,
            until=DUE,
            key="t",
            why="",
            at=AT,
        )
    assert wrong.value.code == "NOT_PERMITTED"


def test_the_same_loan_shows_nothing_to_another_institution(
    institution: int, database: Home
) -> None:
    other = new_institution(database)
    auditor = person(other, "user:7", Duty.AUDITOR)
    assert day_end.days(auditor) == ()
    assert day_end.to_do(person(other, "user:7", Duty.RISK_OFFICER)) == ()
    made = day_end.propose_rebuild(
        person(other, "user:8", Duty.CASHIER), "a-0", key="k", why="curious", at=AT
    )
    risk = person(other, "user:7", Duty.RISK_OFFICER)
    with pytest.raises(InputError) as wrong:
        confirm(risk, made.proposal, digest=made.digest, at=AT)
    assert wrong.value.code == "NO_AGREEMENT"
