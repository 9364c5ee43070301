"""`suixin reconcile`: an auditor with two exports, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli import app as commands
from suixin.cli.reconcile import reconcile
from suixin.evidence.cases import Case, Cases
from suixin.evidence.cases_file import cases_of, text_of_cases
from suixin.evidence.reconcile import BlockRow, Fault, Finding, Move, Row
from suixin.evidence.rows_file import Side, text_of
from suixin.evidence.shape import ShapeFault

app = typer.Typer()
app.command()(reconcile)

DAY = date(2026, 6, 30)
PAID = Move("c-1", "received", DAY, "paid", 500)
ROW = Row("a-1", "active", {"paid": 500}, (PAID,))
BLOCKS = (BlockRow(1, "0a"), BlockRow(2, "0b"))
BOTH = Side((ROW,), BLOCKS)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("chain", "ledger", "log"):
        (tmp_path / f"{name}.json").write_text(text_of(BOTH), "utf-8")
    return tmp_path


def run(*more: str, status: int) -> str:
    sides = ("--chain", "chain.json", "--ledger", "ledger.json")
    found = CliRunner().invoke(app, [*sides, *more])
    assert found.exit_code == status, found.output
    return found.output


def test_nothing_differs(place: Path) -> None:
    assert run("--log", "log.json", status=0) == "1 agreements and funds, 0 differences\n"


def test_what_differs_is_told_and_the_exit_says_so(place: Path) -> None:
    less = replace(ROW, amounts={"paid": 400}, moves=(replace(PAID, fen=400),))
    (place / "chain.json").write_text(text_of(Side((less,), BLOCKS[:1])), "utf-8")
    told = run("--log", "log.json", status=1).splitlines()
    assert told == [
        "chain: entry_without_block: block 2 0b: nothing against there",
        "a-1: amount_differs: received c-1 paid: 400 against 500, -100 fen",
        "a-1: amount_differs: paid: 400 against 500, -100 fen",
        "1 agreements and funds, 3 differences",
    ]
    read = json.loads(run("--json", status=1))
    assert [one["fault"] for one in read["findings"]] == ["amount_differs"] * 2
    assert read["held"] == ["a-1"]


def test_what_is_pending_is_no_difference(place: Path) -> None:
    (place / "chain.json").write_text(text_of(Side()), "utf-8")
    (place / "ledger.json").write_text(text_of(Side((ROW,), pending=frozenset({"c-1"}))), "utf-8")
    assert "pending: received c-1 paid 500" in run(status=0)
    assert json.loads(run("--json", status=0))["pending"] == ["c-1"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{", "this is not JSON"),
        ("[]", "the whole is no object"),
        ('{"row": []}', "the whole has row, where only rows, blocks, pending may stand"),
        ('{"rows": {}}', "rows is no list"),
        ('{"rows": [{"of": "a-1"}]}', "rows[0] has no state"),
        ('{"rows": [{"of": 1, "state": ""}]}', "rows[0].of is no text"),
        ('{"rows": [{"of": "", "state": "", "amounts": []}]}', "rows[0].amounts is no object"),
        (
            '{"rows": [{"of": "", "state": "", "amounts": {"paid": NaN}}]}',
            "rows[0].amounts.paid is no whole number",
        ),
        (
            '{"rows": [{"of": "", "state": "", "amounts": {"paid": 1, "paid": 2}}]}',
            "paid stands twice in one object",
        ),
        (
            '{"rows": [{"of": "", "state": "", "moves":'
            ' [{"call": "", "kind": "", "day": "30/6"}]}]}',
            "rows[0].moves[0].day is '30/6', no day such as 2026-06-30",
        ),
        ('{"blocks": [{"number": true, "hash": ""}]}', "blocks[0].number is no whole number"),
        ('{"pending": [7]}', "pending[0] is no text"),
        ('{"blocks": [{"number": ' + "9" * 5_000 + ', "hash": ""}]}', "this is not JSON"),
        (r'{"pending": ["\ud800"]}', "this is not JSON"),
        ("\ud800", "is not UTF-8"),
    ],
)
def test_an_export_that_cannot_be_used(place: Path, text: str, wrong: str) -> None:
    (place / "chain.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    told = run(status=1)
    assert "BAD_SIDE: chain.json" in told
    assert wrong in told


def test_an_export_that_is_not_there(place: Path) -> None:
    (place / "chain.json").unlink()
    assert "NO_FILE: chain.json is no file" in run(status=1)
    (place / "chain.json").mkdir()
    assert json.loads(run("--json", status=1))["error"]["code"] == "NO_FILE"


LESS = Side((replace(ROW, amounts={"paid": 400}, moves=(replace(PAID, fen=400),)),), BLOCKS)
KEPT = ("--cases", "cases.json")
BY_TWO = ("--by", "officer", "--by", "auditor", "--reason", "booked late", "--on", "2026-07-02")


def case(*words: str, status: int) -> str:
    found = CliRunner().invoke(commands, ["case", *words, *KEPT])
    assert found.exit_code == status, found.output
    return found.output


@pytest.mark.mechanism("B07")
def test_a_difference_opens_a_case_that_two_people_close(place: Path) -> None:
    (place / "chain.json").write_text(text_of(LESS), "utf-8")
    run(*KEPT, "--on", "2026-06-30", status=1)
    assert case("list", status=1).splitlines() == [
        "a-1: open since 2026-06-30, differs",
        "  a-1: amount_differs: received c-1 paid: 400 against 500, -100 fen",
        "  a-1: amount_differs: paid: 400 against 500, -100 fen",
        "bank: 1 open of 1 cases",
    ]
    assert "STILL_DIFFERS: a-1 still differs" in case("close", "a-1", *BY_TWO, status=1)
    (place / "chain.json").write_text(text_of(BOTH), "utf-8")
    run(*KEPT, "--on", "2026-07-01", status=0)
    told = json.loads(case("list", "--json", status=1))
    assert (told["may_anchor"], told["open"][0]["of"]) == (False, "a-1")
    assert "TWO_PEOPLE" in case("close", "a-1", *BY_TWO[:3], "officer", *BY_TWO[4:], status=1)
    assert "two people" in case("close", "a-1", *BY_TWO[2:], status=2)
    assert case("close", "a-1", *BY_TWO, status=0) == (
        "a-1: closed by officer and auditor; 0 cases stand open\n"
    )
    assert case("list", status=0) == "bank: 0 open of 1 cases\n"
    assert json.loads(case("list", "--json", status=0))["may_anchor"]
    assert "NO_CASE" in case("close", "a-1", *BY_TWO, status=1)
    assert [one.name for one in place.glob("*.part")] == []


def test_cases_need_a_day_and_a_file_of_theirs(place: Path) -> None:
    assert "go together" in run(*KEPT, status=2)
    assert "NO_FILE" in case("list", status=1)
    (place / "cases.json").write_text("[]", "utf-8")
    assert "BAD_CASES: cases.json: the whole is no object" in case("list", status=1)
    assert "BAD_CASES" in run(*KEPT, "--on", "2026-06-30", status=1)
    assert (place / "cases.json").read_text("utf-8") == "[]"


FOUND = Finding(Fault.AMOUNT_DIFFERS, "a-1", "paid", "400", "500", -100)
CLOSED = Case("a-1", DAY, (FOUND,), DAY, ("officer", "auditor"), "booked late")


def test_a_file_of_cases_is_read_as_it_was_written() -> None:
    cases = Cases("bank", (CLOSED, Case("fund", DAY, (FOUND,))), frozenset({"fund"}))
    assert cases_of(text_of_cases(cases)) == cases


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('"institution"', '"bank"', "the whole has no institution"),
        ('"amount_differs"', '"odd"', "cases[0].findings[0].fault is none"),
        ("-100", "1.5", "cases[0].findings[0].differs_fen is no whole number"),
        ('"2026-06-30",\n   "find', '"30/6",\n   "find', "cases[0].opened_on is '30/6', no day"),
        ('"auditor"', "7", "cases[0].closed_by[1] is no text"),
    ],
)
def test_a_file_that_keeps_no_cases(old: str, new: str, wrong: str) -> None:
    text = text_of_cases(Cases("bank", (CLOSED,)))
    assert old in text
    with pytest.raises(ShapeFault) as fault:
        cases_of(text.replace(old, new, 1))
    assert wrong in str(fault.value)
