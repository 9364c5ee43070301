"""Where an agreement stands after any number of days: one row read, one step."""

from __future__ import annotations

from typing import Final

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementState
from suixin.service.day_end.quiet import after_quiet
from suixin.service.day_end.state_rows import NAMES, state_of
from suixin.service.store.agreements import terms_of
from suixin.service.store.session import Actor, acting, query

_STATE: Final = f"""
    select (select max(day) from day_end
                    where institution_id = %(institution)s and closed_at is not null),
           {NAMES}
      from agreement_state
     where institution_id = %(institution)s and agreement = %(agreement)s and life <> ''
"""


def standing(actor: Actor, agreement: str) -> AgreementState:
    """The state at the end of the last day that was closed, its past orders and receipts left out.

    Raises `InputError` NO_AGREEMENT, or NOT_WORKED where no day was ended since it was signed.
    """
    with acting(actor):
        terms = terms_of(actor, agreement)
        given = {"institution": actor.institution, "agreement": agreement}
        for closed, *row in query(_STATE, given):
            state = state_of(terms, row)
            return state if closed is None else after_quiet(terms, state, max(closed, state.on))
    wrong = f"No day was ended since {agreement} began."
    raise InputError("NOT_WORKED", wrong, "End the day first: suixin day-end.")
