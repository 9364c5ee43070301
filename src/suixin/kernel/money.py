"""Money: a whole number of a currency's smallest unit. Never a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import Final, Literal, TypeAlias

Rounding: TypeAlias = Literal["half_up", "half_even"]

MINOR_PER_YUAN: Final = 100


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of a currency unit (fen for CNY); two currencies never mix.

    >>> print(Money(50_000_00) - Money.from_yuan("0.05"))
    49,999.95 CNY
    >>> [part.minor for part in Money(100_00).allocate([1, 1, 1])]
    [3334, 3333, 3333]
    >>> Money(1, "CNY") + Money(1, "BRL")
    Traceback (most recent call last):
    ...
    ValueError: Money in BRL cannot be combined with money in CNY.
    """

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money counts whole minor units as an int, got {self.minor!r}.")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(
                f"A currency is three capital letters (ISO 4217), got {self.currency!r}."
            )

    @classmethod
    def from_yuan(cls, text: str | int | Decimal, currency: str = "CNY") -> Money:
        """The amount written in whole units with at most two decimals; anything finer is refused.

        >>> Money.from_yuan("12.30")
        Money(minor=1230, currency='CNY')
        >>> Money.from_yuan("12.305")
        Traceback (most recent call last):
        ...
        ValueError: '12.305' is not an amount with at most two decimals, such as 12.30.
        """
        if isinstance(text, float):
            raise TypeError(f"A float cannot hold an amount exactly; write {text!r} as text.")
        wrong = f"{str(text)!r} is not an amount with at most two decimals, such as 12.30."
        try:
            minor = Decimal(text).scaleb(2)
        except InvalidOperation:
            raise ValueError(wrong) from None
        if not minor.is_finite() or minor != int(minor):
            raise ValueError(wrong)
        return cls(int(minor), currency)

    @property
    def yuan(self) -> Decimal:
        """The amount in whole units, exactly, with two decimals.

        >>> Money(1230).yuan
        Decimal('12.30')
        """
        return Decimal(self.minor).scaleb(-2)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Share by weight: floors, then the spare units one each from the first with weight > 0.

        The parts always sum to the whole, and a negative amount is shared as its opposite, so
        taking back undoes giving exactly.

        >>> [part.minor for part in Money(5).allocate([0, 1, 1])]
        [0, 3, 2]
        """
        return tuple(Money(part, self.currency) for part in share(self.minor, weights))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __str__(self) -> str:
        whole, hundredths = divmod(abs(self.minor), MINOR_PER_YUAN)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{whole:,}.{hundredths:02d} {self.currency}"

    def _same(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise TypeError(f"Money only meets money, got {other!r}.")
        if other.currency != self.currency:
            raise ValueError(
                f"Money in {other.currency} cannot be combined with money in {self.currency}."
            )
        return other


def share(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share minor units by weight: floors, then the spare ones one each from the first above 0.

    >>> share(1000, [1, 1, 1]), share(-5, [0, 1, 1])
    ((334, 333, 333), (0, -3, -2))
    """
    if any(type(weight) is not int or weight < 0 for weight in weights) or not any(weights):
        raise ValueError(f"Weights are whole numbers >= 0, not all 0; got {list(weights)!r}.")
    total, whole = sum(weights), abs(amount)
    parts = [whole * weight // total for weight in weights]
    bearers = [index for index, weight in enumerate(weights) if weight > 0]
    for index in bearers[: whole - sum(parts)]:
        parts[index] += 1
    return tuple(-part if amount < 0 else part for part in parts)


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to a fraction; a tie goes away from zero. Exact integers.

    >>> round_half_up(5, 2), round_half_up(-5, 2), round_half_up(7, 3)
    (3, -3, 2)
    """
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    return sign * (quotient + (2 * rest >= abs(denominator)))


def round_half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number to a fraction; a tie goes to the even one. Exact integers.

    >>> round_half_even(5, 2), round_half_even(7, 2), round_half_even(-5, 2)
    (2, 4, -2)
    """
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest
    above = twice > abs(denominator) or (twice == abs(denominator) and quotient % 2 == 1)
    return sign * (quotient + above)


def round_by(rounding: Rounding, numerator: int, denominator: int) -> int:
    """Round a fraction by the rule a product names.

    >>> round_by("half_up", 5, 2), round_by("half_even", 5, 2)
    (3, 2)
    """
    if rounding == "half_up":
        return round_half_up(numerator, denominator)
    if rounding == "half_even":
        return round_half_even(numerator, denominator)
    raise ValueError(f"A rounding is half_up or half_even, got {rounding!r}.")
