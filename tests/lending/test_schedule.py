"""Schedules, by the table of cases to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.data.errors import InputError
from suixin.lending.cycle import Cycle, Shift
from suixin.lending.day_count import day_count
from suixin.lending.methods.bullet import Bullet
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.equal_principal import EqualPrincipal
from suixin.lending.methods.free import Free
from suixin.lending.methods.interest_first import InterestFirst
from suixin.lending.schedule import Schedule, Terms, schedule

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/lending_schedule.yaml").read_text(encoding="utf-8")
)
METHODS = {
    "bullet": Bullet,
    "equal_instalment": EqualInstalment,
    "equal_principal": EqualPrincipal,
    "interest_first": InterestFirst,
}
START = date(2026, 3, 15)


def made(case: dict[str, Any]) -> Schedule:
    terms = dict(case["terms"])
    if "day_count" in terms:
        terms["day_count"] = day_count(terms["day_count"])
    if "shift" in terms:
        terms["shift"] = Shift(terms["shift"])
    return schedule(Terms(**terms, method=METHODS[case["method"]]()), case["start"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_schedule_to_the_fen(case: dict[str, Any]) -> None:
    rows = made(case).rows
    if "interest" in case:
        assert [row.interest_fen for row in rows] == case["interest"]
    if "totals" in case:
        assert [row.total_fen for row in rows] == case["totals"]
    if "due" in case:
        assert [row.due for row in rows] == case["due"]


def test_fees_are_due_with_their_rows() -> None:
    rows = schedule(Terms(100_00, 0, times=2), START, fees_fen=[300, 0]).rows
    assert [row.fees_fen for row in rows] == [300, 0]
    assert rows[0].total_fen == 50_00 + 300


def test_an_instalment_below_its_interest_leaves_interest_to_the_next() -> None:
    terms = Terms(1_000_00, 36_500, method=EqualInstalment(multiple_fen=1), times=2)
    made = schedule(terms, START)
    assert sum(row.principal_fen for row in made.rows) == 1_000_00
    assert min(row.principal_fen for row in made.rows) >= 0


def test_instalments_in_whole_multiples() -> None:
    method = EqualInstalment(multiple_fen=100)
    rows = schedule(Terms(100_000_00, 960, method=method, times=12), START).rows
    assert {row.total_fen % 100 for row in rows[:-1]} == {0}


def test_smoothing_levels_the_last_instalment() -> None:
    def gap(method: EqualInstalment) -> int:
        rows = schedule(Terms(1_000_000_03, 960, method=method, times=60), START).rows
        return abs(rows[-1].total_fen - rows[-2].total_fen)

    assert gap(EqualInstalment(smoothing=3)) <= gap(EqualInstalment())


def test_a_free_schedule_sums_to_the_loan() -> None:
    rows = ((date(2026, 6, 30), 60_00), (date(2026, 11, 16), 0), (date(2026, 12, 1), 40_00))
    made = schedule(Terms(100_00, 0, method=Free(rows)), START)
    assert [(row.due, row.principal_fen) for row in made.rows] == list(rows)
    with pytest.raises(InputError, match="sum to 10000 fen, the loan to 10001"):
        schedule(Terms(100_01, 0, method=Free(rows)), START)
    with pytest.raises(InputError, match="do not rise"):
        schedule(Terms(100_00, 0, method=Free((rows[1], rows[0], rows[2]))), START)


@pytest.mark.parametrize(
    "wrong", [{"principal_fen": 0}, {"principal_fen": -1}, {"rate_bps": -1}, {"times": 0}]
)
def test_terms_that_make_no_loan_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        Terms(**{"principal_fen": 1, "rate_bps": 0, **wrong})


def test_the_first_due_day_must_come_after_the_start() -> None:
    Terms(1, 0, first_due=START)
    with pytest.raises(InputError):
        schedule(Terms(1, 0, first_due=START), START)
    assert schedule(Terms(1, 0, first_due=START + timedelta(days=1)), START).rows[0].days == 1


def test_other_cycles() -> None:
    made = schedule(Terms(300_00, 0, times=3, cycle=Cycle(2, "W")), START)
    assert [row.days for row in made.rows] == [14, 14, 14]


def test_due_days_that_meet_on_one_working_day_are_one() -> None:
    weekend = Terms(100_00, 0, times=3, cycle=Cycle(1, "D"), shift=Shift.FOLLOWING)
    made = schedule(weekend, date(2026, 11, 13))  # A Friday.
    assert [row.due.isoformat() for row in made.rows] == ["2026-11-16"]
    agreed = Free(((date(2026, 11, 14), 60_00), (date(2026, 11, 15), 40_00)))
    with pytest.raises(InputError, match="on one working day"):
        schedule(Terms(100_00, 0, method=agreed, shift=Shift.FOLLOWING), date(2026, 11, 13))


def test_a_due_day_never_goes_back_to_the_start() -> None:
    terms = Terms(100_00, 0, cycle=Cycle(1, "D"), shift=Shift.PRECEDING)
    assert [row.due.isoformat() for row in schedule(terms, date(2026, 11, 13)).rows] == [
        "2026-11-16"
    ]
