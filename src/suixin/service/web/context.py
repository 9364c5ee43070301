"""What every template is given: how its reader wants the page, and the desks that are his."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import get_language

SIZES: Final = frozenset({"large"})
SCHEMES: Final = frozenset({"dark", "light"})


def looks(request: HttpRequest) -> dict[str, Any]:
    """How the reader wants the page: `root_class` and `lang` for the html element, his desks."""
    from suixin.service.web.desks import desks_of

    size, scheme = request.COOKIES.get("size", ""), request.COOKIES.get("scheme", "")
    chosen = [*({size} & SIZES), *({scheme} & SCHEMES)]
    english = (get_language() or "").startswith("en")
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    query = request.GET.urlencode()
    return {
        "root_class": " ".join(chosen),
        "large": size in SIZES,
        "lang": "en" if english else "zh-Hans",
        "english": english,
        "here": f"{query}&" if query else "",
        "signed_in": signed_in,
        "desks": desks_of(user) if signed_in else (),
    }
