"""Credit files, scores and limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query, Router
from pydantic import StringConstraints

from suixin.service.api import credit
from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.credit import CreditFileSeen, LimitMoved
from suixin.service.api.endpoints.fields import Body, Code, CursorAsked, IdInPath, LimitAsked
from suixin.service.app import limits, scoring
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act
from suixin.service.app.scoring import Completeness

router = Router(tags=["Credit"])
ProductAsked = Annotated[Code | None, Query(None)]
ProductNamed = Annotated[str, StringConstraints(max_length=64)]


class Scoring(Body):
    """Under which product the file is wanted; the first of the policy where none is named."""

    product: ProductNamed = ""


@writes(router, "/parties/{party}/scores", CreditFileSeen, Act.SCORE)
def score_party(asked: Asked, party: IdInPath, body: Scoring) -> CreditFileSeen:
    """Score a party now, from its own sales."""
    return credit.seen(scoring.score(asked.caller, party, at=asked.at, product=body.product))


@reads(router, "/parties/{party}/credit-file", CreditFileSeen, Act.SEE_CREDIT_FILE)
def see_credit_file(
    asked: Asked,
    party: IdInPath,
    product: ProductAsked,
    as_of: Annotated[date | None, Query(None)],
) -> CreditFileSeen:
    """The credit file in force on a day: score, limit, price, and why."""
    day = as_of or business_day(asked.caller.actor(), asked.at)
    return credit.seen(scoring.credit_file(asked.caller, party, as_of=day, product=product or ""))


@reads(router, "/parties/{party}/credit-files", Listed[CreditFileSeen], Act.SEE_CREDIT_FILE)
def list_credit_files(
    asked: Asked, party: IdInPath, product: ProductAsked, cursor: CursorAsked, limit: LimitAsked
) -> Listed[CreditFileSeen]:
    """Every version of a credit file, oldest first."""
    (after,) = asked.place(cursor, int) or (0,)
    found = scoring.history(
        asked.caller, party, product=product or "", after=after, limit=limit + 1
    )
    return part(asked, [credit.seen(one) for one in found], limit, lambda one: (one.version,))


@reads(router, "/parties/{party}/limits", tuple[LimitMoved, ...], Act.SEE_CREDIT_FILE)
def list_limit_moves(
    asked: Asked, party: IdInPath, product: Annotated[Code, Query()]
) -> tuple[LimitMoved, ...]:
    """Every move of a party's limit under a product, oldest first."""
    return tuple(credit.moved(one) for one in limits.limits(asked.caller, party, product))


@reads(router, "/completeness", Completeness, Act.SEE_PORTFOLIO)
def see_completeness(asked: Asked, on: Annotated[date | None, Query(None)]) -> Completeness:
    """How much of what could be known of the subjects is connected."""
    day = on or business_day(asked.caller.actor(), asked.at)
    return scoring.completeness(asked.caller, on=day)
