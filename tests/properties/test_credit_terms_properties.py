"""What must hold of limit and price for any subject."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.file import Terms
from suixin.credit.limit import LimitInput, limit
from suixin.credit.price import price
from suixin.credit.sales_ahead import Sales, base_month, expected_months, reaching_tenor
from suixin.credit.terms_rules import TermsRules
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Refusal

DAY = date(2026, 6, 15)
LAW = load_policy("law").on(DAY)
RULES = TermsRules.from_policy(load_policy("terms").on(DAY), LAW)
GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D")
LENDING = GRADES[:6]

fen = st.integers(0, 400_000_00)
# A limit once granted is a whole number of hundreds, at least the least one.
limits = st.integers(5, 4_000).map(lambda hundreds: hundreds * 100_00)
days = st.integers(0, 364).map(lambda ahead: date(2026, 1, 1) + timedelta(days=ahead))
sales = st.builds(
    Sales,
    days,
    st.lists(fen, max_size=30).map(tuple),
    st.frozensets(st.integers(1, 12), max_size=12),
)
asks = st.builds(
    LimitInput,
    product=st.sampled_from(sorted(RULES.products)),
    status=st.sampled_from(["scored", "thin_file", "no_facts"]),
    grade=st.sampled_from(GRADES),
    sales=sales,
    this_month_fen=fen,
    session_fen=st.lists(fen, max_size=8).map(tuple),
    backing_fen=fen,
    other_income_fen_month=st.integers(0, 20_000_00),
    living_cost_fen_month=st.none() | st.integers(0, 9_000_00),
    debt_service_fen_month=st.integers(0, 9_000_00),
    debt_elsewhere_fen=st.sampled_from([0, 1, 5_000_00, 90_000_00]),
    limit_30d_ago_fen=st.none() | st.just(0) | limits,
    drawn_fen=fen,
    flags=st.frozensets(
        st.sampled_from(["SETTLEMENT_UNKNOWN", "BUYER_MASKED", "REPLIES_INFERRED"])
    ),
    store_rating=st.none() | st.integers(0, 500),
    guaranteed=st.booleans(),
    caps=st.dictionaries(st.sampled_from(["group", "fund", "sandbox"]), fen),
)


@given(asks)
def test_a_limit_or_a_refusal_and_never_both(ask: LimitInput) -> None:
    found = limit(ask, RULES)
    if found.refusal is None:
        assert found.limit_fen >= RULES.least_fen
        assert found.rate_bps is not None
    else:
        assert (found.limit_fen, found.rate_bps) == (0, None)


@given(asks)
def test_limits_are_whole_hundreds_below_every_cap(ask: LimitInput) -> None:
    found = limit(ask, RULES)
    caps = [RULES.products[ask.product].cap_fen, *ask.caps.values()]
    assert found.limit_fen % RULES.multiple_fen == 0
    assert found.limit_fen <= min(caps)


@given(asks)
def test_a_limit_never_rises_by_more_than_a_fifth(ask: LimitInput) -> None:
    if ask.limit_30d_ago_fen:
        assert limit(ask, RULES).limit_fen * 5 <= ask.limit_30d_ago_fen * 6


@given(asks)
def test_a_first_limit_is_never_above_what_can_be_repaid(ask: LimitInput) -> None:
    found = limit(replace(ask, limit_30d_ago_fen=None), RULES)
    if found.capacity_fen is not None:
        assert found.limit_fen <= found.capacity_fen


@given(asks, st.integers(0, 50_000_00))
def test_more_sales_in_every_month_never_lower_the_limit(ask: LimitInput, more: int) -> None:
    """All year round; a grower's sales decide his tenor too, so the season is left out."""
    even = Sales(ask.sales.on, ask.sales.monthly_fen[-14:])  # Under 15 months growth is not known.
    richer = replace(even, monthly_fen=tuple(month + more for month in even.monthly_fen))
    low = limit(replace(ask, sales=even), RULES)
    high = limit(replace(ask, sales=richer, this_month_fen=ask.this_month_fen + more), RULES)
    assert high.limit_fen >= low.limit_fen


@given(asks)
def test_a_better_grade_never_gets_less_nor_pays_more(ask: LimitInput) -> None:
    found = [limit(replace(ask, status="scored", grade=grade), RULES) for grade in GRADES]
    sums = [terms.limit_fen for terms in found]
    rates = [terms.rate_bps for terms in found if terms.rate_bps is not None]
    assert sums == sorted(sums, reverse=True)
    assert rates == sorted(rates)


