"""A lender and a fund with their people, a small county taken on, and a bank: all asked by HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import api_client
import api_stage
import httpx
import pytest
from bank_days import CALM
from county_home import county_folder
from django.test import Client
from sign_in import signed_in

from suixin.lending.accounts import chart_on
from suixin.service import clock
from suixin.service.api.clients import scopes_there_are
from suixin.service.app import claims, fund_claims, receiving, scoring
from suixin.service.app.bank import folder_of, open_bank
from suixin.service.app.caller import Duty, service_caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import open_log
from suixin.service.demo.households import Household, bank_card, households, resident_id
from suixin.service.home import Home
from suixin.service.identity.secret import ensure_secret
from suixin.service.rails.profile import profile_on
from suixin.service.rails.simulated import SimulatedBank
from suixin.service.rails.simulation import Simulation
from suixin.service.store.fund_covers import open_cover
from suixin.service.store.institutions import open_institution
from suixin.service.store.session import Actor

BANK_NUMBER: Final = "402611000018"
# What is covered by the fund, and paid by it in this order.
COVERED: Final = "community_chain"
TIERS: Final = {"county": 300_000_00, "city": 200_000_00}
_OPENING_FEN: Final = 50_000_000_00
_CSRF: Final = "a" * 32
_LOAD_BYTES: Final = 9_000_000
_BEFORE_OTHERS: Final = ("parties.csv", "consents.csv", "villages.csv", "stations.csv")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in, second factor and all, and asks the API with his session."""

    client: Client
    by: str

    def asked(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request; a write is given a fresh key and the token of its page."""
        headers = {"Idempotency-Key": str(uuid4()), "X-CSRFToken": _CSRF}
        sent = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1{path}", sent, content_type="application/json", headers=headers
        )

    def get(self, path: str) -> Any:
        """What is told at a path."""
        return self._done("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """What an act gave."""
        return self._done("POST", path, body)

    def refused(self, by: str, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        """The problem of a request that is refused, which must be of this code."""
        answer = self.asked(method, path, body)
        said = answer.content.decode()
        assert answer.headers["Content-Type"] == "application/problem+json", said
        found: Mapping[str, Any] = answer.json()
        assert (found["code"], found["status"]) == (by, answer.status_code), said
        return found

    def _done(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.asked(method, path, body)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.content.decode()}"
        return answer.json()


def person(institution: int, *duties: Duty, **told: Any) -> Person:
    """Somebody with duties, signed in; a write of his is looked at as any browser's is."""
    client, user = signed_in(institution, *duties, **told)
    client.handler.enforce_csrf_checks = True
    client.cookies["suixin_csrf"] = _CSRF
    return Person(client, user.caller().by)


@dataclass(slots=True)
class Stage:
    """The lender, its fund, a stranger that lends elsewhere; the hour, which the test moves."""

    home: Home
    lender: int
    fund: int
    elsewhere: int
    known: tuple[Household, ...]
    bank: Simulation
    at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)  # A partner's system and its secret.

    @property
    def day(self) -> date:
        """The day it is."""
        return self.at.astimezone(CHINA).date()

    @property
    def villages(self) -> tuple[str, ...]:
        """The county's villages."""
        return tuple(sorted({one.village for one in self.known}))

    def of(self, name: str) -> Person:
        """Somebody by what he is."""
        return self.people[name]

    def household(self, party: str) -> Person:
        """A household that signed in; it needs no second factor."""
        if party not in self.people:
            self.people[party] = person(
                self.lender, Duty.HOUSEHOLD, second_factor=False, party_id=party
            )
        return self.people[party]

    def two(self, maker: str, checker: str, path: str, body: Any) -> Mapping[str, Any]:
        """One proposes, cannot agree himself, and another who reads just that agrees."""
        made = self.of(maker).post(path, body)
        agreed = f"/proposals/{made['proposal']}/confirm"
        alone = self.of(maker).asked("POST", agreed, {"digest": made["digest"]})
        assert alone.status_code == 403, alone.content
        read = self.of(checker).get(f"/proposals/{made['proposal']}")
        assert read["standing"] == "waiting"
        done: Mapping[str, Any] = self.of(checker).post(agreed, {"digest": read["digest"]})
        assert (done["standing"], done["proposed_by"], done["ended_by"]) == (
            "confirmed",
            self.of(maker).by,
            self.of(checker).by,
        )
        return done

    def token(self, name: str) -> str:
        """A fresh token of a partner's system."""
        with api_stage.asking() as http:
            house = api_stage.House(self.lender, secrets=self.systems)
            return api_stage.token(http, house, name)

    def allowed(self, name: str, scopes: frozenset[str]) -> str:
        """Let a partner's system in, by two people; a token of it."""
        body = {
            "name": name,
            "title": name,
            "scopes": sorted(scopes),
            "per_second": 10_000,
            "why": "the contract of June",
        }
        self.two("administrator", "administrator-2", "/clients", body)
        self.systems[name] = self.of("administrator").post(f"/clients/{name}/secrets")["secret"]
        return self.token(name)

    def scored(self) -> None:
        """What the job does each night: every household is scored."""
        scoring.score_all(service_caller(self.lender, "scores"), on=self.day, at=self.at)

    def listed(self, party: str) -> None:
        """Two people list a household's account as one that may be paid."""
        body = {"party": party, "bank_number": BANK_NUMBER, "person": True, "why": "card seen"}
        self.two("officer", "risk", "/payees", body)

    def passed(self, days: int = 1) -> None:
        """Days pass: files go to the bank and come back, then the cashier ends the day."""
        service = service_caller(self.lender, "bank")
        for _ in range(days):
            day = self.day
            receiving.exchange(service, at=self._hour(10))
            self.bank.take_all(self._hour(11))
            self.bank.end_day()
            self.at = self._hour(23, 40)
            receiving.exchange(service, at=self.at)
            self.of("cashier").post("/day-ends", {"on": day.isoformat()})
            self.at = self._hour(9) + timedelta(days=1)

    def caught_up(self, until: date) -> None:
        """Days pass until the morning of one, and are ended in one go."""
        before = until - timedelta(days=1)
        while self.bank.day <= before:
            self.bank.end_day()
        self.at = datetime.combine(before, time(23, 40), CHINA)
        receiving.exchange(service_caller(self.lender, "bank"), at=self.at)
        self.of("cashier").post("/day-ends", {"on": before.isoformat()})
        self.at = self._hour(9) + timedelta(days=1)

    def jobs_of_claims(self) -> None:
        """What the jobs do: each of the two books takes what the other decided."""
        claims.take_over(service_caller(self.lender, "claims"), at=self.at)
        fund_claims.take_back(service_caller(self.fund, "claims"), at=self.at)

    def _hour(self, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.day, time(hour, minute), CHINA)


