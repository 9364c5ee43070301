"""Quotes: schedule, cost table and caps together, and what a sheet does not allow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyError
from suixin.lending.cycle import Cycle
from suixin.lending.product import products_on
from suixin.lending.quote import Asked, quote

ON = date(2026, 3, 10)
AMOUNT = Money(20_000_00)
GIVEN = {"crop_calendar": Asked(method="crop_calendar", crop="apple")}
WAYS = [
    (name, method)
    for name, product in products_on(ON).items()
    for method in (product.repayment.method, *product.repayment.also)
]


@pytest.mark.mechanism("C05")
@pytest.mark.parametrize(("name", "method"), WAYS, ids=[f"{n} by {m}" for n, m in WAYS])
def test_every_product_is_quoted_by_every_method_of_its_sheet(name: str, method: str) -> None:
    made = quote(name, AMOUNT, ON, GIVEN.get(method, Asked(method=method)))
    rows = made.schedule.rows
    assert sum(row.principal_fen for row in rows) == AMOUNT.minor
    assert rows[-1].balance_fen == 0
    assert made.refusals == ()
    assert Decimal(made.rate_bps) / 100 <= made.all_in <= 24
    normal = [item for item in made.items if not item.default]
    paid = sum(row.total_fen for row in rows) + AMOUNT.minor - made.received.minor
    assert paid - AMOUNT.minor == made.total_cost.minor == sum(item.amount_fen for item in normal)
    assert [item.payee for item in made.items if item.default] == ["lender"]
    assert made.all_in_late > made.all_in


@pytest.mark.mechanism("C11")
def test_the_worked_example_after_harvest() -> None:
    made = quote("village_live", AMOUNT, ON, Asked(680, method="crop_calendar", crop="apple"))
    row = made.schedule.rows[0]
    assert (row.due, row.days, row.interest_fen) == (date(2026, 11, 16), 251, 935_23)


def test_a_fee_with_the_payout_is_taken_from_what_is_received() -> None:
    made = quote("warehouse", AMOUNT, ON)
    assert made.received == Money(20_000_00 - 40_00)
    fee = next(item for item in made.items if item.payee == "insurer")
    assert (fee.amount_fen, fee.rate) == (40_00, "0.20% 本金 of principal")
    assert made.all_in > quote("sales_flow", AMOUNT, ON).all_in


def test_a_fee_with_every_instalment_is_due_with_the_rows(tmp_path: Path) -> None:
    fee = "{zh: 担保费, en: guarantee fee, method: each, payee: guarantor, fen: 10_00}"
    sheet(tmp_path, "streamer_guaranteed", "value: []", f"value: [{fee}]")
    made = quote("streamer_guaranteed", AMOUNT, ON, policies=tmp_path)
    assert [row.fees_fen for row in made.schedule.rows] == [10_00] * 6
    assert made.total_cost.minor == made.schedule.interest_fen + 60_00


@pytest.mark.mechanism("E14")
def test_a_fee_may_push_a_rate_out_of_its_band(tmp_path: Path) -> None:
    fee = "{zh: 担保费, en: guarantee fee, method: once, payee: guarantor, fen: 300_00}"
    sheet(tmp_path, "streamer_guaranteed", "value: []", f"value: [{fee}]")
    asked = Asked(rate_bps=960)
    on = date(2026, 3, 15)
    made = quote("streamer_guaranteed", Money(30_000_00), on, asked, policies=tmp_path)
    assert (f"{made.all_in:.2f}", f"{made.band:.2f}") == ("13.82", "13.08")
    assert [refused.why for refused in made.refusals] == ["above_band"]
    assert made.refusals[0].allowed == "9.00 to 12.00 % a year"


@pytest.mark.mechanism("E14")
def test_fifteen_percent_is_flagged_for_passing_four_times_the_lpr() -> None:
    made = quote("community_chain", AMOUNT, ON, Asked(rate_bps=1_500))
    assert made.refusals == ()
    assert [flag.rule for flag in made.flags] == ["R-LPR4"]
    assert quote("village_live", AMOUNT, ON).flags == ()
    private = quote("community_chain", AMOUNT, ON, Asked(rate_bps=1_500, lender="private"))
    assert [refused.rule for refused in private.refusals] == ["R-LPR4"]
    assert private.flags == ()


def test_tenor_cycles_of_days() -> None:
    made = quote("live_slot", AMOUNT, ON)
    assert made.product.tenor.cycle == Cycle(30, "D")
    assert [row.due for row in made.schedule.rows] == [date(2026, 4, 9)]


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        (Asked(rate_bps=899), "RATE", "900 to 1200 bps"),
        (Asked(rate_bps=1201), "RATE", "900 to 1200 bps"),
        (Asked(times=0), "TENOR", "1 to 12"),
        (Asked(times=13), "TENOR", "1 to 12"),
        (Asked(method="free"), "METHOD", "sales_sweep, equal_instalment, bullet"),
        (Asked(crop="aple"), "NO_CROP", "Did you mean apple"),
    ],
)
def test_what_the_sheet_does_not_allow(asked: Asked, code: str, hint: str) -> None:
    with pytest.raises(InputError) as refused:
        quote("sales_flow", AMOUNT, ON, asked)
    assert refused.value.code == code
    assert hint in refused.value.hint


@pytest.mark.mechanism("F07")
@pytest.mark.parametrize("fen", [499_99, 200_000_01])
def test_amounts_one_fen_past_the_sheet(fen: int) -> None:
    assert quote("sales_flow", Money(500_00), ON).schedule.rows[-1].balance_fen == 0
    assert quote("sales_flow", Money(200_000_00), ON).schedule.rows[-1].balance_fen == 0
    with pytest.raises(InputError, match=r"500\.00 CNY to 200,000\.00 CNY"):
        quote("sales_flow", Money(fen), ON)


def test_another_currency_is_refused() -> None:
    with pytest.raises(InputError, match="does not lend"):
        quote("sales_flow", Money(20_000_00, "BRL"), ON)


def test_a_harvest_loan_needs_its_crop() -> None:
    with pytest.raises(InputError, match="needs its crop"):
        quote("village_live", AMOUNT, ON, Asked(method="crop_calendar"))


def test_a_due_day_in_a_year_not_yet_announced_is_told() -> None:
    with pytest.raises(InputError) as refused:
        quote("village_live", AMOUNT, date(2098, 3, 10))
    assert refused.value.code == "UNKNOWN_YEAR"


def test_distribution_days_are_the_due_days() -> None:
    days = (date(2026, 6, 30), date(2026, 9, 30))
    made = quote("community_chain", AMOUNT, ON, Asked(distributed=days))
    assert tuple(row.due for row in made.schedule.rows) == days


def sheet(folder: Path, name: str, old: str, new: str) -> None:
    """An institution's own sheet: the packaged one with one change."""
    import suixin

    packaged = Path(suixin.__file__).parent / "policies" / "products" / f"{name}.yaml"
    text = packaged.read_text(encoding="utf-8")
    assert old in text
    (folder / "products").mkdir()
    own = folder / "products" / f"{name}.yaml"
    own.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sheet_at_fault_stops_the_quote(tmp_path: Path) -> None:
    sheet(tmp_path, "sales_flow", "usual: 6", "usual: six")
    with pytest.raises(PolicyError, match=r"tenor\.usual"):
        quote("sales_flow", AMOUNT, ON, policies=tmp_path)
