"""What a lender's taxes are eased by for lending to households and small businesses."""

from __future__ import annotations

from dataclasses import dataclass

from suixin.kernel.money import round_half_up
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE


@dataclass(frozen=True, slots=True)
class TaxRelief:
    """Tax not due on a loan's interest, in fen, and the text that says so ("" for none)."""

    vat_fen: int
    income_tax_fen: int
    reference: str


def tax_relief(interest_fen: int, *, borrower: str, credit_fen: int, policy: PolicyOn) -> TaxRelief:
    """Relief of VAT and income tax on the interest earned, by the rules of the policy's day.

    `borrower` is household or small_business, `credit_fen` its whole credit with the lender. VAT
    stands in the price, so it is interest × rate ÷ (1 + rate). Source: R-TAX (D02).

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("fiscal").on(date(2026, 6, 30))
    >>> found = tax_relief(106_000, borrower="household", credit_fen=5_000_000, policy=rules)
    >>> found.vat_fen, found.income_tax_fen
    (6000, 2650)
    >>> over = tax_relief(106_000, borrower="household", credit_fen=10_000_001, policy=rules)
    >>> over.vat_fen, over.income_tax_fen
    (0, 0)
    """
    if interest_fen < 0:
        raise ValueError(f"Interest is fen ≥ 0, got {interest_fen}.")
    setting, rates = policy.setting("tax.relief"), policy["tax.rates"]
    for rule in setting.value:
        if rule["borrower"] == borrower and credit_fen <= rule["credit_max"]:
            vat = rates["vat"] if rule["vat_free"] else 0
            uncounted = BPS_PER_WHOLE - rule["income_counts"]
            tax = interest_fen * uncounted * rates["income"]
            return TaxRelief(
                vat_fen=round_half_up(interest_fen * vat, BPS_PER_WHOLE + rates["vat"]),
                income_tax_fen=round_half_up(tax, BPS_PER_WHOLE * BPS_PER_WHOLE),
                reference=setting.reference,
            )
    return TaxRelief(0, 0, "")
