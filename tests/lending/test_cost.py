"""The all-in yearly cost, by worked examples and against an exact bisection."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.caps import CostRefusal, cap_tests, caps_on
from suixin.lending.cost import (
    Flow,
    annual_cost,
    band_figure,
    flows,
    simple_rate,
    worth_exactly,
)
from suixin.lending.cost_table import penalty_fen
from suixin.lending.day_count import DayCount
from suixin.lending.schedule import Schedule, Terms, schedule

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/lending_cost.yaml").read_text(encoding="utf-8")
)
START = date(2026, 3, 15)


def example() -> Schedule:
    return schedule(Terms(30_000_00, 960, times=6, day_count=DayCount.THIRTY_360), START)


def bisected(of: list[Flow]) -> Decimal:
    """The yearly cost in percent by halving alone, in decimals of fifty digits."""
    low, high = Decimal(0), Decimal(1_000)
    while high - low > Decimal("1e-12"):
        middle = (low + high) / 2
        low, high = (middle, high) if worth_exactly(of, middle) < 0 else (low, middle)
    return high * 100


@pytest.mark.mechanism("E14")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_yearly_cost_and_band_figure(case: dict[str, Any]) -> None:
    made = example()
    all_in = annual_cost(flows(made, case["fee_fen"]))
    band = band_figure(960, all_in, annual_cost(flows(made, fees=False)))
    assert (f"{all_in:.2f}", f"{band:.2f}") == (case["all_in"], case["band"])
    caps = caps_on(load_policy("cost").on(START), load_policy("law").on(START))
    loan = {"mode": "platform", "lender": "licensed", "guarantor": ""}
    tests = cap_tests(caps, loan, {"all_in": all_in, "band": band})
    refused = [test.refusal.why for test in tests if test.refusal is not None]
    assert refused == ([case["refused"]] if "refused" in case else [])


@given(
    principal=st.integers(500_00, 500_000_00),
    rate=st.integers(0, 3_600),
    times=st.integers(1, 24),
    fee_bps=st.integers(0, 1_000),
)
def test_the_solver_holds_to_an_exact_bisection(
    principal: int, rate: int, times: int, fee_bps: int
) -> None:
    made = schedule(Terms(principal, rate, times=times), START)
    real = flows(made, principal * fee_bps // 10_000)
    assert abs(annual_cost(real) - bisected(list(real))) <= Decimal("0.0001")


def test_a_loan_without_any_cost_costs_nothing() -> None:
    assert annual_cost(flows(schedule(Terms(100_00, 0, times=3), START))) == 0
    assert simple_rate(schedule(Terms(100_00, 0, times=3), START)) == 0


@pytest.mark.parametrize("upfront", [100_00, 100_01])
def test_a_fee_that_eats_the_loan_has_no_yearly_cost(upfront: int) -> None:
    with pytest.raises(InputError, match="no yearly cost"):
        annual_cost(flows(schedule(Terms(100_00, 0), START), upfront))


def test_a_cost_beyond_measure_says_so() -> None:
    tomorrow = START + timedelta(days=1)
    with pytest.raises(InputError, match="beyond every measure"):
        annual_cost([Flow(START, 1_00), Flow(tomorrow, -2_00)])


def test_paying_back_less_than_was_received_has_no_cost() -> None:
    with pytest.raises(InputError, match="less is paid back"):
        annual_cost([Flow(START, 100), Flow(START + timedelta(days=30), -99)])


def test_penalty_by_the_worked_example() -> None:
    assert penalty_fen(4_940_14, 17, rate_bps=960, penalty_bps=15_000) == 33_13
    assert penalty_fen(4_940_14, 0, rate_bps=960, penalty_bps=15_000) == 0


def test_a_simple_rate_counts_what_is_held_and_how_long() -> None:
    made = example()
    assert f"{simple_rate(made):.2f}" == "9.54"
    assert f"{simple_rate(made, 300_00):.2f}" == "12.92"


ON = date(2026, 6, 30)


def refused_by(day: date, loan: dict[str, str], all_in: str, band: str = "10") -> list[str]:
    caps = caps_on(load_policy("cost").on(day), load_policy("law").on(day))
    found = {"all_in": Decimal(all_in), "band": Decimal(band)}
    return [
        f"{test.refusal.why} {test.refusal.rule}"
        for test in cap_tests(caps, {"mode": "platform", "guarantor": "", **loan}, found)
        if test.refusal is not None
    ]


@pytest.mark.mechanism("C05")
@pytest.mark.parametrize(
    ("lender", "all_in", "refused"),
    [
        ("licensed", "24.0000", []),
        ("licensed", "24.0001", ["above_cap R-AL2"]),
        ("private", "12.0000", []),
        ("private", "12.0001", ["above_cap R-LPR4"]),
        ("microloan", "24.0001", ["above_cap R-MC over R-AL2"]),
    ],
)
def test_caps_at_the_limit_and_one_past_it(lender: str, all_in: str, refused: list[str]) -> None:
    assert refused_by(ON, {"lender": lender}, all_in) == refused


def test_the_narrower_scope_decides_and_the_refusal_names_both() -> None:
    backed = {"lender": "licensed", "guarantor": "agricultural_guarantee"}
    assert refused_by(ON, backed, "8.0000") == []
    assert refused_by(ON, backed, "8.0001") == ["above_cap R-G4 over R-AL2"]


def test_a_cap_holds_from_its_day() -> None:
    before, on = date(2025, 5, 19), date(2025, 5, 20)  # The LPR falls from 3.10 to 3.00.
    private = {"lender": "private"}
    assert refused_by(before, private, "12.4") == []
    assert refused_by(on, private, "12.4") == ["above_cap R-LPR4"]
    micro = {"lender": "microloan"}
    assert refused_by(date(2025, 11, 30), micro, "24.1") == ["above_cap R-AL2"]
    assert refused_by(date(2025, 12, 1), micro, "24.1") == ["above_cap R-MC over R-AL2"]


@pytest.mark.mechanism("E14")
@pytest.mark.parametrize(
    ("mode", "band", "refused"),
    [
        ("platform", "9.0000", []),
        ("platform", "8.9999", ["below_band E14"]),
        ("platform", "12.0000", []),
        ("platform", "12.0001", ["above_band E14"]),
        ("government", "8.0001", ["above_band E14"]),
        ("community", "15.0000", []),
        ("community", "9.9999", ["below_band E14"]),
    ],
)
def test_the_band_of_each_mode(mode: str, band: str, refused: list[str]) -> None:
    assert refused_by(ON, {"lender": "licensed", "mode": mode}, "12", band) == refused


def test_every_cap_tells_its_confidence_and_reference() -> None:
    caps = caps_on(load_policy("cost").on(ON), load_policy("law").on(ON))
    assert {cap.confidence for cap in caps} <= {"S", "S2", "M", "paper", "house"}
    lpr = next(cap for cap in caps if cap.rule == "R-LPR4")
    assert "法释〔2020〕17号" in lpr.reference
    assert "LPR" in lpr.reference
    assert [why.value for why in CostRefusal] == ["above_cap", "below_band", "above_band"]
