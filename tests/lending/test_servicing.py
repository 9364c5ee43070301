"""Servicing by its table of cases, and what a replay always is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest
import yaml
from lives import (
    AGREEMENT,
    START,
    booked,
    event_of,
    events_of,
    hold_together,
    lived,
    rules,
    terms_of,
)

from suixin.data.errors import InputError
from suixin.lending import events
from suixin.lending.accounts import chart_on
from suixin.lending.agreement import interest_ahead
from suixin.lending.books import Books
from suixin.lending.differences import differences
from suixin.lending.events import Draw, PlannedDue, Receipt, Release, Reversal, WriteOff
from suixin.lending.ledger import Scope
from suixin.lending.movements import MOVEMENTS, movement
from suixin.lending.replay import replay
from suixin.lending.servicing_refusal import SERVICING_WORDING, ServicingRefusal

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_servicing.yaml").read_text("utf-8")
)
REVOLVING = {
    "rate": 720,
    "limit": 100_000_00,
    "rows": [[date(2026, 3, 20), 0], [date(2026, 4, 20), 0], [date(2026, 8, 20)]],
}
BULLET = {"rate": 3650, "rows": [[date(2026, 6, 1)]]}


@pytest.mark.mechanism("E06")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    made, ledger = lived(case["terms"], events_of(case["events"]), case["through"])
    found = {name: getattr(made.state, name) for name in case["expect"]}
    assert found == case["expect"]
    for code, fen in case.get("accounts", {}).items():
        assert ledger.balance(code, Scope(agreement=AGREEMENT)) == fen, code
    refused = {key: no.why.value for key, no in made.refused}
    assert refused == case.get("refused", {})


def test_revolving_interest_of_the_formulas() -> None:
    """Source: formulas §10, both demands, the principal repaid without touching the first."""
    moved = [
        {"do": "Draw", "day": date(2026, 3, 1), "fen": 50_000_00},
        {"do": "Draw", "day": date(2026, 3, 11), "fen": 20_000_00},
    ]
    said = {**REVOLVING, "rows": [*REVOLVING["rows"][:2], [date(2026, 8, 20)]]}
    first, _ = lived(said, events_of(moved), date(2026, 3, 20))
    assert first.state.dues[0].interest_fen == 222_90
    paid = first.state.interest_fen
    # The receipts pay the demand, the interest so far, and then the principal of the example.
    moved += [{"do": "Receipt", "day": date(2026, 3, 20), "fen": paid}]
    before, _ = lived(said, events_of(moved), date(2026, 3, 25))
    moved += [
        {"do": "Receipt", "day": date(2026, 3, 25), "fen": before.state.accrued_fen + 30_000_00}
    ]
    before, _ = lived(said, events_of(moved), date(2026, 4, 10))
    moved += [
        {"do": "Receipt", "day": date(2026, 4, 10), "fen": before.state.accrued_fen + 40_000_00}
    ]
    last, ledger = lived(said, events_of(moved), date(2026, 4, 20))
    assert last.state.payoff_fen == 0
    assert last.state.life == "active"  # A line without debt is not closed before its end.
    assert -ledger.balance("4001") == 222_90 + 195_29


@pytest.mark.parametrize("known", ["before", "after"])
def test_a_backdated_receipt_comes_to_the_same_end(known: str) -> None:
    terms, on = terms_of(REVOLVING), date(2026, 4, 25)
    drawn = Draw(key="d", on=START, booked_on=START, fen=50_000_00)
    early = Receipt(key="r-1", on=date(2026, 3, 15), booked_on=date(2026, 4, 2), fen=10_000_00)
    late = Receipt(key="r-2", on=date(2026, 3, 22), booked_on=date(2026, 3, 22), fen=5_000_00)
    through = replay(terms, [drawn, early, late], on=on, rules=rules())
    ledger = Books(chart_on(START))
    first = replay(terms, [drawn, late], on=date(2026, 4, 1), rules=rules())
    for one in differences(
        ledger, first.transactions, agreement=AGREEMENT, booked_on=first.state.on
    ):
        ledger.post(one)
    hold_together(ledger, first.state)
    order = [late, early, drawn] if known == "after" else [early, drawn, late]
    second = replay(terms, order, on=on, rules=rules())
    posted = [
        ledger.post(one)
        for one in differences(ledger, second.transactions, agreement=AGREEMENT, booked_on=on)
    ]
    assert second.state == through.state
    assert second.transactions == through.transactions
    hold_together(ledger, second.state)
    fresh = booked(through)
    for day in range(0, 56, 5):
        scope = Scope(agreement=AGREEMENT, valued_through=START + timedelta(days=day))
        assert _without_zeros(ledger, scope) == _without_zeros(fresh, scope)
    # Nothing that was right is touched: the draw, and interest before the receipt.
    touched = {one.corrects for one in posted if one.corrects}
    assert f"{AGREEMENT}/d" not in touched
    assert f"{AGREEMENT}/accrue/2026-03-15" not in touched
    assert f"{AGREEMENT}/accrue/2026-03-16" in touched
    assert not list(differences(ledger, second.transactions, agreement=AGREEMENT, booked_on=on))


def _without_zeros(ledger: Books, scope: Scope) -> dict[str, int]:
    return {code: fen for code, fen in ledger.balances(scope).items() if fen}


def test_what_was_not_known_yet_is_left_out() -> None:
    drawn = Draw(key="d", on=START, booked_on=START, fen=1000_00)
    paid = Receipt(key="r", on=date(2026, 3, 5), booked_on=date(2026, 3, 9), fen=100_00)
    made = replay(
        terms_of(BULLET),
        [drawn, paid],
        on=date(2026, 3, 9),
        rules=rules(),
        known_on=date(2026, 3, 8),
    )
    assert made.state.principal_fen == 1000_00


def test_taken_back_from_its_own_day_it_never_was() -> None:
    drawn = Draw(key="d", on=START, booked_on=START, fen=1000_00)
    paid = Receipt(key="r", on=date(2026, 3, 5), booked_on=date(2026, 3, 5), fen=100_00)
    back = Reversal(key="b", on=date(2026, 3, 5), booked_on=date(2026, 3, 20), of="r")
    on = date(2026, 3, 20)
    never = replay(terms_of(BULLET), [drawn], on=on, rules=rules())
    again = replay(terms_of(BULLET), [drawn, paid, back], on=on, rules=rules())
    assert again.state == never.state
    ledger = booked(replay(terms_of(BULLET), [drawn, paid], on=on, rules=rules()))
    posted = [
        ledger.post(one)
        for one in differences(ledger, again.transactions, agreement=AGREEMENT, booked_on=on)
    ]
    hold_together(ledger, again.state)
    assert f"{AGREEMENT}/r" in {one.corrects for one in posted}
    assert _without_zeros(ledger, Scope()) == _without_zeros(booked(never), Scope())


def test_returned_on_a_later_day_it_stood_until_then() -> None:
    said = {"rate": 3650, "rows": [[date(2026, 3, 11), 500_00], [date(2026, 12, 31)]]}
    happened = [
        Draw(key="d", on=START, booked_on=START, fen=1000_00),
        Receipt(key="r", on=date(2026, 3, 11), booked_on=date(2026, 3, 11), fen=510_00),
        Reversal(key="b", on=date(2026, 3, 21), booked_on=date(2026, 3, 21), of="r"),
    ]
    before, _ = lived(said, happened, date(2026, 3, 20))
    assert before.state.life == "active"
    after, _ = lived(said, happened, date(2026, 3, 21))
    assert (after.state.life, after.state.days_past_due) == ("overdue", 10)
    assert after.state.principal_fen == 1000_00
    assert after.state.penalty_fen == 0  # It was paid in those ten days.


def test_a_draw_that_is_returned_leaves_the_agreement_ready() -> None:
    happened = [
        Draw(key="d", on=START, booked_on=START, fen=1000_00),
        Reversal(key="b", on=START, booked_on=date(2026, 3, 3), of="d"),
    ]
    made, ledger = lived(BULLET, happened, date(2026, 3, 4))
    assert made.state.life == "ready"
    assert ledger.balances() == {}


def test_prefix_then_rest_is_all() -> None:
    happened = events_of(CASES[19]["events"])
    terms, on = terms_of(CASES[19]["terms"]), date(2026, 7, 1)
    whole = replay(terms, happened, on=on, rules=rules())
    for days in (0, 30, 102, 110):
        cut = START + timedelta(days=days)
        first = replay(terms, happened, on=cut, rules=rules())
        rest = [event for event in happened if event.on > cut]
        second = replay(terms, rest, on=on, rules=rules(), after=first.state)
        assert second.state == whole.state
        assert first.transactions + second.transactions == whole.transactions
    with pytest.raises(InputError, match="before"):
        replay(terms, happened, on=on, rules=rules(), after=whole.state)


@pytest.mark.mechanism("B07")
def test_three_thousand_events_replay_within_a_second() -> None:
    said = {**REVOLVING, "rows": [[START + timedelta(days=30 * k), 0] for k in range(1, 60)]}
    happened: list[events.Event] = []
    for number in range(1500):
        day = START + timedelta(days=number)
        happened += [
            Draw(key=f"d-{number}", on=day, booked_on=day, fen=1_000_00),
            Receipt(key=f"r-{number}", on=day, booked_on=day, fen=999_00),
        ]
    began = perf_counter()
    made = replay(terms_of(said), happened, on=START + timedelta(days=1500), rules=rules())
    seconds = perf_counter() - began
    assert len(made.transactions) > 5_000
    assert not made.refused
    assert seconds < 1, seconds


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"do": "Draw", "day": START, "fen": 0}, "AMOUNT"),
        ({"do": "Receipt", "day": START, "fen": -1}, "AMOUNT"),
        ({"do": "Receipt", "day": START, "fen": 1.5}, "AMOUNT"),
        ({"do": "Receipt", "day": START, "fen": float("nan")}, "AMOUNT"),
        ({"do": "Receipt", "day": START, "fen": 1, "booked": date(2026, 2, 1)}, "DATES"),
        ({"do": "WriteOff", "day": START, "by": ["officer", "officer"]}, "TWO_PEOPLE"),
        ({"do": "Release", "day": START, "fen": 1, "by": ["officer", ""]}, "TWO_PEOPLE"),
        ({"do": "Recovery", "day": START, "fen": 1, "fund_fen": 2}, "AMOUNT"),
        ({"do": "Reversal", "day": START, "of": "nothing"}, "NO_EVENT"),
        ({"do": "NewRate", "day": START, "rate_bps": -1}, "RATE"),
        ({"do": "Restructure", "day": START, "rate_bps": 1, "rows": []}, "DUE_DAYS"),
        ({"do": "Restructure", "day": START, "rate_bps": 1, "rows": [[START]]}, "DUE_DAYS"),
        ({"do": "Holiday", "day": START, "until": START}, "DATES"),
        ({"do": "Draw", "day": START, "fen": 5, "to": "broker"}, "PAYEE"),
        ({"do": "Sale", "day": START, "order": "o", "fen": 5}, "NO_SWEEP"),
        ({"do": "Draw", "day": date(2026, 2, 1), "fen": 5}, "DATES"),
    ],
)
def test_what_is_no_event_is_told_at_the_edge(said: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as wrong:
        replay(terms_of(BULLET), [event_of(1, said)], on=START, rules=rules())
    assert wrong.value.code == code


def test_one_key_is_one_event() -> None:
    paid = Receipt(key="r", on=START, booked_on=START, fen=1)
    drawn = Draw(key="d", on=START, booked_on=START, fen=10)
    twice = replay(terms_of(BULLET), [drawn, paid, paid], on=START, rules=rules())
    assert twice.state.principal_fen == 9
    other = Receipt(key="r", on=START, booked_on=START, fen=2)
    with pytest.raises(InputError) as wrong:
        replay(terms_of(BULLET), [drawn, paid, other], on=START, rules=rules())
    assert wrong.value.code == "KEY_TAKEN"


@pytest.mark.parametrize("rows", [[], [[START]], [[date(2026, 5, 1)], [date(2026, 4, 1)]]])
def test_terms_need_due_days_that_rise(rows: list[Any]) -> None:
    with pytest.raises(InputError, match="do not rise"):
        terms_of({"rate": 0, "rows": rows})


def test_two_people_are_recorded_and_refusals_told_in_both_languages() -> None:
    off = WriteOff(key="w", on=START, booked_on=START, by=("officer", "approver"))
    free = Release(key="l", on=START, booked_on=START, fen=1, by=("teller", "supervisor"))
    made = replay(terms_of(BULLET), [off, free], on=START, rules=rules())
    assert {key: no.why.value for key, no in made.refused} == {
        "w": "move_not_allowed",
        "l": "above_owed",
    }
    assert list(SERVICING_WORDING) == list(ServicingRefusal)
    assert all(words.zh and words.en for words in SERVICING_WORDING.values())


def test_every_kind_of_event_has_its_place_in_a_day() -> None:
    named = {kind.__name__ for kind in events.Event.__subclasses__()}
    assert {kind.__name__ for kind in events.IN_A_DAY} == named
    assert PlannedDue(START).principal_fen is None


def test_every_pair_of_accounts_is_in_the_table_of_movements() -> None:
    known = {sides for movement in MOVEMENTS.values() for sides in movement}
    used: set[tuple[str, str]] = set()
    for case in CASES:
        happened = events_of(case["events"])
        for one in replay(
            terms_of(case["terms"]), happened, on=case["through"], rules=rules()
        ).transactions:
            codes = [posting.account for posting in one.postings]
            used |= set(zip(codes[::2], codes[1::2], strict=True))
    assert used <= known
    assert len(used) > 25


def test_movements_stay_inside_one_set_of_books() -> None:
    chart = chart_on(START)
    for sides in MOVEMENTS.values():
        assert len({chart[code].books for pair in sides for code in pair}) == 1
    with pytest.raises(InputError, match="did you mean limit cut"):
        movement("limit cutt", 1)


@pytest.mark.parametrize("convention", ["ACT/365", "ACT/360", "30/360", "ACT/ACT"])
def test_interest_ahead_is_what_the_days_bring(convention: str) -> None:
    said = {"rate": 997, "rows": [[date(2027, 6, 1)]], "day_count": convention}
    drawn = [Draw(key="d", on=START, booked_on=START, fen=33_333_33)]
    terms = terms_of(said)
    now = replay(terms, drawn, on=date(2026, 3, 17), rules=rules()).state
    for day in (date(2026, 3, 18), date(2026, 3, 31), date(2026, 12, 31), date(2027, 2, 28)):
        then = replay(terms, drawn, on=day, rules=rules()).state
        assert now.accrued_fen + interest_ahead(terms, now, day) == then.accrued_fen


@pytest.mark.mechanism("B07")
def test_ten_thousand_random_events_replay_twice_the_same() -> None:
    chance = Random(20260630)
    happened: list[events.Event] = []
    for number in range(10_000):
        on = START + timedelta(days=chance.randrange(900))
        kind = chance.choice((Draw, Receipt, Receipt, events.Fee))
        fen = chance.randrange(1, 5_000_00)
        happened.append(kind(key=f"e-{number}", on=on, booked_on=on, fen=fen))
    terms, end = terms_of({**REVOLVING, "rows": [[date(2029, 1, 1)]]}), date(2028, 12, 31)
    once = replay(terms, happened, on=end, rules=rules())
    chance.shuffle(happened)
    assert replay(terms, happened, on=end, rules=rules()) == once
    hold_together(booked(once), once.state)
    assert len(once.state.memory.draws) > 100
    assert once.refused


@pytest.mark.mechanism("F07")
def test_a_line_is_drawn_and_repaid_on_one_day_as_often_as_trade_needs() -> None:
    happened: list[events.Event] = []
    for number in range(30):
        day = START + timedelta(days=number // 2)
        for kind in (Draw, Receipt):
            key = f"{kind.__name__}-{number}"
            happened.append(kind(key=key, on=day, booked_on=day, fen=500_00))
    made, ledger = lived(REVOLVING, happened, START + timedelta(days=19))
    assert len(made.state.memory.draws) == 30
    assert (made.state.owed_fen, made.state.life) == (0, "active")
    assert ledger.balance("4001") == 0  # Repaid on the day drawn, no day was used.
    assert ledger.balance("9001") == 100_000_00
