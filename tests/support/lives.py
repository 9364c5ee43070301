"""Agreements and events for tests, from short words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from suixin.kernel.policy import load_policy
from suixin.lending import events as kinds
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementState, AgreementTerms, planned
from suixin.lending.books import Books
from suixin.lending.day_count import day_count
from suixin.lending.events import Event, PlannedDue
from suixin.lending.ledger import Scope
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ServicingRules
from suixin.lending.schedule import Terms, schedule
from suixin.lending.sweep import SweepTerms

START = date(2026, 3, 1)
AGREEMENT = "a-1"


@cache
def rules() -> ServicingRules:
    """The packaged rules."""
    return ServicingRules.of(load_policy("servicing").on(START))


def terms_of(said: Mapping[str, Any]) -> AgreementTerms:
    """Terms from a case: `rows` as of `PlannedDue`, or the `instalments` of a loan."""
    start = said.get("start", START)
    convention = day_count(said.get("day_count", "ACT/365"))
    if "instalments" in said:
        of = Terms(said["principal"], said["rate"], times=said["instalments"], day_count=convention)
        rows = planned(schedule(of, start))
    else:
        rows = tuple(PlannedDue(*row) for row in said["rows"])
    sweep = said.get("sweep")
    return AgreementTerms(
        agreement=AGREEMENT,
        party="h-1",
        sheet=said.get("sheet", "sales_flow"),
        mode="platform",
        start=start,
        rate_bps=said["rate"],
        rows=rows,
        penalty_bps=said.get("penalty", 15_000),
        day_count=convention,
        limit_fen=said.get("limit"),
        sweep=SweepTerms(*sweep) if sweep else None,
        ahead_last=said.get("ahead_last", False),
    )


def event_of(number: int, said: Mapping[str, Any]) -> Event:
    """An event from a case: `do` names its kind, `day` its value date, `booked` that of entry."""
    fields = {key: value for key, value in said.items() if key not in ("do", "day", "booked")}
    if "rows" in fields:
        fields["rows"] = tuple(PlannedDue(*row) for row in fields["rows"])
    if "by" in fields:
        fields["by"] = tuple(fields["by"])
    day = said["day"]
    return getattr(kinds, said["do"])(
        **{"key": f"e-{number}", "on": day, "booked_on": said.get("booked", day), **fields}
    )


def events_of(said: Sequence[Mapping[str, Any]]) -> list[Event]:
    """The events of a case, named e-1, e-2, ... unless they say otherwise."""
    return [event_of(number, one) for number, one in enumerate(said, 1)]


def booked(replayed: Replayed, books: Books | None = None) -> Books:
    """The lender's books with every transaction of a replay posted."""
    ledger = books or Books(chart_on(START))
    for one in replayed.transactions:
        if one.books == "lender":
            ledger.post(one)
    return ledger


def hold_together(ledger: Books, state: AgreementState, *, recourse: int | None = None) -> None:
    """What always holds between an agreement's state and its postings."""
    found = ledger.balances(Scope(agreement=AGREEMENT))
    of = {code: found.get(code, 0) for code in ledger.chart}
    assert sum(found.values()) == 0
    assert of["1101"] == state.principal_fen
    assert of["1102"] == state.interest_fen - state.suspended_interest_fen
    assert of["1103"] == state.penalty_fen - state.suspended_penalty_fen
    assert of["1104"] == state.fee_fen
    assert of["9003"] == state.suspended_interest_fen + state.suspended_penalty_fen
    assert of["9004"] == state.written_off_fen
    assert -of["2001"] == state.suspense_fen
    assert of["1002"] == of["2002"] == 0
    in_books = sum(of[code] for code in ("1101", "1102", "1103", "1104", "9003", "9004"))
    elsewhere = state.recourse_fund_fen + state.recourse_guarantors_fen
    assert in_books + elsewhere == state.owed_fen
    assert -of["9000"] == sum(of[code] for code in ("9001", "9002", "9003", "9004", "9005"))
    assert min(state.not_due_fen, state.accrued_fen, state.penalty_fen, state.suspense_fen) >= 0
    assert state.suspended_interest_fen <= state.interest_fen


def lived(said: Mapping[str, Any], happened: Sequence[Event], on: date) -> tuple[Replayed, Books]:
    """A replay and its books, held together."""
    made = replay(terms_of(said), happened, on=on, rules=rules())
    ledger = booked(made)
    hold_together(ledger, made.state)
    return made, ledger
