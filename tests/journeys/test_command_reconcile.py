"""`suixin reconcile`: an auditor with two exports, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli.reconcile import reconcile
from suixin.evidence.reconcile import BlockRow, Move, Row
from suixin.evidence.rows_file import Side, text_of

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
