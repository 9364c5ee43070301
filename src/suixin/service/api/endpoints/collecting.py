"""What comes in for agreements, and what is done when it does not: receipts, calls, claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from annotated_types import MaxLen, MinLen
from ninja import Query, Router
from pydantic import StringConstraints

from suixin.lending.events import PlannedDue
from suixin.service.api import agreed
from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Bps, Fen, FenOrNone, Id, IdInPath, Words
from suixin.service.app import (
    arrears,
    claim_rows,
    claims,
    fund_claims,
    holds,
    servicing,
    settlements,
)
from suixin.service.app.arrears import Called
from suixin.service.app.claim_rows import ClaimMade
from suixin.service.app.day import business_day
from suixin.service.app.holds import Held
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal
from suixin.service.app.servicing import Settled, Stands
from suixin.service.app.settlements import Owed

router = Router(tags=["Collecting"])


class Receiving(Body):
    """Money that came, counted from the day `on`."""

    fen: Fen
    on: date


class SaleSettled(Body):
    """One settlement of an order's sales, or money given back to its buyer."""

    order: Id
    fen: Fen
    on: date
    refund: bool = False


class Sweeping(Body):
    """Settlements of a borrower's sales: each repays its share."""

    settled: Annotated[tuple[SaleSettled, ...], MinLen(1), MaxLen(1_000)]


class Because(Body):
    """Why."""

    why: Words


class Correcting(Body):
    """Which event is taken back, and why."""

    event: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    why: Words


class NewRow(Body):
    """A row of a new schedule; no principal in the last one: all that is left."""

    due_on: date
    principal_fen: FenOrNone | None = None


class Restructuring(Body):
    """A new schedule for what is left, and the rate from now on."""

    rows: Annotated[tuple[NewRow, ...], MinLen(1), MaxLen(360)]
    rate_bps: Bps
    why: Words


class GuarantorPaying(Body):
    """What a guarantor paid, counted from the day `on`."""

    guarantor: Id
    fen: Fen
    on: date


class Recovering(Body):
    """What came back of a bad loan, and what it cost."""

    fen: Fen
    costs_fen: FenOrNone = 0
    on: date


class Judged(Body):
    """The fund's yes or no to a claim, and why."""

    accept: bool
    why: Words


class Contribution(Body):
    """Money that came into a tier of the fund."""

    tier: Id
    fen: Fen
    on: date


class Holding(Body):
    """What is stopped: `party:ID`, `product:NAME`, `agreement:ID` or `all`, and why."""

    scope: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    reason: Words
    rule: Annotated[str, StringConstraints(max_length=100)] = ""


@writes(router, "/agreements/{agreement}/receipts", Stands, Act.RECEIVE)
def receive(asked: Asked, agreement: IdInPath, body: Receiving) -> Stands:
    """Enter money that came for an agreement."""
    return servicing.receive(
        asked.caller, agreement, fen=body.fen, on=body.on, key=asked.key, at=asked.at
    )


@writes(router, "/agreements/{agreement}/settlements", Stands, Act.RECEIVE)
def sweep(asked: Asked, agreement: IdInPath, body: Sweeping) -> Stands:
    """Enter settlements of sales: each repays its share, and a refund gives it back."""
    told = [
        Settled(order=one.order, fen=one.fen, on=one.on, refund=one.refund) for one in body.settled
    ]
    return servicing.sweep(asked.caller, agreement, told, key=asked.key, at=asked.at)


@writes(router, "/agreements/{agreement}/corrections", Proposal, Act.CORRECT)
def propose_correction(asked: Asked, agreement: IdInPath, body: Correcting) -> Proposal:
    """Propose to take back what was entered by mistake."""
    return servicing.correct(
        asked.caller, agreement, body.event, why=body.why, key=asked.key, at=asked.at
    )


@writes(router, "/agreements/{agreement}/restructurings", Proposal, Act.RESTRUCTURE)
def propose_restructuring(asked: Asked, agreement: IdInPath, body: Restructuring) -> Proposal:
    """Propose a new schedule for what is left."""
    rows = [PlannedDue(row.due_on, row.principal_fen) for row in body.rows]
    return servicing.restructure(
        asked.caller,
        agreement,
        rows,
        rate_bps=body.rate_bps,
        why=body.why,
        key=asked.key,
        at=asked.at,
    )


@writes(router, "/agreements/{agreement}/calls", Proposal, Act.CALL_GUARANTORS)
def propose_call(asked: Asked, agreement: IdInPath, body: Because) -> Proposal:
    """Propose to ask those who stand for a loan."""
    return arrears.call_guarantors(
        asked.caller, agreement, why=body.why, key=asked.key, at=asked.at
    )


@reads(router, "/agreements/{agreement}/calls", tuple[Called, ...], Act.SEE_AGREEMENT)
def list_calls(asked: Asked, agreement: IdInPath) -> tuple[Called, ...]:
    """Every call on an agreement, and what each guarantor paid."""
    return arrears.calls_of(agreed.reached(asked.caller, agreement), agreement)


