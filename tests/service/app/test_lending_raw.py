"""Money takes two people also by raw SQL: in the service's role, another's, and as the owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from lending_world import World
from opened import new_institution
from psycopg import errors, sql
from stored import url

from suixin.lending import events as kinds
from suixin.service.app import claims, servicing
from suixin.service.app.claim_rows import claims as all_claims
from suixin.service.app.permits import PERMITS, Act
from suixin.service.app.proposals import _carrier
from suixin.service.database import APP
from suixin.service.home import Home
from suixin.service.store.agreements import history_of
from suixin.service.store.fund_covers import open_cover

TABLES = ("application", "application_step", "disbursement", "hold", "limit_change", "guarantee")
TABLES += ("guarantee_call", "fund_claim", "fund_claim_step", "fund_cover", "fund_rate")
ROLES = ("suixin_app", "suixin_agent", "suixin_auditor")


@contextmanager
def as_role(role: str, institution: int) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url(user=APP) if role != "owner" else url()) as connection:
        if role != "owner":
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        connection.execute("select set_config('suixin.institution', %s, true)", [f"{institution}"])
        yield connection
        connection.rollback()


@pytest.fixture
def lent(world: World) -> str:
    world.register("h-1")
    return world.lent("h-1", "sales_flow", 2_000_000)


EVENT = """
    insert into agreement_event (institution_id, agreement, key, kind, value_on, booked_on, content)
    values (%s, %s, %s, %s, %s, %s, %s)
