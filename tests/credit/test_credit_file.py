"""A credit file explains itself: the shape of what a person is told, and how to object."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from suixin.credit.file import (
    CreditFile,
    Facts,
    IndexLine,
    Month,
    PartLine,
    PolicyUse,
    Reason,
    Terms,
)
from suixin.credit.limit import LimitInput, limit
from suixin.credit.sales_ahead import Sales
from suixin.credit.terms_rules import TermsRules
from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Refusal

DAY = date(2026, 6, 15)
TERMS, LAW = load_policy("terms").on(DAY), load_policy("law").on(DAY)
RULES = TermsRules.from_policy(TERMS, LAW)


def use(policy: str, name: str) -> PolicyUse:
    parameter = load_policy(policy).parameters[name]
    found = parameter.on(DAY)
    return PolicyUse(
        name, parameter.unit, found.value, found.since, found.reference, found.confidence
    )


def terms(**asked: object) -> Terms:
    usual = {
        "product": "sales_flow",
        "status": "scored",
        "grade": "BBB",
        "sales": Sales(DAY, (7_650_00,) * 12),
        "limit_30d_ago_fen": 5_000_00,
        "store_rating": 460,
        "guaranteed": True,
    }
    return limit(LimitInput(**(usual | asked)), RULES)


def parts(index: str, *rows: tuple[str, float | None, float]) -> tuple[PartLine, ...]:
    return tuple(
        PartLine(index, part, points, 12, points, 50, points is not None, contribution)
        for part, points, contribution in rows
    )


SCORED = CreditFile(
    subject="m-0231",
    as_of=DAY,
    status="scored",
    indices=(
        IndexLine("engagement", None, 0.3, 0.0, False, parts("engagement", ("active", None, 0.0))),
        IndexLine(
            "stability", 69.0237, 0.4, 1.0, True,
            parts("stability", ("span", 82.14, 6.428), ("volatility", 55.9074, 1.18148)),
        ),
        IndexLine(
            "reputation", 57.4051, 0.3, 0.5, True,
            parts("reputation", ("overall", 64.8102, 2.22153), ("taste", None, 0.0)),
        ),
    ),
    weight_version="default-2000-01-01",
    social=2.0621,
    crop=2.0,
    composite=63.8931,
    score=605,
    grade="BBB",
    pd=0.027230,
    calibration="2026-06",
    terms=terms(),
    reasons=(
        Reason("SPAN_UP", "卖货时间长", "You have sold for long", 6.428),
        Reason("RETURNS_DOWN", "退款多", "Many buyers get their money back", -1.25),
    ),
    raise_=Reason("RAISE_RETURNS", "让退款降到 15%", "Bring refunds down to 15 %", 0.4),
    signs=("WASH_TRADE",),
    flags=("SETTLEMENT_UNKNOWN",),
    facts=Facts(
        orders=120, clean_orders=110, first_day=date(2025, 1, 3), last_day=date(2026, 6, 12),
        gross_fen=95_000_00, refund_fen=3_200_00, clean_fen=91_800_00,
        zeroed={"QUICK_REFUND": (10, 2_400_00)},
        months=(Month("2026-05", 9, 8_000_00, 350_00, 7_650_00, None),),
        categories={"apple": 91_800_00}, messages=0, repliers=0, groups=0, reviews=41,
        aspects={"overall": (38.0, 3.0)}, completeness_bps=5_500,
    ),
    policies=(
        use("scoring", "weights.default"),
        use("terms", "products"),
        use("terms", "limit.alpha"),
        use("law", "decision.automated_rights"),
    ),
)  # fmt: skip

NO_FACTS = replace(
    SCORED,
    status="no_facts", indices=(), composite=None, score=None, grade=None, pd=None,
    calibration="uncalibrated", terms=terms(status="no_facts", grade=None), raise_=None,
    reasons=(), signs=(), flags=(), policies=(),
)  # fmt: skip


def sections(text: str) -> dict[str, list[str]]:
    head, *rest = text.split("\n## ")
    return {"": head.splitlines()} | {part.splitlines()[0]: part.splitlines()[1:] for part in rest}


def test_a_file_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        SCORED.subject = "another"


def test_sections_in_english_and_in_chinese() -> None:
    assert list(sections(SCORED.explain("en"))) == [
        "",
        "Where the score comes from",
        "Reasons",
        "Facts",
        "Limit and price",
        "Please note",
        "Rules used",
        "How to object",
    ]
    assert list(sections(SCORED.explain("zh"))) == [
        "",
        "分数从哪里来",
        "理由",
        "事实",
        "额度与利率",
        "请留意",
        "所用规则",
        "不同意怎么办",
    ]


def test_the_result_comes_first() -> None:
    assert sections(SCORED.explain("en"))[""] == [
        "Credit file m-0231, as of 2026-06-15",
        "Status: Scored",
        "Composite 63.8931, grade BBB",
        "Score 605, probability of default within a year 2.7230% (calibration 2026-06)",
    ]


def test_without_outcomes_it_says_that_it_only_ranks() -> None:
    text = replace(SCORED, score=None, pd=None, calibration="uncalibrated").explain("en")
    assert "Uncalibrated" in text
    assert "Score 605" not in text


def test_every_index_and_part_is_told_with_what_it_adds() -> None:
    lines = sections(SCORED.explain("en"))["Where the score comes from"]
    assert lines == [
        "Each figure adds to or takes from the reference 50; weights default-2000-01-01.",
        "Community engagement not connected, counted at 50 at best × 30.00% → 0.00",
        "Operating stability 69.0237 × 40.00% → +7.61 (coverage 100%)",
        "  Span of trade 82.1 (n 12): 82.14 × 50% → +6.43",
        "  Swings beyond season 55.91 (n 12): 55.91 × 50% → +1.18",
        "Word of mouth 57.4051 × 30.00% → +2.22 (coverage 50%)",
        "  Overall 64.81 (n 12): 64.81 × 50% → +2.22",
        "  Taste: not connected → 0.00",
        "Social lift +2.06",
        "Crop check +2.00",
        "Together +13.89",
    ]


def test_reasons_and_the_raise_carry_their_points_and_codes() -> None:
    assert sections(SCORED.explain("en"))["Reasons"] == [
        "1. You have sold for long (+6.43 points) [SPAN_UP]",
        "2. Many buyers get their money back (−1.25 points) [RETURNS_DOWN]",
        "What would raise it most: Bring refunds down to 15 % (+0.40 points) [RAISE_RETURNS]",
    ]
    assert "1. 卖货时间长（+6.43 分） [SPAN_UP]" in SCORED.explain("zh")


def test_facts_that_were_not_counted_say_why() -> None:
    lines = sections(SCORED.explain("en"))["Facts"]
    assert "Orders 120, of which counted 110" in lines
    assert "Clean sales 91,800.00" in lines
    assert "  Not counted Refunded within the day 10, 2,400.00" in lines


def test_limit_and_price_are_told_step_by_step() -> None:
    assert sections(SCORED.explain("en"))["Limit and price"] == [
        "sales-flow credit: limit 6,000.00, rate 10.25% a year, tenor 180 days",
        "A limit rises only a step in 30 days",
        "  Grade BBB",
        "  Clean sales a month 7,650.00",
        "  Multiple of the grade 1.5",
        "  Tenor 180",
        "  Factor of the tenor 1",
        "  By the grade 11,475.00",
        "  What can be repaid 22,950.00",
        "  Cap of the product 200,000.00",
        "  Limit as computed 11,475.00",
        "  Limit 30 days ago 5,000.00",
        "  Most within 30 days 6,000.00",
        "  Limit, in round figures 6,000.00",
        "  Still available 6,000.00",
        "  Base rate 9.00%",
        "  Premium of the grade 1.50%",
        "  Premium of the store rating 0.25%",
        "  Less the guarantee -0.50%",
        "  Rate 10.25%",
    ]


def test_signs_and_flags_are_to_be_noted() -> None:
    lines = sections(SCORED.explain("en"))["Please note"]
    assert lines[0] == "Likely wash trade [WASH_TRADE]"
    assert lines[1].endswith("[SETTLEMENT_UNKNOWN]")


def test_every_rule_is_named_with_its_day_confidence_and_reference() -> None:
    lines = sections(SCORED.explain("en"))["Rules used"]
    assert lines[0] == (
        "weights.default = {engagement: 0.3, stability: 0.4, reputation: 0.3} (share of one; "
        "2000-01-01; paper; Paper, section 5.1 (community engagement 30 %, operating stability "
        "40 %, word of mouth 30 %))"
    )
    assert len([line for line in lines if line]) == len(SCORED.policies)


@pytest.mark.parametrize("file", [SCORED, NO_FACTS], ids=["scored", "no facts"])
def test_everyone_is_told_how_to_object(file: CreditFile) -> None:
    """PIPL 24: an explanation, and a person's decision; 46: correction."""
    english, chinese = file.explain("en"), file.explain("zh")
    assert "refuse one made by automation alone" in english
    assert "have a person review it" in english
    assert "corrected" in english
    assert "拒绝仅由自动化方式作出的决定，要求人工复核" in chinese
    assert re.search(r"个人信息保护法.*第24条", chinese)


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refusal_says_why_in_place_of_a_limit(refusal: Refusal) -> None:
    file = replace(SCORED, terms=replace(SCORED.terms, refusal=refusal, limit_fen=0, rate_bps=None))
    assert "sales-flow credit: no limit. " in file.explain("en")
    assert "没有额度" in file.explain("zh")


def test_no_facts_has_no_points_and_still_a_reason() -> None:
    found = sections(NO_FACTS.explain("en"))
    assert "Where the score comes from" not in found
    assert (
        "sales_flow: no limit. There is no fact about this subject on that day."
        in (found["Limit and price"])
    )


def test_both_languages_one_after_the_other() -> None:
    assert SCORED.explain() == SCORED.explain("zh") + "\n" + SCORED.explain("en")
    assert SCORED.explain("en").endswith(".\n")
