"""The tasks there are. What one does is a function of `app`; here stand its name and its times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from suixin.lending.accounts import FUND_BOOKS, LENDER_BOOKS
from suixin.service.api.once import forget_answers
from suixin.service.app import live, scoring
from suixin.service.app.anchoring import anchor_day, last_closed_day
from suixin.service.app.bulk import run_import
from suixin.service.app.caller import Caller
from suixin.service.app.claims import take_over
from suixin.service.app.county_figures import publish_figures
from suixin.service.app.day import CHINA
from suixin.service.app.day_end import end_day
from suixin.service.app.fund_claims import take_back
from suixin.service.app.funds import publish_rates
from suixin.service.app.later import Queue
from suixin.service.jobs.work import (
    RESTS,
    STALLED_SECONDS,
    TASKS,
    TRIES,
    connected,
    every,
    note,
    task,
)
from suixin.service.store.institutions import books_of
from suixin.service.store.session import query

_STALLED: Final = """
    with stalled as (
        select j.id from procrastinate_jobs as j
          left join procrastinate_workers as w on w.id = j.worker_id
         where j.status = 'doing'
           and (w.id is null or w.last_heartbeat < now() - make_interval(secs => %s))
         for update of j skip locked)
    update procrastinate_jobs as j
       set status = case when attempts + 1 >= %s then 'failed' else 'todo' end
                    ::procrastinate_job_status,
           attempts = attempts + 1, worker_id = null,
           scheduled_at = now() + make_interval(secs => (%s::int[])[least(attempts + 1, %s)])
      from stalled where j.id = stalled.id
    returning j.id, (j.args ->> 'institution')::integer
"""


@TASKS.periodic(cron="* * * * * */10")
@TASKS.task(name="take-up", queue=Queue.QUICK.value)
def take_up(timestamp: int = 0) -> None:
    """What a worker that is gone left undone is done by another; often enough, it is dead letter.

    So a job that ends its worker each time does not go on for ever.
    """
    with connected():
        for job, institution in query(_STALLED, [STALLED_SECONDS, TRIES, list(RESTS), len(RESTS)]):
            note(institution, job, "WORKER_GONE", "")


@task("rescore", last_of_lock=True)
def rescore(caller: Caller, at: datetime, *, subject: str) -> None:
    """A subject of whom something new is known is scored from its own facts."""
    scoring.rescore(caller, subject=subject, at=at)


@task("rescore_all", queue=Queue.LONG, last_of_lock=True)
def rescore_all(caller: Caller, at: datetime) -> None:
    """All are scored where facts were taken back."""
    scoring.rescore_all(caller, at=at)


@task("run_import", queue=Queue.LONG)
def import_batch(caller: Caller, at: datetime, *, batch: str) -> None:
    """A sheet that two people agreed to is imported, from where it was left."""
    run_import(caller, batch, at=at)


@every("*/5 * * * *", "fund")
def pass_on(caller: Caller, at: datetime) -> None:
    """What a fund decided is booked at the lender's, what lenders recovered at the fund's."""
    books = books_of(caller.institution)
    if books == LENDER_BOOKS:
        take_over(caller, at=at)
    elif books == FUND_BOOKS:
        take_back(caller, at=at)


@every("10 0-15,17-23 * * *", "day-end", queue=Queue.LONG)
def end_yesterday(caller: Caller, at: datetime) -> None:
    """From 01:10 in China on a lender's days to yesterday are ended; each hour, for a machine may
    have been off in the night. What is ended already is ended."""
    if books_of(caller.institution) == LENDER_BOOKS:
        end_day(caller, at.astimezone(CHINA).date() - timedelta(days=1), at=at)


@every("40 0,19 * * *", "anchor", queue=Queue.LONG)
def anchor(caller: Caller, at: datetime) -> None:
    """Where a lender's chain is open it is told of the last day that was ended, the records are
    held together and the log's head is anchored; twice, for a day may end late."""
    if books_of(caller.institution) == LENDER_BOOKS:
        last = last_closed_day(caller)
        if last is not None:
            anchor_day(caller, last, at=at)


@every("50 17,20,23 * * *", "told-county", queue=Queue.LONG)
def tell_county(caller: Caller, at: datetime) -> None:
    """What the funds that cover a lender are told of it: its rate, and figures of its days; once a
    day, asked more often since a machine may have been off."""
    if books_of(caller.institution) == LENDER_BOOKS:
        publish_rates(caller, at=at)
        publish_figures(caller, at=at)


@every("10 18 * * *", "score-all", queue=Queue.LONG)
def score_all(caller: Caller, at: datetime) -> None:
    """Each night all are scored, with what others say of them."""
    scoring.rescore_all(caller, at=at)


@every("20 * * * *", "live-ended")
def close_slots(caller: Caller, at: datetime) -> None:
    """Of live slots that ended the sums are kept, and the events dropped a day later."""
    live.close_ended(caller, at=at)


@every("40 18 * * *", "forget-answers")
def forget(caller: Caller, at: datetime) -> None:
    """Answers that are kept for who asks twice are kept for a while alone."""
    forget_answers(caller, at=at)
