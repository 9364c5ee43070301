"""What is counted, in Prometheus's form, over all processes of the service."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from suixin.service.app.operations import institution_state, queue_states, workers_alive
from suixin.service.running.begun import METRICS_FOLDER
from suixin.service.store.session import Actor, query

REQUESTS: Final = Counter("suixin_requests", "Requests answered.", ["route", "method", "status"])
SECONDS: Final = Histogram(
    "suixin_request_seconds",
    "From a request's head to its answer's.",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
JOBS: Final = Counter("suixin_jobs", "Jobs tried, by how the try ended.", ["task", "ended"])
JOB_SECONDS: Final = Histogram(
    "suixin_job_seconds", "How long a try took.", ["task"], buckets=(0.05, 0.2, 1, 5, 20, 60, 300)
)

_log: Final = structlog.get_logger("suixin.jobs")


class _Database(Collector):
    """What the database tells at a moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family a figure; what is of one institution has its number as a label."""
        waiting = _gauge("suixin_queue_jobs", "Jobs that wait.", "queue")
        age = _gauge("suixin_queue_age_seconds", "How long the oldest due job waits.", "queue")
        for queue in queue_states():
            waiting.add_metric([queue.name], queue.waiting)
            age.add_metric([queue.name], queue.oldest_seconds)
        yield from (waiting, age)
        yield GaugeMetricFamily("suixin_workers", "Job workers alive.", value=workers_alive())
        letters = _gauge("suixin_dead_letters", "Jobs given up.", "institution")
        days = _gauge("suixin_day_end_age_days", "Days since the last day end.", "institution")
        cases = _gauge("suixin_suspense_cases", "Cases that a person must close.", "institution")
        fen = _gauge("suixin_suspense_fen", "What stands in suspense, in fen.", "institution")
        for (institution,) in query("select id from institution order by id"):
            one = institution_state(Actor(institution=institution, by="service:metrics"), self._at)
            label = [str(institution)]
            letters.add_metric(label, one.dead_letters)
            cases.add_metric(label, one.suspense_cases)
            fen.add_metric(label, one.suspense_fen)
            if one.day_age is not None:
                days.add_metric(label, one.day_age)
        yield from (letters, days, cases, fen)


def _gauge(name: str, told: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, labels=[label])


@contextmanager
def job_counted(task: str, job: int | None, institution: int) -> Iterator[None]:
    """Count a try of a job, and tell it in a line of the log."""
    began, ended = time.perf_counter(), "failed"
    try:
        yield
        ended = "done"
    finally:
        seconds = time.perf_counter() - began
        JOBS.labels(task, ended).inc()
        JOB_SECONDS.labels(task).observe(seconds)
        told = {"task": task, "job": job, "institution": institution}
        _log.info(f"job.{ended}", **told, seconds=round(seconds, 6))


def exposition(at: datetime) -> bytes:
    """All figures as text; of every process, where several count into one folder."""
    counted = REGISTRY
    if os.environ.get(METRICS_FOLDER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    now = CollectorRegistry(auto_describe=False)
    now.register(_Database(at))
    return generate_latest(counted) + generate_latest(now)
