"""Replay: where an agreement stands on a day, and every posting, as a function of its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementState, AgreementTerms, Memory
from suixin.lending.events import Event, history
from suixin.lending.handling import handle
from suixin.lending.refused import Refused
from suixin.lending.running import ONE_DAY, Running, ServicingRules
from suixin.lending.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Replayed:
    """The state at the end of a day, all transactions to it, and what was refused by event key."""

    state: AgreementState
    transactions: tuple[Transaction, ...]
    refused: tuple[tuple[str, Refused], ...]


def replay(
    terms: AgreementTerms,
    events: Sequence[Event],
    *,
    on: date,
    rules: ServicingRules,
    known_on: date | None = None,
    after: AgreementState | None = None,
) -> Replayed:
    """Work through a history to the end of a day.

    `known_on` leaves out what was entered later. `after` goes on from a state reached before, with
    the events since, all of them of later days. Raises `InputError` as `events.history` does.

    >>> from suixin.kernel.policy import load_policy
    >>> from suixin.lending.events import Draw, PlannedDue
    >>> start = date(2026, 3, 1)
    >>> rules = ServicingRules.of(load_policy("servicing").on(start))
    >>> terms = AgreementTerms(agreement="a-1", party="h-1", sheet="warehouse", mode="platform",
    ...     start=start, rate_bps=720, rows=(PlannedDue(date(2026, 3, 20), 0),
    ...     PlannedDue(date(2026, 4, 20))), penalty_bps=15_000, limit_fen=100_000_00)
    >>> drawn = [Draw(key="d-1", on=start, booked_on=start, fen=50_000_00),
    ...          Draw(key="d-2", on=date(2026, 3, 11), booked_on=date(2026, 3, 11), fen=20_000_00)]
    >>> replay(terms, drawn, on=date(2026, 3, 20), rules=rules).state.dues[0].interest_fen
    22290
    """
    run = _begun(terms, rules) if after is None else _resumed(terms, rules, after)
    known, _ = history(events, known_on=known_on)
    first = run.day if after is None else run.day + ONE_DAY
    if known and known[0].on < first:
        wrong = f"{known[0].key} is of {known[0].on}, before {first}."
        raise InputError("DATES", wrong, "Replay from the beginning, or give later events.")
    waiting = iter([event for event in known if event.on <= on])
    following = next(waiting, None)
    day = first
    while day <= on:
        run.open_day(day)
        while following is not None and following.on == day:
            handle(run, following)
            following = next(waiting, None)
        run.close_day()
        day += ONE_DAY
    return Replayed(_state(run), tuple(run.made), tuple(run.refused))


def _begun(terms: AgreementTerms, rules: ServicingRules) -> Running:
    run = Running(terms, rules, terms.start, terms.rate_bps, list(terms.rows), terms.start)
    if terms.limit_fen is not None:
        run.post("limit", run.pair("9001", "9000", terms.limit_fen))
    return run


def _resumed(terms: AgreementTerms, rules: ServicingRules, state: AgreementState) -> Running:
    memory = state.memory
    return Running(
        terms,
        rules,
        state.on,
        state.rate_bps,
        list(memory.rows),
        memory.anchor,
        life=state.life,
        not_due=state.not_due_fen,
        accrued=state.accrued_fen,
        penalty=state.penalty_fen,
        penalty_since=memory.penalty_since,
        dues=list(state.dues),
        suspended_interest=state.suspended_interest_fen,
        suspended_penalty=state.suspended_penalty_fen,
        non_accrual=state.non_accrual,
        suspense=state.suspense_fen,
        written_off=state.written_off_fen,
        recourse_fund=state.recourse_fund_fen,
        recourse_guarantors=state.recourse_guarantors_fen,
        called=memory.called_fen,
        accrued_num=memory.accrued_num,
        interest_booked=memory.interest_booked_fen,
        penalty_num=memory.penalty_num,
        penalty_booked=memory.penalty_booked_fen,
        ahead=memory.ahead_fen,
        on_plan=memory.on_plan,
        ended=memory.ended,
        period_net=memory.period_net_fen,
        period_swept=memory.period_swept_fen,
        orders=dict(memory.orders),
        swept=list(memory.swept),
        receipts=dict(memory.receipts),
        draws=dict(memory.draws),
        restructured=list(state.restructured_on),
        holds=set(state.holds),
    )


def _state(run: Running) -> AgreementState:
    return AgreementState(
        on=run.day,
        life=run.life,
        rate_bps=run.rate_bps,
        not_due_fen=run.not_due,
        accrued_fen=run.accrued,
        penalty_fen=run.penalty,
        dues=tuple(run.dues),
        suspended_interest_fen=run.suspended_interest,
        suspended_penalty_fen=run.suspended_penalty,
        non_accrual=run.non_accrual,
        suspense_fen=run.suspense,
        written_off_fen=run.written_off,
        recourse_fund_fen=run.recourse_fund,
        recourse_guarantors_fen=run.recourse_guarantors,
        oldest_unpaid_on=run.oldest_unpaid,
        next_due_on=run.rows[0].due_on if run.rows else None,
        restructured_on=tuple(run.restructured),
        holds=frozenset(run.holds),
        memory=_memory(run),
    )


def _memory(run: Running) -> Memory:
    return Memory(
        rows=tuple(run.rows),
        anchor=run.anchor,
        accrued_num=run.accrued_num,
        interest_booked_fen=run.interest_booked,
        penalty_num=run.penalty_num,
        penalty_booked_fen=run.penalty_booked,
        ahead_fen=run.ahead,
        on_plan=run.on_plan,
        orders=MappingProxyType(dict(run.orders)),
        swept=tuple(run.swept),
        receipts=MappingProxyType(dict(run.receipts)),
        draws=MappingProxyType(dict(run.draws)),
        period_net_fen=run.period_net,
        period_swept_fen=run.period_swept,
        penalty_since=run.penalty_since,
        called_fen=run.called,
        ended=run.ended,
    )
