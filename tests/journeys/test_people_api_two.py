"""Maker is not checker, for every act that takes two: by the API, and by raw SQL in two roles."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from opened import new_institution
from people_stage import Person, person
from psycopg import sql
from stored import database, url

from suixin.service.app.caller import Caller, Duty
from suixin.service.app.permits import PERMITS, Act
from suixin.service.app.proposals import Proposal, propose
from suixin.service.database import APP
from suixin.service.home import Home
from suixin.service.identity.secret import ensure_secret

__all__ = ["database"]
AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
# A new act of two people is held to this as soon as it is permitted to anybody.
OF_TWO = tuple(act for act, permit in PERMITS.items() if permit.second)
CONFIRM = "update proposal set standing = 'confirmed', ended_by = %s, ended_at = %s"


@pytest.fixture(scope="module")
def institution(database: Home) -> int:
    number = new_institution(database)
    ensure_secret(database)
    return number


@pytest.fixture(scope="module")
def everything(institution: int) -> Person:
    """One who has every duty there is, so that no duty that lacks refuses him."""
    duties = {duty for act in OF_TWO for duty in PERMITS[act].duties | PERMITS[act].second}
    return person(institution, *sorted(duties))


def proposed(institution: int, maker: Person, act: Act) -> Proposal:
    """What somebody proposes in a duty that may."""
    duty: Duty = min(PERMITS[act].duties)
    caller = Caller(institution=institution, by=maker.by, duties=frozenset({duty}))
    return propose(caller, act, "a-1", {"fen": 1}, key=f"two-{act}", why="minute", at=AT)


def test_there_are_acts_of_two() -> None:
    money = {Act.DISBURSE, Act.DECIDE, Act.LIST_PAYEE, Act.RELEASE_SUSPENSE, Act.PAY_CLAIM}
    assert money | {Act.WRITE_OFF, Act.CORRECT, Act.CLAIM, Act.DECIDE_CLAIM} <= set(OF_TWO)


@pytest.mark.parametrize("act", OF_TWO)
def test_who_proposed_does_not_confirm_by_the_api(
    institution: int, everything: Person, act: Act
) -> None:
    made = proposed(institution, everything, act)
    path = f"/proposals/{made.proposal}"
    everything.refused("SAME_PERSON", "POST", f"{path}/confirm", {"digest": made.digest})
    assert everything.get(path)["standing"] == "waiting"
    assert made.proposal not in {one["proposal"] for one in everything.get("/proposals")["items"]}


@pytest.mark.parametrize("role", ["suixin_app", "owner"])
@pytest.mark.parametrize("act", OF_TWO)
def test_who_proposed_does_not_confirm_by_raw_sql(
    institution: int, everything: Person, act: Act, role: str
) -> None:
    made = proposed(institution, everything, act)
    with psycopg.connect(url(user=APP) if role != "owner" else url()) as raw:
        if role != "owner":
            raw.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        raw.execute("select set_config('suixin.institution', %s, true)", [f"{institution}"])
        with pytest.raises(psycopg.IntegrityError) as wrong:
            raw.execute(f"{CONFIRM} where proposal = %s", [everything.by, AT, made.proposal])
    assert wrong.value.diag.constraint_name == "SAME_PERSON"
