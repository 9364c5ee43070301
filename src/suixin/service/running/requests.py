"""Every request has an id, is counted and told in one line; one that is too large is not read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from suixin.service.running.metrics import REQUESTS, SECONDS

BODY_BYTES_MAX: Final = 32_000_000
ID_HEADER: Final = "X-Request-Id"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log: Final = structlog.get_logger("suixin.requests")

Answer = Callable[[HttpRequest], HttpResponseBase]


def watched(answer: Answer) -> Answer:
    """The outermost middleware: an id, a limit, a count and a line a request."""

    def watch(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        given = request.META.setdefault("HTTP_X_REQUEST_ID", uuid4().hex)
        name = given if _ID.fullmatch(given) else uuid4().hex  # Words of others are not logged.
        request.request_id = given  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request=name)
        try:
            response = _too_large() if _is_too_large(request) else answer(request)
            _tell(request, response, time.perf_counter() - began)
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers.setdefault(ID_HEADER, name)
        return response

    return watch


def _is_too_large(request: HttpRequest) -> bool:
    """By what is announced; what is not announced is not read. The API has limits of its own."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    number = told.isascii() and told.isdecimal()
    return not request.path_info.startswith("/api/") and number and int(told) > BODY_BYTES_MAX


def _too_large() -> HttpResponse:
    told = {
        "type": "about:blank",
        "title": "TOO_LARGE",
        "status": 413,
        "detail": f"More than {BODY_BYTES_MAX} bytes are not taken at once. Send it in parts.",
    }
    return JsonResponse(told, status=413, content_type="application/problem+json")


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match is not None else "none"
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route).observe(seconds)
    told = {"route": route, "method": method, "status": response.status_code}
    institution = _institution(request)
    if institution is not None:
        told["institution"] = institution
    _log.info("request", **told, seconds=round(seconds, 6))


def _institution(request: HttpRequest) -> int | None:
    """For which institution it was, where somebody has asked that already."""
    known = getattr(request, "caller", None) or getattr(request, "_cached_user", None)
    found = getattr(known, "institution", None)
    number = found if isinstance(found, int) else getattr(known, "institution_id", None)
    return number if isinstance(number, int) else None
