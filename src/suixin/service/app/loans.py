"""Agreements as people read them: one on a page with its schedule and statement, and lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.kernel.policy import load_policy
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementTerms
from suixin.lending.books import Books
from suixin.lending.classification import Classified, DebtFacts, classify
from suixin.lending.events import Draw, Event
from suixin.lending.statement import StatementRow, agreement_statement
from suixin.lending.states import Life
from suixin.service.app.accepting import GuaranteeSigned, guarantees_of
from suixin.service.app.arrears import Called, calls_of
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.claim_rows import ClaimMade, claims
from suixin.service.app.day import business_day
from suixin.service.app.entering import actor_for
from suixin.service.app.payments import Paid, payments_of
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import Standing, standing_of, standings
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.store import models
from suixin.service.store.session import Actor, acting

PAGE_MAX: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """An agreement in a list, in fen: where it stands, what is owed, how late it is."""

    agreement: str
    party: str
    product: str
    mode: str
    start: date
    rate_bps: int
    life: str
    grade: int
    drawn_fen: int
    principal_fen: int
    payoff_fen: int
    owed_fen: int
    overdue_fen: int
    days_past_due: int
    next_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A due day as it was signed (None: as used, or what is left), and what of it is unpaid."""

    due_on: date
    principal_fen: int | None
    interest_fen: int | None
    fee_fen: int
    unpaid_fen: int
    past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A fact about an agreement: what it was, of how much, from which day on, entered when."""

    key: str
    kind: str
    fen: int | None
    on: date
    booked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One agreement on a page: where it stands, its schedule, statement, and all that happened."""

    row: LoanRow
    terms: AgreementTerms
    graded: Classified
    holds: tuple[str, ...]
    limit_left_fen: int | None
    schedule: tuple[ScheduleRow, ...]
    statement: tuple[StatementRow, ...]
    events: tuple[Happened, ...]
    payments: tuple[Paid, ...]
    guarantees: tuple[GuaranteeSigned, ...]
    calls: tuple[Called, ...]
    claims: tuple[ClaimMade, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loans:
    """A page of agreements by name, and the cursor of the next page ("")."""

    rows: tuple[LoanRow, ...]
    after: str


def agreement(caller: Caller, name: str, *, at: datetime) -> Loan:
    """One agreement with all that happened to it, as of the moment.

    Raises `InputError` NOT_PERMITTED, NO_AGREEMENT.
    """
    check_may(caller, Act.SEE_AGREEMENT)
    actor = actor_for(caller, name, "looked at an agreement")
    inside = bool(caller.duties - {Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.PARTNER})
    with acting(actor):
        day = business_day(actor, at)
        one = standing_of(actor, name, on=day)
        graded = graded_of(actor, one)
        return Loan(
            row=loan_row(one, graded),
            terms=one.terms,
            graded=graded,
            holds=tuple(sorted(one.state.holds)),
            limit_left_fen=_left(one),
            schedule=_schedule(one, day),
            statement=_statement(one),
            events=tuple(_happened(event) for event in one.events),
            payments=payments_of(actor, name),
            guarantees=guarantees_of(actor, name),
            calls=calls_of(actor, name),
            claims=claims(actor, agreement=name) if inside else (),
        )


def agreements(
    caller: Caller, *, at: datetime, party: str = "", after: str = "", limit: int = PAGE_MAX
) -> Loans:
    """Agreements by name, of one party where it is named; a household sees its own alone.

    Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.SEE_AGREEMENT)
    of = caller.party if caller.duties == {Duty.HOUSEHOLD} else party
    if caller.duties == {Duty.HOUSEHOLD} and not of:
        return Loans(rows=(), after="")
    reading = caller.actor("looked at agreements")
    most = min(max(1, limit), PAGE_MAX)
    with acting(reading):
        rows = models.Agreement.objects.filter(
            institution_id=caller.institution, agreement__gt=after
        )
        if of:
            rows = rows.filter(party_id=of)
        names = list(rows.order_by("agreement").values_list("agreement", flat=True)[: most + 1])
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at agreements")
    with acting(actor):
        day = business_day(actor, at)
        page = [standing_of(actor, name, on=day) for name in names[:most]]
        found = tuple(loan_row(one, graded_of(actor, one)) for one in page)
    return Loans(rows=found, after=names[most - 1] if len(names) > most else "")


def loan_rows(actor: Actor, *, on: date, party: str) -> tuple[LoanRow, ...]:
    """Every agreement of a party on a day, by name."""
    with acting(actor):
        found = list(standings(actor, on=on, party=party))
        return tuple(loan_row(one, graded_of(actor, one)) for one in found)


def graded_of(actor: Actor, one: Standing) -> Classified:
    """The five-grade class of an agreement with every reason: days, events, what was found."""
    found = facts_known(actor, one.state.on, [one.terms.agreement]).get(one.terms.agreement, {})

    def day(kind: str) -> date | None:
        since, yes = found.get(kind, (date.min, False))
        return since if yes else None

    claimed = found.get("claims", (date.min, None))[1]
    facts = DebtFacts(
        oldest_unpaid_on=one.state.oldest_unpaid_on,
        technical=day("technical") is not None,
        misused_on=day("misused"),
        renewed_on=day("renewed"),
        restructured_on=one.state.restructured_on,
        impaired_bps=int(found.get("impaired", (date.min, 0))[1]),
        claims=None if claimed is None else (int(claimed[0]), int(claimed[1])),
    )
    return classify(facts, load_policy("classification").on(one.state.on))


def loan_row(one: Standing, graded: Classified) -> LoanRow:
    """An agreement as a list shows it."""
    terms, state = one.terms, one.state
    return LoanRow(
        agreement=terms.agreement,
        party=terms.party,
        product=terms.sheet,
        mode=terms.mode,
        start=terms.start,
        rate_bps=state.rate_bps,
        life=state.life.value,
        grade=int(graded.grade),
        drawn_fen=sum(event.fen for event in one.events if isinstance(event, Draw)),
        principal_fen=state.principal_fen,
        payoff_fen=state.payoff_fen,
        owed_fen=state.owed_fen,
        overdue_fen=sum(due.total_fen for due in state.dues if due.due_on < state.on),
        days_past_due=state.days_past_due,
        next_due_on=state.next_due_on if state.life is not Life.CLOSED else None,
    )


def _left(one: Standing) -> int | None:
    limit = one.terms.limit_fen
    return None if limit is None else max(0, limit - one.state.principal_fen)


def _schedule(one: Standing, day: date) -> tuple[ScheduleRow, ...]:
    unpaid: dict[date, int] = {}
    for due in one.state.dues:
        unpaid[due.due_on] = unpaid.get(due.due_on, 0) + due.total_fen
    return tuple(
        ScheduleRow(
            due_on=row.due_on,
            principal_fen=row.principal_fen,
            interest_fen=row.interest_fen,
            fee_fen=row.fee_fen,
            unpaid_fen=unpaid.get(row.due_on, 0),
            past=row.due_on <= day,
        )
        for row in one.terms.rows
    )


def _statement(one: Standing) -> tuple[StatementRow, ...]:
    """By the agreement's own replay: at the day's end interest is posted for many together."""
    books = Books(chart_on(one.terms.start))
    for made in one.replayed.transactions:
        if made.books == books.name:
            books.post(made)
    return agreement_statement(books, one.terms.agreement)


def _happened(event: Event) -> Happened:
    return Happened(
        key=event.key,
        kind=type(event).__name__,
        fen=event.amount_fen,
        on=event.on,
        booked_on=event.booked_on,
    )