"""


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("WriteOff", {"by": ["user:1", "user:2"]}),
        ("Reversal", {"of": "x"}),
        ("Release", {"fen": 5, "by": ["user:1", "user:2"]}),
        ("Restructure", {"rows": [["2027-03-01", None, None, 0]], "rate_bps": 1}),
        ("NewRate", {"rate_bps": 1}),
        ("Holiday", {"until": "2026-12-01"}),
        ("GuaranteeCalled", {"fen": 5}),
        ("Provide", {"fen": 5}),
        ("ClaimAccepted", {"fen": 5, "interest_fen": 0, "tier": ""}),
        ("Compensated", {"fen": 5, "tier": ""}),
    ],
)
def test_raw_sql_changes_no_agreement_alone(
    world: World, lent: str, role: str, kind: str, content: dict[str, Any]
) -> None:
    given = [world.institution, lent, "k/x", kind, world.day, world.day, json.dumps(content)]
    with (
        as_role(role, world.institution) as connection,
        pytest.raises(psycopg.IntegrityError) as wrong,
    ):
        connection.execute(EVENT, given)
    assert wrong.value.diag.constraint_name == "NOT_AGREED"


def test_that_a_payment_came_back_is_the_banks_word(world: World, lent: str) -> None:
    (draw,) = history_of(world.actor, lent)
    said = json.dumps({"of": draw.key})
    given = [world.institution, lent, "line-1", "Reversal", world.day, world.day, said]
    with as_role("suixin_app", world.institution) as connection:
        connection.execute(EVENT, given)


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
def test_a_proposal_of_another_act_or_loan_lets_nothing_through(
    world: World, lent: str, role: str
) -> None:
    world.later(days=1)
    servicing.receive(world.cashier, lent, fen=5, on=world.day, key="r", at=world.at)
    made = world.agreed(
        servicing.correct(world.cashier, lent, "receipt/r", why="w", key="c", at=world.at)
    )
    said = json.dumps({"by": ["user:4", "user:2"]})
    given = [world.institution, lent, f"{made.proposal}/w", "WriteOff", world.day, world.day, said]
    with (
        as_role(role, world.institution) as connection,
        pytest.raises(psycopg.IntegrityError, match="write_off"),
    ):
        connection.execute(EVENT, given)


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into disbursement (institution_id, disbursement, agreement, fen, payee, to_whom,"
        " on_day, at, proposal) values (%(i)s, 'x', %(a)s, 5, 'h-1', 'household', current_date,"
        " now(), 'p-0')",
        "insert into guarantee_call (institution_id, agreement, number, guarantor, asked_fen,"
        " on_day, due_on, proposal) values (%(i)s, %(a)s, 1, 'h-1', 5, current_date, current_date,"
        " 'p-0')",
        "insert into application_step (institution_id, application, number, happening, standing,"
        " on_day, at, by_whom) values (%(i)s, %(a)s, 4, 'offer', 'offered', current_date, now(),"
        " 'user:1')",
    ],
)
def test_raw_sql_pays_calls_and_approves_nothing_alone(
    world: World, lent: str, role: str, statement: Any
) -> None:
    with (
        as_role(role, world.institution) as connection,
        pytest.raises(psycopg.IntegrityError) as wrong,
    ):
        connection.execute(statement, {"i": world.institution, "a": lent})
    assert wrong.value.diag.constraint_name == "NOT_AGREED"


@pytest.mark.parametrize(
    "statement",
    [
        "update application_step set why = ''",
        "update disbursement set fen = 1",
        "delete from guarantee",
        "truncate limit_change",
        "delete from application",
        "update application set amount_fen = 1",
        "update application set standing = 'closed'",
    ],
)
def test_what_was_done_stays_also_for_the_owner(world: World, lent: str, statement: Any) -> None:
    with as_role("owner", world.institution) as connection:
        if "guarantee" in statement or "limit_change" in statement:
            connection.execute(
                "insert into guarantee (institution_id, guarantee, kind, application, guarantor,"
                " debtor, cap_fen, until, read_fen, read_until, signed_on, signed_at, signed_by)"
                " values (%s, 'g', 'member', %s, 'h-1', 'h-1', 5, current_date, 5, current_date,"
                " current_date, now(), 'u')",
                [world.institution, lent],
            )
        with pytest.raises(psycopg.IntegrityError) as wrong:
            connection.execute(statement)
    assert wrong.value.diag.constraint_name in ("KEPT", "STEP")


@pytest.mark.parametrize("role", ["suixin_agent", "suixin_auditor"])
@pytest.mark.parametrize("table", TABLES)
def test_agents_and_auditors_write_none_of_it(
    world: World, lent: str, role: str, table: str
) -> None:
    with (
        as_role(role, world.institution) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
    with (
        as_role(role, world.institution) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(
            sql.SQL("insert into {} (institution_id) values (1)").format(sql.Identifier(table))
        )


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_another_institution_are_not_there(
    world: World, lent: str, database: Home, table: str
) -> None:
    other = new_institution(database)
    for role in ROLES:
        with as_role(role, other) as connection:
            asked = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
            try:
                found = connection.execute(asked).fetchone()
            except errors.InsufficientPrivilege:
                continue
            assert found == (0,)


def test_a_lender_decides_no_claim_and_a_fund_files_none(world: World, database: Home) -> None:
    fund = new_institution(database, books="fund")
    open_cover(fund, world.institution, "village_live", since=world.day, tiers=["county"])
    world.register("h-1")
    name = world.lent("h-1", "village_live", 1_000_000, times=1)
    world.later(days=140)
    world.agreed(claims.claim(world.officer, name, why="late", key="c", at=world.at))
    (made,) = all_claims(world.actor)
    step = (
        "insert into fund_claim_step (institution_id, claim, number, lender_id, kind, fen, on_day,"
        " at, proposal) values (%s, %s, 1, %s, %s, 5, current_date, now(), 'p-0')"
    )
    for by, kind, refused in (
        (world.institution, "accepted", psycopg.Error),
        (world.institution, "paid", psycopg.Error),
        (fund, "accepted", psycopg.IntegrityError),
        (fund, "paid", psycopg.IntegrityError),
        (fund, "recovered", errors.InsufficientPrivilege),
    ):
        with as_role("suixin_app", by) as connection, pytest.raises(refused):
            connection.execute(step, [fund, made.claim, world.institution, kind])
    filed = (
        "insert into fund_claim (institution_id, claim, lender_id, agreement, party_id, product,"
        " loss_fen, fen, interest_fen, weights, facts, filed_on, filed_at, proposal) select"
        " institution_id, 'c-2', lender_id, 'other', party_id, product, 5, 5, 0, weights, facts,"
        " filed_on, filed_at, proposal from fund_claim"
    )
    with as_role("suixin_app", fund) as connection, pytest.raises(psycopg.Error):
        connection.execute(filed)
    with (
        as_role("suixin_app", world.institution) as connection,
        pytest.raises(psycopg.IntegrityError, match="not agreed to by two people"),
    ):
        connection.execute(filed)


def test_every_act_of_two_people_on_money_has_who_carries_it_out() -> None:
    acts = (Act.DECIDE, Act.LIST_PAYEE, Act.DISBURSE, Act.CALL_GUARANTORS, Act.CLAIM)
    acts += (Act.DECIDE_CLAIM, Act.PAY_CLAIM, Act.WRITE_OFF, Act.CORRECT, Act.RESTRUCTURE)
    assert all(callable(_carrier(act)) and PERMITS[act].second for act in acts)
    assert {kind.__name__ for kind in kinds.IN_A_DAY} >= {"WriteOff", "Reversal", "Restructure"}
