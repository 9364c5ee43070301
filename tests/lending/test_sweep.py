"""Sales sweep: shares, give-backs, floors and the long-stop, to the fen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from lives import AGREEMENT, START, booked, event_of, hold_together, lived, rules

from suixin.data.errors import InputError
from suixin.lending.events import Draw, Event, Refund, Sale
from suixin.lending.methods.registry import Case
from suixin.lending.product import product_on
from suixin.lending.replay import replay
from suixin.lending.signed import signed
from suixin.lending.sweep import SweepTerms

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_sweep.yaml").read_text("utf-8")
)


def summed(text: int | str) -> int:
    """A sum written out, as 300 - 149."""
    return sum(int(term) for term in re.findall(r"[-+]?\d+", str(text).replace(" ", "")))


@pytest.mark.mechanism("C12")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    happened: list[Event] = [Draw(key="d", on=START, booked_on=START, fen=case["drawn"])]
    for number, step in enumerate(case["steps"], 1):
        said = {key: step[key] for key in ("do", "day", "order", "fen") if key in step}
        if "do" in said:
            happened.append(event_of(number, said))
        state = lived(case["terms"], happened, step["day"])[0].state
        if "owed" in step:
            assert state.owed_fen == summed(step["owed"]), step
        if "due" in step:
            assert sum(due.total_fen for due in state.dues) == step["due"], step
        assert state.life == step.get("life", "active"), step


def test_interest_is_paid_by_a_sweep_before_principal_and_given_back_after_it() -> None:
    terms = {"rate": 3650, "sweep": [10_000], "rows": [[date(2026, 6, 30)], [date(2026, 8, 31)]]}
    happened: list[Event] = [
        Draw(key="d", on=START, booked_on=START, fen=1000_00),
        Sale(key="s", on=date(2026, 3, 11), booked_on=date(2026, 3, 11), order="A", fen=110_00),
    ]
    swept = lived(terms, happened, date(2026, 3, 11))[0].state
    assert (swept.interest_fen, swept.principal_fen) == (0, 900_00)  # 1.00 a day, ten days.
    back = Refund(key="r", on=date(2026, 3, 11), booked_on=date(2026, 3, 12), order="A", fen=101_00)
    after = lived(terms, [*happened, back], date(2026, 3, 11))[0].state
    assert (after.interest_fen, after.principal_fen) == (1_00, 1000_00)


def test_a_give_back_reopens_principal_on_the_day_of_the_refund() -> None:
    terms = {"rate": 3650, "sweep": [10_000], "rows": [[date(2026, 6, 30)]]}
    day, later = date(2026, 3, 1), date(2026, 3, 11)
    happened: list[Event] = [
        Draw(key="d", on=day, booked_on=day, fen=1000_00),
        Sale(key="s", on=day, booked_on=day, order="A", fen=500_00),
        Refund(key="r", on=later, booked_on=later, order="A", fen=500_00),
    ]
    state = lived(terms, happened, date(2026, 3, 12))[0].state
    assert state.interest_fen == 10 * 50 + 1 * 100


@pytest.mark.parametrize("terms", [(0, 0), (10_001, 0), (100, -1)])
def test_a_sweep_without_a_share_is_none(terms: tuple[int, int]) -> None:
    with pytest.raises(InputError) as wrong:
        SweepTerms(*terms)
    assert wrong.value.code == "SWEEP"


@pytest.mark.mechanism("H03")
def test_a_live_slot_is_stocked_before_the_show_and_repaid_after_settlement() -> None:
    terms = signed(
        product_on("live_slot", START),
        Case(10_000_00),
        agreement=AGREEMENT,
        party="h-1",
        start=START,
        rate_bps=1000,
    )
    show, settled = START + timedelta(days=2), START + timedelta(days=9)
    happened: list[Event] = [
        Draw(key="stock", on=START, booked_on=START, fen=10_000_00, to="supplier"),
        Sale(key="a", on=settled, booked_on=settled, order="a", fen=15_000_00),
    ]
    during = replay(terms, happened, on=show, rules=rules()).state
    assert (during.life, during.principal_fen) == ("active", 10_000_00)
    after = replay(terms, happened, on=settled, rules=rules())
    interest = 10_000_00 * 1000 * 9 / (10_000 * 365)
    assert after.state.owed_fen == 10_000_00 + round(interest) - 7_500_00
    rest = Sale(key="b", on=settled, booked_on=settled, order="b", fen=15_000_00)
    end = replay(terms, [*happened, rest], on=settled, rules=rules()).state
    assert (end.life, end.owed_fen) == ("closed", 0)
    hold_together(booked(after), after.state)
