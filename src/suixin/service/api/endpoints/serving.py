"""Agreements as they live: where each stands, draws, payments out, receipts, suspense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import MaxLen
from ninja import Query, Router
from pydantic import StringConstraints

from suixin.service.api import agreed
from suixin.service.api.agreed import AgreementNamed, AgreementSeen, EventSeen
from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.endpoints.fields import (
    Body,
    CursorAsked,
    Fen,
    Id,
    IdInPath,
    LimitAsked,
    Words,
)
from suixin.service.app import listing, payees, paying, payments, receiving, suspense
from suixin.service.app.applications import Application
from suixin.service.app.payees import Listed as PayeeListed
from suixin.service.app.payments import Move, Paid
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal
from suixin.service.app.receiving import FileFault, LineSeen, StatementDay
from suixin.service.app.suspense import CaseSeen, Suspense, Way
from suixin.service.rails.payment import PaymentState

router = Router(tags=["Agreements and payments"])
PartyAsked = Annotated[Id | None, Query(None)]


class Draw(Body):
    """How much is asked for."""

    fen: Fen


class Disbursing(Body):
    """How much is to be paid out, and why."""

    fen: Fen
    why: Words


class Listing(Body):
    """Who may be paid, and where his bank is; name and numbers are those sealed of him."""

    party: Id
    bank_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    person: bool = False
    why: Words


class Releasing(Body):
    """What a case, a payee or a payment is to be made of."""

    way: Way
    subject: Id
    name: Annotated[str, StringConstraints(max_length=64)] = ""
    why: Words


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment and every step it made."""

    payment: Paid
    moves: tuple[Move, ...]


@reads(router, "/agreements", Listed[AgreementNamed], Act.SEE_AGREEMENT)
def list_agreements(
    asked: Asked, party: PartyAsked, cursor: CursorAsked, limit: LimitAsked
) -> Listed[AgreementNamed]:
    """Agreements by name; of one party where it is named."""
    (after,) = asked.place(cursor, str) or ("",)
    found = agreed.agreements(asked.caller, party=party or "", after=after, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.agreement,))


@reads(router, "/agreements/{agreement}", AgreementSeen, Act.SEE_AGREEMENT)
def see_agreement(asked: Asked, agreement: IdInPath) -> AgreementSeen:
    """What was signed, and where it stands."""
    return agreed.agreement(asked.caller, agreement, at=asked.at)


@reads(router, "/agreements/{agreement}/events", Listed[EventSeen], Act.SEE_AGREEMENT)
def list_agreement_events(
    asked: Asked, agreement: IdInPath, cursor: CursorAsked, limit: LimitAsked
) -> Listed[EventSeen]:
    """What happened to it, by the day it was booked."""
    day, key = asked.place(cursor, str, str) or ("0001-01-01", "")
    found = agreed.events(
        asked.caller, agreement, after=(date.fromisoformat(day), key), limit=limit + 1
    )
    return part(asked, found, limit, lambda one: (one.booked_on.isoformat(), one.key))


@writes(router, "/agreements/{agreement}/draws", Application, Act.DRAW)
def draw(asked: Asked, agreement: IdInPath, body: Draw) -> Application:
    """The household asks for money of its agreement."""
    return paying.draw(asked.caller, agreement, fen=body.fen, at=asked.at)


@writes(router, "/agreements/{agreement}/disbursements", Proposal, Act.DISBURSE)
def propose_disbursement(asked: Asked, agreement: IdInPath, body: Disbursing) -> Proposal:
    """Propose to pay out; another person agrees, and the bank is told."""
    return paying.disburse(
        asked.caller, agreement, fen=body.fen, key=asked.key, why=body.why, at=asked.at
    )


@reads(router, "/agreements/{agreement}/payments", tuple[Paid, ...], Act.SEE_AGREEMENT)
def list_agreement_payments(asked: Asked, agreement: IdInPath) -> tuple[Paid, ...]:
    """Every payment of an agreement, and where each stands with the bank."""
    return paying.paid_out(asked.caller, agreement)


