"""An institution that lends: its people, parties, and what is known of each, said by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from opened import new_institution

from suixin.lending.events import Draw
from suixin.service.app import (
    accepting,
    applying,
    backing_facts,
    case_facts,
    deciding,
    entering,
    keys,
    listing,
    offers,
    paying,
    supplier_facts,
)
from suixin.service.app.accepting import Accepted
from suixin.service.app.applications import application_of
from suixin.service.app.applying import Applied, Asked
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.case_facts import File
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.agreements import terms_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor

VILLAGE = "440811100201"
DAY = date(2026, 7, 1)
AT = datetime(2026, 7, 1, 1, tzinfo=UTC)  # Nine in the morning.
FEEDS = ("orders", "settlements", "reviews")
BANK_NUMBER = "402611000018"
# Its check digit fits; it belongs to nobody.
CARD = "6222021234567894"
_keys = count(1)


def good_file(as_of: date, **said: Any) -> File:
    """A credit file that gives a limit of 50,000 yuan, where the test says nothing else."""
    plain = {
        "as_of": as_of,
        "grade": "A",
        "score": 712,
        "limit_fen": 5_000_000,
        "target_fen": 5_000_000,
        "rate_bps": None,  # The middle of the sheet.
        "refusal": "",
        "flags": (),
        "signs": (),
        "feeds": FEEDS,
        "digest": "d" * 64,
    }
    return File(**{**plain, **said})


@dataclass
class World:
    """A lender with its callers; `files` and `rows` are what its parties are known by."""

    institution: int
    files: dict[str, File] = field(default_factory=dict)
    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    at: datetime = AT

    @property
    def actor(self) -> Actor:
        return Actor(institution=self.institution, by="test")

    @property
    def day(self) -> date:
        return (self.at + timedelta(hours=8)).date()

    def caller(self, by: str, *duties: Duty, **more: Any) -> Caller:
        return Caller(institution=self.institution, by=by, duties=frozenset(duties), **more)

    @property
    def officer(self) -> Caller:
        return self.caller("user:1", Duty.CREDIT_OFFICER)

    @property
    def risk(self) -> Caller:
        return self.caller("user:2", Duty.RISK_OFFICER)

    @property
    def second_risk(self) -> Caller:
        return self.caller("user:3", Duty.RISK_OFFICER)

    @property
    def cashier(self) -> Caller:
        return self.caller("user:4", Duty.CASHIER)

    def household(self, party: str) -> Caller:
        return self.caller(f"user:{party}", Duty.HOUSEHOLD, party=party)

    def agent(self, *villages: str) -> Caller:
        return self.caller("user:9", Duty.STATION_AGENT, villages=villages)

    def key(self) -> str:
        return f"k{next(_keys)}"

    def register(self, party: str, *, village: str = VILLAGE, kind: str = "household") -> str:
        """A party that is known, consents, and has a good file unless the test says otherwise."""
        people.register(self.actor, Registered(party_id=party, kind=kind, village_code=village))
        person = kind == "household"
        identity = Personal.RESIDENT_ID if person else Personal.USCC
        number = "11010519491231002X" if person else "91110000600037341L"
        people.keep(
            self.actor,
            keys.ring(),
            party,
            {Personal.NAME: "农户", identity: number, Personal.BANK_CARD: CARD},
        )
        people.grant(
            self.actor,
            Consent(
                consent=f"c-{party}",
                party_id=party,
                purpose="credit",
                receiver="bank",
                kinds=FEEDS,
                since=DAY - timedelta(days=30),
                until=DAY + timedelta(days=700),
            ),
        )
        self.files[party] = good_file(DAY)
        return party

    def agreed(self, proposal: Proposal, by: Caller | None = None) -> Proposal:
        """Another person reads just that and agrees."""
        second = by or self.risk
        return confirm(second, proposal.proposal, digest=proposal.digest, at=self.at)

    def applied(self, party: str, product: str, fen: int, **more: Any) -> Applied:
        """The household applies; the purpose is one that every product has."""
        asked = Asked(party=party, product=product, amount_fen=fen, **{"purpose": "inputs", **more})
        return applying.apply(self.household(party), asked, key=self.key(), at=self.at)

    def accepted(self, application: str) -> Accepted:
        """The rules or two people offer, and the household reads and accepts."""
        said = deciding.ask_decision(self.officer, application, at=self.at)
        if said.offer is None:
            self.agreed(
                deciding.decide(
                    self.officer,
                    application,
                    approve=True,
                    why="known for years",
                    key=self.key(),
                    at=self.at,
                )
            )
        found = application_of(self.officer, application)
        made = offers.offer(self.officer, found)
        assert made is not None
        self.later(minutes=2)
        own = self.household(found.party)
        return accepting.accept(own, application, offer=made.digest, read_seconds=60, at=self.at)

    def listed(self, party: str, *, person: bool = True) -> None:
        """Two people list a payee."""
        self.agreed(
            listing.propose_payee(
                self.officer,
                party,
                bank_number=BANK_NUMBER,
                person=person,
                key=self.key(),
                why="seen the card",
                at=self.at,
            )
        )

    def paid(self, agreement: str, fen: int) -> str:
        """Two people release a payment and the bank settles it; its number."""
        proposed = paying.disburse(
            self.officer, agreement, fen=fen, key=self.key(), why="conditions met", at=self.at
        )
        self.agreed(proposed, self.cashier)
        (made,) = [
            one
            for one in paying.paid_out(self.officer, agreement)
            if one.instalment == proposed.proposal
        ]
        self.settled(agreement, made.id, fen)
        return made.id

    def settled(self, agreement: str, payment: str, fen: int) -> None:
        """What the rails do once a line of the bank shows a payment."""
        books = StoredBooks(self.actor)
        books.confirm(f"{agreement}/{payment}", value_on=self.day, booked_on=self.day)
        terms = terms_of(self.actor, agreement)
        to = "supplier" if self.supplier_paid(agreement) else "household"
        drawn = Draw(key=payment, on=self.day, booked_on=self.day, fen=fen, to=to)
        entering.enter(self.actor, terms.agreement, [drawn], on=self.day)

    def supplier_paid(self, agreement: str) -> bool:
        """Whether an agreement's money goes to a supplier."""
        return terms_of(self.actor, agreement).sheet == "purchase_order"

    def lent(self, party: str, product: str, fen: int, **more: Any) -> str:
        """A loan that is paid out, in the usual way; its agreement."""
        name = self.applied(party, product, fen, **more).application.application
        self.accepted(name)
        self.listed(party)
        self.paid(name, fen)
        return name

    def later(self, **by: int) -> None:
        """Time goes on; files are made anew each night."""
        self.at += timedelta(**by)
        for party, file in list(self.files.items()):
            self.files[party] = replace(file, as_of=self.day)


@pytest.fixture
def world(database: Home, monkeypatch: pytest.MonkeyPatch) -> World:
    """A lender of the test's own."""
    made = World(new_institution(database))

    def latest(actor: Actor, party: str, product: str, *, on: date) -> File | None:
        return made.files.get(party)

    def rows(
        actor: Actor, feeds: Sequence[str], party: str, *, on: date
    ) -> dict[str, tuple[Mapping[str, Any], ...]]:
        return {
            feed: tuple(row for row in made.rows.get(feed, ()) if party in row.values())
            for feed in feeds
        }

    for module in (case_facts, backing_facts, supplier_facts):
        monkeypatch.setattr(module, "rows_about", rows)
    monkeypatch.setattr(case_facts, "latest_file", latest)
    return made
