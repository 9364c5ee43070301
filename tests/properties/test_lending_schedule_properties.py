"""What every schedule keeps, by whatever method and on whatever days."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import suixin.lending
from suixin.kernel.money import Rounding
from suixin.lending.cycle import Cycle, Shift, monday_to_friday
from suixin.lending.day_count import DayCount, year_fraction
from suixin.lending.methods.bullet import Bullet
from suixin.lending.methods.dividend_first import DividendFirst
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.equal_principal import EqualPrincipal
from suixin.lending.methods.flat import Flat
from suixin.lending.methods.interest_first import InterestFirst
from suixin.lending.methods.revolving import Revolving, demands
from suixin.lending.methods.sales_sweep import SalesSweep
from suixin.lending.methods.span import Method
from suixin.lending.schedule import Terms, schedule

METHODS: st.SearchStrategy[Method] = st.one_of(
    st.builds(EqualInstalment, st.sampled_from([1, 10, 100]), st.integers(0, 3)),
    st.builds(SalesSweep, st.integers(0, 20_000_00), st.just(2_000)),
    st.builds(Revolving, st.integers(1, 28)),
    st.builds(Flat, st.sampled_from([1, 100])),
    st.sampled_from([EqualPrincipal(), Bullet(), InterestFirst(), DividendFirst()]),
)
DAYS = st.dates(date(2000, 1, 1), date(2080, 1, 1))
TERMS = st.builds(
    Terms,
    st.integers(1, 1_000_000_00),
    st.integers(0, 3_600),
    method=METHODS,
    times=st.integers(1, 36),
    cycle=st.sampled_from([Cycle(1, "M"), Cycle(2, "W"), Cycle(1, "Q"), Cycle(30, "D")]),
    day_count=st.sampled_from(DayCount),
    rounding=st.sampled_from(["half_up", "half_even"]),
    shift=st.sampled_from(Shift),
)


@given(terms=TERMS, on=DAYS)
def test_principals_sum_to_the_loan_and_days_to_its_length(terms: Terms, on: date) -> None:
    made = schedule(terms, on, is_working=monday_to_friday)
    assert sum(row.principal_fen for row in made.rows) == terms.principal_fen
    assert made.rows[-1].balance_fen == 0
    assert sum(row.days for row in made.rows) == (made.end - on).days
    assert [row.due for row in made.rows] == sorted({row.due for row in made.rows})
    balance = terms.principal_fen
    for number, row in enumerate(made.rows, start=1):
        assert (row.number, row.balance_fen) == (number, balance - row.principal_fen)
        assert row.days > 0
        assert min(row.principal_fen, row.interest_fen) >= 0
        assert terms.shift is Shift.NONE or monday_to_friday(row.due)
        balance = row.balance_fen


@given(
    principal=st.integers(1, 1_000_000_00),
    rate=st.integers(0, 3_600),
    times=st.integers(1, 36),
    on=DAYS,
    rounding=st.sampled_from(["half_up", "half_even"]),
)
def test_interest_is_within_half_a_fen_a_period_of_the_exact(
    principal: int, rate: int, times: int, on: date, rounding: Rounding
) -> None:
    terms = Terms(principal, rate, method=EqualPrincipal(), times=times, rounding=rounding)
    since, balance = on, principal
    for row in schedule(terms, on).rows:
        part = year_fraction(DayCount.ACT_365, since, row.due)
        exact = balance * Fraction(rate, 10_000) * part
        assert abs(row.interest_fen - exact) <= Fraction(1, 2)
        since, balance = row.due, row.balance_fen


@given(principal=st.integers(100, 1_000_000_00), rate=st.integers(0, 3_600), on=DAYS)
def test_a_dearer_rate_never_costs_less(principal: int, rate: int, on: date) -> None:
    def cost(bps: int) -> int:
        terms = Terms(principal, bps, method=EqualPrincipal(), times=12)
        return schedule(terms, on).interest_fen

    assert cost(rate) <= cost(rate + 50)


@pytest.mark.mechanism("E06")
@given(
    draws=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 10_000_00)), min_size=1),
    rate=st.integers(1, 3_600),
    asked=st.lists(st.integers(301, 700), min_size=1, unique=True),
)
def test_demands_ask_in_all_what_one_demand_would(
    draws: list[tuple[int, int]], rate: int, asked: list[int]
) -> None:
    start = date(2026, 1, 1)
    moved = [(start + timedelta(days=days), fen) for days, fen in draws]
    days = [start + timedelta(days=day) for day in sorted(asked)]
    assert sum(demands(moved, days, rate_bps=rate)) == sum(
        demands(moved[::-1], days[-1:], rate_bps=rate)
    )


LENDING = Path(suixin.lending.__file__).parent
# Where amounts are reckoned, whole numbers are never divided but by // or a named rounding.
RECKONING = ("methods/", "progressive/", "schedule.py", "schedules.py", "day_count.py")
PATHS = [str(path.relative_to(LENDING)) for path in sorted(LENDING.rglob("*.py"))]


@pytest.mark.parametrize("name", [name for name in PATHS if name != "cost.py"])
def test_no_float_touches_money_but_in_the_solver(name: str) -> None:
    nodes = list(ast.walk(ast.parse((LENDING / name).read_text(encoding="utf-8"))))
    floats = [
        node.lineno
        for node in nodes
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in ("float64", "float32"))
    ]
    divided = [
        node.lineno
        for node in nodes
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    ]
    assert floats == []
    assert not (divided and name.startswith(RECKONING))
