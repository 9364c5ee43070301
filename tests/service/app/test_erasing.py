"""A person's own copy of all that is kept, and what is left once he is erased."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lives import AGREEMENT, rules, terms_of
from opened import new_institution

from suixin.data.errors import InputError
from suixin.evidence import verifier
from suixin.lending.events import Draw, Receipt
from suixin.service.app import (
    consents,
    disputes,
    erasing,
    evidence,
    exporting,
    facts,
    lake,
    parties,
    proposals,
)
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.keys import ring
from suixin.service.home import Home
from suixin.service.store import agreements, people
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
DAY = date(2026, 7, 1)
FIELDS = {
    Personal.NAME: "the borrower",
    Personal.RESIDENT_ID: "11010519491231002X",
    Personal.PHONE: "13800000000",
}


@pytest.fixture
def institution(database: Home) -> int:
    return new_institution(database)


def person(institution: int, duty: Duty, party: str = "") -> Caller:
    return Caller(institution=institution, by=f"user:{duty}", duties=frozenset({duty}), party=party)


def household(institution: int, name: str) -> Caller:
    """One who was taken on, allowed something, disputed something, and of whom a fact is known."""
    officer, own = (
        person(institution, Duty.CREDIT_OFFICER),
        person(institution, Duty.HOUSEHOLD, name),
    )
    parties.onboard(officer, Registered(party_id=name, kind="household"), FIELDS, at=AT)
    given = Consent(
        consent=f"c-{name}",
        party_id=name,
        purpose="credit",
        receiver="bank",
        kinds=("messages",),
        since=DAY,
        until=DAY + timedelta(days=365),
    )
    consents.consent(own, given, at=AT)
    disputes.dispute(own, name, "score", "It is too low.", key="k", at=AT)
    row = {
        "source": "shop",
        "subject": name,
        "occurred_at": "2026-06-30T08:00:00+08:00",
        "recorded_at": "2026-06-30T09:00:00+08:00",
        "merchant": name,
        "on": "2026-06-30",
        "rating_hundredths": "480",
    }
    facts.tell_facts(service_caller(institution, "api"), "store_ratings", [row], at=AT)
    return own


def erased(institution: int, name: str) -> None:
    made = erasing.propose_erasure(
        person(institution, Duty.CREDIT_OFFICER), name, key="e", why="he asks for it", at=AT
    )
    second = person(institution, Duty.RISK_OFFICER)
    proposals.confirm(second, made.proposal, digest=made.digest, at=AT)


def valid(found: evidence.Proved, folder: Path) -> bool:
    for name, content in (("e", found.entry), ("p", found.proof), ("k", found.policy)):
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(raw)
    told = [str(folder / "p"), "--entry", str(folder / "e"), "--policy", str(folder / "k")]
    return verifier.main(told) == 0


def test_a_person_has_a_copy_of_all_that_is_kept_of_him(institution: int) -> None:
    own = household(institution, "h-1")
    found = json.loads(json.dumps(exporting.export_mine(own, "h-1", at=AT)))
    assert found["personal"] == {name.value: text for name, text in FIELDS.items()}
    assert [one["consent"] for one in found["consent"]] == ["c-h-1"]
    assert "bank" in found["consent_receipt"][0]["zh"]
    assert found["dispute"][0]["told"] == "It is too low."
    assert found["facts"]["store_ratings"][0]["rating_hundredths"] == 480
    assert {one["content"]["what"] for one in found["record"]} == {"onboarded", "given", "dispute"}
    with pytest.raises(InputError) as fault:
        exporting.export_mine(person(institution, Duty.HOUSEHOLD, "h-2"), "h-1", at=AT)
    assert fault.value.code == "NO_PARTY"


@pytest.mark.mechanism("H08")
def test_who_never_borrowed_is_erased_whole_and_every_proof_holds(
    institution: int, tmp_path: Path
) -> None:
    own = household(institution, "h-1")
    record = bytes.fromhex(consents.receipt(own, "c-h-1").record)
    assert erasing.what_stays(person(institution, Duty.CREDIT_OFFICER), "h-1", on=DAY) == ()
    erased(institution, "h-1")
    actor = Actor(institution=institution)
    with pytest.raises(InputError, match="was erased"):
        people.personal(actor, ring(), "h-1")
    assert people.named(actor, ring(), Personal.PHONE, "13800000000") == ()
    proved = evidence.proof(person(institution, Duty.CREDIT_OFFICER), record, at=AT)
    assert proved.opening is None
    assert valid(proved, tmp_path)
    left = exporting.export_mine(own, "h-1", at=AT)
    assert (left["personal"], left["record"], left["fact"]) == ({}, [], [])
    assert set(left["facts"]) == {"consents"}  # That he once allowed something, and no more.
    assert left["dispute"][0]["told"] is None
    assert not any(one.in_force for one in consents.who_may_use(own, "h-1", on=DAY))
    with lake.all_facts(actor) as feeds:
        assert len(feeds.relation("store_ratings")) == 0
    with acting(actor):
        asked = "select count(*) from log_record where institution_id = %s and kind = 'erasure'"
        assert query(asked, [institution]) == [(1,)]


def lent(institution: int) -> None:
    """10,000 fen without interest to h-1, due in a month."""
    actor = Actor(institution=institution)
    terms = terms_of({"rate": 0, "penalty": 0, "rows": [[date(2026, 4, 20), 10_000]]})
    agreements.sign(actor, terms)
    drawn = Draw(key="d", on=date(2026, 3, 10), booked_on=date(2026, 3, 10), fen=10_000)
    agreements.record(actor, AGREEMENT, [drawn], through=date(2026, 3, 10), rules=rules())


def repaid(institution: int) -> None:
    day = date(2026, 6, 20)
    receipt = Receipt(key="r", on=day, booked_on=day, fen=10_000)
    actor = Actor(institution=institution)
    agreements.record(actor, AGREEMENT, [receipt], through=day, rules=rules())


def test_who_owes_is_not_erased_and_of_who_paid_the_law_keeps_some(institution: int) -> None:
    officer = person(institution, Duty.CREDIT_OFFICER)
    household(institution, "h-1")
    lent(institution)
    with pytest.raises(InputError) as fault:
        erasing.propose_erasure(officer, "h-1", key="e", why="he asks for it", at=AT)
    assert fault.value.code == "OWES"
    repaid(institution)
    identity, dealings = erasing.what_stays(officer, "h-1", on=DAY)
    assert (identity.until, dealings.until) == (date(2036, 6, 20), date(2036, 6, 20))
    assert "反洗钱法" in identity.reference
    erased(institution, "h-1")
    actor = Actor(institution=institution)
    assert set(people.personal(actor, ring(), "h-1")) == {Personal.NAME, Personal.RESIDENT_ID}
    service = service_caller(institution, "upkeep")
    assert erasing.erase_overdue(service, at=datetime(2036, 6, 20, 1, tzinfo=UTC)) == 0
    assert erasing.erase_overdue(service, at=datetime(2036, 6, 21, 1, tzinfo=UTC)) == 1
    with pytest.raises(InputError, match="was erased"):
        people.personal(actor, ring(), "h-1")
