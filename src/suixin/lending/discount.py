"""Working capital bought at a discount: a share of sales each day until net and fee are paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.money import Rounding, round_by

_DIGITS: Final = 40
_HALVINGS: Final = 120  # Of an interval of one: far finer than a fen on any amount.


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """One day: what is paid, what is left of the money bought, the fee earned and not yet."""

    payment_fen: int
    balance_fen: int
    earned_fen: int
    unearned_fen: int


def discounted(
    net_fen: int,
    fee_fen: int,
    *,
    volume_fen: int,
    share: Fraction,
    basis_days: int,
    rounding: Rounding = "half_even",
) -> tuple[DiscountRow, ...]:
    """The days of a purchase: daily = round(volume · share / basis), the last takes the rest.

    The fee is earned by the daily rate that makes the flows worth what was paid out (IRR); the last
    day earns what is left of it. Raises `InputError` DISCOUNT where nothing would be paid.

    >>> rows = discounted(450_00, 50_00, volume_fen=100_000_00, share=Fraction(18, 100),
    ...                   basis_days=360)
    >>> len(rows), rows[0]
    ... # doctest: +NORMALIZE_WHITESPACE
    (10, DiscountRow(payment_fen=5000, balance_fen=40883, earned_fen=883, unearned_fen=4117))
    """
    exact = volume_fen * share / basis_days
    daily = round_by(rounding, exact.numerator, exact.denominator)
    if net_fen <= 0 or fee_fen < 0 or daily <= 0:
        wrong = f"{net_fen} fen net, {fee_fen} fee and {daily} a day are no purchase."
        raise InputError("DISCOUNT", wrong, "Give amounts above 0 and sales that pay something.")
    whole = net_fen + fee_fen
    days = -(-whole // daily)
    payments = [daily] * (days - 1) + [whole - daily * (days - 1)]
    rate = _daily_rate(net_fen, payments)
    rows, unearned = [], fee_fen
    with localcontext(prec=_DIGITS):
        balance = Decimal(net_fen)
        for payment in payments[:-1]:
            # The balance is carried as it is; only what is shown and earned is rounded.
            gain = balance * rate
            earned = min(unearned, round_by(rounding, *gain.as_integer_ratio()))
            balance += gain - payment
            unearned -= earned
            shown = round_by(rounding, *balance.as_integer_ratio())
            rows.append(DiscountRow(payment, shown, earned, unearned))
    rows.append(DiscountRow(payments[-1], 0, unearned, 0))
    return tuple(rows)


def _daily_rate(net_fen: int, payments: list[int]) -> Decimal:
    """The rate of one day at which the payments are worth the net amount, by halving."""
    with localcontext(prec=_DIGITS):
        low, high = Decimal(0), Decimal(1)
        while _worth(payments, high) > net_fen:
            high *= 2
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _worth(payments, middle) > net_fen else (low, middle)
        return high


def _worth(payments: list[int], rate: Decimal) -> Decimal:
    worth = Decimal(0)
    for payment in reversed(payments):
        worth = (worth + payment) / (1 + rate)
    return worth
