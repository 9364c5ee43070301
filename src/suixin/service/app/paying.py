"""Paying a loan out: asked for by the household, proposed by one, released by another.

The money goes to the household, or to the listed supplier of its order alone (E03); what shows that
it would come back is blocked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import PolicyOn
from suixin.lending.events import Draw
from suixin.lending.states import Happening
from suixin.lending.supplier import (
    Supplier,
    cash_out_sign,
    related_by,
    supplier_refusal,
)
from suixin.service.app.applications import (
    Application,
    Noted,
    alone,
    application_of,
    moved,
    own_actor,
    refused_by,
)
from suixin.service.app.backing_facts import backing_refusals, order_of
from suixin.service.app.caller import Caller
from suixin.service.app.case_facts import case_facts, holds_on
from suixin.service.app.day import business_day
from suixin.service.app.evidence import tell
from suixin.service.app.own_sheets import own_product, own_rules
from suixin.service.app.payees import listed_rows
from suixin.service.app.payments import Paid, PayOrder, pay, payments_of
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.standings import Standing, standing_of
from suixin.service.app.supplier_facts import LENDER, marks_of, ties_of, transfers_of
from suixin.service.store.session import Actor, acting, query

_ENTER: Final = """
    insert into disbursement (institution_id, disbursement, agreement, fen, payee, to_whom, account,
                              of_order, on_day, at, proposal)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_OPEN: Final = """
    select coalesce(sum(d.fen), 0)::bigint from disbursement as d
      join payment as p on (p.institution_id, p.id) = (d.institution_id, d.disbursement)
     where d.institution_id = %s and d.agreement = %s
       and p.state in ('pending', 'sent', 'accepted')
       and not exists (select from agreement_event as e
                        where (e.institution_id, e.agreement, split_part(e.key, '/', 1))
                            = (d.institution_id, d.agreement, d.disbursement))
"""
_THROUGH: Final = {"household": "1002", "supplier": "2002"}
_PURPOSE: Final = {"household": "LOAN", "supplier": "SUPP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What is to be paid out, to whom: as both people read it."""

    agreement: str
    fen: int
    payee: str
    to: str
    order: str


def draw(caller: Caller, agreement: str, *, fen: int, at: datetime) -> Application:
    """The household asks for money of its agreement; an officer then proposes to pay it.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT, HELD, ABOVE_LIMIT, ENDED, PAID_OUT.
    """
    check_may(caller, Act.DRAW)
    application = _of_agreement(caller, agreement)
    actor = own_actor(caller, application.party, "asked for a draw")
    with acting(actor):
        day = business_day(actor, at)
        _check_free(actor, application, fen, day)
        noted = Noted(on=day, at=at, by=caller.by, content={"asked_fen": fen})
        return moved(actor, application, Happening.DISBURSE, noted)


def disburse(
    caller: Caller, agreement: str, *, fen: int, key: str, why: str, at: datetime
) -> Proposal:
    """Propose to pay out of an agreement: to the household, or to the supplier of its order.

    Everything is checked, and again when another agrees. Raises `InputError` NOT_PERMITTED,
    NO_AGREEMENT, HELD, PAID_OUT, ABOVE_LIMIT, ENDED, NO_PAYEE, and a refusal by its name: of the
    three flows (C02), the order, the supplier, a tie or a sign of cash-out (E03).
    """
    check_may(caller, Act.DISBURSE)
    application = _of_agreement(caller, agreement)
    actor = caller.actor(why)
    with acting(actor):
        payout = _payout(actor, application, fen, business_day(actor, at))
    content = {
        "agreement": payout.agreement,
        "fen": payout.fen,
        "payee": payout.payee,
        "to": payout.to,
        "order": payout.order,
    }
    return propose(caller, Act.DISBURSE, agreement, content, key=key, why=why, at=at)


@carries_out(Act.DISBURSE)
def disbursed(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Hand what two people released to the bank's rails: pending, and reserved in the ledger."""
    actor = caller.actor(proposal.why)
    said: Mapping[str, Any] = proposal.content
    application = _of_agreement(caller, said["agreement"])
    alone(actor, application.party)
    day = business_day(actor, at)
    payout = _payout(actor, application, said["fen"], day)
    if (payout.payee, payout.to, payout.order) != (said["payee"], said["to"], said["order"]):
        wrong = f"{payout.agreement} would be paid to another than was proposed."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    stands = standing_of(actor, payout.agreement, on=day)
    paid = pay(
        actor,
        PayOrder(
            about=stands.terms.about,
            instalment=proposal.proposal,
            fen=payout.fen,
            payee=payout.payee,
            purpose=_PURPOSE[payout.to],
            on=day,
            by=(proposal.proposed_by, proposal.ended_by),
            through=_THROUGH[payout.to],
            revolving=stands.terms.limit_fen is not None,
        ),
        key=proposal.proposal,
        at=at,
    )
    query(
        _ENTER,
        [
            *(actor.institution, paid.id, payout.agreement, payout.fen, payout.payee, payout.to),
            *("", payout.order, day, at, proposal.proposal),
        ],
    )
    told = {
        "agreement": payout.agreement,
        "payment": paid.id,
        "fen": payout.fen,
        "to": payout.to,
        "proposal": proposal.proposal,
        "by": [proposal.proposed_by, proposal.ended_by],
    }
    tell(actor, Kind.AGREEMENT, told, at=at, party_id=application.party)


def paid_out(caller: Caller, agreement: str) -> tuple[Paid, ...]:
    """Every payment of an agreement, and where each stands with the bank."""
    check_may(caller, Act.SEE_AGREEMENT)
    application = _of_agreement(caller, agreement)
    return payments_of(own_actor(caller, application.party, "looked at payments"), agreement)


def _of_agreement(caller: Caller, agreement: str) -> Application:
    """The application that led to an agreement, which has its name."""
    try:
        found = application_of(caller, agreement)
    except InputError as fault:
        if fault.code != "NO_APPLICATION":
            raise
        found = None
    if found is None or found.agreement != agreement:
        raise InputError("NO_AGREEMENT", f"There is no agreement {agreement}.", "Check the id.")
    return found


def _payout(actor: Actor, application: Application, fen: int, day: date) -> Payout:
    """What would be paid, once every check lets it; raises `InputError` by what does not."""
    _check_free(actor, application, fen, day)
    product = own_product(actor, application.product, day)
    policy = own_rules(actor, day)
    facts = case_facts(
        actor, application.party, product.name, on=day, application=application.application
    )
    for refusal in backing_refusals(
        actor, application, facts, product=product, loan_fen=fen, policy=policy
    ):
        raise refused_by(refusal)
    to = "supplier" if product.money_to == "supplier" else "household"
    order = str(application.about.get("order", "")) if to == "supplier" else ""
    party = application.party
    if to == "supplier":
        party = order_of(actor, application, on=day).supplier
        _check_supplier(actor, application, party, policy)
    payees = listed_rows(actor, "", party=party)
    if not payees:
        wrong = f"{party} is not listed as one who may be paid."
        raise InputError("NO_PAYEE", wrong, "List the payee first; that takes two people.")
    return Payout(
        agreement=application.agreement, fen=fen, payee=payees[0].listed, to=to, order=order
    )


def _check_supplier(
    actor: Actor, application: Application, supplier: str, policy: PolicyOn
) -> None:
    """Only a listed supplier with no tie to the borrower, and no sign that the money comes back."""
    on, borrower = policy.day, application.party
    payees = listed_rows(actor, "", party=supplier)
    listed = [Supplier(one.party, one.listed, one.listed_on) for one in payees if not one.person]
    marks = marks_of(actor, supplier, on=on)
    ties = ties_of(actor, borrower, on=on)
    side = frozenset({borrower, *(other for _, other, _ in ties), *(who for who, _, _ in ties)})
    refusal = supplier_refusal(
        marks,
        payees[0].listed if payees else "",
        listed=listed,
        related=related_by(marks_of(actor, borrower, on=on), marks, ties),
        cash_out=cash_out_sign(
            side - {supplier},
            supplier,
            transfers_of(actor, borrower, supplier, on=on),
            lender=LENDER,
            policy=policy,
        ),
        on=on,
    )
    if refusal is not None:
        raise refused_by(refusal)


def _check_free(actor: Actor, application: Application, fen: int, day: date) -> None:
    """Whether so much may still be drawn: no hold, whole where it is no line, within the limit."""
    holds = holds_on(actor, application.party, application.product, application.agreement, on=day)
    if holds:
        wrong = f"New money is on hold: {holds[0].reason}"
        raise InputError("HELD", wrong, "Release the hold first.")
    if fen <= 0:
        raise InputError("AMOUNT", f"{fen} fen is no amount.", "Give 1 or more.")
    ((waiting,),) = query(_OPEN, [actor.institution, application.agreement])
    stands = standing_of(actor, application.agreement, on=day)
    if stands.terms.limit_fen is None:
        _check_whole(stands, fen, waiting)
        return
    event = Draw(key="asked", on=day, booked_on=day, fen=fen + waiting)
    after = standing_of(actor, application.agreement, on=day, also=(event,))
    for key, refusal in after.replayed.refused:
        if key == "asked":
            raise refused_by(refusal)


def _check_whole(stands: Standing, fen: int, waiting: int) -> None:
    """A loan that is no line is paid out whole, once."""
    name = stands.terms.agreement
    if waiting or stands.state.memory.draws:
        raise InputError("PAID_OUT", f"{name} is paid out, or about to be.", "See its payments.")
    whole = sum(row.principal_fen or 0 for row in stands.terms.rows)
    if whole and fen != whole:
        wrong = f"{name} is of {whole} fen, not {fen}."
        raise InputError("ABOVE_LIMIT" if fen > whole else "NOT_WHOLE", wrong, "Pay it whole.")
