"""How its reader wants every page: language, size of print, scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Answer = Callable[[HttpRequest], HttpResponse]

YEAR_SECONDS: Final = 365 * 86_400

# ?look=… on any page: the cookie that keeps it, and its value.
LOOKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "large": ("size", "large"),
        "usual": ("size", ""),
        "dark": ("scheme", "dark"),
        "light": ("scheme", "light"),
        "auto": ("scheme", ""),
        "zh": (settings.LANGUAGE_COOKIE_NAME, "zh-hans"),
        "en": (settings.LANGUAGE_COOKIE_NAME, "en"),
    }
)


def looks(answer: Answer) -> Answer:
    """Language, size of print and scheme are a link on any page, and a cookie afterwards.

    `?look=large` answers with the same address without it; nothing but the looks changes.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        wanted = LOOKS.get(request.GET.get("look", ""))
        if wanted is None or request.method not in {"GET", "HEAD"}:
            return answer(request)
        query = request.GET.copy()
        del query["look"]
        # A path that began with two slashes would lead to another site.
        where = "/" + request.path.lstrip("/") + (f"?{query.urlencode()}" if query else "")
        response = HttpResponseRedirect(where)
        name, value = wanted
        if value:
            response.set_cookie(
                name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
            )
        else:
            response.delete_cookie(name, samesite="Lax")
        return response

    return answered
