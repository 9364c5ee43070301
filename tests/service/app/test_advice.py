"""Advice in milliseconds: the same as the file's terms, kept and logged, and never a decision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from county_home import UNTIL, county_folder
from django.db import connections
from opened import new_institution

from suixin.data.errors import InputError
from suixin.service.app import advice, evidence, facts, scoring
from suixin.service.app.advice import Answer
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.permits import Act, may
from suixin.service.home import Home
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
PRODUCT = "sales_flow"


@pytest.fixture(scope="module")
def county(database: Home) -> int:
    number = new_institution(database)
    service = service_caller(number, "load")
    facts.load_feeds(service, county_folder(), key="county", at=AT)
    scoring.score_all(service, on=UNTIL, at=AT)
    return number


def platform(institution: int) -> Caller:
    return Caller(
        institution=institution,
        by="client:platform",
        duties=frozenset({Duty.PARTNER}),
        scopes=frozenset({"decisions:write", "credit_files:read", "evidence:read"}),
    )


def subjects(institution: int, where: str) -> list[str]:
    asked = f"select subject from credit_file where institution_id = %s and {where} order by 1"
    with acting(Actor(institution=institution)):
        return [subject for (subject,) in query(asked, [institution])]


@pytest.mark.mechanism("C10")
def test_it_is_the_kept_files_terms(county: int) -> None:
    asked = subjects(county, "true")
    answers = set()
    for subject in asked:
        kept = scoring.latest(Actor(institution=county), subject, PRODUCT, on=UNTIL)
        assert kept is not None
        told = advice.ask_decision(
            platform(county), subject, PRODUCT, asked_fen=1_000_00, key=subject, at=AT
        )
        same = (kept.limit_fen, kept.rate_bps, kept.grade, kept.refusal, kept.signs)
        assert (told.limit_fen, told.rate_bps, told.grade, told.refusal, told.signs) == same
        assert [one.code for one in told.reasons] == [one.code for one in kept.file.reasons]
        assert told.offer_fen == (0 if kept.refusal else min(1_000_00, kept.limit_fen))
        assert told.answer is (
            Answer.REFUSE if not told.offer_fen else Answer.REVIEW if told.signs else Answer.OFFER
        )
        answers.add(told.answer)
    assert answers == set(Answer)


def test_asked_ten_times_at_once_it_is_one(county: int) -> None:
    [subject, *_] = subjects(county, "limit_fen > 0")

    def one(_: int) -> advice.Advice:
        try:
            return advice.ask_decision(
                platform(county), subject, PRODUCT, asked_fen=9_000_00, key="again", at=AT
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(one, range(10)))
    assert len(set(found)) == 1
    assert advice.advice_of(platform(county), found[0].advice) == found[0]
    with pytest.raises(InputError) as fault:
        advice.ask_decision(platform(county), subject, PRODUCT, asked_fen=1, key="again", at=AT)
    assert fault.value.code == "KEY_TAKEN"
    proved = evidence.proof(platform(county), bytes.fromhex(found[0].record), at=AT)
    assert proved.opening is None  # A platform's system is told the advice, and proves it was.


def test_it_never_decides_and_reaches_nobody_elses(county: int, database: Home) -> None:
    assert not may(platform(county), Act.DECIDE)
    other = new_institution(database)
    [subject, *_] = subjects(county, "limit_fen > 0")
    told = advice.ask_decision(platform(county), subject, PRODUCT, asked_fen=1, key="x", at=AT)
    wrong = {
        "NO_PARTY": lambda: advice.ask_decision(
            platform(other), subject, PRODUCT, asked_fen=1, key="k", at=AT
        ),
        "NO_ADVICE": lambda: advice.advice_of(platform(other), told.advice),
        "NO_SUCH_PRODUCT": lambda: advice.ask_decision(
            platform(county), subject, "gold", asked_fen=1, key="k", at=AT
        ),
        "AMOUNT": lambda: advice.ask_decision(
            platform(county), subject, PRODUCT, asked_fen=0, key="k", at=AT
        ),
        "NOT_PERMITTED": lambda: advice.ask_decision(
            replace(platform(county), scopes=frozenset()),
            subject,
            PRODUCT,
            asked_fen=1,
            key="k",
            at=AT,
        ),
    }
    for code, act in wrong.items():
        with pytest.raises(InputError) as fault:
            act()
        assert fault.value.code == code
