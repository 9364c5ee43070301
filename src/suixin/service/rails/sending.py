"""Sending payments: what may go, the bytes it goes in, and when the same may be paid again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from suixin.data.errors import InputError
from suixin.lending.refused import Refused
from suixin.service.rails import ledger, pain001
from suixin.service.rails.checks import payment_refusal
from suixin.service.rails.hours import Route, route
from suixin.service.rails.ledger import Act, Pend
from suixin.service.rails.payment import (
    Batch,
    Payment,
    PaymentRefusal,
    PaymentState,
    Receipt,
    Status,
    attempt_of,
)
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import CHINA
from suixin.service.rails.register import Changes, Register, Tracked, two_people
from suixin.service.rails.working import Outcome, Working

_FINAL = frozenset({PaymentState.REJECTED, PaymentState.RETURNED})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be done to send a batch: `written` is kept first, then `outcome` is taken, and
    only then are the files named in `hand_over` handed over.

    `file` and `written` are empty where nothing new goes.
    """

    receipt: Receipt
    file: str = ""
    written: bytes = b""
    outcome: Outcome = field(default_factory=Outcome)
    hand_over: tuple[str, ...] = ()


def prepare(
    batch: Batch, register: Register, profile: Profile, *, schemas: Path | None = None
) -> Prepared:
    """Work out a batch: what goes, what is refused and why, and what was sent before.

    What stands already as sent, the same, is handed over again in its own bytes; it is written only
    once. Raises `InputError` as `pain001.write` and `hours.route` do.
    """
    fresh: dict[str, Payment] = {}
    again: dict[str, None] = {}
    sent: list[str] = []
    refused: list[tuple[str, Refused]] = []
    for payment in batch.payments:
        before = register.payment(payment.id)
        if before is not None and before.payment == payment and before.file:
            if before.state is PaymentState.SENT:
                again[before.file] = None
        else:
            why = _refusal(payment, register, profile, fresh)
            if why is not None:
                refused.append((payment.id, why))
                continue
            fresh[attempt_of(payment.id)] = payment
        sent.append(payment.id)
    ways = {one.id: _way(one, batch.made_at, profile) for one in fresh.values()}
    new, told = (
        replace(batch, payments=tuple(fresh.values())),
        tuple(way.told for way in ways.values()),
    )
    receipt = Receipt(new.id if fresh else "", tuple(sent), tuple(refused), told)
    if not fresh:
        return Prepared(receipt, hand_over=tuple(again))
    days = {one.id: max(ways[one.id].on, one.on) for one in fresh.values()}
    written = pain001.write(new, profile, days=days, schemas=schemas)
    outcome = _sent(new, register, days, batch.made_at.astimezone(CHINA).date())
    return Prepared(receipt, new.id, written, outcome, (*again, new.id))


def replaceable(
    register: Register, profile: Profile, id: str, *, by: tuple[str, str], new: str, on: date
) -> Outcome:
    """Two people let a payment that nobody rejected be paid under a new number.

    It takes so many closed statements without its line; should the line come after all, its money
    goes to suspense. Raises `InputError` TWO_PEOPLE, NO_PAYMENT, STILL_OPEN.
    """
    two_people(by, f"Paying {id} under another number")
    tracked = register.payment(id)
    if tracked is None:
        raise InputError("NO_PAYMENT", f"There is no payment {id}.", "Check the number.")
    most = profile.rails["retry.statements"]
    if not tracked.open or tracked.replaced_by or tracked.missed < most:
        wrong = f"{id} is {tracked.state}, and {tracked.missed} statements have not shown it."
        hint = f"It takes {most}; what is rejected or returned needs no such leave."
        raise InputError("STILL_OPEN", wrong, hint)
    work = Working(register, profile, on)
    work.acts.append(ledger.voided(tracked))
    work.put(replace(tracked, replaced_by=new))
    return work.outcome


