"""The fund's side of a claim: decided by two, paid by two from its tiers, what comes back booked.

What the fund's books take is the other half of a pair that the lender's take by `claims.take_over`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.fund_pool import Pool, accepted, service
from suixin.lending.fund_pool import Service as Kept
from suixin.lending.loss import Tier
from suixin.lending.transaction import Dimensions, Posting, Transaction, pair_of
from suixin.service.app.applications import alone
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.claim_rows import ClaimMade, ClaimStep, add_step, claim_of, claims
from suixin.service.app.claims import key_in_lender
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query

_TIERS: Final = """
    select tiers from fund_cover where institution_id = %s and lender_id = %s and product = %s
     order by since desc limit 1
"""
_CASH: Final = """
    select tier, sum(fen)::bigint from posting
     where institution_id = %s and account = 'F101' group by tier
"""
CASH, RECOVERABLE, PAYABLE, CAPITAL = "F101", "F102", "F201", "F301"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPaid:
    """What a tier pays of a claim (fen)."""

    tier: str
    fen: int


def decide_claim(
    caller: Caller, claim: str, *, accept: bool, why: str, key: str, at: datetime
) -> Proposal:
    """Propose the fund's yes or no to a claim; another of the fund's people agrees.

    Raises `InputError` NOT_PERMITTED, NO_CLAIM, DECIDED.
    """
    check_may(caller, Act.DECIDE_CLAIM)
    actor = caller.actor(why)
    found = _own(actor, claim)
    _check_filed(found)
    content = {"accept": accept, "fen": found.fen, "agreement": found.agreement}
    return propose(caller, Act.DECIDE_CLAIM, claim, content, key=key, why=why, at=at)


@carries_out(Act.DECIDE_CLAIM)
def claim_decided(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Note the decision; what is accepted is owed to the lender and by the debtor."""
    actor = caller.actor(proposal.why)
    found = _own(actor, proposal.subject)
    _check_filed(found)
    kind = "accepted" if proposal.content["accept"] else "refused"
    step = _step(actor, found, kind, found.fen, proposal, at=at)
    if kind == "accepted":
        _post(actor, found, step, pair_of(RECOVERABLE, PAYABLE, found.fen, _about(found)))
    add_step(actor, found, step)


def pay_claim(caller: Caller, claim: str, *, why: str, key: str, at: datetime) -> Proposal:
    """Propose to pay what is accepted, tier by tier in their order, older claims first (H06).

    What no tier can pay waits. Raises `InputError` NOT_PERMITTED, NO_CLAIM, NOT_ACCEPTED,
    TIERS_EMPTY.
    """
    check_may(caller, Act.PAY_CLAIM)
    actor = caller.actor(why)
    parts = _parts(actor, _own(actor, claim), business_day(actor, at))
    content = {"tiers": dict(parts), "fen": sum(parts.values())}
    return propose(caller, Act.PAY_CLAIM, claim, content, key=key, why=why, at=at)


