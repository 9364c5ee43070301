"""`suixin rails …`: a bank's operator with files in hand, and no service."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bank_days import FIRST, Days, at, payment
from typer.testing import CliRunner

from suixin.cli import app
from suixin.kernel.policy import load_policy
from suixin.service.rails.message import Kind, Report
from suixin.service.rails.simulated_files import write_report


def run(*words: object, status: int = 0) -> str:
    found = CliRunner().invoke(app, ["rails", *map(str, words)])
    assert found.exit_code == status, found.output
    return found.output


def said(*words: object, status: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*words, "--json", status=status))
    return told


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What a desk and a bank told each other over some days."""
    days = Days.begun(1, {**load_policy("rails").on(FIRST)["simulated.temper"]["hostile"]})
    days.send([payment(number) for number in range(1, 9)])
    days.expect("SET1", 500_00, FIRST)
    days.close(6)
    for name, content in (
        days.wire.inbox | {f"{k}.xml": v for k, v in days.wire.files.items()}
    ).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_everything_a_desk_and_a_bank_tell_each_other_is_in_order(files: Path) -> None:
    paths = sorted(files.glob("*.xml"))
    found = said("check", *paths, "--on", FIRST)
    assert found["faults"] == 0
    kinds = {one["message"][:8] for one in found["files"]}
    assert kinds >= {"pain.001", "pain.002", "camt.053"}
    sent = next(one for one in found["files"] if one["message"].startswith("pain.001"))
    assert (sent["payments"], sent["fen"]) == (8, 8 * 800_00)
    told = run("check", *paths, "--on", FIRST)
    assert "8 payments of 6400.00" in told
    assert "8010526018159083" not in told  # Of an account, the last four digits.
    assert "account …9083" in told
    assert told.splitlines()[-1] == f"{len(paths)} files, 0 faults"


def test_faults_are_told_file_by_file_and_the_exit_says_so(files: Path) -> None:
    statement = next(path for path in files.glob("*-053-*.xml"))
    whole = statement.read_bytes()
    (files / "short.xml").write_bytes(whole[:600])
    (files / "euro.xml").write_bytes(whole.replace(b'Ccy="CNY"', b'Ccy="EUR"'))
    sent = next(files.glob("SXB*.xml"))
    text = sent.read_text("utf-8")
    (files / "total.xml").write_text(text.replace("<NbOfTxs>8<", "<NbOfTxs>9<"), "utf-8")
    (files / "form.xml").write_text(text.replace("<Cd>SUPP</Cd>", "<Cd>GIFT</Cd>"), "utf-8")
    names = ["short.xml", "euro.xml", "total.xml", "form.xml", "none.xml"]
    found = said("check", *(files / name for name in names), "--on", FIRST, status=1)
    codes = [one["faults"][0]["code"] for one in found["files"]]
    assert codes == ["NOT_XML", "CURRENCY", "TOTALS", "SCHEMA", "NO_FILE"]
    told = run("check", files / "euro.xml", "--on", FIRST, status=1)
    assert "CURRENCY: Line" in told
    assert "1 files, 1 faults" in told
    assert said("check", files / "euro.xml", "--any-bank")["faults"] == 0


def statement(
    number: int, opening: int, closing: int, *, account: str = "8010526018159083"
) -> bytes:
    day = FIRST + timedelta(days=number)
    return write_report(
        Report(Kind.STATEMENT, f"S{number}", account, at(day, 23), electronic=number,
               opening_fen=opening, closing_fen=closing, closing_on=day)
    )  # fmt: skip


def test_statements_are_held_against_each_other(tmp_path: Path) -> None:
    told = {
        "1.xml": statement(1, 500, 500), "4.xml": statement(4, 700, 700),
        "1-other.xml": statement(1, 600, 600), "sum.xml": statement(5, 700, 900),
        "theirs.xml": statement(6, 900, 900, account="800"),
    }  # fmt: skip
    for name, content in told.items():
        (tmp_path / name).write_bytes(content)
    found = said("check", *(tmp_path / name for name in told), "--on", FIRST, status=1)
    faults = {
        Path(one["file"]).name: [fault["code"] for fault in one["faults"]] for one in found["files"]
    }
    assert faults == {"1.xml": [], "4.xml": ["SEQUENCE", "OPENING"], "1-other.xml": ["CHANGED"],
                      "sum.xml": ["SUM"], "theirs.xml": ["NOT_OURS"]}  # fmt: skip


def test_when_an_amount_is_paid() -> None:
    words = ("80000.00", "--at", "2026-02-13T17:00")
    assert said("when", *words)["on"] == "2026-02-14"
    assert "bulk system" in run("when", *words)
    assert said("when", "8000000.00", "--at", "2026-02-14T17:00")["on"] == "2026-02-24"
    assert said("when", "1", "--at", "2026-02-13T09:00+00:00")["on"] == "2026-02-14"
    for text in ("80x", "0", "0.001"):
        found = said("when", text, "--at", "2026-02-13T17:00", status=1)
        assert found["error"]["code"] == "AMOUNT"
    late = said("when", "8000000.00", "--at", "2099-02-13T17:00", status=1)
    assert late["error"]["code"] == "UNKNOWN_YEAR"
    assert date.fromisoformat(said("when", "1.00")["on"])
    run("when", "1.00", "--at", "yesterday", status=2)


def test_another_banks_profile_is_a_file_or_a_name(tmp_path: Path) -> None:
    found = said("when", "1.00", "--bank", "simulatd", status=1)
    assert found["error"]["code"] == "NO_BANK"
    found = said("when", "1.00", "--bank", tmp_path / "county.yaml", status=1)
    assert found["error"]["code"] == "NO_BANK"


def test_a_bank_to_try_begins_once_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    told = ["--temper", "hostile", "--seed", 7, "--holds", "500.00", "--on", FIRST]
    assert "2 days, " in run("simulate", folder, *told, "--days", 2)
    assert "the account holds 500.00 CNY." in run("simulate", folder, "--days", 1)
    names = sorted(path.name for path in (folder / "inbox").glob("*053*.xml"))
    assert [name[-5] for name in names] == ["1", "2", "3"]
    assert "began otherwise" in run("simulate", folder, "--seed", 8, "--days", 1, status=1)
    assert "no temper" in run("simulate", tmp_path / "b", "--temper", "sly", "--days", 1, status=1)
    assert "two decimals" in run("simulate", tmp_path / "c", "--holds", "1.234", status=1)
