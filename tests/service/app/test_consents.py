"""People taken on, what they allow, and what they dispute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from opened import new_institution

from suixin.data.errors import InputError
from suixin.service.app import consents, disputes, due, evidence, parties
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.keys import ring
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
DAY = date(2026, 7, 1)
# The last digit of a resident's number is a check; these are nobody's.
NUMBERS = ("11010519491231002X", "440524188001010014")


@pytest.fixture(scope="module")
def institution(database: Home) -> int:
    return new_institution(database)


def person(institution: int, duty: Duty, party: str = "", villages: tuple[str, ...] = ()) -> Caller:
    return Caller(
        institution=institution,
        by=f"user:{duty}{party}",
        duties=frozenset({duty}),
        party=party,
        villages=villages,
    )


def given(name: str, party: str, *kinds: str) -> Consent:
    return Consent(
        consent=name,
        party_id=party,
        purpose="credit",
        receiver="bank",
        kinds=kinds,
        since=DAY,
        until=DAY + timedelta(days=365),
    )


def household(institution: int, name: str) -> Caller:
    officer = person(institution, Duty.CREDIT_OFFICER)
    parties.onboard(officer, Registered(party_id=name, kind="household"), {}, at=AT)
    return person(institution, Duty.HOUSEHOLD, name)


def test_one_person_is_taken_on_once_by_whoever_meets_him(institution: int) -> None:
    one = person(institution, Duty.STATION_AGENT, villages=("v1",))
    fields = {Personal.RESIDENT_ID: NUMBERS[0], Personal.PHONE: "138 0000 0000"}
    first = parties.onboard(
        one, Registered(party_id="p-1", kind="person", village_code="v1"), fields, at=AT
    )
    assert (first.new, first.known, len(first.record)) == (True, False, 64)
    again = parties.onboard(
        one, Registered(party_id="p-2", kind="person", village_code="v1"), fields, at=AT
    )
    assert again == parties.Onboarded(party_id="p-1", new=False, known=True)
    other = person(institution, Duty.STATION_AGENT, villages=("v2",))
    elsewhere = parties.onboard(
        other, Registered(party_id="p-3", kind="person", village_code="v2"), fields, at=AT
    )
    assert elsewhere == parties.Onboarded(party_id="", new=False, known=True)
    with pytest.raises(InputError) as fault:
        parties.onboard(
            other, Registered(party_id="p-4", kind="person", village_code="v1"), {}, at=AT
        )
    assert fault.value.code == "NOT_YOURS"
    actor = Actor(institution=institution)
    assert people.named(actor, ring(), Personal.RESIDENT_ID, NUMBERS[0]) == ("p-1",)


def test_a_household_corrects_its_telephone_and_an_officer_the_rest(institution: int) -> None:
    own = household(institution, "h-1")
    parties.correct_mine(own, "h-1", {Personal.PHONE: "13900000000"}, why="a new one", at=AT)
    with pytest.raises(InputError) as fault:
        parties.correct_mine(own, "h-1", {Personal.NAME: "another"}, why="?", at=AT)
    assert fault.value.code == "NOT_PERMITTED"
    with pytest.raises(InputError) as fault:
        parties.correct_mine(own, "p-1", {Personal.PHONE: "13900000000"}, why="?", at=AT)
    assert fault.value.code == "NO_PARTY"
    officer = person(institution, Duty.CREDIT_OFFICER)
    with pytest.raises(InputError) as fault:
        parties.correct_mine(
            officer, "h-1", {Personal.RESIDENT_ID: NUMBERS[0]}, why="card seen", at=AT
        )
    assert fault.value.code == "IDENTITY_TAKEN"
    kept = people.personal(Actor(institution=institution), ring(), "h-1")
    assert kept == {Personal.PHONE: "13900000000"}


def test_a_consent_has_a_receipt_in_two_languages_and_its_record_proves_it(
    institution: int,
) -> None:
    own = household(institution, "h-2")
    told = consents.consent(own, given("c-1", "h-2", "messages", "declarations"), at=AT)
    assert "bank 为「信用评分与授信」使用以下数据：群消息元数据、申报" in told.zh
    assert "bank may use these data for scoring and granting credit: messages, decl" in told.en
    assert consents.consent(own, given("c-1", "h-2", "messages", "declarations"), at=AT) == told
    assert consents.receipt(own, "c-1") == told
    proved = evidence.proof(own, bytes.fromhex(told.record), at=AT)
    assert proved.opening is not None
    assert b'"what":"given"' in proved.opening


@pytest.mark.mechanism("H08")
def test_who_may_use_what_is_told_and_what_is_revoked_is_used_no_more(institution: int) -> None:
    own = household(institution, "h-3")
    consents.consent(own, given("c-2", "h-3", "messages"), at=AT)
    consents.consent(own, given("c-3", "h-3", "declarations"), at=AT)
    revoked = consents.revoke(own, "c-2", at=AT + timedelta(hours=1))
    again = consents.revoke(own, "c-2", at=AT + timedelta(hours=9))
    assert (again.revoked_at, again.record) == (revoked.revoked_at, "")
    told = consents.who_may_use(own, "h-3", on=DAY)
    assert [(one.consent, one.kinds, one.in_force) for one in told] == [
        ("c-2", ("messages",), False),
        ("c-3", ("declarations",), True),
    ]
    later = consents.who_may_use(own, "h-3", on=DAY + timedelta(days=366))
    assert not any(one.in_force for one in later)
    waiting = {one.subject: one.why for one in due.due(Actor(institution=institution))}
    assert waiting["h-3"] == due.REVOKED


def test_what_is_no_consent_is_refused_with_what_to_do(institution: int) -> None:
    own = household(institution, "h-4")
    past = Consent(
        consent="c-9",
        party_id="h-4",
        purpose="credit",
        receiver="bank",
        kinds=("messages",),
        since=DAY - timedelta(days=9),
        until=DAY - timedelta(days=1),
    )
    wrong = {
        "KIND": given("c-8", "h-4", "mesages"),
        "DATES": past,
        "NO_PARTY": given("c-8", "h-3", "messages"),
    }
    for code, one in wrong.items():
        with pytest.raises(InputError) as fault:
            consents.consent(own, one, at=AT)
        assert fault.value.code == code
    for caller in (own, person(institution, Duty.CREDIT_OFFICER)):
        with pytest.raises(InputError) as fault:
            consents.revoke(caller, "c-none", at=AT)
        assert fault.value.code == "NO_CONSENT"
    with pytest.raises(InputError) as fault:
        consents.revoke(own, "c-3", at=AT)
    assert fault.value.code == "NO_CONSENT"


def test_a_dispute_is_answered_within_twenty_days(institution: int) -> None:
    own, officer = household(institution, "h-5"), person(institution, Duty.CREDIT_OFFICER)
    filed = disputes.dispute(
        own, "h-5", "score", "These are not my refunds.", key="k1", at=AT, about_id="2026-06-30"
    )
    assert (filed.due_on, filed.standing) == (date(2026, 7, 21), "open")
    assert (filed.overdue(date(2026, 7, 21)), filed.overdue(date(2026, 7, 22))) == (False, True)
    again = disputes.dispute(
        own, "h-5", "score", "These are not my refunds.", key="k1", at=AT, about_id="2026-06-30"
    )
    assert again == filed
    with pytest.raises(InputError) as fault:
        disputes.answer_dispute(own, filed.dispute, upheld=True, words="yes", at=AT)
    assert fault.value.code == "NOT_PERMITTED"
    assert [one.dispute for one in disputes.disputes(officer, open_only=True)] == [filed.dispute]
    answered = disputes.answer_dispute(
        officer,
        filed.dispute,
        upheld=True,
        words="They were another shop's; taken out.",
        at=AT + timedelta(days=3),
    )
    assert (answered.standing, answered.overdue(date(2027, 1, 1))) == ("upheld", False)
    assert disputes.disputes(own, party_id="h-5") == (answered,)
    with pytest.raises(InputError) as fault:
        disputes.answer_dispute(officer, filed.dispute, upheld=False, words="no", at=AT)
    assert fault.value.code == "KEPT"
    with pytest.raises(InputError) as fault:
        disputes.dispute_of(household(institution, "h-6"), filed.dispute)
    assert fault.value.code == "NO_DISPUTE"