@carries_out(Act.PAY_CLAIM)
def claim_paid(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Pay from the tiers that both people read, if they still hold as much."""
    actor = caller.actor(proposal.why)
    alone(actor, "tiers")
    found = _own(actor, proposal.subject)
    parts = _parts(actor, found, business_day(actor, at))
    if dict(parts) != dict(proposal.content["tiers"]):
        wrong = f"The tiers would pay {found.claim} differently by now."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    step = _step(actor, found, "paid", sum(parts.values()), proposal, at=at, tiers=parts)
    postings = [
        posting
        for tier, fen in parts.items()
        for posting in pair_of(PAYABLE, CASH, fen, _about(found, tier))
    ]
    _post(actor, found, step, tuple(postings))
    add_step(actor, found, step)


def contribute(
    caller: Caller, tier: str, *, fen: int, on: date, key: str, at: datetime
) -> Mapping[str, int]:
    """Enter money that came into a tier of the fund; what each tier then holds (fen).

    Raises `InputError` NOT_PERMITTED, AMOUNT, KEY_TAKEN.
    """
    check_may(caller, Act.PAY_CLAIM)
    if fen <= 0:
        raise InputError("AMOUNT", f"{fen} fen is no amount.", "Give 1 or more.")
    actor = caller.actor("entered a contribution")
    with acting(actor):
        books, about = StoredBooks(actor), Dimensions(tier=tier)
        day = business_day(actor, at)
        books.post(
            Transaction(
                f"contribution/{key}",
                on,
                day,
                pair_of(CASH, CAPITAL, fen, about),
                f"contribution to {tier}",
                books=books.name,
            )
        )
        return tiers_of(actor)


def take_back(caller: Caller, *, at: datetime) -> tuple[str, ...]:
    """Book what lenders passed back to the fund, to the tiers that had paid it; the new pairs.

    A job of the service does it; done again it changes nothing.
    """
    if Duty.SERVICE not in caller.duties:
        check_may(caller, Act.PAY_CLAIM)
    actor = caller.actor("took back what was recovered")
    made = []
    for one in claims(actor):
        for step in one.steps:
            if step.kind != "recovered" or one.fund != actor.institution:
                continue
            with acting(actor):
                if StoredBooks(actor).find(f"{step.pair}/fund"):
                    continue
                postings = [
                    posting
                    for tier, fen in step.tiers.items()
                    for posting in pair_of(CASH, RECOVERABLE, fen, _about(one, tier))
                ]
                day = business_day(actor, at)
                _post_pair(actor, step.pair, tuple(postings), on=min(step.on, day), day=day)
                made.append(step.pair)
    return tuple(made)


def tiers_of(actor: Actor) -> Mapping[str, int]:
    """What each tier of the fund holds by its books (fen)."""
    with acting(actor):
        return dict(query(_CASH, [actor.institution]))


def kept_days(claim: ClaimMade, *, on: date) -> Kept:
    """How a claim stands to the days that the fund has to decide and to pay it."""
    return service(claim.pool_claim(), on=on, policy=load_policy("fund").on(on))


def _own(actor: Actor, claim: str) -> ClaimMade:
    found = claim_of(actor, claim)
    if found.fund != actor.institution:
        raise InputError("NO_CLAIM", f"There is no claim {claim}.", "Check the id.")
    return found


def _check_filed(found: ClaimMade) -> None:
    if found.standing != "filed":
        wrong = f"The claim {found.claim} is {found.standing} already."
        raise InputError("DECIDED", wrong, "A claim is decided once.")


def _parts(actor: Actor, found: ClaimMade, day: date) -> Mapping[str, int]:
    """What each tier pays of a claim now: as the library's pool pays, older claims first."""
    if found.left_fen <= 0:
        wrong = f"Nothing of the claim {found.claim} waits to be paid: it is {found.standing}."
        raise InputError("NOT_ACCEPTED", wrong, "Accept it first.")
    held = tiers_of(actor)
    with acting(actor):
        rows = query(_TIERS, [found.fund, found.lender, found.product])
    names = rows[0][0] if rows else []
    older = [
        one.pool_claim()
        for one in claims(actor)
        if one.fund == actor.institution and one.left_fen > 0 and _before(one, found)
    ]
    mine = found.pool_claim()
    tiers = tuple(Tier(name, max(0, held.get(name, 0))) for name in names)
    # Undecided, so that the pool's own acceptance pays what waits before it, and then this one.
    asked = type(mine)(mine.agreement, found.left_fen, mine.filed_on)
    pool = accepted(Pool(tiers, (*older, asked)), mine.agreement, on=day)
    parts = {tier: fen for tier, fen in pool.claim(mine.agreement).tiers_fen.items() if fen}
    if not parts:
        wrong = f"No tier can pay the claim {found.claim} now."
        raise InputError("TIERS_EMPTY", wrong, "It waits until a tier is filled.")
    return parts


def _before(one: ClaimMade, other: ClaimMade) -> bool:
    return (one.filed_on, one.claim) < (other.filed_on, other.claim)


def _step(
    actor: Actor,
    found: ClaimMade,
    kind: str,
    fen: int,
    proposal: Proposal,
    *,
    at: datetime,
    tiers: Mapping[str, int] | None = None,
) -> ClaimStep:
    made = ClaimStep(
        number=len(found.steps) + 1,
        kind=kind,
        fen=fen,
        tiers=tiers or {},
        on=business_day(actor, at),
        at=at,
        why=proposal.why,
        proposal=proposal.proposal,
        pair="",
    )
    if kind == "refused":
        return made
    pair = f"{found.agreement}/{key_in_lender(found, made)}"
    said: dict[str, Any] = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return ClaimStep(**{**said, "pair": pair})


def _post(actor: Actor, found: ClaimMade, step: ClaimStep, postings: tuple[Posting, ...]) -> None:
    _post_pair(actor, step.pair, postings, on=step.on, day=step.on)


def _post_pair(
    actor: Actor, pair: str, postings: tuple[Posting, ...], *, on: date, day: date
) -> None:
    books = StoredBooks(actor)
    books.post(Transaction(f"{pair}/fund", on, day, postings, "fund", books=books.name, pair=pair))


def _about(found: ClaimMade, tier: str = "") -> Dimensions:
    return Dimensions(found.agreement, found.party, found.product, tier=tier)
