"""Deciding: by the rules inside what the lender's people set, else by two of its people.

A platform asks and is told; it never approves (H02).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from suixin.data.errors import InputError
from suixin.lending.states import Happening, Life
from suixin.service.app.applications import (
    Application,
    Noted,
    Told,
    alone,
    application_of,
    digest_of,
    moved,
    refused_by,
    steps_of,
    told,
)
from suixin.service.app.applying import RULES, refused_content
from suixin.service.app.caller import Caller
from suixin.service.app.case_facts import CaseFacts, case_facts
from suixin.service.app.checks import Checked, checked
from suixin.service.app.day import business_day
from suixin.service.app.offers import Offer, offer_content, offer_of
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.session import Actor, acting, again


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came of asking for a decision: an offer, refusals, or that a person decides and why."""

    application: Application
    decided_by: str
    offer: Offer | None
    refusals: tuple[Told, ...]
    why_a_person: tuple[str, ...]


def ask_decision(caller: Caller, application: str, *, at: datetime) -> Decision:
    """Have the rules decide, where the lender's people let them: an offer or a refusal at once.

    Where they do not it waits for an officer, and every reason is told. Asked again of what is
    decided it tells what was. Raises `InputError` NOT_PERMITTED, NO_APPLICATION.
    """
    check_may(caller, Act.ASK_DECISION)
    actor = Actor(institution=caller.institution, by=caller.by, why="asked for a decision")

    def work() -> Decision:
        with acting(actor):
            alone(actor, application_of(caller, application).party)
            found = application_of(caller, application)
            if found.standing != Life.APPLIED:
                return decision_of(actor, found)
            day = business_day(actor, at)
            facts = _facts(actor, found, day)
            said = checked(actor, found, facts, on=day)
            if said.refusals and not found.wants_person:
                content = refused_content(said, facts.told())
                why = said.refusals[0].why.value
                noted = Noted(on=day, at=at, by=RULES, why=why, content=content)
                return decision_of(actor, moved(actor, found, Happening.REFUSE, noted))
            if said.route.by != "automatic" or said.refusals:
                return Decision(
                    application=found,
                    decided_by="officer",
                    offer=None,
                    refusals=tuple(told(one) for one in said.refusals),
                    why_a_person=said.route.why,
                )
            noted = Noted(
                on=day, at=at, by=RULES, why="automatic", content=_offered(said, found, facts, day)
            )
            return decision_of(actor, moved(actor, found, Happening.OFFER, noted))

    return again(work)


def decide(
    caller: Caller,
    application: str,
    *,
    approve: bool,
    why: str,
    key: str,
    at: datetime,
    amount_fen: int | None = None,
    rate_bps: int | None = None,
) -> Proposal:
    """An officer proposes yes or no, with his reason; a risk officer agrees, and it is done.

    Another amount or rate than asked for may be offered. What the rules refuse nobody approves.
    Raises `InputError` NOT_PERMITTED, NO_APPLICATION, DECIDED, and a refusal by its name.
    """
    check_may(caller, Act.DECIDE)
    found = application_of(caller, application)
    actor = caller.actor(why)
    _check_open(found)
    day = business_day(actor, at)
    with acting(actor):
        facts = _facts(actor, found, day)
        said = checked(actor, found, facts, on=day, amount_fen=amount_fen, rate_bps=rate_bps)
    if approve and said.refusals:
        raise refused_by(said.refusals[0])
    content = {
        "approve": approve,
        "amount_fen": found.amount_fen if amount_fen is None else amount_fen,
        "rate_bps": -1 if said.quote is None else said.quote.rate_bps,
        "file": facts.file.digest,
        "all_in": "" if said.quote is None else str(said.quote.all_in),
    }
    return propose(caller, Act.DECIDE, application, content, key=key, why=why, at=at)


@carries_out(Act.DECIDE)
def decided(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """What two people agreed to: the offer or the refusal, if the facts are still the same."""
    actor = caller.actor(proposal.why)
    alone(actor, application_of(caller, proposal.subject).party)
    found = application_of(caller, proposal.subject)
    _check_open(found)
    said: Mapping[str, Any] = proposal.content
    day = business_day(actor, at)
    facts = _facts(actor, found, day)
    if facts.file.digest != said["file"]:
        wrong = f"The credit file of {found.party} is another than the one that was decided on."
        raise InputError("FACTS_CHANGED", wrong, "Reject the proposal and decide anew.")
    made = checked(
        actor,
        found,
        facts,
        on=day,
        amount_fen=said["amount_fen"],
        rate_bps=said["rate_bps"] if said["approve"] else None,
    )
    noted = Noted(
        on=day,
        at=at,
        by=proposal.proposed_by,
        why=proposal.why,
        proposal=proposal.proposal,
        content=refused_content(made, facts.told()),
    )
    if not said["approve"]:
        moved(actor, found, Happening.REFUSE, noted)
        return
    if made.refusals:
        raise refused_by(made.refusals[0])
    content = _offered(made, found, facts, day)
    moved(
        actor,
        found,
        Happening.OFFER,
        Noted(
            on=day,
            at=at,
            by=proposal.proposed_by,
            why=proposal.why,
            proposal=proposal.proposal,
            content=content,
        ),
    )


def decision_of(actor: Actor, application: Application) -> Decision:
    """What was decided of an application, by its steps."""
    steps = steps_of(actor, application.application)
    refused = [step for step in steps if step.happening == Happening.REFUSE]
    made = [step for step in steps if step.happening in (Happening.OFFER, Happening.REFUSE)]
    by = made[-1].by if made else ""
    refusals = refused[-1].content.get("refusals", ()) if refused else ()
    return Decision(
        application=application,
        decided_by=by,
        offer=offer_of(steps),
        refusals=tuple(Told(**one) for one in refusals),
        why_a_person=(),
    )


def _facts(actor: Actor, found: Application, day: date) -> CaseFacts:
    name = found.application
    return case_facts(actor, found.party, found.product, on=day, application=name)


def _check_open(found: Application) -> None:
    if found.standing not in (Life.APPLIED, Life.OFFERED):
        wrong = f"{found.application} is {found.standing} already."
        raise InputError("DECIDED", wrong, "An application is decided once.")


def _offered(said: Checked, found: Application, facts: CaseFacts, day: date) -> dict[str, object]:
    if said.quote is None:
        raise AssertionError(f"{found.application} is not refused and has no quote.")
    content = offer_content(said.quote, found, day, said.policy["offer.terms"])
    return {"offer": content, "digest": digest_of(content), "facts": facts.told()}
