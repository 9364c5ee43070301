"""Payments that two people release, and where each one stands.

A payment is entered pending, with its reserve in the ledger, in the transaction of the act that
decides it. Files, the bank's answers and what they move are `suixin.service.app.receiving`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.kernel.policy import load_policy
from suixin.lending.transaction import Dimensions
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA, business_day
from suixin.service.app.payees import listed_rows, no_payee, payment_refused
from suixin.service.app.permits import Act, check_may
from suixin.service.rails import ledger, register_rows
from suixin.service.rails.checks import payment_refusal
from suixin.service.rails.payment import (
    PAYMENT_WORDING,
    Payee,
    Payment,
    PaymentRefusal,
    PaymentState,
    payment_id,
)
from suixin.service.rails.register import Tracked, two_people
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, again, query

_CODE: Final = "select code from institution where id = %s"
_LIST_OF: Final = f"""
    select {register_rows.PAYMENT_COLUMNS}, y.bank_number, y.person
      from payment as p
      join payee as y on (y.institution_id, y.listed) = (p.institution_id, p.payee)
     where p.institution_id = %s and (%s = '' or p.agreement = %s)
       and (cardinality(%s::text[]) = 0 or p.state = any (%s::text[])) and p.id > %s
     order by p.id limit %s
"""
_MOVES: Final = """
    select was, became, by, why, at from payment_move
     where institution_id = %s and payment = %s order by number
"""
LISTED_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder:
    """A payment to be made. `about` is the agreement's own (`AgreementTerms.about`).

    `through` is 1002 to a household and 2002 to a supplier; `from_account` 1101 is a loan paid out,
    2003 what is owed to a party. `replaces` names the attempt before, which came to nothing.
    """

    about: Dimensions
    instalment: str
    fen: int
    payee: str
    purpose: str
    on: date
    by: tuple[str, str]
    from_account: str = "1101"
    through: str = "1002"
    revolving: bool = False
    text: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step of a payment, with who made it and why."""

    was: str
    became: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Where a payment stands. `value_on` is the day from which it counts, once it settled."""

    id: str
    agreement: str
    party: str
    instalment: str
    attempt: int
    fen: int
    payee: str
    purpose: str
    on: date
    from_account: str
    state: PaymentState
    pay_on: date | None
    value_on: date | None
    reason: str
    cancel: str
    replaced_by: str
    file: str
    line: str


def pay(actor: Actor, order: PayOrder, *, key: str, at: datetime) -> Paid:
    """Enter a payment that two people release; it is reserved in the ledger, and not yet sent.

    Within the transaction of the act that decides it, or one of its own. The same key again is the
    same payment. Raises `InputError` KEY_TAKEN, NO_PAYEE, NO_PAYMENT, STILL_OPEN, ALREADY_SENT, and
    the codes of `PaymentRefusal`.
    """

    def work() -> Paid:
        with acting(actor):
            found = query(register_rows.PAYMENTS_BY_KEY, [actor.institution, key])
            payment = _payment(actor, order, at=at, stands=found)
            if found:
                return _paid(_tracked(found[0]))
            values = register_rows.payment_values(payment, key)
            if not query(register_rows.ENTER_PAYMENT, [actor.institution, *values]):
                raise _taken(actor, payment, key)
            books, day = StoredBooks(actor), business_day(actor, at)
            books.pend(ledger.pending(payment, booked_on=day))
            return _paid(Tracked(payment))

    return again(work)


def paid_under(actor: Actor, key: str) -> Paid | None:
    """The payment that was entered under a key, for an act that is under way."""
    with acting(actor):
        found = query(register_rows.PAYMENTS_BY_KEY, [actor.institution, key])
    return _paid(_tracked(found[0])) if found else None


def next_attempt(
    actor: Actor, id: str, *, by: tuple[str, str], at: datetime
) -> tuple[PayOrder, str]:
    """The order that pays the same once more from today, and the number it will have.

    Raises `InputError` NO_PAYMENT.
    """
    with acting(actor):
        before = _one(actor, id).payment
        order = PayOrder(
            about=before.about,
            instalment=before.instalment,
            fen=before.fen,
            payee=before.payee.listed,
            purpose=before.purpose,
            on=business_day(actor, at),
            by=by,
            from_account=before.from_account,
            through=before.through,
            revolving=before.revolving,
            text=before.text,
            replaces=id,
        )
        return order, _number(actor, order, before.attempt + 1)


def withdraw(actor: Actor, id: str, *, why: str, at: datetime) -> Paid:
    """Take a payment back that was not sent yet; its reserve is freed. Within a transaction.

    Raises `InputError` NO_PAYMENT, NOT_PENDING (what is sent is stopped by asking the bank).
    """
    with acting(actor):
        query("select from payment where institution_id = %s and id = %s for update",
              [actor.institution, id])  # fmt: skip
        tracked = _one(actor, id)
        if tracked.state is not PaymentState.PENDING:
            wrong = f"{id} is {tracked.state}."
            raise InputError("NOT_PENDING", wrong, "Ask the bank to stop what is sent.")
        query("update payment set state = 'rejected', reason = %s where institution_id = %s"
              " and id = %s", [f"withdrawn: {why}", actor.institution, id])  # fmt: skip
        key = ledger.voided(tracked).key
        StoredBooks(actor).void(key, booked_on=business_day(actor, at))
        return _paid(_one(actor, id))


def payment(caller: Caller, id: str) -> tuple[Paid, tuple[Move, ...]]:
    """A payment and every step it made; raises `InputError` NO_PAYMENT."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at a payment")
    with acting(actor):
        found = _one(actor, id)
        moves = query(_MOVES, [actor.institution, id])
    told = (dict(zip(("was", "became", "by", "why", "at"), row, strict=True)) for row in moves)
    return _paid(found), tuple(Move(**one) for one in told)


