"""From application to a named refusal, or none: every check at its limit and one past it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.crop import CropFinding
from suixin.credit.signs import Sign
from suixin.kernel.policy import load_policy
from suixin.lending.approval import Case, approval_route, may_decide
from suixin.lending.hold import (
    SANDBOX_WORDING,
    Hold,
    SandboxCaps,
    SandboxRefusal,
    SandboxUse,
    sandbox_refusal,
)
from suixin.lending.origination import (
    LOAN_WORDING,
    Application,
    CostFound,
    Exposure,
    LoanRefusal,
    SheetRules,
    refusal,
    refusals,
)
from suixin.lending.purchase_order import (
    ORDER_WORDING,
    OrderRefusal,
    PurchaseOrder,
    order_refusal,
)
from suixin.lending.supplier import (
    SUPPLIER_WORDING,
    Marks,
    Supplier,
    SupplierRefusal,
    Transfer,
    cash_out_sign,
    related_by,
    supplier_refusal,
)
from suixin.lending.three_flows import (
    MISMATCH_WORDING,
    Flows,
    FlowsFound,
    Mismatch,
    flow_refusal,
    flows_found,
    mismatch,
)

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 6, 30)
RULES = load_policy("origination").on(DAY)
ORDERS = frozenset({"orders", "settlements"})
ASKED = Application(
    household="h-1",
    village_code="530826101201",
    amount_fen=600_000,
    term_days=180,
    purpose="inputs",
    identity_proved=True,
    consents=frozenset({"credit"}),
    file_on=DAY,
    sources_read=ORDERS,
    limit_left_fen=1_000_000,
)
SHEET = SheetRules(
    product="sales_flow",
    mode="platform",
    in_force=True,
    purposes=frozenset({"inputs", "packaging"}),
    amount_min_fen=50_000,
    amount_max_fen=30_000_000,
    term_days_min=7,
    term_days_max=365,
    sources=ORDERS,
)


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


def frozen(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(v) if isinstance(v, list) else v for name, v in changes.items()}


@pytest.mark.mechanism("A01", "B07", "F07")
@pytest.mark.parametrize("case", cases("lending_origination"), ids=lambda case: case["name"])
def test_application(case: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "costs": [CostFound(*cost, "the text") for cost in case.get("costs", ())],
        "holds": [
            Hold(kind, "p-1", since, "breach", "K04", until)
            for kind, since, until in case.get("holds", ())
        ],
        "policy": RULES,
    }
    asked = replace(ASKED, **frozen(case.get("changes", {})))
    sheet = replace(SHEET, **frozen(case.get("sheet", {})))
    exposure = Exposure(**case.get("exposure", {}))
    found = refusals(asked, sheet, exposure, **facts)
    assert [one.why.value for one in found] == case["all"]
    assert refusal(asked, sheet, exposure, **facts) == (found[0] if found else None)
    assert refusals(asked, sheet, exposure, **facts) == found
    for one in found:
        assert one.found
        assert one.allowed
        assert one.rule


@pytest.mark.mechanism("A01")
def test_a_household_with_platform_data_only_gets_an_answer() -> None:
    """No bureau record, no collateral: a limit from sales is enough, and without one it is told."""
    facts: dict[str, Any] = {"costs": (), "holds": (), "policy": RULES}
    new = replace(ASKED, sources_read=frozenset({"orders"}), limit_left_fen=600_000)
    assert refusal(new, SHEET, Exposure(), **facts) is None
    silent = refusal(replace(new, limit_left_fen=None), SHEET, Exposure(), **facts)
    assert silent is not None
    assert LOAN_WORDING[LoanRefusal(silent.why)].zh == "尚无可用额度。"


@pytest.mark.mechanism("K04")
@pytest.mark.parametrize("case", cases("lending_sandbox"), ids=lambda case: case["name"])
def test_sandbox(case: dict[str, Any]) -> None:
    caps = SandboxCaps("p-1", date(2026, 3, 2), 180, 200, 5_000_000, 500_000_000)
    households = frozenset(f"h-{k}" for k in range(1, case.get("paid", 199) + 1))
    owed = {"h-1": 4_000_000, "h-2": 494_000_000}
    use = SandboxUse(case.get("state", "testing"), households, owed)
    found = sandbox_refusal(
        caps, use, household=case["household"], amount_fen=case["amount"], on=case["day"]
    )
    assert (found.why if found else "none") == case["expect"]


def test_a_disbursement_of_nothing_is_no_case() -> None:
    caps = SandboxCaps("p-1", DAY, 1, 1, 1, 1)
    with pytest.raises(ValueError, match="above 0"):
        sandbox_refusal(
            caps, SandboxUse("testing", frozenset(), {}), household="h", amount_fen=0, on=DAY
        )


FLOWS = Flows("o-1", DAY, 10_000, DAY, 9_500, DAY, True)


@pytest.mark.mechanism("C02")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"settled_fen": 10_000}, None),
        ({"settled_fen": 10_001}, Mismatch.MONEY_ABOVE_ORDER),
        ({"ordered_on": None}, Mismatch.NO_ORDER),
        ({"settled_on": None}, Mismatch.NO_MONEY),
        ({"settled_fen": 0}, Mismatch.NO_MONEY),
        ({"goods_on": None}, Mismatch.NO_GOODS),
        ({"delivered": False}, Mismatch.NO_GOODS),
        ({"goods_on": DAY - timedelta(days=1)}, Mismatch.GOODS_BEFORE_ORDER),
        ({"own_payee": False}, Mismatch.OTHER_PAYEE),
        ({"settled_on": None, "goods_on": None}, Mismatch.NO_MONEY),
        ({"ordered_on": None, "own_payee": False}, Mismatch.NO_ORDER),
    ],
)
def test_three_flows_of_one_order(changed: dict[str, Any], expected: Mismatch | None) -> None:
    assert mismatch(replace(FLOWS, **changed)) == expected


@pytest.mark.mechanism("C02")
def test_orders_without_goods_block_the_loan() -> None:
    goods = [replace(FLOWS, order=f"o-{k}") for k in range(9)]
    empty = replace(FLOWS, order="o-9", goods_on=None)
    found = flows_found([*goods, empty])
    assert (found.total, found.matched, dict(found.fen)) == (
        10,
        9,
        {"": 90_000, "no_goods": 10_000},
    )
    assert flow_refusal(found, RULES) is None
    worse = flow_refusal(flows_found([*goods[:8], empty, empty]), RULES)
    assert worse is not None
    assert worse.found == "8 of 10 orders; no_goods 2"
    assert flow_refusal(flows_found([empty] * 9), RULES) is None  # Too few to tell.
    assert flow_refusal(FlowsFound({}, {}), RULES) is None


@pytest.mark.mechanism("E03")
@pytest.mark.parametrize(
    ("borrower", "supplier", "links", "tie"),
    [
        (Marks("h"), Marks("s"), [], ""),
        (Marks("h"), Marks("s"), [("s", "h", "supplier")], ""),
        (Marks("h"), Marks("h"), [], "the same party"),
        (Marks("h"), Marks("s"), [("h", "s", "kin")], "kin"),
        (Marks("h"), Marks("s"), [("s", "h", "spouse")], "spouse"),
        (Marks("h"), Marks("s", owners=frozenset({"h"})), [], "owner"),
        (Marks("h", owners=frozenset({"o"})), Marks("s", owners=frozenset({"o"})), [], "owner"),
        (Marks("h", devices=frozenset({"d"})), Marks("s", devices=frozenset({"d"})), [], "device"),
        (
            Marks("h", accounts=frozenset({"a"}), devices=frozenset({"d"})),
            Marks("s", accounts=frozenset({"a"}), devices=frozenset({"d"})),
            [],
            "payment account",
        ),
        (Marks("h", addresses=frozenset({"x"})), Marks("s", addresses=frozenset({"x"})), [],
         "address"),
    ],
)  # fmt: skip
def test_related_parties(
    borrower: Marks, supplier: Marks, links: list[tuple[str, str, str]], tie: str
) -> None:
    assert related_by(borrower, supplier, links) == tie


JUNE = date(2026, 6, 1)
PAID = Transfer("bank", "s-1", 1_000_000, JUNE)
OTHERS = [Transfer("h-9", "s-1", 50_000, date(2025, 1, 1))]  # An old supplier with other buyers.


@pytest.mark.mechanism("E03")
@pytest.mark.parametrize(
    ("transfers", "sign"),
    [
        ([PAID, *OTHERS], ""),
        ([PAID, *OTHERS, Transfer("s-1", "h-1", 199_999, JUNE)], ""),
        ([PAID, *OTHERS, Transfer("s-1", "h-1", 200_000, JUNE)], "came back"),
        ([PAID, *OTHERS, Transfer("s-1", "h-1", 900_000, JUNE + timedelta(days=15))], "came back"),
        ([PAID, *OTHERS, Transfer("s-1", "h-1", 900_000, JUNE + timedelta(days=16))], ""),
        ([PAID, *OTHERS, Transfer("s-1", "h-1", 900_000, JUNE - timedelta(days=1))], ""),
        ([PAID, *OTHERS, Transfer("s-1", "x", 600_000, JUNE + timedelta(days=1)),
          Transfer("x", "h-2", 500_000, JUNE + timedelta(days=2))], "5,000.00 CNY of"),
        ([PAID, *OTHERS, Transfer("x", "h-2", 500_000, JUNE), Transfer("y", "x", 500_000, JUNE),
          Transfer("s-1", "y", 600_000, JUNE)], "5,000.00 CNY of"),
        ([PAID, *OTHERS, Transfer("x", "h-2", 500_000, JUNE),
          Transfer("s-1", "x", 500_000, JUNE + timedelta(days=1))], ""),
        ([PAID, *OTHERS, Transfer("s-1", "x", 9, JUNE), Transfer("x", "s-1", 9, JUNE)], ""),
        ([PAID, *OTHERS, Transfer("x", "h-2", 500_000, JUNE + timedelta(days=2))], ""),
        ([PAID, *OTHERS, Transfer("s-1", "bank", 1_000_000, JUNE + timedelta(days=3), True)],
         "a refund within 3 days"),
        ([PAID, *OTHERS, Transfer("s-1", "bank", 1_000_000, JUNE + timedelta(days=4), True)], ""),
        ([PAID], "a supplier of 29 days"),
        ([PAID, Transfer("h-1", "s-1", 1, JUNE)], "a supplier of 29 days"),
        ([replace(PAID, on=date(2026, 4, 1))], ""),
    ],
)  # fmt: skip
def test_cash_out(transfers: list[Transfer], sign: str) -> None:
    side = frozenset({"h-1", "h-2"})
    found = cash_out_sign(side, "s-1", transfers, lender="bank", policy=RULES)
    assert sign in found
    assert bool(found) == bool(sign)


@pytest.mark.mechanism("E03")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"payee": "s-2"}, SupplierRefusal.NOT_LISTED),
        ({"account": "acc-2"}, SupplierRefusal.ACCOUNT_CHANGED),
        ({"on": date(2025, 12, 31)}, SupplierRefusal.NOT_LISTED),
        ({"on": date(2026, 12, 31)}, None),
        ({"on": date(2027, 1, 1)}, SupplierRefusal.NOT_LISTED),
        ({"related": "kin"}, SupplierRefusal.RELATED_PARTY),
        ({"cash_out": "a refund within 3 days"}, SupplierRefusal.CASH_OUT),
        ({"related": "kin", "account": "acc-2"}, SupplierRefusal.ACCOUNT_CHANGED),
    ],
)
def test_only_listed_suppliers_are_paid(
    changed: dict[str, Any], expected: SupplierRefusal | None
) -> None:
    facts = {"payee": "s-1", "account": "acc-1", "related": "", "cash_out": "", "on": DAY}
    facts |= changed
    listed = [Supplier("s-1", "acc-1", date(2026, 1, 1), date(2026, 12, 31))]
    payee, account = Marks(facts.pop("payee")), facts.pop("account")
    found = supplier_refusal(payee, account, listed=listed, **facts)
    assert (found and found.why) == expected


SEED = PurchaseOrder("p-1", "h-1", "s-1", 1_000_000, date(2026, 8, 1), "i-1", JUNE)


@pytest.mark.mechanism("E01")
@pytest.mark.parametrize(
    ("changed", "loan", "grade", "expected"),
    [
        ({}, 700_000, "BBB", None),
        ({}, 700_001, "BBB", OrderRefusal.ABOVE_SHARE),
        ({}, 800_000, "AAA", None),
        ({}, 1, "CCC", OrderRefusal.ABOVE_SHARE),
        ({"confirmed_on": None}, 1, "AAA", OrderRefusal.NOT_CONFIRMED),
        ({"confirmed_on": DAY + timedelta(days=1)}, 1, "AAA", OrderRefusal.NOT_CONFIRMED),
        ({"invoice_hash": None}, 1, "AAA", OrderRefusal.NO_INVOICE),
        ({"deliver_by": DAY}, 1, "AAA", None),
        ({"deliver_by": DAY - timedelta(days=1)}, 1, "AAA", OrderRefusal.DELIVERED_ALREADY),
        ({"order": "p-0"}, 1, "AAA", OrderRefusal.FINANCED_ALREADY),
        ({"invoice_hash": "i-0"}, 1, "AAA", OrderRefusal.FINANCED_ALREADY),
    ],
)
def test_purchase_order(
    changed: dict[str, Any], loan: int, grade: str, expected: OrderRefusal | None
) -> None:
    financed = [replace(SEED, order="p-0", invoice_hash="i-0")]
    found = order_refusal(
        replace(SEED, **changed), loan_fen=loan, grade=grade, financed=financed, policy=RULES
    )
    assert (found and found.why) == expected


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Case(3_000_000, "BBB"), ()),
        (Case(3_000_001, "BBB"), ("amount above 30,000.00 CNY",)),
        (Case(1, "BB"), ("grade BB",)),
        (Case(1, None), ("grade none",)),
        (Case(1, "AAA", flags=("REPLIES_INFERRED",)), ()),
        (Case(1, "AAA", flags=("BUYER_MASKED",)), ("flag BUYER_MASKED",)),
        (Case(1, "AAA", flags=("CROP_AGREES",), signs=("STEADY",)), ()),
        (Case(1, "AAA", flags=("CROP_FRAUD_CASE",)), ("flag CROP_FRAUD_CASE",)),
        (Case(1, "AAA", signs=("WASH_TRADE",)), ("sign WASH_TRADE",)),
        (Case(1, "AAA", asked_for_a_person=True), ("the borrower asked for a person",)),
        (Case(1, "AAA", related_party=True), ("a related party",)),
    ],
)
def test_what_may_be_decided_without_a_person(case: Case, why: tuple[str, ...]) -> None:
    found = approval_route(case, RULES)
    assert found.why == why
    assert found.by == ("officer" if why else "automatic")


@pytest.mark.mechanism("B07")
def test_what_sends_a_case_to_an_officer_is_named_as_a_credit_file_names_it() -> None:
    rule = RULES["approval.automatic"]
    serious = {Sign.WASH_TRADE, Sign.ENDORSEMENT_RING, Sign.REVIEW_FARM, Sign.BOT_BURST}
    assert set(rule["officer_signs"]) == serious
    told = {"SETTLEMENT_UNKNOWN", "BUYER_MASKED", *CropFinding}
    assert set(rule["officer_flags"]) <= told
    assert set(rule["grades"]) <= set(RULES["order.share"])


def test_only_the_lender_decides() -> None:
    assert may_decide("bank-1", "bank-1")
    assert not may_decide("platform-1", "bank-1")


@pytest.mark.parametrize(
    ("wording", "refusal_names"),
    [
        (LOAN_WORDING, LoanRefusal),
        (SANDBOX_WORDING, SandboxRefusal),
        (SUPPLIER_WORDING, SupplierRefusal),
        (ORDER_WORDING, OrderRefusal),
        (MISMATCH_WORDING, Mismatch),
    ],
)
def test_every_refusal_is_told_in_both_languages(wording: Any, refusal_names: Any) -> None:
    assert list(wording) == list(refusal_names)
    assert all(words.zh and words.en for words in wording.values())