@contextmanager
def staged(home: Home, begun: date) -> Iterator[Stage]:
    """All of it as it stands on a morning: households taken on, facts told, everybody scored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUIXIN_HOME", str(home.folder))
        ensure_secret(home)
        stage = _opened(home, begun)
        patch.setattr(clock, "now", lambda: stage.at)
        _people(stage)
        for one in stage.known:
            stage.of("officer").post("/parties", _told_of(one))
        _load(stage)
        stage.scored()
        yield stage


def _opened(home: Home, begun: date) -> Stage:
    before = begun - timedelta(days=1)
    books = {"county-bank": "lender", "county-fund": "fund", "next-bank": "lender"}
    made = [
        open_institution(code, chart_on(before), opened_on=before, books=kind)
        for code, kind in books.items()
    ]
    for number, code in zip(made, books, strict=True):
        open_log(number, f"{code}.example", home)
    lender, fund, elsewhere = made
    open_cover(fund, lender, COVERED, since=begun, tiers=tuple(TIERS))
    profile = profile_on("simulated", begun)
    actor = Actor(institution=lender, by="test")
    open_bank(actor, profile, closing_fen=_OPENING_FEN, on=before)
    bank = SimulatedBank(3, profile, CALM, _OPENING_FEN)
    simulation = Simulation(folder_of(actor, home), bank, begun)
    simulation.folder.mkdir(parents=True)
    return Stage(
        home,
        lender,
        fund,
        elsewhere,
        known=tuple(households(county_folder())),
        bank=simulation,
        at=datetime.combine(begun, time(9), CHINA),
    )


def _people(stage: Stage) -> None:
    agent = {"villages": [stage.villages[0]]}
    seats: Mapping[str, tuple[int, Duty, Mapping[str, Any]]] = {
        "officer": (stage.lender, Duty.CREDIT_OFFICER, {}),
        "risk": (stage.lender, Duty.RISK_OFFICER, {}),
        "risk-2": (stage.lender, Duty.RISK_OFFICER, {}),
        "cashier": (stage.lender, Duty.CASHIER, {}),
        "cashier-2": (stage.lender, Duty.CASHIER, {}),
        "auditor": (stage.lender, Duty.AUDITOR, {}),
        "agent": (stage.lender, Duty.STATION_AGENT, agent),
        "administrator": (stage.lender, Duty.ADMINISTRATOR, {}),
        "administrator-2": (stage.lender, Duty.ADMINISTRATOR, {}),
        "fund": (stage.fund, Duty.FUND_OFFICER, {}),
        "fund-2": (stage.fund, Duty.FUND_OFFICER, {}),
        "stranger": (stage.elsewhere, Duty.CREDIT_OFFICER, {}),
        "stranger-risk": (stage.elsewhere, Duty.RISK_OFFICER, {}),
    }
    for name, (institution, duty, told) in seats.items():
        stage.people[name] = person(institution, duty, **told)


def _told_of(one: Household) -> Mapping[str, Any]:
    """A household that is nobody: its numbers fit, and belong to none."""
    personal = {
        "name": f"农户{one.number:04}",
        "resident_id": resident_id(one.village[:6], one.number),
        "phone": f"199{one.number:08}",
        "bank_card": bank_card(one.number),
    }
    return {
        "party_id": one.party,
        "kind": "household",
        "village_code": one.village,
        "personal": personal,
    }


def _load(stage: Stage) -> None:
    """The platform tells the county's facts, in as many loads as a request may hold."""
    platform = api_client.client(stage.allowed("platform", frozenset(scopes_there_are())))
    from suixin_client.api.facts import load_feeds
    from suixin_client.models import Files, FilesFiles

    for files in _parts(county_folder()):
        told = FilesFiles.from_dict({one.name: one.read_text("utf-8") for one in files})
        made = load_feeds.sync(
            client=platform, body=Files(files=told), idempotency_key=str(uuid4())
        )
        assert made.batch, made


def _parts(folder: Path) -> Iterator[list[Path]]:
    """The files of a county, those first that others lean on, in parts of a bounded size."""
    found = sorted(folder.glob("*.csv"), key=lambda one: (one.name not in _BEFORE_OTHERS, one.name))
    sizes, total = {}, 0
    for one in found:
        total += one.stat().st_size
        sizes[one] = total // _LOAD_BYTES
    for _, files in groupby(found, key=sizes.__getitem__):
        yield list(files)


def reached(answer: httpx.Response | Any) -> bool:
    """Whether an answer let anything through."""
    return int(answer.status_code) < 400
