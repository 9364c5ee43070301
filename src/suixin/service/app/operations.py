"""How the service runs, for who looks after it: queues, days, suspense, dead letters."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from django.db.migrations.loader import MigrationLoader

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.permits import Act, check_may
from suixin.service.home import usual_home
from suixin.service.store.session import Actor, acting, query

ALIVE_SECONDS: Final = 12
_QUEUES: Final = """
    select queue_name, count(*) filter (where status = 'todo'),
           count(*) filter (where status = 'doing'),
           coalesce(extract(epoch from now() - min(coalesce(scheduled_at, deferred)) filter (
               where status = 'todo' and coalesce(scheduled_at, now()) <= now())), 0)::float8
      from procrastinate_jobs as j
      left join lateral (select min(at) as deferred from procrastinate_events as e
                          where e.job_id = j.id and e.type = 'deferred') as e on true
     where status in ('todo', 'doing')
     group by 1 order by 1
"""
_WORKERS: Final = """
    select count(*) from procrastinate_workers
     where last_heartbeat > now() - make_interval(secs => %s)
"""
_OF_INSTITUTION: Final = """
    select (select closed_through from institution where id = %(of)s),
           (select count(*) from procrastinate_jobs where status = 'failed'),
           (select count(*) from suspense_case
             where institution_id = %(of)s and closed_on is null),
           (select coalesce(sum(fen), 0)::bigint from suspense_case
             where institution_id = %(of)s and closed_on is null)
"""
_LETTERS: Final = """
    select j.id, j.task_name, j.args - 'institution', j.attempts, e.at,
           coalesce(n.code, ''), coalesce(n.place, '')
      from procrastinate_jobs as j
      left join lateral (select max(at) as at from procrastinate_events as e
                          where e.job_id = j.id and e.type = 'failed') as e on true
      left join lateral (select code, place from job_note as n
                          where n.job = j.id and n.kind = 'fault' order by n.id desc limit 1) as n
        on true
     where j.status = 'failed' order by j.id
"""
_AGAIN: Final = """
    update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = null
     where id = %s and status = 'failed' returning task_name
"""
_AGAIN_NOTE: Final = """
    insert into job_note (institution_id, job, kind, by, why) values (%s, %s, 'run again', %s, %s)
"""
_APPLIED: Final = "select app, name from django_migrations"


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue: jobs that wait and that are being done, and how long the oldest due one waits."""

    name: str
    waiting: int
    doing: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionState:
    """What waits for a person at an institution. `day_age` are the days since its last day end."""

    institution: int
    closed_through: date | None
    day_age: int | None
    dead_letters: int
    suspense_cases: int
    suspense_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """How the service runs, as one institution may see it."""

    at: datetime
    missing_steps: tuple[str, ...]
    disk_free_bytes: int
    database_bytes: int
    workers: int
    queues: tuple[QueueState, ...]
    own: InstitutionState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A job that was given up: what it was told, how often it was tried, what its last fault was.

    `code` is the refusal's or the exception's name, `place` the line that raised it.
    """

    job: int
    task: str
    told: Mapping[str, str | int]
    tries: int
    given_up_at: datetime | None
    code: str
    place: str


def operations(caller: Caller, *, at: datetime) -> Operations:
    """How the service runs at a moment. Raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_OPERATIONS)
    actor = caller.actor("looked at operations")
    with acting(actor):
        ((size,),) = query("select pg_database_size(current_database())")
        return Operations(
            at=at,
            missing_steps=missing_steps(),
            disk_free_bytes=disk_free(),
            database_bytes=size,
            workers=workers_alive(),
            queues=queue_states(),
            own=institution_state(actor, at),
        )


def dead_letters(caller: Caller, *, at: datetime) -> tuple[DeadLetter, ...]:
    """The institution's jobs that were given up, oldest first. Raises NOT_PERMITTED."""
    check_may(caller, Act.SEE_OPERATIONS)
    with acting(caller.actor(f"looked at dead letters at {at.isoformat()}")):
        rows = query(_LETTERS)
    return tuple(
        DeadLetter(
            job=job,
            task=task,
            told=json.loads(told),
            tries=tries,
            given_up_at=given_up,
            code=code,
            place=place,
        )
        for job, task, told, tries, given_up, code, place in rows
    )


def run_again(caller: Caller, job: int, *, why: str, at: datetime) -> str:
    """Have a dead letter tried again from the first try; the name of its task.

    Raises `InputError` NOT_PERMITTED, NO_REASON, NO_LETTER (it is none, or another institution's).
    """
    check_may(caller, Act.RUN_AGAIN)
    if not why.strip():
        raise InputError("NO_REASON", "Say why it is run again.", "Such as: the bank answers.")
    with acting(caller.actor(why)):
        rows = query(_AGAIN, [job])
        if not rows:
            wrong = f"There is no dead letter {job} at {at:%Y-%m-%d %H:%M} UTC."
            raise InputError("NO_LETTER", wrong, "Look at the list anew.")
        query(_AGAIN_NOTE, [caller.institution, job, caller.by, why.strip()])
    return str(rows[0][0])


def institution_state(actor: Actor, at: datetime) -> InstitutionState:
    """What waits for a person at the actor's institution."""
    with acting(actor):
        told = {"of": actor.institution}
        ((closed, letters, cases, fen),) = query(_OF_INSTITUTION, told)
    age = None if closed is None else (at.astimezone(CHINA).date() - closed).days
    return InstitutionState(
        institution=actor.institution,
        closed_through=closed,
        day_age=age,
        dead_letters=letters,
        suspense_cases=cases,
        suspense_fen=fen,
    )


def queue_states() -> tuple[QueueState, ...]:
    """The queues, of the institution acted for, or of all where none is."""
    return tuple(QueueState(*row) for row in query(_QUEUES))


def workers_alive() -> int:
    """How many job workers have given a sign lately."""
    ((alive,),) = query(_WORKERS, [ALIVE_SECONDS])
    return int(alive)


def missing_steps() -> tuple[str, ...]:
    """The migrations that this release knows and the database lacks."""
    applied = {(app, name) for app, name in query(_APPLIED)}
    return tuple(f"{app}.{name}" for app, name in sorted(_known() - applied))


@cache
def _known() -> frozenset[tuple[str, str]]:
    """By app and name; a step that replaces others would be known by its own name."""
    return frozenset(MigrationLoader(None).disk_migrations)


def disk_free() -> int:
    """Bytes that are free where the service keeps what is its own."""
    folder = usual_home().folder
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