@given(asks, st.integers(0, 50_000_00))
def test_debt_elsewhere_never_raises_a_limit(ask: LimitInput, debt: int) -> None:
    more = replace(ask, debt_elsewhere_fen=ask.debt_elsewhere_fen + debt)
    assert limit(more, RULES).limit_fen <= limit(ask, RULES).limit_fen


@given(asks)
def test_either_unseen_flag_costs_and_both_cost_the_same(ask: LimitInput) -> None:
    def with_flags(*flags: str) -> Terms:
        return limit(replace(ask, flags=frozenset(flags)), RULES)

    one = with_flags("SETTLEMENT_UNKNOWN")
    assert one == with_flags("BUYER_MASKED") == with_flags("BUYER_MASKED", "SETTLEMENT_UNKNOWN")
    assert one.limit_fen <= with_flags().limit_fen


@given(asks)
def test_the_first_refusal_in_order_is_the_one_that_is_told(ask: LimitInput) -> None:
    """Whatever else is wrong with a file, the checks run in the order of the enum."""
    found = limit(ask, RULES).refusal
    nothing_sold = not any(ask.sales.monthly_fen) and ask.this_month_fen == 0
    if ask.status == "no_facts":
        assert found is Refusal.NO_FACTS
    elif nothing_sold:
        assert found is Refusal.NO_SALES_YET
    elif ask.status == "scored" and ask.grade not in LENDING:
        assert found is Refusal.GRADE_TOO_LOW
    else:
        assert found in {None, Refusal.CAPACITY_TOO_SMALL, Refusal.LIMIT_TOO_SMALL}
        capacity = limit(ask, RULES).capacity_fen
        if ask.status == "scored" and capacity is not None and capacity < RULES.least_fen:
            assert found is Refusal.CAPACITY_TOO_SMALL


@given(asks)
def test_the_same_question_has_the_same_answer(ask: LimitInput) -> None:
    assert limit(ask, RULES) == limit(ask, RULES)


@given(
    st.sampled_from(sorted(RULES.prices)),
    st.sampled_from(LENDING),
    st.none() | st.integers(0, 500),
    st.booleans(),
)
def test_every_price_is_inside_its_band_and_under_the_cap_in_law(
    mode: str, grade: str, rating: int | None, guaranteed: bool
) -> None:
    rate = price(grade, RULES.prices[mode], store_rating=rating, guaranteed=guaranteed).rate_bps
    assert LAW[f"band.{mode}"]["min"] <= rate <= LAW[f"band.{mode}"]["max"] <= LAW["cap.all_in"]


@given(
    st.sampled_from(sorted(RULES.prices)),
    st.sampled_from(LENDING),
    st.integers(0, 500),
    st.integers(0, 500),
    st.booleans(),
)
def test_a_better_store_rating_never_costs_more(
    mode: str, grade: str, one: int, other: int, guaranteed: bool
) -> None:
    low, high = sorted((one, other))
    rules = RULES.prices[mode]
    dear = price(grade, rules, store_rating=low, guaranteed=guaranteed)
    cheap = price(grade, rules, store_rating=high, guaranteed=guaranteed)
    none = price(grade, rules, guaranteed=guaranteed)
    assert cheap.rate_bps <= dear.rate_bps <= none.rate_bps


@given(sales, st.sampled_from([30, 90, 180, 365]))
def test_a_seasonal_tenor_is_bounded_and_reaches_an_even_sellers_share(
    grower: Sales, tenor: int
) -> None:
    found = reaching_tenor(grower, tenor, RULES)
    assert tenor <= found <= 365
    if not grower.season:
        assert found == tenor
    elif len(grower.monthly_fen) >= 12:
        known = replace(grower, monthly_fen=grower.monthly_fen[-12:])
        expected = sum(expected_months(known, -(-found // 30), RULES))
        wanted = -(-tenor // 30) * sum(known.monthly_fen)
        assert expected * 12 >= min(wanted, 12 * sum(known.monthly_fen))


@given(sales)
def test_a_base_is_never_above_the_mean_month_of_a_year_lived(seller: Sales) -> None:
    year = seller.monthly_fen[-12:]
    assert 0 <= base_month(seller, RULES) <= (sum(year) + len(year)) // max(1, len(year))
