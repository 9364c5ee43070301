"""Equal instalments 等额本息: one amount each period, the last takes what rounding left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.kernel.money import round_by
from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class EqualInstalment:
    """`multiple_fen`: instalments are whole multiples of it. `smoothing`: tries to level the last.

    >>> span = Span(3_000_000, (28_800,) * 6, 3_600_000, "half_up")
    >>> parts = EqualInstalment().parts(span)
    >>> parts.interest_fen
    (24000, 20079, 16127, 12143, 8128, 4080)
    >>> [p + i for p, i in zip(parts.principal_fen, parts.interest_fen)][-2:]
    [514093, 514092]
    """

    multiple_fen: int = 1
    smoothing: int = 0

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """One a turn of the cycle."""
        return due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """Interest on what is left first, the rest of the instalment principal. Source: §10."""
        amount = instalment(span, multiple_fen=self.multiple_fen)
        parts = paid_by(amount, span)
        for _ in range(self.smoothing):
            gap = _gap(parts)
            if abs(gap) <= len(span.weights) // 2:
                break
            steps = round_by(span.rounding, gap, len(span.weights) * self.multiple_fen)
            tried = amount + steps * self.multiple_fen
            again = paid_by(tried, span)
            if abs(_gap(again)) >= abs(gap):
                break
            amount, parts = tried, again
        return parts


def instalment(span: Span, *, multiple_fen: int = 1) -> int:
    """The equal instalment, in fen, exact before its one rounding (to a multiple where asked).

    P·Π(1 + fᵢ)/Fₙ with F₁ = 1 and Fₖ = 1 + Fₖ₋₁(1 + fₖ), fᵢ the rate of period i.
    Source: formulas §10.

    >>> instalment(Span(3_000_000, (28_800,) * 6, 3_600_000, "half_up"))
    514093
    """
    grown = grown_annuity(span.weights, span.basis)
    return multiple_fen * round_by(
        span.rounding, span.principal_fen * grown[0], grown[1] * multiple_fen
    )


def grown_annuity(weights: Sequence[int], basis: int) -> tuple[int, int]:
    """Numerator and denominator of the instalment that repays 1: Π(1 + fᵢ) / Fₙ, exactly.

    >>> grown_annuity([0, 0, 0, 0], 3_600_000)[1] // grown_annuity([0, 0, 0, 0], 3_600_000)[0]
    4
    """
    product, sum_of, power = basis + weights[0], 1, 1
    for weight in weights[1:]:
        growth = basis + weight
        power *= basis
        product *= growth
        sum_of = power + sum_of * growth
    # The product stands over basis^n, the sum over basis^(n-1): one basis is left to divide by.
    return product, sum_of * basis


def paid_by(amount_fen: int, span: Span) -> Parts:
    """The parts of an instalment of that amount; the last pays whatever is left.

    Where the interest of a period is more than the instalment, what is left of it is due with the
    next, without interest upon it.
    """
    balance, unpaid = span.principal_fen, 0
    principal, interest = [], []
    last = len(span.weights) - 1
    for period in range(last):
        accrued = span.interest(balance, period) + unpaid
        interest_part = min(accrued, amount_fen)
        unpaid = accrued - interest_part
        principal_part = min(balance, amount_fen - interest_part)
        principal.append(principal_part)
        interest.append(interest_part)
        balance -= principal_part
    return Parts((*principal, balance), (*interest, span.interest(balance, last) + unpaid))


def _gap(parts: Parts) -> int:
    """How much the last instalment is above the one before it."""
    totals = [p + i for p, i in zip(parts.principal_fen, parts.interest_fen, strict=True)]
    return totals[-1] - totals[-2] if len(totals) > 1 else 0
