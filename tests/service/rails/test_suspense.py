"""Suspense: what nobody can say yet, how long it waits, and what two people make of it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from bank_days import CALM, FIRST, TWO, Days, payment
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.lending.ledger import Scope
from suixin.lending.transaction import Dimensions
from suixin.service.rails import cases
from suixin.service.rails.ledger import ledger_hash, suspense_fen, swept_of
from suixin.service.rails.register import Case, CaseReason, Expected

LATER = FIRST + timedelta(days=2)


def unknown(days: Days) -> Case:
    """The only open case."""
    (case,) = days.register.open_cases()
    return case


def explained(days: Days, case: Case, name: str, *, by: tuple[str, str] = TWO) -> cases.Released:
    found = cases.explain(
        days.register, days.desk.profile, case.key, name=name, by=by, booked_on=days.day
    )
    days.desk.take(found.outcome, days.day)
    return found


def test_a_receipt_that_two_people_explain_counts_from_the_day_it_came() -> None:
    days = Days.begun(1, {"no_reference": 10_000})
    days.expect("SET1", 500_00, FIRST)
    days.close(3)
    case = unknown(days)
    assert (case.why, case.candidate) == ("unknown", "SET1")
    before = ledger_hash(days.books)
    for by in (("clerk", "clerk"), ("clerk", "")):
        with pytest.raises(InputError) as alone:
            explained(days, case, "SET1", by=by)
        assert alone.value.code == "TWO_PEOPLE"
    with pytest.raises(InputError) as wrong:
        explained(days, case, "SET9")
    assert wrong.value.code == "NOT_EXPLAINED"
    assert ledger_hash(days.books) == before
    found = explained(days, case, "SET1")
    assert found.judged.verdict == "exact"
    (event,) = found.outcome.events
    assert (event.on, event.booked_on) == (FIRST, days.day)
    assert suspense_fen(days.books) == 0
    of_agreement = Scope(agreement="a-1", valued_through=FIRST)
    assert days.books.balance("2001", of_agreement) == -500_00  # Awaits its allocation.
    closed = days.register.cases[case.key]
    assert (closed.closed_by, closed.closed_on) == (TWO, days.day)
    with pytest.raises(InputError) as again:
        explained(days, case, "SET1")
    assert again.value.code == "NO_CASE"
    days.hold()


def test_a_payment_without_a_number_is_explained() -> None:
    days, paid = Days.begun(1, CALM), payment(1)
    days.send([paid])
    days.close()
    assert days.register.payments[paid.id].state == "settled"
    days.hold()


def test_what_left_wrongly_is_set_against_what_came_back_for_it() -> None:
    days = Days.begun(1, {"wrong_amount": 10_000})
    days.send([payment(1)])
    days.close()
    wrong = unknown(days)
    assert (wrong.why, wrong.fen) == ("amount_mismatch", -80_00)
    with pytest.raises(InputError) as same:
        explained(days, wrong, payment(1).id)
    assert same.value.code == "NOT_EXPLAINED"
    with pytest.raises(InputError) as owed:
        cases.give(days.register, days.desk.profile, wrong.key, about=Dimensions("a-1"), by=TWO,
                   booked_on=days.day)  # fmt: skip
    assert owed.value.code == "NOT_OWED"
    days.bank.temper = CALM
    days.bank.pay_in("冲正", 80_00, days.day)
    days.close()
    back = next(one for one in days.register.open_cases() if one.fen > 0)
    outcome = cases.offset(days.register, days.desk.profile, (wrong.key, back.key), by=TWO,
                           booked_on=days.day)  # fmt: skip
    days.desk.take(outcome, days.day)
    assert days.register.open_cases() == ()
    assert suspense_fen(days.books) == 0
    days.hold()


def test_two_cases_that_hold_something_together_are_not_set_against_each_other() -> None:
    days = Days.begun(1, CALM)
    for number, fen in enumerate((100, 200)):
        days.bank.pay_in(f"?{number}", fen, FIRST)
    days.close()
    one, other = days.register.open_cases()
    for keys in ((one.key, other.key), (one.key, one.key)):
        with pytest.raises(InputError) as wrong:
            cases.offset(days.register, days.desk.profile, keys, by=TWO, booked_on=days.day)
        assert wrong.value.code == "NOT_OFFSET"


def test_an_overpayment_is_given_to_the_borrower_by_two_people() -> None:
    days = Days.begun(1, {"overpaid": 10_000})
    days.expect("SET1", 500_00, FIRST)
    days.close()
    case = unknown(days)
    assert (case.why, case.fen, case.expected) == ("over", 20_00, "SET1")
    outcome = cases.give(days.register, days.desk.profile, case.key, about=Dimensions("a-1"),
                         by=TWO, booked_on=LATER)  # fmt: skip
    days.desk.take(outcome, LATER)
    assert (days.books.balance("2003"), suspense_fen(days.books)) == (-20_00, 0)
    days.hold()


def test_a_case_without_money_is_closed_in_words_and_one_with_money_is_not() -> None:
    days = Days.begun(1, {"settled_status": 10_000, "delay": 10_000})
    days.send([payment(1)])
    days.expect("SET1", 500_00, FIRST)
    days.bank.pay_in("?", 100, FIRST)
    days.close()
    held = next(one for one in days.register.open_cases() if one.fen)
    register, profile = days.register, days.desk.profile
    for key, by, how in ((held.key, "clerk", "gone"), (held.key, "", "gone"), ("none", "c", "x")):
        with pytest.raises(InputError):
            cases.close(register, profile, key, by=by, how=how, booked_on=days.day)
    alert = Case("no-line/x", CaseReason.NO_LINE, 0, FIRST, FIRST)
    register.cases[alert.key] = alert
    days.desk.take(cases.close(register, profile, alert.key, by="clerk", how="the bank wrote",
                               booked_on=days.day), days.day)  # fmt: skip
    assert register.cases[alert.key].how == "the bank wrote"


@pytest.mark.parametrize(
    ("on", "waited", "raised"),
    [(date(2026, 9, 30), 0, 0), (date(2026, 10, 7), 0, 0), (date(2026, 10, 8), 1, 1),
     (date(2026, 10, 9), 2, 1), (date(2026, 10, 10), 3, 2), (date(2026, 10, 13), 5, 3)],
)  # fmt: skip
def test_cases_age_in_working_days(on: date, waited: int, raised: int) -> None:
    """Opened on the last day before the national holiday; Saturday 10 October is worked."""
    days, opened = Days.begun(1, CALM), date(2026, 9, 30)
    days.register.cases["c"] = Case("c", CaseReason.UNKNOWN, 1, opened, opened)
    days.register._open_cases["c"] = None
    (found,) = cases.aged(days.register, on, days.desk.profile.rails)
    assert (found.working_days, found.raised) == (waited, raised)


@given(
    st.integers(1, 10**9).flatmap(lambda fen: st.tuples(st.just(fen), st.integers(0, fen))),
    st.lists(st.integers(0, 10**9), max_size=6),
)
def test_the_swept_parts_of_a_receipt_in_parts_add_up(
    whole: tuple[int, int], cuts: list[int]
) -> None:
    fen, swept = whole
    ends = sorted({0, fen, *(cut % (fen + 1) for cut in cuts)})
    shares = [
        swept_of(Expected("S", Dimensions("a"), fen, FIRST, swept_fen=swept, received_fen=a), b - a)
        for a, b in pairwise(ends)
    ]
    assert sum(shares) == swept
    assert all(0 <= share <= b - a for share, (a, b) in zip(shares, pairwise(ends), strict=True))
