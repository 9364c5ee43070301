"""A co-operative's distribution: each member's share pays what is due before it reaches him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suixin.kernel.money import round_half_up, share
from suixin.kernel.rate import BPS_PER_WHOLE

OWN_ORDER = ("penalty", "fee", "interest", "principal")


@dataclass(frozen=True, slots=True)
class Holding:
    """A member of a distribution: what it sold, and what it owes today (all in fen).

    `own_dues` are the dues of its own loan by kind, `called` its unpaid guarantee share and
    `ahead` what it may still prepay of its own loan.
    """

    member: str
    sales_fen: int
    own_dues_fen: Mapping[str, int]
    called_fen: int = 0
    ahead_fen: int = 0


@dataclass(frozen=True, slots=True)
class Paid:
    """Where one member's dividend went; the parts sum to `dividend_fen`."""

    member: str
    dividend_fen: int
    own_fen: Mapping[str, int]
    called_fen: int
    prepaid_fen: int
    member_fen: int


def distribute(total_fen: int, holdings: Sequence[Holding], *, prepay_bps: int) -> tuple[Paid, ...]:
    """Share a distribution by sales; each share pays own dues, called shares, prepayment, member.

    Own dues are paid penalty, fee, interest, principal. Raises ValueError where nobody sold
    anything or an amount is below 0. Source: formulas §14 (E10).

    >>> sold = (4_125_000, 3_050_050, 1_833_333)
    >>> dues = ({}, {"interest": 21_045, "principal": 300_000}, {})
    >>> called = (0, 150_000, 0)
    >>> members = [Holding(f"h-{k}", sold[k], dues[k], called[k]) for k in range(3)]
    >>> paid = distribute(2_400_000, members, prepay_bps=0)
    >>> [one.dividend_fen for one in paid], paid[1].member_fen
    ([1098977, 812590, 488433], 341545)
    """
    if total_fen < 0:
        raise ValueError(f"A distribution is fen ≥ 0, got {total_fen}.")
    parts = share(total_fen, [holding.sales_fen for holding in holdings])
    return tuple(
        _pay(part, holding, prepay_bps) for part, holding in zip(parts, holdings, strict=True)
    )


def _pay(dividend_fen: int, holding: Holding, prepay_bps: int) -> Paid:
    dues = [holding.own_dues_fen.get(kind, 0) for kind in OWN_ORDER]
    if min(*dues, holding.called_fen, holding.ahead_fen) < 0:
        raise ValueError(f"{holding.member}: dues are fen ≥ 0, got {holding}.")
    if holding.own_dues_fen.keys() - set(OWN_ORDER):
        raise ValueError(f"{holding.member}: dues are of {OWN_ORDER}, got {holding.own_dues_fen}.")
    rest, own = dividend_fen, {}
    for kind, due in zip(OWN_ORDER, dues, strict=True):
        own[kind] = min(rest, due)
        rest -= own[kind]
    called = min(rest, holding.called_fen)
    rest -= called
    prepaid = min(holding.ahead_fen, round_half_up(rest * prepay_bps, BPS_PER_WHOLE))
    return Paid(holding.member, dividend_fen, own, called, prepaid, rest - prepaid)
