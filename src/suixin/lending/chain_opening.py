"""Before money goes out: what the chain is told of an application and of its decision.

A decision approves itself inside the decision's own bounds and those that the lender's people set,
and without a review flag; else it waits for a person. The contract finds the same flags.
"""

from __future__ import annotations

from datetime import date

from suixin.evidence.chain.calls.agreement import (
    Apply,
    Approve,
    Bounds,
    Decide,
    Decision,
    Flag,
    Terms,
)
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act
from suixin.evidence.outbox import Call, Told, call_id
from suixin.evidence.reconcile import Move
from suixin.lending.chain_rows import OnChain, Step


def flags(terms: Terms, decision: Decision, bounds: Bounds, *, on: date) -> Flag:
    """Why a decision waits for a person; no flag where it approves itself (B07).

    >>> day = date(2026, 6, 30)
    >>> terms, decision = Terms(30_000_00, 960), Decision(30_000_00, 1_000, day)
    >>> flags(terms, decision, Bounds(30_000_00, 1_000, day), on=day)
    <Flag: 0>
    >>> flags(terms, decision, Bounds(29_999_99, 900, day), on=day)
    <Flag.ABOVE_LIMIT|ABOVE_RATE: 3>
    """
    found = Flag(0)
    if terms.principal > min(decision.limit, bounds.limit):
        found |= Flag.ABOVE_LIMIT
    if terms.rate_bps > min(decision.rate_bps_max, bounds.rate_bps_max):
        found |= Flag.ABOVE_RATE
    if on > min(decision.until, bounds.until):
        found |= Flag.EXPIRED
    if decision.review:
        found |= Flag.REVIEW
    return found


def opening(
    names: OnChain,
    terms: Terms,
    decision: Decision,
    bounds: Bounds,
    *,
    days: tuple[date, date],
    approved: tuple[bytes, date] | None = None,
) -> tuple[Step, ...]:
    """The calls up to an approval, and what they move: applied and decided on these days.

    `approved` is the hash of a person's reason and his day, where the decision waits for one.
    """
    applied_on, decided_on = days
    flagged = flags(terms, decision, bounds, on=decided_on)
    steps = [
        _step(names, "apply", Apply(names.id, terms, applied_on), Role.BANK, applied_on),
        _step(
            names,
            "decide",
            Decide(names.id, decision, decided_on),
            Role.SCORER,
            decided_on,
            fen=int(flagged),
        ),
    ]
    if flagged and approved is not None:
        reason, on = approved
        steps.append(_step(names, "approve", Approve(names.id, reason, on), Role.BANK, on))
    return tuple(steps)


_TOLD = {"apply": "applied", "decide": "decided", "approve": "approved"}


def _step(names: OnChain, key: str, act: Act, by: Role, on: date, *, fen: int = 0) -> Step:
    id = call_id(names.of, key)
    told = Told(names.of, Move(id, _TOLD[key], on, "", fen))
    return Step(Call(id, names.of, by, act, on), (told,))