def status_of(register: Register, id: str) -> Status:
    """Where a payment stands; raises `InputError` NO_PAYMENT."""
    tracked = register.payment(id)
    if tracked is None:
        raise InputError("NO_PAYMENT", f"There is no payment {id}.", "Check the number.")
    return Status(id, tracked.state, tracked.reason, tracked.value_on, tracked.known)


def _way(payment: Payment, at: datetime, profile: Profile) -> Route:
    return route(payment.fen, at, profile.rails, cut_off=profile.cut_off)


def _refusal(
    payment: Payment, register: Register, profile: Profile, here: Mapping[str, Payment]
) -> Refused | None:
    listed = payment.payee.listed
    blocked = (listed,) if register.blocks(listed) else ()
    return payment_refusal(payment, profile.rails, blocked=blocked) or _attempt_refusal(
        payment, register, here
    )


def _attempt_refusal(
    payment: Payment, register: Register, here: Mapping[str, Payment]
) -> Refused | None:
    """Whether the same was sent before, on whatever day, or the attempt before may still happen.

    `here` are the payments of this batch that go, by their attempts.
    """
    same = here.get(attempt_of(payment.id))
    tracked = register.same_attempt(payment.id)
    entered = tracked is not None and tracked.state is PaymentState.PENDING
    if tracked is not None and not (entered and tracked.payment == payment):
        same = tracked.payment
    if same is not None:
        found, allowed = f"sent as {same.id}", "once"
        return Refused(PaymentRefusal.ALREADY_SENT, found, allowed, "", "Rails plan, idempotency")
    if payment.attempt == 1:
        return None
    before = register.payment(payment.replaces)
    if before is None or _other(before.payment, payment):
        found = f"attempt {payment.attempt} names no attempt before"
    elif before.replaced_by == payment.id or (before.state in _FINAL and not before.replaced_by):
        return None
    else:
        found = f"{payment.replaces} is {before.state}"
    allowed = "a final rejection, a return, or leave of two people"
    return Refused(PaymentRefusal.STILL_OPEN, found, allowed, "retry.statements", "Rails plan")


def _other(before: Payment, after: Payment) -> bool:
    return (before.about.agreement, before.instalment, before.attempt + 1) != (
        after.about.agreement, after.instalment, after.attempt)  # fmt: skip


def _sent(batch: Batch, register: Register, days: dict[str, date], on: date) -> Outcome:
    """What the register and the ledger take, once the bytes are durable."""
    file = batch.id
    tracked = [
        Tracked(one, PaymentState.SENT, file=file, sent_on=on, pay_on=days[one.id])
        for one in batch.payments
    ]
    for one in batch.payments:
        before = register.payment(one.replaces) if one.replaces else None
        if before is not None and not before.replaced_by:
            tracked.append(replace(before, replaced_by=one.id))
    acts: tuple[Act, ...] = tuple(Pend(ledger.pending(one, booked_on=on)) for one in batch.payments)
    files = {
        file: {
            name: tuple(one.id for one in payments)
            for name, (_, payments) in pain001.by_day(batch, days).items()
        }
    }
    return Outcome(Changes(payments=tuple(tracked), files=files), acts)


def cancel_asked(register: Register, profile: Profile, id: str, *, at: datetime) -> Outcome:
    """Note that the bank is asked to stop a payment; raises `InputError` NO_PAYMENT, NOT_OPEN."""
    tracked = register.payment(id)
    if tracked is None:
        raise InputError("NO_PAYMENT", f"There is no payment {id}.", "Check the number.")
    if not tracked.open:
        wrong = f"{id} is {tracked.state}, so there is nothing to stop."
        raise InputError("NOT_OPEN", wrong, "What has left comes back by a return.")
    work = Working(register, profile, at.astimezone(CHINA).date())
    work.put(replace(tracked, cancel=tracked.cancel or "asked"))
    return work.outcome
