"""A lender's claim on the fund that covers it, and what the fund decided taken into its books."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.lending.events import ClaimAccepted, Compensated, Event
from suixin.lending.fund_pool import Pool, claim_refusal
from suixin.lending.loss import FUND, LENDER, Tier, loss_shares
from suixin.service.app.applications import refused_by
from suixin.service.app.caller import Caller
from suixin.service.app.claim_rows import ClaimMade, ClaimStep, claims
from suixin.service.app.day import business_day
from suixin.service.app.entering import actor_for, enter
from suixin.service.app.evidence import tell
from suixin.service.app.fund_standing import fund_standing
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.standings import Standing, standing_of
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.store.agreements import history_of
from suixin.service.store.session import Actor, acting, query

_COVER: Final = """
    select institution_id, tiers from fund_cover
     where lender_id = %s and product = %s and since <= %s and (until is null or until >= %s)
     order by since desc limit 1
"""
_FILE: Final = """
    insert into fund_claim (institution_id, claim, lender_id, agreement, party_id, product,
                            loss_fen, fen, interest_fen, weights, facts, filed_on, filed_at,
                            proposal)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a claim asks: the loss, the fund's part, the interest in it (fen), by which shares."""

    fund: int
    loss_fen: int
    fen: int
    interest_fen: int
    weights: dict[str, int]
    days_past_due: int


def claim(caller: Caller, agreement: str, *, why: str, key: str, at: datetime) -> Proposal:
    """Propose to ask the fund for its part of a loss, by the share the lender stands on (E04).

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, and by the name of a claim's refusal:
    NOT_COVERED, CLAIMED_ALREADY, NOT_OVERDUE_ENOUGH, NOTHING_TO_CLAIM, MISUSED.
    """
    check_may(caller, Act.CLAIM)
    actor = actor_for(caller, agreement, why)
    with acting(actor):
        found = _loss(actor, agreement, business_day(actor, at))
    return propose(caller, Act.CLAIM, agreement, _content(found), key=key, why=why, at=at)


@carries_out(Act.CLAIM)
def claimed(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """File the claim where the fund sees it."""
    actor, agreement = caller.actor(proposal.why), proposal.subject
    day = business_day(actor, at)
    found = _loss(actor, agreement, day)
    if _content(found) != dict(proposal.content):
        wrong = f"The loss of {agreement} is another by now."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    one = standing_of(actor, agreement, on=day)
    whole = f"{actor.institution}/{agreement}"
    name = f"c-{hashlib.sha256(whole.encode()).hexdigest()[:20]}"
    facts = {
        "days_past_due": found.days_past_due,
        "principal_fen": one.state.principal_fen,
        "suspended_interest_fen": one.state.suspended_interest_fen,
        "rate_bps": one.state.rate_bps,
        "start": one.terms.start.isoformat(),
    }
    query(
        _FILE,
        [
            *(found.fund, name, actor.institution, agreement, one.terms.party, one.terms.sheet),
            *(found.loss_fen, found.fen, found.interest_fen, json.dumps(found.weights)),
            *(json.dumps(facts), day, at, proposal.proposal),
        ],
    )
    said = {"claim": name, "agreement": agreement, "fen": found.fen, "filed_on": day}
    tell(actor, Kind.FUND_CLAIM, said, at=at, party_id=one.terms.party)


def take_over(caller: Caller, *, at: datetime) -> tuple[str, ...]:
    """Take what the fund decided and paid into the lender's books; the events that are new.

    A movement between two books is two transactions of one pair: the fund's is posted as it
    decides, this is the lender's. A job of the service does it; done again it changes nothing.
    """
    check_may(caller, Act.RECEIVE)
    actor = caller.actor("took over what the fund decided")
    made: list[str] = []
    for one in claims(actor):
        if one.lender != actor.institution:
            continue
        with acting(actor):
            known = {event.key for event in history_of(actor, one.agreement)}
            day = business_day(actor, at)
            new = [event for event in _events(one, day) if event.key not in known]
            if new:
                enter(actor, one.agreement, new, on=day)
                made += [event.key for event in new]
    return tuple(made)


def key_in_lender(claim: ClaimMade, step: ClaimStep) -> str:
    """The lender's event for a step; with the agreement's name before it, it is the pair."""
    return f"claim/{claim.claim}/{step.number}"


def _events(one: ClaimMade, day: date) -> list[Event]:
    found: list[Event] = []
    for step in one.steps:
        key = key_in_lender(one, step)
        on = min(day, step.on)
        if step.kind == "accepted":
            found.append(
                ClaimAccepted(
                    key=key, on=on, booked_on=day, fen=step.fen, interest_fen=one.interest_fen
                )
            )
        elif step.kind == "paid":
            found.append(Compensated(key=key, on=on, booked_on=day, fen=step.fen))
    return found


def _content(found: Loss) -> dict[str, Any]:
    return {
        "fund": found.fund,
        "loss_fen": found.loss_fen,
        "fen": found.fen,
        "interest_fen": found.interest_fen,
        "weights": found.weights,
    }


def _loss(actor: Actor, agreement: str, day: date) -> Loss:
    """The loss of an agreement and the fund's part of it; raises by the name of a refusal."""
    one = standing_of(actor, agreement, on=day)
    cover = query(_COVER, [actor.institution, one.terms.sheet, day, day])
    loss = one.state.principal_fen + one.state.suspended_interest_fen
    weights = _weights(actor, one, day)
    fund_fen = loss_shares(loss, weights=weights).queued_fen if cover else 0
    known = tuple(made.pool_claim() for made in claims(actor, agreement=agreement))
    refusal = claim_refusal(
        Pool((Tier("all", 0),), known),
        agreement,
        days_past_due=one.state.days_past_due,
        fund_part_fen=fund_fen,
        covered=bool(cover),
        misused=_misused(actor, agreement, day),
        policy=load_policy("fund").on(day),
    )
    if refusal is not None:
        raise refused_by(refusal)
    interest = fund_fen * one.state.suspended_interest_fen // loss
    return Loss(
        fund=cover[0][0],
        loss_fen=loss,
        fen=fund_fen,
        interest_fen=interest,
        weights=weights,
        days_past_due=one.state.days_past_due,
    )


def _weights(actor: Actor, one: Standing, day: date) -> dict[str, int]:
    share = fund_standing(actor, one.terms.sheet, on=day).share
    return {LENDER: share.weights[LENDER], FUND: share.weights[FUND]}


def _misused(actor: Actor, agreement: str, day: date) -> bool:
    """Whether it was found that the money was used for something else."""
    found = facts_known(actor, day, [agreement]).get(agreement, {}).get("misused")
    return found is not None and bool(found[1])
