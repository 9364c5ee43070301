"""The risk-compensation pool: claims in, decisions within their days, tiers that pay in order.

A pool is a value; every act gives the next one and the movement it made. What the tiers cannot pay
waits in a queue, oldest first, and is paid when they are filled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.calendar import add_working_days, is_working_day
from suixin.kernel.money import share
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.lending.loss import Tier, recovery_shares
from suixin.lending.refused import Refused


class ClaimRefusal(StrEnum):
    """Why the fund takes no claim, in the order of the checks."""

    NOT_COVERED = "not_covered"
    CLAIMED_ALREADY = "claimed_already"
    NOT_OVERDUE_ENOUGH = "not_overdue_enough"
    NOTHING_TO_CLAIM = "nothing_to_claim"
    MISUSED = "misused"


CLAIM_WORDING: Final[Mapping[ClaimRefusal, Wording]] = MappingProxyType(
    {
        ClaimRefusal.NOT_COVERED: Wording(
            "该合同不在风险补偿资金池范围内。", "The agreement is not under the fund."
        ),
        ClaimRefusal.CLAIMED_ALREADY: Wording(
            "该合同已申请过补偿。", "The agreement was claimed already."
        ),
        ClaimRefusal.NOT_OVERDUE_ENOUGH: Wording(
            "逾期天数未达到申请条件。", "It is not overdue for long enough."
        ),
        ClaimRefusal.NOTHING_TO_CLAIM: Wording("无可补偿金额。", "Nothing is left to compensate."),
        ClaimRefusal.MISUSED: Wording(
            "贷款被挪用，资金池不予补偿。", "The money was misused: the fund does not pay."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a lender asks of the fund for one agreement, by what share, and what became of it.

    `tiers_fen` is what each tier has paid and not had back; `queued_fen` what still waits.
    """

    agreement: str
    asked_fen: int
    filed_on: date
    decided_on: date | None = None
    tiers_fen: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    queued_fen: int = 0
    paid_on: date | None = None

    @property
    def out_fen(self) -> int:
        """What the fund has paid and not had back."""
        return sum(self.tiers_fen.values())


@dataclass(frozen=True, slots=True)
class Pool:
    """Tiers in the order they pay, and claims in the order they were filed."""

    tiers: tuple[Tier, ...]
    claims: tuple[Claim, ...] = ()

    @property
    def balance_fen(self) -> int:
        """All that the tiers hold."""
        return sum(tier.balance_fen for tier in self.tiers)

    def claim(self, agreement: str) -> Claim:
        """The claim of an agreement; raises KeyError where there is none."""
        for one in self.claims:
            if one.agreement == agreement:
                return one
        raise KeyError(f"No claim was filed for {agreement}.")


def claim_refusal(
    pool: Pool,
    agreement: str,
    *,
    days_past_due: int,
    fund_part_fen: int,
    covered: bool,
    misused: bool,
    policy: PolicyOn,
) -> Refused | None:
    """Why a claim may not be filed, or None (E04).

    >>> from suixin.kernel.policy import load_policy
    >>> rules, pool = load_policy("fund").on(date(2026, 6, 30)), Pool((Tier("county", 100),))
    >>> facts = {"fund_part_fen": 70, "covered": True, "misused": False, "policy": rules}
    >>> claim_refusal(pool, "a-1", days_past_due=91, **facts)
    >>> claim_refusal(pool, "a-1", days_past_due=90, **facts).why.value
    'not_overdue_enough'
    """
    least = policy["fund.claim"]["past_due"]
    days = f"more than {least} days"
    known = any(one.agreement == agreement for one in pool.claims)
    checks = (
        (not covered, ClaimRefusal.NOT_COVERED, agreement, "an agreement under the fund"),
        (known, ClaimRefusal.CLAIMED_ALREADY, agreement, "one claim an agreement"),
        (days_past_due <= least, ClaimRefusal.NOT_OVERDUE_ENOUGH, f"{days_past_due} days", days),
        (fund_part_fen <= 0, ClaimRefusal.NOTHING_TO_CLAIM, fund_part_fen, "fen above 0"),
        (misused, ClaimRefusal.MISUSED, "misused", "used as agreed"),
    )
    for holds, why, found, allowed in checks:
        if holds:
            return Refused.by(why, policy, "fund.claim", found=found, allowed=allowed)
    return None


def filed(pool: Pool, agreement: str, asked_fen: int, *, on: date) -> Pool:
    """The pool with a claim for the fund's part of a loss; ask `claim_refusal` first."""
    return replace(pool, claims=(*pool.claims, Claim(agreement, asked_fen, on)))


def accepted(pool: Pool, agreement: str, *, on: date) -> Pool:
    """The claim accepted and paid as far as the tiers go; the rest queues behind older claims.

    >>> day, tiers = date(2026, 6, 30), (Tier("county", 1_500_000), Tier("city", 600_000))
    >>> pool = accepted(filed(Pool(tiers), "a-1", 2_363_580, on=day), "a-1", on=day)
    >>> dict(pool.claim("a-1").tiers_fen), pool.claim("a-1").queued_fen, pool.balance_fen
    ({'county': 1500000, 'city': 600000}, 263580, 0)
    """
    claim = pool.claim(agreement)
    if claim.decided_on is not None:
        raise ValueError(f"{agreement}: decided on {claim.decided_on} already.")
    decided = replace(claim, decided_on=on, queued_fen=claim.asked_fen)
    return _queue_paid(_with(pool, decided), on)


