"""How much private lending stands on a yuan of public money: stock, flow, and what it added."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class PublicMoney:
    """Public money of twelve months, in fen: what the fund paid and had back, and subsidies."""

    fund_paid_fen: int
    fund_recovered_fen: int = 0
    subsidy_fen: int = 0
    clawed_back_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What it cost after all that came back."""
        paid = self.fund_paid_fen + self.subsidy_fen
        return paid - self.fund_recovered_fen - self.clawed_back_fen


def stock(principal_fen: int, fund_capital_fen: int) -> Fraction | None:
    """Covered principal on a yuan of the fund's capital; None where there is no capital.

    Source: governance plan §7 (D04).

    >>> float(stock(6_000_000_000, 600_000_000))
    10.0
    """
    return Fraction(principal_fen, fund_capital_fen) if fund_capital_fen > 0 else None


def flow(disbursed_fen: int, spent: PublicMoney) -> Fraction | None:
    """What was lent in twelve months on a yuan of public money spent; None where none was.

    >>> round(float(flow(8_640_000_000, PublicMoney(120_996_800))), 2)
    71.41
    """
    return Fraction(disbursed_fen, spent.net_fen) if spent.net_fen > 0 else None


def additional(disbursed_fen: int, otherwise_fen: int, spent: PublicMoney) -> Fraction | None:
    """The same for what would not have been lent anyhow: only this counts as achieved.

    `otherwise_fen` is the lending of a matched group without the programme.

    >>> round(float(additional(8_640_000_000, 7_100_000_000, PublicMoney(120_996_800))), 2)
    12.73
    """
    return flow(disbursed_fen - otherwise_fen, spent)
