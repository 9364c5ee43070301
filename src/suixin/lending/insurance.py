"""Insurance as first loss: a policy assigned to the lender pays before the guarantors do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import Wording
from suixin.lending.loss import Cover


class InsuranceRefusal(StrEnum):
    """Why a policy pays nothing to the lender, in the order of the checks."""

    NOT_ASSIGNED = "not_assigned"
    NOT_IN_FORCE = "not_in_force"
    OTHER_PERIL = "other_peril"
    BELOW_DEDUCTIBLE = "below_deductible"


INSURANCE_WORDING: Final[Mapping[InsuranceRefusal, Wording]] = MappingProxyType(
    {
        InsuranceRefusal.NOT_ASSIGNED: Wording(
            "保单受益人不是该贷款机构。", "The policy is not assigned to this lender."
        ),
        InsuranceRefusal.NOT_IN_FORCE: Wording(
            "出险日不在保险期间内。", "The loss fell outside the policy's days."
        ),
        InsuranceRefusal.OTHER_PERIL: Wording(
            "出险原因不在保障范围内。", "The policy does not cover this peril."
        ),
        InsuranceRefusal.BELOW_DEDUCTIBLE: Wording(
            "损失未超过免赔额。", "The loss is not above the deductible."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class InsurancePolicy:
    """A recorded insurance policy: what it covers, to what sum, and who is paid (L01).

    Amounts are fen; the premium stands in the cost table of the loan.
    """

    number: str
    insurer: str
    peril: str
    insured_fen: int
    deductible_fen: int
    premium_fen: int
    since: date
    until: date
    payee: str

    def __post_init__(self) -> None:
        if min(self.insured_fen, self.deductible_fen, self.premium_fen) < 0:
            raise ValueError(f"{self.number}: amounts are fen ≥ 0.")
        if self.until < self.since:
            raise ValueError(f"{self.number}: it ends on {self.until}, before {self.since}.")


def claim(
    insured: InsurancePolicy, *, loss_fen: int, peril: str, on: date, lender: str
) -> Cover | InsuranceRefusal:
    """What the insurer pays of a loss of that peril on that day: the first cover of the loss.

    Source: formulas §12: insurance proceeds come before guarantors.

    >>> day = date(2026, 6, 30)
    >>> hail = InsurancePolicy("p-1", "i-1", "hail", 500_000, 0, 12_000, day, day, "bank-1")
    >>> claim(hail, loss_fen=3_876_543, peril="hail", on=day, lender="bank-1")
    Cover(name='i-1/p-1', most_fen=500000, recourse=False)
    >>> claim(hail, loss_fen=1, peril="hail", on=day, lender="bank-2").value
    'not_assigned'
    """
    if insured.payee != lender:
        return InsuranceRefusal.NOT_ASSIGNED
    if not insured.since <= on <= insured.until:
        return InsuranceRefusal.NOT_IN_FORCE
    if insured.peril != peril:
        return InsuranceRefusal.OTHER_PERIL
    if loss_fen <= insured.deductible_fen:
        return InsuranceRefusal.BELOW_DEDUCTIBLE
    paid = min(insured.insured_fen, loss_fen - insured.deductible_fen)
    return Cover(f"{insured.insurer}/{insured.number}", paid)
