"""How a job is done: for its institution, again after a rest, and a dead letter in the end.

What the input is at fault for is not righted by trying again, so it is a dead letter at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.db import Error, connections
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job

from suixin.data.errors import InputError
from suixin.service.app.caller import service_caller
from suixin.service.app.later import Queue, later
from suixin.service.clock import now
from suixin.service.faults import place_of
from suixin.service.running.metrics import job_counted
from suixin.service.store.session import Actor, acting, query

# The rest before each further try, in seconds: three minutes in all, then half an hour.
RESTS: Final = (2, 5, 20, 150, 1800)
TRIES: Final = len(RESTS) + 1
TASKS: Final = Blueprint()
STALLED_SECONDS: Final = 12  # Without a sign of its worker a job is taken up by another.

_NOTE: Final = """
    insert into job_note (institution_id, job, kind, code, place) values (%s, %s, 'fault', %s, %s)
"""
_FOLLOWED: Final = """
    select exists (select from procrastinate_jobs
                    where lock = %s and status = 'todo' and id > %s and task_name = %s)
"""
_EACH: Final = "select id from institution order by id"


class Rests(BaseRetryStrategy):
    """A longer rest before each try, until there have been enough; none where input is at fault."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, if ever; `job.attempts` were made before this one."""
        if isinstance(exception, InputError) or job.attempts >= len(RESTS):
            return None
        return RetryDecision(retry_in={"seconds": RESTS[job.attempts]})


Work = Callable[..., None]


def task(
    name: str, *, queue: Queue = Queue.QUICK, last_of_lock: bool = False
) -> Callable[[Work], Work]:
    """A function `(caller, at, **ids)` as the task that `app.later` defers by that name.

    With `last_of_lock` a job is left out where another waits under its lock, which does the same.
    """

    def made(work: Work) -> Work:
        def run(context: JobContext, /, *, institution: int, **ids: Any) -> None:
            job = context.job
            with connected():
                if last_of_lock and job.lock is not None:
                    ((followed,),) = query(_FOLLOWED, [job.lock, job.id, name])
                    if followed:
                        return
                with job_counted(name, job.id, institution), noted(institution, job.id):
                    work(service_caller(institution, f"job-{name}"), now(), **ids)

        TASKS.task(name=name, queue=queue.value, retry=Rests(), pass_context=True)(run)
        return work

    return made


def every(cron: str, name: str, *, queue: Queue = Queue.QUICK) -> Callable[[Work], Work]:
    """The same, deferred for each institution at the times that `cron` tells, in UTC."""

    def made(work: Work) -> Work:
        def for_each(timestamp: int) -> None:
            with connected():
                for (institution,) in query(_EACH):
                    later(Actor(institution=institution, by="service:clock"), name, lock=name)

        TASKS.periodic(cron=cron)(
            TASKS.task(name=f"each-{name}", queue=Queue.QUICK.value, retry=Rests())(for_each)
        )
        return task(name, queue=queue, last_of_lock=True)(work)

    return made


@contextmanager
def connected() -> Iterator[None]:
    """Whatever connects within leaves no connection: a worker's thread may never be used again."""
    try:
        yield
    finally:
        connections.close_all()


@contextmanager
def noted(institution: int | None, job: int | None) -> Iterator[None]:
    """A fault is noted beside its job, by its code and the line that raised it, and raised on."""
    try:
        yield
    except BaseException as fault:
        code = fault.code if isinstance(fault, InputError) else type(fault).__name__
        with suppress(Error):  # Where the database is what failed, the job's own state tells it.
            note(institution, job, code, place_of(fault))
        raise


def note(institution: int | None, job: int | None, code: str, place: str) -> None:
    """Note a fault of a job, in a transaction of its own."""
    if institution is None:
        query(_NOTE, [None, job, code, place])
        return
    with acting(Actor(institution=institution, by="service:jobs")):
        query(_NOTE, [institution, job, code, place])
