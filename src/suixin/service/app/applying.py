"""Applying: what is asked for is entered, held against every rule, and each refusal is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.lending.states import Happening, Life
from suixin.service.app.applications import (
    Application,
    Backer,
    Noted,
    Told,
    application_of,
    digest_of,
    moved,
    own_actor,
    steps_of,
    told,
)
from suixin.service.app.caller import Caller
from suixin.service.app.case_facts import case_facts
from suixin.service.app.checks import Checked, checked
from suixin.service.app.day import business_day
from suixin.service.app.evidence import plain, tell
from suixin.service.app.own_sheets import own_product
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor, acting, again, query

_ENTER: Final = """
    insert into application (institution_id, application, party_id, product, amount_fen, times,
                             repays, purpose, "group", backers, about, of, wants_person, applied_on,
                             applied_at, applied_by)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s, %s)
    on conflict (application, institution_id) do nothing returning application
"""
_WANTS: Final = """
    update application set wants_person = true where institution_id = %s and application = %s
"""
RULES: Final = "service:rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: how much (fen), how many turns of the product's cycle, what for.

    `repays` is another method of the sheet. `backers` are who shall stand for it, `group` the name
    of their group; `about` holds `order` and `supplier` of a purchase, `crop` of a harvest.
    `wants_person` refuses automation alone (PIPL Art. 24); `of` is an application asked anew.
    """

    party: str
    product: str
    amount_fen: int
    purpose: str
    times: int | None = None
    repays: str = ""
    group: str = ""
    backers: tuple[Backer, ...] = ()
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    of: str = ""
    wants_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An application as entered: every refusal in its order, and who decides it and why."""

    application: Application
    refusals: tuple[Told, ...]
    decided_by: str
    why_a_person: tuple[str, ...]


def apply(caller: Caller, asked: Asked, *, key: str, at: datetime) -> Applied:
    """Enter an application and hold it against every rule as of the day.

    Where the rules refuse it is refused at once, by its first refusal, unless the borrower wants a
    person. Sent again with its key it is the same one. Raises `InputError` NOT_PERMITTED, NO_PARTY,
    NO_FILE, NO_PRODUCT, KEY, KEY_TAKEN, BACKERS, AMOUNT.
    """
    check_may(caller, Act.APPLY)
    actor = own_actor(caller, asked.party, "applied for a loan")
    _check_form(asked)

    def work() -> Applied:
        with acting(actor):
            day = business_day(actor, at)
            product = own_product(actor, asked.product, day)
            name = _name(caller, key)
            times = product.tenor.usual if asked.times is None else asked.times
            new = _entered(actor, name, asked, product.name, times=times, day=day, at=at)
            application = application_of(caller, name)
            if not new:
                _check_same(application, asked, product.name, times)
                return applied(actor, application, at=at)
            facts = case_facts(actor, asked.party, product.name, on=day, application=name)
            found = checked(actor, application, facts, on=day)
            tell(
                actor,
                Kind.DECISION,
                {"application": name, "asked": digest_of(_said(asked)), "facts": facts.told()},
                at=at,
                party_id=asked.party,
            )
            if found.refusals and not asked.wants_person:
                noted = Noted(
                    on=day,
                    at=at,
                    by=RULES,
                    why=found.refusals[0].why.value,
                    content=refused_content(found, facts.told()),
                )
                application = moved(actor, application, Happening.REFUSE, noted)
            return _applied(application, found)

    return again(work)


def ask_for_a_person(caller: Caller, application: str, *, key: str, at: datetime) -> Applied:
    """Object to automation alone: a person looks at it, also at what the rules refused.

    What is refused stays so; the same is then asked anew. Raises `InputError` NOT_PERMITTED,
    NO_APPLICATION, DECIDED.
    """
    check_may(caller, Act.APPLY)
    before = application_of(caller, application)
    actor = own_actor(caller, before.party, "asked for a person")
    if before.standing == Life.APPLIED:
        with acting(actor):
            query(_WANTS, [actor.institution, application])
            return applied(actor, application_of(caller, application), at=at)
    steps = steps_of(actor, application)
    if before.standing != Life.REFUSED or steps[-1].by != RULES:
        wrong = f"{application} is {before.standing}, and not by the rules alone."
        raise InputError("DECIDED", wrong, "Apply anew.")
    asked = Asked(
        party=before.party,
        product=before.product,
        amount_fen=before.amount_fen,
        purpose=before.purpose,
        times=before.times,
        repays=before.repays,
        group=before.group,
        backers=before.backers,
        about=before.about,
        of=application,
        wants_person=True,
    )
    return apply(caller, asked, key=key, at=at)


def withdraw(caller: Caller, application: str, *, why: str, at: datetime) -> Application:
    """The borrower takes it back, as long as no agreement was signed.

    Raises `InputError` NOT_PERMITTED, NO_APPLICATION, MOVE_NOT_ALLOWED, SIGNED.
    """
    check_may(caller, Act.APPLY)
    found = application_of(caller, application)
    actor = own_actor(caller, found.party, why)
    if found.agreement:
        wrong = f"{application} is signed as {found.agreement}."
        raise InputError("SIGNED", wrong, "Repay it, or ask the lender.")
    with acting(actor):
        noted = Noted(on=business_day(actor, at), at=at, by=caller.by, why=why)
        return moved(actor, found, Happening.WITHDRAW, noted)


def applied(actor: Actor, application: Application, *, at: datetime) -> Applied:
    """An application with what the rules say of it now, or said where it was refused."""
    for step in steps_of(actor, application.application):
        if step.happening == Happening.REFUSE:
            said = tuple(Told(**one) for one in step.content.get("refusals", ()))
            return Applied(
                application=application, refusals=said, decided_by=step.by, why_a_person=()
            )
    day = business_day(actor, at)
    facts = case_facts(
        actor,
        application.party,
        application.product,
        on=day,
        application=application.application,
    )
    return _applied(application, checked(actor, application, facts, on=day))


def refused_content(found: Checked, facts: Mapping[str, Any]) -> dict[str, object]:
    """What a refusal keeps: every refusal in its order, and the facts it rests on."""
    said = [
        {
            "why": one.why.value,
            "found": one.found,
            "allowed": one.allowed,
            "rule": one.rule,
            "reference": one.reference,
        }
        for one in found.refusals
    ]
    return {"refusals": said, "facts": dict(facts)}


def _applied(application: Application, found: Checked) -> Applied:
    return Applied(
        application=application,
        refusals=tuple(told(one) for one in found.refusals),
        decided_by=found.route.by,
        why_a_person=found.route.why,
    )


def _said(asked: Asked) -> dict[str, object]:
    return {
        "party": asked.party,
        "product": asked.product,
        "amount_fen": asked.amount_fen,
        "times": asked.times,
        "repays": asked.repays,
        "purpose": asked.purpose,
        "group": asked.group,
        "backers": [[one.party, one.cap_fen] for one in asked.backers],
        "about": dict(asked.about),
        "of": asked.of,
    }


def _entered(
    actor: Actor,
    name: str,
    asked: Asked,
    product: str,
    *,
    times: int,
    day: date,
    at: datetime,
) -> bool:
    backers = json.dumps([[one.party, one.cap_fen] for one in asked.backers])
    about = json.dumps(plain(dict(asked.about)), ensure_ascii=False)
    given = [
        *(actor.institution, name, asked.party, product, asked.amount_fen, times, asked.repays),
        *(asked.purpose, asked.group, backers, about, asked.of, asked.wants_person, day, at),
    ]
    return bool(query(_ENTER, [*given, actor.by]))


def _check_form(asked: Asked) -> None:
    if asked.amount_fen <= 0:
        raise InputError("AMOUNT", f"{asked.amount_fen} fen is no amount.", "Give 1 or more.")
    names = [one.party for one in asked.backers]
    if len(set(names)) < len(names) or any(one.cap_fen <= 0 for one in asked.backers):
        wrong = "Each who stands for a loan is named once, with an amount above 0."
        raise InputError("BACKERS", wrong, "Give each party once with its cap in fen.")


def _check_same(application: Application, asked: Asked, product: str, times: int) -> None:
    same = (
        application.party == asked.party
        and application.product == product
        and application.amount_fen == asked.amount_fen
        and application.times == times
        and application.purpose == asked.purpose
        and application.backers == asked.backers
        and dict(application.about) == dict(asked.about)
    )
    if not same:
        wrong = "The key was used for another application."
        raise InputError("KEY_TAKEN", wrong, "Use a new key, or send the same again.")


def _name(caller: Caller, key: str) -> str:
    if not key:
        raise InputError("KEY", "An application has no key.", "Give a key, new each time.")
    whole = entry_bytes([caller.institution, caller.by, key])
    return f"l-{hashlib.sha256(whole).hexdigest()[:20]}"
