"""Parties and what is theirs: consents, corrections, disputes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import MaxLen, MinLen
from ninja import Query, Router
from pydantic import StringConstraints

from suixin.service.api.asked import Asked, reads, writes
from suixin.service.api.endpoints.fields import Body, Code, Id, IdInPath, ShortWords, Village, Words
from suixin.service.app import consents, disputes, erasing, exporting, parties
from suixin.service.app.consents import Receipt, Revoked, Right
from suixin.service.app.day import CHINA
from suixin.service.app.disputes import Dispute
from suixin.service.app.erasing import Stays
from suixin.service.app.parties import Onboarded
from suixin.service.app.permits import Act, check_may, check_own
from suixin.service.app.proposals import Proposal
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal

router = Router(tags=["People"])
Kind = Literal["person", "household", "business", "co-operative", "station", "office"]
PersonalFields = Annotated[dict[Personal, ShortWords], MaxLen(10)]


class NewParty(Body):
    """A party to take on; what is personal is sealed, and is in no answer."""

    party_id: Id
    kind: Kind
    village_code: Village | Literal[""] = ""
    household_id: Id | Literal[""] = ""
    personal: PersonalFields


class Correction(Body):
    """What is to be put right, and why."""

    personal: Annotated[PersonalFields, MinLen(1)]
    why: Words


class NewConsent(Body):
    """What a party allows: which feeds, for what, to whom, from when until when."""

    consent: Id
    party_id: Id
    purpose: Code
    receiver: Id
    kinds: Annotated[list[Code], MinLen(1), MaxLen(100)]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Corrected:
    """The record of a correction, by its name in the log."""

    record: str


@writes(router, "/parties", Onboarded, Act.ONBOARD)
def onboard_party(asked: Asked, body: NewParty) -> Onboarded:
    """Take a party on; one whose identity number is known is told instead."""
    given = Registered(
        party_id=body.party_id,
        kind=body.kind,
        village_code=body.village_code,
        household_id=body.household_id,
    )
    return parties.onboard(asked.caller, given, body.personal, at=asked.at)


@reads(router, "/parties/{party}", Registered, Act.SEE_PARTY)
def see_party(asked: Asked, party: IdInPath) -> Registered:
    """A party, and nothing personal."""
    check_may(asked.caller, Act.SEE_PARTY)
    check_own(asked.caller, party)
    return parties.registered(asked.caller.actor("looked at a party"), party)


@writes(router, "/parties/{party}/corrections", Corrected, Act.CORRECT_PERSONAL)
def correct_party(asked: Asked, party: IdInPath, body: Correction) -> Corrected:
    """Put right what is kept of a party."""
    made = parties.correct_mine(asked.caller, party, body.personal, why=body.why, at=asked.at)
    return Corrected(made)


@writes(router, "/consents", Receipt, Act.CONSENT)
def give_consent(asked: Asked, body: NewConsent) -> Receipt:
    """Note a party's consent; its receipt."""
    given = Consent(
        consent=body.consent,
        party_id=body.party_id,
        purpose=body.purpose,
        receiver=body.receiver,
        kinds=tuple(body.kinds),
        since=body.since,
        until=body.until,
    )
    return consents.consent(asked.caller, given, at=asked.at)


@reads(router, "/consents/{consent}", Receipt, Act.SEE_PARTY)
def see_consent(asked: Asked, consent: IdInPath) -> Receipt:
    """The receipt of a consent."""
    return consents.receipt(asked.caller, consent)


@writes(router, "/consents/{consent}/withdraw", Revoked, Act.CONSENT, status=200)
def withdraw_consent(asked: Asked, consent: IdInPath) -> Revoked:
    """Take a consent back: from now nothing under it is used."""
    return consents.revoke(asked.caller, consent, at=asked.at)


@reads(router, "/parties/{party}/rights", tuple[Right, ...], Act.SEE_PARTY)
def see_rights(
    asked: Asked, party: IdInPath, on: Annotated[date | None, Query(None)]
) -> tuple[Right, ...]:
    """Who may use which facts of a party, for what, and whether that is in force."""
    day = on or asked.at.astimezone(CHINA).date()
    return consents.who_may_use(asked.caller, party, on=day)


class NewDispute(Body):
    """What a party disputes, in words; `about_id` names the thing."""

    about: Literal["score", "fact", "decision", "personal", "consent", "agreement"]
    about_id: Annotated[str, StringConstraints(max_length=64)] = ""
    words: Words


class ErasureAsked(Body):
    """Why a person is erased."""

    why: Words


class Answered(Body):
    """The answer to a dispute; upheld: the person was right."""

    upheld: bool
    words: Words


@writes(router, "/parties/{party}/disputes", Dispute, Act.DISPUTE)
def file_dispute(asked: Asked, party: IdInPath, body: NewDispute) -> Dispute:
    """File a dispute; it is answered within the days of the law."""
    return disputes.dispute(
        asked.caller,
        party,
        body.about,
        body.words,
        key=asked.key,
        at=asked.at,
        about_id=body.about_id,
    )


@reads(router, "/disputes", tuple[Dispute, ...], Act.DISPUTE)
def list_disputes(
    asked: Asked, party: Annotated[Id | None, Query(None)], open_only: bool = False
) -> tuple[Dispute, ...]:
    """Disputes, those due first: 200 at most."""
    return disputes.disputes(asked.caller, party_id=party or "", open_only=open_only)


@reads(router, "/disputes/{dispute}", Dispute, Act.DISPUTE)
def see_dispute(asked: Asked, dispute: IdInPath) -> Dispute:
    """One dispute, and its answer where it has one."""
    return disputes.dispute_of(asked.caller, dispute)


@writes(router, "/disputes/{dispute}/answer", Dispute, Act.ANSWER_DISPUTE, status=200)
def answer_dispute(asked: Asked, dispute: IdInPath, body: Answered) -> Dispute:
    """Answer a dispute, once."""
    return disputes.answer_dispute(
        asked.caller, dispute, upheld=body.upheld, words=body.words, at=asked.at
    )


@reads(router, "/parties/{party}/erasure", tuple[Stays, ...], Act.ERASE)
def see_what_stays(asked: Asked, party: IdInPath) -> tuple[Stays, ...]:
    """What the law keeps of a person who is erased, and until when."""
    return erasing.what_stays(asked.caller, party, on=asked.at.astimezone(CHINA).date())


@writes(router, "/parties/{party}/erasure", Proposal, Act.ERASE)
def propose_erasure(asked: Asked, party: IdInPath, body: ErasureAsked) -> Proposal:
    """Propose that a person be erased; another person agrees."""
    return erasing.propose_erasure(asked.caller, party, key=asked.key, why=body.why, at=asked.at)


@reads(router, "/parties/{party}/export", dict[str, Any], Act.SEE_PERSONAL)
def export_party(asked: Asked, party: IdInPath) -> dict[str, Any]:
    """Everything kept of a party, in clear, for himself."""
    return exporting.export_mine(asked.caller, party, at=asked.at)
