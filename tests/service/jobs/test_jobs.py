"""Jobs: in the act's own transaction, done again after a fault, and never in others' way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import psycopg
import pytest
from django.db import connections
from stored import DAY, url

from suixin.data.errors import InputError
from suixin.lending.accounts import chart_on
from suixin.service.app.caller import Caller
from suixin.service.app.later import Queue, later
from suixin.service.database import APP
from suixin.service.home import Home
from suixin.service.jobs import work
from suixin.service.jobs.tasks import take_up
from suixin.service.jobs.work import RESTS, TASKS, TRIES
from suixin.service.jobs.worker import work as run_worker
from suixin.service.running.metrics import JOBS
from suixin.service.store.institutions import open_institution
from suixin.service.store.session import Actor, Role, acting, query

_numbers = count(1)
done: list[tuple[str, Any]] = []


@pytest.fixture(scope="module", autouse=True)
def tasks() -> Iterator[None]:
    """Tasks of the tests, beside the service's own."""
    before = dict(TASKS.tasks)

    @work.task("test-note")
    def noted(caller: Caller, at: object, *, party: str) -> None:
        done.append((party, caller.institution))

    @work.task("test-refuse")
    def refuse(caller: Caller, at: object) -> None:
        raise InputError("NO_PARTY", "There is no party 13800000000.", "Check the id.")

    @work.task("test-fail")
    def fail(caller: Caller, at: object) -> None:
        raise OSError("no route to host")

    @work.task("test-last", last_of_lock=True)
    def last(caller: Caller, at: object, *, number: int) -> None:
        done.append(("last", number))

    yield
    TASKS.tasks.clear()
    TASKS.tasks.update(before)


@pytest.fixture
def actor(database: Home) -> Iterator[Actor]:
    """A fresh institution, with an empty queue before and after."""
    done.clear()
    number = open_institution(f"jobs-{next(_numbers)}", chart_on(DAY), opened_on=DAY)
    yield Actor(institution=number, by="user:1")
    query("delete from procrastinate_jobs")


def taken_back(actor: Actor) -> None:
    with acting(actor):
        later(actor, "test-note", party="h-2")
        query("insert into job_note (at) values ('no day')")


def do_jobs() -> None:
    """In a thread of its own: a browser of other tests may keep an event loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(_do_jobs).result()


def _do_jobs() -> None:
    try:
        run_worker([Queue.QUICK], wait=False)
    finally:
        connections.close_all()


def states() -> list[tuple[str, str, int]]:
    """Of the tests' own jobs: what the clock defers is done beside them."""
    found = query(
        "select task_name, status::text, attempts from procrastinate_jobs"
        " where task_name ~ '^(test|nobody)-' order by id"
    )
    return [(name, state, attempts) for name, state, attempts in found]


def test_a_job_stands_or_falls_with_its_act(actor: Actor) -> None:
    with acting(actor):
        later(actor, "test-note", party="h-1")
    with pytest.raises(InputError, match="no day"):
        taken_back(actor)
    do_jobs()
    assert done == [("h-1", actor.institution)]
    assert states() == []  # What is done leaves nothing.


def test_an_agent_defers_too_and_sees_no_queue(actor: Actor) -> None:
    agent = Actor(institution=actor.institution, role=Role.AGENT, villages=("v",), by="user:2")
    later(agent, "test-note", party="h-3")
    with acting(agent), pytest.raises(InputError, match="does not let this role"):
        query("select * from procrastinate_jobs")
    do_jobs()
    assert done == [("h-3", actor.institution)]


def test_a_poison_job_does_not_stop_the_others(actor: Actor) -> None:
    later(actor, "test-refuse")
    later(actor, "test-fail")
    later(actor, "nobody-knows-it")
    later(actor, "test-note", party="h-4")
    do_jobs()
    assert done == [("h-4", actor.institution)]
    assert [(name, state) for name, state, _ in states()] == [
        ("test-refuse", "failed"),  # Its input is at fault: no try would right it.
        ("test-fail", "todo"),
        ("nobody-knows-it", "failed"),
    ]
    with acting(actor):
        notes = query("select distinct code from job_note order by code")
    assert notes == [("NO_PARTY",), ("OSError",)]


def test_tries_are_counted_by_how_they_ended(actor: Actor) -> None:
    def counted(task: str, ended: str) -> float:
        return JOBS.labels(task, ended)._value.get()

    before = counted("test-note", "done"), counted("test-refuse", "failed")
    later(actor, "test-note", party="h-7")
    later(actor, "test-refuse")
    do_jobs()
    after = counted("test-note", "done"), counted("test-refuse", "failed")
    assert after == (before[0] + 1, before[1] + 1)


def test_the_rests_grow_and_then_it_is_a_dead_letter(actor: Actor) -> None:
    later(actor, "test-fail")
    waits = []
    for _ in range(TRIES):
        do_jobs()
        rows = query(
            "select extract(epoch from scheduled_at - now()) from procrastinate_jobs"
            " where task_name = 'test-fail'"
        )
        waits.append(rows[0][0])
        query("update procrastinate_jobs set scheduled_at = now()")
    assert states() == [("test-fail", "failed", TRIES)]
    assert [float(wait) for wait in waits[:-1]] == pytest.approx(list(RESTS), abs=5)


def test_of_several_for_one_subject_the_last_does_the_work(actor: Actor) -> None:
    for number in range(4):
        later(actor, "test-last", lock="party:h-1", number=number)
    for _ in range(4):  # Under one lock one is done at a time.
        do_jobs()
    assert done == [("last", 3)]
    assert states() == []


@pytest.mark.parametrize(("attempts", "state"), [(0, "todo"), (TRIES - 1, "failed")])
def test_what_a_killed_worker_left_is_taken_up(actor: Actor, attempts: int, state: str) -> None:
    later(actor, "test-note", party="h-5")
    query("update procrastinate_jobs set status = 'doing', attempts = %s", [attempts])
    take_up()
    assert states() == [("test-note", state, attempts + 1)]
    with acting(actor):
        assert query("select code from job_note order by id limit 1") == [("WORKER_GONE",)]


def test_a_job_of_another_institution_is_not_there(actor: Actor) -> None:
    later(actor, "test-note", party="h-6")
    other = open_institution(f"jobs-{next(_numbers)}", chart_on(DAY), opened_on=DAY)
    with acting(Actor(institution=other)):
        assert query("select count(*) from procrastinate_jobs") == [(0,)]
        assert query("select count(*) from procrastinate_events") == [(0,)]
    with psycopg.connect(url(user=APP)) as connection:
        connection.execute("select set_config('suixin.institution', %s, true)", [f"{other}"])
        assert connection.execute("delete from procrastinate_jobs").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "insert into procrastinate_jobs (queue_name, task_name, args)"
                " values ('quick', 'x', jsonb_build_object('institution', %s::int))",
                [actor.institution],
            )


def test_nothing_personal_is_told_to_a_job(actor: Actor) -> None:
    with pytest.raises(AssertionError, match="name is none"):
        later(actor, "test-note", name="王小二")
    connections.close_all()
