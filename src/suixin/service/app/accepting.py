"""Accepting an offer, signing as one who stands for it, and the agreement that then is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementTerms
from suixin.lending.circle import Guarantee
from suixin.lending.joint_liability import Member, group_refusal
from suixin.lending.methods.registry import Case
from suixin.lending.refused import Refused
from suixin.lending.signed import signed
from suixin.lending.states import Happening, Life
from suixin.lending.streamer_guarantee import StreamerOffer, streamer_refusal
from suixin.service.app.applications import (
    Application,
    Noted,
    Told,
    alone,
    application_of,
    moved,
    own_actor,
    refused_by,
    steps_of,
    told,
)
from suixin.service.app.backing_facts import (
    guarantees_in_force,
    kin_pairs,
    month_commission_fen,
    other_groups,
)
from suixin.service.app.caller import Caller
from suixin.service.app.case_facts import case_facts, harvest_due_of
from suixin.service.app.checks import checked
from suixin.service.app.day import business_day
from suixin.service.app.offers import Offer, offer_of, standing_offer
from suixin.service.app.own_sheets import own_product
from suixin.service.app.permits import Act, check_may, check_own
from suixin.service.store import agreements
from suixin.service.store.session import Actor, acting, again, query

_SIGN: Final = """
    insert into guarantee (institution_id, guarantee, kind, application, of_group, guarantor,
                           debtor, cap_fen, until, joint, read_fen, read_until, signed_on,
                           signed_at, signed_by)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (application, guarantor, institution_id) do nothing returning guarantee
"""
_SIGNED: Final = """
    select kind, guarantor, cap_fen, until, joint, signed_on from guarantee
     where institution_id = %s and application = %s order by signed_at, guarantor
"""
_AGREED: Final = """
    update application set agreement = %s where institution_id = %s and application = %s
"""
_KINDS: Final = {"members": "member", "streamer": "streamer", "guarantor": "guarantor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What somebody signs to bear: an amount (fen) and a last day, and both as he said them back.

    `joint` is whether the paper says joint liability in so many words.
    """

    cap_fen: int
    until: date
    read_fen: int
    read_until: date
    joint: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeSigned:
    """One who signed for an application, in signing order."""

    kind: str
    guarantor: str
    cap_fen: int
    until: date
    joint: bool
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An application after an acceptance or signature: who is still to sign, or why he may not."""

    application: Application
    to_sign: tuple[str, ...]
    refusal: Told | None = None


def accept(
    caller: Caller, application: str, *, offer: str, read_seconds: int, at: datetime
) -> Accepted:
    """Accept an offer that was read: `offer` is its digest, `read_seconds` how long it was shown.

    Where nobody has to sign for it the agreement is signed at once. Raises `InputError`
    NOT_PERMITTED, NO_APPLICATION, NO_OFFER, OTHER_OFFER, OFFER_LAPSED, NOT_READ, and a refusal by
    its name where the rules would not offer it any more.
    """
    check_may(caller, Act.ACCEPT)
    found = application_of(caller, application)
    actor = own_actor(caller, found.party, "accepted an offer")

    def work() -> Accepted:
        with acting(actor):
            alone(actor, found.party)
            now = application_of(caller, application)
            day = business_day(actor, at)
            if now.standing in (Life.ACCEPTED, Life.READY) and _same_offer(actor, now, offer):
                return _accepted(actor, now)
            stands = standing_offer(actor, now, offer, on=day)
            _check_read(stands, read_seconds, at)
            _check_still(actor, now, stands, day)
            noted = Noted(
                on=day,
                at=at,
                by=caller.by,
                content={"offer": offer, "read_seconds": read_seconds},
            )
            after = moved(actor, now, Happening.ACCEPT, noted)
            return _ready_if_met(actor, after, caller.by, at=at)

    return again(work)


def sign_guarantee(
    caller: Caller, application: str, guarantor: str, said: ReadBack, *, at: datetime
) -> Accepted:
    """Sign as one who stands for an application: amount and period are read back.

    The last signature makes the agreement. A refusal of the group or the guarantor is told and
    nothing is signed. Raises `InputError` NOT_PERMITTED, NO_APPLICATION, NOT_ASKED, READ_BACK,
    NOT_ACCEPTED, KEY_TAKEN (he signed something else).
    """
    check_may(caller, Act.SIGN_GUARANTEE)
    check_own(caller, guarantor)
    actor = own_actor(caller, guarantor, "signed a guarantee")
    whole = Actor(institution=caller.institution, by=caller.by, why="signed a guarantee")

    def work() -> Accepted:
        with acting(actor):
            now = _for_guarantor(whole, application, guarantor)
            _check_said(now, guarantor, said)
            day = business_day(whole, at)
            refusal = _one_refused(whole, now, guarantor, said, day)
            if refusal is None and _sign(whole, now, guarantor, said, day=day, at=at):
                refusal = _group_refused(whole, now, day)
                if refusal is not None:
                    raise _TakenBack(refusal)
            if refusal is not None:
                return Accepted(application=now, to_sign=(), refusal=told(refusal))
            return _ready_if_met(whole, now, caller.by, at=at)

    try:
        return again(work)
    except _TakenBack as refused:
        found = _for_guarantor(whole, application, guarantor)
        return Accepted(application=found, to_sign=(), refusal=told(refused.refusal))


class _TakenBack(Exception):
    """Ends a transaction whose last signature makes a group that may not be."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__()
        self.refusal = refusal


