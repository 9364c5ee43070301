"""Decision support for a lender that asks: an answer in milliseconds. The lender decides."""

from __future__ import annotations

from ninja import Router

from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Code, Fen, Id, IdInPath
from suixin.service.app import advice
from suixin.service.app.advice import Advice
from suixin.service.app.permits import Act

router = Router(tags=["Decisions"])


class Question(Body):
    """Of whom, under which product, and how much is asked for."""

    party: Id
    product: Code
    amount_fen: Fen


# The advice itself is kept under the key, in the act's own transaction: nothing else need be.
@writes(router, "/decisions", Advice, Act.ASK_DECISION, alone=True)
def ask_decision(asked: Asked, body: Question) -> Advice:
    """Ask what is advised: grade, limit, price and why; logged before it is told."""
    return advice.ask_decision(
        asked.caller,
        body.party,
        body.product,
        asked_fen=body.amount_fen,
        key=asked.key,
        at=asked.at,
    )


@reads(router, "/decisions/{decision}", Advice, Act.SEE_CREDIT_FILE)
def see_decision(asked: Asked, decision: IdInPath) -> Advice:
    """What was advised."""
    return advice.advice_of(asked.caller, decision)