@reads(router, "/payments", Listed[Paid], Act.SEE_LEDGER)
def list_payments(
    asked: Asked,
    state: Annotated[list[PaymentState], MaxLen(20), Query([])],
    cursor: CursorAsked,
    limit: LimitAsked,
) -> Listed[Paid]:
    """Payments by number, of some states or all."""
    (after,) = asked.place(cursor, str) or ("",)
    found = payments.payments(asked.caller, states=state, after=after, most=limit + 1)
    return part(asked, found, limit, lambda one: (one.id,))


@reads(router, "/payments/{payment}", PaymentSeen, Act.SEE_LEDGER)
def see_payment(asked: Asked, payment: IdInPath) -> PaymentSeen:
    """A payment and every step it made."""
    return PaymentSeen(*payments.payment(asked.caller, payment))


@reads(router, "/payees", Listed[PayeeListed], Act.SEE_LEDGER)
def list_payees(
    asked: Asked, party: PartyAsked, cursor: CursorAsked, limit: LimitAsked
) -> Listed[PayeeListed]:
    """Who may be paid."""
    (after,) = asked.place(cursor, str) or ("",)
    found = payees.payees(asked.caller, party=party or "", after=after, most=limit + 1)
    return part(asked, found, limit, lambda one: (one.listed,))


@writes(router, "/payees", Proposal, Act.LIST_PAYEE)
def propose_payee(asked: Asked, body: Listing) -> Proposal:
    """Propose one who may be paid; another person agrees."""
    return listing.propose_payee(
        asked.caller,
        body.party,
        bank_number=body.bank_number,
        person=body.person,
        key=asked.key,
        why=body.why,
        at=asked.at,
    )


@reads(router, "/suspense", Suspense, Act.SEE_LEDGER)
def see_suspense(asked: Asked) -> Suspense:
    """What is held in suspense, and that cases and ledger say the same."""
    return suspense.suspense_total(asked.caller)


@reads(router, "/suspense/cases", tuple[CaseSeen, ...], Act.SEE_LEDGER)
def list_cases(asked: Asked) -> tuple[CaseSeen, ...]:
    """Open cases, those first that wait longest."""
    return suspense.suspense(asked.caller, at=asked.at)


@writes(router, "/suspense/releases", Proposal, Act.RELEASE_SUSPENSE)
def propose_release(asked: Asked, body: Releasing) -> Proposal:
    """Propose what a case is; another person agrees, and it is booked."""
    return suspense.propose_release(
        asked.caller,
        body.way,
        body.subject,
        name=body.name,
        key=asked.key,
        why=body.why,
        at=asked.at,
    )


@reads(router, "/statements", tuple[StatementDay, ...], Act.SEE_LEDGER)
def list_statements(
    asked: Asked, before: Annotated[date | None, Query(None)], limit: LimitAsked
) -> tuple[StatementDay, ...]:
    """The bank's statements beside our books, the latest first."""
    return receiving.statement_days(asked.caller, before=before or date.max, most=limit)


@reads(router, "/statements/{statement}/lines", Listed[LineSeen], Act.SEE_LEDGER)
def list_statement_lines(
    asked: Asked, statement: IdInPath, cursor: CursorAsked, limit: LimitAsked
) -> Listed[LineSeen]:
    """The lines of a statement as they were judged."""
    place, number = asked.place(cursor, int, int) or (0, -1)
    found = receiving.statement_lines(
        asked.caller, statement, after=(place, number), most=limit + 1
    )
    return part(asked, found, limit, lambda one: (one.place, one.part))


@reads(router, "/bank-file-faults", tuple[FileFault, ...], Act.SEE_LEDGER)
def list_file_faults(asked: Asked) -> tuple[FileFault, ...]:
    """Files of the bank's that are refused as they stand."""
    return receiving.file_faults(asked.caller)
