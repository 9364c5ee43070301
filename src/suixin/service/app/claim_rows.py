"""Claims of lenders on funds, as both institutions see them, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.money import share
from suixin.lending.events import Recovery
from suixin.lending.fund_pool import Claim as PoolClaim
from suixin.service.app.evidence import tell
from suixin.service.store.session import Actor, acting, query

_CLAIMS: Final = """
    select institution_id, claim, lender_id, agreement, party_id, product, loss_fen, fen,
           interest_fen, weights::text, facts::text, filed_on, filed_at, proposal
      from fund_claim
     where %s in (institution_id, lender_id) and (%s = '' or claim = %s)
       and (%s = '' or agreement = %s)
     order by filed_on, claim
"""
_STEPS: Final = """
    select institution_id, claim, number, lender_id, kind, fen, tiers::text, on_day, at, why,
           proposal, pair
      from fund_claim_step where %s in (institution_id, lender_id) order by claim, number
"""
_STEP: Final = """
    insert into fund_claim_step (institution_id, claim, number, lender_id, kind, fen, tiers, on_day,
                                 at, why, proposal, pair)
    values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStep:
    """What became of a claim: accepted, refused, paid or recovered, with each tier's part (fen)."""

    number: int
    kind: str
    fen: int
    tiers: Mapping[str, int]
    on: date
    at: datetime
    why: str
    proposal: str
    pair: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMade:
    """A claim: `fen` is the fund's part of the loss, `interest_fen` of it interest."""

    claim: str
    fund: int
    lender: int
    agreement: str
    party: str
    product: str
    loss_fen: int
    fen: int
    interest_fen: int
    weights: Mapping[str, int]
    facts: Mapping[str, Any]
    filed_on: date
    filed_at: datetime
    proposal: str
    steps: tuple[ClaimStep, ...]

    def _of(self, kind: str) -> tuple[ClaimStep, ...]:
        return tuple(step for step in self.steps if step.kind == kind)

    @property
    def standing(self) -> str:
        """filed, refused, accepted, or paid once nothing of it waits."""
        if self._of("refused"):
            return "refused"
        if not self._of("accepted"):
            return "filed"
        return "accepted" if self.left_fen else "paid"

    @property
    def decided_on(self) -> date | None:
        """The day on which the fund decided."""
        made = self._of("accepted") + self._of("refused")
        return made[0].on if made else None

    @property
    def paid_fen(self) -> int:
        """What the fund has paid."""
        return sum(step.fen for step in self._of("paid"))

    @property
    def left_fen(self) -> int:
        """What it accepted and has not paid."""
        return sum(step.fen for step in self._of("accepted")) - self.paid_fen

    @property
    def out_fen(self) -> Mapping[str, int]:
        """What each tier has paid and not had back."""
        out: dict[str, int] = {}
        for step in self.steps:
            sign = {"paid": 1, "recovered": -1}.get(step.kind, 0)
            for tier, fen in step.tiers.items():
                out[tier] = out.get(tier, 0) + sign * fen
        return out

    def pool_claim(self) -> PoolClaim:
        """The claim as the library's pool works on it."""
        paid = self._of("paid")
        return PoolClaim(
            self.agreement,
            self.fen,
            self.filed_on,
            self.decided_on,
            dict(self.out_fen),
            self.left_fen,
            paid[-1].on if paid and not self.left_fen else None,
        )


def claims(actor: Actor, *, claim: str = "", agreement: str = "") -> tuple[ClaimMade, ...]:
    """Every claim that an institution filed or has to decide, oldest first."""
    with acting(actor):
        given = [actor.institution, claim, claim, agreement, agreement]
        rows = query(_CLAIMS, given)
        steps = query(_STEPS, [actor.institution])
    by_claim: dict[tuple[int, str], list[ClaimStep]] = {}
    for fund, name, number, _, kind, fen, tiers, on, at, why, proposal, pair in steps:
        step = ClaimStep(
            number=number,
            kind=kind,
            fen=fen,
            tiers=json.loads(tiers),
            on=on,
            at=at,
            why=why,
            proposal=proposal,
            pair=pair,
        )
        by_claim.setdefault((fund, name), []).append(step)
    return tuple(_claim(row, tuple(by_claim.get((row[0], row[1]), ()))) for row in rows)


def claim_of(actor: Actor, claim: str) -> ClaimMade:
    """One claim, for either of its two institutions; raises `InputError` NO_CLAIM."""
    for one in claims(actor, claim=claim) if claim else ():
        return one
    raise InputError("NO_CLAIM", f"There is no claim {claim}.", "Check the id.")


def add_step(actor: Actor, claim: ClaimMade, step: ClaimStep) -> None:
    """Note what became of a claim, and tell it to the log; within a transaction."""
    given = [claim.fund, claim.claim, step.number, claim.lender, step.kind, step.fen]
    tiers = json.dumps(dict(step.tiers), ensure_ascii=False)
    query(_STEP, [*given, tiers, step.on, step.at, step.why, step.proposal, step.pair])
    said = {
        "claim": claim.claim,
        "agreement": claim.agreement,
        "kind": step.kind,
        "fen": step.fen,
        "tiers": list(map(list, step.tiers.items())),
        "on": step.on,
        "proposal": step.proposal,
        "pair": step.pair,
    }
    tell(actor, Kind.FUND_CLAIM, said, at=step.at)


def recovered(actor: Actor, agreement: str, event: Recovery, *, at: datetime) -> None:
    """Note what of a recovery goes back to the fund, tier by tier as each has out (H06)."""
    for claim in claims(actor, agreement=agreement):
        out = {tier: fen for tier, fen in claim.out_fen.items() if fen > 0}
        parts = share(event.fund_fen, list(out.values())) if out else ()
        add_step(
            actor,
            claim,
            ClaimStep(
                number=len(claim.steps) + 1,
                kind="recovered",
                fen=event.fund_fen,
                tiers=dict(zip(out, parts, strict=True)),
                on=event.booked_on,
                at=at,
                why="",
                proposal="",
                pair=f"{agreement}/{event.key}/passed",
            ),
        )


def _claim(row: tuple[Any, ...], steps: tuple[ClaimStep, ...]) -> ClaimMade:
    fund, name, lender, agreement, party, product, loss, fen, interest, *rest = row
    weights, facts, filed_on, filed_at, proposal = rest
    return ClaimMade(
        claim=name,
        fund=fund,
        lender=lender,
        agreement=agreement,
        party=party,
        product=product,
        loss_fen=loss,
        fen=fen,
        interest_fen=interest,
        weights=json.loads(weights),
        facts=json.loads(facts),
        filed_on=filed_on,
        filed_at=filed_at,
        proposal=proposal,
        steps=steps,
    )
