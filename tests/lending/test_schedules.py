"""Many schedules at once are the schedules of each alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import schedules as bench_schedules
from suixin.data.errors import InputError
from suixin.kernel.day import date_of, epoch_day
from suixin.kernel.money import Rounding
from suixin.lending.day_count import DayCount
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.equal_principal import EqualPrincipal
from suixin.lending.methods.interest_first import InterestFirst
from suixin.lending.methods.span import Method
from suixin.lending.schedule import Terms, schedule
from suixin.lending.schedules import Loans, schedules

METHODS: dict[str, Method] = {
    "equal_instalment": EqualInstalment(),
    "equal_principal": EqualPrincipal(),
    "interest_first": InterestFirst(),
}
LOAN = st.tuples(
    st.integers(1, 1_000_000_00),
    st.integers(0, 3_600),
    st.integers(1, 60),
    st.dates(date(1999, 1, 1), date(2090, 1, 1)).map(epoch_day),
)


def loans_of(rows: list[tuple[int, int, int, int]]) -> Loans:
    columns = np.array(rows, np.int64).reshape(-1, 4)
    return Loans(*(np.ascontiguousarray(columns[:, k]) for k in range(4)))


@given(
    rows=st.lists(LOAN, min_size=1, max_size=6),
    name=st.sampled_from(sorted(METHODS)),
    day_count=st.sampled_from(DayCount),
    rounding=st.sampled_from(["half_up", "half_even"]),
)
def test_each_row_is_the_schedule_of_its_loan_alone(
    rows: list[tuple[int, int, int, int]], name: str, day_count: DayCount, rounding: Rounding
) -> None:
    made = schedules(loans_of(rows), name, day_count=day_count, rounding=rounding)
    for place, (principal, rate, months, start) in enumerate(rows):
        terms = Terms(
            principal,
            rate,
            method=METHODS[name],
            times=months,
            day_count=day_count,
            rounding=rounding,
        )
        alone = schedule(terms, date_of(start)).rows
        assert made.due[place, :months].tolist() == [epoch_day(row.due) for row in alone]
        assert made.principal_fen[place, :months].tolist() == [r.principal_fen for r in alone]
        assert made.interest_fen[place, :months].tolist() == [r.interest_fen for r in alone]
        assert made.balance_fen[place, :months].tolist() == [r.balance_fen for r in alone]
        for column in (made.due, made.principal_fen, made.interest_fen, made.balance_fen):
            assert not column[place, months:].any()


def test_no_loans_have_no_schedules() -> None:
    assert schedules(loans_of([])).due.shape == (0, 0)


@pytest.mark.parametrize("row", [(0, 0, 1, 0), (1, -1, 1, 0), (1, 0, 0, 0)])
def test_a_row_that_makes_no_loan_is_refused(row: tuple[int, int, int, int]) -> None:
    with pytest.raises(InputError, match="makes no loan"):
        loans_of([row])


def test_columns_of_other_types_or_lengths_are_refused() -> None:
    ints = np.array([1, 1])
    with pytest.raises(InputError, match="not of whole numbers"):
        Loans(ints, ints, ints, np.array([0.0, 1.0]))
    with pytest.raises(InputError, match="not one length"):
        Loans(ints, ints, ints, ints[:1])


def test_what_bulk_cannot_hold_is_refused_instead_of_wrapped() -> None:
    huge = loans_of([(10**16, 3_600, 12, 20_000)])
    with pytest.raises(InputError, match="leaves 64 bits"):
        schedules(huge)
    with pytest.raises(InputError, match="not made in bulk"):
        schedules(loans_of([(1, 1, 1, 1)]), "bullet")
    far = loans_of([(1, 1, 1, epoch_day(date(2199, 12, 31)))])
    with pytest.raises(InputError, match="1970 to 2199"):
        schedules(far, day_count=DayCount.ACT_ACT)


def test_the_benchmark_finds_no_difference() -> None:
    assert "differing=0" in bench_schedules.main(["--loans", "300"])
