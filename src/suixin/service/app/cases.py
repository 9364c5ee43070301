"""An officer's desk: what waits, page by page, and everything about one case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from suixin.credit.limit_path import LimitChange
from suixin.data.errors import InputError
from suixin.lending.quote import Quote
from suixin.lending.states import Happening, Life
from suixin.service.app.accepting import GuaranteeSigned, guarantees_of
from suixin.service.app.applications import (
    Application,
    Step,
    Told,
    application_of,
    applications_of,
    own_actor,
    steps_of,
    told,
)
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.case_facts import CaseFacts, case_facts
from suixin.service.app.checks import checked
from suixin.service.app.day import business_day
from suixin.service.app.limits import path_of
from suixin.service.app.loans import LoanRow, loan_rows
from suixin.service.app.offers import Offer, offer_of
from suixin.service.app.payments import Paid, payments_of
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, proposals_about
from suixin.service.store.session import Actor, acting, query

_LIST: Final = """
    select a.id, a.application, a.party_id, p.village_code, a.product, a.amount_fen, a.purpose,
           a.standing, a.wants_person, a.applied_on, a.applied_at, a.agreement,
           coalesce((select s.why from application_step as s
                      where (s.institution_id, s.application)
                          = (a.institution_id, a.application)
                      order by s.number desc limit 1), ''),
           coalesce((select q.proposal from proposal as q
                      where q.institution_id = a.institution_id and q.subject = a.application
                        and q.standing = 'waiting' order by q.id limit 1), ''),
           exists (select from agreement_event as e
                    where e.institution_id = a.institution_id and e.agreement = a.agreement
                      and e.kind = 'Draw')
      from application as a
      join party as p on (p.institution_id, p.party_id) = (a.institution_id, a.party_id)
     where a.institution_id = %(institution)s
       and (%(after)s = 0 or a.id < %(after)s)
       and (cardinality(%(standings)s::text[]) = 0 or a.standing = any (%(standings)s::text[]))
       and (%(product)s = '' or a.product = %(product)s)
       and (%(party)s = '' or a.party_id = %(party)s)
       and starts_with(p.village_code, %(village)s)
       and (%(villages)s::text[] is null or p.village_code = any (%(villages)s::text[]))
       and (%(wants_person)s::boolean is null or a.wants_person = %(wants_person)s::boolean)
       and a.amount_fen >= %(least_fen)s
       and (%(since)s::date is null or a.applied_on >= %(since)s::date)
       and (not %(waiting)s or exists (
                select from proposal as q
                 where q.institution_id = a.institution_id and q.subject = a.application
                   and q.standing = 'waiting' and q.proposed_by <> %(by)s))
     order by a.id desc limit %(limit)s
"""
_COUNTS: Final = """
    select standing, count(*) from application where institution_id = %s group by standing
