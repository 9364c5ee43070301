"""Limits by the case table, and what the table cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.file import Terms
from suixin.credit.limit import LimitInput, limit
from suixin.credit.sales_ahead import Sales, base_month, reaching_tenor
from suixin.credit.terms_rules import TermsRules, open_products, segment
from suixin.credit.words import STEPS, step_words
from suixin.kernel.parameter import NotInForce
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import WORDING, Refusal

DAY = date(2026, 6, 15)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/credit_limit.yaml").read_text(encoding="utf-8")
)
GRADES = ("AAA", "AA", "A", "BBB", "BB", "B")


def rules_on(day: date = DAY) -> TermsRules:
    return TermsRules.from_policy(load_policy("terms").on(day), load_policy("law").on(day))


RULES = rules_on()


def months(runs: list[list[int]]) -> tuple[int, ...]:
    return tuple(fen for count, fen in runs for _ in range(count))


def ask(case: dict[str, Any]) -> LimitInput:
    sales = Sales(case.get("day", DAY), months(case["months"]), frozenset(case.get("season", ())))
    return LimitInput(
        product=case.get("product", "sales_flow"),
        status=case.get("status", "scored"),
        grade=case.get("grade", "BBB"),
        sales=sales,
        this_month_fen=case.get("this_month", 0),
        session_fen=tuple(case.get("sessions", ())),
        backing_fen=case.get("backing", 0),
        other_income_fen_month=case.get("other_income", 0),
        living_cost_fen_month=case.get("living_cost"),
        debt_service_fen_month=case.get("debt_service", 0),
        debt_elsewhere_fen=case.get("debt_elsewhere", 0),
        limit_30d_ago_fen=case.get("limit_30d_ago"),
        drawn_fen=case.get("drawn", 0),
        flags=frozenset(case.get("flags", ())),
        store_rating=case.get("store_rating"),
        guaranteed=case.get("guaranteed", False),
        caps=case.get("caps", {}),
    )


def rules_for(case: dict[str, Any]) -> TermsRules:
    """The packaged sheets; with the case's tenor, and one sheet that the worked example names."""
    sheets = dict(RULES.products)
    flow, streamer = sheets["sales_flow"], sheets["streamer_guaranteed"]
    sheets["flow_by_instalments"] = replace(streamer, alpha=flow.alpha)
    if "tenor" in case:
        with_tenor = [
            {**row, "tenor_days": case["tenor"]} for row in load_policy("terms").on(DAY)["products"]
        ]
        terms = load_policy("terms").on(DAY)
        setting = replace(terms.setting("products"), value=tuple(with_tenor))
        terms = replace(terms, settings={**terms.settings, "products": setting})
        sheets = dict(TermsRules.from_policy(terms, load_policy("law").on(DAY)).products)
    return replace(RULES, products=sheets)


