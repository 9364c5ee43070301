"""Real sheets and quotes under the checks of an application, at each limit and one past it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from suixin.kernel.money import Money
from suixin.kernel.policy import load_policy
from suixin.lending.application_rules import costs_found, sheet_rules
from suixin.lending.origination import Application, Exposure, LoanRefusal, refusals
from suixin.lending.product import product_on, products_on
from suixin.lending.quote import Asked, quote

ON = date(2026, 6, 30)
POLICY = load_policy("origination").on(ON)


def asked_of(name: str, **changed: object) -> list[LoanRefusal]:
    """Why an application that fits the sheet of a product, but for the changes, is refused."""
    product = product_on(name, ON)
    rules = sheet_rules(product)
    application = Application(
        household="h-1",
        village_code="530826101201",
        amount_fen=product.amount_min_fen,
        term_days=rules.term_days_min,
        purpose=product.purposes[0],
        identity_proved=True,
        consents=frozenset({"credit"}),
        file_on=ON,
        sources_read=frozenset(product.reads),
        limit_left_fen=product.amount_max_fen + 1,
    )
    application = replace(application, **changed)
    made = quote(name, Money(product.amount_min_fen), ON)
    costs = costs_found(made.caps)
    found = refusals(application, rules, Exposure(), costs=costs, holds=(), policy=POLICY)
    return [LoanRefusal(no.why) for no in found]


@pytest.mark.mechanism("C05")
@pytest.mark.parametrize("name", list(products_on(ON)))
def test_what_fits_a_sheet_is_refused_by_nothing(name: str) -> None:
    assert asked_of(name) == []
    rules = sheet_rules(product_on(name, ON))
    assert asked_of(name, term_days=rules.term_days_max) == []
    assert asked_of(name, amount_fen=rules.amount_max_fen) == []


def test_one_past_the_sheet_is_refused_by_name() -> None:
    rules = sheet_rules(product_on("sales_flow", ON))
    above = rules.amount_max_fen + 1
    assert asked_of("sales_flow", amount_fen=above) == [LoanRefusal.AMOUNT_TOO_LARGE]
    longer = rules.term_days_max + 1
    assert asked_of("sales_flow", term_days=longer) == [LoanRefusal.TERM_TOO_LONG]
    assert asked_of("sales_flow", purpose="shares") == [LoanRefusal.PURPOSE_NOT_ALLOWED]


@pytest.mark.mechanism("E11")
def test_a_source_that_the_mode_may_not_read_is_refused() -> None:
    read = frozenset({*product_on("community_chain", ON).reads, "registry_facts"})
    assert asked_of("community_chain", sources_read=read) == [LoanRefusal.SOURCE_NOT_ALLOWED]


def test_a_cost_part_of_a_basis_point_above_its_cap_is_above_it() -> None:
    made = quote("sales_flow", Money(50_000_00), ON, Asked(rate_bps=1_200, lender="private"))
    cost = next(found for found in costs_found(made.caps) if found.rule == "R-LPR4")
    assert cost.cost_bps > cost.cap_bps == 1_200
    assert [refused.rule for refused in made.refusals] == ["R-LPR4"]
