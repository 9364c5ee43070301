"""When the debtor does not pay: guarantors called, losses written off, what comes back shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.events import (
    Event,
    GuaranteeCalled,
    GuarantorPaid,
    Provide,
    Recovery,
    WriteOff,
)
from suixin.lending.joint_liability import Call, call, call_again
from suixin.lending.loss import FUND, LENDER, recovery_shares
from suixin.lending.states import Life
from suixin.service.app.accepting import guarantees_of
from suixin.service.app.caller import Caller
from suixin.service.app.claim_rows import recovered as note_recovered
from suixin.service.app.day import business_day
from suixin.service.app.entering import actor_for, enter
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.servicing import Stands, agreed, stands
from suixin.service.app.standings import Standing, standing_of
from suixin.service.store.agreements import history_of
from suixin.service.store.session import Actor, acting, again, query

_CALLS: Final = """
    select number, guarantor, asked_fen, cap_left_fen, on_day, due_on from guarantee_call
     where institution_id = %s and agreement = %s order by number, guarantor
"""
_CALL: Final = """
    insert into guarantee_call (institution_id, agreement, number, guarantor, asked_fen,
                                cap_left_fen, on_day, due_on, proposal)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PAID_BY: Final = "guarantor/{who}/"
GUARANTORS: Final = "guarantors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What one guarantor was asked for in the how-many-th call, by when, and has paid since."""

    number: int
    guarantor: str
    asked_fen: int
    paid_fen: int
    cap_left_fen: int
    on: date
    due_on: date


def call_guarantors(
    caller: Caller, agreement: str, *, why: str, key: str, at: datetime
) -> Proposal:
    """Propose to ask those who stand for a loan: in equal shares, to each one's cap (E08).

    Asked is what is late, or all once the agreement is defaulted; a second call asks of those who
    paid what others did not. Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, NOT_LATE, NOBODY,
    NOT_DUE (the last call's day is not past).
    """
    check_may(caller, Act.CALL_GUARANTORS)
    actor = actor_for(caller, agreement, why)
    with acting(actor):
        made = _call(actor, agreement, business_day(actor, at))
    content = {
        "asked_fen": dict(made.asked_fen),
        "lender_fen": made.lender_fen,
        "due_on": made.due_on.isoformat(),
    }
    return propose(caller, Act.CALL_GUARANTORS, agreement, content, key=key, why=why, at=at)