def payments(
    caller: Caller,
    *,
    states: Sequence[PaymentState] = (),
    agreement: str = "",
    after: str = "",
    most: int = 50,
) -> tuple[Paid, ...]:
    """Payments by their numbers, from the one `after`; of some states, of one agreement, or all."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at payments")
    with acting(actor):
        return payments_of(actor, agreement, states=states, after=after, most=most)


def payments_of(
    actor: Actor,
    agreement: str,
    *,
    states: Sequence[PaymentState] = (),
    after: str = "",
    most: int = LISTED_MAX,
) -> tuple[Paid, ...]:
    """An agreement's payments, for an act that is under way."""
    wanted = [one.value for one in states]
    given = [agreement, agreement, wanted, wanted, after, max(1, min(most, LISTED_MAX))]
    with acting(actor):
        return tuple(_paid(_tracked(row)) for row in query(_LIST_OF, [actor.institution, *given]))


def _payment(actor: Actor, order: PayOrder, *, at: datetime, stands: Sequence[Any]) -> Payment:
    """The payment of an order, with its number, or what is wrong with it; `stands` has its key."""
    two_people(order.by, "A payment")
    if stands:
        before = _tracked(stands[0]).payment
        made = _numbered(order, before.id, before.attempt, before.payee)
        if made != before:
            wrong = f"The key of {before.id} was used for another payment."
            raise InputError("KEY_TAKEN", wrong, "Use a new key, or send the same again.")
        return before
    listed = listed_rows(actor, order.payee)
    if not listed:
        raise no_payee(order.payee)
    attempt, id = _attempt(actor, order)
    payee = Payee(order.payee, "", "", "", listed[0].bank_number, listed[0].person)
    payment = _numbered(order, id, attempt, payee)
    rails = load_policy("rails").on(at.astimezone(CHINA).date())
    blocked = (order.payee,) if listed[0].blocked_by else ()
    why = payment_refusal(payment, rails, blocked=blocked, sealed=True)
    if why is not None:
        raise payment_refused(why)
    return payment


def _numbered(order: PayOrder, id: str, attempt: int, payee: Payee) -> Payment:
    return Payment(
        id=id,
        about=order.about,
        instalment=order.instalment,
        fen=order.fen,
        payee=payee,
        purpose=order.purpose,
        on=order.on,
        by=order.by,
        attempt=attempt,
        replaces=order.replaces,
        from_account=order.from_account,
        through=order.through,
        revolving=order.revolving,
        text=order.text,
    )


def _number(actor: Actor, order: PayOrder, attempt: int) -> str:
    ((code,),) = query(_CODE, [actor.institution])
    about = order.about.agreement or order.about.party
    return payment_id(code, about, order.instalment, attempt=attempt, on=order.on)


def _attempt(actor: Actor, order: PayOrder) -> tuple[int, str]:
    """Which attempt it is, the first or the next after one that came to nothing, and its number."""
    if not order.replaces:
        return 1, _number(actor, order, 1)
    before = _one(actor, order.replaces)
    mine = (before.payment.about.agreement, before.payment.instalment)
    if mine != (order.about.agreement, order.instalment):
        wrong = f"{order.replaces} is of something else."
        raise InputError("NO_PAYMENT", wrong, "Name the attempt before.")
    attempt = before.payment.attempt + 1
    id = _number(actor, order, attempt)
    final = before.state in (PaymentState.REJECTED, PaymentState.RETURNED)
    # Two people may have left its place to this number.
    if before.replaced_by != id and (before.replaced_by or not final):
        wrong = f"{order.replaces} is {before.replaced_by or before.state}."
        raise InputError("STILL_OPEN", wrong, PAYMENT_WORDING[PaymentRefusal.STILL_OPEN].en)
    return attempt, id


def _taken(actor: Actor, payment: Payment, key: str) -> InputError:
    """The same attempt was entered before, on whatever day, or its key was taken meanwhile."""
    what = register_rows.payment_values(payment, key)[2]
    found = query(register_rows.PAYMENTS_BY_WHAT, [actor.institution, [what]])
    if found:
        wrong = f"It was entered as {_tracked(found[0]).payment.id}."
        return InputError("ALREADY_SENT", wrong, PAYMENT_WORDING[PaymentRefusal.ALREADY_SENT].en)
    return InputError("KEY_TAKEN", "The key was taken meanwhile.", "Send the same again.")


def _one(actor: Actor, id: str) -> Tracked:
    found = query(register_rows.PAYMENTS_BY_ID, [actor.institution, [id]])
    if not found:
        raise InputError("NO_PAYMENT", f"There is no payment {shown(id)}.", "Check the number.")
    return _tracked(found[0])


def _tracked(row: Sequence[Any]) -> Tracked:
    return register_rows.tracked_of(row, {})


def _paid(tracked: Tracked) -> Paid:
    payment = tracked.payment
    return Paid(
        id=payment.id,
        agreement=payment.about.agreement,
        party=payment.about.party,
        instalment=payment.instalment,
        attempt=payment.attempt,
        fen=payment.fen,
        payee=payment.payee.listed,
        purpose=payment.purpose,
        on=payment.on,
        from_account=payment.from_account,
        state=tracked.state,
        pay_on=tracked.pay_on,
        value_on=tracked.value_on,
        reason=tracked.reason,
        cancel=tracked.cancel,
        replaced_by=tracked.replaced_by,
        file=tracked.file,
        line=tracked.line,
    )
