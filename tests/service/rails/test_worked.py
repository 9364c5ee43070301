"""The worked examples of the plan, to the fen, and that an agreement's replay says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bank_days import CALM, FIRST, Days, payment

from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementTerms
from suixin.lending.day_count import DayCount
from suixin.lending.events import Event, PlannedDue
from suixin.lending.ledger import Scope
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ServicingRules
from suixin.service.rails.payment import Payment

RULES = ServicingRules.of(load_policy("servicing").on(FIRST))
END = date(2026, 9, 2)
PAID = replace(payment(1, 80_000_00))


def terms() -> AgreementTerms:
    """Ten per cent on 360 days, all due at the end."""
    return AgreementTerms(
        agreement="a-1", party="h-1", sheet="", mode="", start=FIRST, rate_bps=1_000,
        rows=(PlannedDue(END),), penalty_bps=15_000, day_count=DayCount.ACT_360,
    )  # fmt: skip


def lived(days: Days, on: date) -> Replayed:
    events: list[Event] = [one for taken in days.taken for one in taken.events]
    return replay(terms(), events, on=on, rules=RULES)


def paid(temper: dict[str, int], one: Payment = PAID) -> Days:
    days = Days.begun(1, temper)
    days.send([one])
    days.settle()
    days.hold()
    return days


def test_paid_out_the_books_hold_what_the_agreement_says_once() -> None:
    days = paid(CALM)
    told = lived(days, FIRST + timedelta(days=2))
    assert told.state.owed_fen == 80_000_00 + 44_44  # Two nights at ten per cent of 360.
    before = dict(days.books.balances())
    for made in told.transactions:
        if made.key.startswith(f"a-1/{PAID.id}"):
            days.books.post(made)  # The same key and content: the same transaction.
    assert dict(days.books.balances()) == before
    assert {made.key for made in days.books.transactions()} >= {
        made.key for made in told.transactions if PAID.id in made.key
    }


def test_returned_after_two_days_the_borrower_owes_nothing() -> None:
    days = paid({"returned": 10_000, "returned_days": 2})
    tracked = days.register.payments[PAID.id]
    assert tracked.state == "returned"
    assert days.register.blocks(PAID.payee.listed)
    told = lived(days, FIRST + timedelta(days=5))
    assert told.state.owed_fen == 0
    assert days.books.balance("1101") == 0
    assert days.books.balance("1001", Scope(valued_through=FIRST)) == -80_000_00
    assert days.books.balance("1001") == 0
    interest = sum(posting.fen for made in told.transactions for posting in made.postings
                   if posting.account == "4001")  # fmt: skip
    assert interest == 0


def test_a_supplier_is_paid_through_his_own_account_of_the_books() -> None:
    days = paid(CALM, replace(PAID, through="2002"))
    (event,) = [one for taken in days.taken for one in taken.events]
    assert event.to == "supplier"  # type: ignore[attr-defined]
    assert {code: fen for code, fen in days.books.balances().items() if fen} == {
        "1101": 80_000_00, "1001": -80_000_00}  # fmt: skip
    assert [line.balance_fen for line in days.books.statement("2002")] == [-80_000_00, 0]


def test_a_draw_on_a_limit_uses_it_up_and_its_return_frees_it() -> None:
    drawn = paid(CALM, replace(PAID, revolving=True))
    assert drawn.books.balance("9001") == -80_000_00
    back = paid({"returned": 10_000}, replace(PAID, revolving=True))
    assert back.books.balance("9001") == 0


@pytest.mark.mechanism("C12")
def test_a_fifth_of_the_sales_repays_the_loan_and_the_rest_is_the_merchants() -> None:
    days = Days.begun(1, CALM)
    days.expect("SET1", 10_000_00, FIRST, swept_fen=2_000_00)
    days.close()
    assert days.books.balance("1001") == 10_000_00
    assert days.books.balance("2003") == -8_000_00
    (received,) = [one for taken in days.taken for one in taken.receipts]
    assert (received.fen, received.swept_fen) == (10_000_00, 2_000_00)


def test_a_payment_that_is_no_loan_makes_no_event_of_an_agreement() -> None:
    payable = replace(PAID, from_account="2003", through="1002")
    days = Days.begun(1, CALM)
    days.send([payable])
    days.settle()
    assert not [one for taken in days.taken for one in taken.events]
    assert (days.books.balance("2003"), days.books.balance("1001")) == (80_000_00, -80_000_00)
