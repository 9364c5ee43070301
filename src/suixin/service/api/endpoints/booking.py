"""The books: balances, and every transaction with its postings."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router

from suixin.service.api import booked
from suixin.service.api.asked import Asked, Listed, part, reads
from suixin.service.api.booked import Booked, TrialBalance
from suixin.service.api.endpoints.fields import CursorAsked, DayAsked, Id, LimitAsked
from suixin.service.app.permits import Act

router = Router(tags=["Books"])


@reads(router, "/ledger/trial-balance", TrialBalance, Act.SEE_LEDGER)
def see_trial_balance(asked: Asked, through: DayAsked) -> TrialBalance:
    """The balance of every account; their sum is zero."""
    return booked.trial_balance(asked.caller, through=through)


@reads(router, "/ledger/transactions", Listed[Booked], Act.SEE_LEDGER)
def list_transactions(
    asked: Asked,
    agreement: Annotated[Id | None, Query(None)],
    cursor: CursorAsked,
    limit: LimitAsked,
) -> Listed[Booked]:
    """Transactions with their postings, in the order they were entered."""
    (after,) = asked.place(cursor, int) or (0,)
    found = booked.transactions(
        asked.caller, agreement=agreement or "", after=after, limit=limit + 1
    )
    return part(asked, found, limit, lambda one: (one.number,))
