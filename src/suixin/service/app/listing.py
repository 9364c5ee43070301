"""Who may be paid: listed by two people, from what is sealed of the party and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from suixin.data.errors import InputError
from suixin.service.app.applications import own_actor
from suixin.service.app.caller import Caller
from suixin.service.app.keys import ring
from suixin.service.app.payees import PayeeTold, list_payee
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store import people
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting


def propose_payee(
    caller: Caller,
    party: str,
    *,
    bank_number: str,
    person: bool,
    key: str,
    why: str,
    at: datetime,
) -> Proposal:
    """Propose a party as one who may be paid: name, number and account are those sealed of him.

    No number stands in the proposal, only the digest of them all: where one changes before another
    person agreed, nothing is listed. Raises `InputError` NOT_PERMITTED, NO_PARTY, PAYEE.
    """
    check_may(caller, Act.LIST_PAYEE)
    actor = own_actor(caller, party, "proposed a payee")
    told = _told(actor, party, bank_number=bank_number, person=person)
    content = {"bank_number": bank_number, "person": person, "sealed": _digest(told)}
    return propose(caller, Act.LIST_PAYEE, party, content, key=key, why=why, at=at)


@carries_out(Act.LIST_PAYEE)
def listed(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """List the payee that two people agreed to, if what is sealed of him is still the same."""
    actor, said = caller.actor(proposal.why), proposal.content
    told = _told(actor, proposal.subject, bank_number=said["bank_number"], person=said["person"])
    if _digest(told) != said["sealed"]:
        wrong = f"What is known of {proposal.subject} was changed since it was proposed."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    list_payee(actor, ring(), told, by=(proposal.proposed_by, proposal.ended_by), at=at)


def _told(actor: Actor, party: str, *, bank_number: str, person: bool) -> PayeeTold:
    with acting(actor):
        known: Mapping[Personal, Any] = people.personal(actor, ring(), party)
    identity = known.get(Personal.RESIDENT_ID if person else Personal.USCC, "")
    name, account = known.get(Personal.NAME, ""), known.get(Personal.BANK_CARD, "")
    if not (name and identity and account):
        wrong = f"Name, number or account of {party} is not known."
        raise InputError("PAYEE", wrong, "Enter them first.")
    return PayeeTold(
        listed=party,
        party=party,
        name=name,
        identity=identity,
        account=account,
        bank_number=bank_number,
        person=person,
    )


def _digest(told: PayeeTold) -> str:
    said = "\x1e".join((told.name, told.identity, told.account, told.bank_number))
    return hashlib.sha256(said.encode()).hexdigest()
