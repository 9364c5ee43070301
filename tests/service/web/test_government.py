"""The county reads what its fund holds and what lenders told it; never a row of another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from opened import new_institution
from people_of_desks import People
from sign_in import signed_in

from suixin.lending.events import ClawedBack, Subsidised
from suixin.service.app import county_figures, entering, fund_claims, funds
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.county_figures import LenderFigures
from suixin.service.home import Home
from suixin.service.store.fund_covers import open_cover
from suixin.service.web.government.indicators import Told, indicators, wilson

COUNTY = "440811"
PAGES = ("overview", "claims", "delivery", "reach")


@pytest.fixture(scope="module")
def fund(people: People, database: Home) -> int:
    """A fund that covers the lender's village loans, contributed to by its county."""
    world = people.world
    number = new_institution(database, books="fund")
    open_cover(number, world.institution, "village_live", since=world.day, tiers=["county"])
    return number


@pytest.fixture(scope="module")
def county(people: People, fund: int) -> Any:
    """The county office, signed in at the fund."""
    return signed_in(fund, Duty.COUNTY_OFFICE, county=COUNTY)[0]


def at_fund(fund: int) -> Caller:
    """Who reads the fund."""
    return Caller(institution=fund, by="user:1", duties=frozenset({Duty.FUND_OFFICER}))


def lent(people: People, party: str) -> str:
    """A village loan that is paid out."""
    people.world.register(party)
    people.world.later(minutes=1)
    return people.world.lent(party, "village_live", 1_000_000, times=1)


def told(people: People, fund: int) -> LenderFigures:
    """What the lender tells the fund today."""
    assert county_figures.publish_figures(people.world.cashier, at=people.world.at) == (fund,)
    (found,) = county_figures.county_figures(at_fund(fund))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_with_nothing_told_each_page_says_so(county: Any, page: str) -> None:
    """Empty, and what would bring something here."""
    text = county.get(reverse(f"government-{page}")).content.decode()
    empty = {"claims": "没有代偿申请"}.get(page, "贷款人还没有报来数字")
    assert empty in text


@pytest.mark.mechanism("F05")
def test_lag_and_leakage_are_of_the_books(people: People, fund: int, county: Any) -> None:
    """Days from when it was owed to when it was booked, by fen; what came back of it."""
    world = people.world
    name = lent(people, "h-0901")
    world.later(days=40)
    for key, days, fen in (("s-1", 5, 600_00), ("s-2", 9, 300_00), ("s-3", 30, 100_00)):
        event = Subsidised(
            key=key, on=world.day - timedelta(days=days), booked_on=world.day, fen=fen
        )
        entering.enter(world.actor, name, [event], on=world.day)
    back = ClawedBack(key="s-back", on=world.day, booked_on=world.day, fen=62_50)
    entering.enter(world.actor, name, [back], on=world.day)
    found = told(people, fund).delivery
    assert (found.paid_fen, found.back_fen, found.payments) == (1_000_00, 62_50, 3)
    # 600 of 1,000 yuan within 5 days; 900 within 9.
    assert (found.lag_median, found.lag_most, found.leakage_bps) == (5, 9, 625)
    text = county.get(reverse("government-delivery")).content.decode()
    assert all(one in text for one in ("¥1,000.00", "¥62.50", "6.25%", "5 天", "9 天"))


@pytest.mark.mechanism("K07")
def test_the_scorecard_recomputes_from_the_books(people: People, fund: int, county: Any) -> None:
    """What was told before is another once the books are; too few are told as too few."""
    world = people.world
    world.later(days=1)
    before = told(people, fund).reached
    for number in range(3):
        lent(people, f"h-091{number}")
    world.later(days=1)
    after = told(people, fund).reached
    assert after.lent == before.lent + 3
    assert after.lent_fen == before.lent_fen + 3_000_000
    funds.publish_rates(world.cashier, at=world.at)
    page = funds.fund(at_fund(fund), at=world.at)
    found = {
        one.name: one for one in indicators(page, county_figures.county_figures(at_fund(fund)))
    }
    assert found["bad"].told is found["access"].told is Told.TOO_FEW
    assert found["bad"].low is None
    assert (found["reconciles"].told, found["loan"].value) == (Told.MET, None)
    text = county.get(reverse("government-overview")).content.decode()
    assert "太少不能说" in text
    assert "就到下一档" in text


def test_small_villages_and_strangers(
    people: People, fund: int, county: Any, database: Home
) -> None:
    """No figure of fewer than five households leaves; another institution sees nothing at all."""
    assert county_figures.told({"a": 4, "b": 9, "c": 30}) == {"a": None, "b": None, "c": 30}
    other = new_institution(database, books="fund")
    assert county_figures.county_figures(at_fund(other)) == ()
    for page in PAGES:
        text = county.get(reverse(f"government-{page}")).content.decode()
        assert "h-09" not in text, page
    far, _ = signed_in(fund, Duty.COUNTY_OFFICE, county="110101")
    assert "440811" not in far.get(reverse("government-reach")).content.decode()
    assert people.client(Duty.CASHIER).get(reverse("government-overview")).status_code == 403


def test_told_once_a_day(people: People, fund: int) -> None:
    """Told again, nothing is told or logged anew."""
    people.world.later(days=1)
    told(people, fund)
    again = county_figures.publish_figures(people.world.cashier, at=people.world.at)
    assert (again, fund_claims.tiers_of(people.world.actor)) == ((), {})


def test_the_wilson_interval_is_the_handbook_s() -> None:
    """12 of 2,400: 0.29 to 0.87 percent."""
    assert [round(100 * one, 2) for one in wilson(12, 2_400)] == [0.29, 0.87]
