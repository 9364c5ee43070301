"""Acts of two people in the database itself: raw SQL, in each role and as its owner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from stored import NewBooks, url

from suixin.service.app.caller import Caller, Duty
from suixin.service.app.permits import Act
from suixin.service.app.proposals import propose
from suixin.service.database import APP

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    number: int = books.actor.institution
    return number


@pytest.fixture
def waits(institution: int) -> str:
    """A proposal that waits; made once."""
    maker = Caller(institution=institution, by="user:1", duties=frozenset({Duty.RISK_OFFICER}))
    made = propose(maker, Act.CHANGE_POLICY, "s", {}, key="raw", why="minute", at=AT)
    return made.proposal


def as_role(role: str, institution: int) -> psycopg.Connection[Any]:
    connection = psycopg.connect(url(user=APP) if role != "owner" else url())
    if role != "owner":
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
    connection.execute("select set_config('suixin.institution', %s, true)", [f"{institution}"])
    return connection


END = "update proposal set standing = %s, ended_by = %s, ended_at = now() where proposal = %s"


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
@pytest.mark.parametrize(
    ("standing", "by", "code"),
    [
        ("confirmed", "user:1", "SAME_PERSON"),
        ("waiting", "user:2", "KEPT"),
        ("confirmed", "", "proposal_ended"),
        ("done", "user:2", "proposal_standing"),
    ],
)
def test_raw_sql_does_not_confirm_its_own_nor_half(
    institution: int, waits: str, role: str, standing: str, by: str, code: str
) -> None:
    with (
        as_role(role, institution) as connection,
        pytest.raises(psycopg.IntegrityError) as wrong,
    ):
        connection.execute(END, [standing, by, waits])
    assert wrong.value.diag.constraint_name == code


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
def test_raw_sql_does_not_change_what_ended(institution: int, waits: str, role: str) -> None:
    with as_role(role, institution) as connection:
        connection.execute(END, ["confirmed", "user:2", waits])
        with pytest.raises(psycopg.IntegrityError, match="has ended"):
            connection.execute(END, ["rejected", "user:3", waits])
        connection.rollback()


@pytest.mark.parametrize(
    ("role", "statement", "wrong"),
    [
        (role, statement, wrong)
        for statement, app, owner in [
            ("update proposal set content = '{}'", "permission", "changes once|has ended"),
            ("update proposal set act = ''", "permission", "changes once|has ended"),
            ("delete from proposal", "permission", "stays as it is"),
            ("truncate proposal", "permission", "stays as it is"),
            ("update proposal_history set act = ''", "permission", "Cannot update"),
        ]
        for role, wrong in (("suixin_app", app), ("owner", owner))
    ],
)
def test_raw_sql_does_not_rewrite_a_proposal(
    institution: int, waits: str, role: str, statement: Any, wrong: str
) -> None:
    with (
        as_role(role, institution) as connection,
        pytest.raises(psycopg.Error, match=wrong),
    ):
        connection.execute(statement)


ENTER = """
    insert into proposal (institution_id, proposal, act, subject, content, digest, proposed_by,
                          proposed_at, standing, ended_by, ended_at)
    values (%s, 'raw', 'disburse', 's', %s, encode(sha256(%s), 'hex'), 'user:1', now(), %s, %s, %s)
"""


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
@pytest.mark.parametrize(
    ("content", "said", "standing", "by", "code"),
    [
        ("{}", b"{}", "confirmed", "user:2", "NOT_WAITING"),
        ("{}", b"{ }", "waiting", "", "proposal_digest"),
    ],
)
def test_raw_sql_does_not_enter_one_that_is_agreed_nor_a_false_digest(
    institution: int,
    role: str,
    content: str,
    said: bytes,
    standing: str,
    by: str,
    code: str,
) -> None:
    ended = AT if by else None
    with (
        as_role(role, institution) as connection,
        pytest.raises(psycopg.IntegrityError) as wrong,
    ):
        connection.execute(ENTER, [institution, content, said, standing, by, ended])
    assert wrong.value.diag.constraint_name == code


@pytest.mark.parametrize("role", ["suixin_agent", "suixin_auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into proposal (institution_id, proposal) values (1, 'x')",
        "update proposal set standing = 'confirmed'",
        "delete from proposal",
    ],
)
def test_agents_and_auditors_agree_to_nothing(
    institution: int, waits: str, role: str, statement: Any
) -> None:
    with as_role(role, institution) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("act", "subject", "by", "agreed"),
    [
        ("disburse", "a-1", "user:2", True),
        ("write_off", "a-1", "user:2", False),
        ("disburse", "a-2", "user:2", False),
        ("disburse", "a-1", None, False),
    ],
)
def test_the_database_knows_what_was_agreed_to(
    institution: int, act: str, subject: str, by: str | None, agreed: bool
) -> None:
    with as_role("suixin_app", institution) as connection:
        connection.execute(
            "insert into proposal (institution_id, proposal, act, subject, content, digest,"
            " proposed_by, proposed_at) values (%s, 'c', 'disburse', 'a-1', '{}',"
            " encode(sha256('{}'), 'hex'), 'user:1', now())",
            [institution],
        )
        if by:
            connection.execute(END, ["confirmed", by, "c"])
        asked = [institution, "c", act, subject]
        if agreed:
            connection.execute("select check_agreed(%s, %s, %s, %s)", asked)
        else:
            with pytest.raises(psycopg.IntegrityError, match="not agreed to by two people"):
                connection.execute("select check_agreed(%s, %s, %s, %s)", asked)
        connection.rollback()
