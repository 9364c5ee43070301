"""Sheets that are imported: run dry, agreed to by two, killed midway, sent again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from opened import new_institution
from sign_in import given_duties
from stored import url

from suixin.data.errors import InputError
from suixin.service.app import bulk
from suixin.service.app.bulk import Sheet
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.import_kinds import Kind
from suixin.service.app.proposals import Proposal, Standing, confirm, reject
from suixin.service.home import Home
from suixin.service.store.agreements import history_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
VILLAGE = "440811100201"


@pytest.fixture
def people(database: Home) -> Iterator[dict[Duty, Caller]]:
    """An institution's officer, cashier, risk officer and the service."""
    kept = os.environ.get("SUIXIN_HOME")
    institution = new_institution(database)
    duties = (Duty.CREDIT_OFFICER, Duty.CASHIER, Duty.RISK_OFFICER, Duty.AUDITOR)
    made = {duty: given_duties(institution, duty).caller() for duty in duties}
    yield {**made, Duty.SERVICE: service_caller(institution, "import")}
    if kept is None:
        os.environ.pop("SUIXIN_HOME", None)
    else:
        os.environ["SUIXIN_HOME"] = kept


def sheet(kind: Kind, *rows: str) -> Sheet:
    heads = {
        Kind.PARTIES: "party_id,kind,village_code,name,phone",
        Kind.AGREEMENTS: "agreement,party_id,product,start,fen,rate,penalty,times",
        Kind.RECEIPTS: "receipt,agreement,on,fen,source",
    }
    return Sheet(kind, "/tmp/../etc/sheet.csv", "\n".join((heads[kind], *rows)).encode())


def parties(count: int, first: int = 1) -> Sheet:
    rows = [
        f"h-{number},household,{VILLAGE},农户{number},138{number:08}"
        for number in range(first, first + count)
    ]
    return sheet(Kind.PARTIES, *rows)


def proposed(people: dict[Duty, Caller], what: Sheet, key: str = "1") -> Proposal:
    duty = Duty.CASHIER if what.kind is Kind.RECEIPTS else Duty.CREDIT_OFFICER
    return bulk.propose_import(people[duty], what, key=key, why="taken over", at=AT)


def agreed(people: dict[Duty, Caller], what: Sheet, key: str = "1") -> str:
    made = proposed(people, what, key)
    told = confirm(people[Duty.RISK_OFFICER], made.proposal, digest=made.digest, at=AT)
    assert told.standing is Standing.CONFIRMED
    return made.subject


def imported(people: dict[Duty, Caller], what: Sheet, key: str = "1") -> bulk.Import:
    batch = agreed(people, what, key)
    return bulk.run_import(people[Duty.SERVICE], batch, at=AT)


def counts(done: bulk.Import) -> tuple[int, int, int]:
    return done.done, done.known, done.refused


def count(people: dict[Duty, Caller], table: str) -> int:
    with acting(Actor(institution=people[Duty.SERVICE].institution)):
        ((found,),) = query(f"select count(*) from {table}")
    return int(found)


def refusal(work: Any, *given: Any, **told: Any) -> str:
    with pytest.raises(InputError) as wrong:
        work(*given, **told)
    return wrong.value.code


def test_a_dry_run_names_every_bad_row_and_keeps_nothing(people: dict[Duty, Caller]) -> None:
    officer = people[Duty.CREDIT_OFFICER]
    what = sheet(
        Kind.PARTIES,
        f"h-1,household,{VILLAGE},农户,13800000000",
        "h-2,household,,农户,13800000001",
        f"h-3,household,{VILLAGE},,call me",
    )
    told = bulk.dry_run(officer, what, at=AT)
    assert (told.rows, told.good, told.bad) == (3, 1, 2)
    assert [(fault.row, fault.column) for fault in told.faults] == [
        (3, "village_code"),
        (4, "name"),
        (4, "phone"),
    ]
    assert "call me" not in repr(told)
    assert refusal(proposed, people, what) == "BAD_ROWS"
    assert (count(people, "party"), count(people, "import_batch")) == (0, 0)


