"""Money that nobody can explain yet: its cases with their age, and what two people make of each.

The sum of the open cases is what stands in suspense, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.kernel.policy import load_policy
from suixin.lending.transaction import Dimensions
from suixin.service.app import keys
from suixin.service.app.bank import booking_day, desk_of
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.payees import unblock_payee
from suixin.service.app.payments import next_attempt, pay
from suixin.service.app.permits import Act, check_may, may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.settlements import pay_out, pay_out_all
from suixin.service.rails import cases, sending
from suixin.service.rails.hours import working_days_between
from suixin.service.rails.register import Case
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.rails.working import Outcome
from suixin.service.store.agreements import terms_of
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, acting, query

_TOTALS: Final = """
    select count(*), coalesce(sum(fen), 0)::bigint,
           (select coalesce(-sum(p.fen), 0)::bigint from posting as p
             where p.institution_id = %(institution)s and p.account = '2001' and p.agreement = '')
      from suspense_case where institution_id = %(institution)s and closed_on is null
"""
LISTED_MAX: Final = 200


class Way(StrEnum):
    """What two people may make of a case, a payee or a payment."""

    EXPLAIN = "explain"  # It is a receipt to come, a payment, or one that came back.
    GIVE = "give"  # It is a borrower's; it waits to be paid out.
    OFFSET = "offset"  # It came back for another that left.
    PAY_AGAIN = "pay_again"  # A payee whose payment came back may be paid again.
    REPLACE = "replace"  # A payment that no statement shows is paid under a new number.
    PAY_OUT = "pay_out"  # What is owed to a party, or to all, is paid out to them.


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    """A case, the working days it has waited, and how often it was raised.

    `payer` and `text` are what the bank told, where the caller may see what is personal.
    """

    key: str
    why: str
    fen: int
    value_on: date
    opened_on: date
    working_days: int
    raised: int
    payment: str
    expected: str
    candidate: str
    note: str
    payer: str = field(repr=False)
    text: str = field(repr=False)
    closed_on: date | None
    closed_by: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspense:
    """Open cases, what they hold, and what stands in the ledger's suspense: always the same."""

    open: int
    in_cases_fen: int
    in_ledger_fen: int


def suspense(caller: Caller, *, at: datetime, ring: KeyRing | None = None) -> tuple[CaseSeen, ...]:
    """Cases that nobody has closed, the longest waiting first, and most raised."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at suspense")
    with acting(actor):
        on = business_day(actor, at)
        known = StoredRegister(actor, _ring(caller, ring)).open_cases()
    seen = [_seen(case, on) for case in known]
    return tuple(sorted(seen, key=lambda one: (-one.working_days, one.key)))


def case(caller: Caller, key: str, *, at: datetime, ring: KeyRing | None = None) -> CaseSeen:
    """One case, open or closed; raises `InputError` NO_CASE."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at a case")
    with acting(actor):
        found = StoredRegister(actor, _ring(caller, ring)).case(key)
        if found is None:
            raise InputError("NO_CASE", f"There is no case {key}.", "List the open ones.")
        return _seen(found, business_day(actor, at))


def suspense_total(caller: Caller) -> Suspense:
    """How many cases are open, what they hold, and what the ledger has: for a check of the two."""
    check_may(caller, Act.SEE_LEDGER)
    with acting(caller.actor("looked at suspense")):
        ((count, held, stands),) = query(_TOTALS, {"institution": caller.institution})
    return Suspense(open=count, in_cases_fen=held, in_ledger_fen=stands)


def propose_release(
    caller: Caller, way: Way, subject: str, *, name: str, key: str, why: str, at: datetime
) -> Proposal:
    """Propose what a case is, or that a payee or a payment is freed; another agrees to it.

    `subject` is the case's key, the payee's number or the payment's; `name` is what the money is
    (EXPLAIN), the agreement it is owed under (GIVE), the other case (OFFSET), or the sum in fen
    (PAY_OUT, whose subject is a party, or "all"). Raises `InputError` as `propose` does; what does
    not fit is told to who agrees.
    """
    content = {"way": Way(way).value, "subject": subject, "name": name}
    return propose(caller, Act.RELEASE_SUSPENSE, subject, content, key=key, why=why, at=at)


