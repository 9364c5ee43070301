"""The outermost of the API: what is refused before a byte of the body is read, and how all ends.

Whatever goes wrong further in, also where nothing is found or the service fails, is answered as a
problem, with the id of the request and nothing of what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Final
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from suixin.service.api import problems
from suixin.service.api.problems import Problem

AT: Final = "/api/v1/"
BODY_BYTES_MAX: Final = 1_048_576
# Facts and live events come in batches.
LARGE_BODY_BYTES_MAX: Final = 16_777_216
LARGE: Final = frozenset(
    {"/api/v1/feeds", "/api/v1/live-events", "/api/v1/imports", "/api/v1/imports/check"}
)
# Of the eight threads of a web process.
BODIES_AT_ONCE: Final = 6
WAIT_SECONDS: Final = 0.1
_READING: Final = BoundedSemaphore(BODIES_AT_ONCE)
FORMS: Final = frozenset({"/api/v1/token"})
# Pieces of a station's uploads (`uploading`).
PIECES: Final = "/api/v1/uploads/"
PIECE_TYPE: Final = "application/offset+octet-stream"
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_BY_STATUS: Final = {400: "BAD_REQUEST", 403: "CSRF", 404: "NOT_FOUND", 405: "METHOD"}


class Edge:
    """Middleware of Django's, for the API's addresses alone."""

    def __init__(self, inner: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.inner = inner

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(AT):
            return self.inner(request)
        # The line that is logged of it has the same id.
        name = structlog.contextvars.get_contextvars().get("request") or uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        try:
            take_body(request, check_body(request))
            made = self.inner(request)
        except Problem as problem:
            made = problems.answer(request, problem)
        if made.status_code >= 400 and not is_problem(made):
            made = as_problem(request, made)
        made["X-Request-Id"] = name
        made["X-Content-Type-Options"] = "nosniff"
        made["Referrer-Policy"] = "no-referrer"
        return made


def take_body(request: HttpRequest, length: int) -> None:
    """Read a body of so many bytes; raises `Problem` BAD_REQUEST, UNAVAILABLE.

    Who announces a body and does not send it holds a thread. He never holds all of them: who asks
    for something without a body is served meanwhile.
    """
    if not length:
        return
    if not _READING.acquire(timeout=WAIT_SECONDS):
        wrong, headers = "Too many bodies are being sent at once.", {"Retry-After": "2"}
        raise Problem("UNAVAILABLE", wrong, "Send the same again.", headers=headers)
    try:
        body = request.read(length)
    except OSError as fault:
        raise Problem("BAD_REQUEST", "The body did not come whole.", "Send it again.") from fault
    finally:
        _READING.release()
    if len(body) != length:
        raise Problem("BAD_REQUEST", "The body did not come whole.", "Send it again.")
    request._body = body


def check_body(request: HttpRequest) -> int:
    """How long a body is, by its headers; raises `Problem` LENGTH, TOO_LARGE, MEDIA_TYPE."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        raise Problem("LENGTH", "The body comes in chunks.", "Send Content-Length.")
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not (told.isascii() and told.isdigit()):
        raise Problem("BAD_REQUEST", "Content-Length is no number.", "Send the body's bytes.")
    most = body_bytes_max(request.path_info)
    if len(told) > 12 or int(told) > most:
        wrong = f"The body is larger than {most} bytes."
        headers = {"Connection": "close"}
        raise Problem("TOO_LARGE", wrong, "Send it in parts.", headers=headers)
    if int(told) == 0:
        return 0
    kind, _, rest = request.META.get("CONTENT_TYPE", "").partition(";")
    wanted = body_type(request.path_info)
    if kind.strip().lower() != wanted:
        raise Problem("MEDIA_TYPE", f"The body is not {wanted}.", f"Send Content-Type: {wanted}.")
    charset = _CHARSET.search(rest)
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        raise Problem("MEDIA_TYPE", "The body is not in UTF-8.", "Send it in UTF-8.")
    return int(told)


def body_type(path: str) -> str:
    """Of what type a body is.

    >>> body_type("/api/v1/decisions"), body_type("/api/v1/uploads/u1")
    ('application/json', 'application/offset+octet-stream')
    """
    if path in FORMS:
        return "application/x-www-form-urlencoded"
    return PIECE_TYPE if path.startswith(PIECES) else "application/json"


def body_bytes_max(path: str) -> int:
    """How large a body may be.

    >>> body_bytes_max("/api/v1/decisions"), body_bytes_max("/api/v1/live-events")
    (1048576, 16777216)
    """
    large = path in LARGE or path.startswith(f"{AT}facts/")
    return LARGE_BODY_BYTES_MAX if large else BODY_BYTES_MAX


def is_problem(made: HttpResponseBase) -> bool:
    """Whether an answer tells its problem already; OAuth2 has a form of its own."""
    kind = str(made.headers.get("Content-Type", ""))
    return kind.startswith((problems.MEDIA_TYPE, "application/json"))


def as_problem(request: HttpRequest, made: HttpResponseBase) -> HttpResponse:
    """What Django answered by itself, as a problem of ours."""
    code = _BY_STATUS.get(made.status_code, "FAULT" if made.status_code >= 500 else "BAD_REQUEST")
    headers = {"Allow": made["Allow"]} if made.has_header("Allow") else {}
    hint = "Tell the request's id to who runs the service." if code == "FAULT" else ""
    return problems.answer(request, Problem(code, hint=hint, headers=headers))