@writes(router, "/agreements/{agreement}/guarantor-receipts", Stands, Act.RECEIVE)
def receive_of_guarantor(asked: Asked, agreement: IdInPath, body: GuarantorPaying) -> Stands:
    """Enter what a guarantor paid; he then holds a claim on the debtor."""
    return arrears.guarantor_pays(
        asked.caller,
        agreement,
        body.guarantor,
        fen=body.fen,
        on=body.on,
        key=asked.key,
        at=asked.at,
    )


@writes(router, "/agreements/{agreement}/write-offs", Proposal, Act.WRITE_OFF)
def propose_write_off(asked: Asked, agreement: IdInPath, body: Because) -> Proposal:
    """Propose to take a defaulted agreement out of the books."""
    return arrears.write_off(asked.caller, agreement, why=body.why, key=asked.key, at=asked.at)


@writes(router, "/agreements/{agreement}/recoveries", Stands, Act.RECEIVE)
def recover(asked: Asked, agreement: IdInPath, body: Recovering) -> Stands:
    """Enter what came back of a bad loan."""
    return arrears.recover(
        asked.caller,
        agreement,
        fen=body.fen,
        costs_fen=body.costs_fen,
        on=body.on,
        key=asked.key,
        at=asked.at,
    )


@writes(router, "/agreements/{agreement}/claims", Proposal, Act.CLAIM)
def propose_claim(asked: Asked, agreement: IdInPath, body: Because) -> Proposal:
    """Propose to ask the fund for its part of a loss."""
    return claims.claim(asked.caller, agreement, why=body.why, key=asked.key, at=asked.at)


@reads(router, "/claims", tuple[ClaimMade, ...], Act.SEE_FUND)
def list_claims(
    asked: Asked, agreement: Annotated[Id | None, Query(None)]
) -> tuple[ClaimMade, ...]:
    """Claims that were filed or are to be decided, oldest first."""
    check_may(asked.caller, Act.SEE_FUND)
    return claim_rows.claims(asked.caller.actor("looked at claims"), agreement=agreement or "")


@reads(router, "/claims/{claim}", ClaimMade, Act.SEE_FUND)
def see_claim(asked: Asked, claim: IdInPath) -> ClaimMade:
    """One claim, and what became of it."""
    check_may(asked.caller, Act.SEE_FUND)
    return claim_rows.claim_of(asked.caller.actor("looked at a claim"), claim)


@writes(router, "/claims/{claim}/decisions", Proposal, Act.DECIDE_CLAIM)
def propose_claim_decision(asked: Asked, claim: IdInPath, body: Judged) -> Proposal:
    """Propose the fund's yes or no to a claim."""
    return fund_claims.decide_claim(
        asked.caller, claim, accept=body.accept, why=body.why, key=asked.key, at=asked.at
    )


@writes(router, "/claims/{claim}/payments", Proposal, Act.PAY_CLAIM)
def propose_claim_payment(asked: Asked, claim: IdInPath, body: Because) -> Proposal:
    """Propose to pay what is accepted, tier by tier."""
    return fund_claims.pay_claim(asked.caller, claim, why=body.why, key=asked.key, at=asked.at)


@reads(router, "/fund/tiers", Mapping[str, int], Act.SEE_FUND)
def see_tiers(asked: Asked) -> Mapping[str, int]:
    """What each tier of the fund holds by its books, in fen."""
    check_may(asked.caller, Act.SEE_FUND)
    return fund_claims.tiers_of(asked.caller.actor("looked at the fund"))


@writes(router, "/fund/contributions", Mapping[str, int], Act.PAY_CLAIM)
def contribute(asked: Asked, body: Contribution) -> Mapping[str, int]:
    """Enter money that came into a tier; what each tier then holds."""
    return fund_claims.contribute(
        asked.caller, body.tier, fen=body.fen, on=body.on, key=asked.key, at=asked.at
    )


@writes(router, "/holds", Held, Act.HOLD)
def hold(asked: Asked, body: Holding) -> Held:
    """Stop new money, from today on."""
    return holds.hold(
        asked.caller,
        body.scope,
        kind=body.kind,
        reason=body.reason,
        rule=body.rule,
        key=asked.key,
        at=asked.at,
    )


@reads(router, "/holds", tuple[Held, ...], Act.SEE_CASE)
def list_holds(asked: Asked, on: Annotated[date | None, Query(None)]) -> tuple[Held, ...]:
    """The holds that stand on a day."""
    day = on or business_day(asked.caller.actor(), asked.at)
    return holds.held(asked.caller, on=day)


@writes(router, "/holds/{hold_id}/release", Held, Act.HOLD, status=200)
def release_hold(asked: Asked, hold_id: IdInPath, body: Because) -> Held:
    """Let new money go again, from tomorrow on."""
    return holds.release_hold(asked.caller, hold_id, why=body.why, at=asked.at)


@reads(router, "/merchant-balances", tuple[Owed, ...], Act.SEE_LEDGER)
def list_owed(asked: Asked, party: Annotated[Id | None, Query(None)]) -> tuple[Owed, ...]:
    """Who is owed money of his own: the rest of settlements, overpayments, shares given back."""
    return settlements.owed(asked.caller, party=party or "")
