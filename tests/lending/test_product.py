"""Product sheets: the seven, an eighth without code, and faults that name file, line and field."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import suixin
from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.kernel.parameter import NotInForce
from suixin.kernel.policy import PolicyError, load_policy
from suixin.lending.methods.registry import METHODS
from suixin.lending.product import check_products, product_on, products_on, read_product
from suixin.lending.quote import Asked, quote

ON = date(2026, 6, 30)
SEVEN = (
    "community_chain", "live_slot", "purchase_order", "sales_flow", "streamer_guaranteed",
    "village_live", "warehouse",
)  # fmt: skip
PACKAGED = Path(suixin.__file__).parent / "policies" / "products"


def eighth(folder: Path, *changes: tuple[str, str], name: str = "orchard_spring") -> Path:
    """An institution's own product, made from a packaged sheet by changing lines of it."""
    text = (PACKAGED / "village_live.yaml").read_text(encoding="utf-8")
    for old, new in (("zh: 村播贷", "zh: 果园春耕贷"), *changes):
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "products").mkdir(exist_ok=True)
    path = folder / "products" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.mechanism("C05")
def test_the_seven_products_in_three_modes() -> None:
    found = products_on(ON)
    assert tuple(found) == SEVEN
    modes = {product.mode for product in found.values()}
    assert modes == {"platform", "government", "community"}


@pytest.mark.mechanism("E14")
@pytest.mark.parametrize("name", SEVEN)
def test_a_sheet_keeps_to_its_mode_and_to_the_rules_of_scoring(name: str) -> None:
    product = products_on(ON)[name]
    band = load_policy("law").on(ON)[f"band.{product.mode}"]
    assert (product.rate_min_bps, product.rate_max_bps) == (band["min"], band["max"])
    rows = {row["product"]: row for row in load_policy("terms").on(ON)["products"]}
    row = rows[name]
    assert (product.zh, product.en, product.mode) == (row["zh"], row["en"], row["mode"])
    assert product.amount_max_fen == row["cap_fen"]
    assert product.amount_min_fen >= load_policy("origination").on(ON)["ticket.min"]
    cycle = product.tenor.cycle
    days = product.tenor.usual * (cycle.days or cycle.months * 30)
    assert days == row["tenor_days"]


@pytest.mark.parametrize("name", SEVEN)
def test_a_sheet_charges_nothing_that_law_forbids(name: str) -> None:
    product = products_on(ON)[name]
    cost = load_policy("cost").on(ON)
    assert {fee.payee for fee in product.fees} <= set(cost["cost.payees"])
    assert cost["cost.penalty"]["min"] <= product.penalty_bps <= cost["cost.penalty"]["max"]
    assert {row["by"] for row in product.paid} == {"lender"}


@pytest.mark.mechanism("E11")
def test_each_mode_reads_its_own_sources() -> None:
    found = products_on(ON)
    assert "parcels" in found["village_live"].reads
    assert "parcels" not in found["sales_flow"].reads
    assert "messages" in found["community_chain"].reads
    # The community's own mode reads no public register.
    assert not {"registry_facts", "parcels"} & set(found["community_chain"].reads)
    assert "messages" not in found["village_live"].reads


@pytest.mark.mechanism("E03")
def test_purchase_orders_are_paid_to_the_supplier() -> None:
    assert products_on(ON)["purchase_order"].money_to == "supplier"


def test_methods_of_the_sheets_are_all_there_are_but_the_agreed_one() -> None:
    used = {
        method
        for product in products_on(ON).values()
        for method in (product.repayment.method, *product.repayment.also)
    }
    assert used == METHODS.keys() - {"free"}


def test_every_part_of_a_sheet_has_its_reference_and_confidence() -> None:
    for product in products_on(ON).values():
        assert len(product.sources) == 14
        assert all(setting.reference for setting in product.sources.values())


@pytest.mark.mechanism("C05")
def test_an_eighth_product_is_one_file_and_no_code(tmp_path: Path) -> None:
    change = (
        "method: revolving\n        also: [crop_calendar,",
        "method: crop_calendar\n        also: [revolving,",
    )
    eighth(tmp_path, change)
    assert set(products_on(ON, tmp_path)) == {*SEVEN, "orchard_spring"}
    asked = Asked(rate_bps=680, crop="apple")
    made = quote("orchard_spring", Money(20_000_00), date(2026, 3, 10), asked, policies=tmp_path)
    assert made.product.zh == "果园春耕贷"
    assert [row.due for row in made.schedule.rows] == [date(2026, 11, 16)]
    assert made.schedule.interest_fen == 935_23