@pytest.mark.mechanism("D06")
def test_a_sheet_is_worked_after_two_agreed(people: dict[Duty, Caller]) -> None:
    institution = people[Duty.SERVICE].institution
    made = proposed(people, parties(5))
    assert made.content["file"] == "sheet.csv"
    assert made.content["rows"] == 5
    assert refusal(bulk.run_import, people[Duty.CASHIER], made.subject, at=AT) == "NOT_PERMITTED"
    bulk.run_import(people[Duty.SERVICE], made.subject, at=AT)
    assert count(people, "party") == 0
    for duty, code in ((Duty.CREDIT_OFFICER, "NOT_PERMITTED"), (Duty.CASHIER, "NOT_PERMITTED")):
        with pytest.raises(InputError) as wrong:
            confirm(people[duty], made.proposal, digest=made.digest, at=AT)
        assert wrong.value.code == code
    confirm(people[Duty.RISK_OFFICER], made.proposal, digest=made.digest, at=AT)
    with psycopg.connect(url()) as owner:
        jobs = owner.execute(
            "select task_name, lock, args ->> 'batch' from procrastinate_jobs"
            " where args ->> 'batch' = %s",
            [made.subject],
        ).fetchall()
    assert jobs == [("run_import", f"{institution}/import:{made.subject}", made.subject)]
    done = bulk.run_import(people[Duty.SERVICE], made.subject, at=AT)
    assert counts(done) == (5, 0, 0)
    assert done.done_at == AT
    assert count(people, "party") == 5
    assert bulk.imports(people[Duty.AUDITOR])[0] == done


def test_a_sheet_stands_sealed_until_it_is_worked_or_refused(people: dict[Duty, Caller]) -> None:
    institution = people[Duty.SERVICE].institution
    made = proposed(people, parties(2))

    def kept() -> Any:
        with psycopg.connect(url()) as owner:
            return owner.execute(
                "select sealed from import_batch where institution_id = %s", [institution]
            ).fetchall()

    ((found,),) = kept()
    assert "农户".encode() not in bytes(found)
    reject(people[Duty.RISK_OFFICER], made.proposal, why="not these", at=AT)
    assert kept() == [(None,)]
    imported(people, parties(2), "2")
    assert kept() == [(None,), (None,)]


def test_a_sheet_sent_again_does_nothing_twice(people: dict[Duty, Caller]) -> None:
    assert counts(imported(people, parties(4))) == (4, 0, 0)
    assert counts(imported(people, parties(4), "2")) == (0, 4, 0)
    assert counts(imported(people, parties(6), "3")) == (2, 4, 0)
    assert count(people, "party") == 6


def test_a_row_that_cannot_be_done_is_told_and_stops_no_other(people: dict[Duty, Caller]) -> None:
    head = "party_id,kind,village_code,name,resident_id"
    row = "household,440811100201,农户,11010519491231002X"
    what = Sheet(Kind.PARTIES, "x.csv", f"{head}\nh-1,{row}\nh-2,{row}\n".encode())
    done = imported(people, what)
    assert counts(done) == (1, 0, 1)
    (refused,) = bulk.refused_rows(people[Duty.RISK_OFFICER], done.batch)
    assert (refused.row, refused.key, refused.code) == (3, "h-2", "IDENTITY_TAKEN")


def test_killed_in_the_middle_and_run_again_nothing_is_twice(people: dict[Duty, Caller]) -> None:
    batch = agreed(people, parties(40))
    institution = people[Duty.SERVICE].institution
    script = Path(__file__).parents[2] / "support/import_child.py"
    told = {
        "DATABASE_URL": url(user="suixin_app"),
        "DATABASE_OWNER_URL": url(),
        "SUIXIN_HOME": os.environ["SUIXIN_HOME"],
    }
    for rows in (1, 7):
        child = subprocess.Popen(
            [sys.executable, str(script), str(institution), batch, AT.isoformat()],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **told},
        )
        assert child.stdout is not None
        for _ in range(rows):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    before = count(people, "import_row")
    assert 1 <= before < 40
    assert count(people, "party") == before
    done = bulk.run_import(people[Duty.SERVICE], batch, at=AT)
    assert counts(done) == (40, 0, 0)
    assert count(people, "party") == 40
    assert count(people, "onboarding") == 40


