"""The ladder of products: by its table of cases, and never an instalment above the forecast."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.forecast import AheadRules
from suixin.credit.ladder import WORDING, Fit, cash_flow, ladder
from suixin.credit.limit import LimitInput
from suixin.credit.sales_ahead import Sales
from suixin.credit.sheets import policy_on

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/ladder.yaml").read_text("utf-8"))
DAY = date(2026, 11, 24)
POLICY = policy_on(DAY, None)
RULES = AheadRules.from_policy(POLICY)
ORDER = POLICY["ladder.order"]


def asked(sales: Sales, **known: Any) -> LimitInput:
    return LimitInput(
        **{"product": "", "status": "scored", "grade": "BBB", "sales": sales, **known}
    )


@pytest.mark.mechanism("B10")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_ladder(case: dict[str, Any]) -> None:
    months = tuple(fen * 100 for count, fen in case["months"] for _ in range(count))
    known = {key: case[key] for key in ("status", "grade") if key in case}
    ask = asked(
        Sales(DAY, months, frozenset(case.get("season", ()))),
        drawn_fen=100 * case.get("drawn", 0),
        **known,
    )
    found = ladder(ask, RULES, order=ORDER, had=case.get("had", ()))
    told = {one.product: [one.fit.value, one.amount_fen / 100] for one in found.rungs}
    assert {product: told[product] for product in case["rungs"]} == case["rungs"]
    if "suggested" in case:
        assert (found.suggested.product if found.suggested else None) == case["suggested"]
    if "next" in case:
        assert found.next is not None
        assert found.next.product == case["next"]


def test_every_product_of_the_policy_is_a_rung_with_words() -> None:
    assert set(ORDER) == set(RULES.terms.products)
    assert set(WORDING) == set(Fit)


def test_a_rung_says_what_is_missing() -> None:
    found = ladder(asked(Sales(DAY, (900_00,) * 12)), RULES, order=["warehouse", "no_such_product"])
    [rung] = found.rungs
    assert (rung.missing, rung.fit) == (("collateral",), Fit.NEEDS_MORE)
    assert found.next == rung


@pytest.mark.mechanism("B10")
@given(
    months=st.lists(st.integers(0, 80_000_00), max_size=24),
    season=st.sampled_from([frozenset(), frozenset({10, 11, 12, 1})]),
    grade=st.sampled_from(["AAA", "BBB", "B", "CCC"]),
    debt=st.integers(0, 5_000_00),
    drawn=st.integers(0, 20_000_00),
)
def test_nothing_suggested_falls_due_above_the_forecast(
    months: list[int], season: frozenset[int], grade: str, debt: int, drawn: int
) -> None:
    ask = asked(
        Sales(DAY, tuple(months), season), grade=grade, debt_service_fen_month=debt, drawn_fen=drawn
    )
    had = ["group", "guarantor", "parcel_check", "live_sessions", "verified_order"]
    for rung in ladder(ask, RULES, order=ORDER, had=had).rungs:
        assert rung.amount_fen == 0 or rung.amount_fen >= RULES.terms.least_fen
        if rung.amount_fen and rung.cash_flow_fen is not None:
            assert rung.due_fen <= rung.cash_flow_fen


def test_instalments_are_held_to_the_poorest_month_and_sales_to_their_sum() -> None:
    year = (10_000_00,) * 11 + (6_000_00,)
    even = asked(Sales(DAY, year), product="community_chain")
    # December last year is the poorest of none: November's 6,000 falls in the twelfth month ahead.
    assert cash_flow(even, 30, RULES) == (10_000_00 + 26_000_00 // 3) // 2 * 35 // 100 - 1_500_00
