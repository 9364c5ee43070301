"""People are invited, given duties and let go by two; from the first administrator to four eyes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from psycopg import errors
from sign_in import PASSWORD, given_duties, signed_in
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app import administration as admin
from suixin.service.app import people
from suixin.service.app.administration import Newcomer, Request
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.duties import Scope, check_duties
from suixin.service.app.institutions import institutions
from suixin.service.app.permits import PERMITS
from suixin.service.app.proposals import Proposal, Standing, confirm, waiting
from suixin.service.identity import welcoming
from suixin.service.identity.first import enter_administrator
from suixin.service.identity.models import User, Welcome
from suixin.service.store.models import Institution

AT = datetime(2026, 6, 30, 4, 0, tzinfo=UTC)
VILLAGE = "440811100201"


@pytest.fixture
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    number: int = books.actor.institution
    return number


@pytest.fixture
def two(institution: int) -> tuple[Caller, Caller]:
    """Two administrators."""
    made = [
        given_duties(institution, Duty.ADMINISTRATOR, first_name=f"管理员{place}").caller()
        for place in "甲乙"
    ]
    return made[0], made[1]


def code_of(institution: int) -> str:
    return str(Institution.objects.using("owner").get(id=institution).code)


def request(key: str) -> Request:
    return Request(key=key, why="the post was filled", at=AT)


def agreed(proposal: Proposal, by: Caller) -> Proposal:
    return confirm(by, proposal.proposal, digest=proposal.digest, at=AT)


def invited(two: tuple[Caller, Caller], *duties: Duty, sign_in: str = "officer-7") -> str:
    newcomer = Newcomer(
        sign_in=sign_in,
        name=f"职员 {sign_in}",
        duties=frozenset(duties),
        scope=Scope(villages=(VILLAGE,)) if Duty.STATION_AGENT in duties else Scope(),
    )
    made = admin.invite(two[0], newcomer, request(f"invite {sign_in}"))
    assert agreed(made, two[1]).standing is Standing.CONFIRMED
    return made.subject


def refusal(work: Any, *given: Any, **told: Any) -> str:
    with pytest.raises(InputError) as wrong:
        work(*given, **told)
    return wrong.value.code


# The first two --------------------------------------------------------------------------------


def test_the_owner_enters_two_administrators_and_no_more(institution: int) -> None:
    code = code_of(institution)
    one = enter_administrator(code, "admin-1", "管理员甲", at=AT)
    other = enter_administrator(code, "admin-2", "管理员乙", at=AT)
    assert one.username == f"admin-1@{code}"
    assert one.link != other.link
    assert refusal(enter_administrator, code, "admin-3", "管理员丙", at=AT) == "FIRST_DONE"
    again = enter_administrator(code, "admin-1", "管理员甲", at=AT)
    assert again.link != one.link
    assert refusal(welcoming.choose_password, one.link, "", PASSWORD, at=AT) == "NO_WELCOME"
    welcoming.choose_password(again.link, "", PASSWORD, at=AT)
    assert User.objects.get(username=one.username).check_password(PASSWORD)
    assert refusal(welcoming.choose_password, again.link, "", PASSWORD, at=AT) == "NO_WELCOME"


def test_one_person_is_not_both_administrators(institution: int) -> None:
    code = code_of(institution)
    enter_administrator(code, "admin-1", "Wang  Fang", at=AT)
    assert refusal(enter_administrator, code, "admin-2", " wang fang", at=AT) == "KNOWN"
    assert refusal(enter_administrator, code, "admin-1", "another", at=AT) == "KNOWN"
    assert refusal(enter_administrator, "no-bank", "admin-1", "x", at=AT) == "NO_INSTITUTION"


def test_a_link_is_no_longer_good_than_it_says(institution: int) -> None:
    made = enter_administrator(code_of(institution), "admin-1", "管理员甲", at=AT)
    assert made.until == AT + timedelta(hours=72)
    late = refusal(welcoming.choose_password, made.link, "", PASSWORD, at=made.until)
    assert late == "NO_WELCOME"
    welcoming.choose_password(made.link, "", PASSWORD, at=made.until - timedelta(seconds=1))


# Invitations ----------------------------------------------------------------------------------


@pytest.mark.mechanism("D06")
def test_a_person_comes_in_by_two_and_neither_can_sign_in_as_him(
    two: tuple[Caller, Caller],
) -> None:
    username = invited(two, Duty.RISK_OFFICER)
    link = welcoming.my_half(two[0], username, at=AT)
    code = welcoming.my_half(two[1], username, at=AT)
    assert refusal(welcoming.choose_password, link, "", PASSWORD, at=AT) == "NO_WELCOME"
    assert refusal(welcoming.choose_password, code, link, PASSWORD, at=AT) == "NO_WELCOME"
    welcoming.choose_password(link, code.lower(), PASSWORD, at=AT)
    assert User.objects.get(username=username).check_password(PASSWORD)
    assert refusal(welcoming.my_half, two[0], username, at=AT) == "NO_WELCOME"


def test_a_code_is_not_guessed(two: tuple[Caller, Caller]) -> None:
    username = invited(two, Duty.CASHIER)
    link, code = (welcoming.my_half(one, username, at=AT) for one in two)
    for _ in range(5):
        assert refusal(welcoming.choose_password, link, "AAAA", PASSWORD, at=AT) == "NO_WELCOME"
    assert refusal(welcoming.choose_password, link, code, PASSWORD, at=AT) == "NO_WELCOME"
    assert not Welcome.objects.filter(user__username=username).exists()


def test_halves_of_a_welcome_are_told_to_the_two_alone(two: tuple[Caller, Caller]) -> None:
    username = invited(two, Duty.CASHIER)
    third = given_duties(two[0].institution, Duty.ADMINISTRATOR).caller()
    assert refusal(welcoming.my_half, third, username, at=AT) == "NOT_PERMITTED"
    assert refusal(welcoming.my_half, third, "nobody@nowhere", at=AT) == "NO_WELCOME"


def test_nobody_agrees_to_what_he_proposed_or_to_his_own_duties(
    two: tuple[Caller, Caller],
) -> None:
    one, other = two
    made = admin.invite(
        one, Newcomer(sign_in="a", name="新人", duties=frozenset({Duty.CASHIER})), request("1")
    )
    assert refusal(agreed, made, one) == "SAME_PERSON"
    mine = User.objects.get(pk=int(one.by[5:])).username
    assert refusal(admin.give_duty, one, mine, Duty.AUDITOR, request("2")) == "SELF"
    theirs = User.objects.get(pk=int(other.by[5:])).username
    third = given_duties(one.institution, Duty.ADMINISTRATOR, first_name="管理员丙").caller()
    proposed = admin.end_access(one, theirs, request("4"))
    assert refusal(agreed, proposed, other) == "SELF"
    assert agreed(proposed, third).standing is Standing.CONFIRMED


def test_an_administrator_is_no_risk_officer(two: tuple[Caller, Caller]) -> None:
    username = invited(two, Duty.ADMINISTRATOR)
    assert refusal(admin.give_duty, two[0], username, Duty.RISK_OFFICER, request("x")) == "APART"


def test_nobody_holds_what_would_defeat_four_eyes() -> None:
    policy = load_policy("access").on(AT.date())
    given = [Duty(duty) for duty in policy["duties.given"]]
    pairs = {
        (one, other)
        for permit in PERMITS.values()
        for one in permit.duties
        for other in permit.second
        if one is not other and one in given and other in given
    }
    assert pairs
    for pair in pairs:
        with pytest.raises(InputError) as wrong:
            check_duties(frozenset(pair), policy)
        assert wrong.value.code == "APART", pair


@pytest.mark.parametrize(
    ("duties", "scope", "expected"),
    [
        ({Duty.STATION_AGENT}, Scope(), "SCOPE"),
        ({Duty.STATION_AGENT}, Scope(villages=("4408",)), "SCOPE"),
        ({Duty.STATION_AGENT}, Scope(county="440812", villages=(VILLAGE,)), "SCOPE"),
        ({Duty.STATION_AGENT}, Scope(villages=(VILLAGE, VILLAGE)), "SCOPE"),
        ({Duty.COUNTY_OFFICE}, Scope(), "SCOPE"),
        ({Duty.COUNTY_OFFICE}, Scope(county="４４０８１２"), "SCOPE"),
        ({Duty.STATION_AGENT, Duty.AUDITOR}, Scope(villages=(VILLAGE,)), "APART"),
        ({Duty.SERVICE}, Scope(), "DUTY"),
        ({Duty.PARTNER}, Scope(), "DUTY"),
        ({Duty.HOUSEHOLD}, Scope(), "DUTY"),
        ({Duty.STATION_AGENT}, Scope(station="../x", villages=(VILLAGE,)), "SCOPE"),
        ({Duty.CREDIT_OFFICER}, Scope(villages=(VILLAGE,)), "SCOPE"),
        ({Duty.CASHIER}, Scope(station="s-1"), "SCOPE"),
        ({Duty.AUDITOR}, Scope(county="440811"), "SCOPE"),
    ],
)
def test_who_cannot_be_is_not_invited(
    two: tuple[Caller, Caller], duties: set[Duty], scope: Scope, expected: str
) -> None:
    newcomer = Newcomer(sign_in="x", name="新人", duties=frozenset(duties), scope=scope)
    assert refusal(admin.invite, two[0], newcomer, request("x")) == expected
    assert waiting(two[1]) == ()


def test_names_are_of_one_person_each(two: tuple[Caller, Caller]) -> None:
    invited(two, Duty.CASHIER)
    same = Newcomer(sign_in="officer-7", name="另一人", duties=frozenset({Duty.CASHIER}))
    assert refusal(admin.invite, two[0], same, request("2")) == "KNOWN"
    twice = Newcomer(sign_in="x", name="职员  OFFICER-7", duties=frozenset({Duty.CASHIER}))
    assert refusal(admin.invite, two[0], twice, request("3")) == "KNOWN"
    for wrong in ("", "A b", "x" * 41, "经理"):
        newcomer = Newcomer(sign_in=wrong, name="某人", duties=frozenset({Duty.CASHIER}))
        assert refusal(admin.invite, two[0], newcomer, request("4")) == "SIGN_IN"


# Duties that change ---------------------------------------------------------------------------


def test_sessions_end_at_once_when_a_duty_is_taken(two: tuple[Caller, Caller]) -> None:
    institution = two[0].institution
    client, user = signed_in(institution, Duty.CREDIT_OFFICER, first_name="信贷员")
    assert client.get("/accounts/2fa/").status_code == 200
    agreed(admin.take_duty(two[0], user.username, Duty.CREDIT_OFFICER, request("1")), two[1])
    assert client.get("/accounts/2fa/").status_code == 302
    agreed(admin.give_duty(two[0], user.username, Duty.CASHIER, request("2")), two[1])
    assert client.get("/accounts/2fa/").status_code == 302
    user.refresh_from_db()
    assert user.duties == ["cashier"]


def test_one_whose_access_ended_signs_in_no_more(two: tuple[Caller, Caller]) -> None:
    client, user = signed_in(two[0].institution, Duty.CASHIER, first_name="出纳")
    user.set_password(PASSWORD)
    user.save()
    agreed(admin.end_access(two[0], user.username, request("1")), two[1])
    assert client.get("/accounts/2fa/").status_code == 302
    told = Client().post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert "_auth_user_id" not in told.client.session
    history = people.changes(two[0], user.username)
    assert [(change.duties, change.active) for change in history] == [
        ((Duty.CASHIER,), True),
        ((), False),
    ]
    assert history[1].by == two[1].by


def test_what_was_overtaken_is_refused(two: tuple[Caller, Caller]) -> None:
    username = invited(two, Duty.CREDIT_OFFICER)
    one = admin.give_duty(two[0], username, Duty.CREDIT_OFFICER, request("1"))
    ends = admin.end_access(two[0], username, request("2"))
    agreed(ends, two[1])
    assert refusal(agreed, one, two[1]) == "MOVED"


def test_two_remain_who_give_duties(two: tuple[Caller, Caller]) -> None:
    one, other = two
    theirs = User.objects.get(pk=int(other.by[5:])).username
    assert refusal(admin.end_access, one, theirs, request("1")) == "LAST_ADMINISTRATOR"
    invited(two, Duty.RISK_OFFICER)
    admin.end_access(one, theirs, request("2"))


def test_who_lost_his_second_factor_is_welcomed_again(two: tuple[Caller, Caller]) -> None:
    user = given_duties(two[0].institution, Duty.CASHIER, first_name="出纳")
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    agreed(admin.renew_access(two[0], user.username, request("1")), two[1])
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not Authenticator.objects.filter(user=user).exists()
    link, code = (welcoming.my_half(one, user.username, at=AT) for one in two)
    welcoming.choose_password(link, code, PASSWORD, at=AT)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# Reading, and other institutions --------------------------------------------------------------


def test_people_of_another_institution_are_not_there(
    two: tuple[Caller, Caller], stored_books: NewBooks
) -> None:
    books: Any = stored_books()
    other = given_duties(books.actor.institution, Duty.ADMINISTRATOR)
    listed = people.people(two[0])
    assert [one.by for one in listed] == sorted({two[0].by, two[1].by}, key=lambda by: by)
    for work in (people.person, people.changes):
        told = []
        for name in (other.username, "nobody@nowhere"):
            with pytest.raises(InputError) as wrong:
                work(two[0], name)
            told.append(str(wrong.value).replace(name, "X"))
        assert told[0] == told[1]
    assert refusal(admin.end_access, two[0], other.username, request("1")) == "NO_PERSON"
    assert people.names(two[0], [f"user:{other.pk}", "service:day-end", two[1].by]) == {
        f"user:{other.pk}": f"user:{other.pk}",
        "service:day-end": "service:day-end",
        two[1].by: "管理员乙",
    }


def test_institutions_are_listed_and_days_told_of_ones_own(two: tuple[Caller, Caller]) -> None:
    listed = institutions(two[0])
    assert [one.code for one in listed if one.own] == [code_of(two[0].institution)]
    assert len(listed) > 1
    assert all(one.closed_through is None for one in listed if not one.own)
    cashier = Caller(institution=two[0].institution, by="x", duties=frozenset({Duty.CASHIER}))
    assert refusal(institutions, cashier) == "NOT_PERMITTED"


def test_only_who_gives_duties_reads_who_has_them(two: tuple[Caller, Caller]) -> None:
    for duty in Duty:
        who = Caller(institution=two[0].institution, by="user:0", duties=frozenset({duty}))
        if duty in {Duty.ADMINISTRATOR, Duty.RISK_OFFICER}:
            assert len(people.people(who)) == 2
        else:
            assert refusal(people.people, who) == "NOT_PERMITTED"


# The database itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update \"user\" set duties = array['risk_officer'] where username = %s",
        "update \"user\" set agreed = 'p-none' where username = %s",
        'update "user" set is_active = false where username = %s',
        "update \"user\" set villages = array['x'] where username = %s",
        "update \"user\" set party_id = 'h-1' where username = %s",
        "update \"user\" set username = 'x' || %s",
    ],
)
@pytest.mark.parametrize("within", [True, False])
def test_raw_sql_of_the_service_gives_nobody_duties(
    two: tuple[Caller, Caller], statement: Any, within: bool
) -> None:
    institution = two[0].institution
    user = given_duties(institution, Duty.CASHIER)
    with psycopg.connect(url(user="suixin_app")) as raw:
        if within:
            raw.execute("select set_config('suixin.institution', %s, true)", [str(institution)])
        with pytest.raises(psycopg.IntegrityError):
            raw.execute(statement, [user.username])


@pytest.mark.parametrize("role", ["suixin_agent", "suixin_auditor"])
@pytest.mark.parametrize(
    "table",
    ["user", "welcome", "django_session", "mfa_authenticator", "axes_accessattempt", "cache"],
)
def test_agents_and_auditors_read_nothing_of_signing_in(
    institution: int, role: str, table: str
) -> None:
    with psycopg.connect(url(user="suixin_app")) as raw:
        raw.execute(f"set role {role}")
        with pytest.raises(errors.InsufficientPrivilege):
            raw.execute(f'select * from "{table}"')


def test_second_factors_of_another_institution_are_not_there(
    institution: int, stored_books: NewBooks
) -> None:
    books: Any = stored_books()
    user = given_duties(books.actor.institution, Duty.CASHIER)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    with psycopg.connect(url(user="suixin_app")) as raw:
        raw.execute("select set_config('suixin.institution', %s, true)", [str(institution)])
        assert raw.execute("select * from mfa_authenticator").fetchall() == []
        assert raw.execute('select * from "user"').fetchall() == []
    assert re.fullmatch(r"person-\d+@\d+", user.username)
