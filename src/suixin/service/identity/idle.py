"""A sign-in ends by itself when nothing was asked for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from suixin.service.identity.headers import Answer

_SEEN: Final = "seen"
# How exact it is: a session is written this often at most, not at each request.
_GRAIN: Final = timedelta(minutes=1)


def end_idle(answer: Answer) -> Answer:
    """Middleware that signs out who was idle, before his request is answered."""

    def watched(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _note(request, timezone.now())
        return answer(request)

    return watched


def _note(request: HttpRequest, now: datetime) -> None:
    told = request.session.get(_SEEN)
    seen = datetime.fromisoformat(told) if told else now
    if now - seen > settings.SESSION_IDLE:
        logout(request)
    elif not told or now - seen > _GRAIN:
        request.session[_SEEN] = now.isoformat()
