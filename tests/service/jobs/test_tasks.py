"""The service's own tasks and steps: done for an institution to which nothing has happened yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from opened import new_institution

from suixin.evidence import checkpoint, note
from suixin.evidence.entry import Kind
from suixin.service.app.caller import Caller, service_caller
from suixin.service.app.evidence import tell
from suixin.service.home import Home
from suixin.service.jobs import tasks
from suixin.service.jobs.work import TASKS
from suixin.service.running import upkeep
from suixin.service.store.institutions import books_of
from suixin.service.store.session import acting, query

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def caller(database: Home) -> Caller:
    """The service, at a fresh lender."""
    number = new_institution(database)
    assert books_of(number) == "lender"
    return service_caller(number, "tests")


@pytest.mark.parametrize(
    "work",
    [
        tasks.anchor,
        tasks.end_yesterday,
        tasks.pass_on,
        tasks.score_all,
        tasks.rescore_all,
        tasks.forget,
        tasks.close_slots,
        tasks.tell_county,
    ],
)
def test_a_task_bears_that_nothing_has_happened_and_being_done_twice(
    caller: Caller, work: Callable[..., None]
) -> None:
    work(caller, NOW)
    work(caller, NOW)


def test_the_nights_day_end_closes_yesterday(caller: Caller) -> None:
    tasks.end_yesterday(caller, NOW)
    asked = "select closed_through::text from institution where id = %s"
    with acting(caller.actor()):
        assert query(asked, [caller.institution]) == [("2026-06-30",)]


def test_what_other_rooms_defer_is_known_here(caller: Caller) -> None:
    assert {"rescore", "rescore_all", "run_import"} <= set(TASKS.tasks)


@pytest.mark.parametrize("step", upkeep.STEPS, ids=lambda step: step.name)
def test_a_step_bears_that_nothing_has_happened(caller: Caller, step: upkeep.Step) -> None:
    step.work(caller, NOW)


def test_the_logs_head_is_signed_where_it_grew(caller: Caller) -> None:
    for _ in range(2):
        tell(caller.actor(), Kind.ORDER, {"n": 1}, at=NOW)
        upkeep.sign(caller, NOW)
        with acting(caller.actor()):
            ((size, told),) = query(
                "select size, note from log_head where institution_id = %s", [caller.institution]
            )
        assert checkpoint.read(note.read(told).text).size == size
        upkeep.sign(caller, NOW)
