"""Ending days: begin, work batches in processes side by side, close; again where it was left."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from suixin.data.errors import InputError
from suixin.lending.accounts import LENDER_BOOKS
from suixin.lending.running import ONE_DAY
from suixin.service.day_end.batch import connect, work_batch
from suixin.service.day_end.closing import Ended, close
from suixin.service.day_end.grading import changed_on
from suixin.service.store.institutions import books_of
from suixin.service.store.session import Actor, acting, query

BATCH: Final = 10_000
Progress = Callable[[date, int, int], None]

_LOCK: Final = "select pg_advisory_lock(hashtext('suixin.day_end'), %s)"
_UNLOCK: Final = "select pg_advisory_unlock(hashtext('suixin.day_end'), %s)"
# Until this transaction ends nobody books or enters an event.
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.day'), %s)"
_BEGIN: Final = """
    insert into day_end (institution_id, day) values (%s, %s) on conflict do nothing
"""
# On a day on which rules of age or grade change, all that may be late is looked at.
_LOOK: Final = """
    update agreement_state set wake_on = %(day)s
     where institution_id = %(institution)s and worked_through < %(day)s
       and (wake_on is null or wake_on > %(day)s) and accrues
       and (due_ons is not null or penalty_since is not null or other is not null)
"""
_TO_WORK: Final = """
    select agreement from agreement_state
     where institution_id = %(institution)s and wake_on <= %(day)s and worked_through < %(day)s
    union
    select s.agreement from agreement_event as e
      join agreement_state as s using (institution_id, agreement)
     where e.institution_id = %(institution)s and e.booked_on = %(day)s
       and s.worked_through < %(day)s
    union
    select s.agreement from debt_fact as d
      join agreement_state as s using (institution_id, agreement)
     where d.institution_id = %(institution)s and d.booked_on = %(day)s
       and s.worked_through < %(day)s
     order by 1
"""
_DAYS: Final = """
    select day, closed_at is not null from day_end
     where institution_id = %s order by day desc limit 1
"""
_DAY: Final = """
    select day, worked, contributions, contributions_digest, digest, refused::text, counts::text
      from day_end
     where institution_id = %(institution)s and closed_at is not null
       and (%(day)s::date is null or day = %(day)s) and (%(before)s::date is null
            or day < %(before)s)
     order by day desc limit %(limit)s
"""
_STEP: Final = """
    update day_end set step = %s, to_work = coalesce(%s, to_work), worked = coalesce(%s, worked)
     where institution_id = %s and day = %s
"""
_UNDER_WAY: Final = """
    select day, step, to_work, worked, begun_at from day_end
     where institution_id = %s and closed_at is null order by day limit 1
"""


@dataclass(frozen=True, slots=True)
class Around:
    """What others have done with a day: before it begins, and as a part of closing it."""

    before: Callable[[date], None] = lambda day: None
    closed: Callable[[Ended], None] = lambda made: None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A day that is being ended, or was begun and left: `step` is working or closing."""

    day: date
    step: str
    to_work: int
    worked: int
    begun_at: datetime


def end_days(
    actor: Actor,
    through: date,
    *,
    lake: Path,
    processes: int = 1,
    told: Progress = lambda day, done, of: None,
    around: Around = Around(),
) -> Iterator[Ended]:
    """End every day to `through` that is not closed yet, the oldest first; each as it is closed.

    The first that an institution ever ends is `through` itself. Killed at any point, it goes on
    where it was; what stands before a day may then be done again. A second one waits for the first
    and then finds what it did. Raises `InputError` NOT_A_LENDER, DIFFERS, PAIRS, STATE: the day
    stays open.
    """
    with _alone(actor), _workers(processes) as workers:
        while True:
            day = _next(actor, through)
            if day is None:
                return
            around.before(day)
            _begin(actor, day)
            _work(actor, day, workers, told)
            with acting(actor):
                query(_STEP, ["closing", None, None, actor.institution, day])
            yield close(actor, day, lake, around.closed)


