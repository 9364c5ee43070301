"""What every story does alike: ask, hear the answer, live through the days, print the books."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.application_rules import costs_found, sheet_rules
from suixin.lending.books import Books
from suixin.lending.events import Event
from suixin.lending.methods.registry import Case
from suixin.lending.movements import movement
from suixin.lending.origination import Application, Exposure, refusals
from suixin.lending.product import product_on
from suixin.lending.quote import Quote
from suixin.lending.refused import Refused
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ServicingRules
from suixin.lending.signed import signed
from suixin.lending.statement import agreement_statement, printed
from suixin.lending.transaction import Dimensions, Transaction

START = date(2026, 3, 2)
END = START + timedelta(days=400)
NOTHING_OWED = Exposure()


def at(
    kind: type[Event], key: str, day: int, *, told: int | None = None, **fields: object
) -> Event:
    """An event of a day of the story, entered on the day it happened or when it was told."""
    on, booked_on = day_of(day), day_of(day if told is None else told)
    return kind(key=key, on=on, booked_on=booked_on, **fields)


def day_of(number: int) -> date:
    """The date of a day of the story; day 0 is the first."""
    return START + timedelta(days=number)


def policy(name: str, day: int = 0) -> PolicyOn:
    """The rules in force on a day of the story."""
    return load_policy(name).on(day_of(day))


def yuan(fen: int) -> str:
    """An amount in yuan."""
    return f"{Money(fen).yuan:,.2f}"


def told(no: Refused | None) -> str:
    """A refusal in one line; that there is one is part of the story."""
    assert no is not None
    return f"refused: {no.why}, found {no.found}, allowed {no.allowed}"


def quoted(made: Quote) -> Iterator[str]:
    """What the loan would cost: the table, and the yearly cost with everything."""
    name, asked = made.product.en, yuan(made.principal.minor)
    yield f"{name}: {asked} at {made.rate_bps / 100:.2f} %, {made.method}, {made.on}"
    for item in made.items:
        only = ", only if late" if item.default else ""
        yield f"  {item.en}: {yuan(item.amount_fen)} to {item.payee} ({item.rate}{only})"
    yield f"  all-in {made.all_in:.2f} % a year, received {yuan(made.received.minor)}"


@dataclass(frozen=True, slots=True)
class Asking:
    """One request for money: the same household, with a limit that its credit file gave."""

    made: Quote
    purpose: str
    term_days: int
    limit_fen: int
    exposure: Exposure = NOTHING_OWED

    def answer(self) -> tuple[Refused, ...]:
        """Every reason against it, in the order of the checks."""
        sheet = sheet_rules(self.made.product)
        application = Application(
            household="household-1",
            village_code="530826101201",
            amount_fen=self.made.principal.minor,
            term_days=self.term_days,
            purpose=self.purpose,
            identity_proved=True,
            consents=frozenset({"credit"}),
            file_on=self.made.on,
            sources_read=frozenset({"orders", "settlements"}),
            limit_left_fen=self.limit_fen,
        )
        return refusals(
            application,
            sheet,
            self.exposure,
            costs=costs_found(self.made.caps),
            holds=(),
            policy=load_policy("origination").on(self.made.on),
        )


def terms_of(made: Quote, times: int | None = None) -> AgreementTerms:
    """What is signed once the offer is taken: the quote, as an agreement of so many turns."""
    return signed(
        product_on(made.product.name, made.on),
        Case(made.principal.minor),
        agreement=f"{made.product.name}-1",
        party="household-1",
        start=made.on,
        rate_bps=made.rate_bps,
        times=times,
        repays=made.method,
    )


def lived(terms: AgreementTerms, events: Sequence[Event], day: int = 400) -> Replayed:
    """The history worked through to the end of a day."""
    rules = ServicingRules.of(load_policy("servicing").on(terms.start))
    return replay(terms, events, on=day_of(day), rules=rules)


def stands(terms: AgreementTerms, events: Sequence[Event], day: int) -> AgreementState:
    """Where the agreement stands at the end of a day."""
    return lived(terms, events, day).state


def entry(
    key: str, name: str, fen: int, day: int, *, of: str, books: str = "lender"
) -> Transaction:
    """A movement that somebody decides beside the agreement's own history."""
    about = Dimensions(agreement=of)
    return Transaction(key, day_of(day), day_of(day), movement(name, fen, about), name, books)


def booked(made: Iterable[Transaction], name: str = "lender") -> Books:
    """The postings of one institution in its own books."""
    books = Books(chart_on(START), name)
    for one in made:
        if one.books == name:
            books.post(one)
    return books


def ending(books: Books, state: AgreementState, agreement: str) -> Iterator[str]:
    """The statement, the trial balance, how it ended and what the debtor owes."""
    rows = agreement_statement(books, agreement)
    assert rows[-1].owed_fen == state.payoff_fen + state.written_off_fen
    yield from printed(rows)
    yield from balanced(books)
    yield f"{state.life} on {state.on}, owed {yuan(state.owed_fen)}"


def balanced(books: Books) -> Iterator[str]:
    """The trial balance, account by account, and its sum."""
    balances = books.balances()
    for code, fen in sorted(balances.items()):
        if fen:
            yield f"  {code:<6}{books.chart[code].en:<44}{yuan(fen):>16}"
    yield f"trial balance of the {books.name}: {yuan(sum(balances.values()))}"


def write(story: Callable[[], Iterator[str]]) -> None:
    """Print a story line by line."""
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in story())