def seen(found: Terms) -> dict[str, Any]:
    return {
        "base": found.base_fen,
        "capacity": found.capacity_fen,
        "target": found.target_fen,
        "limit": found.limit_fen,
        "binding": found.binding,
        "rate": found.rate_bps,
        "tenor": found.tenor_days,
        "refusal": None if found.refusal is None else found.refusal.value,
        "available": dict(found.steps).get("available"),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_limit(case: dict[str, Any]) -> None:
    found = seen(limit(ask(case), rules_for(case)))
    expected = {"refusal": None, **case["expect"]}
    assert {name: found[name] for name in expected} == expected


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.mechanism("A01")
@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_household_without_collateral_or_record_gets_a_limit_or_a_reasoned_refusal(
    refusal: Refusal,
) -> None:
    """Platform data alone: a thin file gets its small limit, and every refusal says why."""
    thin = limit(ask({"status": "thin_file", "months": [[3, 9_000_00]]}), RULES)
    assert (thin.limit_fen, thin.rate_bps, thin.refusal) == (2_700_00, 1050, None)
    wording = WORDING[refusal]
    assert wording.zh
    assert wording.en


@pytest.mark.mechanism("B03")
def test_the_two_usual_grounds_of_refusal_are_flags_and_close_only_what_needs_them() -> None:
    assert segment(collateral=False, credit_record=True) == ("NO_COLLATERAL",)
    assert segment(collateral=True, credit_record=False) == ("NO_CREDIT_RECORD",)
    assert segment(collateral=True, credit_record=True) == ()
    assert "warehouse" not in open_products(RULES, had=["group", "guarantor"])
    assert open_products(RULES, had=["group"]) == ("sales_flow", "community_chain")
    assert "warehouse" in open_products(RULES, had=["collateral"])


@pytest.mark.mechanism("A04")
def test_a_cycle_repaid_and_sold_raises_the_next_limit_step_by_step() -> None:
    """Loan, production, sales, data: what the loan let grow moves the next limit, 20 % a step."""
    asked = ask({"months": [[12, 8_000_00]]})
    first = limit(asked, RULES)
    grown = Sales(DAY, months([[6, 8_000_00], [6, 14_000_00]]))
    second = limit(replace(asked, sales=grown, limit_30d_ago_fen=first.limit_fen), RULES)
    third = limit(replace(asked, sales=grown, limit_30d_ago_fen=second.limit_fen), RULES)
    found = [(terms.limit_fen, terms.binding) for terms in (first, second, third)]
    assert found == [(12_000_00, "alpha"), (14_400_00, "step"), (16_500_00, "alpha")]


@pytest.mark.mechanism("F07")
def test_small_short_and_repeated_loans_are_served() -> None:
    """From 500.00, for 30 days on a live slot; what is repaid may be drawn again."""
    assert RULES.least_fen == 500_00
    assert min(sheet.tenor_days for sheet in RULES.products.values()) == 30
    drawn = limit(ask({"months": [[12, 8_000_00]], "drawn": 12_000_00}), RULES)
    repaid = limit(ask({"months": [[12, 8_000_00]], "drawn": 0}), RULES)
    assert dict(drawn.steps)["available"] == 0
    assert dict(repaid.steps)["available"] == 12_000_00


def turned(year: dict[int, int], day: date, count: int) -> tuple[int, ...]:
    """Sales of the last complete months before a day, by what each calendar month sells."""
    first = day.month - 1 - count
    return tuple(year.get((first + k) % 12 + 1, 0) for k in range(count))


SEASONS = {
    "apples": (9, 10, 11, 12, 1),
    "spring tea": (3, 4, 5, 6),
    "garlic": (5, 6, 7, 8),
    "one month": (10,),
    "two harvests": (4, 5, 10, 11),
}


@pytest.mark.parametrize("product", ["sales_flow", "village_live", "streamer_guaranteed"])
@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("lived", [12, 24, 30])
def test_a_seasonal_grower_is_lent_as_a_flat_shop_of_equal_yearly_sales(
    season: str, product: str, lived: int
) -> None:
    """On any day of the year, in every grade: at least 95 % of the flat shop's limit."""
    in_season = SEASONS[season]
    year = dict.fromkeys(in_season, 240_000_00 // len(in_season))
    for day in (date(2026, month, at) for month in range(1, 13) for at in (1, 15, 28)):
        flat = Sales(day, (20_000_00,) * lived)
        grower = Sales(day, turned(year, day, lived), frozenset(in_season))
        for grade in GRADES:
            asked = LimitInput(product=product, status="scored", grade=grade, sales=flat)
            even = limit(asked, RULES)
            seasonal = limit(replace(asked, sales=grower), RULES)
            assert seasonal.limit_fen >= 0.95 * even.limit_fen, (day, grade, seasonal)
            assert 180 <= seasonal.tenor_days <= 365
            assert seasonal.rate_bps == even.rate_bps


@pytest.mark.parametrize(
    ("day", "days"),
    [
        # From April to September one month of season sells a fifth of the year; half is needed, so
        # on to November; then to the season's end, 305 days ahead, and 30 to settle.
        (date(2026, 4, 1), 335),
        (date(2026, 7, 1), 180),
        # From March the season ends 336 days ahead, and 30 to settle would pass the year.
        (date(2026, 3, 1), 365),
    ],
)
def test_a_seasonal_tenor_ends_after_the_season_that_repays_it(day: date, days: int) -> None:
    season = frozenset({9, 10, 11, 12, 1})
    grower = Sales(day, turned(dict.fromkeys(season, 24_000_00), day, 24), season)
    assert reaching_tenor(grower, 180, RULES) == days


def test_a_seasonal_tenor_is_never_shorter_than_the_products() -> None:
    grower = Sales(date(2026, 10, 1), (10_000_00,) * 12, frozenset({10}))
    assert reaching_tenor(grower, 365, RULES) == 365


def test_growth_of_a_grower_is_read_in_season_only() -> None:
    """Three months of odd jars out of season say nothing about the next harvest."""
    season = frozenset({10, 11, 12})
    year = {2: 100_00, 3: 100_00, 4: 100_00, **dict.fromkeys(season, 30_000_00)}
    day = date(2026, 5, 10)
    steady = Sales(day, turned(year, day, 24), season)
    odd = Sales(day, (*steady.monthly_fen[:-3], 900_00, 900_00, 900_00), season)
    asked = LimitInput(product="sales_flow", status="scored", grade="A", sales=steady)
    assert limit(replace(asked, sales=odd), RULES).capacity_fen == (
        limit(asked, RULES).capacity_fen
    )


def test_a_season_is_lived_when_every_month_of_it_was() -> None:
    season = frozenset({9, 10, 11, 12, 1})
    four = Sales(date(2026, 1, 20), (25_000_00,) * 4, season)
    five = Sales(date(2026, 2, 20), (25_000_00,) * 5, season)
    assert not four.lived_a_season
    assert five.lived_a_season
    assert base_month(five, RULES) == round(125_000_00 / 12)


def test_every_step_has_a_name_in_both_languages() -> None:
    labels = set()
    for case in CASES:
        labels |= {label for label, _ in limit(ask(case), rules_for(case)).steps}
    assert labels <= set(STEPS)
    assert all(step_words(label).zh and step_words(label).en for label in labels)


def test_a_product_without_a_sheet_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        limit(ask({"months": [[12, 1]], "product": "nothing"}), RULES)


def changed(name: str, value: Any) -> TermsRules:
    """The packaged terms with one parameter's value changed, as an institution might."""
    terms = load_policy("terms").on(DAY)
    setting = replace(terms.setting(name), value=value)
    terms = replace(terms, settings={**terms.settings, name: setting})
    return TermsRules.from_policy(terms, load_policy("law").on(DAY))


def sheets(**new: Any) -> tuple[dict[str, Any], ...]:
    first, *rest = load_policy("terms").on(DAY)["products"]
    return ({**first, **new}, *rest)


@pytest.mark.parametrize(
    ("day", "cap_fen"), [(date(2026, 12, 31), 5_000_00), (date(2027, 1, 1), 8_000_00)]
)
def test_a_change_of_the_terms_holds_from_its_day(tmp_path: Path, day: date, cap_fen: int) -> None:
    (tmp_path / "terms.yaml").write_text(
        """
limit.thin:
  description: Limit of a thin file
  unit: fen, share of one
  values:
    2000-01-01: {value: {cap_fen: 500000, share: 0.3}, reference: first, confidence: house}
    2027-01-01: {value: {cap_fen: 800000, share: 0.3}, reference: second, confidence: house}
""",
        encoding="utf-8",
    )
    terms = load_policy("terms", tmp_path).on(day)
    rules = TermsRules.from_policy(terms, load_policy("law").on(day))
    thin = ask({"status": "thin_file", "months": [[3, 90_000_00]], "day": day})
    assert limit(thin, rules).limit_fen == cap_fen


def test_before_the_first_terms_nothing_is_guessed() -> None:
    with pytest.raises(NotInForce):
        rules_on(date(1999, 12, 31))


def test_an_eighth_product_needs_no_code() -> None:
    rows = load_policy("terms").on(DAY)["products"]
    eighth = {**rows[0], "product": "egg_flow", "tenor_days": 90, "cap_fen": 3_000_00}
    rules = changed("products", (*rows, eighth))
    found = limit(ask({"product": "egg_flow", "months": [[12, 8_000_00]]}), rules)
    assert (found.tenor_days, found.limit_fen, found.binding) == (90, 3_000_00, "cap_product")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"mode": "moon"}, "products.sales_flow: no price is given for the mode moon"),
        ({"alpha": "moon"}, "products.sales_flow: limit.alpha has no row moon"),
        (
            {"base": "moon"},
            "products.sales_flow: base moon is none of sales, sessions, order, pledge",
        ),
        (
            {"capacity": "moon"},
            "products.sales_flow: capacity moon is none of sales, instalment, none",
        ),
    ],
)
def test_a_sheet_that_names_what_is_not_there(new: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed("products", sheets(**new))


def test_a_multiple_finer_than_four_decimals_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than four decimals"):
        changed("limit.thin", {"cap_fen": 5_000_00, "share": 0.33333})


def test_a_grade_with_a_multiple_and_no_price_is_refused() -> None:
    alpha = load_policy("terms").on(DAY)["limit.alpha"]
    more = {**alpha, "flow": {**alpha["flow"], "CCC": 0.1}}
    with pytest.raises(ValueError, match="the grades with a multiple are not those with a price"):
        changed("limit.alpha", more)
