"""An agreement's statement: what was charged and paid, and what is owed after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from suixin.kernel.money import Money
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementTerms
from suixin.lending.books import Books
from suixin.lending.ledger import Ledger, Scope
from suixin.lending.replay import Replayed
from suixin.lending.transaction import Transaction

# What the debtor owes the lender, suspended interest and what was written off included.
OWED: Final = ("1101", "1102", "1103", "1104", "9003", "9004")
_ACCRUED: Final = "accrue/"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement of what is owed, in fen; days of interest alone stand in one row."""

    since: date
    on: date
    text: str
    principal_fen: int
    other_fen: int
    owed_fen: int


def agreement_statement(
    ledger: Ledger,
    agreement: str,
    *,
    valued_through: date | None = None,
    booked_through: date | None = None,
) -> tuple[StatementRow, ...]:
    """Every movement by value date, then entry; `booked_through` tells it as it was known then.

    >>> from suixin.lending.accounts import chart_on
    >>> from suixin.lending.books import Books
    >>> from suixin.lending.transaction import Dimensions, pair_of
    >>> day, about = date(2026, 6, 30), Dimensions("a-1")
    >>> books = Books(chart_on(day))
    >>> drawn = Transaction("a-1/d", day, day, pair_of("1101", "1002", 500_00, about), "d")
    >>> _ = books.post(drawn)
    >>> [(row.text, row.owed_fen) for row in agreement_statement(books, "a-1")]
    [('d', 50000)]
    """
    scope = Scope(agreement=agreement, valued_through=valued_through, booked_through=booked_through)
    made = sorted(ledger.transactions(scope), key=lambda one: one.value_on)
    rows: list[StatementRow] = []
    owed = 0
    for one in made:
        principal = _moved(one, agreement, OWED[:1])
        other = _moved(one, agreement, OWED[1:])
        owed += principal + other
        before = rows[-1] if rows else None
        if not principal and not other:
            continue
        if before and before.text == one.text[: len(_ACCRUED)] == _ACCRUED:
            whole = before.other_fen + other
            rows[-1] = replace(before, on=one.value_on, other_fen=whole, owed_fen=owed)
            continue
        text = _ACCRUED if one.text.startswith(_ACCRUED) else one.text
        rows.append(StatementRow(one.value_on, one.value_on, text, principal, other, owed))
    return tuple(rows)


def printed(rows: tuple[StatementRow, ...]) -> Iterator[str]:
    """The statement as lines of text, in yuan.

    >>> row = StatementRow(date(2026, 6, 1), date(2026, 6, 30), "accrue/", 0, 1234, 500_00)
    >>> for line in printed((row,)): print(line)
    day         what                           principal         other          owed
    2026-06-30  interest since 2026-06-01           0.00         12.34        500.00
    """
    yield f"{'day':<12}{'what':<28}{'principal':>12}{'other':>14}{'owed':>14}"
    for row in rows:
        accrued = row.text == _ACCRUED
        what = f"interest since {row.since}" if accrued else row.text
        amounts = (row.principal_fen, row.other_fen, row.owed_fen)
        yuan = [f"{Money(fen).yuan:,.2f}" for fen in amounts]
        yield f"{row.on!s:<12}{what:<28}{yuan[0]:>12}{yuan[1]:>14}{yuan[2]:>14}"


def told(made: Replayed, terms: AgreementTerms) -> str:
    """A life as text: its statement, how it ended, and the trial balance of its postings.

    >>> from suixin.lending.events import Draw, PlannedDue
    >>> from suixin.lending.replay import replay
    >>> from suixin.lending.running import ServicingRules
    >>> day = date(2026, 3, 1)
    >>> terms = AgreementTerms(agreement="a-1", party="h-1", sheet="s", mode="platform", start=day,
    ...     rate_bps=720, rows=(PlannedDue(date(2026, 8, 20)),), penalty_bps=15_000)
    >>> rules = ServicingRules(90, ("penalty", "fee", "interest", "principal"), ())
    >>> drawn = [Draw(key="d", on=day, booked_on=day, fen=50_000_00)]
    >>> told(replay(terms, drawn, on=day, rules=rules), terms).splitlines()[-1]
    'active on 2026-03-01, owed 5000000 fen, trial balance 0'
    """
    books = Books(chart_on(terms.start))
    for one in made.transactions:
        if one.books == books.name:
            books.post(one)
    zero = sum(books.balances(Scope(agreement=terms.agreement)).values())
    state = made.state
    end = f"{state.life} on {state.on}, owed {state.owed_fen} fen, trial balance {zero}"
    return "\n".join([*printed(agreement_statement(books, terms.agreement)), end, ""])


def _moved(one: Transaction, agreement: str, codes: tuple[str, ...]) -> int:
    return sum(
        posting.fen
        for posting in one.postings
        if posting.account in codes and posting.about.agreement == agreement
    )
