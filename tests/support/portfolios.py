"""Portfolios whose days are ended in the database, and what `lending.replay` says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from histories import TERMS, after
from lives import START, rules, terms_of
from stored import NewBooks

from suixin.data.errors import InputError
from suixin.kernel.money import Rounding
from suixin.lending import events as kinds
from suixin.lending.agreement import AgreementTerms
from suixin.lending.events import Event
from suixin.lending.replay import Replayed, replay
from suixin.service.day_end import past
from suixin.service.day_end.contributions import path_of
from suixin.service.day_end.quiet import after_quiet
from suixin.service.day_end.receiving import receive
from suixin.service.day_end.state_rows import NAMES, state_of
from suixin.service.day_end.worked import accrued, accrues
from suixin.service.store import agreements, people
from suixin.service.store.books import StoredBooks
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor, acting, query

VILLAGE = "440811100201"
Portfolio = dict[str, tuple[AgreementTerms, list[Event]]]


def opened(stored_books: NewBooks) -> Actor:
    books = stored_books()
    assert isinstance(books, StoredBooks)
    people.register(books.actor, Registered(party_id="h-1", kind="household", village_code=VILLAGE))
    return books.actor


def signed(actor: Actor, many: Sequence[tuple[dict[str, Any], list[Event]]]) -> Portfolio:
    """Agreements with their events entered; what may not be entered is left out."""
    made: Portfolio = {}
    for number, (said, events) in enumerate(many):
        rounding: Rounding = "half_even" if number % 2 else "half_up"
        terms = replace(terms_of(said), agreement=f"a-{number}", rounding=rounding)
        agreements.sign(actor, terms)
        kept = []
        for event in events:
            try:
                receive(actor, terms.agreement, [event])
            except InputError:
                continue
            kept.append(event)
        made[terms.agreement] = (terms, kept)
    return made


def replayed(portfolio: Portfolio, day: date) -> dict[str, Replayed]:
    return {
        name: replay(terms, events, on=day, known_on=day, rules=rules())
        for name, (terms, events) in portfolio.items()
    }


def posted(actor: Actor, *, own: bool) -> Counter[tuple[Any, ...]]:
    """Fen by account, value day and agreement, of the ledger."""
    with acting(actor):
        rows = query(
            "select agreement, account, value_on, sum(fen)::bigint from posting"
            " where (agreement <> '') = %s and (agreement <> '' or party = '')"
            " group by 1, 2, 3 having sum(fen) <> 0",
            [own],
        )
    return Counter({(name, account, day): fen for name, account, day, fen in rows})


def expected(many: dict[str, Replayed], *, own: bool) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for one in many.values():
        for made in one.transactions:
            if made.books == "lender" and accrues(made) is not own:
                for posting in made.postings:
                    name = posting.about.agreement if own else ""
                    found[name, posting.account, made.value_on] += posting.fen
    return Counter({place: fen for place, fen in found.items() if fen})


def traced(actor: Actor, lake: Path, days: Iterable[date]) -> Counter[tuple[str, str, date]]:
    """What the files of contributions say, by agreement, debit account and value day."""
    files = [str(path_of(lake, actor.institution, day)) for day in days]
    rows = duckdb.execute(
        "select agreement, debit, value_on, sum(fen)::bigint from read_parquet(?)"
        " group by 1, 2, 3 having sum(fen) <> 0",
        [files],
    ).fetchall()
    return Counter({(name, debit, day): fen for name, debit, day, fen in rows})


def states(actor: Actor, portfolio: Portfolio, day: date) -> dict[str, Any]:
    with acting(actor):
        rows = query(f"select agreement, {NAMES} from agreement_state order by 1")
        pasts = past.read(actor, list(portfolio))
    return {
        name: after_quiet(terms, state_of(terms, row, pasts.get(name, ())), day)
        for name, *row in rows
        for terms, _ in (portfolio[name],)
    }


def same_as_replayed(actor: Actor, portfolio: Portfolio, lake: Path, days: list[date]) -> None:
    day = days[-1]
    many = replayed(portfolio, day)
    assert states(actor, portfolio, day) == {name: one.state for name, one in many.items()}
    assert posted(actor, own=True) == expected(many, own=True)
    assert posted(actor, own=False) == expected(many, own=False)
    by_agreement: Counter[tuple[str, str, date]] = Counter()
    for name, one in many.items():
        for (value_on, debit, _), fen in accrued(one.transactions).items():
            by_agreement[name, debit, value_on] += fen
    told = traced(actor, lake, days)
    assert told == Counter({place: fen for place, fen in by_agreement.items() if fen})


LOAN: dict[str, Any] = {"rate": 960, "principal": 500_00, "instalments": 3}
SWEPT: dict[str, Any] = {"rate": 1200, "sweep": [2_000, 50_00], "rows": [[after(30)], [after(80)]]}


def draw(fen: int = 500_00, on: date = START) -> Event:
    return kinds.Draw(key="first", on=on, booked_on=on, fen=fen)


def sale(number: int) -> Event:
    day = after(number)
    return kinds.Sale(key=f"s-{number}", on=day, booked_on=day, order=f"o-{number}", fen=30_00)


def some() -> list[tuple[dict[str, Any], list[Event]]]:
    """A few agreements on which something happens on many days, one event late."""
    late = kinds.Receipt(key="late", on=after(10), booked_on=after(33), fen=70_00)
    return [
        *((said, [draw()]) for said in TERMS),
        ({**LOAN, "day_count": "ACT/ACT"}, [draw(), late]),
        (SWEPT, [draw(), *(sale(number) for number in range(3, 40, 3))]),
    ]
