"""Who bears a loss, in which order, and to whom what is recovered goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from suixin.kernel.money import share

LENDER, FUND = "lender", "fund"


@dataclass(frozen=True, slots=True)
class Cover:
    """What pays before lender and fund: pledge or insurance proceeds, or a guarantor to his cap.

    `recourse` tells whether he who paid holds a claim on the debtor, so shares in recoveries:
    a guarantor does, the debtor's own pledge does not.
    """

    name: str
    most_fen: int
    recourse: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of the fund: its balance, and what its yearly cap still leaves (None: no cap)."""

    name: str
    balance_fen: int
    year_left_fen: int | None = None

    @property
    def can_pay_fen(self) -> int:
        """The smaller of the balance and what the year leaves."""
        left = self.balance_fen if self.year_left_fen is None else self.year_left_fen
        return max(0, min(self.balance_fen, left))


@dataclass(frozen=True, slots=True)
class LossShares:
    """Who bore how much, in the order of bearing; the parts sum to the loss.

    `queued_fen` is the part of the lender's that the fund owes once its tiers are filled again;
    `recourse` names those who share in recoveries.
    """

    borne_fen: Mapping[str, int]
    queued_fen: int
    recourse: frozenset[str]


def loss_shares(
    loss_fen: int,
    *,
    covers: Sequence[Cover] = (),
    weights: Mapping[str, int] = MappingProxyType({LENDER: 1}),
    tiers: Sequence[Tier] = (),
) -> LossShares:
    """Share a loss: covers in order, then lender and fund by weight, the fund's part tier by tier.

    `weights` names `lender` and, where there is one, `fund`; whom it names first bears the spare
    fen. What no tier can pay falls to the lender and queues. Source: formulas §12 (E12, H06).

    >>> tiers = [Tier("county", 1_500_000), Tier("city", 600_000), Tier("province", 5_000_000)]
    >>> by = {"lender": 30, "fund": 70}
    >>> cover = [Cover("insurance", 500_000)]
    >>> shares = loss_shares(3_876_543, covers=cover, weights=by, tiers=tiers)
    >>> shares.borne_fen["lender"], shares.borne_fen["province"], shares.queued_fen
    (1012963, 263580, 0)
    """
    names = [cover.name for cover in covers] + [tier.name for tier in tiers] + [LENDER]
    if loss_fen < 0 or min((cover.most_fen for cover in covers), default=0) < 0:
        raise ValueError(f"A loss and what covers it are fen ≥ 0, got {loss_fen} and {covers}.")
    if len(set(names)) < len(names) or not {LENDER} <= weights.keys() <= {LENDER, FUND}:
        raise ValueError(f"Each bearer has one name, and {dict(weights)} names lender and fund.")
    borne, rest = {}, loss_fen
    for cover in covers:
        borne[cover.name] = min(rest, cover.most_fen)
        rest -= borne[cover.name]
    parts = dict(zip(weights, share(rest, list(weights.values())), strict=True))
    borne[LENDER], queued = parts[LENDER], parts.get(FUND, 0)
    for tier in tiers:
        borne[tier.name] = min(queued, tier.can_pay_fen)
        queued -= borne[tier.name]
    borne[LENDER] += queued
    recourse = {cover.name for cover in covers if cover.recourse}
    return LossShares(
        borne_fen=MappingProxyType(borne),
        queued_fen=queued,
        recourse=frozenset(recourse | {LENDER} | {tier.name for tier in tiers}),
    )


def recovery_shares(recovered_fen: int, out_fen: Mapping[str, int]) -> Mapping[str, int]:
    """Share a recovery, less its costs, by what each still has out; nobody gets more than he gave.

    What is above all that is out stays under `surplus`, the debtor's. Source: formulas §12.

    >>> out = {"lender": 1_012_963, "county": 1_500_000, "city": 600_000, "province": 263_580}
    >>> dict(recovery_shares(1_200_000, out))
    {'lender': 360001, 'county': 533090, 'city': 213235, 'province': 93674}
    """
    if recovered_fen < 0 or min(out_fen.values(), default=0) < 0:
        raise ValueError(f"A recovery and what is out are fen ≥ 0: {recovered_fen}, {out_fen}.")
    total = sum(out_fen.values())
    shared = min(recovered_fen, total)
    parts = share(shared, list(out_fen.values())) if total else tuple(0 for _ in out_fen)
    shares = dict(zip(out_fen, parts, strict=True))
    if recovered_fen > total:
        shares["surplus"] = recovered_fen - total
    return MappingProxyType(shares)
