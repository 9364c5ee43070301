"""A sign-in ends by itself: when nothing was asked for a while, and after a working day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from suixin.service.identity.headers import Answer

_BEGAN: Final = "began"
_SEEN: Final = "seen"
# How exact it is: a session is written this often at most, not at each request.
_GRAIN: Final = timedelta(minutes=1)


def end_idle(answer: Answer) -> Answer:
    """Middleware that signs out whose time is over, before his request is answered."""

    def watched(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _note(request, timezone.now())
        return answer(request)

    return watched


def _note(request: HttpRequest, now: datetime) -> None:
    began = request.session.setdefault(_BEGAN, now.isoformat())
    seen = request.session.setdefault(_SEEN, began)
    idle = now - datetime.fromisoformat(seen)
    lasted = now - datetime.fromisoformat(began)
    if idle > settings.SESSION_IDLE or lasted.total_seconds() > settings.SESSION_COOKIE_AGE:
        logout(request)
    elif idle > _GRAIN:
        request.session[_SEEN] = now.isoformat()