def contributed(pool: Pool, tier: str, amount_fen: int, *, on: date) -> Pool:
    """A tier filled by so much; claims that wait are paid at once, oldest first.

    >>> day = date(2026, 6, 30)
    >>> waiting = accepted(filed(Pool((Tier("county", 0),)), "a-1", 100, on=day), "a-1", on=day)
    >>> after = contributed(waiting, "county", 150, on=day)
    >>> after.claim("a-1").queued_fen, after.balance_fen
    (0, 50)
    """
    if amount_fen <= 0 or tier not in {one.name for one in pool.tiers}:
        raise ValueError(f"A contribution is fen above 0 to a tier of the pool: {tier}.")
    tiers = tuple(
        replace(one, balance_fen=one.balance_fen + amount_fen) if one.name == tier else one
        for one in pool.tiers
    )
    return _queue_paid(replace(pool, tiers=tiers), on)


def year_begun(pool: Pool, caps_fen: Mapping[str, int | None], *, on: date) -> Pool:
    """The pool on the first day of a year: every tier's yearly cap is whole again."""
    tiers = tuple(replace(tier, year_left_fen=caps_fen[tier.name]) for tier in pool.tiers)
    return _queue_paid(replace(pool, tiers=tiers), on)


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery shared: the pool after it, the lender's part, each tier's, and what is over."""

    pool: Pool
    lender_fen: int
    tiers_fen: Mapping[str, int]
    surplus_fen: int


def recovered(
    pool: Pool, agreement: str, amount_fen: int, *, lender_out_fen: int, on: date
) -> Recovery:
    """Share what came back, less costs, by what lender and tiers still have out of this agreement.

    What the lender has out includes what it bears for the fund while the claim queues; as much of
    its part as that is of all it has out goes off the queue, so nobody is paid twice. The tiers so
    filled pay what waits. Source: formulas §12: recoveries go back pro rata (H06).

    >>> day, tiers = date(2026, 6, 30), (Tier("county", 1_500_000), Tier("city", 600_000))
    >>> pool = accepted(filed(Pool(tiers), "a-1", 2_100_000, on=day), "a-1", on=day)
    >>> back = recovered(pool, "a-1", 300_000, lender_out_fen=900_000, on=day)
    >>> back.lender_fen, dict(back.tiers_fen), back.pool.balance_fen
    (90000, {'county': 150000, 'city': 60000}, 210000)
    """
    claim = pool.claim(agreement)
    if lender_out_fen < claim.queued_fen:
        raise ValueError(f"{agreement}: the lender bears the {claim.queued_fen} fen that queue.")
    shares = recovery_shares(amount_fen, {"lender": lender_out_fen, **claim.tiers_fen})
    back = {name: shares[name] for name in claim.tiers_fen}
    out = {name: paid - back[name] for name, paid in claim.tiers_fen.items()}
    tiers = tuple(
        replace(one, balance_fen=one.balance_fen + back.get(one.name, 0)) for one in pool.tiers
    )
    queued = claim.queued_fen
    if queued:
        _, fell = share(shares["lender"], [lender_out_fen - queued, queued])
        queued -= fell
    settled = replace(
        claim,
        tiers_fen=MappingProxyType(out),
        queued_fen=queued,
        paid_on=on if claim.queued_fen and not queued else claim.paid_on,
    )
    after = _queue_paid(_with(replace(pool, tiers=tiers), settled), on)
    return Recovery(after, shares["lender"], MappingProxyType(back), shares.get("surplus", 0))


@dataclass(frozen=True, slots=True)
class Service:
    """How a claim stands to its days: the last days to decide and to pay, and working days late."""

    decide_by: date
    pay_by: date
    late_days: int


def service(claim: Claim, *, on: date, policy: PolicyOn) -> Service:
    """Whether the fund keeps its days: working days to decide from filing, then to pay.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("fund").on(date(2026, 6, 30))
    >>> service(Claim("a-1", 100, date(2026, 6, 1)), on=date(2026, 6, 25), policy=rules).late_days
    2
    """
    days = policy["fund.claim"]
    decide_by = add_working_days(claim.filed_on, days["decide"])
    pay_by = add_working_days(claim.decided_on or decide_by, days["pay"])
    late = _working_days(decide_by, claim.decided_on or on)
    if claim.decided_on is not None:
        late += _working_days(pay_by, claim.paid_on or on)
    return Service(decide_by, pay_by, late)


def _working_days(after: date, until: date) -> int:
    days = (date.fromordinal(day) for day in range(after.toordinal() + 1, until.toordinal() + 1))
    return sum(is_working_day(day) for day in days)


def _queue_paid(pool: Pool, on: date) -> Pool:
    """Every waiting claim paid as far as the tiers go, oldest first."""
    for claim in pool.claims:
        if claim.queued_fen:
            pool = _paid(pool, claim, on)
    return pool


def _paid(pool: Pool, claim: Claim, on: date) -> Pool:
    left, paid, tiers = claim.queued_fen, dict(claim.tiers_fen), []
    for tier in pool.tiers:
        part = min(left, tier.can_pay_fen)
        left -= part
        if part:
            paid[tier.name] = paid.get(tier.name, 0) + part
        year = None if tier.year_left_fen is None else tier.year_left_fen - part
        tiers.append(replace(tier, balance_fen=tier.balance_fen - part, year_left_fen=year))
    settled = replace(
        claim,
        tiers_fen=MappingProxyType(paid),
        queued_fen=left,
        paid_on=claim.paid_on if left else on,
    )
    return _with(replace(pool, tiers=tuple(tiers)), settled)


def _with(pool: Pool, claim: Claim) -> Pool:
    claims = (claim if one.agreement == claim.agreement else one for one in pool.claims)
    return replace(pool, claims=tuple(claims))
