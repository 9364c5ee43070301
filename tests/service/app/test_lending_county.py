"""A county's own facts, scored, lent on and lived through day ends: the whole path on real rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from county_home import UNTIL, county_folder
from lending_world import BANK_NUMBER, CARD
from opened import new_institution

from suixin.data.errors import InputError
from suixin.service.app import (
    accepting,
    applying,
    cases,
    deciding,
    facts,
    keys,
    listing,
    loans,
    paying,
    portfolio,
    scoring,
)
from suixin.service.app.applying import Asked
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 6, 30, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def county(database: Home) -> int:
    """A lender that took in a county's feeds and scored everybody today."""
    number = new_institution(database)
    facts.load_feeds(service_caller(number, "load"), county_folder(), key="county", at=AT)
    scoring.score_all(service_caller(number, "score"), on=UNTIL, at=AT)
    return number


def of(institution: int, by: str, *duties: Duty, party: str = "") -> Caller:
    return Caller(institution=institution, by=by, duties=frozenset(duties), party=party)


def known(institution: int, party: str) -> None:
    """The household is on the books with a number, a card and a consent."""
    actor = Actor(institution=institution, by="test")
    with acting(actor):
        there = query(
            "select from party where institution_id = %s and party_id = %s", [institution, party]
        )
    if not there:
        people.register(actor, Registered(party_id=party, kind="household"))
    people.keep(
        actor,
        keys.ring(),
        party,
        {
            Personal.NAME: "农户",
            Personal.RESIDENT_ID: "11010519491231002X",
            Personal.BANK_CARD: CARD,
        },
    )
    people.grant(
        actor,
        Consent(
            consent=f"lend-{party}",
            party_id=party,
            purpose="credit",
            receiver="bank",
            kinds=("orders",),
            since=UNTIL,
            until=UNTIL + timedelta(days=365),
        ),
    )


def best(institution: int) -> list[str]:
    """Subjects to whom the file of sales-flow credit gives a limit, the largest first."""
    asked = """
        select subject from credit_file
         where institution_id = %s and status = 'scored' order by subject
    """
    actor = Actor(institution=institution)
    with acting(actor):
        names = [name for (name,) in query(asked, [institution])]
    files = [(scoring.latest(actor, name, "sales_flow", on=UNTIL), name) for name in names]
    given = [(-kept.limit_fen, name) for kept, name in files if kept and not kept.refusal]
    return [name for _, name in sorted(given)]


def agreed(institution: int, proposal: Proposal) -> None:
    second = of(institution, "user:2", Duty.RISK_OFFICER)
    confirm(second, proposal.proposal, digest=proposal.digest, at=AT)


@pytest.mark.mechanism("B07")
@pytest.mark.mechanism("C02")
def test_a_county_household_is_lent_to_on_its_own_sales(county: int) -> None:
    officer = of(county, "user:1", Duty.CREDIT_OFFICER)
    lent, told = "", []
    for party in best(county)[:3]:
        known(county, party)
        own = of(county, f"user:{party}", Duty.HOUSEHOLD, party=party)
        file = scoring.latest(Actor(institution=county), party, "sales_flow", on=UNTIL)
        assert file is not None
        amount = min(file.limit_fen, 3_000_000)
        asked = Asked(party=party, product="sales_flow", amount_fen=amount, purpose="inputs")
        made = applying.apply(own, asked, key=party, at=AT)
        told.append(tuple(one.why for one in made.refusals))
        if made.refusals:
            continue
        name = made.application.application
        page = cases.case(officer, name, at=AT)
        assert page.facts is not None
        assert page.facts.file.digest == file.digest
        said = deciding.ask_decision(officer, name, at=AT)
        if said.offer is None:
            agreed(
                county,
                deciding.decide(officer, name, approve=True, why="known", key=party, at=AT),
            )
            said = deciding.ask_decision(officer, name, at=AT)
        assert said.offer is not None
        assert said.offer.rate_bps == file.rate_bps
        later = AT + timedelta(minutes=2)
        accepting.accept(own, name, offer=said.offer.digest, read_seconds=60, at=later)
        payee = listing.propose_payee(
            officer, party, bank_number=BANK_NUMBER, person=True, key=f"p{party}", why="w", at=AT
        )
        agreed(county, payee)
        proposed = paying.disburse(
            officer, name, fen=amount, key=f"d{party}", why="conditions met", at=AT
        )
        agreed(county, proposed)
        assert loans.agreement(own, name, at=AT).payments[0].fen == amount
        lent = name
        break
    assert lent, told
    made_book = portfolio.portfolio(of(county, "user:2", Duty.RISK_OFFICER), UNTIL)
    assert made_book.agreements == 0  # Pending with the bank: nothing is lent before it says so.


def test_who_was_never_scored_is_told_so(county: int) -> None:
    known(county, "nobody-knows")
    own = of(county, "user:n", Duty.HOUSEHOLD, party="nobody-knows")
    asked = Asked(party="nobody-knows", product="sales_flow", amount_fen=500_000, purpose="inputs")
    with pytest.raises(InputError, match="has no credit file"):
        applying.apply(own, asked, key="n", at=AT)
