"""Every endpoint put together."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from suixin.service import app
from suixin.service.api.frame import Api

ROOMS: Final = (
    "entering",
    "people",
    "borrowing",
    "serving",
    "collecting",
    "telling",
    "judging",
    "advising",
    "streaming",
    "ending",
    "exchanging",
    "agreeing",
    "partnering",
    "booking",
    "proving",
    "syncing",
)


@cache
def api() -> Api:
    """The API with all its endpoints; made once a process."""
    made = Api()
    for room in ROOMS:
        made.add_router("", import_module(f"suixin.service.api.endpoints.{room}").router)
    # Acts of two people may have no endpoint: whoever confirms has them loaded.
    for one in iter_modules(app.__path__):
        import_module(f"suixin.service.app.{one.name}")
    return made
