"""Grades, reminders and work that the end of a day finds, by the table a credit officer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from lives import terms_of
from portfolios import opened
from stored import NewBooks

from suixin.data.errors import InputError
from suixin.lending import events as kinds
from suixin.lending.classification import Grade
from suixin.service.day_end import debt_facts, grading, items
from suixin.service.day_end.debt_facts import DebtFact
from suixin.service.day_end.ending import end_days
from suixin.service.day_end.items import Item, Kind
from suixin.service.day_end.receiving import receive
from suixin.service.store import agreements
from suixin.service.store.session import Actor, acting, query

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/day_end_grades.yaml").read_text("utf-8"))
DAY = date(2026, 10, 1)
EVE = DAY - timedelta(days=1)


def at_the_eve(actor: Actor, name: str, case: Mapping[str, Any]) -> None:
    """A loan whose one row was due so long ago that it is as late on the day as the case says."""
    due = DAY - timedelta(days=case.get("late", -300))
    start = min(due, DAY - timedelta(days=370)) - timedelta(days=30)
    terms = terms_of({"start": start, "rate": 960, "rows": [[due]]})
    agreements.sign(actor, replace(terms, agreement=name))
    receive(actor, name, [kinds.Draw(key="d", on=start, booked_on=start, fen=500_00)])
    if "restructured" in case:
        on = case["restructured"]
        rows = (kinds.PlannedDue(DAY + timedelta(days=300)),)
        again = kinds.Restructure(key="r", on=on, booked_on=on, rows=rows, rate_bps=960)
        receive(actor, name, [again])


def told(item: Item) -> str:
    match item.kind:
        case Kind.REMINDER:
            return f"reminder {item.content['more_than']}"
        case Kind.GRADE:
            return f"grade {item.content['from']} to {item.content['to']}"
    return item.kind.value


@pytest.fixture(scope="module")
def graded(
    stored_books: NewBooks, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Actor, dict[str, Any]]:
    """All cases as one portfolio, whose eve and day were ended."""
    actor, lake = opened(stored_books), tmp_path_factory.mktemp("lake")
    for number, case in enumerate(CASES):
        at_the_eve(actor, f"a-{number}", case)
    list(end_days(actor, EVE, lake=lake))
    for number, case in enumerate(CASES):
        for kind, found in case.get("found", {}).items():
            given = tuple(found) if isinstance(found, list) else found
            fact = DebtFact(key=kind, kind=kind, since=DAY, booked_on=DAY, found=given)
            assert debt_facts.enter(actor, f"a-{number}", fact)
            assert not debt_facts.enter(actor, f"a-{number}", fact)
    (day,) = end_days(actor, DAY, lake=lake)
    with acting(actor):
        grades = dict(query("select agreement, grade from agreement_state"))
    return actor, {**grades, "counts": day.counts}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_what_the_table_says_is_found(graded: tuple[Actor, dict[str, Any]], number: int) -> None:
    actor, grades = graded
    case, name = CASES[number], f"a-{number}"
    assert Grade(grades[name]).name.lower() == case["grade"]
    found = [told(item) for item in items.items_of(actor, name) if item.day == DAY]
    assert sorted(found) == case.get("to_do", [])


def test_the_day_counts_its_grades(graded: tuple[Actor, dict[str, Any]]) -> None:
    counted = {
        name: sum(case["grade"] == name for case in CASES) for name in {c["grade"] for c in CASES}
    }
    found = graded[1]["counts"]["grades"]
    assert {name: one["agreements"] for name, one in found.items()} == counted
    assert sum(one["principal_fen"] for one in found.values()) == len(CASES) * 500_00


def test_what_is_to_be_done_is_listed_oldest_first_and_done_once(
    graded: tuple[Actor, dict[str, Any]],
) -> None:
    actor, _ = graded
    first = items.open_items(actor, (Kind.REMINDER,), limit=2)
    rest = items.open_items(actor, (Kind.REMINDER,), after=first[-1])
    whole = [*first, *rest]
    assert whole == sorted(whole, key=lambda one: (one.day, one.agreement))
    at = datetime(2026, 10, 2, tzinfo=UTC)
    assert items.done(actor, first[0], at=at)
    assert not items.done(actor, first[0], at=at)
    assert first[0] not in items.open_items(actor, (Kind.REMINDER,))
    with pytest.raises(InputError) as wrong:
        items.done(actor, Item(DAY, "a-0", Kind.REMINDER, {}), at=at)
    assert wrong.value.code == "NO_ITEM"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("misused", 1),
        ("impaired", True),
        ("claims", (1, 2, 3)),
        ("impaired", 10_001),
        ("rumour", 1),
    ],
)
def test_a_fact_that_none_can_be_is_refused(
    graded: tuple[Actor, dict[str, Any]], kind: str, found: Any
) -> None:
    day = DAY + timedelta(days=1)
    fact = DebtFact(key="x", kind=kind, since=day, booked_on=day, found=found)
    with pytest.raises(InputError) as wrong:
        debt_facts.enter(graded[0], "a-0", fact)
    assert wrong.value.code == "DEBT_FACT"


def test_a_fact_of_a_day_that_is_ended_comes_too_late(
    graded: tuple[Actor, dict[str, Any]],
) -> None:
    fact = DebtFact(key="late", kind="misused", since=EVE, booked_on=DAY, found=True)
    with pytest.raises(InputError) as wrong:
        debt_facts.enter(graded[0], "a-0", fact)
    assert wrong.value.code == "DAY_CLOSED"


def test_on_a_day_on_which_a_rule_starts_all_that_is_late_is_looked_at() -> None:
    assert grading.changed_on(date(2023, 7, 1))
    assert not grading.changed_on(date(2023, 7, 2))
