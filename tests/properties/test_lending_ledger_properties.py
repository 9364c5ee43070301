"""What books always keep, whatever is posted, pending, voided or taken back, in any order."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.ledger import Scope, Standing
from suixin.lending.transaction import Dimensions, Posting, Transaction, reversal

DAY = date(2026, 6, 30)
CODES = ("1001", "1101", "1102", "2001", "4001")
days = st.integers(0, 20).map(lambda number: DAY + timedelta(days=number))


@st.composite
def transactions(draw: st.DrawFn) -> list[Transaction]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        fens = draw(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=4))
        codes = draw(st.lists(st.sampled_from(CODES), min_size=len(fens), max_size=len(fens)))
        about = Dimensions(f"a-{draw(st.integers(0, 2))}")
        postings = [Posting(code, fen, about) for code, fen in zip(codes, fens, strict=True)]
        postings.append(Posting("2001", -sum(fens), about))
        made.append(Transaction(f"t-{number}", draw(days), draw(days), tuple(postings)))
    return made


@given(made=transactions(), value=days, booked=days, order=st.randoms(use_true_random=False))
def test_every_day_sums_to_zero_and_order_does_not_matter(
    made: list[Transaction], value: date, booked: date, order: Random
) -> None:
    first, second = Books(chart_on(DAY)), Books(chart_on(DAY))
    for one in made:
        first.post(one)
    shuffled = [*made, *made]  # Sent twice.
    order.shuffle(shuffled)
    for one in shuffled:
        second.post(one)
    for scope in (
        Scope(),
        Scope(valued_through=value),
        Scope(booked_through=booked),
        Scope(agreement="a-1", valued_through=value, booked_through=booked),
    ):
        found = first.balances(scope)
        assert sum(found.values()) == 0
        assert found == second.balances(scope)
        for code in found:
            assert first.balance(code, scope) == found[code]
            lines = first.statement(code, scope)
            assert lines[-1].balance_fen == found[code] == sum(line.fen for line in lines)


@given(made=transactions(), picks=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_what_is_taken_back_or_voided_leaves_nothing(
    made: list[Transaction], picks: list[int]
) -> None:
    books, kept = Books(chart_on(DAY)), Books(chart_on(DAY))
    last = DAY + timedelta(days=30)
    for one, pick in zip(made, picks, strict=False):
        if pick == 0:
            books.post(one)
            kept.post(one)
        elif pick == 1:
            books.post(one)
            books.post(reversal(one, key=f"{one.key}-back", value_on=one.value_on, booked_on=last))
        elif pick == 2:
            books.pend(one)
            books.void(one.key, booked_on=last)
            assert books.standing(one.key) is Standing.VOIDED
        else:
            books.pend(one)
            books.confirm(one.key, value_on=one.value_on, booked_on=last)
            kept.post(one)
    found = {code: fen for code, fen in books.balances().items() if fen}
    assert found == {code: fen for code, fen in kept.balances().items() if fen}
    assert books.waiting() == ()


@given(fens=st.lists(st.integers(-1000, 1000), min_size=1, max_size=5).filter(sum))
def test_what_does_not_sum_to_zero_cannot_be_made(fens: list[int]) -> None:
    with pytest.raises(InputError, match="not to 0"):
        Transaction("t", DAY, DAY, tuple(Posting("1101", fen) for fen in fens))
