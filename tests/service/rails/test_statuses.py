"""What a bank's word moves, and what it may not move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_days import CALM, FIRST, TWO, Days, at, payment, simulated

from suixin.data.errors import InputError
from suixin.lending.ledger import Standing
from suixin.service.rails.ledger import ledger_hash
from suixin.service.rails.message import (
    BatchStatus,
    Detail,
    Kind,
    Line,
    LineStatus,
    PaymentStatus,
    Reason,
    Report,
)
from suixin.service.rails.payment import PAYMENT, Batch, PaymentMove, PaymentState
from suixin.service.rails.register import Changes
from suixin.service.rails.sending import replaceable
from suixin.service.rails.simulated_files import write_report, write_statuses

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "rails_statuses.yaml").read_text("utf-8")
)
SENT = payment(1)
# The word that brings a payment where a case begins.
_BEFORE = {"sent": "RCVD", "accepted": "ACCP", "settled": "ACSC", "rejected": "RJCT"}


def begun() -> tuple[Days, Batch]:
    days, batch = Days.begun(1, CALM), Batch((SENT, payment(2)), at(FIRST))
    days.desk.submit(batch)
    return days, batch


def tell(days: Days, name: str, content: bytes, on: date = FIRST) -> None:
    days.wire.inbox = {f"{name}.xml": content}
    (taken,) = days.desk.take_in(on)
    assert taken.fault is None, taken.fault


def said(
    batch: Batch,
    status: str,
    *reasons: Reason,
    made_at: datetime,
    accepted_at: datetime | None = None,
) -> bytes:
    one = PaymentStatus(SENT.id, status, reasons, accepted_at)
    return write_statuses(
        "S", batch.id, made_at, batches=[BatchStatus(f"{batch.id}-1", "", (), (one,))]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    days, batch = begun()
    tell(days, "before", said(batch, _BEFORE[case["from"]], made_at=at(FIRST, 10)))
    reason = (Reason(case["reason"], case.get("words", "")),) if "reason" in case else ()
    match case.get("of", "payment"):
        case "file":
            word = write_statuses("S", batch.id, at(FIRST, 11), status=case["says"], reasons=reason)
        case "batch":
            told = BatchStatus(f"{batch.id}-1", case["says"], reason, ())
            word = write_statuses("S", batch.id, at(FIRST, 11), batches=[told])
        case _:
            word = said(batch, case["says"], *reason, made_at=at(FIRST, 11))
    for number in range(2):  # The same word again changes nothing.
        tell(days, f"word-{number}", word)
        tracked = days.register.payments[SENT.id]
        assert tracked.state == case["to"]
        assert tracked.known == case.get("known", False)
        if "because" in case:
            assert tracked.reason == case["because"]
        assert [one.why for one in days.register.open_cases()] == (
            [case["case"]] if "case" in case else [])  # fmt: skip
    other = days.register.payments[batch.payments[1].id]
    whole = case.get("of", "payment") != "payment"
    assert other.state == (case["to"] if whole else "sent")
    standing = days.books.standing(f"a-1/{SENT.id}")
    ends = {"settled": Standing.POSTED, "rejected": Standing.VOIDED}
    assert standing is ends.get(case["to"], Standing.PENDING)
    days.hold_books()


def test_a_file_that_we_did_not_send_is_refused() -> None:
    days, _ = begun()
    days.wire.inbox = {"a.xml": write_statuses("S", "SXB-other", at(FIRST), status="ACCP")}
    (taken,) = days.desk.take_in(FIRST)
    assert taken.fault is not None
    assert taken.fault.code == "NOT_OURS"


def test_a_payment_that_stands_in_no_file_of_ours_is_a_case_and_moves_nothing() -> None:
    days, batch = begun()
    other = PaymentStatus("SX260302NOBODYS", "RJCT", ())
    told = BatchStatus(f"{batch.id}-1", "", (), (other,))
    tell(days, "a", write_statuses("S", batch.id, at(FIRST), batches=[told]))
    (case,) = days.register.open_cases()
    assert (case.why, case.fen) == ("status_unknown", 0)


def test_the_rest_of_a_refused_batch_is_refused_and_what_it_lists_is_what_it_says() -> None:
    days, batch = begun()
    one = PaymentStatus(SENT.id, "ACCP", ())
    told = BatchStatus(f"{batch.id}-1", "RJCT", (Reason("AC01"),), (one,))
    tell(days, "a", write_statuses("S", batch.id, at(FIRST), batches=[told]))
    states = [days.register.payments[one.id].state for one in batch.payments]
    assert states == ["accepted", "rejected"]


def test_the_banks_word_counts_from_its_day_until_the_line_gives_another() -> None:
    days, batch = begun()
    word_on, line_on = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    tell(days, "a", said(batch, "ACSC", made_at=at(line_on), accepted_at=at(word_on)), line_on)
    assert days.register.payments[SENT.id].value_on == word_on
    assert days.books.balance("1002") == -SENT.fen  # Gone by its word; no line shows it yet.
    days.bank.debited[SENT.id] = [SENT.fen]
    days.show(line_on, SENT)
    tracked = days.register.payments[SENT.id]
    assert (tracked.value_on, tracked.redated) == (line_on, True)
    assert days.books.balance("1002") == 0
    first = [line.value_on for line in days.books.statement("1101") if line.balance_fen]
    assert first[-1] == line_on


def test_a_word_older_than_the_payment_counts_from_the_day_it_was_sent() -> None:
    days, batch = begun()
    early = at(FIRST - timedelta(days=3))
    tell(days, "a", said(batch, "ACSC", made_at=early, accepted_at=early))
    assert days.register.payments[SENT.id].value_on == FIRST


def test_a_word_that_no_line_bears_out_opens_a_case_which_the_line_closes() -> None:
    days, batch = begun()
    tell(days, "a", said(batch, "ACSC", made_at=at(FIRST, 11)))
    days.show(FIRST)
    (case,) = days.register.open_cases()
    assert (case.why, case.payment, case.fen) == ("no_line", SENT.id, 0)
    days.show(FIRST + timedelta(days=1), SENT)
    assert days.register.open_cases() == ()
    assert days.register.cases[case.key].closed_by == ("bank",)


def replaced(days: Days) -> None:
    """Two statements have not shown the payment, so two people let another take its place."""
    for day in range(2):
        days.show(FIRST + timedelta(days=day))
    new = payment(1, attempt=2, replaces=SENT.id)
    leave = replaceable(
        days.register, days.desk.profile, SENT.id, by=TWO, new=new.id, on=FIRST + timedelta(days=1)
    )
    days.desk.take(leave, FIRST + timedelta(days=1))


@pytest.mark.parametrize(
    ("word", "state", "cases"), [("RJCT", "rejected", []), ("ACSC", "sent", ["move_refused"])]
)
def test_of_what_another_took_the_place_of_no_word_moves_the_books(
    word: str, state: str, cases: list[str]
) -> None:
    days, batch = begun()
    replaced(days)
    before = ledger_hash(days.books)
    tell(days, "late", said(batch, word, made_at=at(FIRST, 11)), FIRST + timedelta(days=2))
    assert days.register.payments[SENT.id].state == state
    assert [one.why for one in days.register.open_cases()] == cases
    assert ledger_hash(days.books) == before
    days.hold_books()


def test_what_comes_back_before_its_line_waits_for_a_person() -> None:
    days, batch = begun()
    tell(days, "a", said(batch, "ACSC", made_at=at(FIRST, 11)))
    told = Detail(SENT.fen, SENT.id, returned=True, return_code="AC04")
    back = Line(SENT.fen, "CNY", LineStatus.BOOKED, FIRST, FIRST, "B9", details=(told,))
    notice = Report(Kind.NOTICE, "N1", simulated().account.number, at(FIRST, 12), lines=(back,))
    tell(days, "b", write_report(notice))
    (case,) = days.register.open_cases()
    assert (case.why, case.fen) == ("not_awaited", SENT.fen)
    assert days.register.payments[SENT.id].state == "settled"


def test_what_the_bank_calls_a_repeat_is_not_handed_over_again() -> None:
    days, batch = begun()
    assert len(days.desk.resume()) == 1
    days.register.take(Changes(payments=tuple(
        replace(one, state=PaymentState.SETTLED) for one in days.register.payments.values()
        if one.payment.id != SENT.id)))  # fmt: skip
    tell(days, "a", said(batch, "RJCT", Reason("AM05"), made_at=at(FIRST, 11)))
    assert days.register.payments[SENT.id].known
    assert days.desk.resume() == ()


def test_every_move_that_the_table_does_not_list_is_refused() -> None:
    moves = {
        (state, move): PAYMENT.move(state, move) for state in PaymentState for move in PaymentMove
    }
    assert {pair for pair, to in moves.items() if isinstance(to, str)} == {
        ("pending", "send"), ("sent", "accept"), ("sent", "settle"), ("accepted", "settle"),
        ("sent", "reject"), ("accepted", "reject"), ("settled", "return"),
        ("pending", "withdraw"),
    }  # fmt: skip


def test_a_cancel_is_a_request_and_moves_nothing() -> None:
    days, _ = begun()
    days.deliver(at(FIRST))
    for _ in range(2):
        days.desk.cancel(SENT.id, "CUST", at=at(FIRST, 10))
    assert days.register.payments[SENT.id].state == "sent"
    days.deliver(at(FIRST, 10))
    days.close()
    tracked = days.register.payments[SENT.id]
    assert (tracked.cancel, tracked.state, tracked.reason) == ("CNCL", "rejected", "CUST")
    with pytest.raises(InputError) as wrong:
        days.desk.cancel(SENT.id, "CUST", at=at(FIRST, 11))
    assert wrong.value.code == "NOT_OPEN"


def test_a_cancel_gives_a_reason_that_banks_know() -> None:
    days, _ = begun()
    with pytest.raises(InputError, match="AGENT is no reason to cancel"):
        days.desk.cancel(SENT.id, "AGENT", at=at(FIRST, 11))
    assert not days.register.payments[SENT.id].cancel
