"""A worker: does the jobs of some queues until it is told to stop, then ends what it is at."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector

from suixin.service.app.later import Queue
from suixin.service.jobs.work import STALLED_SECONDS, TASKS
from suixin.service.running.begun import say_ready
from suixin.service.running.logs import log_to_file
from suixin.service.store.session import query

AT_ONCE: Final = {Queue.QUICK: 4, Queue.LONG: 1}
HEARTBEAT_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 20.0


def application() -> DjangoApp:
    """Procrastinate with our tasks, over Django's own connections."""
    import_module("suixin.service.jobs.tasks")
    made = DjangoApp(connector=DjangoConnector())
    made.add_tasks_from(TASKS, namespace="")
    return made


def work(queues: Sequence[Queue], *, wait: bool = True) -> None:
    """Do the jobs of these queues; without `wait` those that are there, then return."""
    with application().replace_connector(DjangoConnector().get_worker_connector()) as working:
        working.run_worker(
            queues=[queue.value for queue in queues],
            concurrency=max(AT_ONCE[queue] for queue in queues),
            wait=wait,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=PATIENCE_SECONDS,
        )


def main(*queues: str) -> None:
    """The process: ready once the database answers, at work until it is told to stop."""
    log_to_file()
    query("select 1")
    say_ready()
    work([Queue(name) for name in queues])