def test_two_at_once_do_each_row_once(people: dict[Duty, Caller]) -> None:
    batch = agreed(people, parties(15))

    def work(_: int) -> None:
        try:
            bulk.run_import(people[Duty.SERVICE], batch, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert counts(bulk.import_of(people[Duty.RISK_OFFICER], batch)) == (15, 0, 0)
    assert count(people, "onboarding") == 15


def test_agreements_and_receipts_of_an_earlier_system(people: dict[Duty, Caller]) -> None:
    institution = people[Duty.SERVICE].institution
    imported(people, parties(1))
    loan = 'a-1,h-1,village_live,2026-03-15,"30,000.00",6.60%,50%,6'
    assert counts(imported(people, sheet(Kind.AGREEMENTS, loan), "2")) == (1, 0, 0)
    paid = ("r-1,a-1,2026-04-15,5096.32,earlier", "r-2,a-1,2026-06-30,100.00,counter")
    assert counts(imported(people, sheet(Kind.RECEIPTS, *paid))) == (2, 0, 0)
    actor = Actor(institution=institution)
    told = [(type(event).__name__, event.on) for event in history_of(actor, "a-1")]
    assert told == [
        ("Draw", date(2026, 3, 15)),
        ("Receipt", date(2026, 4, 15)),
        ("Receipt", date(2026, 6, 30)),
    ]
    books = StoredBooks(actor)
    with acting(actor):
        ((given,),) = query("select sum(fen) from posting where account = '3001'")
    assert books.name == "lender"
    assert int(given) == -(30_000_00 - 5096_32)


def test_bad_days_and_names_are_told_against_the_store(people: dict[Duty, Caller]) -> None:
    imported(people, parties(1))
    told = bulk.dry_run(
        people[Duty.CREDIT_OFFICER],
        sheet(
            Kind.AGREEMENTS,
            'a-1,h-9,village_live,2026-03-15,"30,000.00",6.60%,50%,6',
            'a-2,h-1,no_product,2026-03-15,"30,000.00",6.60%,50%,6',
            'a-3,h-1,village_live,2026-07-02,"30,000.00",6.60%,50%,361',
        ),
        at=AT,
    )
    assert [(fault.row, fault.column) for fault in told.faults] == [
        (2, "party_id"),
        (3, "product"),
        (4, "start"),
        (4, "times"),
    ]
    told = bulk.dry_run(
        people[Duty.CASHIER], sheet(Kind.RECEIPTS, "r-1,a-9,2026-06-30,1,counter"), at=AT
    )
    assert [(fault.row, fault.column) for fault in told.faults] == [(2, "agreement")]


def test_what_one_may_not_do_by_hand_one_does_not_by_a_sheet(people: dict[Duty, Caller]) -> None:
    receipt = sheet(Kind.RECEIPTS, "r-1,a-1,2026-06-30,1,counter")
    assert refusal(bulk.dry_run, people[Duty.CREDIT_OFFICER], receipt, at=AT) == "NOT_PERMITTED"
    assert refusal(bulk.dry_run, people[Duty.CASHIER], parties(1), at=AT) == "NOT_PERMITTED"
    assert refusal(bulk.dry_run, people[Duty.RISK_OFFICER], parties(1), at=AT) == "NOT_PERMITTED"


def test_many_are_agreed_to_at_once_each_by_what_was_read(people: dict[Duty, Caller]) -> None:
    made = [proposed(people, parties(1, first), f"k-{first}") for first in (1, 2, 3)]
    read = [(one.proposal, one.digest) for one in made]
    read[1] = (read[1][0], "0" * 64)
    told = bulk.confirm_many(people[Duty.RISK_OFFICER], [*read, ("p-none", "")], at=AT)
    assert [one.code for one in told] == ["", "OTHER_CONTENT", "", "NO_PROPOSAL"]
    again = bulk.confirm_many(people[Duty.RISK_OFFICER], read[:1], at=AT)
    assert [one.code for one in again] == [""]
    assert refusal(bulk.confirm_many, people[Duty.RISK_OFFICER], read * 200, at=AT) == "TOO_MANY"


@pytest.mark.parametrize(
    "statement",
    [
        "update import_batch set agreed = 'p-none'",
        "update import_batch set done_at = now(), sealed = 'x'",
        "insert into import_row (institution_id, batch, row, kind, key, outcome)"
        " select institution_id, batch, 2, kind, 'h-1', 'done' from import_batch",
    ],
)
def test_raw_sql_of_the_service_works_no_sheet(people: dict[Duty, Caller], statement: Any) -> None:
    proposed(people, parties(1))
    institution = people[Duty.SERVICE].institution
    with psycopg.connect(url(user="suixin_app")) as raw:
        raw.execute("select set_config('suixin.institution', %s, true)", [str(institution)])
        with pytest.raises(psycopg.IntegrityError):
            raw.execute(statement)
