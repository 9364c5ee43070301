"""From an application to an agreement: asking, deciding, offers, acceptance, guarantees."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from ninja import Query, Router
from pydantic import Field, StringConstraints

from suixin.data.errors import InputError
from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import (
    Body,
    Bps,
    Code,
    Digest,
    Fen,
    Id,
    IdInPath,
    ShortWords,
    Words,
)
from suixin.service.app import accepting, applications, applying, deciding, offers
from suixin.service.app.accepting import Accepted, ReadBack
from suixin.service.app.applications import Application, Backer
from suixin.service.app.applying import Applied
from suixin.service.app.deciding import Decision
from suixin.service.app.offers import Offer
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal

router = Router(tags=["Borrowing"])


class BackerAsked(Body):
    """Who shall stand for a loan, and for how much of it at most."""

    party: Id
    cap_fen: Fen


class NewApplication(Body):
    """What is asked for: how much, for how many turns of the product, what for."""

    party: Id
    product: Code
    amount_fen: Fen
    purpose: ShortWords
    times: Annotated[int, Ge(1), Le(360)] | None = None
    repays: Annotated[str, StringConstraints(max_length=64)] = ""
    group: Annotated[str, StringConstraints(max_length=64)] = ""
    backers: Annotated[tuple[BackerAsked, ...], MaxLen(20)] = ()
    about: Annotated[dict[Code, ShortWords], MaxLen(20)] = Field(default_factory=dict)
    wants_person: bool = False


class Reasoned(Body):
    """A reason, in words."""

    why: Words


class Decided(Body):
    """An officer's yes or no, with his reason; another amount or rate than asked for, if any."""

    approve: bool
    why: Words
    amount_fen: Fen | None = None
    rate_bps: Bps | None = None


class Accepting(Body):
    """An offer that was read: its digest, and how long it was before the borrower's eyes."""

    offer: Digest
    read_seconds: Annotated[int, Ge(0), Le(86_400)]


class Signing(Body):
    """What somebody signs to bear, and both as he said them back."""

    guarantor: Id
    cap_fen: Fen
    until: date
    read_fen: Fen
    read_until: date
    joint: bool = True


@writes(router, "/applications", Applied, Act.APPLY)
def apply_for_loan(asked: Asked, body: NewApplication) -> Applied:
    """Apply; the rules are held against it at once, and every refusal is told."""
    wanted = applying.Asked(
        party=body.party,
        product=body.product,
        amount_fen=body.amount_fen,
        purpose=body.purpose,
        times=body.times,
        repays=body.repays,
        group=body.group,
        backers=tuple(Backer(party=one.party, cap_fen=one.cap_fen) for one in body.backers),
        about=dict(body.about),
        wants_person=body.wants_person,
    )
    return applying.apply(asked.caller, wanted, key=asked.key, at=asked.at)


@reads(router, "/applications", tuple[Application, ...], Act.SEE_CASE)
def list_applications(asked: Asked, party: Annotated[Id, Query()]) -> tuple[Application, ...]:
    """What a party has applied for, newest first: 200 at most."""
    return tuple(applications.applications_of(asked.caller, party))


@reads(router, "/applications/{application}", Application, Act.SEE_CASE)
def see_application(asked: Asked, application: IdInPath) -> Application:
    """Where an application stands."""
    return applications.application_of(asked.caller, application)


@writes(router, "/applications/{application}/decision", Decision, Act.ASK_DECISION, status=200)
def decide_by_rules(asked: Asked, application: IdInPath) -> Decision:
    """Have the rules decide, where the lender's people let them; else a person does."""
    return deciding.ask_decision(asked.caller, application, at=asked.at)


@writes(router, "/applications/{application}/proposals", Proposal, Act.DECIDE)
def propose_decision(asked: Asked, application: IdInPath, body: Decided) -> Proposal:
    """An officer's yes or no; a risk officer agrees, and it is done."""
    return deciding.decide(
        asked.caller,
        application,
        approve=body.approve,
        why=body.why,
        key=asked.key,
        at=asked.at,
        amount_fen=body.amount_fen,
        rate_bps=body.rate_bps,
    )


@writes(router, "/applications/{application}/person", Applied, Act.APPLY, status=200)
def ask_for_person(asked: Asked, application: IdInPath) -> Applied:
    """Object to automation alone: a person looks at it."""
    return applying.ask_for_a_person(asked.caller, application, key=asked.key, at=asked.at)


@writes(router, "/applications/{application}/withdraw", Application, Act.APPLY, status=200)
def withdraw_application(asked: Asked, application: IdInPath, body: Reasoned) -> Application:
    """Take an application back."""
    return applying.withdraw(asked.caller, application, why=body.why, at=asked.at)


@reads(router, "/applications/{application}/offer", Offer, Act.SEE_CASE)
def see_offer(asked: Asked, application: IdInPath) -> Offer:
    """The offer, with its cost table and its all-in yearly cost."""
    found = offers.offer(asked.caller, applications.application_of(asked.caller, application))
    if found is None:
        wrong = f"No offer was made for {application}."
        raise InputError("NO_OFFER", wrong, "Ask for a decision first.")
    return found


@writes(router, "/applications/{application}/acceptance", Accepted, Act.ACCEPT, status=200)
def accept_offer(asked: Asked, application: IdInPath, body: Accepting) -> Accepted:
    """Accept the offer that was read; who is still to sign, or the agreement."""
    return accepting.accept(
        asked.caller,
        application,
        offer=body.offer,
        read_seconds=body.read_seconds,
        at=asked.at,
    )


@writes(router, "/applications/{application}/guarantees", Accepted, Act.SIGN_GUARANTEE)
def sign_guarantee(asked: Asked, application: IdInPath, body: Signing) -> Accepted:
    """Sign as one who stands for an application; amount and period are read back."""
    said = ReadBack(
        cap_fen=body.cap_fen,
        until=body.until,
        read_fen=body.read_fen,
        read_until=body.read_until,
        joint=body.joint,
    )
    return accepting.sign_guarantee(asked.caller, application, body.guarantor, said, at=asked.at)
