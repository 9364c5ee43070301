"""Loans whose instalments move: by other people's cases, and by what must always hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import fineract
from bench._fineract_life import Life
from suixin.lending.cycle import Cycle
from suixin.lending.progressive.replay import payoff, replay
from suixin.lending.progressive.state import Replayed
from suixin.lending.progressive.terms import (
    Ahead,
    Charge,
    Chargeback,
    ChargeOff,
    Draw,
    Event,
    Extra,
    MoreTerms,
    NewRate,
    Orders,
    PaidBack,
    Pause,
    ProgressiveTerms,
    Receipt,
    WriteOff,
)

START = date(2024, 1, 1)
MONTHS = [date(2024, month, 1) for month in range(1, 8)]


def twelfth(start: date, end: date, within: tuple[date, date]) -> Fraction:
    """Every whole month a twelfth of the year, a part of one by its days."""
    return Fraction(30 * (end - start).days, 360 * (within[1] - within[0]).days)


def terms(**changed: object) -> ProgressiveTerms:
    given = {"times": 6, "cycle": Cycle(1, "M"), "rate": Fraction(7, 100), "part": twelfth}
    return ProgressiveTerms(**{**given, **changed})


def after(events: list[Event], today: date = START, **changed: object) -> Replayed:
    return replay(terms(**changed), [Draw(START, 100_00), *events], today)


def test_every_first_schedule_agrees_and_all_lives_but_one(shared: Path) -> None:
    line = fineract.main([str(shared / "data/loans/fineract")])
    assert line == "bench.fineract: passed=77 total=78 refused=1 first=42 lives=35"


def test_a_life_that_differs_is_told_by_its_step(shared: Path) -> None:
    path = shared / "data/loans/fineract/selected_cases.json"
    case = json.loads(path.read_text(encoding="utf-8"))[3]
    step = next(step for step in case["ops"] if step["op"] == "expect_schedule")
    step["rows"][1]["Interest"] = "1.01"
    with pytest.raises(fineract.Mismatch, match=r"step 4 expect_schedule: row 1: .*101.*100"):
        Life(case).run()
    case["ops"].insert(3, {"op": "sell_loan"})
    with pytest.raises(fineract.Refused, match="sell_loan"):
        Life(case).run()


def test_a_first_schedule_that_differs_is_told_by_its_row(shared: Path) -> None:
    path = shared / "data/loans/fineract/verified_initial_schedules.json"
    case = json.loads(path.read_text(encoding="utf-8"))[0]
    assert fineract.first_schedule(case) == ""
    case["rows"][2][4] = "85.15"
    assert fineract.first_schedule(case).startswith("row 2: expected 12 February 2024")


def test_overdue_principal_bears_interest_until_it_is_looked_at() -> None:
    rows = after([], date(2024, 2, 15), recalculates=True).rows
    assert [row.interest for row in rows[:2]] == [58, 53]
    assert [row.interest for row in after([], date(2024, 2, 15)).rows[:2]] == [58, 49]


def test_an_early_payment_bears_interest_to_its_day_or_to_the_end_of_its_period() -> None:
    early = [Receipt(date(2024, 1, 15), 17_01)]
    assert after(early, recalculates=True).rows[0].interest == 26
    assert after(early, recalculates=True, to_period_end=True).rows[0].interest == 58
    assert after(early).rows[0].interest == 58


@pytest.mark.parametrize("recalculates", [False, True])
def test_what_settles_the_loan_closes_it(recalculates: bool) -> None:
    day = date(2024, 2, 10)
    settles = payoff(terms(recalculates=recalculates), [Draw(START, 100_00)], day)
    closed = after([Receipt(day, settles)], day, recalculates=recalculates)
    assert (closed.status, closed.left, closed.overpaid) == ("closed", 0, 0)
    more = after([Receipt(day, settles + 5)], day, recalculates=recalculates)
    assert (more.status, more.overpaid) == ("overpaid", 5)
    less = after([Receipt(day, settles - 1)], day, recalculates=recalculates)
    assert (less.status, less.left) == ("active", 1)


@pytest.mark.parametrize(
    ("ahead", "paid"),
    [
        (Ahead.NEXT, [17_01, 17_01, 598, 0, 0, 0]),
        (Ahead.LAST, [17_01, 0, 0, 0, 599, 1700]),
        (Ahead.NEXT_LAST, [17_01, 17_01, 0, 0, 0, 598]),
        (Ahead.ALL_ALIKE, [17_01, 459, 460, 460, 460, 460]),
    ],
)
def test_where_a_payment_ahead_of_its_time_goes(ahead: Ahead, paid: list[int]) -> None:
    day = date(2024, 2, 1)
    rows = after([Receipt(day, 40_00, ahead=ahead)], day).rows
    assert sum(row.paid for row in rows) == 40_00
    assert [row.paid for row in rows] == paid


def test_orders_of_buckets() -> None:
    owed = [Charge(START, MONTHS[1], 100, "fee"), Charge(START, MONTHS[1], 50, "nsf", penalty=True)]
    first = ("interest", "principal", "penalty", "fee")
    for orders, split in (
        (Orders(), (50, 50, 0, 0)),
        (Orders(first, first, first), (0, 0, 58, 42)),
    ):
        done = after([*owed, Receipt(MONTHS[1], 100)], MONTHS[1], orders=orders)
        paid = done.transactions[-1]
        assert (paid.penalty, paid.fee, paid.interest, paid.principal) == split
    assert [paid for _, paid in after([*owed, Receipt(MONTHS[1], 120)]).charges] == [70, 50]


def test_a_payment_after_the_last_day_is_late() -> None:
    rows = after([Receipt(date(2024, 8, 1), 200_00)], date(2024, 8, 1)).rows
    assert all(row.late == row.paid and row.early == 0 for row in rows)


def test_pause_rate_terms_chargeback_and_the_ends() -> None:
    day = date(2024, 1, 20)
    assert after([Pause(day, date(2024, 1, 2), date(2024, 1, 10))]).rows[0].interest == 43
    halved = after([NewRate(day, MONTHS[2], Fraction(7, 200))]).rows
    assert [row.interest for row in halved[:4]] == [58, 49, 20, 15]
    longer = after([MoreTerms(day, MONTHS[1], 1)]).rows
    assert len(longer) == 7
    assert longer[1].principal + longer[1].interest < 17_01
    back = after([Receipt(MONTHS[1], 17_01), Chargeback(MONTHS[1], 17_01)], MONTHS[1])
    assert sum(row.left for row in back.rows) == sum(row.left for row in after([]).rows)
    free = after([ChargeOff(MONTHS[2], interest_free=True)], MONTHS[5], recalculates=True)
    assert [row.interest for row in free.rows[2:]] == [0] * 4
    gone = after([WriteOff(MONTHS[2])], MONTHS[2])
    assert (gone.left, gone.transactions[-1].principal) == (0, 100_00)


def test_what_was_overpaid_pays_for_the_next_draw_or_goes_back() -> None:
    settled = payoff(terms(), [Draw(START, 100_00)], START)
    over = [Receipt(START, settled + 30_00)]
    assert after(over).overpaid == 30_00
    back = after([*over, PaidBack(START, 30_00)])
    assert (back.overpaid, back.status) == (0, "closed")
    again = after([*over, Draw(MONTHS[1], 50_00)], MONTHS[1])
    assert (again.overpaid, again.status) == (0, "active")
    assert sum(row.paid for row in again.rows) == settled + 30_00


def test_a_second_draw_is_levelled_over_what_is_not_due_yet() -> None:
    twice = after([Draw(date(2024, 2, 15), 50_00)], date(2024, 2, 15)).rows
    assert [row.interest for row in twice[:2]] == [58, 49 + 15]
    assert len({row.principal + row.interest for row in twice[1:5]}) == 1
    paid_ahead = [Receipt(date(2024, 1, 20), 34_02), Draw(date(2024, 2, 15), 50_00)]
    ahead = after(paid_ahead, date(2024, 2, 15), recalculates=True).rows
    assert sum(row.principal for row in ahead) == 150_00
    assert ahead[2].principal + ahead[2].interest == twice[2].principal + twice[2].interest


def test_a_draw_inside_a_period_may_count_from_its_start() -> None:
    whole = after([Draw(date(2024, 2, 15), 50_00)], whole_periods=True)
    assert whole.draws[1] == (date(2024, 2, 15), 50_00)
    assert whole.rows[1].interest == 78


def test_a_down_payment_falls_due_with_its_draw() -> None:
    made = after([], down_payment_bps=2_500, down_payment_taken=True)
    assert (made.rows[0].due, made.rows[0].principal, made.rows[0].left) == (START, 25_00, 0)
    assert [done.kind for done in made.transactions] == ["disbursement", "down_payment"]
    assert sum(row.principal for row in made.rows) == 100_00


def test_what_comes_up_after_the_last_day_has_an_instalment_of_its_own() -> None:
    late, later = date(2024, 7, 10), date(2024, 7, 20)
    known = [Charge(START, late, 10_00, "fee"), Charge(START, later, 5_00, "fee")]
    settled = Receipt(date(2024, 7, 1), payoff(terms(), [Draw(START, 100_00)], MONTHS[6]))
    made = after([*known, settled, Chargeback(later, 7_00)], later)
    assert len(made.rows) == 7
    extra = made.rows[-1]
    assert (extra.due, extra.fee, extra.principal, extra.left) == (later, 15_00, 7_00, 22_00)
    assert sum(row.principal for row in made.rows) == 107_00
    paid = after([*known, settled, Chargeback(later, 7_00), Receipt(later, 22_00)], later)
    assert (paid.status, paid.transactions[-1].balance) == ("closed", 0)


@pytest.mark.parametrize("extra", Extra)
def test_what_is_paid_beyond_the_current_instalment(extra: Extra) -> None:
    paid = [Receipt(MONTHS[1], 40_00)]
    made = after(paid, MONTHS[1], cumulative=True, recalculates=True, extra=extra)
    assert made.rows[0].paid == 40_00
    assert sum(row.principal for row in made.rows) == 100_00
    totals = [row.principal + row.interest for row in made.rows]
    if extra is Extra.SHORTER:
        assert len(totals) == 5
        assert totals[1:4] == [17_01] * 3
    elif extra is Extra.LOWER:
        assert len(set(totals[1:5])) == 1
        assert totals[1] < 13_00
    else:
        assert totals[1] < totals[3] == 17_01


MOVES = st.lists(
    st.tuples(
        st.integers(1, 220),
        st.sampled_from(["receipt", "receipt", "charge", "draw", "chargeback"]),
        st.integers(1, 60_00),
        st.sampled_from(Ahead),
    ),
    max_size=8,
)


def events_of(moves: list[tuple[int, str, int, Ahead]]) -> list[Event]:
    events: list[Event] = [Draw(START, 100_00)]
    for days, kind, fen, ahead in sorted(moves, key=lambda move: move[:3]):
        day = START + timedelta(days=days)
        if kind == "receipt":
            events.append(Receipt(day, fen, ahead=ahead))
        elif kind == "charge":
            events.append(Charge(day, day, fen, "fee"))
        elif kind == "draw" and day < MONTHS[5]:
            events.append(Draw(day, fen))
        elif kind == "chargeback" and any(isinstance(e, Receipt) for e in events):
            events.append(Chargeback(day, min(fen, 1_00)))
    return events


@given(moves=MOVES, recalculates=st.booleans(), flat=st.booleans())
def test_whatever_happens_no_fen_is_made_or_lost(
    moves: list[tuple[int, str, int, Ahead]], recalculates: bool, flat: bool
) -> None:
    events = events_of(moves)
    end = START + timedelta(days=230)
    made = replay(terms(recalculates=recalculates, flat=flat), events, end)
    put_in = sum(event.fen for event in events if isinstance(event, Receipt))
    assert put_in == sum(row.paid for row in made.rows) + made.overpaid
    drawn = sum(event.fen for event in events if isinstance(event, Draw | Chargeback))
    assert sum(row.principal for row in made.rows) == drawn
    assert min(row.left for row in made.rows) >= 0
    for done in made.transactions:
        split = done.principal + done.interest + done.fee + done.penalty
        assert 0 <= split <= done.fen


@given(
    st.permutations(
        [Receipt(MONTHS[1], 17_01), Receipt(MONTHS[2], 10_00), Receipt(date(2024, 2, 20), 5_00)]
    )
)
def test_backdated_payments_replay_to_one_state(paid: list[Receipt]) -> None:
    in_order = sorted(paid, key=lambda receipt: receipt.day)
    first = after([*in_order], MONTHS[2], recalculates=True)
    assert after([*paid], MONTHS[2], recalculates=True) == first


def test_equal_dated_payments_commute() -> None:
    paid = [Receipt(MONTHS[1], 5_00), Receipt(MONTHS[1], 7_00), Receipt(MONTHS[1], 9_00)]
    states = {after(list(order), MONTHS[1], recalculates=True).rows for order in permutations(paid)}
    assert len(states) == 1