"""
PAGE_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the worklist is asked for; what is not said lets everything through.

    `waiting` keeps what the caller may be the second person of; `village` is a code's beginning.
    """

    standings: tuple[str, ...] = ()
    product: str = ""
    party: str = ""
    village: str = ""
    wants_person: bool | None = None
    waiting: bool = False
    least_fen: int = 0
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """A case in the worklist. `why` is of its last step, `proposal` what waits for a second."""

    application: str
    party: str
    village_code: str
    product: str
    amount_fen: int
    purpose: str
    standing: str
    wants_person: bool
    applied_on: date
    applied_at: datetime
    agreement: str
    why: str
    proposal: str
    paid_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """A page of cases, newest first, how many stand where, and the cursor of the next page ("")."""

    rows: tuple[WorkRow, ...]
    counts: dict[str, int]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything about one application. `facts` and `refusals` are of now while it is undecided.

    `quote` is what it would cost, while nothing was offered; `limit` is how the household's limit
    moved, `loans` what it owes here already.
    """

    application: Application
    steps: tuple[Step, ...]
    offer: Offer | None
    refusals: tuple[Told, ...]
    decided_by: str
    why_a_person: tuple[str, ...]
    facts: CaseFacts | None
    quote: Quote | None
    guarantees: tuple[GuaranteeSigned, ...]
    proposals: tuple[Proposal, ...]
    payments: tuple[Paid, ...]
    others: tuple[Application, ...]
    loans: tuple[LoanRow, ...]
    limit: tuple[LimitChange, ...]


def worklist(
    caller: Caller, filters: Filters = Filters(), *, after: str = "", limit: int = 40
) -> Worklist:
    """The cases a caller may see, newest first; `after` is the cursor of the page before.

    A household sees its own, an agent those of his villages. Raises `InputError` NOT_PERMITTED,
    CURSOR.
    """
    check_may(caller, Act.SEE_CASE)
    most = min(max(1, limit), PAGE_MAX)
    agent = caller.duties == {Duty.STATION_AGENT}
    given: dict[str, Any] = {
        "institution": caller.institution,
        "villages": list(caller.villages) if agent else None,
        "after": _cursor(after),
        "standings": list(filters.standings),
        "product": filters.product,
        "party": caller.party if caller.duties == {Duty.HOUSEHOLD} else filters.party,
        "village": filters.village,
        "wants_person": filters.wants_person,
        "least_fen": filters.least_fen,
        "since": filters.since,
        "waiting": filters.waiting,
        "by": caller.by,
        "limit": most + 1,
    }
    if caller.duties == {Duty.HOUSEHOLD} and not caller.party:
        return Worklist(rows=(), counts={}, after="")
    reads = Actor(institution=caller.institution, by=caller.by, why="looked at the worklist")
    with acting(reads):
        found = query(_LIST, given)
        counts: dict[str, int] = {}
        if caller.duties & {Duty.CREDIT_OFFICER, Duty.RISK_OFFICER, Duty.AUDITOR}:
            counts = dict(query(_COUNTS, [caller.institution]))
    page = found[:most]
    return Worklist(
        rows=tuple(_row(row) for row in page),
        counts=counts,
        after=str(page[-1][0]) if len(found) > len(page) else "",
    )


def case(caller: Caller, application: str, *, at: datetime) -> Case:
    """Everything an officer needs to decide, or to tell how it was decided, as of the moment.

    A household sees its own case, without what the lender's people propose among themselves.
    Raises `InputError` NOT_PERMITTED, NO_APPLICATION.
    """
    check_may(caller, Act.SEE_CASE)
    found = application_of(caller, application)
    actor = own_actor(caller, found.party, "looked at a case")
    inside = bool(caller.duties - {Duty.HOUSEHOLD, Duty.STATION_AGENT})
    day = business_day(actor, at)
    with acting(actor):
        steps = steps_of(actor, application)
        facts, refusals, by, why, quote = _now(actor, found, steps, day)
        return Case(
            application=found,
            steps=steps if inside else tuple(_shown(step) for step in steps),
            offer=offer_of(steps),
            refusals=refusals,
            decided_by=by,
            why_a_person=why,
            facts=facts if inside else None,
            quote=quote,
            guarantees=guarantees_of(actor, application),
            proposals=proposals_about(caller, application) if inside else (),
            payments=payments_of(actor, found.agreement) if found.agreement else (),
            others=tuple(one for one in applications_of(caller, found.party) if one != found),
            loans=loan_rows(actor, on=day, party=found.party),
            limit=path_of(actor, found.party, found.product),
        )


def _now(
    actor: Actor, found: Application, steps: tuple[Step, ...], day: date
) -> tuple[CaseFacts | None, tuple[Told, ...], str, tuple[str, ...], Quote | None]:
    """The facts and what the rules say of them now; of what is refused, what was said then."""
    refused = [step for step in steps if step.happening == Happening.REFUSE]
    if refused:
        said = tuple(Told(**one) for one in refused[-1].content.get("refusals", ()))
        return None, said, refused[-1].by, (), None
    try:
        facts = case_facts(actor, found.party, found.product, on=day, application=found.application)
    except InputError as fault:
        if fault.code != "NO_FILE":
            raise
        return None, (), "officer", (fault.message,), None
    if found.standing not in (Life.APPLIED, Life.OFFERED):
        offers = [step for step in steps if step.happening == Happening.OFFER]
        return facts, (), offers[-1].by if offers else "", (), None
    made = checked(actor, found, facts, on=day)
    refusals = tuple(told(one) for one in made.refusals)
    return facts, refusals, made.route.by, made.route.why, made.quote


def _shown(step: Step) -> Step:
    """A step as the borrower sees it: what he is offered and refused by, not the lender's signs."""
    shown = ("offer", "digest", "refusals")
    kept = {name: said for name, said in step.content.items() if name in shown}
    return replace(step, content=kept)


def _cursor(after: str) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InputError("CURSOR", f"{after[:40]!r} is no cursor.", "Begin at the first page.")
    return int(after)


def _row(row: tuple[Any, ...]) -> WorkRow:
    names = (
        *("application", "party", "village_code", "product", "amount_fen", "purpose"),
        *("standing", "wants_person", "applied_on", "applied_at", "agreement", "why"),
        *("proposal", "paid_out"),
    )
    return WorkRow(**dict(zip(names, row[1:], strict=True)))
