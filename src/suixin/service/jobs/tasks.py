"""The tasks there are. What one does is a function of `app`; here stand its name and its times."""

from __future__ import annotations

from typing import Final

from suixin.service.app.later import Queue
from suixin.service.jobs.work import RESTS, TASKS, TRIES, connected, note
from suixin.service.store.session import query

STALLED_SECONDS: Final = 12
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


@TASKS.periodic(cron="* * * * *")
@TASKS.task(name="take-up", queue=Queue.QUICK.value)
def take_up(timestamp: int = 0) -> None:
    """What a worker that is gone left undone is done by another; often enough, it is dead letter.

    So a job that ends its worker each time does not go on for ever.
    """
    with connected():
        for job, institution in query(_STALLED, [STALLED_SECONDS, TRIES, list(RESTS), len(RESTS)]):
            note(institution, job, "WORKER_GONE", "")
