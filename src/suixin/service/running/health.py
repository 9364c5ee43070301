"""Whether the service is alive, whether it can be used, and what it counts: three addresses."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from suixin.service.app.operations import (
    disk_free,
    institution_state,
    missing_steps,
    queue_states,
)
from suixin.service.clock import now
from suixin.service.running.metrics import exposition
from suixin.service.store.session import Actor, query

DISK_BYTES_MIN: Final = 500_000_000  # Below it PostgreSQL may soon refuse to write.
DAY_AGE_MAX: Final = 2  # Yesterday is being ended, the day before is not.
QUEUE_SECONDS_MAX: Final = 300
METRICS_TOKEN: Final = "SUIXIN_METRICS_TOKEN"
_HERE: Final = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at: `ok`, `late` (a person should look) or `fault` (not usable)."""

    name: str
    state: str
    hint: str = ""


def health(_request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(_request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200, or 503 with what is at fault. Tells no figure."""
    checks = tuple(checked())
    usable = all(check.state != "fault" for check in checks)
    told = {"ready": usable, "checks": [asdict(check) for check in checks]}
    return JsonResponse(told, status=200 if usable else 503)


def checked() -> Iterator[Check]:
    """The checks, the weightiest first; what cannot be asked without a database is left out."""
    free = disk_free()
    yield _check("disk", free >= DISK_BYTES_MIN, "fault", "Free some room.")
    try:
        missing = missing_steps()
        ages = [
            institution_state(Actor(institution=number, by="service:ready"), now()).day_age
            for (number,) in query("select id from institution order by id")
        ]
        waits = [queue.oldest_seconds for queue in queue_states()]
    except Error:
        yield Check("database", "fault", "See that it runs: suixin database check.")
        return
    yield Check("database", "ok")
    yield _check("form", not missing, "fault", "Run suixin database migrate.")
    late = any(age is not None and age > DAY_AGE_MAX for age in ages)
    yield _check("day_end", not late, "late", "See why: suixin day-end tells.")
    slow = any(wait > QUEUE_SECONDS_MAX for wait in waits)
    yield _check("queue", not slow, "late", "See that the job workers run, and the dead letters.")


def _check(name: str, fine: bool, otherwise: str, hint: str) -> Check:
    return Check(name, "ok") if fine else Check(name, otherwise, hint)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's page: for who knows `SUIXIN_METRICS_TOKEN`; without one, for this machine."""
    token = os.environ.get(METRICS_TOKEN, "")
    if token:
        given = request.headers.get("Authorization", "")
        allowed = secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    else:
        # What came by way of a proxy comes from this machine too.
        forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
        allowed = request.META.get("REMOTE_ADDR") in _HERE and not forwarded
    if not allowed:
        return HttpResponse(status=404)
    return HttpResponse(exposition(now()), content_type="text/plain; version=0.0.4; charset=utf-8")


ADDRESSES: Final[list[URLPattern]] = [
    path("health", health),
    path("ready", ready),
    path("metrics", metrics),
]
