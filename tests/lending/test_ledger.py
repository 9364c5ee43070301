"""The ledger: it only adds, sums to zero, happens once, and knows every day as it was known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from stored import NewBooks

from suixin.data.errors import InputError
from suixin.lending.accounts import chart_on
from suixin.lending.ledger import Ledger, Scope, Standing
from suixin.lending.transaction import Dimensions, Posting, Transaction, pair_of

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_ledger.yaml").read_text("utf-8")
)
DAY = date(2026, 6, 30)
ABOUT = Dimensions("a-1", "h-1", "sales_flow", "platform")


def draw(key: str = "draw", fen: int = 500_00, on: date = DAY) -> Transaction:
    return Transaction(key, on, on, pair_of("1101", "1002", fen, ABOUT))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any], new_books: NewBooks) -> None:
    ledger = new_books()
    for step in case["steps"]:
        _do(ledger, step)
    for expected in case["expect"]:
        scope = Scope(
            valued_through=expected.get("valued_through"),
            booked_through=expected.get("booked_through"),
        )
        found = {code: fen for code, fen in ledger.balances(scope).items() if fen}
        assert found == expected["balances"], expected
        assert sum(found.values()) == 0


def _do(ledger: Ledger, step: dict[str, Any]) -> None:
    if "refused" not in step:
        _step(ledger, step)
        return
    before = dict(ledger.balances())
    with pytest.raises(InputError) as wrong:
        _step(ledger, step)
    assert wrong.value.code == step["refused"]
    assert ledger.balances() == before


def _step(ledger: Ledger, step: dict[str, Any]) -> None:
    what, key, on = step["do"], step["key"], step["day"]
    booked = step.get("booked", on)
    if what in ("post", "pend"):
        postings = tuple(Posting(code, fen, ABOUT) for code, fen in step["postings"].items())
        getattr(ledger, what)(Transaction(key, on, booked, postings))
    elif what == "confirm":
        ledger.confirm(key, value_on=on, booked_on=booked)
    elif what == "void":
        ledger.void(key, booked_on=booked)
    else:
        ledger.reverse(key, by=step["by"], value_on=on, booked_on=booked)


@pytest.mark.parametrize(
    ("postings", "code"),
    [
        ((Posting("1101", 2), Posting("1002", -1)), "NOT_ZERO"),
        ((Posting("1101", 1), Posting("1002", -1, currency="BRL")), "NOT_ZERO"),
        ((Posting("1101", 1.0), Posting("1002", -1.0)), "NOT_WHOLE"),
        ((Posting("1101", True), Posting("1002", -1)), "NOT_WHOLE"),
        ((), "EMPTY"),
    ],
)
def test_what_is_no_transaction_cannot_be_made(postings: Any, code: str) -> None:
    with pytest.raises(InputError) as wrong:
        Transaction("t", DAY, DAY, postings)
    assert wrong.value.code == code


def test_each_currency_sums_to_zero_by_itself(new_books: NewBooks) -> None:
    ledger = new_books()
    both = (*pair_of("1101", "1002", 5, ABOUT), *pair_of("1101", "1002", 7, ABOUT, currency="BRL"))
    ledger.post(Transaction("t", DAY, DAY, both))
    assert ledger.balance("1101") == 5
    assert ledger.balance("1101", Scope(currency="BRL")) == 7


def test_the_same_booked_on_another_day_is_the_same(new_books: NewBooks) -> None:
    ledger = new_books()
    first = ledger.post(draw())
    again = Transaction("draw", DAY, DAY + timedelta(days=3), draw().postings)
    assert ledger.post(again) == first
    assert ledger.balance("1101") == 500_00


def test_a_statement_runs_by_value_date_with_the_balance_after_each(new_books: NewBooks) -> None:
    ledger = new_books()
    ledger.post(draw("late", 300, DAY))
    ledger.post(draw("backdated", 200, DAY - timedelta(days=5)))
    lines = ledger.statement("1101", Scope(agreement="a-1"))
    assert [(line.key, line.balance_fen) for line in lines] == [("backdated", 200), ("late", 500)]
    assert ledger.statement("1101", Scope(agreement="a-2")) == ()
    assert ledger.balance("1101", Scope(party="h-2")) == 0


def test_pending_is_listed_until_it_ends(new_books: NewBooks) -> None:
    ledger = new_books()
    ledger.pend(draw())
    assert [one.key for one in ledger.waiting()] == ["draw"]
    assert ledger.standing("draw") is Standing.PENDING
    ledger.confirm("draw", value_on=DAY, booked_on=DAY)
    ledger.confirm("draw", value_on=DAY, booked_on=DAY)  # Twice is once.
    assert ledger.waiting() == ()
    assert [one.key for one in ledger.transactions()] == ["draw"]
    assert [one.key for one in ledger.transactions(Scope(agreement="a-1"))] == ["draw"]


def test_a_movement_between_two_books_is_a_pair(new_books: NewBooks) -> None:
    lender, fund = new_books(), new_books("fund")
    owed = Transaction("claim", DAY, DAY, pair_of("1106", "1101", 9, ABOUT), pair="p-1")
    lender.post(owed)
    assert lender.unpaired(fund) == ("p-1",)
    answer = pair_of("F102", "F201", 9, ABOUT)
    fund.post(Transaction("claim", DAY, DAY, answer, books="fund", pair="p-1"))
    assert lender.unpaired(fund) == fund.unpaired(lender) == ()
    with pytest.raises(InputError, match="other books"):
        lender.post(Transaction("wrong", DAY, DAY, pair_of("F101", "1106", 9, ABOUT)))
    with pytest.raises(InputError, match="for the books fund"):
        lender.post(Transaction("wrong", DAY, DAY, answer, books="fund"))


def test_books_are_a_ledger(new_books: NewBooks) -> None:
    ledger = new_books()
    assert ledger.find("none") is None
    with pytest.raises(InputError):
        ledger.standing("none")
    with pytest.raises(InputError):
        ledger.balance("7777")


def test_every_account_of_the_model_is_in_the_chart() -> None:
    chart = chart_on(DAY)
    assert len(chart) == 35
    assert {account.books for account in chart.values()} == {"lender", "fund", "co_op"}
    assert all(account.zh and account.en for account in chart.values())
    assert not chart["9000"].in_debit
    assert chart["9003"].in_debit