def test_an_institution_may_put_its_own_sheet_in_place_of_ours(tmp_path: Path) -> None:
    eighth(tmp_path, name="village_live")
    assert product_on("village_live", ON, tmp_path).zh == "果园春耕贷"
    assert product_on("village_live", ON).zh == "村播贷"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max_fen: 300_000_00", "max_fen: many", "amount.max_fen should be a whole number"),
        ("max_fen: 300_000_00", "max_fen: 499_99", "amount.max_fen should not be below min_fen"),
        ("min_fen: 500_00", "min_fen: 0", "amount.min_fen should be a whole number ≥ 1"),
        ("min_bps: 600", "min_bps: 801", "rate.max_bps should not be below"),
        ("usual: 6", "usual: 13", "tenor.usual should lie from min to max, 1 to 12"),
        ("cycle: 1M", "cycle: monthly", "tenor.cycle is no cycle"),
        ("method: revolving", "method: revolve", "repayment.method revolve is none of"),
        ("also: [crop_calendar,", "also: [crops,", "repayment.also crops is no method"),
        ("day_count: ACT/365", "day_count: ACT/364", "did you mean ACT/365?"),
        ("shift: following", "shift: back", "repayment.shift back is none of"),
        ("rounding: half_up", "rounding: up", "repayment.rounding up is none of"),
        ("settings: {demand_day: 20}", "settings: {demand_day: x}", "settings.demand_day should"),
        ("value: government", "value: state", "mode state is none of"),
        ("zh: 果园春耕贷", "zh: ''", "name.zh should be text that is not empty"),
        ("en: government–enterprise credit\n", "\n", "name.en is missing"),
        ("parcel_observations", "parcel_observation", "did you mean parcel_observations?"),
        ("lenders: {lender: 1}", "lenders: {lender: 0.5}", "funding.lenders should give"),
        ("value: [lender, fund]", "value: [lender, lender]", "loss_order names something twice"),
        ("payee: agent\n", "\n", "paid.0 lacks its payee"),
        ("value: []", "value: [{zh: 费, en: fee, method: once, payee: lender}]", "fees.0 should"),
        (
            "value: []",
            "value: [{zh: 费, en: fee, method: daily, payee: lender, bps: 1}]",
            "once or",
        ),
        ("value: []", "value: [{zh: 费, en: fee, method: once, payee: a, bp: 1}]", "fees.0.bp is"),
    ],
)
def test_a_fault_of_a_sheet_names_file_line_and_field(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = eighth(tmp_path, (old, new))
    with pytest.raises(PolicyError) as fault:
        read_product(path, ON)
    assert told in str(fault.value)
    assert fault.value.file == str(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    field = re.split(r"[. ]", fault.value.message)[0]
    above = [line for line in lines[: fault.value.line] if line and line[0].isalpha()]
    assert above[-1].startswith(field)


def test_a_sheet_without_a_part_or_with_a_strange_one_is_at_fault(tmp_path: Path) -> None:
    path = eighth(tmp_path)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[: whole.index("rules:\n")], encoding="utf-8")
    with pytest.raises(PolicyError, match="lacks rules"):
        read_product(path, ON)
    strange = eighth(tmp_path, ("\nrules:", "\nrulez:"), name="other")
    with pytest.raises(PolicyError, match="lacks rules"):
        read_product(strange, ON)


def test_a_payee_that_the_borrower_may_not_pay_is_refused(tmp_path: Path) -> None:
    fee = "value: [{zh: 服务费, en: service fee, method: once, payee: platform, bps: 10}]"
    eighth(tmp_path, ("value: []", fee))
    with pytest.raises(PolicyError, match=r"fees\.0\.payee platform may not be paid"):
        product_on("orchard_spring", ON, tmp_path)


@pytest.mark.parametrize("penalty", ["12_999", "15_001"])
def test_a_penalty_outside_the_law_is_refused(tmp_path: Path, penalty: str) -> None:
    path = eighth(tmp_path, ("value: 15_000", f"value: {penalty}"))
    with pytest.raises(PolicyError, match=r"penalty should lie from 13000 to 15000 \(R-PEN\)"):
        read_product(path, ON)


def test_before_its_first_day_a_sheet_is_not_in_force(tmp_path: Path) -> None:
    eighth(
        tmp_path,
        ("    2000-01-01:\n      value: government", "    2026-07-01:\n      value: government"),
    )
    assert "orchard_spring" not in products_on(ON, tmp_path)
    assert "orchard_spring" in products_on(date(2026, 7, 1), tmp_path)
    with pytest.raises(NotInForce):
        product_on("orchard_spring", ON, tmp_path)


def test_every_sheet_of_a_folder_is_checked_on_every_day_it_changes(tmp_path: Path) -> None:
    assert check_products(tmp_path) == []
    shorter = "{cycle: 1M, usual: 6, min: 7, max: 12}"
    later = (
        "      confidence: house\n"
        f"    2027-01-01: {{value: {shorter}, reference: r, confidence: house}}\n\nrate:"
    )
    eighth(tmp_path, ("      confidence: house\n\nrate:", later), name="later")
    eighth(tmp_path, ("method: revolving", "method: revolve"), name="now")
    eighth(tmp_path, name="right")
    first, second = check_products(tmp_path)
    assert (Path(first.file).stem, first.message[:11]) == ("later", "tenor.usual")
    assert (Path(second.file).stem, second.message[:16]) == ("now", "repayment.method")
    lines = Path(first.file).read_text(encoding="utf-8").splitlines()
    assert "2027-01-01" in lines[first.line - 1]


def test_a_product_that_is_none_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean sales_flow"):
        product_on("sales-flows", ON)
    with pytest.raises(InputError, match="Products: community_chain"):
        product_on("mortgage", ON)
