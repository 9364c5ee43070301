"""Who asks: a partner's system by its token, or a person by the session he signed in to."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from suixin.service.api import clients, rates, tokens
from suixin.service.api.problems import Problem
from suixin.service.app.caller import Caller, Duty
from suixin.service.identity.callers import request_caller

PERSON_PER_SECOND: Final = 50
PERSON_BURST: Final = 100
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HOW: Final = "Sign in, or ask POST /api/v1/token for a token and send it as Authorization: Bearer."


class Asker:
    """What django-ninja asks who it is; OpenAPI is told both ways."""

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller; raises `Problem` NOT_SIGNED_IN, CSRF, TOO_MANY."""
        caller = asking(request)
        request.caller = caller  # type: ignore[attr-defined]
        spend(caller)
        return caller


def asking(request: HttpRequest) -> Caller:
    """Who a request is from; raises `Problem` NOT_SIGNED_IN, CSRF, `InputError` of signing in."""
    told = request.headers.get("Authorization")
    if told is not None:
        way, _, token = told.partition(" ")
        good = way.lower() == "bearer" and len(token) <= tokens.TOKEN_CHARACTERS_MAX
        caller = tokens.caller_of(token.strip()) if good and token.isascii() else None
        if caller is None:
            raise not_signed_in('Bearer error="invalid_token"')
        return caller
    person = request_caller(request)
    if request.method not in _READS and _forged(request):
        wrong = "The request changes something and brings no token against forged requests."
        raise Problem("CSRF", wrong, "Send the value of the cookie suixin_csrf as X-CSRFToken.")
    return person


def spend(caller: Caller) -> None:
    """Count one request of a caller; raises `Problem` TOO_MANY."""
    if Duty.PARTNER in caller.duties:
        partner = clients.known(caller.institution, caller.by.removeprefix("client:"))
        rate, burst = (partner.per_second, partner.burst) if partner else (1, 1)
    else:
        rate, burst = PERSON_PER_SECOND, PERSON_BURST
    rates.spend(caller.institution, caller.by, per_second=rate, burst=burst)


def not_signed_in(way: str) -> Problem:
    """That nobody is known by what the request brings; it says no more than that."""
    return Problem(
        "NOT_SIGNED_IN",
        "The request is from nobody who is known, or the token is not good any more.",
        _HOW,
        headers={"WWW-Authenticate": way},
    )


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _forged(request: HttpRequest) -> bool:
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check = _Csrf(_none)
    check.process_request(request)
    return check.process_view(request, _none, (), {}) is not None


def _none(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