def close_case(caller: Caller, key: str, *, how: str, at: datetime) -> None:
    """A person closes a case that holds no money, and says how it ended.

    Raises `InputError` NOT_PERMITTED, NO_CASE, NO_WORDS.
    """
    check_may(caller, Act.RELEASE_SUSPENSE)
    actor = caller.actor(how)
    desk, on = desk_of(actor, on=business_day(actor, at)), booking_day(actor, at)

    def work(register: StoredRegister) -> Outcome:
        return cases.close(register, desk.profile, key, by=caller.by, how=how, booked_on=on)

    desk.decide(work, on)


@carries_out(Act.RELEASE_SUSPENSE)
def _release(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Do what was proposed, by both."""
    told: dict[str, Any] = dict(proposal.content)
    by, subject, name = (proposal.proposed_by, caller.by), told["subject"], told["name"]
    actor = caller.actor(proposal.why)
    if told["way"] == Way.PAY_AGAIN:
        unblock_payee(actor, subject, by=by)
        return
    if told["way"] == Way.PAY_OUT:
        _pay_out(actor, proposal, by=by, at=at)
        return
    if told["way"] == Way.REPLACE:
        _replace(actor, proposal, by=by, at=at)
        return
    desk, on = desk_of(actor, on=business_day(actor, at)), booking_day(actor, at)

    def work(register: StoredRegister) -> Outcome:
        profile = desk.profile
        match Way(told["way"]):
            case Way.EXPLAIN:
                return cases.explain(
                    register, profile, subject, name=name, by=by, booked_on=on
                ).outcome
            case Way.GIVE:
                about = _about(caller, name)
                return cases.give(register, profile, subject, about=about, by=by, booked_on=on)
            case _:
                return cases.offset(register, profile, (subject, name), by=by, booked_on=on)

    desk.decide(work, on)


def _replace(actor: Actor, proposal: Proposal, *, by: tuple[str, str], at: datetime) -> None:
    """Leave a payment's place to the next attempt, and enter that."""
    subject = proposal.content["subject"]
    order, new = next_attempt(actor, subject, by=by, at=at)
    desk, on = desk_of(actor, on=business_day(actor, at)), booking_day(actor, at)

    def work(register: StoredRegister) -> Outcome:
        return sending.replaceable(register, desk.profile, subject, by=by, new=new, on=on)

    desk.decide(work, on)
    pay(actor, order, key=proposal.proposal, at=at)


def _pay_out(actor: Actor, proposal: Proposal, *, by: tuple[str, str], at: datetime) -> None:
    """Pay out just the sum that both have read."""
    subject, fen = proposal.content["subject"], int(proposal.content["name"])
    key, on = proposal.proposal, business_day(actor, at)
    if subject == "all":
        pay_out_all(actor, fen=fen, by=by, key=key, on=on, at=at)
        return
    paid = pay_out(actor, subject, by=by, key=key, on=on, at=at)
    if paid is None or paid.fen != fen:
        wrong = f"{Money(paid.fen if paid else 0)} may be paid to {subject} now, not {Money(fen)}."
        raise InputError("OTHER_CONTENT", wrong, "Look again, and propose that.")


def _ring(caller: Caller, ring: KeyRing | None) -> KeyRing | None:
    """The keys for who works with cases or may see what is personal; others see it closed."""
    if may(caller, Act.RELEASE_SUSPENSE) or may(caller, Act.SEE_PERSONAL):
        return ring or keys.ring()
    return None


def _about(caller: Caller, agreement: str) -> Dimensions:
    return terms_of(caller.actor(), agreement).about


def _seen(found: Case, on: date) -> CaseSeen:
    days = working_days_between(found.opened_on, found.closed_on or on)
    ages = load_policy("rails").on(max(on, found.opened_on))["suspense.ages"]
    return CaseSeen(
        key=found.key,
        why=found.why.value,
        fen=found.fen,
        value_on=found.value_on,
        opened_on=found.opened_on,
        working_days=days,
        raised=sum(days >= age for age in ages),
        payment=found.payment,
        expected=found.expected,
        candidate=found.candidate,
        note=found.note,
        payer=found.payer,
        text=found.text,
        closed_on=found.closed_on,
        closed_by=found.closed_by,
        how=found.how,
    )