@carries_out(Act.CALL_GUARANTORS)
def called(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Ask each guarantor; his call stands open in the memo accounts."""
    actor, agreement = caller.actor(proposal.why), proposal.subject
    day = business_day(actor, at)
    made = _call(actor, agreement, day)
    if dict(made.asked_fen) != dict(proposal.content["asked_fen"]):
        wrong = f"Meanwhile {agreement} would be called differently."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    number = 1 + max((one.number for one in calls_of(actor, agreement)), default=0)
    for who, fen in made.asked_fen.items():
        given = [actor.institution, agreement, number, who, fen, made.caps_left_fen[who]]
        query(_CALL, [*given, day, made.due_on, proposal.proposal])

    def events(booked: date) -> list[Event]:
        return [
            GuaranteeCalled(key=f"{proposal.proposal}/{who}", on=booked, booked_on=booked, fen=fen)
            for who, fen in made.asked_fen.items()
            if fen
        ]

    agreed(actor, proposal, events, at=at)


def calls_of(actor: Actor, agreement: str, *, but: str = "") -> tuple[Called, ...]:
    """Every call on an agreement, with what each guarantor paid before the next.

    The payment of the key `but` is left out.
    """
    with acting(actor):
        rows = query(_CALLS, [actor.institution, agreement])
        known = history_of(actor, agreement) if rows else ()
    paid = [event for event in known if event.key != but]
    began = {number: on for number, _, _, _, on, _ in rows}
    return tuple(
        Called(
            number=number,
            guarantor=who,
            asked_fen=asked,
            paid_fen=_paid_by(paid, who, since=on, until=began.get(number + 1, date.max)),
            cap_left_fen=left,
            on=on,
            due_on=due,
        )
        for number, who, asked, left, on, due in rows
    )


def guarantor_pays(
    caller: Caller,
    agreement: str,
    guarantor: str,
    *,
    fen: int,
    on: date,
    key: str,
    at: datetime,
) -> Stands:
    """Enter what a guarantor paid; he then holds a claim on the debtor.

    Raises `InputError` as `receive` does, NOT_CALLED.
    """
    check_may(caller, Act.RECEIVE)
    actor = actor_for(caller, agreement, "entered a guarantor's payment")

    def work() -> Stands:
        with acting(actor):
            if guarantor not in {one.guarantor for one in calls_of(actor, agreement)}:
                wrong = f"{guarantor} was not called for {agreement}."
                raise InputError("NOT_CALLED", wrong, "Call the guarantors first.")
            day = business_day(actor, at)
            name = _PAID_BY.format(who=guarantor) + key
            event = GuarantorPaid(key=name, on=on, booked_on=day, fen=fen)
            return stands(enter(actor, agreement, [event], on=day))

    return again(work)


def write_off(caller: Caller, agreement: str, *, why: str, key: str, at: datetime) -> Proposal:
    """Propose to take a defaulted agreement out of the books; the debtor owes it still.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, MOVE_NOT_ALLOWED.
    """
    check_may(caller, Act.WRITE_OFF)
    actor = actor_for(caller, agreement, why)
    one = standing_of(actor, agreement, on=business_day(actor, at))
    if one.state.life is not Life.DEFAULTED:
        wrong = f"{agreement} is {one.state.life}; only what is defaulted is written off."
        raise InputError("MOVE_NOT_ALLOWED", wrong, "Wait, or call those who stand for it.")
    content = {
        "principal_fen": one.state.principal_fen,
        "days_past_due": one.state.days_past_due,
    }
    return propose(caller, Act.WRITE_OFF, agreement, content, key=key, why=why, at=at)


@carries_out(Act.WRITE_OFF)
def written_off(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Out of the books against the allowance, which is filled first by what is written off."""
    actor = caller.actor(proposal.why)
    one = standing_of(actor, proposal.subject, on=business_day(actor, at))
    if one.state.principal_fen != proposal.content["principal_fen"]:
        wrong = f"{proposal.subject} owes {one.state.principal_fen} fen of principal by now."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    out = _in_books(one)

    def events(day: date) -> list[Event]:
        name, by = proposal.proposal, (proposal.proposed_by, proposal.ended_by)
        found: list[Event] = []
        if out:
            found.append(Provide(key=f"{name}/provided", on=day, booked_on=day, fen=out))
        return [*found, WriteOff(key=f"{name}/written-off", on=day, booked_on=day, by=by)]

    agreed(actor, proposal, events, at=at)


def recover(
    caller: Caller,
    agreement: str,
    *,
    fen: int,
    costs_fen: int = 0,
    on: date,
    key: str,
    at: datetime,
) -> Stands:
    """Enter what came back of a bad loan, less its costs: to each by what he still has out (H06).

    Raises `InputError` as `receive` does, AMOUNT, MOVE_NOT_ALLOWED.
    """
    check_may(caller, Act.RECEIVE)
    actor = actor_for(caller, agreement, "entered a recovery")
    if not 0 <= costs_fen < fen:
        wrong = f"Costs of {costs_fen} fen are not below the {fen} fen that came."
        raise InputError("AMOUNT", wrong, "Enter what is left after costs.")

    def work() -> Stands:
        with acting(actor):
            day = business_day(actor, at)
            one = standing_of(actor, agreement, on=day)
            shares = _shares(one, fen - costs_fen)
            event = Recovery(
                key=f"recovery/{key}",
                on=on,
                booked_on=day,
                fen=fen - costs_fen,
                fund_fen=shares[FUND],
                guarantors_fen=shares[GUARANTORS],
            )
            after = enter(actor, agreement, [event], on=day)
            if shares[FUND]:
                note_recovered(actor, agreement, event, at=at)
            return stands(after)

    return again(work)


def _shares(one: Standing, fen: int) -> Mapping[str, int]:
    state = one.state
    out = {
        LENDER: state.payoff_fen + state.written_off_fen,
        FUND: state.recourse_fund_fen,
        GUARANTORS: state.recourse_guarantors_fen,
    }
    return recovery_shares(fen, out)


def _in_books(one: Standing) -> int:
    """What stands in the lender's books, so without interest and penalty that are suspended."""
    state = one.state
    suspended = state.suspended_interest_fen + state.suspended_penalty_fen
    return state.payoff_fen - suspended


def _call(actor: Actor, agreement: str, day: date) -> Call:
    one = standing_of(actor, agreement, on=day)
    late = sum(due.total_fen for due in one.state.dues if due.due_on < day)
    amount = one.state.payoff_fen if one.state.life is Life.DEFAULTED else late
    if amount <= 0:
        raise InputError("NOT_LATE", f"Nothing of {agreement} is late.", "Nobody is called.")
    policy, before = load_policy("guarantee").on(day), calls_of(actor, agreement)
    if before:
        return _again(agreement, before, day)
    caps = {
        made.guarantor: made.cap_fen
        for made in guarantees_of(actor, agreement)
        if made.guarantor != one.terms.party and made.until >= day
    }
    if not caps:
        raise InputError("NOBODY", f"Nobody stands for {agreement}.", "See its guarantees.")
    return call(amount, caps, on=day, policy=policy)


def _again(agreement: str, before: tuple[Called, ...], day: date) -> Call:
    """The next call: what the last did not bring, of those who paid it in full."""
    last = [one for one in before if one.number == before[-1].number]
    if day <= last[0].due_on:
        wrong = f"Those called for {agreement} have until {last[0].due_on}."
        raise InputError("NOT_DUE", wrong, "Wait for that day.")
    unpaid = sum(one.asked_fen - one.paid_fen for one in last)
    if unpaid <= 0:
        raise InputError("NOT_LATE", f"All that was called for {agreement} came.", "")
    asked = Call(
        {one.guarantor: one.asked_fen for one in last},
        0,
        last[0].due_on,
        {one.guarantor: one.cap_left_fen for one in last},
    )
    paid = {one.guarantor: one.paid_fen for one in last}
    made = call_again(asked, paid, on=day, policy=load_policy("guarantee").on(day))
    if not any(made.asked_fen.values()):
        raise InputError("NOBODY", f"Nobody is left to stand for {agreement}.", "")
    return made


def _paid_by(events: Sequence[Event], who: str, *, since: date, until: date) -> int:
    name = _PAID_BY.format(who=who)
    return sum(
        event.fen
        for event in events
        if isinstance(event, GuarantorPaid)
        and event.key.startswith(name)
        and since <= event.booked_on < until
    )