def guarantees_of(actor: Actor, application: str) -> tuple[GuaranteeSigned, ...]:
    """Who signed for an application, in signing order."""
    with acting(actor):
        rows = query(_SIGNED, [actor.institution, application])
    return tuple(
        GuaranteeSigned(
            kind=kind, guarantor=who, cap_fen=cap, until=until, joint=joint, signed_on=on
        )
        for kind, who, cap, until, joint, on in rows
    )


def _ready_if_met(actor: Actor, application: Application, by: str, *, at: datetime) -> Accepted:
    """Sign the agreement once the last condition is met."""
    waited = _accepted(actor, application)
    if waited.to_sign or application.standing != Life.ACCEPTED:
        return waited
    day = business_day(actor, at)
    terms = _terms(actor, application, day)
    agreements.sign(actor, terms)
    query(_AGREED, [terms.agreement, actor.institution, application.application])
    noted = Noted(
        on=day,
        at=at,
        by=by,
        content={
            "agreement": terms.agreement,
            "start": terms.start,
            "rate_bps": terms.rate_bps,
            "amount_fen": _offer(actor, application).amount_fen,
            "penalty_bps": terms.penalty_bps,
            "due_ons": [row.due_on for row in terms.rows],
        },
    )
    return _accepted(actor, moved(actor, application, Happening.CONDITIONS_MET, noted))


def _accepted(actor: Actor, application: Application) -> Accepted:
    have = {one.guarantor for one in guarantees_of(actor, application.application)}
    wanted = _to_sign(application)
    return Accepted(
        application=application, to_sign=tuple(one for one in wanted if one not in have)
    )


def _to_sign(application: Application) -> list[str]:
    """Who has to sign: whoever stands for it; in a group its borrower too, for the others' sake."""
    wanted = [one.party for one in application.backers]
    if application.group and application.party not in wanted:
        wanted.append(application.party)
    return wanted


def _terms(actor: Actor, application: Application, day: date) -> AgreementTerms:
    made = _offer(actor, application)
    product = own_product(actor, application.product, day)
    rounding = product.repayment.rounding
    crop = str(application.about.get("crop", ""))
    due = harvest_due_of(actor, application.party, crop, on=day) if crop else None
    return signed(
        product,
        Case(made.amount_fen, rounding, due),
        agreement=application.application,
        party=application.party,
        start=day,
        rate_bps=made.rate_bps,
        times=made.times,
        repays=made.method,
    )


def _offer(actor: Actor, application: Application) -> Offer:
    found = offer_of(steps_of(actor, application.application))
    if found is None:
        raise AssertionError(f"{application.application} was accepted without an offer.")
    return found


def _same_offer(actor: Actor, application: Application, digest: str) -> bool:
    found = offer_of(steps_of(actor, application.application))
    return found is not None and found.digest == digest


def _check_still(actor: Actor, application: Application, stands: Offer, day: date) -> None:
    """Whether the rules still offer it today: facts, holds and other loans may have changed."""
    facts = case_facts(
        actor,
        application.party,
        application.product,
        on=day,
        application=application.application,
    )
    made = checked(
        actor,
        application,
        facts,
        on=day,
        amount_fen=stands.amount_fen,
        rate_bps=stands.rate_bps,
    )
    for refusal in made.refusals:
        raise refused_by(refusal)


def _check_read(stands: Offer, read_seconds: int, at: datetime) -> None:
    shown = min(read_seconds, int((at - stands.offered_at).total_seconds()))
    if shown < stands.read_seconds:
        wrong = f"The cost table was before your eyes for {max(0, shown)} seconds."
        raise InputError("NOT_READ", wrong, f"Read it for {stands.read_seconds} seconds at least.")


