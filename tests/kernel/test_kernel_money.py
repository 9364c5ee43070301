"""Money and rates: the sharing and rounding tables, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.money import Money, round_by, round_half_even, round_half_up
from suixin.kernel.rate import Rate

CASES = Path(__file__).parents[1] / "cases"
# Read as text: an amount of the table never passes through a float.
SHARING = yaml.load((CASES / "kernel_sharing.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
ROUNDING = yaml.safe_load((CASES / "kernel_rounding.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", SHARING, ids=lambda case: case["name"])
def test_sharing(case: dict[str, Any]) -> None:
    amount = Money.from_yuan(case["amount"])
    parts = amount.allocate([int(weight) for weight in case["weights"]])
    assert parts == tuple(Money.from_yuan(part) for part in case["parts"])


@pytest.mark.parametrize("case", ROUNDING, ids=lambda case: case["name"])
def test_rounding(case: dict[str, Any]) -> None:
    numerator, denominator = map(int, case["fraction"].split("/"))
    assert round_half_up(numerator, denominator) == case["half_up"]
    assert round_half_even(numerator, denominator) == case["half_even"]


def test_rounding_refuses_an_unknown_rule_and_a_nought_below() -> None:
    unknown: Any = "up"
    with pytest.raises(ValueError, match="half_up or half_even, got 'up'"):
        round_by(unknown, 1, 2)
    with pytest.raises(ZeroDivisionError):
        round_half_up(1, 0)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [1.5, 1]])
def test_weights_that_share_nothing_are_refused(weights: list[Any]) -> None:
    with pytest.raises(ValueError, match="Weights are whole numbers >= 0, not all 0"):
        Money(100).allocate(weights)


@pytest.mark.parametrize(
    ("written", "fen"),
    [("12.30", 1230), ("12.3", 1230), ("12", 1200), (12, 1200), ("-0.05", -5), ("1e2", 10_000)],
)
def test_from_yuan(written: str | int, fen: int) -> None:
    assert Money.from_yuan(written).minor == fen


@pytest.mark.parametrize(
    "written", ["12.305", "", "abc", "NaN", "Infinity", "1,234.00", Decimal("0.001")]
)
def test_from_yuan_refuses_what_is_not_whole_fen(written: str | Decimal) -> None:
    with pytest.raises(ValueError, match="is not an amount with at most two decimals"):
        Money.from_yuan(written)


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (lambda: Money.from_yuan(0.1), "A float cannot hold an amount exactly; write 0.1 as text."),
        (lambda: Money(1.0), "Money counts whole minor units as an int, got 1.0."),
        (lambda: Money(True), "Money counts whole minor units as an int, got True."),
        (lambda: Rate(6.8), "A rate counts whole basis points as an int, got 6.8."),
    ],
)
def test_a_float_is_never_money(make: Callable[[], object], wrong: str) -> None:
    with pytest.raises(TypeError) as refused:
        make()
    assert str(refused.value) == wrong


@pytest.mark.parametrize("currency", ["", "cny", "RMB1", "¥", "元元元"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="A currency is three capital letters"):
        Money(1, currency)


def test_two_currencies_never_meet() -> None:
    yuan, real = Money(1), Money(1, "BRL")
    number: Any = 1
    assert yuan != real
    for meet in (lambda: yuan - real, lambda: yuan < real, lambda: yuan >= real):
        with pytest.raises(ValueError, match="Money in BRL cannot be combined with money in CNY"):
            meet()
    with pytest.raises(TypeError, match="Money only meets money, got 1"):
        yuan + number


def test_how_money_and_rates_are_written() -> None:
    assert [str(Money(fen)) for fen in (0, -5, 123456789)] == [
        "0.00 CNY",
        "-0.05 CNY",
        "1,234,567.89 CNY",
    ]
    assert [str(Rate(bps)) for bps in (0, 5, 1200, -125)] == ["0.00%", "0.05%", "12.00%", "-1.25%"]


def test_a_rate_of_an_amount_is_rounded_once_by_the_rule_named() -> None:
    half_a_fen = Money(100)
    assert Rate(50).of(half_a_fen, rounding="half_up") == Money(1)
    assert Rate(50).of(half_a_fen, rounding="half_even") == Money(0)
    assert Rate(10_000).of(half_a_fen, rounding="half_up") == half_a_fen
