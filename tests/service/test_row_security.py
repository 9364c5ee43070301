"""Whose rows are whose, by raw SQL with each role: rows of others are not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from stored import DAY, NewBooks, url

from suixin.lending.transaction import Dimensions, Transaction, pair_of
from suixin.service.database import APP
from suixin.service.store import people
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import InstitutionKey, Personal

ROLES = ("suixin_app", "suixin_agent", "suixin_auditor")
LEDGER = ("account", "transaction", "posting", "account_history")
PEOPLE = ("party", "consent", "person_key", "personal_field", "erasure", "party_history")


@pytest.fixture(scope="module")
def two(stored_books: NewBooks) -> tuple[int, int]:
    """Two institutions with a transaction each."""
    made: list[int] = []
    for fen in (100, 200):
        books: Any = stored_books()
        books.post(Transaction("t", DAY, DAY, pair_of("1101", "1002", fen)))
        made.append(books.actor.institution)
    return made[0], made[1]


@contextmanager
def as_role(role: str, institution: int | None) -> Iterator[psycopg.Connection[Any]]:
    """A transaction in a role, for an institution; taken back at the end."""
    with psycopg.connect(url(user=APP)) as connection:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        if institution is not None:
            connection.execute(
                "select set_config('suixin.institution', %s, true)", [f"{institution}"]
            )
        yield connection
        connection.rollback()


def count(connection: psycopg.Connection[Any], table: str, where: str = "true") -> int:
    found = connection.execute(f"select count(*) from {table} where {where}").fetchone()
    assert found is not None
    return int(found[0])


def test_every_table_is_secured_also_against_its_owner(two: tuple[int, int]) -> None:
    with psycopg.connect(url()) as owner:
        found = owner.execute("""
            select c.relname, c.relrowsecurity and c.relforcerowsecurity,
                   exists (select from pg_policies as p where p.tablename = c.relname)
              from pg_class as c
             where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        """).fetchall()
    ours = {name: (forced, told) for name, forced, told in found if not _of_nobody(name)}
    assert {*LEDGER, *PEOPLE} < set(ours)
    assert [name for name, told in ours.items() if told != (True, True)] == []


def test_nobody_else_may_do_anything(two: tuple[int, int]) -> None:
    with psycopg.connect(url()) as owner:
        found = owner.execute("""
            select grantee, table_name, string_agg(privilege_type, ' ')
              from information_schema.role_table_grants
             where table_schema = 'public' and grantee not in (current_user, 'suixin_app',
                                                               'suixin_agent', 'suixin_auditor')
             group by 1, 2
        """).fetchall()
    assert found == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", LEDGER + PEOPLE)
def test_without_an_institution_no_row_is_there(
    two: tuple[int, int], villages: int, role: str, table: str
) -> None:
    with as_role(role, None) as connection:
        if (role, table) in _NOT_SEEN:
            with pytest.raises(errors.InsufficientPrivilege):
                count(connection, table)
        else:
            assert count(connection, table) == 0


@pytest.mark.parametrize("role", ["suixin_app", "suixin_auditor"])
def test_each_institution_sees_its_own_rows_alone(two: tuple[int, int], role: str) -> None:
    one, other = two
    with as_role(role, one) as connection:
        for table in LEDGER:
            assert count(connection, table) == count(connection, table, f"institution_id = {one}")
            assert count(connection, table) > 0
            assert count(connection, table, f"institution_id = {other}") == 0
        assert connection.execute("select fen from posting where fen > 0").fetchall() == [(100,)]
        assert count(connection, "institution_history", f"id = {one}") == 1
        assert count(connection, "institution_history", f"id <> {one}") == 0


def test_nothing_is_written_for_another_institution(two: tuple[int, int]) -> None:
    one, other = two
    entered = "insert into transaction (institution_id, key, standing, value_on, booked_on, lines)"
    with as_role(APP, one) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"{entered} values (%s, 'x', 'posted', %s, %s, 2)", [other, DAY, DAY])
    with as_role(APP, one) as connection:
        closed = "update institution set closed_through = %s where id = %s"
        assert connection.execute(closed, [DAY, other]).rowcount == 0
        assert connection.execute(closed, [DAY, one]).rowcount == 1
    with as_role(APP, one) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("update institution set code = 'x' where id = %s", [one])


@pytest.mark.parametrize("role", ["suixin_agent", "suixin_auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into transaction (institution_id) values (1)",
        "insert into posting (institution_id) values (1)",
        "insert into account (institution_id) values (1)",
        "update institution set closed_through = '2030-01-01'",
        "select * from post_transactions(1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
        " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "create table mine (n int)",
        "create function mine() returns int language sql as 'select 1'",
    ],
)
def test_agents_and_auditors_book_nothing(two: tuple[int, int], role: str, statement: Any) -> None:
    with as_role(role, two[0]) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("role", ["suixin_agent", "suixin_auditor"])
def test_an_agent_or_an_auditor_does_not_become_the_owner(two: tuple[int, int], role: str) -> None:
    with as_role(role, two[0]) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("set role postgres")


HERE, THERE = "440811100201", "440811100202"
PERSONAL = ("person_key", "personal_field")


@pytest.fixture(scope="module")
def villages(stored_books: NewBooks) -> int:
    """An institution with a household, sealed fields, a consent and a posting in two villages."""
    books: Any = stored_books()
    actor = books.actor
    ring = KeyRing((InstitutionKey("1", bytes(32)),))
    for party_id, village in (("here", HERE), ("there", THERE)):
        people.register(
            actor, Registered(party_id=party_id, kind="household", village_code=village)
        )
        people.keep(actor, ring, party_id, {Personal.PHONE: "13800000000"})
        people.grant(
            actor,
            Consent(
                consent=f"c-{party_id}",
                party_id=party_id,
                purpose="credit",
                receiver="bank",
                kinds=("orders",),
                since=DAY,
                until=DAY,
            ),
        )
        about = Dimensions(f"a-{party_id}", party_id)
        books.post(Transaction(f"t-{party_id}", DAY, DAY, pair_of("1101", "1002", 100, about)))
    people.register(actor, Registered(party_id="gone", kind="household", village_code=THERE))
    people.erase(actor, "gone")
    number: int = actor.institution
    return number


OF_VILLAGE = {
    "party": "party_id",
    "consent": "party_id",
    "person_key": "party_id",
    "personal_field": "party_id",
    "posting": "party",
    "transaction": "substr(key, 3)",
}


@contextmanager
def as_agent(institution: int, *of: str) -> Iterator[psycopg.Connection[Any]]:
    with as_role("suixin_agent", institution) as connection:
        connection.execute("select set_config('suixin.villages', %s, true)", [",".join(of)])
        yield connection


@pytest.mark.parametrize(
    ("of", "seen"),
    [((HERE,), ["here"]), ((THERE,), ["there"]), ((HERE, THERE), ["here", "there"]), ((), [])],
)
def test_an_agent_sees_his_villages_alone(
    villages: int, of: tuple[str, ...], seen: list[str]
) -> None:
    with as_agent(villages, *of) as connection:
        for table, whose in OF_VILLAGE.items():
            found = connection.execute(f"select distinct {whose} from {table} order by 1")
            told = [name for (name,) in found if name != "gone"]
            assert told == seen, table
        assert count(connection, "erasure") == (THERE in of)


def test_an_agent_of_another_institution_sees_nothing(villages: int, two: tuple[int, int]) -> None:
    with as_agent(two[0], HERE, THERE) as connection:
        for table in OF_VILLAGE:
            assert count(connection, table, f"institution_id = {villages}") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into party (institution_id, party_id, kind, village_code)"
        f" values (%s, 'new', 'person', '{THERE}')",
        "insert into consent (institution_id, consent, party_id, purpose, receiver, since, until)"
        " values (%s, 'new', 'there', 'credit', 'bank', '2026-01-01', '2027-01-01')",
        "insert into personal_field (institution_id, party_id, name, sealed)"
        " values (%s, 'there', 'name', '')",
        "update party set village_code = '' where institution_id = %s",
        "update consent set revoked_at = now() where institution_id = %s",
        "delete from person_key where institution_id = %s",
        "delete from personal_field where institution_id = %s",
        "insert into erasure (institution_id, party_id) values (%s, 'here')",
        "select * from party_history where institution_id = %s",
    ],
)
def test_an_agent_does_no_more_than_enter_those_of_his_villages(
    villages: int, statement: Any
) -> None:
    with as_agent(villages, HERE) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement, [villages])


@pytest.mark.parametrize("table", PERSONAL)
def test_an_auditor_has_no_way_to_what_is_personal(villages: int, table: str) -> None:
    with as_role("suixin_auditor", villages) as connection:
        assert count(connection, "party") == 3
        with pytest.raises(errors.InsufficientPrivilege):
            count(connection, table)


# Tables of no institution: before somebody signed in he is nobody's, what is counted of failed
# sign-ins likewise; and lists of Django's that hold nothing of anybody.
_OF_NOBODY = {
    *("django_session", "cache", "axes_accessattempt", "axes_accesslog"),
    *("axes_accessfailurelog", "axes_accessattemptexpiration"),
    *("django_migrations", "django_content_type", "auth_permission", "auth_group"),
    *("auth_group_permissions", "user_groups", "user_user_permissions", "pghistory_context"),
    "account_emailconfirmation",
}


def _of_nobody(name: str) -> bool:
    return name in _OF_NOBODY


_HISTORIES = ("account_history", "party_history", "consent_history")
_NOT_SEEN = {
    *(("suixin_agent", table) for table in _HISTORIES),
    *(("suixin_auditor", table) for table in PERSONAL),
}
