"""Days on which nothing happens to an agreement: its state after them in one step, and their end.

Between two happenings only interest and penalty grow, each by one expression from where they
stood, so many days are one step and any day's part is a difference of two roundings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from suixin.lending.accrual import interest_fen, penalty_fen, weight
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.arrears import oldest_unpaid
from suixin.lending.running import ONE_DAY, SERVED, ServicingRules
from suixin.lending.states import Life


def overdue_fen(state: AgreementState) -> int:
    """The principal that bears penalty on the days after a state."""
    return sum(due.principal_fen for due in state.dues if due.due_on <= state.on)


def after_quiet(terms: AgreementTerms, state: AgreementState, day: date) -> AgreementState:
    """The state at the end of a later day before `wakes_on`, as `replay` day by day has it.

    Source: formulas §10, day end.
    """
    memory = state.memory
    if day == state.on:
        return state
    if state.life not in SERVED:
        return replace(state, on=day, oldest_unpaid_on=_oldest(state, day))
    days = weight(terms.day_count, memory.anchor, day)
    days -= weight(terms.day_count, memory.anchor, state.on)
    accrued_num = memory.accrued_num + state.not_due_fen * state.rate_bps * days
    interest = interest_fen(accrued_num, terms.day_count, terms.rounding)
    overdue, penalty = overdue_fen(state), memory.penalty_booked_fen
    penalty_num = memory.penalty_num + overdue * state.rate_bps * (day - state.on).days
    if overdue:
        penalty = penalty_fen(
            penalty_num, terms.day_count, terms.rounding, penalty_bps=terms.penalty_bps
        )
    earned, charged = interest - memory.interest_booked_fen, penalty - memory.penalty_booked_fen
    since = memory.penalty_since
    if charged and not state.penalty_fen:
        since = min(due.due_on for due in state.dues if due.principal_fen)
    made = replace(
        state,
        on=day,
        accrued_fen=state.accrued_fen + earned,
        penalty_fen=state.penalty_fen + charged,
        suspended_interest_fen=state.suspended_interest_fen + earned * state.non_accrual,
        suspended_penalty_fen=state.suspended_penalty_fen + charged * state.non_accrual,
        memory=replace(
            memory,
            accrued_num=accrued_num,
            interest_booked_fen=interest,
            penalty_num=penalty_num,
            penalty_booked_fen=penalty,
            penalty_since=since,
        ),
    )
    return replace(made, oldest_unpaid_on=_oldest(made, day))


def oldest_after(state: AgreementState) -> date | None:
    """The oldest due day with something unpaid once all that fell due is late."""
    return _oldest(state, date.max)


def wakes_on(state: AgreementState, rules: ServicingRules) -> date | None:
    """The next day on which more happens by itself than that interest grows; None: no such day."""
    return min(_happenings(state, rules), default=None)


def _happenings(state: AgreementState, rules: ServicingRules) -> Iterator[date]:
    """Never late; a day too early costs some work and changes nothing."""
    tomorrow = state.on + ONE_DAY
    if state.memory.rows:
        yield max(tomorrow, state.memory.rows[0].due_on)
    elif state.life not in SERVED and not state.memory.ended:
        yield tomorrow
    if state.life not in SERVED:
        return
    yield from (due.due_on for due in state.dues if due.due_on > state.on)
    oldest = oldest_after(state)
    if oldest is None:
        return
    if state.life is Life.ACTIVE:
        yield max(tomorrow, oldest + ONE_DAY)
    elif state.life is not Life.DEFAULTED or not state.non_accrual:
        yield max(tomorrow, oldest + (rules.default_days + 1) * ONE_DAY)


def _oldest(state: AgreementState, day: date) -> date | None:
    """As `Running.oldest_unpaid` on a day."""
    since = state.memory.penalty_since if state.penalty_fen else None
    return oldest_unpaid(state.dues, day, penalty_since=since)
