"""Rates: a whole number of basis points, so that a rate is exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from suixin.kernel.money import Money, Rounding, round_by

BPS_PER_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A share or an annual rate in basis points (1 bps = 0.01 %).

    >>> print(Rate(680), Rate(-5))
    6.80% -0.05%
    >>> print(Rate(680).of(Money(123_45), rounding="half_up"))
    8.39 CNY
    """

    bps: int

    def __post_init__(self) -> None:
        if type(self.bps) is not int:
            raise TypeError(f"A rate counts whole basis points as an int, got {self.bps!r}.")

    def of(self, money: Money, *, rounding: Rounding) -> Money:
        """This share of an amount, rounded once by the rule named.

        >>> Rate(50).of(Money(100), rounding="half_even").minor
        0
        """
        return Money(round_by(rounding, money.minor * self.bps, BPS_PER_WHOLE), money.currency)

    def __str__(self) -> str:
        whole, hundredths = divmod(abs(self.bps), 100)
        sign = "-" if self.bps < 0 else ""
        return f"{sign}{whole}.{hundredths:02d}%"
