"""What happens to an agreement after it is paid out: receipts, sales, changes that two agree to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.lending.events import Event, PlannedDue, Receipt, Refund, Restructure, Reversal, Sale
from suixin.service.app.applications import alone, refused_by
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.entering import actor_for, enter
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.standings import Standing, standing_of
from suixin.service.store.agreements import history_of
from suixin.service.store.event_rows import content_of, event_of
from suixin.service.store.session import Actor, acting, again

# The events of an act, given the day on which they are booked.
Made = Callable[[date], Sequence[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One settlement of an order's sales, or money given back to its buyer (`refund`), in fen."""

    order: str
    fen: int
    on: date
    refund: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Where an agreement stands after an act (fen); `swept_fen` is what sales repaid by it."""

    agreement: str
    life: str
    payoff_fen: int
    owed_fen: int
    days_past_due: int
    swept_fen: int = 0


def receive(
    caller: Caller, agreement: str, *, fen: int, on: date, key: str, at: datetime
) -> Stands:
    """Enter money that came for an agreement, counted from the day `on`; once a key.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, AMOUNT, DATES, DAY_CLOSED, MOVE_NOT_ALLOWED.
    """
    check_may(caller, Act.RECEIVE)
    actor = actor_for(caller, agreement, "entered a receipt")
    event = partial(Receipt, key=f"receipt/{key}", on=on, fen=fen)
    return _entered(actor, agreement, lambda day: [event(booked_on=day)], at=at)


def sweep(
    caller: Caller, agreement: str, settled: Sequence[Settled], *, key: str, at: datetime
) -> Stands:
    """Enter settlements of a borrower's sales: each repays its share, and a refund gives it back.

    Raises `InputError` as `receive` does, NO_SWEEP where the agreement is not repaid from sales.
    """
    check_may(caller, Act.RECEIVE)
    actor = actor_for(caller, agreement, "entered sales")

    def made(day: date) -> list[Event]:
        found: list[Event] = []
        for number, one in enumerate(settled):
            kind = Refund if one.refund else Sale
            name = f"sale/{key}/{number}"
            found.append(kind(key=name, on=one.on, booked_on=day, order=one.order, fen=one.fen))
        return found

    with acting(actor):
        before = standing_of(actor, agreement, on=business_day(actor, at))
        if before.terms.sweep is None:
            wrong = f"{agreement} is not repaid from sales."
            raise InputError("NO_SWEEP", wrong, "Enter receipts instead.")
        after = _entered(actor, agreement, made, at=at)
        return replace(after, swept_fen=before.state.payoff_fen - after.payoff_fen)


def correct(
    caller: Caller, agreement: str, event: str, *, why: str, key: str, at: datetime
) -> Proposal:
    """Propose to take back what was entered by mistake, as if it had never been.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, NO_EVENT.
    """
    check_may(caller, Act.CORRECT)
    actor = actor_for(caller, agreement, why)
    found = _event(actor, agreement, event)
    content = {"event": event, "kind": type(found).__name__, "fen": found.amount_fen or 0}
    return propose(caller, Act.CORRECT, agreement, content, key=key, why=why, at=at)


@carries_out(Act.CORRECT)
def corrected(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Take an event back from its own day on."""
    actor = caller.actor(proposal.why)
    of = _event(actor, proposal.subject, proposal.content["event"])

    def made(day: date) -> list[Event]:
        return [Reversal(key=f"{proposal.proposal}/back", on=of.on, booked_on=day, of=of.key)]

    agreed(actor, proposal, made, at=at)


def restructure(
    caller: Caller,
    agreement: str,
    rows: Sequence[PlannedDue],
    *,
    rate_bps: int,
    why: str,
    key: str,
    at: datetime,
) -> Proposal:
    """Propose a new schedule for all principal that is left, and the rate from now on.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, DUE_DAYS, RATE, MOVE_NOT_ALLOWED.
    """
    check_may(caller, Act.RESTRUCTURE)
    actor = actor_for(caller, agreement, why)
    day = business_day(actor, at)
    event = Restructure(key="new", on=day, booked_on=day, rows=tuple(rows), rate_bps=rate_bps)
    after = standing_of(actor, agreement, on=day, also=(event,))
    refusal = dict(after.replayed.refused).get("new")
    if refusal is not None:
        raise refused_by(refusal)
    content = {"event": content_of(event), "days_past_due": after.state.days_past_due}
    return propose(caller, Act.RESTRUCTURE, agreement, content, key=key, why=why, at=at)


@carries_out(Act.RESTRUCTURE)
def restructured(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """The new schedule stands from the day it is agreed to."""
    actor, said = caller.actor(proposal.why), proposal.content["event"]

    def made(day: date) -> list[Event]:
        return [event_of("Restructure", f"{proposal.proposal}/new", day, day, said)]

    agreed(actor, proposal, made, at=at)


def agreed(actor: Actor, proposal: Proposal, made: Made, *, at: datetime) -> Standing:
    """Enter what two people agreed to, under their proposal's name, and tell it to the log."""
    alone(actor, proposal.subject)
    day = business_day(actor, at)
    events: Sequence[Event] = made(day)
    after = enter(actor, proposal.subject, events, on=day)
    said = {
        "agreement": proposal.subject,
        "act": proposal.act.value,
        "proposal": proposal.proposal,
        "content": proposal.digest,
        "by": [proposal.proposed_by, proposal.ended_by],
        "events": [event.key for event in events],
        "standing": after.state.life.value,
    }
    tell(actor, Kind.AGREEMENT, said, at=at, party_id=after.terms.party)
    return after


def stands(one: Standing) -> Stands:
    """Where an agreement stands, in short."""
    state = one.state
    return Stands(
        agreement=one.terms.agreement,
        life=state.life.value,
        payoff_fen=state.payoff_fen,
        owed_fen=state.owed_fen,
        days_past_due=state.days_past_due,
    )


def _entered(actor: Actor, agreement: str, made: Made, *, at: datetime) -> Stands:
    def work() -> Stands:
        with acting(actor):
            day = business_day(actor, at)
            return stands(enter(actor, agreement, made(day), on=day))

    return again(work)


def _event(actor: Actor, agreement: str, key: str) -> Event:
    for event in history_of(actor, agreement):
        if event.key == key:
            return event
    wrong = f"{agreement} has no event {key}."
    raise InputError("NO_EVENT", wrong, "Look at its statement.")
