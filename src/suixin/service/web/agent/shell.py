"""The agent's one page, its service worker and its manifest; what is personal stays on the device.

The page is the same for every agent: it may be kept by the browser and opened without a network.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext

from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording
from suixin.lending.product import Product, products_on
from suixin.service.app.day import CHINA
from suixin.service.web.agent.words import WORDS
from suixin.service.web.figures import said, whole
from suixin.service.web.household.data import GROUPS
from suixin.service.web.household.naming import PURPOSES, named
from suixin.service.web.page import Asked

MODULES: Final = ("at", "bytes", "store", "keys", "outbox", "sync", "screens", "app")
_STATIC: Final = (
    "suixin/suixin.css",
    "suixin/suixin.js",
    "suixin/icon.svg",
    *(f"suixin/agent/{name}.js" for name in MODULES),
)
_WORKER: Final = "suixin/agent/worker.js"
# A group of several stands for one another: who asks for it does so with its members.
_NOT_HERE: Final = frozenset({"supplier"})


def shell(asked: Asked) -> HttpResponse:
    """All the agent's screens, of which the browser shows one at a time."""
    day = asked.at.astimezone(CHINA).date()
    return asked.page(
        "agent/shell.html",
        {
            "modules": [(name, static(f"suixin/agent/{name}.js")) for name in MODULES],
            "groups": [(",".join(feeds), words) for words, feeds in GROUPS.values()],
            "purposes": _purposes(day),
            "products": _products(day),
            "said": _said(day),
            "fees": load_policy("stations").on(day)["commission.fees"],
            "wants": sorted((code, named(PURPOSES, code)) for code in PURPOSES),
        },
    )


def worker(asked: Asked) -> HttpResponse:
    """The service worker, with the files that it keeps; what differs is another build."""
    kept = [reverse("agent-home"), reverse("agent-manifest"), *(static(name) for name in _STATIC)]
    found = finders.find(_WORKER)
    if not isinstance(found, str):
        raise AssertionError(f"There is no static file {_WORKER}.")
    text = Path(found).read_text("utf-8")
    build = sha256("\n".join([text, _template_mark(), *kept]).encode()).hexdigest()[:12]
    head = f"const BUILD = {json.dumps(build)};\nconst SHELL = {json.dumps(kept)};\n"
    made = HttpResponse(head + text, content_type="text/javascript; charset=utf-8")
    made.headers["Cache-Control"] = "no-cache"
    made.headers["Service-Worker-Allowed"] = reverse("agent-home")
    return made


def manifest(asked: Asked) -> HttpResponse:
    """What a phone is told to install it."""
    told: dict[str, Any] = {
        "name": gettext("穗信服务站"),
        "short_name": gettext("服务站"),
        "id": reverse("agent-home"),
        "start_url": reverse("agent-home"),
        "scope": reverse("agent-home"),
        "display": "standalone",
        "lang": get_language() or "zh-hans",
        "background_color": "#FAF8F3",
        "theme_color": "#174F36",
        "icons": [
            {
                "src": static("suixin/icon.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "any maskable",
            }
        ],
    }
    text = json.dumps(told, ensure_ascii=False)
    return HttpResponse(text, content_type="application/manifest+json; charset=utf-8")


def _template_mark() -> str:
    """What the page itself is made of, so that a changed page is another build."""
    path = Path(__file__).parents[1] / "templates/agent/shell.html"
    return sha256(path.read_bytes()).hexdigest()


def _said(day: date) -> list[tuple[str, object]]:
    """What the scripts say, by code: the words stand in the page, in its language."""
    purposes = [(f"p-{code}", words) for code, words in _purposes(day)]
    return [*WORDS.items(), *purposes]


def _purposes(day: date) -> list[tuple[str, str]]:
    found = load_policy("people").on(day)["consent.purposes"]
    return [(code, said(Wording(words["zh"], words["en"]))) for code, words in found.items()]


def _products(day: date) -> list[dict[str, object]]:
    """What may be asked for at a station: not what needs a supplier's order."""
    return [
        {
            "name": product.name,
            "words": said(Wording(product.zh, product.en)),
            "range": f"{whole(product.amount_min_fen)} – {whole(product.amount_max_fen)}",
            "purposes": " ".join(product.purposes),
        }
        for product in products_on(day).values()
        if _asked_here(product)
    ]


def _asked_here(product: Product) -> bool:
    return product.money_to not in _NOT_HERE
