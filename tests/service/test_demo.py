"""The demonstration, made small: its days are lived, its books agree, its people can sign in."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from server_folders import server_folder
from stored import use

from suixin.data.errors import InputError
from suixin.service import database as databases
from suixin.service import postgres
from suixin.service.demo import made
from suixin.service.demo.codes import code_of
from suixin.service.home import Home

DAYS = 9


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Home]:
    """A home with a demonstration of few households and days."""
    found = Home(server_folder())
    patch = pytest.MonkeyPatch()
    patch.setenv("SUIXIN_HOME", str(found.folder))
    use(postgres.url_of(found, user=databases.APP, database=databases.NAME),
        postgres.url_of(found, database=databases.NAME))  # fmt: skip
    made.make(found, made.Size(households=60, days=DAYS, seed=1), lambda what, done, of: None)
    yield found
    connections.close_all()
    patch.undo()
    shutil.rmtree(found.folder)


def rows(home: Home, text: str) -> list[tuple[object, ...]]:
    with (
        postgres.start(home),
        psycopg.connect(postgres.url_of(home, database=databases.NAME)) as owner,
    ):
        return owner.execute(text).fetchall()


def test_every_day_is_closed_and_the_books_sum_to_zero(demonstration: Home) -> None:
    assert rows(
        demonstration,
        """select (select count(*) from day_end where closed_at is not null),
                  (select sum(fen) from posting),
                  (select count(*) > 0 from agreement_event where kind = 'Draw'),
                  (select count(*) > 0 from application where standing = 'refused')""",
    ) == [(DAYS, 0, True, True)]


def test_every_money_act_was_two_peoples(demonstration: Home) -> None:
    assert rows(
        demonstration,
        "select count(*) from proposal where standing = 'confirmed' and proposed_by = ended_by",
    ) == [(0,)]


def test_a_role_has_a_sign_in_and_staff_a_code(demonstration: Home) -> None:
    told = made.sign_ins(demonstration)
    staff = "credit_officer risk_officer cashier station_agent auditor fund_officer county_office"
    assert {*staff.split(), "administrator"} <= {one.duty for one in told}
    assert all(len(code_of(one.secret, int(time.time()))) == 6 for one in told if one.secret)
    assert {one.duty for one in told if not one.secret} <= {"household"}


def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError) as wrong:
        made.make(Home(folder), made.Size(), lambda what, done, of: None)
    assert wrong.value.code == "NOT_A_DEMONSTRATION"
    assert (folder / "letter.txt").read_text("utf-8") == "mine"
