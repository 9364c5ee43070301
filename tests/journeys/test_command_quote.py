"""`suixin quote` and `suixin products`, as a person and as a machine read them."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli.quote import products, quote

app = typer.Typer()
app.command()(quote)
app.command()(products)
SEVEN = (
    "community_chain", "live_slot", "purchase_order", "sales_flow", "streamer_guaranteed",
    "village_live", "warehouse",
)  # fmt: skip


def run(*arguments: str, status: int = 0) -> str:
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code == status, found.output
    return found.output


@pytest.mark.parametrize("name", [*SEVEN, "sales_sweep"])
def test_a_person_sees_schedule_costs_and_caps(name: str) -> None:
    told = run("quote", name, "--amount", "20,000", "--on", "2026-03-10")
    for part in ("还款计划 Schedule", "利息 interest", "逾期成本 If late", "All-in yearly cost"):
        assert part in told
    assert "R-AL2" in told
    assert "20,000.00 CNY at" in told


def test_a_machine_reads_the_same() -> None:
    told = run("quote", "sales_sweep", "--amount", "50000", "--on", "2026-06-30", "--json")
    read = json.loads(told)
    assert read["product"] == "sales_flow"
    assert sum(row["principal_fen"] for row in read["schedule"]) == 50_000_00
    assert read["all_in_percent"] == "11.0202"
    assert [cap["rule"] for cap in read["caps"]] == ["R-AL2", "E14"]
    assert {"zh", "en", "method", "rate", "amount_fen", "payee", "default"} == read["costs"][
        0
    ].keys()


@pytest.mark.mechanism("C11")
def test_a_loan_after_harvest() -> None:
    told = run(
        "quote", "village_live", "--amount", "20000", "--on", "2026-03-10", "--rate", "680",
        "--method", "crop_calendar", "--crop", "apple",
    )  # fmt: skip
    assert "2026-11-16" in told
    assert "935.23" in told


def test_a_quote_that_is_refused_says_so_and_exits_1() -> None:
    told = run(
        "quote", "sales_flow", "--amount", "20000", "--on", "2026-03-10", "--rate", "1200",
        "--lender", "private", status=1,
    )  # fmt: skip
    assert "Refused (above_cap)" in told
    assert "R-LPR4" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("mortgage", "--amount", "20000"), "NO_PRODUCT"),
        (("sales_flow", "--amount", "much"), "AMOUNT"),
        (("sales_flow", "--amount", "20000.005"), "AMOUNT"),
        (("sales_flow", "--amount", "1"), "AMOUNT"),
        (("sales_flow", "--amount", "20000", "--rate", "1"), "RATE"),
        (("sales_flow", "--amount", "20000", "--times", "99"), "TENOR"),
        (("sales_flow", "--amount", "20000", "--method", "free"), "METHOD"),
        (("village_live", "--amount", "20000", "--method", "crop_calendar"), "CROP"),
    ],
)
def test_faults_are_told_and_exit_1(arguments: tuple[str, ...], code: str) -> None:
    told = run("quote", *arguments, "--on", "2026-03-10", "--json", status=1)
    assert json.loads(told)["error"]["code"] == code


def test_products_are_listed_and_shown() -> None:
    listed = run("products", "--on", "2026-06-30")
    assert run("products").splitlines()[0] == listed.splitlines()[0]  # Today, if no day is given.
    assert all(name in listed for name in SEVEN)
    shown = run("products", "warehouse", "--on", "2026-06-30")
    assert "仓储质押循环贷" in shown
    assert "银发〔2003〕251号" in shown
    read = json.loads(run("products", "warehouse", "--on", "2026-06-30", "--json"))
    assert read["products"][0]["parts"]["loss_order"]["value"] == ["pledge", "lender"]
    assert "NOT_IN_FORCE" in run("products", "warehouse", "--on", "1999-12-31", "--json", status=1)