def ended(actor: Actor, day: date) -> Ended | None:
    """What the end of a day gave, or None where it is not closed."""
    return next(iter(_closed(actor, day=day, before=None, limit=1)), None)


def days_ended(actor: Actor, *, before: date | None = None, limit: int = 100) -> tuple[Ended, ...]:
    """The days that are closed, the last first; `before` goes on from one."""
    return _closed(actor, day=None, before=before, limit=limit)


def under_way(actor: Actor) -> UnderWay | None:
    """The day that is being ended, or was begun and left."""
    with acting(actor):
        for found in query(_UNDER_WAY, [actor.institution]):
            return UnderWay(*found)
    return None


def _closed(actor: Actor, **given: Any) -> tuple[Ended, ...]:
    with acting(actor):
        rows = query(_DAY, {"institution": actor.institution, **given})
    return tuple(
        Ended(
            day=found,
            worked=worked,
            contributions=count,
            contributions_digest=lines,
            digest=digest,
            refused=tuple((name, key) for name, key in json.loads(told)),
            counts=json.loads(counts),
        )
        for found, worked, count, lines, digest, told, counts in rows
    )


def _next(actor: Actor, through: date) -> date | None:
    """The next day to end, also one that was begun and is not closed."""
    with acting(actor):
        for last, closed in query(_DAYS, [actor.institution]):
            day = last + ONE_DAY if closed else last
            return day if day <= through else None
    return through


def _begin(actor: Actor, day: date) -> None:
    """From now on no event is entered on the day; whoever is entering one is awaited."""
    with acting(actor):
        if books_of(actor.institution) != LENDER_BOOKS:
            wrong = f"Institution {actor.institution} lends nothing."
            raise InputError("NOT_A_LENDER", wrong, "Only a lender's days are ended.")
        query(_ALONE, [actor.institution])
        query(_BEGIN, [actor.institution, day])
        if changed_on(day):
            query(_LOOK, {"institution": actor.institution, "day": day})


def _work(actor: Actor, day: date, workers: Executor | None, told: Progress) -> None:
    with acting(actor):
        names = [
            name for (name,) in query(_TO_WORK, {"institution": actor.institution, "day": day})
        ]
    batches = [names[at : at + BATCH] for at in range(0, len(names), BATCH)]
    done = 0
    _note(actor, day, done, len(names))
    told(day, done, len(names))
    for count in _each(actor, day, batches, workers):
        done += count
        _note(actor, day, done, len(names))
        told(day, done, len(names))


def _note(actor: Actor, day: date, done: int, of: int) -> None:
    """Let others see how far it is."""
    with acting(actor):
        query(_STEP, ["working", of, done, actor.institution, day])


def _each(
    actor: Actor, day: date, batches: Sequence[Sequence[str]], workers: Executor | None
) -> Iterator[int]:
    if workers is None:
        for batch in batches:
            yield work_batch(actor, day, batch)
        return
    under_way: list[Future[int]] = [
        workers.submit(work_batch, actor, day, batch) for batch in batches
    ]
    for one in as_completed(under_way):
        yield one.result()


@contextmanager
def _alone(actor: Actor) -> Iterator[None]:
    """One at a time ends days of an institution; the lock ends with its connection."""
    query(_LOCK, [actor.institution])
    try:
        yield
    finally:
        query(_UNLOCK, [actor.institution])


@contextmanager
def _workers(processes: int) -> Iterator[Executor | None]:
    """Processes with connections of their own, to the same database; None: work in this one."""
    if processes < 2:
        yield None
        return
    settings = dict(connections[DEFAULT_DB_ALIAS].settings_dict)
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=connect, initargs=(settings, os.getpid())
    ) as pool:
        try:
            for _ in range(processes):
                pool.submit(int)  # So that they are there when there is work.
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
