"""What every answer tells a browser: nothing from elsewhere runs, nothing private is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Lengths of bars; a style element or a sheet from elsewhere is none.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS: Final = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def secure_headers(answer: Answer) -> Answer:
    """Middleware that adds them where a view has not said otherwise."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if _is_somebodys(request):
            # A shared computer's next visitor does not read it by going back.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return with_headers


def _is_somebodys(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and session.accessed and "_auth_user_id" in session