def _for_guarantor(actor: Actor, application: str, guarantor: str) -> Application:
    """An application for who was asked to stand for it; for anybody else it is not there."""
    caller = Caller(institution=actor.institution, by=actor.by, duties=frozenset())
    found = application_of(caller, application)
    if guarantor not in _to_sign(found):
        wrong = f"There is no application {application}."
        raise InputError("NO_APPLICATION", wrong, "Check the id.")
    if found.standing not in (Life.ACCEPTED, Life.READY):
        wrong = f"{application} is {found.standing}; its borrower has not accepted."
        raise InputError("NOT_ACCEPTED", wrong, "Sign once he has.")
    return found


def _check_said(application: Application, guarantor: str, said: ReadBack) -> None:
    if (said.read_fen, said.read_until) != (said.cap_fen, said.until):
        wrong = "The amount or the last day read back is not the one that is signed."
        raise InputError("READ_BACK", wrong, "Explain it again, and let him say both.")
    caps = {one.party: one.cap_fen for one in application.backers}
    if guarantor in caps and caps[guarantor] != said.cap_fen:
        wrong = f"{guarantor} was asked to bear {caps[guarantor]} fen, not {said.cap_fen}."
        raise InputError("NOT_ASKED", wrong, "Sign what was asked, or let it be asked anew.")


def _kind(actor: Actor, application: Application, day: date) -> str:
    order = own_product(actor, application.product, day).loss_order
    return next((_KINDS[name] for name in order if name in _KINDS), "guarantor")


def _sign(
    actor: Actor,
    application: Application,
    guarantor: str,
    said: ReadBack,
    *,
    day: date,
    at: datetime,
) -> bool:
    name = f"{application.application}/{guarantor}"
    given = [
        *(actor.institution, name, _kind(actor, application, day), application.application),
        *(application.group, guarantor, application.party, said.cap_fen, said.until, said.joint),
        *(said.read_fen, said.read_until, day, at, actor.by),
    ]
    if query(_SIGN, given):
        return True
    for one in guarantees_of(actor, application.application):
        if one.guarantor == guarantor and (one.cap_fen, one.until) != (said.cap_fen, said.until):
            wrong = f"{guarantor} signed for {one.cap_fen} fen until {one.until}."
            raise InputError("KEY_TAKEN", wrong, "What is signed stays as it is.")
    return False


def _one_refused(
    actor: Actor, application: Application, guarantor: str, said: ReadBack, day: date
) -> Refused | None:
    """Why a streamer may not stand for it, or None."""
    if _kind(actor, application, day) != "streamer":
        return None
    last_due = _offer(actor, application).rows[-1].due_on
    if said.until < last_due:
        wrong = f"A guarantee until {said.until} ends before the loan, on {last_due}."
        raise InputError("READ_BACK", wrong, "Sign for as long as the loan runs, at least.")
    made = StreamerOffer(
        guarantor,
        application.party,
        said.cap_fen,
        last_due,
        said.until,
        said.joint,
        day,
        (said.read_fen, said.read_until),
    )
    return streamer_refusal(
        made,
        month_commission_fen=month_commission_fen(actor, guarantor, on=day),
        guarantees=guarantees_in_force(actor, on=day, but=application.application),
        policy=load_policy("guarantee").on(day),
    )


def _group_refused(actor: Actor, application: Application, day: date) -> Refused | None:
    """Why those who signed may not be a group, once all have; None before, and for no group."""
    have = guarantees_of(actor, application.application)
    wanted = _to_sign(application)
    if not application.group or {one.guarantor for one in have} != set(wanted):
        return None
    others = other_groups(actor, wanted, group=application.group, on=day)
    members = [
        Member(one.guarantor, one.cap_fen, one.until, one.signed_on, others.get(one.guarantor))
        for one in have
    ]
    return group_refusal(
        members,
        kin=kin_pairs(actor, wanted, on=day),
        guarantees=_outside(actor, application, wanted, day),
        policy=load_policy("guarantee").on(day),
    )


def _outside(
    actor: Actor, application: Application, members: list[str], day: date
) -> list[Guarantee]:
    """Guarantees in force outside the group: those among its own members for one another are it."""
    known = guarantees_in_force(actor, on=day, but=application.application)
    own = set(members)
    return [one for one in known if not {one.guarantor, one.debtor} <= own]
